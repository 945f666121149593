"""Tables of certificates."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base
from learn.ledger import projection_table


@projection_table
class Certificate(Base):
    """A numbered certificate for one completion; `code` opens its public page."""

    __tablename__ = "learn_certificate"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CertificateSeries(Base):
    """The last number of a series of an organiser and year; the row is locked by each issue."""

    __tablename__ = "learn_certificate_series"

    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int]
