"""Answers to a grade: pure, so that the same answers always give the same grade."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from learn.quizzes.questions import Answer, Grade, Question, QuestionType
from learn.quizzes.quiz import Quiz
from learn.registry import Registry

DIGITS = 6


@dataclass(frozen=True)
class Grading:
    """What an attempt is worth.

    Parameters
    ----------
    score
        From 0 to 1, weighted by points, rounded to 6 digits.
    credits
        The share from 0 to 1 of each question.
    passed
        Whether the score, unrounded, reaches the pass mark.
    """

    score: float
    credits: Mapping[str, float]
    passed: bool


def grade_answer(question: Question, answer: Answer, types: Registry[QuestionType]) -> Grade:
    """Return the grade of one answer; none, or one of a type that is no longer there, is worth 0."""
    kind = types.get(question.type)
    if kind is None or answer is None:
        return Grade(0.0)
    grade = kind.grade(question, answer)
    return Grade(min(1.0, max(0.0, grade.score)), grade.marks)


def grade_attempt(
    quiz: Quiz,
    question_keys: Sequence[str],
    answers: Mapping[str, Answer],
    types: Registry[QuestionType],
) -> Grading:
    """Grade the `answers` (by question key) to the questions that the attempt has."""
    by_key = {question.key: question for question in quiz.questions}
    questions = [by_key[key] for key in question_keys]
    shares = {
        question.key: grade_answer(question, answers.get(question.key), types).score
        for question in questions
    }
    points = math.fsum(question.points for question in questions)
    earned = math.fsum(question.points * shares[question.key] for question in questions)
    share = earned / points if points else 0.0
    return Grading(
        score=round(share, DIGITS),
        credits={key: round(credit, DIGITS) for key, credit in shares.items()},
        passed=passes(share, quiz.pass_mark),
    )


def passes(score: float, pass_mark: float) -> bool:
    """Whether a score from 0 to 1 reaches a pass mark from 0 to 100.

    Nine digits take away what binary fractions add (0.29 * 100 is 28.999999999999996), no more.
    """
    return round(score * 100, 9) >= pass_mark


def quiz_grade(scores: Iterable[float], policy: str) -> float | None:
    """Return the grade of a quiz from the scores of its attempts, in order; None without any."""
    found = list(scores)
    if not found:
        return None
    match policy:
        case "last":
            return found[-1]
        case "first":
            return found[0]
        case "average":
            return round(math.fsum(found) / len(found), DIGITS)
        case _:
            return max(found)
