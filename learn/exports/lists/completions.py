"""Completions as records: the one query behind the screen, the API and every file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from learn.errors import Message
from learn.exports.days import AsOf, not_yet
from learn.exports.filters import course_key, units_of
from learn.exports.keyset import Keyset, Line
from learn.exports.records import EXPIRED, VALID, WITHDRAWN, CompletionRecord
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import rows_after
from learn.people.scoping import people_in
from learn.progress.models import Completion

AT_ONCE = 100
PLACE = (Completion.completed_at, Completion.person_id, Completion.course, Completion.cycle)
LAPSE = (Completion.valid_until, *PLACE[1:])


@dataclass(frozen=True, kw_only=True)
class CompletionQuery(Keyset[CompletionRecord]):
    """Completed courses, the newest first, or with `lapsing` what lapses first; `course` and the days of completion narrow it.

    Parameters
    ----------
    include_withdrawn
        Those that were withdrawn too.
    lapsing
        Only those that lapse within so many days and were not renewed.
    certified
        Only those that brought a certificate.
    day
        The day that they are shown as of; None: today.
    """

    include_withdrawn: bool = False
    lapsing: int | None = None
    certified: bool = False
    day: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.as_of  # a day that has not come is refused at once

    @cached_property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    @cached_property
    def shown(self) -> datetime:
        """Return the moment that the list shows; an export asks for it by the million."""
        return self.as_of.at

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the export, for the file itself."""
        more = [(Message("Lapse within days"), str(self.lapsing))] if self.lapsing else []
        if self.as_of.past:
            more.append((Message("As of"), self.as_of.text))
        return [*super().described(), *more]

    def data(self) -> dict[str, str]:
        """Return what narrows the export, for the audit chain."""
        more = {"lapsing": str(self.lapsing)} if self.lapsing else {}
        if self.as_of.past:
            more["day"] = self.as_of.text
        return {**super().data(), **more}

    def count(self, session: Session, most: int | None = None) -> int:
        """Return how many there are; with `most` no more than that are looked for."""
        query = self._select(session)
        rows = query.with_only_columns(Completion.person_id).limit(most).subquery()
        return session.scalar(select(func.count()).select_from(rows)) or 0

    def keys(self, session: Session, most: int | None = None) -> list[tuple[int, str, int]]:
        """Return person, course and cycle of each completion of the list (or the first `most`), in its order."""
        rows = session.execute(
            self._ordered(session)
            .limit(most)
            .with_only_columns(Completion.person_id, Completion.course, Completion.cycle)
        )
        return [(person_id, course, cycle) for person_id, course, cycle in rows]

    def stream(self, session: Session) -> Iterator[CompletionRecord]:
        """Return all of them in the same order, in constant memory."""
        return self._streamed(session, self._ordered(session))

    def _streamed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Iterator[CompletionRecord]:
        # below the session: its layer takes a tenth of the time; who stops early leaves no cursor open
        connection, options = session.connection(), {"yield_per": AT_ONCE}
        with connection.execute(query, execution_options=options) as rows:
            for some in rows.partitions():
                yield from map(self._record, some)

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[CompletionRecord]:
        return map(self._record, lines)

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
        )  # fmt: skip
        return self._narrowed(session, query)

    def _ordered(self, session: Session) -> Select[*tuple[Any, ...]]:
        key, falling = self._order()
        return rows_after(self._select(session), key, None, falling)

    def _order(self) -> tuple[tuple[Any, ...], bool]:
        """Return what the list is ordered by: the newest first, or what lapses first."""
        return (PLACE, True) if self.lapsing is None else (LAPSE, False)

    def _narrowed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        query = query.where(*self._standing())
        if self.certified:
            query = query.where(Completion.certificate.is_not(None))
        if self.lapsing is not None:
            query = query.where(*_lapsing(self.as_of, self.lapsing))
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

    def _standing(self) -> list[ColumnElement[bool]]:
        """Return the conditions of what had been reached by the day, and was not withdrawn."""
        conditions: list[ColumnElement[bool]] = []
        if self.as_of.past:
            conditions.append(Completion.completed_at <= self.shown)
        if not self.include_withdrawn:
            conditions.append(not_yet(Completion.withdrawn_at, self.as_of))
        return conditions

    def _record(self, row: Row[*tuple[Any, ...]]) -> CompletionRecord:
        (
            completed_at, person_id, course, cycle, version, title, enrolled_at, score, hours, form,
            certificate, valid_until, withdrawn_at, number, name, before, after, code, unit, zone_name,
        ) = row  # fmt: skip
        zone = ZoneInfo(zone_name or self.timezone)
        moment = self.shown
        if withdrawn_at is not None and withdrawn_at <= moment:
            status = WITHDRAWN
        else:
            status = EXPIRED if valid_until is not None and valid_until < moment else VALID
        return CompletionRecord(
            person_id, number, full_name(name, before, after) if before or after else name, code,
            unit, course, cycle, title, version, enrolled_at.astimezone(zone),
            completed_at.astimezone(zone), score, hours, form, certificate,
            valid_until.astimezone(zone) if valid_until is not None else None, status,
        )  # fmt: skip


def _lapsing(as_of: AsOf, days: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a completion that lapses soon, with no later cycle completed."""
    later = aliased(Completion)
    renewed = exists().where(
        later.person_id == Completion.person_id,
        later.course == Completion.course,
        later.cycle > Completion.cycle,
        not_yet(later.withdrawn_at, as_of),
        *([later.completed_at <= as_of.at] if as_of.past else []),
    )
    begin, end = as_of.at, as_of.at + timedelta(days=days)
    return Completion.valid_until > begin, Completion.valid_until <= end, ~renewed
