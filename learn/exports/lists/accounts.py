"""The JP accounts of a year as a list: who has how many, the most or the fewest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learn.errors import Invalid, Message
from learn.exports import days, overview
from learn.exports.days import AsOf
from learn.exports.filters import POSSIBLE_YEARS, units_of
from learn.exports.keyset import Line
from learn.exports.lists.hr_people import Band
from learn.exports.lists.people import PeopleBatches, hours_record
from learn.exports.records import HoursRecord
from learn.hours.models import HoursYear
from learn.people.models import Person, PersonNumber, Unit
from learn.people.scoping import people_in

ORDERS = ("most", "fewest", "name")


@dataclass(frozen=True, kw_only=True)
class HoursAccounts(PeopleBatches[HoursRecord]):
    """People who have an account of the year: those who were credited something.

    A past day has the sums of that day, and is listed by name.
    """

    year: int
    order: str = "most"
    day: date | None = None
    kind: str = ""
    band: Band | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.year not in POSSIBLE_YEARS:
            raise Invalid(Message("%(year)s is no year.", year=self.year))
        if self.order not in ORDERS:
            raise Invalid(Message("The order is one of %(orders)s.", orders=", ".join(ORDERS)))

    @property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    @property
    def by_name(self) -> bool:
        """Return whether the list is in the order of names."""
        return self.order == "name" or self.as_of.past

    def count(self, session: Session, most: int | None = None) -> int:
        """Return how many accounts there are; with `most` no more than that are looked for."""
        query = self._select(session).with_only_columns(Person.id)
        if most is not None:
            query = query.limit(most)
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    def _order(self) -> tuple[tuple[Any, ...], bool]:
        if self.by_name:
            return self.KEY, False
        return (HoursYear.earned, HoursYear.person_id), self.order == "most"

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        as_of = self.as_of
        earned = days.earned_by(as_of, self.year) if as_of.past else HoursYear.earned
        query = (
            select(
                Person.id, Person.sort_name, Person.name, Person.title_before, Person.title_after,
                Person.kind, Person.post_class, PersonNumber.number, Unit.code,
                Unit.name.label("unit"), earned.label("earned"),
            )
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope), days.present(as_of), earned > 0)
        )  # fmt: skip
        if not as_of.past:
            query = query.add_columns(HoursYear.person_id).join(
                HoursYear, (HoursYear.person_id == Person.id) & (HoursYear.year == self.year)
            )
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(days.in_units(as_of, units))
        if self.kind:
            query = query.where(Person.kind == self.kind)
        if self.band is not None:
            low, high = self.band
            query = query.where(earned >= low if high is None else earned.between(low, high))
        return query

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[HoursRecord]:
        sums = overview.hours_of(session, [line.id for line in lines], self.year, self.as_of)
        for line in lines:
            yield hours_record(line, self.year, sums.get(line.id, 0))

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        pairs = ((Message("As of"), self.as_of.day.isoformat()), (Message("Year"), str(self.year)),
                 (Message("Kind of employee"), self.kind))  # fmt: skip
        return [*super().described(), *((name, value) for name, value in pairs if value)]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        pairs = {"day": self.as_of.text, "year": str(self.year), "kind": self.kind}
        return {**super().data(), **{name: value for name, value in pairs.items() if value}}
