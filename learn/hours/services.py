"""The JP account: credits of whatever was done, their withdrawal, and the account of a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Invalid, Message
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.rules import jp_year
from learn.ledger import Entry, append, lock, project
from learn.progress.awards import Award, awards

HOURS_CREDITED = "hours_credited"
HOURS_WITHDRAWN = "hours_withdrawn"
COURSE, CLAIM = "course", "claim"


@project(HOURS_CREDITED)
def credit(session: Session, entry: Entry) -> None:
    """JP are credited."""
    data = entry.data
    source, ref = origin_of(data)
    day = data.get("day")
    session.add(
        HoursCredit(
            person_id=entry.person_id, seq=entry.seq, year=data["year"], jp=data["jp"],
            form=data["form"], source=source, ref=ref, credited_at=entry.at,
            day=date.fromisoformat(day) if day else None,
        )
    )  # fmt: skip
    add_to_year(session, entry.person_id, data["year"], data["jp"])


def origin_of(data: Mapping[str, Any]) -> tuple[str, str]:
    """Return what an entry of credited JP was for, as (source, ref).

    Completions name their course and cycle, claims their number; all else says source and ref.
    """
    if "source" in data:
        return data["source"], data["ref"]
    if "claim" in data:
        return CLAIM, str(data["claim"])
    return COURSE, course_ref(data["course"], data["cycle"])


def course_ref(course: str, cycle: int) -> str:
    """Return the `ref` of a completion's credit."""
    return f"{course}/{cycle}"


@project(HOURS_WITHDRAWN)
def uncredit(session: Session, entry: Entry) -> None:
    """A credit no longer counts."""
    credit = session.get_one(HoursCredit, (entry.person_id, entry.data["credit"]))
    credit.withdrawn_at = entry.at
    add_to_year(session, entry.person_id, credit.year, -credit.jp)


def add_to_year(session: Session, person_id: int, year: int, jp: int) -> None:
    """Add JP, or take them off, in the account of a year."""
    account = session.get(HoursYear, (person_id, year))
    if account is None:
        session.add(HoursYear(person_id=person_id, year=year, earned=jp))
    else:
        # added by the database: the row may have been read before somebody else's act
        account.earned = HoursYear.earned + jp
    session.flush()


def credit_hours(
    session: Session,
    person_id: int,
    *,
    jp: int,
    form: str,
    year: int,
    source: str,
    ref: str,
    now: datetime,
    day: date | None = None,
) -> int | None:
    """Credit JP for something done, once for each (`source`, `ref`) that stands.

    Parameters
    ----------
    jp
        Whole JP; 0 are no credit.
    year
        The local year in which it ended.
    source, ref
        The kind of what was done (``training``, ``mentoring`` ...) and which one it was.
    day
        The local date on which it ended, where that is not the date of `now`: years of a contract
        look at it.

    Returns
    -------
    int or None
        The entry that credited them, now or before; None for 0 JP.

    Raises
    ------
    Invalid
        The JP are negative.
    """
    if jp < 0:
        raise Invalid(Message("JP are a whole number, 0 or more."))
    lock(session, person_id)
    standing = _standing(session, person_id, source, ref)
    if standing:
        return standing[0]
    if jp == 0:
        return None
    data = {"source": source, "ref": ref, "form": form, "jp": jp, "year": year}
    if day is not None:
        data["day"] = day.isoformat()
    return append(session, person_id, HOURS_CREDITED, data, at=now).seq


def withdraw_hours_of(
    session: Session, person_id: int, source: str, ref: str, *, now: datetime
) -> int:
    """Withdraw the credit that stands for something done; return how many there were (0 or 1)."""
    lock(session, person_id)
    standing = _standing(session, person_id, source, ref)
    for seq in standing:
        append(session, person_id, HOURS_WITHDRAWN, {"credit": seq}, at=now)
    return len(standing)


def _standing(session: Session, person_id: int, source: str, ref: str) -> list[int]:
    return list(
        session.scalars(
            select(HoursCredit.seq).where(
                HoursCredit.person_id == person_id,
                HoursCredit.source == source,
                HoursCredit.ref == ref,
                HoursCredit.withdrawn_at.is_(None),
            )
        )
    )


class HoursOfCompletion:
    """A completion credits the JP that its course version says, once a cycle.

    A course repeated in the same year brings no JP again, unless the settings say so.
    """

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Credit the JP in the local year of the completion; 0 JP are no credit."""
        if award.hours <= 0:
            return
        year = jp_year(award.completed_at, award.zone)
        if award.cycle > 1 and not settings.repeat_hours and _credited_in(session, award, year):
            return
        data = {
            "course": award.course, "cycle": award.cycle, "form": award.form, "jp": award.hours,
            "year": year, "version": award.version_id,
        }  # fmt: skip
        append(session, award.person_id, HOURS_CREDITED, data, at=award.completed_at)

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Withdraw the credit of the completion."""
        withdraw_hours_of(session, person_id, COURSE, course_ref(course, cycle), now=now)


def _credited_in(session: Session, award: Award, year: int) -> bool:
    """Return whether an earlier cycle of the course brought JP in this year that still stand."""
    earlier = [course_ref(award.course, cycle) for cycle in range(1, award.cycle)]
    query = select(HoursCredit.seq).where(
        HoursCredit.person_id == award.person_id, HoursCredit.source == COURSE,
        HoursCredit.ref.in_(earlier), HoursCredit.year == year, HoursCredit.withdrawn_at.is_(None),
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


awards(HoursOfCompletion())
