"""Other terms of a quiz for a person or a unit: set, taken away, and put together for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from learn.db import moment_text, share_turn, take_turn
from learn.errors import Forbidden, Invalid, Message, NotFound
from learn.ledger import append, audit, lock
from learn.people.access import EVERYTHING, Action, Actor, Scope, learners, refusal
from learn.people.models import Person, Unit
from learn.people.scoping import people_under
from learn.quizzes.models import OPEN, Attempt, PersonOverride, UnitOverride
from learn.quizzes.projections import ATTEMPT_EXTENDED, OVERRIDE_REMOVED, OVERRIDE_SET
from learn.quizzes.quiz import Quiz
from learn.quizzes.source.settings import MAX_ATTEMPTS, MAX_SECONDS
from learn.quizzes.terms import Layer, Terms, effective

LONGEST_REASON = 500
QuizOf = Callable[[Attempt], Quiz | None]


@dataclass(frozen=True)
class Wanted:
    """What is to hold otherwise; None leaves a term alone, 0 takes a limit away."""

    attempts: int | None = None
    time_limit: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Target:
    """For whom: a person, or a unit with all below it."""

    person: Person | None = None
    unit: Unit | None = None


@dataclass(frozen=True)
class Act:
    """Who changes something (None: the operator of the command line), why, when.

    `quiz_of` finds the quiz of a running attempt; `time_zone` is that of people whose units name none.
    """

    actor: Actor | None
    reason: str
    now: datetime
    quiz_of: QuizOf
    time_zone: str

    @property
    def actor_id(self) -> int | None:
        """Return whose act it is."""
        return self.actor.person_id if self.actor else None

    def reach(self, course: str) -> Scope:
        """Return the people whom the actor reaches as learners of a course."""
        if self.actor is None:
            return EVERYTHING
        return learners(self.actor, Action.OVERRIDE_QUIZZES, course)


def hold_terms(session: Session, course: str, quiz: str, *, to_change: bool = False) -> None:
    """Hold the terms that are set for units as they are, until the end of the transaction.

    Starts hold them together, a change waits for these and holds them alone: so an attempt has either
    begun before the change, which then moves its end, or begins under it. It comes before the lock of
    any person's chain. SQLite has one writer at a time anyway.
    """
    hold = take_turn if to_change else share_turn
    hold(session, f"terms:{course}/{quiz}")


def terms_of(session: Session, person_id: int, quiz: Quiz, *, time_zone: str) -> Terms:
    """Return the terms of `quiz` for this person; `time_zone` counts where the unit names none."""
    own = and_(
        PersonOverride.person_id == Person.id,
        PersonOverride.course == quiz.course,
        PersonOverride.quiz == quiz.key,
    )
    home = session.execute(
        select(Unit.path, Unit.time_zone, PersonOverride)
        .select_from(Person)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(PersonOverride, own)
        .where(Person.id == person_id),
        execution_options={"populate_existing": True},  # another transaction may have changed them
    ).first()
    if home is None:
        return effective(quiz, (), ZoneInfo(time_zone))
    layers = [*_unit_layers(session, person_id, home.path or "", quiz)]
    if home.PersonOverride is not None:
        layers.append(_layer(home.PersonOverride, None))
    return effective(quiz, layers, ZoneInfo(home.time_zone or time_zone))


def _unit_layers(session: Session, person_id: int, path: str, quiz: Quiz) -> Iterator[Layer]:
    """Yield the layers of the units above somebody in the unit with this path, the widest first.

    What people set for their own unit holds for all others there: nobody gives themselves other terms.
    """
    above = [int(part) for part in path.strip("/").split("/") if part]
    rows = session.execute(
        select(UnitOverride, Unit.name)
        .join(Unit, Unit.id == UnitOverride.unit_id)
        .where(
            UnitOverride.course == quiz.course,
            UnitOverride.quiz == quiz.key,
            UnitOverride.unit_id.in_(above),
            UnitOverride.ended_at.is_(None),
            or_(UnitOverride.set_by.is_(None), UnitOverride.set_by != person_id),
        )
    ).all()
    for row in sorted(rows, key=lambda row: above.index(row.UnitOverride.unit_id)):
        yield _layer(row.UnitOverride, row.name)


def _layer(row: PersonOverride | UnitOverride, unit: str | None) -> Layer:
    return Layer(unit, row.attempts, row.time_limit, row.opens_at, row.closes_at)


def set_override(
    session: Session, course: str, quiz: str, target: Target, wanted: Wanted, act: Act
) -> None:
    """Set other terms for the target, in the place of those set before; running attempts follow.

    Raises
    ------
    Forbidden, Invalid
        The actor does not reach the target; no term or no reason is given, or one cannot be.
    """
    check_override(session, course, target, wanted, act)
    if target.person is not None:
        data = {"course": course, "quiz": quiz, **_plain(wanted), "actor": act.actor_id}
        detail = {"reason": _reason(act)}
        lock(session, target.person.id)
        append(session, target.person.id, OVERRIDE_SET, data, at=act.now, detail=detail)
        _refresh(session, target.person.id, course, quiz, act)
    elif target.unit is not None:
        hold_terms(session, course, quiz, to_change=True)
        _end_standing(session, course, quiz, target.unit, act.now)
        session.add(
            UnitOverride(
                course=course, quiz=quiz, unit_id=target.unit.id, **asdict(wanted),
                reason=_reason(act), set_by=act.actor_id, set_at=act.now,
            )
        )  # fmt: skip
        _refresh_unit(session, course, quiz, target.unit, act)
        data = {"course": course, "quiz": quiz, "unit": target.unit.id, **_plain(wanted)}
        audit(session, OVERRIDE_SET, data, actor_id=act.actor_id, at=act.now)


def check_override(session: Session, course: str, target: Target, wanted: Wanted, act: Act) -> None:
    """Raise when `set_override` would refuse."""
    _demand(session, course, target, act)
    if wanted == Wanted():
        raise Invalid(Message("Say at least one term: attempts, time, opening or closing."))
    if not _reason(act):
        raise Invalid(Message("Give a reason: it stands in the record."))
    if len(_reason(act)) > LONGEST_REASON:
        raise Invalid(Message("A reason has at most %(most)s characters.", most=LONGEST_REASON))
    if wanted.attempts is not None and not 0 <= wanted.attempts <= MAX_ATTEMPTS:
        raise Invalid(
            Message("Attempts are a whole number from 1 to %(most)s; 0 is no limit.", most=MAX_ATTEMPTS)
        )  # fmt: skip
    if wanted.time_limit is not None and not 0 <= wanted.time_limit <= MAX_SECONDS:
        raise Invalid(
            Message("The time is from 1 to %(most)s minutes; 0 is no limit.", most=MAX_SECONDS // 60)
        )  # fmt: skip
    if wanted.opens_at and wanted.closes_at and wanted.opens_at >= wanted.closes_at:
        raise Invalid(Message("It closes before it opens; the closing is later than the opening."))


def remove_override(session: Session, course: str, quiz: str, target: Target, act: Act) -> None:
    """Take the terms set for the target away; running attempts follow.

    Raises
    ------
    NotFound, Forbidden
        Nothing is set for the target; the actor does not reach it.
    """
    _demand(session, course, target, act)
    data: dict[str, Any] = {"course": course, "quiz": quiz}
    if target.person is not None:
        lock(session, target.person.id)
        if session.get(PersonOverride, (target.person.id, course, quiz)) is None:
            raise _nothing_set()
        data["actor"] = act.actor_id
        append(session, target.person.id, OVERRIDE_REMOVED, data, at=act.now)
        _refresh(session, target.person.id, course, quiz, act)
    elif target.unit is not None:
        hold_terms(session, course, quiz, to_change=True)
        if not _end_standing(session, course, quiz, target.unit, act.now):
            raise _nothing_set()
        _refresh_unit(session, course, quiz, target.unit, act)
        data["unit"] = target.unit.id
        audit(session, OVERRIDE_REMOVED, data, actor_id=act.actor_id, at=act.now)


def _nothing_set() -> NotFound:
    return NotFound(Message("Nothing is set there, or it was taken away meanwhile."))


def _demand(session: Session, course: str, target: Target, act: Act) -> None:
    """Raise unless the actor reaches the target as a learner of this course, and is not it."""
    unit = target.unit
    if target.person is not None:
        demand_other(act, target.person.id)
        unit = session.get(Unit, target.person.unit_id) if target.person.unit_id else None
    if not act.reach(course).reaches(unit.path if unit else None):
        raise Forbidden(refusal(Action.OVERRIDE_QUIZZES))


def demand_other(act: Act, person_id: int) -> None:
    """Raise when it is the actor: nobody gives themselves other terms."""
    if act.actor_id == person_id:
        raise Forbidden(Message("Somebody else has to set other terms for you."))


def _reason(act: Act) -> str:
    return " ".join(act.reason.split())


def _plain(wanted: Wanted) -> dict[str, Any]:
    return {
        name: moment_text(value) if isinstance(value, datetime) else value
        for name, value in asdict(wanted).items()
    }


def _end_standing(session: Session, course: str, quiz: str, unit: Unit, now: datetime) -> bool:
    standing = session.scalars(
        select(UnitOverride)
        .where(
            UnitOverride.course == course,
            UnitOverride.quiz == quiz,
            UnitOverride.unit_id == unit.id,
            UnitOverride.ended_at.is_(None),
        )
        .with_for_update()
    ).all()
    for row in standing:
        row.ended_at = now
    session.flush()
    return bool(standing)


def _refresh_unit(session: Session, course: str, quiz: str, unit: Unit, act: Act) -> None:
    session.flush()
    people = session.scalars(
        select(Attempt.person_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.course == course,
            Attempt.quiz == quiz,
            Attempt.state == OPEN,
            people_under(unit.path),
        )
        .distinct()
        .order_by(Attempt.person_id)  # one order of locks for everybody
    ).all()
    for person_id in people:
        lock(session, person_id)
        _refresh(session, person_id, course, quiz, act)


def _refresh(session: Session, person_id: int, course: str, quiz: str, act: Act) -> None:
    """Move the end of the person's running attempt to where the terms put it now, never before now."""
    running = session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == person_id,
            Attempt.course == course,
            Attempt.quiz == quiz,
            Attempt.state == OPEN,
        )
        .execution_options(populate_existing=True)
    ).all()
    for attempt in running:
        taken = act.quiz_of(attempt)
        if taken is None:
            continue
        terms = terms_of(session, person_id, taken, time_zone=act.time_zone)
        ends = terms.expires_at(attempt.started_at)
        before = attempt.expires_at
        if ends is not None and ends < act.now:
            ends = act.now if before is None or before > act.now else before
        if ends != before:
            append(session, person_id, ATTEMPT_EXTENDED, {
                "attempt": attempt.id, "course": course, "quiz": quiz,
                "expires_at": moment_text(ends) if ends else None,
                "actor": act.actor_id,
            }, at=act.now)  # fmt: skip
