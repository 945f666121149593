"""Checking a folder of content: all problems of all courses and quizzes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from learn.errors import Message, Problem
from learn.publishing.compiler import compile_course
from learn.publishing.standards import Standards, own_standards
from learn.publishing.trees import KINDS, Files, courses_of, files_of, read_tree
from learn.quizzes.quiz import Quiz


def check_tree(root: Path, standards: Standards | None = None) -> list[Problem]:
    """Return all problems and warnings of the folder that holds ``courses/`` and ``quizzes/``.

    Either may be missing and all else is left alone. The result is sorted by path and line.
    """
    files, problems = read_tree(root)
    problems += check_files(files, standards or own_standards())
    if not files and not problems and not any((root / kind).is_dir() for kind in KINDS):
        message = Message("There is neither courses/ nor quizzes/ in this folder.")
        problems.append(Problem(str(root), 1, message))
    return in_order(problems)


def check_files(files: Files, standards: Standards) -> list[Problem]:
    """Return all problems and warnings of content files by path."""
    courses = {path.split("/")[1] for path in files if path.startswith("courses/")}
    problems: list[Problem] = []
    others = _banks(files, standards)
    for key in courses_of(files):
        own = files_of(key, files)
        if key not in courses:
            problems += check_quizzes_alone(key, own, standards, others)
            continue
        compiled = compile_course(key, own, standards, other_quizzes=others, other_courses=courses)
        problems += compiled.problems
    return in_order(problems)


def check_quizzes_alone(
    key: str, files: Files, standards: Standards, others: Mapping[str, Quiz]
) -> list[Problem]:
    """Return what is wrong with the quizzes of a course whose folder is not there."""
    compiled = compile_course(key, files, standards, other_quizzes=others)
    return [problem for problem in compiled.problems if problem.path.startswith("quizzes/")]


def _banks(files: Files, standards: Standards) -> dict[str, Quiz]:
    """Return the quizzes that pools of other courses name; only courses that are named are read."""
    named = {
        word.strip("[],'\"").split("/")[0].encode()
        for path, content in files.items()
        if path.startswith("quizzes/") and b"pool:" in content
        for word in content.decode("utf-8", "replace").split()
        if "/" in word
    }
    found: dict[str, Quiz] = {}
    for key in courses_of(files):
        if key.encode() in named:
            compiled = compile_course(key, files_of(key, files), standards)
            found |= {f"{key}/{name}": quiz for name, quiz in compiled.quizzes.items()}
    return {name: own_questions(quiz) for name, quiz in found.items()}


def own_questions(quiz: Quiz) -> Quiz:
    """Return the quiz without the questions that came from its pools."""
    source = f"{quiz.course}/{quiz.key}"
    own = tuple(question for question in quiz.questions if question.source in {"", source})
    return quiz if len(own) == len(quiz.questions) else replace(quiz, questions=own)


def in_order(problems: list[Problem]) -> list[Problem]:
    """Return the problems by path and line, each once."""
    return sorted(dict.fromkeys(problems), key=lambda each: (each.path, each.line, each.warning))
