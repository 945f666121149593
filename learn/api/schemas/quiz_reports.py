"""The models of reports on attempts: those that run, those handed in, and grading them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, RootModel

from learn.api.schemas.common import Score, Sent, Told


class UnitQuery(Sent):
    """Whose attempts."""

    unit: str | None = Field(None, max_length=60, description="Only of this unit and those below.")


class AttemptsQuery(UnitQuery):
    """What of the attempts that were handed in, and in which form."""

    what: Literal["scores", "answers"] = Field(
        "scores", description="A line for each attempt, or one for each answer."
    )
    format: Literal["csv", "xlsx", "json", "jsonl"] = Field(
        "jsonl", description="The form of the file."
    )


class RunningLine(Told):
    """One attempt that is being taken."""

    attempt: str | None = Field(
        description="None where answers are graded without names: graders see attempts by it."
    )
    name: str
    number: int
    started_at: datetime
    expires_at: datetime | None
    answered: int
    questions: int
    last_at: datetime = Field(description="When something was last done in it.")


class RunningOut(Told):
    """The attempts that run now, the newest first; `more` says that not all are listed."""

    items: list[RunningLine]
    more: bool


class FileOut(RootModel[list[dict[str, Any]]]):
    """The lines of the file as JSON; the other formats are sent as they are."""


class RegradeIn(Sent):
    """By which rule to grade again, and why; a dry run only tells what would change."""

    policy: Literal["only-up", "exact"] = "only-up"
    dry_run: bool = False
    reason: str = Field("", max_length=500, description="Needed unless it is a dry run.")


class ChangeOut(Told):
    """One attempt whose result changes; shares from 0 to 1."""

    attempt: str
    before: Score
    after: Score
    passed_before: bool
    passed_after: bool
    questions: dict[str, tuple[float, float]]


class RegradeOut(Told):
    """What changes, or would change, for everybody."""

    attempts: int
    changes: list[ChangeOut]
    kept: dict[str, int] = Field(description="Questions that keep their grade, and how often.")
    regraded: int
    completed: int = Field(description="Courses that were completed by it.")
