"""A published version of a course: immutable, with all text already rendered to safe HTML."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from learn.quizzes.source.bank import Quiz

PLACE = "/__learn__/"
"""Stands at the start of every address inside rendered text, until `placed` puts the mount there."""


def placed(html: str, prefix: str) -> str:
    """Return `html` with its addresses under `prefix`: where Learn is mounted, such as "" or "/learn"."""
    return html.replace(PLACE, prefix.rstrip("/") + "/")


@dataclass(frozen=True)
class Outcome:
    """A competency by its code, and the level that passing the course is evidence for."""

    competency: str
    level: int


@dataclass(frozen=True)
class Period:
    """A length of calendar time: 3 years, 18 months, 90 days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def add_to(self, start: date) -> date:
        """Return the day that is this long after `start`; 29 February becomes 28 where there is none."""
        months = start.year * 12 + start.month - 1 + self.years * 12 + self.months
        year, month = divmod(months, 12)
        day = min(start.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day) + timedelta(days=self.days)


@dataclass(frozen=True)
class Heading:
    """One line of a module's outline: `level` 2 or 3, the anchor of the heading and its text."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class ModuleVersion:
    """One module as it was published; `id` is the digest of its content.

    Mappings go from language to text. `bodies` is safe HTML with `PLACE` in its addresses.
    """

    key: str
    id: str
    language: str
    minutes: int
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    summaries: Mapping[str, str] = field(default_factory=dict)
    objectives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outlines: Mapping[str, tuple[Heading, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def title(self, language: str) -> str:
        """Return the title in `language`, or in the course's main language."""
        return self.titles.get(language) or self.titles[self.language]

    def summary(self, language: str) -> str:
        """Return the summary in `language` or the main one; empty when there is none."""
        return self.summaries.get(language) or self.summaries.get(self.language, "")

    def objectives_in(self, language: str) -> tuple[str, ...]:
        """Return what the learner can do afterwards, in `language` or the main one."""
        return self.objectives.get(language) or self.objectives.get(self.language, ())

    def html(self, language: str) -> str:
        """Return the body in `language` or the main one; pass it through `placed` before showing it."""
        return self.bodies.get(language) or self.bodies[self.language]

    def toc(self, language: str) -> tuple[Heading, ...]:
        """Return the outline that belongs to `html(language)`."""
        return self.outlines.get(self._shown(language), ())

    def text(self, language: str) -> str:
        """Return the plain text for searching, in `language` or the main one."""
        return self.texts.get(self._shown(language), "")

    def shown_language(self, language: str) -> str:
        """Return the language in which the module is shown to somebody who prefers `language`."""
        return self._shown(language)

    def _shown(self, language: str) -> str:
        return language if self.bodies.get(language) else self.language


@dataclass(frozen=True)
class Media:
    """A file of the course that is no text: kept in the storage by digest, served under `name`."""

    name: str
    digest: str
    size_bytes: int
    mimetype: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class CourseVersion:
    """One published version of a course; never changed.

    `complete` is the rule tree as written (see `learn.progress.rules`), `hours` are JP, `enrolment` is
    open, approval or closed; `organiser` is the code of the unit that gives the certificates, empty for
    the installation's own. Mappings of texts go from language to text.
    """

    id: str
    course: str
    number: int
    published_at: datetime
    language: str
    languages: tuple[str, ...]
    titles: Mapping[str, str]
    hours: int
    form: str
    outcomes: tuple[Outcome, ...]
    valid_for: Period | None
    complete: Mapping[str, Any]
    enrolment: str
    modules: tuple[ModuleVersion, ...]
    quizzes: Mapping[str, Quiz]
    summaries: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, Media] = field(default_factory=dict)
    organiser: str = ""

    def title(self, language: str) -> str:
        """Return the title in `language`, or in the main language."""
        return self.titles.get(language) or self.titles[self.language]

    def summary(self, language: str) -> str:
        """Return the summary in `language` or the main one; empty when there is none."""
        return self.summaries.get(language) or self.summaries.get(self.language, "")

    def audience(self, language: str) -> str:
        """Return for whom the course is, in `language` or the main one; empty when it does not say."""
        return self.audiences.get(language) or self.audiences.get(self.language, "")

    def description(self, language: str) -> str:
        """Return the description as safe HTML; pass it through `placed` before showing it."""
        return self.descriptions.get(language) or self.descriptions.get(self.language, "")

    @property
    def minutes(self) -> int:
        """Return the reading time of all modules together."""
        return sum(module.minutes for module in self.modules)

    def module(self, key: str) -> ModuleVersion | None:
        """Return the module named `key`, or None."""
        return next((module for module in self.modules if module.key == key), None)

    def around(self, key: str) -> tuple[ModuleVersion | None, ModuleVersion | None]:
        """Return the modules before and after the one named `key`."""
        keys = [module.key for module in self.modules]
        if key not in keys:
            return None, None
        place = keys.index(key)
        before = self.modules[place - 1] if place else None
        after = self.modules[place + 1] if place + 1 < len(keys) else None
        return before, after

    def quiz(self, key: str) -> Quiz | None:
        """Return the quiz named `key`, or None."""
        return self.quizzes.get(key)

    def quizzes_of(self, module: str | None) -> tuple[Quiz, ...]:
        """Return the quizzes of the module named `module`; with None, those of the course as a whole."""
        return tuple(quiz for quiz in self.quizzes.values() if quiz.module == module)
