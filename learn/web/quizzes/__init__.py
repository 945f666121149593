"""Quizzes: starting, taking, results, grading by people, analysis."""
