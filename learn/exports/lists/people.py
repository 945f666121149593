"""Records that follow from people: competencies, hours of a year, and the people themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from learn.competencies.queries import Standing, standings_of_many
from learn.errors import Invalid, Message
from learn.exports.filters import course_key, units_of
from learn.exports.keyset import Keyset, Line, RecordT
from learn.exports.records import (
    FULFILLED,
    NO_TARGET,
    OVER,
    SHORT,
    WITHIN,
    CompetencyRecord,
    HoursRecord,
    PersonRecord,
)
from learn.hours.models import HoursYear
from learn.hours.rules import YearStatus, year_status
from learn.people.models import Person, PersonNumber, Post, RoleGrant, Unit
from learn.people.names import full_name
from learn.people.scoping import people_in


@dataclass(frozen=True, kw_only=True)
class PeopleBatches(Keyset[RecordT]):
    """Records that are made of people, some hundred people at a time, by name.

    A page holds all records of its people: `limit` counts people.
    """

    KEY = (Person.sort_name, Person.id)
    language: str = "id"
    active: bool | None = True

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        above = aliased(Unit)
        query = (
            select(
                Person.id, Person.sort_name, Person.name, Person.title_before, Person.title_after,
                Person.kind, Person.active, Person.email, Person.post_title, Person.post_class,
                Person.grade, PersonNumber.number, Unit.code, Unit.name.label("unit"),
                above.code.label("parent_code"),
            )
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(above, above.id == Unit.parent_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None),
            )
            .where(people_in(self.scope))
        )  # fmt: skip
        if self.active is not None:
            query = query.where(Person.active.is_(self.active))
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            query = query.where(Person.unit_id.in_(units))
        return query


def name_of(line: Line) -> str:
    """Return the full name of whom a line is about."""
    return full_name(line.name, line.title_before, line.title_after)


@dataclass(frozen=True, kw_only=True)
class CompetencyQuery(PeopleBatches[CompetencyRecord]):
    """Every person in every competency of the framework, as it stands today.

    Days and course narrow it to competencies with evidence recorded then, or from that course.
    """

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[CompetencyRecord]:
        if self.course:
            course_key(session, self.course)
        standings = standings_of_many(session, [line.id for line in lines], on=self.today)
        for line in lines:
            for standing in standings[line.id]:
                if self._wanted(standing):
                    yield self._record(line, standing)

    def _wanted(self, standing: Standing) -> bool:
        if not (self.since or self.until or self.course):
            return True
        return any(
            (not self.course or piece.course == self.course)
            and (not self.begins or piece.recorded_at >= self.begins)
            and (not self.ends or piece.recorded_at < self.ends)
            for piece in standing.evidence
            if piece.withdrawn_at is None
        )

    def _record(self, line: Line, standing: Standing) -> CompetencyRecord:
        courses = {
            piece.course
            for piece in standing.evidence
            if piece.withdrawn_at is None and piece.source == "course" and piece.course
        }
        return CompetencyRecord(
            person_id=line.id, number=line.number, name=name_of(line), unit_code=line.code,
            unit=line.unit, post_class=line.post_class, competency=standing.competency.code,
            title=standing.competency.name(self.language), learned=standing.learned_level,
            assessed=standing.assessed_level, required=standing.required_level, gap=standing.gap,
            courses=sorted(courses), assessed_gap=standing.assessed_gap,
            learned_until=standing.learned_until if standing.learned_level else None,
            assessed_state=standing.assessed_state,
            assessed_on=standing.level.assessed_on if standing.level else None,
            assessed_until=standing.assessed_until, suspended=standing.suspended,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HoursQuery(PeopleBatches[HoursRecord]):
    """The hours (JP) of people by year.

    Without days: this year, also where it is empty, and every year with hours. With days: every year
    that they touch.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(
                Message("Hours are counted by year and not by course; export completions instead.")
            )

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[HoursRecord]:
        accounts = select(HoursYear.person_id, HoursYear.year, HoursYear.earned).where(
            HoursYear.person_id.in_([line.id for line in lines])
        )
        earned: dict[int, dict[int, int]] = {}
        for row in session.execute(accounts):
            earned.setdefault(row.person_id, {})[row.year] = row.earned
        for line in lines:
            years = earned.get(line.id, {})
            for year in self._years(years):
                yield hours_record(line, year, years.get(year, 0))

    def _years(self, known: Iterable[int]) -> Iterable[int]:
        this_year = self.today.year
        if not self.since and not self.until:
            return sorted({this_year, *known}, reverse=True)
        last = self.until.year if self.until else this_year
        first = self.since.year if self.since else min([last, *known])
        return range(last, first - 1, -1)


def hours_record(line: Line, year: int, earned: int) -> HoursRecord:
    """Return how a year of the person in a line stands."""
    status = year_status(line.kind, earned, post_class=line.post_class or None)
    return HoursRecord(
        person_id=line.id, number=line.number, name=name_of(line), unit_code=line.code,
        unit=line.unit, kind=line.kind, year=year, earned=earned, target=status.target,
        missing=status.missing, status=_word(status),
    )  # fmt: skip


def _word(status: YearStatus) -> str:
    if status.target is None:
        return NO_TARGET
    if status.obligation.rule == "at_least":
        return FULFILLED if status.met else SHORT
    return OVER if status.warning else WITHIN


@dataclass(frozen=True, kw_only=True)
class PeopleQuery(PeopleBatches[PersonRecord]):
    """The people themselves, those who have left too, as the import reads them back."""

    active: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.since or self.until or self.course:
            raise Invalid(
                Message("People are exported as they are today; only a unit narrows their list.")
            )

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[PersonRecord]:
        ids = [line.id for line in lines]
        roles, since = _roles(session, ids), _since(session, ids)
        for line in lines:
            yield PersonRecord(
                person_id=line.id, number=line.number, name=line.name,
                title_before=line.title_before, title_after=line.title_after, kind=line.kind,
                unit_code=line.code, unit=line.unit, parent_unit_code=line.parent_code,
                post=line.post_title, post_class=line.post_class, grade=line.grade,
                since=since.get(line.id), email=line.email, active=line.active,
                roles=roles.get(line.id, ()),
            )  # fmt: skip


def _roles(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the roles on people's own units: an import grants them there, and nowhere else."""
    found: dict[int, list[str]] = {}
    query = (
        select(RoleGrant.person_id, RoleGrant.role)
        .join(Person, (Person.id == RoleGrant.person_id) & (Person.unit_id == RoleGrant.unit_id))
        .where(
            RoleGrant.person_id.in_(ids), RoleGrant.ended_at.is_(None), RoleGrant.course.is_(None)
        )
        .order_by(RoleGrant.person_id, RoleGrant.seq)
    )
    for person_id, role in session.execute(query):
        if role not in found.setdefault(person_id, []):
            found[person_id].append(role)
    return found


def _since(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    query = (
        select(Post.person_id, func.max(Post.since))
        .where(Post.person_id.in_(ids), Post.main.is_(True), Post.until.is_(None))
        .group_by(Post.person_id)
    )
    return {person_id: day for person_id, day in session.execute(query)}  # noqa: C416 (rows are no pairs)
