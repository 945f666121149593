"""The models of claims: development done elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told
from learn.claims.rules import (
    MAX_CERTIFICATE,
    MAX_NOTE,
    MAX_ORGANISER,
    MAX_TITLE,
    MOST_JP,
    MOST_SEMESTERS,
)
from learn.lifecycle import MAX_REASON

State = Literal["draft", "submitted", "returned", "accepted", "rejected", "withdrawn", "revoked"]
Day = Annotated[str, Field(max_length=10, description="A date, such as 2026-11-24.")]
Seq = Annotated[int, Field(ge=0, lt=2**31, description="The `seq` of the claim that was seen.")]
ByDay = Annotated[
    dict[Day, Annotated[int, Field(ge=0, le=1440)]],
    Field(max_length=366, description='A number for each date, such as {"2026-11-24": 90}.'),
]


class ClaimIn(Sent):
    """What was done; which figures are needed depends on the form of development."""

    form: str = Field(max_length=8, description="A form of development, such as KL06.")
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    organiser: str = Field(min_length=1, max_length=MAX_ORGANISER)
    starts_on: Day
    ends_on: Day
    certificate: str = Field("", max_length=MAX_CERTIFICATE)
    note: str = Field("", max_length=MAX_NOTE)
    declared_jp: int | None = Field(None, ge=0, le=MOST_JP, description="JP on the certificate.")
    semesters: int | None = Field(None, ge=1, le=MOST_SEMESTERS)
    minutes: ByDay = {}
    sessions: ByDay = {}


class ClaimChangeIn(ClaimIn):
    """The whole claim anew; its document stays."""

    based_on: Seq


class ClaimStepIn(Sent):
    """What an act on a claim is based on."""

    based_on: Seq


class DecisionIn(Sent):
    """What becomes of a claim; a reason is needed for all but accepting."""

    act: Literal["accept", "return", "reject", "revoke"]
    reason: str = Field("", max_length=MAX_REASON)
    based_on: Seq


class ClaimsQuery(PageQuery):
    """Which claims of others."""

    state: Literal["submitted", "returned", "accepted", "rejected", "revoked"] = Field(
        "submitted", description="How the claims stand."
    )
    unit: str | None = Field(None, max_length=60, description="Code of a unit, with all below it.")


class TwinOut(Told):
    """Another claim that looks like the same; without `claim` it is somebody's outside one's reach."""

    why: Literal["document", "certificate", "title"]
    claim: int | None
    number: str | None


class ClaimOut(Told):
    """A claim; title, organiser and certificate are empty where they were erased."""

    claim: int
    number: str | None = Field(description="NIP or NI PPPK of whose it is.")
    name: str
    form: str
    title: str
    organiser: str
    certificate: str
    note: str
    starts_on: date
    ends_on: date
    declared_jp: int | None
    semesters: int | None
    minutes: dict[str, int]
    sessions: dict[str, int]
    jp: int
    state: State
    seq: int = Field(description="Give it as `based_on` for the next act.")
    document: str | None = Field(description="The SHA-256 of the document; null: none yet.")
    reason: str = Field(description="Why it was returned, rejected or revoked.")
    submitted_at: datetime | None
    decided_at: datetime | None


class ClaimWhole(ClaimOut):
    """One claim, with how its JP come about and what looks like the same."""

    why: list[str]
    twins: list[TwinOut]


class ClaimList(Told):
    """A page of claims."""

    items: list[ClaimOut]
    next: Cursor
