"""The steps of many attempts at once: reports, files and grading read some hundred attempts together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import BigInteger, Select, String, and_, column, select, values
from sqlalchemy.orm import Session

from learn.quizzes.attempts.steps import COLUMNS, Steps
from learn.quizzes.models import Step


class Named(Protocol):
    """An attempt, or a row with its key."""

    @property
    def person_id(self) -> Any:
        """The person whose attempt it is."""

    @property
    def id(self) -> Any:
        """The attempt's id."""


def select_steps(attempts: Iterable[Named], *columns: Any) -> Select[Any]:
    """Return a query for `columns` of all steps of `attempts`, of which there is at least one."""
    # a join, because SQLite looks for pairs in a list by reading the whole table
    asked = (
        values(column("person_id", BigInteger), column("attempt_id", String), name="asked")
        .data([(each.person_id, each.id) for each in attempts])
        .cte()
    )
    same = and_(Step.person_id == asked.c.person_id, Step.attempt_id == asked.c.attempt_id)
    return select(*columns).join_from(asked, Step, same)


def steps_by_attempt(session: Session, attempts: Iterable[Named]) -> dict[str, Steps]:
    """Return the steps of `attempts` by attempt id, in order; one without steps is not there."""
    wanted = list(attempts)
    found: dict[str, list[Any]] = {}
    if wanted:
        query = select_steps(wanted, Step.attempt_id, *COLUMNS).order_by(Step.attempt_id, Step.seq)
        for step in session.execute(query):
            found.setdefault(step.attempt_id, []).append(step)
    return dict(found)
