"""The models of starting a quiz: its terms for the caller, and other terms for people and units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from learn.api.schemas.common import Cursor, FieldError, PageQuery, Sent, Told, UnitOut
from learn.api.schemas.courses import RuleOut
from learn.quizzes.source.settings import MAX_ATTEMPTS, MAX_SECONDS

Attempts = Annotated[
    int | None,
    Field(description="How many in a cycle; 0: any number; null: as it is without this."),
]
TimeLimit = Annotated[
    int | None, Field(description="Seconds; 0: no limit; null: as it is without this.")
]


class StartIn(Sent):
    """What one brings along to start; nothing of it is needed where the quiz does not ask."""

    password: str = Field("", max_length=200, description="The password of the quiz.")
    honesty: bool = Field(False, description="true: the statement of honesty is accepted.")


class ReasonOut(Told):
    """Why one cannot start now."""

    code: str
    message: str


class ChangeOut(Told):
    """A term that holds otherwise than the quiz says; `unit` is the unit for which it was set."""

    term: Literal["attempts", "time_limit", "opens_at", "closes_at"]
    message: str
    unit: str | None


class TermsOut(Told):
    """The terms of a quiz as they hold for the caller, and whether it can be started now."""

    quiz: str
    title: str
    attempts: int | None = Field(description="How many in a cycle; null: any number.")
    attempts_used: int
    time_limit: int | None = Field(description="Seconds; null: no limit.")
    opens_at: datetime | None
    closes_at: datetime | None
    close_policy: Literal["hard", "start-only"] = Field(
        description="hard: running attempts are handed in at closing; start-only: they may be finished."
    )
    delays: list[int] = Field(description="Seconds before the second and before later attempts.")
    next_start_at: datetime | None = Field(description="Not before then, for the delay.")
    password: bool = Field(description="Whether a password is asked for.")
    honesty: str | None = Field(description="The statement to accept; null: none is asked for.")
    networks: bool = Field(description="Whether it can be taken only in certain networks.")
    page: Literal["one", "all"]
    navigation: Literal["free", "sequential"]
    prerequisite: RuleOut | None
    changes: list[ChangeOut]
    reasons: list[ReasonOut] = Field(description="What stands against starting now.")
    open_attempt: str | None = Field(description="The id of the attempt that goes on.")


class OverrideIn(Sent):
    """Other terms; at least one of them, and the reason."""

    attempts: Annotated[int, Field(ge=0, le=MAX_ATTEMPTS)] | None = None
    time_limit: Annotated[int, Field(ge=0, le=MAX_SECONDS)] | None = Field(
        None, description="Seconds; 0: no limit."
    )
    opens_at: str | None = Field(
        None,
        max_length=40,
        description="2026-12-01T08:00:00Z, or 2026-12-01 08:00 in the unit's time.",
    )
    closes_at: str | None = Field(None, max_length=40, description="As `opens_at`.")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class OverrideOut(Told):
    """What is set for a person or for a unit."""

    number: str | None = Field(description="The person's number, masked; null: it is for a unit.")
    name: str
    unit: UnitOut | None
    attempts: Attempts
    time_limit: TimeLimit
    opens_at: datetime | None
    closes_at: datetime | None
    reason: str | None = Field(description="null: it was erased with other personal data.")
    set_at: datetime


class OverrideQuery(PageQuery):
    """Which of them."""

    unit: str | None = Field(None, max_length=100, description="Code of a unit, with all below it.")
    q: str | None = Field(None, max_length=100, description="Words of the name, or a whole number.")


class OverrideList(Told):
    """What is set for units, then a page of what is set for people, by name."""

    units: list[OverrideOut]
    items: list[OverrideOut]
    next: Cursor


class RemovedOut(Told):
    """What was set is taken away."""

    removed: bool


class SheetQuery(Sent):
    """Whether only to look."""

    dry_run: bool = Field(False, description="true: only say what would happen.")


class SheetOut(Told):
    """What a sheet set, or would set."""

    dry_run: bool
    set: int
    unchanged: int
    warnings: list[FieldError]
