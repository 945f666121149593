"""Filling a database with a crowd, a batch of people in each transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from random import Random

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learn.certificates.models import CertificateSeries
from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.crowd.histories import World, live
from learn.crowd.people import known_units, make_people, make_units
from learn.db import Database, upsert
from learn.errors import Conflict, Message
from learn.ledger import audit
from learn.people.models import Person, PersonNumber
from learn.people.services import NewPerson

BATCH = 5_000
CROWD_MADE = "crowd_made"


def refuse_real_people(session: Session, *, demonstration: bool) -> None:
    """Refuse a database in which somebody is who was not made up.

    Raises
    ------
    Conflict
        There are people, and the database is no demonstration.
    """
    if not demonstration and session.scalar(select(Person.id).limit(1)) is not None:
        raise Conflict(
            Message(
                "There are people in this database. A crowd is made up: put it into an empty one, "
                "or into a demonstration."
            )
        )


def fill(
    database: Database,
    versions: list[CourseVersion],
    *,
    people: int,
    completions: int,
    seed: int,
    settings: Settings,
    now: datetime,
    step: Callable[[int], None] = lambda made: None,
) -> int:
    """Add `people` with `completions` in all; return how many completions were written.

    Parameters
    ----------
    step
        Is told after each batch how many people were made in it.
    """
    world = World(versions, settings, now)
    with database.transaction() as session:
        units = known_units(session) or make_units(session, now=now)
        series = session.execute(select(CertificateSeries.series, CertificateSeries.last))
        world.series = {row.series: row.last for row in series}
        first_id = (session.scalar(select(func.max(Person.id))) or 0) + 1
        crowd = make_people(_known(session), units, seed)
    written, each, more = 0, *divmod(completions, people)
    for first in range(0, people, BATCH):
        last = min(first + BATCH, people)
        with database.transaction() as session:
            for index, new in enumerate(_free(session, crowd, last - first), start=first):
                count = each + (index < more)
                random = Random(f"{seed}/{new.number}")  # noqa: S311 - the same crowd each time
                live(world, first_id + index, new, count, random)
                written += count
            for rows in world.tables.all():
                rows.write(session)
            _keep_series(session, world)
            _move_sequence(session)
            data = {"number": last - first, "first": first_id + first}
            audit(session, CROWD_MADE, data, actor_id=None, at=now)
        step(last - first)
    return written


def _free(session: Session, crowd: Iterator[NewPerson], count: int) -> list[NewPerson]:
    """Take the next people whose numbers nobody has, as those of a demonstration may be among them."""
    found: list[NewPerson] = []
    while len(found) < count:
        some = list(islice(crowd, count - len(found)))
        numbers = [new.number for new in some]
        taken = set(
            session.scalars(select(PersonNumber.number).where(PersonNumber.number.in_(numbers)))
        )
        found += [new for new in some if new.number not in taken]
    return found


def _known(session: Session) -> int:
    """Return how many of the crowd are there: those with a serial of made-up people (9xx)."""
    made_up = PersonNumber.number.like("%9__")
    return session.scalar(select(func.count()).select_from(PersonNumber).where(made_up)) or 0


def _keep_series(session: Session, world: World) -> None:
    for series, last in world.series.items():
        statement = upsert(session, CertificateSeries).values(series=series, last=last)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[CertificateSeries.series], set_={"last": last}
            )
        )


def _move_sequence(session: Session) -> None:
    """Let the next person that a page adds get an id behind the crowd."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('learn_person', 'id'), "
                "(SELECT max(id) FROM learn_person))"
            )
        )
