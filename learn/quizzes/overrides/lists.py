"""The other terms that are set for a quiz, as a list within what the reader reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.ledger.models import LedgerDetail
from learn.people.access import Scope
from learn.people.directory import named
from learn.people.models import Person, Unit
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, units_in, units_under
from learn.quizzes.models import PersonOverride, UnitOverride
from learn.quizzes.overrides.services import Target, Wanted


@dataclass(frozen=True)
class OverrideLine:
    """What is set for a person (`unit` is theirs) or for a unit; `reason` is None when it was erased."""

    person: Person | None
    unit: Unit | None
    wanted: Wanted
    reason: str | None
    set_by: int | None
    set_at: datetime

    @property
    def target(self) -> Target:
        """Return for whom it is."""
        return Target(person=self.person) if self.person else Target(unit=self.unit)


def unit_overrides(
    session: Session, course: str, quiz: str, scope: Scope, *, unit: Unit | None = None
) -> list[OverrideLine]:
    """Return what is set for units within `scope`, by name; of `unit` and those below alone."""
    query = (
        select(UnitOverride, Unit)
        .join(Unit, Unit.id == UnitOverride.unit_id)
        .where(
            UnitOverride.course == course,
            UnitOverride.quiz == quiz,
            UnitOverride.ended_at.is_(None),
            units_in(scope),
        )
    )
    if unit is not None:
        query = query.where(units_under(unit.path))
    return [
        OverrideLine(
            None, row.Unit, _wanted(row.UnitOverride), row.UnitOverride.reason,
            row.UnitOverride.set_by, row.UnitOverride.set_at,
        )
        for row in session.execute(query.order_by(Unit.name, Unit.id))
    ]  # fmt: skip


def person_overrides(
    session: Session,
    course: str,
    quiz: str,
    scope: Scope,
    *,
    unit: Unit | None = None,
    text: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page[OverrideLine]:
    """Return a page of what is set for people within `scope`, by name.

    Parameters
    ----------
    unit
        Only people of this unit and those below it.
    text
        Words of the name, or a whole number.
    """
    query = (
        select(PersonOverride, Person, Unit, LedgerDetail.body)
        .join(Person, Person.id == PersonOverride.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(
            LedgerDetail,
            (LedgerDetail.person_id == PersonOverride.person_id)
            & (LedgerDetail.seq == PersonOverride.seq),
        )
        .where(PersonOverride.course == course, PersonOverride.quiz == quiz, people_in(scope))
        .where(*named(text))
    )
    if unit is not None:
        query = query.where(units_under(unit.path))
    page = page_of(session, query, (Person.sort_name, Person.id), after=after, limit=limit)
    return page.of(
        lambda row: OverrideLine(
            row.Person, row.Unit, _wanted(row.PersonOverride), _reason(row.body),
            row.PersonOverride.set_by, row.PersonOverride.set_at,
        )
    )  # fmt: skip


def names_by_id(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of those who set something."""
    known = {each for each in ids if each is not None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(known)))
    return {row.id: row.name for row in rows}


def _wanted(row: PersonOverride | UnitOverride) -> Wanted:
    return Wanted(row.attempts, row.time_limit, row.opens_at, row.closes_at)


def _reason(body: str | None) -> str | None:
    return None if body is None else str(json.loads(body).get("reason", ""))


def override_of(session: Session, course: str, quiz: str, target: Target) -> OverrideLine | None:
    """Return what is set for one person or unit."""
    if target.person is not None:
        row = session.get(PersonOverride, (target.person.id, course, quiz))
        if row is None:
            return None
        detail = session.get(LedgerDetail, (target.person.id, row.seq))
        reason = _reason(detail.body if detail else None)
        return OverrideLine(target.person, None, _wanted(row), reason, row.set_by, row.set_at)
    standing = session.scalar(
        select(UnitOverride).where(
            UnitOverride.course == course,
            UnitOverride.quiz == quiz,
            UnitOverride.unit_id == (target.unit.id if target.unit else 0),
            UnitOverride.ended_at.is_(None),
        )
    )
    if standing is None:
        return None
    return OverrideLine(
        None, target.unit, _wanted(standing), standing.reason, standing.set_by, standing.set_at
    )
