"""What people are told of their levels: somebody confirmed, assessed, suspended or decided something."""

from __future__ import annotations

from learn.errors import Message
from learn.notices.kinds import Data, NoticeKind, Target, register

CONFIRMED, ASSESSED, SUSPENDED = "level_confirmed", "levels_assessed", "level_suspended"
ACCEPTED, RETURNED = "prior_accepted", "prior_returned"
REJECTED, REVOKED = "prior_rejected", "prior_revoked"


def _reasons(data: Data) -> Target:
    return Target("competency", {"code": data["competency"]})


def _record(_data: Data) -> Target:
    return Target("record", {})


def _request(data: Data) -> Target:
    return Target("prior_request", {"request_id": data["request"]})


register(NoticeKind(
    CONFIRMED, "check-circle",
    lambda data: Message("Your supervisor confirmed level %(level)s of %(competency)s.",
                         level=data["level"], competency=data["competency"]),
    _reasons,
))  # fmt: skip
register(NoticeKind(
    ASSESSED, "award", lambda data: Message("Assessed levels were recorded: %(count)s.", count=data["count"]),
    _record,
))  # fmt: skip
register(NoticeKind(
    SUSPENDED, "info",
    lambda data: Message("Evidence or an assessment of %(competency)s is suspended.",
                         competency=data["competency"]),
    _reasons,
))  # fmt: skip
register(NoticeKind(
    ACCEPTED, "check-circle", lambda _data: Message("Your prior learning was recognised."), _request
))  # fmt: skip
register(NoticeKind(
    RETURNED, "info",
    lambda _data: Message("Your request for prior learning was returned for correction."), _request,
))  # fmt: skip
register(NoticeKind(
    REJECTED, "info", lambda _data: Message("Your request for prior learning was rejected."), _request
))  # fmt: skip
register(NoticeKind(
    REVOKED, "info", lambda _data: Message("Your recognised prior learning was revoked."), _request
))  # fmt: skip
