"""Courses that people of the made-up city have to complete: in time, soon, overdue, with a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learn.assignments.rules import Due
from learn.assignments.ruling import Wanted, make_rule
from learn.assignments.services import Terms, ask_for_time, assign
from learn.people.dates import local_date
from learn.people.models import Unit

# number, course, days from now until it is due, required
GIVEN = (
    ("199205142019032901", "ti-pelayanan-publik", 18, True),
    ("199205142019032901", "panduan-learn", None, False),
    ("199607212023212912", "ti-pelayanan-publik", -3, True),
    ("199404032022031911", "manajemen-perubahan", 6, True),
    ("198705052011011913", "panduan-learn", 45, True),
)
ASKING = ("199404032022031911", "manajemen-perubahan", 20, "Dinas luar sampai akhir pekan depan.")
RULES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("DISDUKCAPIL", "manajemen-perubahan", {"due": Due.AFTER_RULE, "days": 60}),
    ("DPS", "panduan-learn", {"due": Due.AFTER_HIRE, "days": 30, "new_only": True}),
)  # fmt: skip


def give_courses(
    session: Session,
    people: Mapping[str, int],
    units: Mapping[str, Unit],
    *,
    timezone: str,
    now: datetime,
) -> None:
    """Assign courses as HR would have done some weeks ago, and make two rules; the keeper applies them.

    Parameters
    ----------
    people
        Ids by number.
    """
    before, today = now - timedelta(days=40), local_date(now, timezone)
    for number, course, days, required in GIVEN:
        assign(
            session, people[number], course,
            due_at=today + timedelta(days=days) if days is not None else None, actor_id=None,
            now=before, terms=Terms(required=required), timezone=timezone,
        )  # fmt: skip
    number, course, days, reason = ASKING
    until = today + timedelta(days=days)
    ask_for_time(
        session, people[number], course, until=until, reason=reason, now=now - timedelta(days=1),
        timezone=timezone,
    )  # fmt: skip
    for code, course, said in RULES:
        wanted = Wanted(course, today, unit_id=units[code].id, **said)
        make_rule(session, wanted, actor_id=None, now=now)
