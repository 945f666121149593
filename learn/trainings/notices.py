"""What people are told of trainings."""

from __future__ import annotations

from learn.errors import Message
from learn.notices.kinds import Data, NoticeKind, Target, register
from learn.trainings.closing import FULFILLED
from learn.trainings.planning import CHANGED
from learn.trainings.projections import CANCELLED, REFUSED
from learn.trainings.seats import CONFIRMED, WAITS


def _target(data: Data) -> Target:
    return Target("training", {"training_id": data["training"]})


def _title(data: Data) -> str:
    return str(data["training_title"])


register(NoticeKind(
    CONFIRMED, "check-circle",
    lambda data: Message("Your place in %(title)s is confirmed.", title=_title(data)), _target,
))  # fmt: skip
register(NoticeKind(
    WAITS, "clock",
    lambda data: Message("You are on the waiting list of %(title)s.", title=_title(data)), _target,
))  # fmt: skip
register(NoticeKind(
    REFUSED, "info",
    lambda data: Message("Your sign-up for %(title)s was refused.", title=_title(data)), _target,
))  # fmt: skip
register(NoticeKind(
    CHANGED, "info",
    lambda data: Message("%(title)s has changed: look at times and place.", title=_title(data)),
    _target,
))  # fmt: skip
register(NoticeKind(
    CANCELLED, "info",
    lambda data: Message("%(title)s is cancelled.", title=_title(data)), _target,
))  # fmt: skip
register(NoticeKind(
    FULFILLED, "award",
    lambda data: Message("You attended %(title)s: %(jp)s JP.", title=_title(data), jp=data["jp"]),
    _target,
))  # fmt: skip
