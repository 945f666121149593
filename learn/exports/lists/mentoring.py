"""Mentoring and coaching as records: each pair with what it met and what it brought, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from learn.errors import Invalid, Message
from learn.exports.columns import WHO, column
from learn.exports.filters import units_of
from learn.exports.keyset import Keyset, Line
from learn.hours.forms import load_forms
from learn.mentoring.models import Pair
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in

Mentor = aliased(Person)
MentorNumber = aliased(PersonNumber)


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
class MentoringQuery(Keyset[MentoringRecord]):
    """Pairs whose mentees are within reach; the days narrow it to those with a time on one of them."""

    KEY = (Pair.proposed_at, Pair.person_id, Pair.id)
    LATEST_FIRST = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(Message("Mentoring belongs to no course."))

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
        )  # fmt: skip
        if self.since:
            query = query.where(Pair.ends_on >= self.since)
        if self.until:
            query = query.where(Pair.starts_on <= self.until)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[MentoringRecord]:
        return map(self._record, lines)

    def _record(self, line: Line) -> MentoringRecord:
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
