"""The models of mentoring and coaching: pairs, goals, meetings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import Cursor, PageQuery, Sent, Told
from learn.lifecycle import MAX_REASON
from learn.mentoring.log_rules import MAX_GOAL, MAX_TEXT, MAX_TOPIC
from learn.mentoring.rules import MAX_AIM

Day = Annotated[str, Field(max_length=10, description="A date, such as 2026-11-24.")]
Seq = Annotated[int, Field(ge=0, lt=2**31, description="The `seq` of what was seen.")]
Level = Annotated[int, Field(ge=1, le=5)]
Code = Annotated[str, Field(max_length=20, description="Code of a competency, such as M.05.")]
Number = Annotated[str, Field(max_length=60, description="NIP or NI PPPK.")]
PairState = Literal[
    "requested", "proposed", "accepted", "active", "ended", "confirmed", "declined", "refused",
    "withdrawn",
]  # fmt: skip


class PairIn(Sent):
    """A pair that is asked for or proposed; without `mentor` it waits until one is named."""

    form: str = Field("NKL02", max_length=8, description="NKL01 coaching, NKL02 mentoring, NKL11.")
    starts_on: Day
    ends_on: Day
    competencies: list[Code] = Field([], max_length=20)
    aim: str = Field("", max_length=MAX_AIM)
    mentor: Number | None = Field(None, description="Of somebody who may be asked.")


class PairActIn(Sent):
    """What becomes of a pair; `mentor` goes with `name`, a reason with all that says no or ends."""

    act: Literal[
        "name", "accept", "decline", "start", "refuse", "withdraw", "end", "take_back"
    ]  # fmt: skip
    based_on: Seq
    reason: str = Field("", max_length=MAX_REASON)
    mentor: Number | None = None


class ResultIn(Sent):
    """What a supervisor confirms at the end."""

    based_on: Seq
    changed: str = Field(min_length=1, max_length=MAX_REASON, description="What changed at work.")
    levels: dict[Code, Level] = Field({}, description="Levels seen at work; they become evidence.")


class GoalIn(Sent):
    """A goal that can be measured."""

    text: str = Field(min_length=1, max_length=MAX_GOAL)
    competency: Code
    level: Level | None = None
    due_on: Day


class GoalChangeIn(GoalIn):
    """The goal anew."""

    based_on: Seq


class GoalStateIn(Sent):
    """How a goal stands."""

    state: Literal["open", "reached", "missed", "dropped"]
    based_on: Seq


class MeetingIn(Sent):
    """A meeting that has been."""

    starts_at: str = Field(max_length=40, description="A moment, such as 2026-11-24T01:30:00Z.")
    minutes: int = Field(ge=1, le=1440)
    mode: Literal["place", "online"] = "place"
    competency: Code | None = None
    topic: str = Field(min_length=1, max_length=MAX_TOPIC)
    notes: str = Field("", max_length=MAX_TEXT)
    actions: str = Field("", max_length=MAX_TEXT)
    where: str = Field("", max_length=MAX_TOPIC)
    shared: bool = Field(False, description="Whether the supervisor and HR may read its texts.")


class MeetingChangeIn(MeetingIn):
    """The meeting corrected."""

    based_on: Seq


class MeetingStateIn(Sent):
    """What becomes of a meeting: the other confirms it or says why not; its writer takes it out."""

    state: Literal["confirmed", "disputed", "removed"]
    based_on: Seq
    reason: str = Field("", max_length=MAX_REASON)


class MyPairsQuery(PageQuery):
    """Which of one's own pairs."""

    role: Literal["mentee", "mentor"] = Field("mentee", description="As what one is in them.")


class PairsQuery(PageQuery):
    """Which pairs of one's people."""

    state: PairState | None = Field(None, description="How the pairs stand; all without it.")
    unit: str | None = Field(None, max_length=60, description="Code of a unit, with all below it.")


class PairOut(Told):
    """A pair; meetings and minutes are the confirmed ones."""

    pair: int
    number: str | None = Field(description="NIP or NI PPPK of the mentee.")
    mentee: str
    mentor: str
    form: str
    starts_on: date
    ends_on: date
    competencies: list[str]
    state: PairState
    seq: int = Field(description="Give it as `based_on` for the next act.")
    meetings: int
    minutes: int
    hours: int = Field(description="JP of the mentee, once a supervisor has confirmed.")


class GoalOut(Told):
    """A goal; its text is empty where it was erased."""

    goal: int
    text: str
    competency: str
    level: int | None
    due_on: date
    state: Literal["open", "reached", "missed", "dropped"]
    seq: int


class MeetingOut(Told):
    """A meeting; its texts are null for those who may not read them."""

    meeting: int
    day: date
    starts_at: datetime
    minutes: int
    mode: Literal["place", "online"]
    competency: str | None
    state: Literal["logged", "confirmed", "disputed", "removed"]
    topic: str | None
    notes: str | None
    actions: str | None
    where: str | None
    seq: int


class PairWhole(PairOut):
    """One pair with its goals and its newest meetings."""

    aim: str
    reason: str = Field(description="Why it was declined, refused or ended.")
    changed: str = Field(description="What the supervisor says changed at work.")
    hours_so_far: int = Field(description="JP that the confirmed meetings are worth now.")
    goals: list[GoalOut]
    meetings_noted: list[MeetingOut]


class PairList(Told):
    """A page of pairs."""

    items: list[PairOut]
    next: Cursor
