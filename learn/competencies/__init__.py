"""Competencies: the national framework, levels from evidence, gaps against a post."""
