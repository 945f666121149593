"""The models of a person's record: who they are, competencies, hours and completions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from learn.api.schemas.common import Score, Told, UnitOut


class Me(Told):
    """Who calls, and what they may do."""

    number: str | None = Field(description="NIP or NI PPPK held now.")
    name: str
    kind: Literal["PNS", "CPNS", "PPPK", "other"]
    unit: UnitOut | None
    post: str
    post_class: str
    grade: str
    language: str
    time_zone: str
    roles: list[str] = Field(description="Roles that count for this request.")
    token_role: str | None = Field(description="The one role that the token is narrowed to.")


class EvidenceOut(Told):
    """One thing that speaks for a level."""

    source: str = Field(
        description="course, quiz, training, mentoring, confirmation, import or prior."
    )
    ref: str = Field(description="What it was, such as course and cycle.")
    course: str | None
    cycle: int | None
    version: str | None = Field(description="The course version that it was earned on.")
    framework: str | None = Field(description="The version of the framework that was in force.")
    level: int
    observed_on: date | None = Field(description="The day on which a supervisor saw it.")
    recorded_at: datetime
    valid_until: datetime | None
    suspended_from: date | None
    suspended_until: date | None
    counts: bool
    reason: Literal["lapsed", "suspended", "withdrawn"] | None = Field(
        description="Why it does not count."
    )


class CompetencyOut(Told):
    """One competency of the framework; levels from 0 to 5."""

    code: str
    name: str
    learned_level: int
    assessed_level: int | None
    required_level: int | None
    gap: int | None = Field(description="Required minus learned, never below 0.")
    assessed_gap: int | None = Field(description="Required minus assessed, never below 0.")
    learned_until: date | None = Field(description="Last day of the learned level; null: for ever.")
    assessed_state: Literal["none", "valid", "suspended", "lapsed"]
    assessed_on: date | None
    assessed_until: date | None = Field(description="Last day of the assessment.")
    evidence: list[EvidenceOut]


class HoursOut(Told):
    """The learning hours (JP) of a year; `target` null: no figure is owed.

    For PPPK a year of the work agreement, where its first day is known: then its days stand here.
    """

    year: int = Field(description="The calendar year, or that in which the year begins.")
    earned: int
    target: int | None
    at_most: bool = Field(description="Whether `target` is a ceiling (PPPK); it hinders nothing.")
    starts_on: date | None = Field(description="First day of a year of an agreement.")
    ends_on: date | None = Field(description="Its last day.")


class CompletionOut(Told):
    """A course completed in a cycle, with what it was worth on that day."""

    course: str
    title: str
    version: str
    cycle: int
    enrolled_at: datetime
    completed_at: datetime
    score: Score | None
    hours: int
    form: str
    certificate: str | None
    valid_until: datetime | None
    withdrawn_at: datetime | None
    status: Literal["valid", "expired", "withdrawn"]


class RecordOut(Told):
    """A person's competencies, hours and completions."""

    name: str
    competencies: list[CompetencyOut]
    hours: list[HoursOut]
    completions: list[CompletionOut]
