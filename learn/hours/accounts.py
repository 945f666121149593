"""The JP accounts of one person: by calendar year, and by year of the agreement for PPPK."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learn.hours.contracts import (
    Earned,
    Span,
    Spell,
    by_span,
    calendar_year,
    span_of,
    was_pppk,
)
from learn.hours.forms import load_forms
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.rules import YearStatus, local_day
from learn.people.models import PersonNumber, Post
from learn.people.numbers import Kind
from learn.people.posts import PPPK_GRADES

DEFAULT_ZONE = "Asia/Makassar"


@dataclass(frozen=True)
class YearAccount:
    """The JP of one person in one year against the obligation of their kind of employment.

    `year` is that in which it begins. A year of a PPPK's agreement has its days in `span`;
    `start_unknown` says that the calendar's year stands for it.
    """

    year: int
    status: YearStatus
    span: Span | None = None
    start_unknown: bool = False

    @property
    def contract(self) -> bool:
        """Whether it is a year of an agreement."""
        return self.span is not None and self.span.contract

    @property
    def earned(self) -> int:
        """Verified JP."""
        return self.status.earned

    @property
    def target(self) -> int | None:
        """The floor or ceiling, None where there is none."""
        return self.status.target


def year_earned(session: Session, person_id: int, year: int) -> int:
    """Return the verified JP of a calendar year."""
    account = session.get(HoursYear, (person_id, year))
    return account.earned if account else 0


def year_accounts(
    session: Session,
    person_id: int,
    kind: str,
    post_class: str | None,
    *,
    this_year: int,
    today: date | None = None,
    zone: str = DEFAULT_ZONE,
) -> list[YearAccount]:
    """Return the account of the present year (also when empty) and of all others with JP, newest first.

    They are years of the calendar; for who is or was PPPK, years of the agreement where its first day
    is known. One statement for everybody else.

    Parameters
    ----------
    today
        The local date; without it the last day of `this_year`.
    zone
        The time zone of the person's dates, for credits that name no day.
    """
    earned, contracts = _by_calendar(session, person_id)
    if kind == Kind.PPPK or contracts:
        day = today or date(this_year, 12, 31)
        return _by_contract(session, person_id, kind, post_class, day, zone)
    earned.setdefault(this_year, 0)
    obligation = load_forms().obligation(kind, post_class)
    return [
        YearAccount(year, YearStatus(obligation, earned[year]))
        for year in sorted(earned, reverse=True)
    ]


def account_of_day(
    session: Session,
    person_id: int,
    kind: str,
    post_class: str | None,
    day: date,
    *,
    today: date,
    zone: str = DEFAULT_ZONE,
    more: int = 0,
) -> YearAccount:
    """Return the account into which something falls that ended on `day`; `more` JP are counted in."""
    accounts = year_accounts(
        session, person_id, kind, post_class, this_year=day.year, today=today, zone=zone
    )
    spells = spells_of(session, person_id, kind) if accounts[0].span is not None else []
    span = span_of(Earned(0, day.year, day), spells, today)
    earned = more + sum(each.earned for each in accounts if _span(each) == span)
    if accounts[0].span is not None:
        return _account(span, earned, spells, kind, post_class, today)
    return YearAccount(day.year, YearStatus(load_forms().obligation(kind, post_class), earned))


def _span(account: YearAccount) -> Span:
    return account.span or calendar_year(account.year)


def _by_calendar(session: Session, person_id: int) -> tuple[dict[int, int], bool]:
    """Return the JP of each calendar year, and whether the person ever held a number of a PPPK."""
    ever = exists().where(PersonNumber.person_id == person_id, PersonNumber.kind == Kind.PPPK)
    rows = session.execute(
        select(HoursYear.year, HoursYear.earned, ever.label("ever")).where(
            HoursYear.person_id == person_id
        )
    ).all()
    return {row.year: row.earned for row in rows}, bool(rows and rows[0].ever)


def _by_contract(
    session: Session, person_id: int, kind: str, post_class: str | None, today: date, zone: str
) -> list[YearAccount]:
    spells = spells_of(session, person_id, kind)
    found = by_span(_standing(session, person_id, zone), spells, today)
    return [_account(span, jp, spells, kind, post_class, today) for span, jp in found]


def _account(
    span: Span, jp: int, spells: Sequence[Spell], kind: str, post_class: str | None, today: date
) -> YearAccount:
    pppk = was_pppk(span, spells, today)
    if pppk:
        obligation = load_forms().obligation(Kind.PPPK, post_class)
    elif (
        kind == Kind.PPPK
    ):  # before the agreement they owed something else, of which nothing is known
        obligation = load_forms().obligation("", post_class)
    else:
        obligation = load_forms().obligation(kind, post_class)
    unknown = pppk and not span.contract
    return YearAccount(span.starts_on.year, YearStatus(obligation, jp), span, unknown)


def spells_of(session: Session, person_id: int, kind: str) -> list[Spell]:
    """Return the person's times as PPPK: one for each number of that kind.

    Its first day is that from which the number is valid; else the first day of a post with a grade of
    PPPK in the year that the number names (digits 9-12); else it is not known.
    """
    numbers = session.execute(
        select(PersonNumber.number, PersonNumber.valid_from, PersonNumber.valid_to).where(
            PersonNumber.person_id == person_id, PersonNumber.kind == Kind.PPPK
        )
    ).all()
    posts = session.scalars(
        select(Post.since)
        .where(Post.person_id == person_id, Post.grade.in_(PPPK_GRADES))
        .order_by(Post.since)
    ).all()
    spells = [
        Spell(row.valid_from or _first_post(posts, int(row.number[8:12])), row.valid_to)
        for row in numbers
        if row.valid_to is not None or kind == Kind.PPPK  # who is PNS now is not PPPK any more
    ]
    if kind == Kind.PPPK and not any(spell.until is None for spell in spells):
        spells.append(Spell(None))
    return sorted(spells, key=lambda each: each.since or date.min, reverse=True)


def _first_post(posts: Sequence[date], year: int) -> date | None:
    return next((since for since in posts if since.year == year), None)


def _standing(session: Session, person_id: int, zone: str) -> list[Earned]:
    rows = session.execute(
        select(HoursCredit.jp, HoursCredit.year, HoursCredit.day, HoursCredit.credited_at).where(
            HoursCredit.person_id == person_id, HoursCredit.withdrawn_at.is_(None)
        )
    )
    return [
        Earned(row.jp, row.year, _day(row.year, row.day, row.credited_at, zone)) for row in rows
    ]


def _day(year: int, day: date | None, credited_at: datetime, zone: str) -> date:
    """Return the day of a credit, always within its year: the last where none is known."""
    known = day or local_day(credited_at, zone)
    return known if known.year == year else calendar_year(year).ends_on
