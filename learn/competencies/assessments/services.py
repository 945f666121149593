"""Assessed levels: an assessor's findings, one competency or a whole profile at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.assessments.entries import ASSESSMENT_WITHDRAWN, LEVEL_ASSESSED
from learn.competencies.framework.catalogue import HIGHEST, LOWEST, load_framework
from learn.competencies.models import Assessment
from learn.competencies.notices import ASSESSED
from learn.courses.version import Period
from learn.errors import Conflict, Forbidden, Message, Mistakes
from learn.hours.forms import load_forms
from learn.ledger import append, lock
from learn.ledger.rows import locked_row, row_at
from learn.lifecycle import reason_in
from learn.notices.services import notify

if TYPE_CHECKING:
    from learn.claims.documents import Document

FIRST_DAY = date(1990, 1, 1)
MOST_YEARS = 20
MAX_NOTE = 2000
ASSESSOR, IMPORT = "assessor", "import"
INSTRUMENTS: Mapping[str, Message] = {
    "assessment_center": Message("Assessment centre"),
    "competency_test": Message("Competency test"),
    "interview": Message("Interview"),
    "portfolio": Message("Portfolio"),
    "observation": Message("Observation at work"),
    "other": Message("Other instrument"),
}


class CannotAssess(Mistakes):
    """The assessment says things that cannot be; `mistakes` names all of them by field."""

    code = "cannot-assess"


@dataclass(frozen=True)
class Found:
    """What an assessor found: levels by code of the competency, when, how, and until when they hold."""

    levels: Mapping[str, int]
    assessed_on: date
    valid_until: date | None
    instrument: str
    note: str = ""
    source: str = ASSESSOR
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def years_of_validity() -> int:
    """Return for how many years an assessment holds where nobody says otherwise: a figure of HR."""
    return int(load_forms().measure("assessment_validity").values["years"])


def default_validity(assessed_on: date) -> date:
    """Return the last day on which an assessment holds where nobody says otherwise."""
    years = years_of_validity()
    if assessed_on.year + years >= date.max.year:  # a day that is refused anyhow
        return assessed_on
    return Period(years=years).add_to(assessed_on)


def check_found(found: Found, *, today: date) -> None:
    """Refuse what cannot be, everything at once.

    Raises
    ------
    CannotAssess
        Each mistake by its field; that of a level by the code of its competency.
    """
    mistakes: dict[str, Message] = {}
    if not found.levels:
        mistakes["levels"] = Message("Give a level to one competency at least.")
    for code, level in found.levels.items():
        if load_framework().find(code) is None:
            mistakes[code] = Message("There is no competency with the code %(code)s.", code=code)
        elif not LOWEST <= level <= HIGHEST:
            mistakes[code] = Message("A level is a whole number from 1 to 5.")
    if found.instrument not in INSTRUMENTS:
        mistakes["instrument"] = Message("Choose how it was assessed.")
    if len(found.note) > MAX_NOTE:
        mistakes["note"] = Message("At most %(most)s letters.", most=MAX_NOTE)
    mistakes |= wrong_days(found.assessed_on, found.valid_until, today=today)
    if mistakes:
        raise CannotAssess(mistakes)


def wrong_days(assessed_on: date, valid_until: date | None, *, today: date) -> dict[str, Message]:
    """Return what is wrong with the two days of an assessment, by field."""
    mistakes: dict[str, Message] = {}
    if assessed_on > today:
        mistakes["assessed_on"] = Message("The day of the assessment is in the future.")
    elif assessed_on < FIRST_DAY:
        mistakes["assessed_on"] = Message("The day of the assessment is before 1990.")
    if valid_until is not None and valid_until < assessed_on:
        mistakes["valid_until"] = Message("It ends before the day of the assessment.")
    elif valid_until is not None and valid_until.year > assessed_on.year + MOST_YEARS:
        mistakes["valid_until"] = Message("An assessment holds for %(most)s years at most.",
                                          most=MOST_YEARS)  # fmt: skip
    return mistakes


def assess(
    session: Session,
    person_id: int,
    found: Found,
    *,
    actor_id: int | None,
    today: date,
    now: datetime,
    document: Document | None = None,
) -> list[Assessment]:
    """Record what an assessor found; the same `key` again changes nothing.

    Learned levels are never touched. The caller has asked whether the actor reaches the person.

    Raises
    ------
    Forbidden, CannotAssess
        It is about oneself; something cannot be.
    """
    if actor_id == person_id:
        raise Forbidden(Message("Nobody assesses themselves; somebody else does."))
    check_found(found, today=today)
    lock(session, person_id)
    known = session.scalars(
        select(Assessment).where(Assessment.person_id == person_id, Assessment.key == found.key)
    ).all()
    if known:
        return list(known)
    detail = {"note": found.note.strip(), "document": document.name if document else ""}
    written = {name: text for name, text in detail.items() if text}
    told = {"count": len(found.levels)}
    notify(session, person_id, ASSESSED, told, now=now, key=f"assessed:{found.key}")
    return [
        session.get_one(
            Assessment,
            (person_id, append(session, person_id, LEVEL_ASSESSED, data, at=now, detail=written).seq),
        )
        for data in _data(found, actor_id, document)
    ]  # fmt: skip


def _data(found: Found, actor_id: int | None, document: Document | None) -> list[dict[str, Any]]:
    framework = load_framework()
    same = {
        "assessed_on": found.assessed_on.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "instrument": found.instrument, "source": found.source, "key": found.key,
        "framework": framework.version, "actor": actor_id,
        "document": document.digest if document else None,
        "media_type": document.media_type if document else None,
    }  # fmt: skip
    return [
        {"competency": framework.competency(code).code, "level": level, **same}
        for code, level in found.levels.items()
    ]


def assessment_of(session: Session, person_id: int, seq: int) -> Assessment:
    """Return one assessment of the person.

    Raises
    ------
    NotFound
        There is none of this number.
    """
    return row_at(session, Assessment, person_id, seq, Message("There is no such assessment."))


def withdraw_assessment(
    session: Session, person_id: int, seq: int, *, reason: str, actor_id: int, now: datetime
) -> Assessment:
    """Withdraw an assessment: it stays readable, and the one before it counts again.

    Raises
    ------
    Forbidden, Conflict, Invalid
        It is one's own; it was withdrawn before; the reason is missing.
    """
    if actor_id == person_id:
        raise Forbidden(Message("Nobody decides about their own levels; somebody else does."))
    assessment_of(session, person_id, seq)
    row = locked_row(session, Assessment, person_id, seq)
    if row.withdrawn_at is not None:
        raise Conflict(Message("This assessment was withdrawn before."))
    data = {"assessment": seq, "actor": actor_id}
    append(session, person_id, ASSESSMENT_WITHDRAWN, data, at=now,
           detail={"reason": reason_in(reason)})  # fmt: skip
    return row
