"""Answers to a grade: pure, so that the same answers always give the same grade."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from learn.quizzes.attempts.answers import Answers
from learn.quizzes.engine import Engine
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
        What each question that counts came to, up to 1; below 0 with some behaviours.
    passed
        Whether the score, unrounded, reaches the pass mark.
    waiting
        Questions that a person still has to grade; until then they count 0.
    """

    score: float
    credits: Mapping[str, float]
    passed: bool
    waiting: tuple[str, ...] = ()


def grade_answer(question: Question, answer: Answer, types: Registry[QuestionType]) -> Grade:
    """Return the grade of one answer; none, or one of a type that is no longer there, is worth 0."""
    kind = types.get(question.type)
    if kind is None or answer is None or not kind.is_scored(question):
        return Grade(0.0)
    grade = kind.grade(question, answer)
    return Grade(min(1.0, max(0.0, grade.score)), grade.marks, grade.scales)


def credit_of(quiz: Quiz, question: Question, answers: Answers, engine: Engine) -> float | None:
    """Return what the answer to one question counts; None while a person has to grade it."""
    behaviour = engine.behaviour(quiz)
    answer = answers.given.get(question.key)
    mark = answers.marks.get(question.key)
    if mark is not None:
        return mark.score
    if answer is None:
        return 0.0
    if engine.is_manual(question, behaviour):
        return None
    return behaviour.credit(
        question,
        grade_answer(question, answer, engine.types).score,
        earlier=answers.earlier.get(question.key, 0),
        certainty=answers.certainty.get(question.key),
        tries=quiz.tries,
    )


NOTHING_STANDS: Mapping[str, float] = {}


def grade_attempt(
    quiz: Quiz,
    questions: Sequence[Question],
    answers: Answers,
    engine: Engine,
    standing: Mapping[str, float] = NOTHING_STANDS,
) -> Grading:
    """Grade the `answers` to the questions that the attempt has.

    Questions that are not scored count nothing; when there is no other, handing in is all there is to
    do, and the score is 1.

    Parameters
    ----------
    standing
        Credits of questions that stay as they were graded before, unless a person marked the answer.
    """
    behaviour = engine.behaviour(quiz)
    scored = [question for question in questions if engine.is_scored(question, behaviour)]
    counted = {each.key: credit_of(quiz, each, answers, engine) for each in scored}
    for key in counted.keys() & standing.keys() - answers.marks.keys():
        credit = counted[key]
        if credit is None or round(credit, DIGITS) != standing[key]:
            counted[key] = standing[key]
    settled = {key: credit for key, credit in counted.items() if credit is not None}
    points = math.fsum(question.points for question in scored)
    earned = math.fsum(each.points * settled.get(each.key, 0.0) for each in scored)
    share = min(1.0, max(0.0, earned / points)) if points else 1.0
    return Grading(
        score=round(share, DIGITS),
        credits={key: round(credit, DIGITS) for key, credit in settled.items()},
        passed=passes(share, quiz.pass_mark),
        waiting=tuple(key for key, credit in counted.items() if credit is None),
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
