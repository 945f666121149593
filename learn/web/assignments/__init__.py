"""Assignments: the rules that make them, those of one person, and what is due."""
