"""Completions as records: the one query behind the screen, the API and every file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from learn.db import UTCDateTime, moment_text
from learn.errors import Message
from learn.exports.filters import Filters, course_key, units_of
from learn.exports.records import EXPIRED, VALID, WITHDRAWN, CompletionRecord
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in
from learn.progress.models import Completion

LARGEST_PAGE = 200
BATCH = 100
PLACE = (Completion.completed_at, Completion.person_id, Completion.course, Completion.cycle)


@dataclass(frozen=True, kw_only=True)
class CompletionQuery(Filters):
    """Completed courses, the newest first; `course` and the days of completion narrow it.

    Parameters
    ----------
    include_withdrawn
        Those that were withdrawn too.
    lapsing
        Only those that lapse within so many days and were not renewed.
    certified
        Only those that brought a certificate.
    """

    include_withdrawn: bool = False
    lapsing: int | None = None
    certified: bool = False

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the export, for the file itself."""
        more = [(Message("Lapse within days"), str(self.lapsing))] if self.lapsing else []
        return [*super().described(), *more]

    def data(self) -> dict[str, str]:
        """Return what narrows the export, for the audit chain."""
        more = {"lapsing": str(self.lapsing)} if self.lapsing else {}
        return {**super().data(), **more}

    def count(self, session: Session) -> int:
        """Return how many there are."""
        rows = self._select(session).order_by(None).subquery()
        return session.scalar(select(func.count()).select_from(rows)) or 0

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[CompletionRecord]:
        """Return the page that follows the cursor `after`."""
        query = self._select(session)
        if after:
            moment, *rest = read_cursor(after, str, int, str, int)
            place = (literal(_moment(moment), UTCDateTime()), *(literal(part) for part in rest))
            query = query.where(tuple_(*PLACE) < tuple_(*place))
        limit = max(1, min(limit, LARGEST_PAGE))
        rows = session.execute(query.limit(limit + 1)).all()
        records = [self._record(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(records)
        last = rows[limit - 1]
        place_of_last = (moment_text(last.completed_at), last.person_id, last.course, last.cycle)
        return Page(records, cursor_of(*place_of_last))

    def stream(self, session: Session) -> Iterator[CompletionRecord]:
        """Return all of them in the same order, in constant memory."""
        return self._streamed(session, self._select(session))

    def _streamed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Iterator[CompletionRecord]:
        # below the session: its layer takes a tenth of the time; who stops early leaves no cursor open
        connection, options = session.connection(), {"yield_per": BATCH}
        with connection.execute(query, execution_options=options) as rows:
            for some in rows.partitions():
                yield from map(self._record, some)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                *PLACE, Completion.version_id, Completion.title, Completion.enrolled_at,
                Completion.score, Completion.hours, Completion.form, Completion.certificate,
                Completion.valid_until, Completion.withdrawn_at, PersonNumber.number, Person.name,
                Person.title_before, Person.title_after, Unit.code, Unit.name.label("unit"),
                Unit.time_zone,
            )
            .join(Person, Person.id == Completion.person_id)
            .outerjoin(Unit, Unit.id == Completion.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Completion.person_id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
            .order_by(*(column.desc() for column in PLACE))
        )  # fmt: skip
        return self._narrowed(session, query)

    def _narrowed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        if not self.include_withdrawn:
            query = query.where(Completion.withdrawn_at.is_(None))
        if self.certified:
            query = query.where(Completion.certificate.is_not(None))
        if self.lapsing is not None:
            query = query.where(*_lapsing(self.now, self.lapsing))
        if self.begins:
            query = query.where(Completion.completed_at >= self.begins)
        if self.ends:
            query = query.where(Completion.completed_at < self.ends)
        if self.course:
            query = query.where(Completion.course == course_key(session, self.course))
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Completion.unit_id.in_(units))
        return query

    def _record(self, row: Row[*tuple[Any, ...]]) -> CompletionRecord:
        (
            completed_at, person_id, course, cycle, version, title, enrolled_at, score, hours, form,
            certificate, valid_until, withdrawn_at, number, name, before, after, code, unit, zone_name,
        ) = row  # fmt: skip
        zone = ZoneInfo(zone_name or self.timezone)
        if withdrawn_at is not None:
            status = WITHDRAWN
        else:
            status = EXPIRED if valid_until is not None and valid_until < self.now else VALID
        return CompletionRecord(
            person_id, number, full_name(name, before, after) if before or after else name, code,
            unit, course, cycle, title, version, enrolled_at.astimezone(zone),
            completed_at.astimezone(zone), score, hours, form, certificate,
            valid_until.astimezone(zone) if valid_until is not None else None, status,
        )  # fmt: skip


def _lapsing(now: datetime, days: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a completion that lapses soon, with no later cycle completed."""
    later = aliased(Completion)
    renewed = exists().where(
        later.person_id == Completion.person_id,
        later.course == Completion.course,
        later.cycle > Completion.cycle,
        later.withdrawn_at.is_(None),
    )
    end = now + timedelta(days=days)
    return Completion.valid_until > now, Completion.valid_until <= end, ~renewed


def _moment(text: str) -> datetime:
    """Return the moment in a cursor; nonsense is refused like any other text that is no cursor."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoPlace from None
