"""Development done elsewhere as records: what was accepted, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import State
from learn.errors import Invalid, Message
from learn.exports.filters import units_of
from learn.exports.keyset import Keyset, Line
from learn.exports.records import ClaimRecord
from learn.hours.forms import load_forms
from learn.ledger.reading import details_of
from learn.people.models import Person, PersonNumber, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in


@dataclass(frozen=True, kw_only=True)
class ClaimQuery(Keyset[ClaimRecord]):
    """Accepted development done elsewhere; the days narrow it to what ended then.

    Titles, organisers and numbers of certificates are empty where they were erased.
    """

    KEY = (Claim.ends_on, Claim.person_id, Claim.id)
    LATEST_FIRST = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(Message("Development done elsewhere belongs to no course."))

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
        )  # fmt: skip
        if self.since:
            query = query.where(Claim.ends_on >= self.since)
        if self.until:
            query = query.where(Claim.ends_on <= self.until)
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> list[ClaimRecord]:
        places = [(line.Claim.person_id, line.Claim.text_seq) for line in lines]
        details = details_of(session, places)
        return [
            self._record(line, details.get(place, {}))
            for line, place in zip(lines, places, strict=True)
        ]

    def _record(self, line: Line, texts: Any) -> ClaimRecord:
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
