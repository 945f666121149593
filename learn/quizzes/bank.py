"""Quiz files to `Quiz`: every problem at once, each with its path and line."""

from __future__ import annotations

from learn.quizzes.quiz import Draw, Quiz

__all__ = ["Draw", "Quiz"]
