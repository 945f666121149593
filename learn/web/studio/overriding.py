"""Who is here as somebody who sets other terms of quizzes: whom they reach, and by which act."""

from __future__ import annotations

from sqlalchemy import select

from learn.errors import Forbidden, Message, NotFound
from learn.people.access import Action, Scope, learners, refusal
from learn.people.models import Unit
from learn.quizzes.overrides.services import Act
from learn.web.context import actor, now, session
from learn.web.quizzes.start import quiz_of_attempt
from learn.web.state import state


def reached(course: str) -> Scope:
    """Return whom the person may set other terms for in this course; raise when that is nobody."""
    found = learners(actor(), Action.OVERRIDE_QUIZZES, course)
    if found.nothing:
        raise Forbidden(refusal(Action.OVERRIDE_QUIZZES))
    return found


def unit_within(scope: Scope, code: str) -> Unit:
    """Return the unit of this code; raise when there is none within `scope`."""
    unit = session().scalar(select(Unit).where(Unit.code == code))
    if unit is None or not scope.reaches(unit.path):
        raise NotFound(
            Message("There is no unit with the code %(code)s, or it is not among yours.", code=code[:60])
        )  # fmt: skip
    return unit


def act(reason: str) -> Act:
    """Return what the person does now, for this reason."""
    return Act(
        actor(), reason, now(), quiz_of_attempt,
        state().settings.timezone,
    )  # fmt: skip
