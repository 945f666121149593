"""Moodle XML: every standard type of question that has an equal here, in and out."""
