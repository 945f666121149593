"""Hours that count again, because a withdrawal was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from learn.hours.models import HoursCredit
from learn.hours.services import COURSE, HOURS_WITHDRAWN, add_to_year, course_ref
from learn.ledger import Entry, append, project
from learn.progress.reinstating import Again, inverts

HOURS_REINSTATED = "hours_reinstated"


@project(HOURS_REINSTATED)
def credit_again(session: Session, entry: Entry) -> None:
    """A credit that was withdrawn counts again, in the year that it was of."""
    credit = session.get_one(HoursCredit, (entry.person_id, entry.data["credit"]))
    credit.withdrawn_at = None
    add_to_year(session, entry.person_id, credit.year, credit.jp)


@inverts(HOURS_WITHDRAWN)
def reinstate_hours(session: Session, again: Again, data: Mapping[str, Any]) -> None:
    """Append the entry with which a credit of the completion counts again."""
    credit = session.get_one(HoursCredit, (again.person_id, data["credit"]))
    if (credit.source, credit.ref) == (COURSE, course_ref(again.course, again.cycle)):
        append(session, again.person_id, HOURS_REINSTATED, {"credit": credit.seq}, at=again.at)
