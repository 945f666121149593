"""Development done elsewhere as records: what was accepted, the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import State
from learn.errors import Invalid, Message
from learn.exports.filters import Filters, units_of
from learn.exports.records import ClaimRecord
from learn.hours.forms import load_forms
from learn.ledger.reading import details_of
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in

BATCH = 400
LARGEST_PAGE = 200
PLACE = (Claim.ends_on, Claim.person_id, Claim.id)
Place = tuple[date, int, int]
Lines = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, kw_only=True)
class ClaimQuery(Filters):
    """Accepted development done elsewhere; the days narrow it to what ended then.

    Titles, organisers and numbers of certificates are empty where they were erased.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(Message("Development done elsewhere belongs to no course."))

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[ClaimRecord]:
        """Return the page that follows the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        lines = self._lines(session, _read_place(after) if after else None, limit + 1)
        records = self._records(session, lines[:limit])
        if len(lines) <= limit:
            return Page(records)
        day, person_id, claim_id = _place_of(lines[limit - 1])
        return Page(records, cursor_of(day.isoformat(), person_id, claim_id))

    def stream(self, session: Session) -> Iterator[ClaimRecord]:
        """Return all of them in the same order, in constant memory."""
        place: Place | None = None
        while lines := self._lines(session, place, BATCH):
            yield from self._records(session, lines)
            place = _place_of(lines[-1])

    def _lines(self, session: Session, place: Place | None, limit: int) -> Lines:
        query = self._select(session)
        if place is not None:
            query = query.where(tuple_(*PLACE) < tuple_(*(literal(part) for part in place)))
        return session.execute(query.limit(limit)).all()

    @property
    def _states(self) -> Sequence[str]:
        return (State.ACCEPTED,)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = (
            select(
                Claim, PersonNumber.number, Person.name, Person.title_before, Person.title_after,
                Unit.code, Unit.name.label("unit"), Unit.time_zone,
            )
            .join(Person, Person.id == Claim.person_id)
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Claim.person_id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope), Claim.state.in_(self._states))
            .order_by(*(column.desc() for column in PLACE))
        )  # fmt: skip
        if self.since:
            query = query.where(Claim.ends_on >= self.since)
        if self.until:
            query = query.where(Claim.ends_on <= self.until)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Lines) -> list[ClaimRecord]:
        places = [(line.Claim.person_id, line.Claim.text_seq) for line in lines]
        details = details_of(session, places)
        return [
            self._record(line, details.get(place, {}))
            for line, place in zip(lines, places, strict=True)
        ]

    def _record(self, line: Row[*tuple[Any, ...]], texts: Any) -> ClaimRecord:
        claim: Claim = line.Claim
        zone = ZoneInfo(line.time_zone or self.timezone)
        accepted_at = claim.decided_at.astimezone(zone) if claim.decided_at else None
        return ClaimRecord(
            claim.person_id, line.number, full_name(line.name, line.title_before, line.title_after),
            line.code, line.unit, claim.id, claim.form,
            load_forms().form(claim.form).siasn_jenis_diklat_id, texts.get("title", ""),
            texts.get("organiser", ""), texts.get("certificate", ""), claim.starts_on,
            claim.ends_on, claim.jp, accepted_at,
        )  # fmt: skip


def _place_of(line: Row[*tuple[Any, ...]]) -> Place:
    claim: Claim = line.Claim
    return claim.ends_on, claim.person_id, claim.id


def _read_place(text: str) -> Place:
    day, person_id, claim_id = read_cursor(text, str, int, int)
    try:
        return date.fromisoformat(day), person_id, claim_id
    except ValueError:
        raise NoPlace from None
