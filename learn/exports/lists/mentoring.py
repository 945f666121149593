"""Mentoring and coaching as records: each pair with what it met and what it brought, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from learn.db import UTCDateTime, moment_text
from learn.errors import Invalid, Message
from learn.exports.columns import WHO, column
from learn.exports.filters import Filters, units_of
from learn.hours.forms import load_forms
from learn.mentoring.models import Pair
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in

BATCH = 400
LARGEST_PAGE = 200
Mentor = aliased(Person)
MentorNumber = aliased(PersonNumber)
PLACE = (Pair.proposed_at, Pair.person_id, Pair.id)
Place = tuple[datetime, int, int]
Lines = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class MentoringRecord:
    """A pair: the mentee is `number` and `name`; meetings and minutes are the confirmed ones."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    pair: int
    mentor_number: str | None
    mentor: str
    form: str
    siasn_form: int | None
    starts_on: date
    ends_on: date
    competencies: Sequence[str]
    state: str
    meetings: int
    minutes: int
    hours: int
    mentor_hours: int
    confirmed_on: date | None


MENTORING = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("pair", "integer", Message("Pair"), Message("Number of the pair, unique for the mentee.")),
    column("mentor_number", "text", Message("Mentor's number"), Message("NIP or NI PPPK of the mentor or coach; empty: not named yet.")),
    column("mentor", "text", Message("Mentor or coach"), Message("Full name with degrees.")),
    column("form", "text", Message("Form"), Message("Form of development: NKL01 coaching, NKL02 mentoring, NKL11 guidance at the workplace.")),
    column("siasn_form", "integer", Message("SIASN form"), Message("jenisDiklatId of SIASN.")),
    column("starts_on", "date", Message("First day"), Message("Local date.")),
    column("ends_on", "date", Message("Last day"), Message("Local date.")),
    column("competencies", "text", Message("Competencies"), Message("Codes of those aimed at, with commas; empty: any."), lambda record: ", ".join(record.competencies)),
    column("state", "text", Message("State"), Message("requested, proposed, accepted, active, ended, confirmed, declined, refused or withdrawn.")),
    column("meetings", "integer", Message("Meetings"), Message("Meetings that both confirmed.")),
    column("minutes", "integer", Message("Minutes"), Message("Minutes of those meetings.")),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours (JP) that the mentee got when the supervisor confirmed.")),
    column("mentor_hours", "integer", Message("Mentor's hours (JP)"), Message("Learning hours (JP) that the mentor got, where that is set.")),
    column("confirmed_on", "date", Message("Confirmed"), Message("Local date on which the supervisor confirmed what it brought.")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MentoringQuery(Filters):
    """Pairs whose mentees are within reach; the days narrow it to those with a time on one of them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(Message("Mentoring belongs to no course."))

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[MentoringRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        lines = self._lines(session, _read_place(after) if after else None, limit + 1)
        records = [self._record(line) for line in lines[:limit]]
        if len(lines) <= limit:
            return Page(records)
        at, person_id, pair_id = _place_of(lines[limit - 1])
        return Page(records, cursor_of(moment_text(at), person_id, pair_id))

    def stream(self, session: Session) -> Iterator[MentoringRecord]:
        """Return all of them in the same order, in constant memory."""
        place: Place | None = None
        while lines := self._lines(session, place, BATCH):
            yield from (self._record(line) for line in lines)
            place = _place_of(lines[-1])

    def _lines(self, session: Session, place: Place | None, limit: int) -> Lines:
        query = self._select(session)
        if place is not None:
            at, person_id, pair_id = place
            from_place = (literal(at, UTCDateTime()), literal(person_id), literal(pair_id))
            query = query.where(tuple_(*PLACE) < tuple_(*from_place))
        return session.execute(query.limit(limit)).all()

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                Pair, Person, Mentor, PersonNumber.number.label("number"), Unit,
                MentorNumber.number.label("mentor_number"),
            )
            .join(Person, Person.id == Pair.person_id)
            .outerjoin(Mentor, Mentor.id == Pair.mentor_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Pair.person_id) & PersonNumber.valid_to.is_(None),
            )
            .outerjoin(
                MentorNumber,
                (MentorNumber.person_id == Pair.mentor_id) & MentorNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
            .order_by(*(each.desc() for each in PLACE))
        )  # fmt: skip
        if self.since:
            query = query.where(Pair.ends_on >= self.since)
        if self.until:
            query = query.where(Pair.starts_on <= self.until)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _record(self, line: Row[*tuple[Any, ...]]) -> MentoringRecord:
        pair, mentee, mentor, unit = line[0], line[1], line[2], line.Unit
        zone = ZoneInfo((unit.time_zone if unit else None) or self.timezone)
        confirmed = pair.confirmed_at.astimezone(zone).date() if pair.confirmed_at else None
        return MentoringRecord(
            pair.person_id, line.number, _name(mentee), unit.code if unit else None,
            unit.name if unit else None, pair.id, line.mentor_number,
            _name(mentor) if mentor else "", pair.form,
            load_forms().form(pair.form).siasn_jenis_diklat_id, pair.starts_on, pair.ends_on,
            tuple(pair.competencies), pair.state, pair.meetings, pair.minutes, pair.jp,
            pair.mentor_jp, confirmed,
        )  # fmt: skip


def _name(who: Person) -> str:
    return full_name(who.name, who.title_before, who.title_after)


def _place_of(line: Row[*tuple[Any, ...]]) -> Place:
    pair: Pair = line[0]
    return pair.proposed_at, pair.person_id, pair.id


def _read_place(text: str) -> Place:
    at, person_id, pair_id = read_cursor(text, str, int, int)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise NoPlace from None
    if moment.tzinfo is None:
        raise NoPlace
    return moment, person_id, pair_id
