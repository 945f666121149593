"""The models of HR's lists and of bulk acts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told, UnitOut

MOST_TARGETS = 1000


class DayQuery(PageQuery):
    """A list of HR: of which unit, and as of which day."""

    unit: str | None = Field(None, max_length=100, description="Code of a unit, with all below it.")
    on: str | None = Field(None, max_length=40, description="As of this local day; today without.")


class HrPeopleQuery(DayQuery):
    """Which people of a list of HR."""

    state: str = Field("", max_length=20, description="owing, short, idle or overdue; empty: all.")
    q: str = Field("", max_length=100, description="Words of the name, or a whole number.")
    kind: str = Field("", max_length=20, description="PNS, CPNS, PPPK or other.")
    post_class: str = Field("", max_length=40, description="Such as PELAKSANA.")
    band: str = Field("", max_length=9, description="JP of the year: 6-10, or 20- for more.")


class HrPersonItem(Told):
    """Somebody in a list of HR, with unit and hours of the day."""

    number: str | None
    name: str
    unit: UnitOut | None
    kind: str
    post_class: str
    year: int
    hours: int = Field(description="Verified JP of the year.")
    target: int | None = Field(description="Floor (PNS) or ceiling (PPPK); null: no figure.")
    missing: int
    last_completed_at: str | None


class HrPeopleList(Told):
    """A page of people, by name."""

    items: list[HrPersonItem]
    next: Cursor


class OverdueQuery(DayQuery):
    """Which overdue assignments."""

    course: str | None = Field(None, max_length=100, description="Key of a course.")


class OverdueItem(Told):
    """A required course that was not completed in time."""

    number: str | None
    name: str
    unit: UnitOut | None
    course: str
    cycle: int
    assigned_at: str
    due_on: str
    days_overdue: int


class OverduePage(Told):
    """A page of overdue assignments, those that were due first at the top."""

    items: list[OverdueItem]
    next: Cursor


class BulkTarget(Sent):
    """One person, with the completion or claim that is meant."""

    number: Annotated[str, StringConstraints(min_length=18, max_length=24)]
    course: str = Field("", max_length=80, description="Of a completion that is withdrawn.")
    cycle: int = Field(1, ge=1, lt=2**31)
    claim: int | None = Field(None, ge=1, lt=2**31, description="Number of a claim to accept.")


class BulkIn(Sent):
    """What is to be done to whom."""

    act: str = Field(max_length=20, description="enrol, assign, unassign, withdraw or accept.")
    targets: list[BulkTarget] = Field(min_length=1, max_length=MOST_TARGETS)
    course: str = Field("", max_length=80, description="For enrol, assign and unassign.")
    due: str = Field("", max_length=40, description="Last local day, for assign; empty: none.")
    reason: str = Field("", max_length=2000, description="For withdraw and unassign.")


class BulkDoIn(BulkIn):
    """The same as in the preview, with what it showed."""

    digest: str = Field(max_length=64, description="From the preview; 409 when the list changed.")


class LeftOut(Told):
    """Somebody who is left out, and why."""

    number: str
    why: str


class BulkPlanOut(Told):
    """What would be done."""

    digest: str
    count: int
    left: list[LeftOut]


class BulkOut(Told):
    """A bulk act: how many it was done to, and how many were taken back."""

    batch: int
    act: str
    state: str = Field(description="running, done, undoing or undone.")
    made_at: str
    total: int
    done: int
    taken_back: int
    items: dict[str, int] = Field(description="People by what became of them.")


class BulkItemOut(Told):
    """A bulk act in a list."""

    batch: int
    act: str
    state: str
    made_at: str
    total: int
    done: int
    taken_back: int


class BulkList(Told):
    """A page of bulk acts, the newest first."""

    items: list[BulkItemOut]
    next: Cursor
