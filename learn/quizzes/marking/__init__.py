"""Marks that people give, and grading again after a key was wrong."""
