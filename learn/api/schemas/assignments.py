"""The models of assignments, rules and notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told
from learn.assignments.rules import MAX_REASON, MOST_DAYS

Reason = Annotated[str, Field(max_length=MAX_REASON, description="It stands in the record.")]
Day = Annotated[str, Field(max_length=10, description="A date, such as 2026-11-24.")]
Kind = Literal["", "PNS", "CPNS", "PPPK", "other"]
DueKind = Literal["none", "date", "after_rule", "after_hire", "after_post", "before_lapse"]


class AssignmentOut(Told):
    """A cycle of a course that somebody has to complete, or had to."""

    course: str
    title: str
    cycle: int
    state: Literal["open", "done", "withdrawn", "ended"]
    mandatory: bool
    due_on: date | None = Field(description="The last local day; null: there is no date.")
    days_left: int | None = Field(description="Negative when the date is over.")
    overdue: bool
    may_ask: bool = Field(description="Whether the learner may ask for more time.")
    asked_until: date | None
    repeat: bool
    rule: int | None
    assigned_at: datetime


class AssignmentList(Told):
    """Assignments of one person."""

    items: list[AssignmentOut]


class AssignmentIn(Sent):
    """A course for somebody."""

    course: str = Field(max_length=80)
    due_on: Day | None = Field(None, description="The last local day of the person's unit.")
    mandatory: bool = True
    may_ask: bool = True
    repeat: bool = False


class DueIn(Sent):
    """Another due date."""

    due_on: Day
    reason: Reason


class EndIn(Sent):
    """Why an assignment ends."""

    reason: Reason


class TimeIn(Sent):
    """A question for more time."""

    until: Day
    reason: Reason


class DueQuery(PageQuery):
    """Which open assignments."""

    within: Literal["", "overdue", "7", "30", "90", "asking"] = Field(
        "", description="Overdue, due within so many days, or asking for more time."
    )
    unit: str | None = Field(None, max_length=60, description="Code of a unit, with all below it.")
    course: str | None = Field(None, max_length=80, description="Key of a course.")


class DueOut(AssignmentOut):
    """An open assignment, and whose it is."""

    number: str | None
    name: str
    unit: str | None


class DueList(Told):
    """A page of open assignments, the first due first."""

    items: list[DueOut]
    next: Cursor


class RuleIn(Sent):
    """Whom a rule is for, and until when; empty texts narrow nothing."""

    course: str = Field(max_length=80)
    unit: str | None = Field(None, max_length=60, description="Code of a unit, with all below it.")
    post_title: str = Field("", max_length=255)
    post_class: str = Field("", max_length=40)
    kind: Kind = ""
    new_only: bool = False
    starts_on: Day
    due: DueKind = "after_rule"
    due_on: Day | None = None
    days: int | None = Field(None, ge=0, le=MOST_DAYS)
    mandatory: bool = True
    may_ask: bool = True
    repeat: bool = True


class RuleChangeIn(RuleIn):
    """The whole rule anew."""

    based_on: str = Field(max_length=40, description="`changed_at` of the rule that was seen.")


class AssignmentRuleOut(Told):
    """A rule of assignment."""

    rule: int
    course: str
    unit: str | None
    post_title: str
    post_class: str
    kind: str
    new_only: bool
    starts_on: date
    due: DueKind
    due_on: date | None
    days: int | None
    mandatory: bool
    may_ask: bool
    repeat: bool
    changed_at: datetime
    ended_at: datetime | None


class RuleList(Told):
    """The rules within reach."""

    items: list[AssignmentRuleOut]


class PreviewOut(Told):
    """What a rule would do now."""

    people: int
    now: int = Field(description="How many get the course.")
    assigned: int = Field(description="Left out: it is assigned to them already.")
    holds: int = Field(description="Left out: they hold it, and it does not lapse soon.")
    exempt: int = Field(description="Left out: somebody has ended it for them.")


class NoticesQuery(PageQuery):
    """Which notices."""

    unread: bool = Field(True, description="Those that are unread, or those that were read.")


class NoticeOut(Told):
    """A notice, in the language of who asks."""

    key: str
    kind: str
    text: str
    url: str | None
    at: datetime
    read_at: datetime | None


class NoticeList(Told):
    """A page of one's own notices, the newest first."""

    items: list[NoticeOut]
    next: Cursor
    unread: int = Field(description="How many are unread in all.")


class ReadIn(Sent):
    """Which notice was read; without a key all were."""

    key: str | None = Field(None, max_length=120)


class ReadOut(Told):
    """How many were unread."""

    read: int
