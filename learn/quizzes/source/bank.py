"""Quiz files to `Quiz`: every problem at once, each with its path and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learn.courses.frontmatter import FrontMatter, read_front_matter
from learn.errors import Message, Problem
from learn.quizzes.access import Access
from learn.quizzes.analysis.instruments import INSTRUMENTS
from learn.quizzes.behaviours import Behaviour, Tries
from learn.quizzes.questions import Question, QuestionType
from learn.quizzes.quiz import Draw, Quiz, assigned
from learn.quizzes.source.access_settings import taken_access
from learn.quizzes.source.bands import compiled_bands
from learn.quizzes.source.blocks import Cut, cut
from learn.quizzes.source.compiling import Compiler
from learn.quizzes.source.reading import Grammar, Problems, Render, SourceFile, SourceText
from learn.quizzes.source.settings import FIELDS, TRANSLATED, schema
from learn.registry import Registry

__all__ = ["Draw", "Quiz", "SourceFile", "check_draw", "read_quiz", "resolve_pool"]

MAX_QUESTIONS = 2000
NOT_FOR_BANKS = (
    "draw", "pool", "attempts", "time_limit", "behaviour", "module", "open", "close", "close_policy",
    "delay", "password", "networks", "prerequisite", "honesty", "feedback",
)  # fmt: skip

Lookup = Callable[[str, str], Quiz | None]
"""Course and key of a quiz to the quiz as it was read."""


@dataclass(frozen=True)
class _File:
    """One language of a quiz: front matter and blocks."""

    path: str
    front: FrontMatter
    cut: Cut


def read_quiz(
    course: str,
    key: str,
    files: Mapping[str, SourceText],
    *,
    main_language: str,
    question_types: Registry[QuestionType],
    behaviours: Registry[Behaviour],
    render: Render,
) -> tuple[Quiz | None, list[Problem]]:
    """Read the files of one quiz, by language, and return it with all problems.

    The quiz is None when a problem is more than a warning. A language without a file, or a text that
    it lacks, falls back to the main one when it is shown.

    Parameters
    ----------
    main_language
        The course's own; when the quiz has no file in it, its first file counts as the main one.
    """
    problems = Problems()
    main = main_language if main_language in files else next(iter(files))
    languages = [main, *(language for language in files if language != main)]
    grammars = {kind.key: kind.grammar for kind in question_types}
    read = {each: _read(files[each], each, behaviours, grammars, problems) for each in languages}
    _compare(read, main, problems)
    compiler = Compiler(f"{course}/{key}", main, question_types, render, problems)
    questions = compiler.questions(
        read[main].cut.blocks,
        {language: file.cut.blocks for language, file in read.items() if language != main},
        {language: file.path for language, file in read.items()},
    )
    intro = compiler.context("").html(
        {language: text for file in read.values() for language, text in file.cut.intro.items()}
    )
    fields = _fields(read[main], problems)
    fields["access"] = _access(read, main, f"{course}/{key}", fields, problems)
    fronts = {language: (file.path, file.front) for language, file in read.items()}
    fields["bands"] = compiled_bands(fronts, main, compiler.context(""))
    _check_count(read[main], fields, problems)
    _check_instrument(read[main], fields["instrument"], questions, problems)
    found = sorted(dict.fromkeys(problems.found), key=lambda each: (each.path, each.line))
    if problems.serious:
        return None, found
    if not fields["shuffle"]:
        questions = tuple(replace(question, shuffle=False) for question in questions)
    front = read[main].front
    titles = {language: file.front.values["title"] for language, file in read.items()}
    return Quiz(
        course=course,
        key=key,
        titles=titles,
        questions=questions,
        intro=intro,
        path=read[main].path,
        lines={name: front.line(name) for name in sorted(front.given)},
        **fields,
    ), found


def _read(
    source: SourceText,
    language: str,
    behaviours: Registry[Behaviour],
    grammars: Mapping[str, Grammar],
    problems: Problems,
) -> _File:
    front = read_front_matter(source.path, source.text, schema(behaviours.keys()))
    problems.found.extend(front.problems)
    parts = cut(source.path, front.body, front.body_line, language, problems, grammars)
    return _File(source.path, front, parts)


def _compare(read: Mapping[str, _File], main: str, problems: Problems) -> None:
    """Note what a translation's front matter says otherwise than the main language."""
    mine = read[main].front
    for language, file in read.items():
        for name in file.front.given - TRANSLATED if language != main else ():
            if name in file.front.values and file.front.values[name] != mine.values[name]:
                problems.add(
                    file.path,
                    file.front.line(name),
                    Message(
                        "%(key)s differs from the main language; it is enough to say it there.",
                        key=name,
                    ),
                )


