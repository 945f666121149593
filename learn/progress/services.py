"""Verbs of progress: enrol, start and complete a module, settle whether a course is completed, withdraw."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.db import moment_text
from learn.errors import Conflict, Forbidden, LearnError, Message, NotFound
from learn.events import announce, course_completed
from learn.ledger import append, lock
from learn.people.models import Person, Unit
from learn.progress.awards import AWARDINGS, Award
from learn.progress.models import COMPLETED, MODULE, Completion, Enrolment, ItemState, Place
from learn.progress.projections import (
    COMPLETION_WITHDRAWN,
    COURSE_COMPLETED,
    ENROLLED,
    MODULE_COMPLETED,
    MODULE_STARTED,
)
from learn.progress.queries import facts_of, newest_enrolment
from learn.progress.rules import Explained, parse_rule

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

RENEWAL_WINDOW = timedelta(days=90)


def enrol(
    session: Session,
    person_id: int,
    version: CourseVersion,
    *,
    now: datetime,
    renew: bool = False,
    invited: bool = False,
) -> Enrolment:
    """Begin the course, or return the newest cycle; whoever is `invited` needs no open course.

    With `renew` a cycle whose completion was withdrawn, has lapsed or soon will is followed by a new
    one, which starts empty; reading a finished course again begins nothing.

    Raises
    ------
    Forbidden
        The course does not let everybody in.
    """
    lock(session, person_id)
    enrolment = newest_enrolment(session, person_id, version.course)
    if enrolment is not None and not (renew and is_renewable(_completion(session, enrolment), now)):
        return enrolment
    if version.enrolment != "open" and not invited:
        raise Forbidden(Message("This course is by invitation; ask the organiser to enrol you."))
    cycle = enrolment.cycle + 1 if enrolment else 1
    data = {"course": version.course, "cycle": cycle, "version": version.id}
    append(session, person_id, ENROLLED, data, at=now)
    return _enrolment(session, person_id, version.course, cycle)


def _enrolment(session: Session, person_id: int, course: str, cycle: int) -> Enrolment:
    enrolment = session.get(Enrolment, (person_id, course, cycle))
    if enrolment is None:
        raise NotFound(Message("There is no such enrolment."))
    return enrolment


def _completion(session: Session, enrolment: Enrolment) -> Completion | None:
    return session.get(Completion, (enrolment.person_id, enrolment.course, enrolment.cycle))


def is_renewable(completion: Completion | None, now: datetime) -> bool:
    """Return whether a new cycle may follow: the completion was withdrawn, has lapsed or soon will."""
    if completion is None:
        return False
    return may_follow(completion.withdrawn_at, completion.valid_until, now)


def may_follow(withdrawn_at: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Return whether a new cycle may follow a completion with these two dates."""
    if withdrawn_at is not None:
        return True
    return valid_until is not None and now >= valid_until - RENEWAL_WINDOW


def start_module(
    session: Session, person_id: int, version: CourseVersion, module: str, *, now: datetime
) -> ItemState:
    """Note that the module has been begun; beginning twice changes nothing."""
    enrolment = enrol(session, person_id, version, now=now)
    return _module_state(session, enrolment, version, module) or _note_module(
        session, enrolment, version, module, MODULE_STARTED, now
    )


def complete_module(
    session: Session,
    person_id: int,
    version: CourseVersion,
    module: str,
    *,
    settings: Settings,
    now: datetime,
) -> Completion | None:
    """Complete the module; return the course's completion when that was the last thing missing."""
    enrolment = enrol(session, person_id, version, now=now)
    state = _module_state(session, enrolment, version, module)
    if state is None or state.state != COMPLETED:
        _note_module(session, enrolment, version, module, MODULE_COMPLETED, now)
    return settle(session, enrolment, version, settings=settings, now=now)


def _module_state(
    session: Session, enrolment: Enrolment, version: CourseVersion, module: str
) -> ItemState | None:
    if version.module(module) is None:
        raise NotFound(Message("This course has no module %(key)s.", key=module))
    key = (enrolment.person_id, enrolment.course, enrolment.cycle, MODULE, module)
    return session.get(ItemState, key)


def _note_module(
    session: Session,
    enrolment: Enrolment,
    version: CourseVersion,
    module: str,
    kind: str,
    now: datetime,
) -> ItemState:
    data = {
        "course": enrolment.course,
        "cycle": enrolment.cycle,
        "module": module,
        "version": version.id,
    }
    append(session, enrolment.person_id, kind, data, at=now)
    key = (enrolment.person_id, enrolment.course, enrolment.cycle, MODULE, module)
    return session.get_one(ItemState, key)


def remember_place(
    session: Session, person_id: int, course: str, module: str, anchor: str | None, *, now: datetime
) -> None:
    """Keep where the person was reading, so that they go on there, on any device."""
    place = session.get(Place, (person_id, course))
    if place is None:
        session.add(Place(person_id=person_id, course=course, module=module, anchor=anchor, at=now))
    else:
        place.module, place.anchor, place.at = module, anchor, now
    session.flush()


