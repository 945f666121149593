"""Tables of classroom trainings: what is planned, and, folded from the ledger, who has a place and who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId
from learn.ledger import projection_table


class Training(Base):
    """A training that an organiser's unit holds: of a course, or on its own (then `course` is None).

    `starts_at` and `ends_at` repeat the first and the last session. `seats` counts the confirmed
    places, `turns` gives each sign-up its place in the order, `revision` each change its number. `audience`
    stands in a table of its own. `share` is how much attendance it takes, in per cent.
    """

    __tablename__ = "learn_training"
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="capacity_is_positive"),
        CheckConstraint("seats >= 0 AND seats <= capacity", name="seats_fit"),
        CheckConstraint("share BETWEEN 1 AND 100", name="share_is_percent"),
        Index("ix_learn_training_state", "state", "starts_at", "id"),
        Index("ix_learn_training_unit", "unit_id", "starts_at", "id"),
        Index("ix_learn_training_course", "course", "state"),
        Index("ix_learn_training_starts_at", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("learn_unit.id"))
    time_zone: Mapped[str] = mapped_column(String(60))
    course: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    form: Mapped[str] = mapped_column(String(8))
    declared_jp: Mapped[int | None]
    outcomes: Mapped[list[Any]]
    organiser: Mapped[str] = mapped_column(String(255))
    about: Mapped[str] = mapped_column(String(2000), default="")
    place: Mapped[str] = mapped_column(String(255), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int]
    waiting_list: Mapped[bool]
    approval: Mapped[bool]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    share: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    seats: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    turns: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    revision: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class TrainingAudience(Base):
    """A unit whose people, and those of the units below it, may sign up for a training."""

    __tablename__ = "learn_training_audience"
    __table_args__ = (Index("ix_learn_training_audience_unit", "unit_id", "training_id"),)

    training_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("learn_training.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("learn_unit.id"), primary_key=True, autoincrement=False
    )


class TrainingSession(Base):
    """One sitting of a training.  `secret` is the key of its changing codes and leaves the server never."""

    __tablename__ = "learn_training_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_learn_training_session_training", "training_id", "starts_at"),
        Index("ix_learn_training_session_starts_at", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    training_id: Mapped[int] = mapped_column(BigId, ForeignKey("learn_training.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(String(120), default="")
    trainer: Mapped[str] = mapped_column(String(120), default="")
    secret: Mapped[str] = mapped_column(String(64))

    @property
    def minutes(self) -> int:
        """Return how long it is, in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@projection_table
class Seat(Base):
    """What one person has of a training: asked, waiting, confirmed, or no longer.

    `turn` is the place in the order of sign-ups. `share` (0 to 1), `fulfilled` and `jp` are what the
    close of the training found, None while it is open.
    """

    __tablename__ = "learn_training_seat"
    __table_args__ = (
        Index("ix_learn_training_seat_training", "training_id", "state", "turn"),
        CheckConstraint("share BETWEEN 0 AND 1", name="share_is_a_share"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    training_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    turn: Mapped[int]
    seq: Mapped[int]
    reason_seq: Mapped[int | None]
    asked_at: Mapped[datetime]
    since: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    minutes: Mapped[int | None]
    share: Mapped[float | None]
    fulfilled: Mapped[bool | None]
    jp: Mapped[int | None]


@projection_table
class Attendance(Base):
    """Whether and how long one person was at a session, as it was last recorded; `way` says how."""

    __tablename__ = "learn_attendance"
    __table_args__ = (
        Index("ix_learn_attendance_training", "training_id", "person_id"),
        CheckConstraint("minutes >= 0", name="minutes_are_not_negative"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    training_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    minutes: Mapped[int]
    way: Mapped[str] = mapped_column(String(6))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
