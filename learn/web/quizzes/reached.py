"""Whose attempts somebody may see or grade: asked by pages and the API, as a condition of every query."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, true

from learn.people.access import EVERYTHING, Action, Scope
from learn.people.models import Person, Unit
from learn.people.scoping import person_id_in
from learn.quizzes.models import Attempt
from learn.web.context import may, need, person, reach, session
from learn.web.narrowing import UnitFilter, unit_filter


@dataclass(frozen=True)
class Reached:
    """Whose attempts at a course somebody reaches: everybody's, or those of the people in a scope."""

    scope: Scope
    everybody: bool

    @property
    def who(self) -> ColumnElement[bool]:
        """Return the condition on `Attempt`."""
        return true() if self.everybody else person_id_in(Attempt.person_id, self.scope)

    def who_in(self, units: UnitFilter) -> ColumnElement[bool]:
        """Return the condition on `Attempt`, narrowed to the unit that is chosen."""
        if units.chosen is None:
            return self.who
        below = Scope(unit_paths=(units.chosen.path,))
        return and_(self.who, person_id_in(Attempt.person_id, below))

    def units(self, code: str | None = None) -> UnitFilter:
        """Return the units that these people may be narrowed to."""
        return unit_filter(EVERYTHING if self.everybody else self.scope, code)


def reached_results(course: str) -> Reached:
    """Return whose attempts at this course the person may see; raise when nobody's."""
    return _reached(Action.READ_RESULTS, course)


def _reached(action: Action, course: str) -> Reached:
    person()
    scope = reach(action)
    everybody = scope.reaches_course(course)
    if not everybody and not (scope.unit_paths or scope.person_ids):
        need(action, course=course)
    return Reached(scope, everybody)


def whose_answers(course: str | None = None) -> ColumnElement[bool]:
    """Return the condition on attempts that the person may grade: never their own; raise when none."""
    others = Attempt.person_id != person().id
    if course is not None:
        return and_(others, _reached(Action.GRADE_ANSWERS, course).who)
    scope = reach(Action.GRADE_ANSWERS)
    if scope.everything or scope.all_courses:
        return others
    people = person_id_in(Attempt.person_id, scope)
    return and_(others, or_(Attempt.course.in_(scope.courses), people))


def may_grade(attempt: Attempt) -> bool:
    """Return whether the person may grade this attempt; nobody grades their own."""
    if attempt.person_id == person().id:
        return False
    if may(Action.GRADE_ANSWERS, course=attempt.course):
        return True
    learner = session().get(Person, attempt.person_id)
    unit = session().get(Unit, learner.unit_id) if learner and learner.unit_id else None
    return may(
        Action.GRADE_ANSWERS, person_id=attempt.person_id, unit_path=unit.path if unit else None
    )
