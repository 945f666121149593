"""The leaf `attendance` of completion rules: enough of a training of the course was attended.

::

    complete:
      all:
        - modules: all
        - attendance: {training: any, share: 80}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.progress.leaves import Asked, Leaf, Whose, leaf
from learn.progress.models import Completion
from learn.progress.rules import BadRule, Explained
from learn.trainings.models import Seat, Training
from learn.trainings.rules import Place, State

TAKES = Message("attendance takes any, or {training: any or its number, share: 1-100}.")


@dataclass(frozen=True)
class AttendanceFound:
    """One training of the course that a person has a place in; `share` is None until it is closed."""

    training: int
    closed: bool
    share: float | None
    fulfilled: bool


@dataclass(frozen=True)
class AttendanceAsked(Asked):
    """Met when a closed training (None: any of the course) was attended enough.

    Without a `share` (per cent) the training's own counts.
    """

    leaf: ClassVar[str] = "attendance"
    training: int | None = None
    share: float | None = None

    def explain_found(self, found: Any) -> Explained:
        """Look for the training with the most attendance."""
        mine: list[AttendanceFound] = [
            each for each in found or () if self.training in (None, each.training)
        ]
        title = Message("Attendance at a training")
        if self.training is not None:
            title = Message("Attendance at training %(training)s", training=self.training)
        if any(self._meets(each) for each in mine):
            return Explained("attendance", True, Message("Attended"), None, 1, 1, title=title)
        shares = [each.share for each in mine if each.closed and each.share is not None]
        return Explained(
            "attendance", False, self._missing(mine, shares), None, max(shares, default=0), 1,
            title=title,
        )  # fmt: skip

    def _meets(self, each: AttendanceFound) -> bool:
        if not each.closed or each.share is None:
            return False
        if self.share is None:
            return each.fulfilled
        return each.share > 0 and each.share * 100 >= self.share - 1e-4

    def _missing(self, mine: Sequence[AttendanceFound], shares: Sequence[float]) -> Message:
        if any(not each.closed for each in mine):
            return Message("You have a place; it counts when the training is closed.")
        if shares and self.share is not None:
            return Message("%(share)s%% attended, %(needed)s%% needed",
                           share=int(max(shares) * 100), needed=f"{self.share:g}")  # fmt: skip
        if shares:
            return Message(
                "%(share)s%% attended, which is not enough", share=int(max(shares) * 100)
            )
        return Message("Sign up for a training of this course and attend it.")


def read(value: Any) -> AttendanceAsked:
    """Return the leaf that a value in the rule describes."""
    if value == "any":
        return AttendanceAsked()
    if not isinstance(value, Mapping) or value.keys() - {"training", "share"}:
        raise BadRule(TAKES)
    training, share = value.get("training", "any"), value.get("share")
    if training != "any" and (
        not _is_number(training) or training < 1 or training != int(training)
    ):
        raise BadRule(TAKES)
    if share is not None and (not _is_number(share) or not 1 <= share <= 100):
        raise BadRule(Message("share is a number from 1 to 100."))
    return AttendanceAsked(None if training == "any" else int(training), share)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def find(
    session: Session, whose: Whose, asked: Sequence[AttendanceAsked]
) -> dict[AttendanceAsked, list[AttendanceFound]]:
    """Return the trainings of the course that the person has or had a place in, for every leaf the same.

    In a later cycle only those count that ended after the cycle before was completed.
    """
    query = (
        select(Training.id, Training.state, Seat.share, Seat.fulfilled)
        .join(Seat, Seat.training_id == Training.id)
        .where(
            Seat.person_id == whose.person_id,
            Seat.state == Place.CONFIRMED,
            Training.course == whose.version.course,
            Training.state.in_((State.OPEN, State.CLOSED)),
        )
    )
    if whose.cycle is not None and whose.cycle > 1:
        before = (
            select(Completion.completed_at)
            .where(
                Completion.person_id == whose.person_id,
                Completion.course == whose.version.course,
                Completion.cycle == whose.cycle - 1,
            )
            .scalar_subquery()
        )
        query = query.where(Training.ends_at > before)
    found = [
        AttendanceFound(row.id, row.state == State.CLOSED, row.share, bool(row.fulfilled))
        for row in session.execute(query)
    ]
    return dict.fromkeys(asked, found)


leaf(Leaf("attendance", read, find))
