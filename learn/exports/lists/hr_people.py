"""Lists of people as HR sees them: who is short, who is idle, who is overdue, as of any day.

The count of a list, its pages, its file and what a bulk act takes come from the same conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from learn.errors import Invalid, Message
from learn.exports import days, overview
from learn.exports.columns import WHO, column
from learn.exports.days import AsOf
from learn.exports.filters import units_of
from learn.exports.keyset import Line
from learn.exports.lists.overdue import overdue_people
from learn.exports.lists.people import PeopleBatches, name_of
from learn.hours.rules import year_status
from learn.people.directory import digits_of, named
from learn.people.models import Person, PersonNumber, Post, Unit
from learn.people.scoping import people_in
from learn.progress.models import Completion

STATES = ("owing", "short", "idle", "overdue")
MOST_COUNTED = 10_000
Band = tuple[int, int | None]
BANDS: tuple[Band, ...] = ((0, 0), (1, 5), (6, 10), (11, 15), (16, 19), (20, None))


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person in a list of HR; unit and class are those of the day that the list is of.

    `target` is the floor or the ceiling of JP, `last` the latest completion.
    """

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    kind: str
    post_class: str
    year: int
    earned: int
    rule: str
    target: int | None
    missing: int
    last: datetime | None


COLUMNS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit on the day of the list.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("kind", "text", Message("Kind of employee"), Message("PNS, CPNS, PPPK or other.")),
    column("post_class", "text", Message("Class of post"), Message("It decides which level is required.")),
    column("year", "integer", Message("Year"), Message("Calendar year, by local dates.")),
    column("earned", "integer", Message("Earned (JP)"), Message("Verified learning hours (JP) of the year.")),
    column("target", "integer", Message("Target (JP)"), Message("At least for PNS, at most for PPPK; empty: no figure.")),
    column("missing", "integer", Message("Missing (JP)"), Message("JP still missing to the floor; 0 where none are.")),
    column("last", "date", Message("Last completion"), Message("Local date of the latest completion that counts."),
           lambda record: record.last and record.last.date()),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PeopleList(PeopleBatches[ListedPerson]):
    """People within reach, narrowed; `day` None: as of today.

    Parameters
    ----------
    text
        Words of the name, or a whole number (also one held once).
    state
        One of `STATES`, or nothing.
    band
        Only those with so many JP in the year of the day, from and to (None: no end).
    person_ids
        Only these people, as they were ticked.
    """

    day: date | None = None
    text: str = ""
    state: str = ""
    kind: str = ""
    post_class: str = ""
    band: Band | None = None
    person_ids: Sequence[int] | None = None
    with_figures: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.state and self.state not in STATES:
            raise Invalid(
                Message("There is no list of people called %(state)s.", state=self.state[:20])
            )

    @property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    def conditions(self, session: Session) -> list[ColumnElement[bool]]:
        """Return what a `Person` of the list meets."""
        as_of = self.as_of
        found = [people_in(self.scope), days.present(as_of), *named(self.text)]
        if self.unit:
            units = select(Unit.id).where(units_of(session, self.unit))
            found.append(days.in_units(as_of, units))
        if self.kind:
            found.append(Person.kind == self.kind)
        if self.post_class:
            found.append(days.of_class(as_of, self.post_class))
        if self.band is not None:
            found.append(_within(as_of, self.band))
        if self.person_ids is not None:
            found.append(Person.id.in_(self.person_ids))
        return [*found, _in_state(as_of, self.state)]

    def count(self, session: Session, most: int | None = None) -> int:
        """Return how many people there are; with `most` no more than that are looked for."""
        query = select(Person.id).where(*self.conditions(session))
        if most is not None:
            query = query.limit(most)
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    def all_ids(self, session: Session, most: int | None = None) -> list[int]:
        """Return the ids of all people of the list (or the first `most`), in its order."""
        query = select(Person.id).where(*self.conditions(session)).limit(most)
        return list(session.scalars(query.order_by(Person.sort_name, Person.id)))

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        return (
            select(
                Person.id, Person.sort_name, Person.name, Person.title_before, Person.title_after,
                Person.kind, Person.post_class, PersonNumber.number, Unit.code,
                Unit.name.label("unit"),
            )
            .outerjoin(Unit, Unit.id == Person.unit_id)
            .outerjoin(
                PersonNumber,
                (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None),
            )
            .where(*self.conditions(session))
        )  # fmt: skip

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterator[ListedPerson]:
        as_of, ids = self.as_of, [line.id for line in lines]
        year = as_of.year.number
        hours = overview.hours_of(session, ids, year, as_of) if self.with_figures else {}
        last = overview.last_completions(session, ids, as_of) if self.with_figures else {}
        posts = posts_on(session, ids, as_of)
        for line in lines:
            code, unit, post_class = posts.get(line.id, (line.code, line.unit, line.post_class))
            earned = hours.get(line.id, 0)
            status = year_status(line.kind, earned, post_class=post_class or None)
            at = last.get(line.id)
            yield ListedPerson(
                line.id, line.number, name_of(line), code, unit, line.kind, post_class or "",
                year, earned, status.obligation.rule, status.target, status.missing,
                at.astimezone(self.zone) if at else None,
            )  # fmt: skip

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        band = f"{self.band[0]}-{'' if self.band[1] is None else self.band[1]}" if self.band else ""
        pairs = (
            (Message("As of"), self.as_of.day.isoformat()), (Message("State"), self.state),
            (Message("Name or number"), "" if digits_of(self.text) else self.text),
            (Message("Kind of employee"), self.kind), (Message("Class of post"), self.post_class),
            (Message("Hours (JP)"), band),
        )  # fmt: skip
        return [*super().described(), *((name, value) for name, value in pairs if value)]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain: no name, no number."""
        pairs = {"day": self.as_of.text, "state": self.state, "kind": self.kind,
                 "post_class": self.post_class, "text": "yes" if self.text else ""}  # fmt: skip
        return {**super().data(), **{name: value for name, value in pairs.items() if value}}


def posts_on(
    session: Session, person_ids: Sequence[int], as_of: AsOf
) -> dict[int, tuple[str | None, str | None, str | None]]:
    """Return code and name of the unit, and the class, of the posts held on a day that has passed."""
    if not as_of.past:
        return {}
    rows = session.execute(
        select(Post.person_id, Unit.code, Unit.name, Post.post_class)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.person_id.in_(person_ids), days.held(as_of.day))
    )
    return {row.person_id: (row.code, row.name, row.post_class) for row in rows}


def _in_state(as_of: AsOf, state: str) -> ColumnElement[bool]:
    if not state:
        return true()
    conditions = {
        "owing": days.owes, "short": days.short_of_hours, "idle": _idle,
        "overdue": overdue_people,
    }  # fmt: skip
    return conditions[state](as_of)


def _idle(as_of: AsOf) -> ColumnElement[bool]:
    """Return the condition of `days.idle` in the form for a page: asked person by person, in their order.

    As an anti-join it would read all completions of the year before the first line.
    """
    done = (
        select(Completion.cycle)
        .where(
            Completion.person_id == Person.id,
            Completion.completed_at >= as_of.year.begins,
            days.stood(as_of),
        )
        .limit(1)
    )
    return done.scalar_subquery().is_(None)


def _within(as_of: AsOf, band: Band) -> ColumnElement[bool]:
    low, high = band
    earned = days.earned_by(as_of, as_of.year.number)
    return earned >= low if high is None else earned.between(low, high)
