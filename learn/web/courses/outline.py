"""The outline of a course as one person sees it, and the one next thing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from learn.competencies.framework.catalogue import load_framework
from learn.progress.models import COMPLETED, IN_PROGRESS, NOT_STARTED, ItemState
from learn.progress.queries import CourseProgress
from learn.web.i18n import _, grade, language

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion, ModuleVersion
    from learn.quizzes.quiz import Quiz


@dataclass(frozen=True)
class OutlineItem:
    """One line of the outline: a module, or a quiz with the grade reached."""

    kind: str
    key: str
    title: str
    url: str
    state: str
    minutes: int = 0
    number: int = 0
    note: str = ""
    optional: bool = False

    @property
    def done(self) -> bool:
        """Return whether nothing is left to do here."""
        return self.state == COMPLETED


def outline(version: CourseVersion, progress: CourseProgress) -> list[OutlineItem]:
    """Return all lines: the pre-test, each module with its quizzes, then the quizzes of the course."""
    loose = [quiz for quiz in version.quizzes_of(None) if quiz.role != "bank"]
    first = [quiz for quiz in loose if quiz.role == "pretest"]
    lines = [_quiz_line(version, quiz, progress) for quiz in first]
    for number, module in enumerate(version.modules, start=1):
        lines.append(_module_line(version, module, number, progress))
        lines += [_quiz_line(version, quiz, progress) for quiz in version.quizzes_of(module.key)]
    return lines + [_quiz_line(version, quiz, progress) for quiz in loose if quiz not in first]


def _module_line(
    version: CourseVersion, module: ModuleVersion, number: int, progress: CourseProgress
) -> OutlineItem:
    url = url_for("learn.module", course=version.course, module=module.key)
    state = progress.state_of(module.key)
    title = module.title(language())
    return OutlineItem("module", module.key, title, url, state, module.minutes, number)


def _quiz_line(version: CourseVersion, quiz: Quiz, progress: CourseProgress) -> OutlineItem:
    item = progress.quizzes.get(quiz.key)
    return OutlineItem(
        "quiz", quiz.key, quiz.title(language()),
        url_for("learn.quiz", course=version.course, quiz=quiz.key),
        _quiz_state(quiz, item), note=_quiz_note(quiz, item),
        optional=quiz.role in {"pretest", "practice"},
    )  # fmt: skip


def _quiz_state(quiz: Quiz, item: ItemState | None) -> str:
    if item is None:
        return NOT_STARTED
    if item.passed or (quiz.role == "pretest" and item.graded):
        return COMPLETED
    return IN_PROGRESS


def _quiz_note(quiz: Quiz, item: ItemState | None) -> str:
    if item is None or item.score is None:
        return ""
    if quiz.role == "pretest" or item.passed:
        return _("Grade %(grade)s", grade=grade(item.score))
    return _(
        "Grade %(grade)s, pass mark %(mark)s", grade=grade(item.score), mark=f"{quiz.pass_mark:g}"
    )


def next_item(lines: list[OutlineItem], place: str | None = None) -> OutlineItem | None:
    """Return the one next thing: where the person was, the next undone line, or None when all is done.

    Pre-tests and practice come up only while nothing has been begun.
    """
    begun = any(line.state != NOT_STARTED for line in lines)
    by_key = {line.key: line for line in lines if line.kind == "module"}
    if place in by_key and not by_key[place].done:
        return by_key[place]
    return next((line for line in _undone(lines) if not (begun and line.optional)), None)


def _undone(lines: list[OutlineItem]) -> Iterator[OutlineItem]:
    return (line for line in lines if not line.done)


def done_modules(lines: list[OutlineItem]) -> tuple[int, int]:
    """Return how many modules are completed, of how many."""
    modules = [line for line in lines if line.kind == "module"]
    return sum(line.done for line in modules), len(modules)


def worth_of(version: CourseVersion) -> list[tuple[str, str]]:
    """Return what stands beside a course, as (term, text): levels, reading time, for whom it is."""
    named = ((load_framework().find(outcome.competency), outcome) for outcome in version.outcomes)
    pairs = [
        (found.name(language()), _("level %(level)s", level=outcome.level))
        for found, outcome in named
        if found is not None
    ]
    pairs.append((_("Reading"), _("about %(minutes)s minutes", minutes=version.minutes)))
    audience = version.audience(language())
    return [*pairs, (_("For whom"), audience)] if audience else pairs
