"""Evidence of levels as records: every piece from every source, the latest first, with how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from learn.competencies.models import Evidence
from learn.competencies.queries import piece_of
from learn.exports.filters import course_key, units_of
from learn.exports.keyset import Keyset, Line
from learn.exports.records import EvidenceRecord
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in

COUNTS = "counts"


@dataclass(frozen=True, kw_only=True)
class EvidenceQuery(Keyset[EvidenceRecord]):
    """Evidence of levels; the days narrow it to what was recorded then, the course to what it gave."""

    KEY = (Evidence.recorded_at, Evidence.person_id, Evidence.seq)
    LATEST_FIRST = True
    BATCH = 2000

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        by = aliased(Person)
        query = (
            select(
                Evidence, PersonNumber.number, Person.name, Person.title_before,
                Person.title_after, Unit.code, Unit.name.label("unit"), Unit.time_zone,
                by.name.label("actor"),
            )
            .join(Person, Person.id == Evidence.person_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(by, by.id == Evidence.actor_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Evidence.person_id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
        )  # fmt: skip
        if self.begins:
            query = query.where(Evidence.recorded_at >= self.begins)
        if self.ends:
            query = query.where(Evidence.recorded_at < self.ends)
        if self.course:
            query = query.where(Evidence.course == course_key(session, self.course))
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[EvidenceRecord]:
        yield from map(self._record, lines)
        for line in lines:
            session.expunge(line.Evidence)  # the rows of a batch are not needed again

    def _record(self, line: Line) -> EvidenceRecord:
        row: Evidence = line.Evidence
        zone = ZoneInfo(line.time_zone or self.timezone)
        return EvidenceRecord(
            person_id=row.person_id, number=line.number,
            name=full_name(line.name, line.title_before, line.title_after), unit_code=line.code,
            unit=line.unit, competency=row.competency, level=row.level, source=row.source,
            ref=row.ref, course=row.course, version=row.version_id, framework=row.framework,
            actor=line.actor, observed_on=row.observed_on,
            recorded_at=row.recorded_at.astimezone(zone), valid_until=_day(row.valid_until, zone),
            suspended_from=row.suspended_from, suspended_until=row.suspended_until,
            withdrawn_at=_day(row.withdrawn_at, zone),
            state=piece_of(row).fault(self.today) or COUNTS,
        )  # fmt: skip


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
