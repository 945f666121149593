"""Claims that wait to be verified, as HR sees them: whose, since when, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.queries import ClaimLine, lines_of
from learn.claims.rules import State
from learn.errors import Message
from learn.exports import days
from learn.exports.columns import WHO, column
from learn.exports.days import AsOf
from learn.exports.filters import units_of
from learn.exports.keyset import Keyset, Line
from learn.hours.forms import load_forms
from learn.people.directory import present_numbers
from learn.people.models import Person, Unit
from learn.people.scoping import people_in


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A claim that waits; `waited` are the days since it was sent."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    claim: int
    form: str
    title: str
    starts_on: date
    ends_on: date
    hours: int
    submitted_at: datetime
    waited: int


COLUMNS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("claim", "integer", Message("Claim"), Message("Number of the claim, unique for the person.")),
    column("form", "text", Message("Form"), Message("Form of development, such as KL06 for a seminar.")),
    column("title", "text", Message("Title"), Message("What it was called; empty where it was erased.")),
    column("starts_on", "date", Message("First day"), Message("Local date.")),
    column("ends_on", "date", Message("Last day"), Message("Local date; it decides the year.")),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours (JP) that it would be worth.")),
    column("submitted_at", "date", Message("Sent"), Message("Local date on which it was sent."),
           lambda record: record.submitted_at.date()),
    column("waited", "integer", Message("Days waited"), Message("Days from then to the day of the list.")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WaitingClaims(Keyset[WaitingRecord]):
    """Claims that wait, those that were sent first at the top; `day` None: as of today."""

    KEY = (Claim.submitted_at, Claim.person_id, Claim.id)
    day: date | None = None

    @property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    def count(self, session: Session) -> int:
        """Return how many there are."""
        rows = self._narrowed(session, Claim.id).subquery()
        return session.scalar(select(func.count()).select_from(rows)) or 0

    def oldest(self, session: Session) -> datetime | None:
        """Return when the one that waits longest was sent."""
        found: datetime | None = session.scalar(
            self._narrowed(session, Claim.submitted_at).order_by(Claim.submitted_at).limit(1)
        )
        return found

    def keys(self, session: Session, most: int | None = None) -> list[tuple[int, int]]:
        """Return person and number of each claim of the list (or the first `most`), in its order."""
        query = self._narrowed(session, Claim.person_id, Claim.id).order_by(*self.KEY).limit(most)
        return [(person_id, claim) for person_id, claim in session.execute(query)]

    def _narrowed(self, session: Session, *what: Any) -> Select[*tuple[Any, ...]]:
        query = select(*what).select_from(Claim).join(Person, Person.id == Claim.person_id)
        query = query.where(people_in(self.scope), self._waits())
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(days.in_units(self.as_of, units))
        return query

    def _waits(self) -> ColumnElement[bool]:
        sent = Claim.submitted_at.is_not(None)
        if not self.as_of.past:
            return and_(Claim.state == State.SUBMITTED.value, sent)
        at = self.as_of.at
        later = and_(Claim.decided_at > at, Claim.decided_at >= Claim.submitted_at)
        return and_(Claim.submitted_at <= at, or_(Claim.state == State.SUBMITTED.value, later))

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        query = self._narrowed(session, Claim, Person, Unit)
        return query.outerjoin(Unit, Unit.id == Person.unit_id)

    def _records(self, session: Session, lines: Sequence[Line]) -> list[WaitingRecord]:
        rows = [(line[0], line[1], line[2]) for line in lines]
        numbers = present_numbers(session, [claim.person_id for claim, _who, _unit in rows])
        return [self._record(line, numbers) for line in lines_of(session, rows)]

    def _record(self, line: ClaimLine, numbers: dict[int, str]) -> WaitingRecord:
        claim, sent = line.claim, line.claim.submitted_at
        assert sent is not None
        unit, day = line.unit, sent.astimezone(self.zone)
        return WaitingRecord(
            claim.person_id, numbers.get(claim.person_id), line.name, unit.code if unit else None,
            unit.name if unit else None, claim.id, load_forms().form(claim.form).code,
            line.texts.title, claim.starts_on, claim.ends_on, claim.jp, day,
            (self.as_of.day - day.date()).days,
        )  # fmt: skip

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        return [(Message("As of"), self.as_of.day.isoformat()), *super().described()]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        return {**super().data(), **({"day": self.as_of.text} if self.as_of.past else {})}