def explain(session: Session, enrolment: Enrolment | None, version: CourseVersion, person_id: int, *, now: datetime) -> Explained:  # fmt: skip
    """Return the completion rule of the course with what the person has met and what is missing."""
    facts = facts_of(session, person_id, version, enrolment.cycle if enrolment else None, now=now)
    return parse_rule(version.complete).explain(facts)


def settle(
    session: Session,
    enrolment: Enrolment,
    version: CourseVersion,
    *,
    settings: Settings,
    now: datetime,
) -> Completion | None:
    """Decide whether the cycle is now completed, once; hours, evidence and certificate come with it.

    Returns
    -------
    Completion or None
        The completion that this call made; None when the rule is not met or it had been made before.
    """
    person_id, course, cycle = enrolment.person_id, enrolment.course, enrolment.cycle
    lock(session, person_id)
    if session.get(Completion, (person_id, course, cycle)) is not None:
        return None
    facts = facts_of(session, person_id, version, cycle, now=now)
    rule = parse_rule(version.complete)
    if not rule.explain(facts).met:
        return None
    grades = [facts.quizzes[key].grade for key in rule.quizzes() if key in facts.quizzes]
    known = [grade for grade in grades if grade is not None]
    score = round(sum(known) / len(known), 6) if known else None
    return _complete(session, enrolment, version, score, settings=settings, now=now)


def _complete(
    session: Session,
    enrolment: Enrolment,
    version: CourseVersion,
    score: float | None,
    *,
    settings: Settings,
    now: datetime,
) -> Completion:
    person_id, course, cycle = enrolment.person_id, enrolment.course, enrolment.cycle
    unit_id, zone = _unit_and_zone(session, person_id, settings)
    begins = _valid_from(session, enrolment, settings, now)
    valid_until = _last_moment(version, begins, ZoneInfo(zone))
    title = version.title(version.language)
    data = {
        "course": course, "cycle": cycle, "version": version.id, "title": title, "score": score,
        "hours": version.hours, "form": version.form, "unit": unit_id,
        "enrolled_at": moment_text(enrolment.enrolled_at),
        "valid_until": moment_text(valid_until) if valid_until else None,
    }  # fmt: skip
    append(session, person_id, COURSE_COMPLETED, data, at=now)
    award = Award(
        person_id, course, cycle, version.id, title, version.hours, version.form, version.outcomes,
        now, valid_until, zone, version.organiser,
    )  # fmt: skip
    for awarding in AWARDINGS:
        awarding.give(session, award, settings=settings)
    announce(session, course_completed, person_id=person_id, course=course, cycle=cycle)
    return session.get_one(Completion, (person_id, course, cycle))


def _valid_from(
    session: Session, enrolment: Enrolment, settings: Settings, now: datetime
) -> datetime:
    """Return the moment from which a completion counts its validity.

    That is now, or (by the setting) the end of the cycle before, so that nobody loses what is left of it
    by renewing early.
    """
    if not settings.renewal_keeps_date or enrolment.cycle == 1:
        return now
    place = (enrolment.person_id, enrolment.course, enrolment.cycle - 1)
    before = session.get(Completion, place)
    if before is None or before.withdrawn_at is not None or before.valid_until is None:
        return now
    return max(now, before.valid_until)


def _last_moment(version: CourseVersion, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the end of the last local day on which the completion is valid; None: for ever."""
    if version.valid_for is None:
        return None
    last_day = version.valid_for.add_to(now.astimezone(zone).date())
    return datetime.combine(last_day, time(23, 59, 59), zone)


def _unit_and_zone(session: Session, person_id: int, settings: Settings) -> tuple[int | None, str]:
    row = session.execute(
        select(Person.unit_id, Unit.time_zone)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id == person_id)
    ).first()
    return (row.unit_id, row.time_zone or settings.timezone) if row else (None, settings.timezone)


def withdraw(
    session: Session,
    person_id: int,
    course: str,
    cycle: int,
    *,
    reason: str,
    actor_id: int,
    now: datetime,
    batch: int | None = None,
) -> Completion:
    """Withdraw a completion: it stays visible, and its hours, evidence and certificate stop counting.

    Raises
    ------
    NotFound
        There is no such completion.
    Conflict
        It was withdrawn before.
    """
    lock(session, person_id)
    completion = session.get(Completion, (person_id, course, cycle), populate_existing=True)
    if completion is None:
        raise NotFound(Message("There is no such completion."))
    if completion.withdrawn_at is not None:
        raise Conflict(Message("This completion was withdrawn before."))
    if not reason.strip():
        raise LearnError(Message("Give a reason: it stands in the record."))
    data = {"course": course, "cycle": cycle, "actor": actor_id}
    if batch is not None:
        data["batch"] = batch
    append(
        session, person_id, COMPLETION_WITHDRAWN, data, at=now, detail={"reason": reason.strip()}
    )
    for awarding in AWARDINGS:
        awarding.take_back(session, person_id, course, cycle, now=now)
    return session.get_one(Completion, (person_id, course, cycle))
