"""What HR of the demonstration has done to many at once: an assignment that is overdue by now, an act undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.bulk.kinds import Office, Target, act_named
from learn.bulk.planning import plan
from learn.bulk.services import begin, undo
from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.people.directory import find_by_number
from learn.people.models import Person, Unit
from learn.people.roles import actor_of
from learn.people.scoping import units_under
from learn.progress.models import Completion

Versions = Mapping[str, CourseVersion]


def act_in_bulk(
    session: Session, versions: Versions, course: str, hr_number: str, unit_code: str,
    *, settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """Assign a course to an office two months ago, due a month ago; withdraw a completion and undo it."""
    hr = find_by_number(session, hr_number)
    unit = session.scalar(select(Unit).where(Unit.code == unit_code))
    if hr is None or unit is None or course not in versions:
        return
    people = session.scalars(
        select(Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(units_under(unit.path))
        .order_by(Person.id)
    ).all()
    early = _office(session, hr.id, versions, settings, now - timedelta(days=60))
    due = (now - timedelta(days=25)).date().isoformat()
    targets = [Target(each) for each in people]
    _do(session, "assign", targets, {"course": course, "due": due}, early)
    done = session.scalars(
        select(Completion).where(Completion.person_id.in_(people), Completion.course == course)
    ).first()
    if done is not None:
        late = _office(session, hr.id, versions, settings, now - timedelta(days=2))
        wrong = [Target(done.person_id, f"{done.course}:{done.cycle}")]
        batch = _do(session, "withdraw", wrong, {"reason": "Keliru memilih kursus."}, late)
        undo(session, batch, _office(session, hr.id, versions, settings, now - timedelta(days=1)))


def _office(
    session: Session, hr_id: int, versions: Versions, settings: Settings, now: datetime
) -> Office:
    actor = actor_of(session, hr_id)
    return Office(actor, settings, lambda _session, key: versions.get(key), now, settings.timezone)


def _do(
    session: Session, act: str, targets: list[Target], params: Mapping[str, str], office: Office
) -> int:
    planned = plan(session, act_named(act), targets, params, office)
    return begin(
        session, planned, digest=planned.digest, office=office, filters={"list": "people"}
    ).id
