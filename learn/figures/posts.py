"""Who stands where on a day, and which levels their posts require."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from learn.figures.days import AsOf, held
from learn.people.models import Person, Post, Unit

Units = Select[Any] | None
"""A query of ids of units that narrows the figures to them; None: everybody."""


class Standing(NamedTuple):
    """One person with the unit and the post of the day."""

    id: int
    unit_id: int | None
    post_class: str
    post_title: str


def standing_on(as_of: AsOf, units: Units) -> Select[Any]:
    """Return the query of people who count on a day, with the post of that day, in order of their ids.

    Today they are the active ones; on a day that has passed, those who held a main post then.
    """
    post: Any = Post if as_of.past else Person
    query = select(Person.id, post.unit_id, post.post_class, title_of(as_of)).order_by(Person.id)
    if as_of.past:
        query = query.join(Post, and_(Post.person_id == Person.id, held(as_of.day)))
    else:
        query = query.where(Person.active)
    return query if units is None else query.where(post.unit_id.in_(units))


def title_of(as_of: AsOf) -> Any:
    """Return the column with the title of the post held on the day."""
    return Post.title if as_of.past else Person.post_title


def unit_of(as_of: AsOf) -> Any:
    """Return the column with the unit of the day; `joined` brings its table."""
    return Post.unit_id if as_of.past else Person.unit_id


def joined(query: Select[Any], as_of: AsOf, units: Units) -> Select[Any]:
    """Narrow a query over `Person` to those who count on the day, in these units."""
    if as_of.past:
        query = query.join(Post, and_(Post.person_id == Person.id, held(as_of.day)))
    else:
        query = query.where(Person.active)
    return query if units is None else query.where(unit_of(as_of).in_(units))


def batches(session: Session, as_of: AsOf, units: Units, size: int) -> Iterator[Sequence[Standing]]:
    """Yield all people who count on the day, `size` at a time."""
    query, last = standing_on(as_of, units), 0
    while found := session.execute(query.where(Person.id > last).limit(size)).all():
        yield [Standing(*row) for row in found]
        last = found[-1][0]


def are_few(session: Session, units: Units, most: int) -> bool:
    """Return whether no more than `most` active people stand in these units; counts no further."""
    query = select(Person.id).where(Person.active)
    if units is not None:
        query = query.where(Person.unit_id.in_(units))
    counted = select(func.count()).select_from(query.limit(most + 1).subquery())
    return (session.scalar(counted) or 0) <= most


def paths(session: Session) -> dict[int, tuple[int, ...]]:
    """Return for each unit the ids from the root to itself."""
    rows = session.execute(select(Unit.id, Unit.path))
    return {row.id: tuple(int(part) for part in row.path.strip("/").split("/")) for row in rows}
