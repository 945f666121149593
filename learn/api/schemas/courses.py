"""The models of courses as a learner sees them: the catalogue, modules, the rule, how far one is."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, Score, Sent, Told

ModuleState = Literal["not_started", "in_progress", "completed"]


class CourseItem(Told):
    """A course in the catalogue."""

    course: str
    title: str
    summary: str
    hours: int = Field(description="Learning hours (JP) that completing it brings.")
    form: str = Field(description="Form of development, such as NKL03.")
    minutes: int = Field(description="Reading time of all modules.")
    modules: int
    language: str
    languages: list[str]
    version: str


class CourseList(Told):
    """A page of the catalogue."""

    items: list[CourseItem]
    next: Cursor


class OutcomeOut(Told):
    """What completing the course is evidence for."""

    competency: str
    name: str
    level: int


class ModuleOut(Told):
    """A module, and how far one is with it."""

    module: str
    title: str
    minutes: int
    state: ModuleState


class QuizOut(Told):
    """A quiz, and how far one is with it in this cycle."""

    quiz: str
    title: str
    role: Literal["pretest", "practice", "module", "final"]
    module: str | None
    behaviour: str
    questions: int
    pass_: float = Field(alias="pass", description="Pass mark from 0 to 100.")
    attempts: int | None = Field(description="How many are allowed in a cycle; null: any number.")
    time_limit: int | None = Field(description="Seconds; null: no limit.")
    attempts_used: int
    score: Score | None
    passed: bool | None


class RuleOut(Told):
    """A node of the completion rule: whether it is met, and what is missing."""

    kind: str
    key: str | None
    met: bool
    message: str
    done: float
    total: float
    children: list[RuleOut]


class CourseOut(CourseItem):
    """A course as the caller sees it."""

    modules: list[ModuleOut]  # type: ignore[assignment]  # here in full, in the catalogue their number
    description_html: str
    audience: str
    enrolment: Literal["open", "approval", "closed"]
    outcomes: list[OutcomeOut]
    quizzes: list[QuizOut]
    complete: RuleOut
    cycle: int | None = Field(description="Null: not begun.")
    completed_at: datetime | None


class EnrolmentOut(Told):
    """A cycle of a course that one has begun."""

    course: str
    cycle: int
    version: str
    enrolled_at: datetime


class ProgressIn(Sent):
    """How far one is with a module; a completed one stays completed."""

    state: Literal["in_progress", "completed"]


class ProgressOut(Told):
    """How far one is with a module now."""

    module: str
    state: ModuleState
    completed_course: bool = Field(description="Whether this completed the course.")
