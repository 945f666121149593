"""The records that leave: what one line of a screen, a file or the API says.

Moments are in the time zone of the person's unit; scores are shares from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

VALID, EXPIRED, WITHDRAWN = "valid", "expired", "withdrawn"
FULFILLED, SHORT, WITHIN, OVER, NO_TARGET = "fulfilled", "short", "within", "over", "no_target"


@dataclass(slots=True)  # not frozen like the others: that would take a fifth of an export's time
class CompletionRecord:
    """A course that somebody completed; unit, title and hours are those of that day.

    `status` is valid, expired or withdrawn.
    """

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    course: str
    cycle: int
    title: str
    version: str
    started_at: datetime
    completed_at: datetime
    score: float | None
    hours: int
    form: str
    certificate: str | None
    valid_until: datetime | None
    status: str


@dataclass(frozen=True, slots=True)
class CompetencyRecord:
    """The levels of one person in one competency; None: not assessed, or nothing is required.

    `courses` are the courses whose evidence counts.
    """

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    post_class: str
    competency: str
    title: str
    learned: int
    assessed: int | None
    required: int | None
    gap: int | None
    courses: Sequence[str]
    assessed_gap: int | None = None
    learned_until: date | None = None
    assessed_state: str = "none"
    assessed_on: date | None = None
    assessed_until: date | None = None
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One piece of evidence; `state` is counts, lapsed, suspended or withdrawn."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    competency: str
    level: int
    source: str
    ref: str
    course: str | None
    version: str | None
    framework: str | None
    actor: str | None
    observed_on: date | None
    recorded_at: datetime
    valid_until: date | None
    suspended_from: date | None
    suspended_until: date | None
    withdrawn_at: date | None
    state: str


@dataclass(frozen=True, slots=True)
class HoursRecord:
    """The hours (JP) of one person in one year against what they owe.

    `target` is the floor or the ceiling; `status` is fulfilled or short for a floor, within or over for
    a ceiling, no_target without a figure.
    """

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    kind: str
    year: int
    earned: int
    target: int | None
    missing: int
    status: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as a list of people has them, to be read back by the import."""

    person_id: int
    number: str | None
    name: str
    title_before: str
    title_after: str
    kind: str
    unit_code: str | None
    unit: str | None
    parent_unit_code: str | None
    post: str
    post_class: str
    grade: str
    since: date | None
    email: str | None
    active: bool
    roles: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """Development done elsewhere that was accepted; its year is that of `ends_on`."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    claim: int
    form: str
    siasn_form: int | None
    title: str
    organiser: str
    certificate: str
    starts_on: date
    ends_on: date
    hours: int
    accepted_at: datetime | None
