"""Tables of certificates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base, BigId
from learn.ledger import projection_table


@projection_table
class Certificate(Base):
    """A numbered certificate for one completion; `code` opens its public page.

    `position` is its place in the `series` of an organiser and year; the number is written with it.
    `organiser` is the code of the unit that gives it, empty for the installation's own.
    """

    __tablename__ = "learn_certificate"
    __table_args__ = (Index("ix_learn_certificate_series", "series", "position", unique=True),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    series: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    organiser: Mapped[str] = mapped_column(String(60), default="", server_default="")
    code: Mapped[str] = mapped_column(String(20), unique=True)
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CertificateSeries(Base):
    """The last number of a series of an organiser and year; the row is locked by each issue."""

    __tablename__ = "learn_certificate_series"

    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]


class CertificateDesign(Base):
    """How certificates of an organiser look that are issued from `applies_from` on (None: all).

    `organiser` is the code of a unit, empty for the installation's own. Rows are only ever added.
    """

    __tablename__ = "learn_certificate_design"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organiser: Mapped[str] = mapped_column(String(60), default="", server_default="")
    applies_from: Mapped[datetime | None]
    made_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
