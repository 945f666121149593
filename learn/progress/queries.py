"""Reading progress: what one person did, in few statements by primary key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from learn.db import memory_of_transaction
from learn.ledger import lock
from learn.progress.leaves import Whose, find_facts
from learn.progress.models import (
    COMPLETED,
    MODULE,
    NOT_STARTED,
    QUIZ,
    Completion,
    Enrolment,
    ItemState,
    Place,
)
from learn.progress.rules import Facts, QuizFact, Rule, parse_rule

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion


@dataclass(frozen=True)
class CourseProgress:
    """One person's newest cycle of one course: the states of its modules and quizzes.

    `place` is the module and the heading at which the person last was, where that was asked for.
    """

    cycle: int | None = None
    modules: dict[str, ItemState] = field(default_factory=dict)
    quizzes: dict[str, ItemState] = field(default_factory=dict)
    place: tuple[str, str | None] | None = None

    def state_of(self, module: str) -> str:
        """Return ``not_started``, ``in_progress`` or ``completed``."""
        item = self.modules.get(module)
        return item.state if item else NOT_STARTED

    def done(self, modules: Sequence[str]) -> int:
        """Return how many of `modules` are completed; never more than there are."""
        return sum(self.state_of(key) == COMPLETED for key in modules)


def newest_enrolment(session: Session, person_id: int, course: str) -> Enrolment | None:
    """Return the person's newest cycle of the course, or None."""
    return session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.course == course)
        .order_by(Enrolment.cycle.desc())
        .limit(1)
    ).first()


_SAME_CYCLE = (
    (ItemState.person_id == Enrolment.person_id)
    & (ItemState.course == Enrolment.course)
    & (ItemState.cycle == Enrolment.cycle)
)
# Every module page asks this: building the statement costs more than running it, so it is built once.
_OF_COURSE = (
    select(Enrolment.cycle, ItemState, Place.module, Place.anchor)
    .outerjoin(ItemState, _SAME_CYCLE)
    .outerjoin(Place, (Place.person_id == Enrolment.person_id) & (Place.course == Enrolment.course))
    .where(Enrolment.person_id == bindparam("who"), Enrolment.course == bindparam("which"))
)


_CYCLE = (
    select(Enrolment, ItemState)
    .outerjoin(ItemState, _SAME_CYCLE)
    .where(
        Enrolment.person_id == bindparam("who"),
        Enrolment.course == bindparam("which"),
        Enrolment.cycle == bindparam("turn"),
    )
)
_ITEMS = select(ItemState).where(
    ItemState.person_id == bindparam("who"),
    ItemState.course == bindparam("which"),
    ItemState.cycle == bindparam("turn"),
)


_LOCKED = "learn_cycles_under_lock"


def cycle_of(
    session: Session, person_id: int, course: str, cycle: int
) -> tuple[Enrolment | None, list[ItemState]]:
    """Return an enrolment with the states of its cycle, in one statement, as they are under the person's lock.

    As long as the caller holds them, the session does not ask for them again.
    """
    lock(session, person_id)
    known = {"who": person_id, "which": course, "turn": cycle}
    rows = session.execute(_CYCLE, known, execution_options={"populate_existing": True}).all()
    memory_of_transaction(session, _LOCKED)[person_id, course, cycle] = True
    items = [row.ItemState for row in rows if row.ItemState is not None]
    return (rows[0].Enrolment if rows else None), items


def read_under_lock(session: Session, person_id: int, course: str, cycle: int) -> bool:
    """Return whether the states of the cycle were read since the transaction locked the person."""
    return (person_id, course, cycle) in memory_of_transaction(session, _LOCKED)


def course_progress(session: Session, person_id: int, course: str) -> CourseProgress:
    """Return the states of the person's newest cycle of the course, in one statement."""
    rows = session.execute(_OF_COURSE, {"who": person_id, "which": course}).all()
    if not rows:
        return CourseProgress()
    cycle = max(row.cycle for row in rows)
    items = [row.ItemState for row in rows if row.cycle == cycle and row.ItemState is not None]
    return CourseProgress(
        cycle,
        {item.key: item for item in items if item.kind == MODULE},
        {item.key: item for item in items if item.kind == QUIZ},
        (rows[0].module, rows[0].anchor) if rows[0].module else None,
    )


def all_progress(session: Session, person_id: int) -> dict[str, CourseProgress]:
    """Return the newest cycle of every course of the person, in one statement."""
    rows = session.execute(
        select(Enrolment.course, Enrolment.cycle, ItemState)
        .outerjoin(ItemState, _SAME_CYCLE)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.course, Enrolment.cycle)
    ).all()
    progress: dict[str, CourseProgress] = {}
    for row in rows:
        if row.course not in progress or progress[row.course].cycle != row.cycle:
            progress[row.course] = CourseProgress(row.cycle, {}, {})
        if row.ItemState is not None:
            found = progress[row.course]
            side = found.modules if row.ItemState.kind == MODULE else found.quizzes
            side[row.ItemState.key] = row.ItemState
    return progress


def facts_of(
    session: Session,
    person_id: int,
    version: CourseVersion,
    cycle: int | None,
    *,
    now: datetime,
    rule: Rule | None = None,
) -> Facts:
    """Return what `rule` (by default the completion rule of `version`) asks about the person's cycle."""
    items: Sequence[ItemState] = ()
    if cycle is not None:
        known = {"who": person_id, "which": version.course, "turn": cycle}
        items = session.scalars(_ITEMS, known).all()
    states = {(item.kind, item.key): item for item in items}
    asked = rule or parse_rule(version.complete)
    return Facts(
        modules=[module.key for module in version.modules],
        completed_modules={
            key
            for (kind, key), item in states.items()
            if kind == MODULE and item.state == COMPLETED
        },
        quizzes={
            key: _quiz_fact(states.get((QUIZ, key)), quiz.pass_mark)
            for key, quiz in version.quizzes.items()
        },
        completed_courses=_standing_courses(session, person_id, asked.courses(), now),
        found=find_facts(session, Whose(person_id, version, cycle, now), asked),
    )


def _quiz_fact(item: ItemState | None, pass_mark: float) -> QuizFact:
    if item is None:
        return QuizFact(None, 0, pass_mark)
    return QuizFact(item.score, item.attempts, pass_mark)


def _standing_courses(
    session: Session, person_id: int, wanted: Sequence[str], now: datetime
) -> set[str]:
    if not wanted:
        return set()
    return set(
        session.scalars(
            select(Completion.course).where(
                Completion.person_id == person_id,
                Completion.course.in_(wanted),
                Completion.withdrawn_at.is_(None),
                or_(Completion.valid_until.is_(None), Completion.valid_until > now),
            )
        )
    )


def completions_of(session: Session, person_id: int) -> list[Completion]:
    """Return all completions of the person, the newest first, withdrawn ones too."""
    return list(
        session.scalars(
            select(Completion)
            .where(Completion.person_id == person_id)
            .order_by(Completion.completed_at.desc())
        )
    )
