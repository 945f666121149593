"""Evidence of levels as records: every piece from every source, the latest first, with how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from learn.competencies.models import Evidence
from learn.competencies.queries import piece_of
from learn.db import UTCDateTime, moment_text
from learn.exports.filters import Filters, course_key, units_of
from learn.exports.records import EvidenceRecord
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in

BATCH = 2000
LARGEST_PAGE = 200
COUNTS = "counts"
PLACE = (Evidence.recorded_at, Evidence.person_id, Evidence.seq)
Place = tuple[datetime, int, int]
Line = Row[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class EvidenceQuery(Filters):
    """Evidence of levels; the days narrow it to what was recorded then, the course to what it gave."""

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[EvidenceRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        lines = self._lines(session, _read_place(after) if after else None, limit + 1)
        records = [self._record(line) for line in lines[:limit]]
        if len(lines) <= limit:
            return Page(records)
        moment, person_id, seq = _place_of(lines[limit - 1])
        return Page(records, cursor_of(moment_text(moment), person_id, seq))

    def stream(self, session: Session) -> Iterator[EvidenceRecord]:
        """Return all of them in the same order, in constant memory."""
        place: Place | None = None
        while lines := self._lines(session, place, BATCH):
            yield from map(self._record, lines)
            place = _place_of(lines[-1])
            for line in lines:
                session.expunge(line.Evidence)  # the rows of a batch are not needed again

    def _lines(self, session: Session, place: Place | None, limit: int) -> Sequence[Line]:
        query = self._select(session)
        if place is not None:
            moment, *rest = place
            bound = (literal(moment, UTCDateTime()), *(literal(part) for part in rest))
            query = query.where(tuple_(*PLACE) < tuple_(*bound))
        return session.execute(query.limit(limit)).all()

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
            .order_by(*(column.desc() for column in PLACE))
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


def _place_of(line: Line) -> Place:
    row: Evidence = line.Evidence
    return row.recorded_at, row.person_id, row.seq


def _read_place(text: str) -> Place:
    at, person_id, seq = read_cursor(text, str, int, int)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise NoPlace from None
    if moment.tzinfo is None:
        raise NoPlace
    return moment, person_id, seq
