"""The lists behind the figures: who has a gap in a competency, and people by their job-person match.

Of few people they are counted at each look, with names in order; of more they come from the lines that
regular work keeps, found by an index, and are as old as the figures beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.errors import Invalid, Message
from learn.figures import posts
from learn.figures.counting import lines_by_person
from learn.figures.days import AsOf
from learn.figures.models import FigureDay, MatchLine
from learn.figures.posts import Standing
from learn.figures.requirements import Requirements
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.scoping import people_in, people_under, units_in, units_under

BATCH = 5_000
FEW = 1_000


class Place(NamedTuple):
    """The place of somebody in a list: by rank, then by name (empty in kept lists), then by id."""

    rank: int
    name: str
    person_id: int


@dataclass(frozen=True)
class Ranked:
    """People with a line of `basis` about `what`, from rank `low` up to below `high`.

    Parameters
    ----------
    scope
        Whom the reader reaches now.
    path
        Only people who stand below this path of a unit on the day.
    rising
        The smallest rank comes first.
    few
        Up to so many people are counted at each look.
    """

    scope: Scope
    as_of: AsOf
    framework: Framework
    basis: str
    what: str
    path: str | None = None
    low: int = 1
    high: int | None = None
    rising: bool = False
    few: int = FEW

    def is_live(self, session: Session) -> bool:
        """Return whether it is counted at each look: where there are few people, or nothing is kept.

        Raises
        ------
        Invalid
            Of so many people no list of a past day is kept.
        """
        if posts.are_few(session, self._units(), self.few):
            return True
        kept = select(FigureDay.on_date).where(FigureDay.made_at.is_not(None)).limit(1)
        if session.scalar(kept) is None:
            return True
        if self.as_of.past:
            raise Invalid(
                Message(
                    "Of more than %(few)s people there is only the list of today. Choose a smaller "
                    "unit for a day that has passed.",
                    few=self.few,
                )
            )
        return False

    def page(self, session: Session, *, after: Place | None, limit: int) -> Sequence[Place]:
        """Return the places that follow `after`, `limit` at most."""
        if not self.is_live(session):
            return self._kept(session, after, limit)
        found = self._counted(session)
        if after is not None:
            key = self._key(after)
            found = [place for place in found if self._key(place) > key]
        return found[:limit]

    def stream(self, session: Session) -> Iterator[Sequence[Place]]:
        """Yield all places, some at a time."""
        if self.is_live(session):
            found = self._counted(session)
            yield from (found[start : start + BATCH] for start in range(0, len(found), BATCH))
            return
        after: Place | None = None
        while some := self._kept(session, after, BATCH):
            yield some
            after = some[-1]

    def _key(self, place: Place) -> tuple[int, str, int]:
        return (place.rank if self.rising else -place.rank, place.name, place.person_id)

    def _units(self) -> posts.Units:
        """Return the units of the list, None for all."""
        if self.scope.everything and self.path is None:
            return None
        query = select(Unit.id).where(units_in(self.scope))
        return query if self.path is None else query.where(units_under(self.path))

    def _counted(self, session: Session) -> list[Place]:
        units = None if self.path is None else select(Unit.id).where(units_under(self.path))
        query = posts.standing_on(self.as_of, units).where(people_in(self.scope))
        required, found, last = Requirements(session, self.as_of, self.framework), [], 0
        query = query.add_columns(Person.sort_name)
        while rows := session.execute(query.where(Person.id > last).limit(BATCH)).all():
            last = rows[-1][0]
            names = {row[0]: row[4] for row in rows}
            people = [Standing(*row[:4]) for row in rows]
            known = lines_by_person(session, self.as_of, self.framework, people, required)
            found += [
                Place(rank, names[who.id], who.id)
                for who, _levels, lines in known
                for basis, what, rank in lines
                if basis == self.basis and what == self.what and self._within(rank)
            ]
        return sorted(found, key=self._key)

    def _within(self, rank: int) -> bool:
        return self.low <= rank and (self.high is None or rank < self.high)

    def _kept(self, session: Session, after: Place | None, limit: int) -> list[Place]:
        line = MatchLine
        query = (
            select(line.rank, line.person_id)
            .join_from(line, Person, Person.id == line.person_id)
            .where(line.basis == self.basis, line.what == self.what, line.rank >= self.low)
            .where(Person.active, people_in(self.scope))
        )
        if self.high is not None:
            query = query.where(line.rank < self.high)
        if self.path is not None:
            query = query.where(people_under(self.path))
        place = tuple_(line.rank, line.person_id)
        if after is not None:
            known = (after.rank, after.person_id)
            query = query.where(place > known if self.rising else place < known)
        order = (line.rank, line.person_id)
        query = query.order_by(*(order if self.rising else (each.desc() for each in order)))
        return [Place(row.rank, "", row.person_id) for row in session.execute(query.limit(limit))]
