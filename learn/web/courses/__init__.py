"""Courses: the catalogue, reading, searching, and what is next."""
