"""Tables of people: who they are, where they stand, what they may do, how they sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId
from learn.ledger import projection_table

KINDS = ("PNS", "CPNS", "PPPK", "other")
OWN_SOURCE = "learn"


class Unit(Base):
    """A part of the organisation.  `path` names all units above and itself: ``/1/5/``.

    One unit has no parent: the root, the agency itself.  Units are closed, never deleted.
    """

    __tablename__ = "learn_unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(40), default="")
    parent_id: Mapped[int | None] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(String(255), index=True)
    time_zone: Mapped[str | None] = mapped_column(String(60))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Person(Base):
    """One person, by an internal id that never changes; numbers, names and posts may.

    `source` and `external_key` say who answers for the person: Learn itself, or a host's accounts.
    `unit_id`, `post_title`, `post_class` and `grade` repeat the main post that is held now.
    """

    __tablename__ = "learn_person"
    __table_args__ = (
        UniqueConstraint("source", "external_key"),
        Index("ix_learn_person_name", "sort_name", "id"),
        Index("ix_learn_person_unit", "unit_id", "sort_name", "id"),
        CheckConstraint(f"kind IN {KINDS}", name="kind_is_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(40), default=OWN_SOURCE)
    external_key: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    title_before: Mapped[str] = mapped_column(String(80), default="")
    title_after: Mapped[str] = mapped_column(String(120), default="")
    sort_name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(8), default="other")
    active: Mapped[bool] = mapped_column(default=True)
    email: Mapped[str | None] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(8))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("learn_unit.id"))
    post_title: Mapped[str] = mapped_column(String(255), default="")
    post_class: Mapped[str] = mapped_column(String(40), default="")
    grade: Mapped[str] = mapped_column(String(12), default="")
    created_at: Mapped[datetime]


class PersonNumber(Base):
    """A NIP or NI PPPK that the person holds or once held; one is open at a time, and none ever belongs to two."""

    __tablename__ = "learn_person_number"
    __table_args__ = (
        Index(
            "ix_learn_person_number_open",
            "person_id",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
            sqlite_where=text("valid_to IS NULL"),
        ),
    )

    number: Mapped[str] = mapped_column(String(18), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("learn_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Post(Base):
    """A post held from `since` to `until` (inclusive; open when None); one `main` post at a time."""

    __tablename__ = "learn_post"
    __table_args__ = (
        Index("ix_learn_post_person", "person_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("learn_person.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    unit_id: Mapped[int] = mapped_column(ForeignKey("learn_unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(255), default="")
    post_class: Mapped[str] = mapped_column(String(40), default="")
    grade: Mapped[str] = mapped_column(String(12), default="")
    main: Mapped[bool] = mapped_column(default=True)


@projection_table
class RoleGrant(Base):
    """A role that was granted, folded from the person's chain; `seq` is the granting entry.

    Without a unit it reaches everything; a `course` limits a trainer to that course.
    """

    __tablename__ = "learn_role_grant"
    __table_args__ = (Index("ix_learn_role_grant_unit", "unit_id", "role"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int | None]
    course: Mapped[str | None] = mapped_column(String(120))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@projection_table
class Mentee(Base):
    """Who mentors whom, and from when until when: what a mentor reaches; folded by `learn.mentoring`.

    `person_id` is the mentee, `pair` the entry that began the pair.
    """

    __tablename__ = "learn_mentee"
    __table_args__ = (Index("ix_learn_mentee_mentor", "mentor_id", "until_at"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pair: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mentor_id: Mapped[int] = mapped_column(BigInteger)
    since_at: Mapped[datetime]
    until_at: Mapped[datetime]


class Account(Base):
    """How a person signs in to Learn's own accounts; no password until a one-time code was used."""

    __tablename__ = "learn_account"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("learn_person.id"), primary_key=True, autoincrement=False
    )
    password_hash: Mapped[str | None] = mapped_column(String(255))
    must_change: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime | None]


class SignIn(Base):
    """One signed-in browser: what the session cookie names, so that it can be listed and ended."""

    __tablename__ = "learn_sign_in"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("learn_person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(120), default="")


class OneTimeCode(Base):
    """The code with which a person sets a password, once; a new one replaces it."""

    __tablename__ = "learn_one_time_code"

    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("learn_person.id"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(String(255))
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Token(Base):
    """A bearer token of the API, kept as its digest; a `role` limits what it may do."""

    __tablename__ = "learn_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("learn_person.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried in the present window; `key` is a digest, never a number."""

    __tablename__ = "learn_throttle"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_start: Mapped[datetime]
    count: Mapped[int]
