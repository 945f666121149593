"""Certificates as records: each with its number, its public code and how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learn.certificates.models import Certificate
from learn.errors import Message
from learn.exports.columns import WHO, column
from learn.exports.filters import course_key, units_of
from learn.exports.keyset import Keyset, Line
from learn.exports.records import EXPIRED, VALID, WITHDRAWN
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in
from learn.progress.models import Completion


@dataclass(slots=True)
class CertificateRecord:
    """A certificate that was issued; unit and title are those of the day of completion."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    certificate: str
    code: str
    course: str
    cycle: int
    title: str
    hours: int
    issued_at: datetime
    valid_until: datetime | None
    withdrawn_at: datetime | None
    status: str


@dataclass(frozen=True, kw_only=True)
class CertificateQuery(Keyset[CertificateRecord]):
    """Certificates by person; the days narrow them to what was issued then. Withdrawn ones too."""

    KEY = (Certificate.person_id, Certificate.course, Certificate.cycle)
    BATCH = 2000

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        made = Certificate
        query = (
            select(
                made.person_id, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"), Unit.time_zone,
                made.number.label("certificate"), made.code.label("public"), made.course,
                made.cycle, Completion.title, Completion.hours, made.issued_at,
                Completion.valid_until, made.withdrawn_at,
            )
            .join(Person, Person.id == made.person_id)
            .join(
                Completion,
                (Completion.person_id == made.person_id) & (Completion.course == made.course)
                & (Completion.cycle == made.cycle),
            )
            .outerjoin(Unit, Unit.id == Completion.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == made.person_id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
        )  # fmt: skip
        if self.begins:
            query = query.where(made.issued_at >= self.begins)
        if self.ends:
            query = query.where(made.issued_at < self.ends)
        if self.course:
            query = query.where(made.course == course_key(session, self.course))
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Completion.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[CertificateRecord]:
        return map(self._record, lines)

    def _record(self, row: Line) -> CertificateRecord:
        zone = ZoneInfo(row.time_zone or self.timezone)
        if row.withdrawn_at is not None:
            status = WITHDRAWN
        else:
            over = row.valid_until is not None and row.valid_until < self.now
            status = EXPIRED if over else VALID
        return CertificateRecord(
            row.person_id, row.number, full_name(row.name, row.title_before, row.title_after),
            row.code, row.unit, row.certificate, row.public, row.course, row.cycle, row.title,
            row.hours, row.issued_at.astimezone(zone), _local(row.valid_until, zone),
            _local(row.withdrawn_at, zone), status,
        )  # fmt: skip


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)


def _day(name: str) -> Any:
    return lambda record: moment.date() if (moment := getattr(record, name)) else None


CERTIFICATES = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit on the day of completion.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("certificate", "text", Message("Certificate"), Message("Number of the certificate.")),
    column("code", "text", Message("Code"), Message("It opens the public page that confirms the certificate.")),
    column("course", "text", Message("Course key"), Message("Key of the course, which never changes.")),
    column("cycle", "integer", Message("Cycle"), Message("Which time the person takes the course.")),
    column("title", "text", Message("Course"), Message("Title of the course when it was completed.")),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours (JP, 45 minutes each) credited for it.")),
    column("issued_at", "date", Message("Issued"), Message("Local date."), _day("issued_at")),
    column("valid_until", "date", Message("Valid until"), Message("Last local date on which it is valid; empty: for ever."), _day("valid_until")),
    column("withdrawn_at", "date", Message("Withdrawn"), Message("Local date."), _day("withdrawn_at")),
    column("status", "text", Message("Status"), Message("valid, expired or withdrawn.")),
)  # fmt: skip
