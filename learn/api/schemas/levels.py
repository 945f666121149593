"""The models of levels: why they are held, assessing, confirming, suspending, prior learning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told
from learn.api.schemas.record import CompetencyOut, EvidenceOut
from learn.competencies.assessments.services import MAX_NOTE
from learn.lifecycle import MAX_REASON

Day = Annotated[str, Field(max_length=10, description="A date, such as 2026-11-24.")]
Level = Annotated[int, Field(ge=1, le=5)]
Code = Annotated[str, Field(max_length=20, description="A competency, such as M.05.")]
Instrument = Literal[
    "assessment_center", "competency_test", "interview", "portfolio", "observation", "other"
]
Seq = Annotated[int, Field(ge=0, lt=2**31, description="The `seq` of what was seen.")]


class PieceOut(EvidenceOut):
    """A piece of evidence with its entry, who brought it, and what was written."""

    seq: int = Field(
        description="The number of its entry; with it the piece is suspended or withdrawn."
    )
    by: str = Field(description="Who confirmed or accepted it; empty: it follows by itself.")
    note: str
    why: str = Field(description="The reason for its suspension or withdrawal.")


class AssessmentOut(Told):
    """An assessed level with how it stands; those that were replaced stay readable."""

    seq: int
    competency: str
    level: int
    assessed_on: date
    valid_until: date | None
    instrument: Instrument
    source: Literal["assessor", "import"]
    framework: str | None
    by: str
    note: str
    document: str | None = Field(description="The SHA-256 of the report; null: none.")
    state: Literal["counts", "replaced", "withdrawn", "suspended", "lapsed"]
    why: str = Field(description="The reason for its suspension or withdrawal.")


class NextLevelOut(Told):
    """What is missing for the next level, and what would give it."""

    level: int
    needs_evidence: bool = Field(description="No piece that counts reaches this level.")
    mandatory: list[str] = Field(description="What the framework requires besides, in words.")
    courses: list[str] = Field(description="Published courses that reach it.")


class WhyOut(CompetencyOut):
    """The reasons for the two levels of one competency."""

    rule: str
    framework: str
    pieces: list[PieceOut]
    assessments: list[AssessmentOut]
    next: NextLevelOut | None = Field(description="Null: the highest level is held.")


class AssessIn(Sent):
    """What an assessor found; the same `key` again changes nothing."""

    levels: dict[Code, Level] = Field(min_length=1, max_length=500)
    assessed_on: Day
    valid_until: Day | None = Field(
        None, description="Null: for as long as assessments usually do."
    )
    instrument: Instrument
    note: str = Field("", max_length=MAX_NOTE)
    key: str | None = Field(None, min_length=1, max_length=32)


class AssessmentsOut(Told):
    """The assessments that were recorded."""

    recorded: list[int] = Field(description="The numbers of their entries.")


class ConfirmIn(Sent):
    """What a supervisor saw; the same `key` again changes nothing."""

    competency: Code
    level: Level
    observed_on: Day
    note: str = Field(min_length=1, max_length=MAX_REASON)
    valid_until: Day | None = None
    key: str | None = Field(None, min_length=1, max_length=32)


class ConfirmedOut(Told):
    """The evidence that was recorded."""

    seq: int


class PieceActIn(Sent):
    """What is done with a piece of evidence or an assessment."""

    act: Literal["suspend", "resume", "withdraw"]
    begins: Day | None = Field(None, description="First day of a suspension; null: today.")
    ends: Day | None = Field(None, description="Its last day; null: until further notice.")
    reason: str = Field("", max_length=MAX_REASON)


class DoneOut(Told):
    """What was done, in words."""

    done: str


class LevelsImportQuery(Sent):
    """Whether the sheet is taken over or only looked at."""

    dry_run: bool = Field(False, description="true: only say what would be done.")


class LevelsImportOut(Told):
    """What a sheet did, or would do."""

    dry_run: bool
    changed: int
    unchanged: int


class RequestOut(Told):
    """A request to recognise prior learning."""

    request: int
    number: str | None = Field(description="NIP or NI PPPK of whose it is.")
    name: str
    competency: str
    level: int
    about: str
    documents: list[str] = Field(description="The SHA-256 of each document.")
    state: Literal["submitted", "returned", "accepted", "rejected", "withdrawn", "revoked"]
    seq: int = Field(description="Give it as `based_on` for the next act.")
    given_level: int | None
    valid_until: date | None
    reason: str
    submitted_at: datetime
    decided_at: datetime | None


class RequestList(Told):
    """A page of requests."""

    items: list[RequestOut]
    next: Cursor


class RequestsQuery(PageQuery):
    """Which requests of others."""

    state: Literal["submitted", "returned", "accepted", "rejected", "revoked"] = Field(
        "submitted", description="How the requests stand."
    )
    unit: str | None = Field(None, max_length=60, description="Code of a unit, with all below it.")


class ReviewIn(Sent):
    """What becomes of a request; a reason is needed for all but accepting."""

    act: Literal["accept", "return", "reject", "revoke"]
    level: Level | None = Field(None, description="The level that is recognised; null: as asked.")
    valid_until: Day | None = None
    reason: str = Field("", max_length=MAX_REASON)
    based_on: Seq
