"""Quizzes whose course has pictures beside them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from learn.courses.links import Links
from learn.courses.version import Media
from learn.errors import Problem
from learn.publishing.quiz_files import QuizRenderer
from learn.quizzes.questions import Question
from learn.quizzes.source.bank import Quiz, SourceFile, read_quiz
from tests.support.quizzes import BEHAVIOURS, RENDERER, TYPES, text_of


def media(name: str, width: int | None = 800, height: int | None = 600) -> Media:
    """Return a picture of a course."""
    return Media(name, "ab" * 32, 1000, "image/png", width, height)


FILES = {
    each.name: each
    for each in (media("denah.png"), media("besar.png", 1600, 1200), media("lepas.svg", None, None))
}


def read(body: str, **translations: str) -> tuple[Quiz | None, list[Problem]]:
    """Return the quiz and the problems of a text; in other languages, of whole files."""
    files: Mapping[str, SourceFile] = {
        "id": SourceFile("quizzes/kursus/kuis.md", text_of(body)),
        **{
            language: SourceFile(f"quizzes/kursus/kuis.{language}.md", dedent(text))
            for language, text in translations.items()
        },
    }
    render = QuizRenderer(RENDERER, Links("kursus", FILES), "id")
    return read_quiz(
        "kursus", "kuis", files, main_language="id", question_types=TYPES,
        behaviours=BEHAVIOURS, render=render,
    )  # fmt: skip


def question(body: str, **translations: str) -> Question:
    """Return the one question of a text that has nothing wrong."""
    made, problems = read(body, **translations)
    assert made is not None, [str(problem) for problem in problems]
    assert not problems, [str(problem) for problem in problems]
    return made.questions[0]


def told(body: str, **translations: str) -> list[tuple[int, str]]:
    """Return line, counted in the body from 1, and message of what is wrong."""
    above = text_of("").count("\n")
    return [(each.line - above, str(each.message)) for each in read(body, **translations)[1]]
