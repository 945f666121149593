"""Tables of figures: made from other tables by regular work, thrown away and made again at any time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learn.db import Base


class FigureDay(Base):
    """A day with figures: when they were made (None: never yet) and who is at it, since when."""

    __tablename__ = "learn_figure_day"

    on_date: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]


class UnitFigures(Base):
    """The figures of one unit on one day, by name: of its own people, and with all units below it.

    `unit_id` 0 stands for people without a unit. Both hold the tree of that day.
    """

    __tablename__ = "learn_unit_figures"

    on_date: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    own: Mapped[dict[str, Any]]
    whole: Mapped[dict[str, Any]]


class MatchLine(Base):
    """One line of the lists behind the figures: a gap of somebody, or their job-person match.

    `what` is the code of a competency and `rank` how many levels are missing, or `what` is ``JPM`` and
    `rank` the share in millionths, floored: bands compare whole percents, so nothing is lost.
    """

    __tablename__ = "learn_match_line"
    __table_args__ = (Index("ix_learn_match_line_rank", "basis", "what", "rank", "person_id"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    basis: Mapped[str] = mapped_column(String(8), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    rank: Mapped[int]
