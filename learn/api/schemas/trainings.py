"""The models of trainings: what is open, places, attendance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from learn.api.schemas.common import PageQuery, Sent, Told
from learn.trainings.rules import MAX_REASON

State = Literal["draft", "open", "closed", "cancelled"]
Place = Literal["asked", "waiting", "confirmed", "refused", "withdrawn", "cancelled"]
Presence = Literal["present", "late", "absent", "excused"]


class TrainingsQuery(PageQuery):
    """Which trainings are listed."""

    q: str = Field("", max_length=200, description="Letters of the title.")


class HeldQuery(TrainingsQuery):
    """Which trainings of one's units are listed."""

    state: State | None = Field(None, description="How the trainings stand.")


class SessionOut(Told):
    """One session."""

    session: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    room: str
    trainer: str


class TrainingOut(Told):
    """A training, with what one has of it in `place`."""

    training: int
    title: str
    course: str | None
    form: str
    organiser: str
    venue: str
    unit: str = Field(description="Code of the unit that holds it.")
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int
    seats: int
    waiting_list: bool
    approval: bool
    share: int = Field(description="Attendance needed, in per cent.")
    state: State
    place: Place | None


class TrainingWhole(TrainingOut):
    """A training with its sessions; `link` for those with a confirmed place."""

    about: str
    link: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    jp: int
    position: int | None = Field(description="One's turn on the waiting list, from 1.")
    sessions: list[SessionOut]


class TrainingList(Told):
    """A page of trainings."""

    items: list[TrainingOut]
    next: str | None


class CheckIn(Sent):
    """The code that the screen of the session shows now."""

    code: str = Field(min_length=1, max_length=100)


class AttendanceMarkIn(Sent):
    """What is said of one person; without minutes, those of the presence."""

    number: str = Field(max_length=40)
    state: Presence
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None


class MarksIn(Sent):
    """What is said of several people at one session; a reason is needed to correct."""

    marks: list[AttendanceMarkIn] = Field(max_length=5000)
    reason: str = Field("", max_length=MAX_REASON)


class AttendanceMarkOut(Told):
    """One participant at one session; `state` is null where nothing was recorded."""

    number: str | None
    name: str
    unit: str | None
    state: Presence | None
    minutes: int | None
    way: Literal["scan", "list", "file"] | None
    recorded_at: datetime | None


class AttendanceList(Told):
    """The participants of a session by name."""

    training: int
    session: int
    day: date
    items: list[AttendanceMarkOut]


class Recorded(Told):
    """How many people something was recorded of."""

    recorded: int
