"""The studio: writing courses and quizzes, publishing them, and how they are taken."""
