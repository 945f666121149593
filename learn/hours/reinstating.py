"""Hours that count again, because a withdrawal was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import HOURS_WITHDRAWN
from learn.ledger import Entry, append, project
from learn.progress.reinstating import inverts

HOURS_REINSTATED = "hours_reinstated"


@project(HOURS_REINSTATED)
def credit_again(session: Session, entry: Entry) -> None:
    """A credit that was withdrawn counts again, in the year that it was of."""
    credit = session.get_one(HoursCredit, (entry.person_id, entry.data["credit"]))
    credit.withdrawn_at = None
    session.get_one(HoursYear, (entry.person_id, credit.year)).earned += credit.jp
    session.flush()


@inverts(HOURS_WITHDRAWN)
def reinstate_hours(
    session: Session, person_id: int, data: Mapping[str, Any], now: datetime
) -> None:
    """Append the entry with which a credit counts again."""
    append(session, person_id, HOURS_REINSTATED, {"credit": data["credit"]}, at=now)