def _fields(main: _File, problems: Problems) -> dict[str, Any]:
    """Return the fields of `Quiz` that the front matter says, completed by what the role decides."""
    front = main.front
    fields = {FIELDS.get(name, name): value for name, value in front.values.items()}
    del fields["titles"]
    fields["tries"] = Tries(fields["tries"], fields.pop("penalty"))
    fields["role"] = fields["role"] or ("module" if fields["module"] else "final")
    if fields["role"] == "practice":
        if "behaviour" in front.given and fields["behaviour"] != "immediate":
            problems.add(
                main.path,
                front.line("behaviour"),
                Message("Practice always shows results at once (behaviour: immediate)."),
                warning=True,
            )
        fields["behaviour"] = "immediate"
    if fields["role"] == "bank":
        for name in front.given.intersection(NOT_FOR_BANKS):
            problems.add(
                main.path,
                front.line(name),
                Message("A bank is never taken by itself; %(key)s has no place in it.", key=name),
            )
    return fields


def _access(
    read: Mapping[str, _File], main: str, scope: str, fields: dict[str, Any], problems: Problems
) -> Access:
    """Return the conditions of starting; the statement of honesty in all languages."""
    access, front = taken_access(fields, scope, main), read[main].front
    if access.opens and access.closes and access.opens >= access.closes:
        problems.add(read[main].path, front.line("close"), Message(
            "The quiz closes before it opens; close is later than open."))  # fmt: skip
    if access.honesty is None:
        return access
    others = {
        language: file.front.values["honesty"]
        for language, file in read.items()
        if language != main and file.front.values["honesty"]
    }
    return replace(access, honesty={**access.honesty, **others})


def _check_count(main: _File, fields: Mapping[str, Any], problems: Problems) -> None:
    headings = any(line.startswith("##") for line in main.front.body.split("\n"))
    if not headings and not fields["pool"]:
        problems.add(
            main.path,
            main.front.body_line,
            Message("The quiz has no question; one begins with a line such as ## its-key."),
        )
    if len(main.cut.blocks) > MAX_QUESTIONS:
        problems.add(
            main.path, 1, Message("A quiz has at most %(most)s questions.", most=MAX_QUESTIONS)
        )


def _check_instrument(
    main: _File, key: str, questions: Sequence[Question], problems: Problems
) -> None:
    """Look for the scales of the survey that the quiz says it is."""
    if not key or problems.serious:
        return
    instrument, line = INSTRUMENTS[key], main.front.line("instrument")
    missing = instrument.missing([question.key for question in questions])
    if missing:
        problems.add(main.path, line, Message(
            "%(instrument)s needs the questions %(keys)s.",
            instrument=key, keys=", ".join(missing)))  # fmt: skip
    scales = {scale.key for scale in instrument.scales}
    for question in questions:
        answers = question.data.get("columns") or question.data.get("options") or ()
        if question.key in scales and not (
            question.data.get("survey") and len(answers) == instrument.points
        ):
            problems.add(main.path, question.line, Message(
                "This question of %(instrument)s is a survey with %(points)s answers, from worst to best.",
                instrument=key, points=instrument.points))  # fmt: skip


def resolve_pool(quiz: Quiz, lookup: Lookup) -> tuple[Quiz, list[Problem]]:
    """Return `quiz` with the questions of its pools behind its own, and what is wrong with them.

    Of a pool only its own questions are taken, not those of its pools. A quiz without a pool is only
    checked for what it draws.
    """
    problems = Problems()
    questions = {question.key: question for question in quiz.questions}
    for question, name in _pooled(quiz, lookup, problems):
        known = questions.setdefault(question.key, question)
        if known.source != question.source:
            problems.add(
                quiz.path,
                quiz.lines.get("pool", 1),
                Message(
                    "The question %(key)s is in %(name)s and in %(other)s; give one another key.",
                    key=question.key,
                    name=name,
                    other=known.source,
                ),
            )
    pooled = tuple(
        replace(question, shuffle=question.shuffle and quiz.shuffle)
        for question in questions.values()
    )
    resolved = replace(quiz, questions=pooled)
    return resolved, [*problems.found, *check_draw(resolved)]


def _pooled(quiz: Quiz, lookup: Lookup, problems: Problems) -> Iterator[tuple[Question, str]]:
    for name in quiz.pool:
        course, _, key = name.rpartition("/")
        bank = lookup(course or quiz.course, key)
        if bank is None or (bank.course, bank.key) == (quiz.course, quiz.key):
            problems.add(
                quiz.path,
                quiz.lines.get("pool", 1),
                Message("The pool names the quiz %(name)s, which does not exist.", name=name),
            )
        else:
            own = f"{bank.course}/{bank.key}"  # it may have been resolved itself
            yield from ((each, name) for each in bank.questions if each.source == own)


def check_draw(quiz: Quiz) -> list[Problem]:
    """Return a problem for each draw that asks for more questions than there are."""
    _chosen, missing = assigned(quiz.draw, quiz.questions)
    return [
        Problem(quiz.path, quiz.lines.get("draw", 1), _too_few(draw, quiz.questions))
        for draw in missing
    ]


def _too_few(draw: Draw, questions: tuple[Question, ...]) -> Message:
    fitting = sum(draw.fits(question) for question in questions)
    if fitting < draw.count:
        return Message(
            "%(count)s questions are to be drawn (%(what)s); there are %(there)s.",
            count=draw.count,
            what=str(draw),
            there=fitting,
        )
    return Message(
        "%(count)s questions are to be drawn (%(what)s); too few are left beside the other draws.",
        count=draw.count,
        what=str(draw),
    )
