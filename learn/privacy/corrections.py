"""Corrections that people ask for: the personnel office makes them, or refuses with a reason.

What is right is written in the entry's detail; master data are never changed by asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.errors import Conflict, Forbidden, Invalid, Message, NotFound
from learn.hours.forms import load_forms
from learn.ledger import Entry, append, lock, project
from learn.ledger.reading import details_of
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.names import tidy
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, units_under
from learn.privacy.models import Correction

CORRECTION_ASKED = "correction_asked"
ASKED, DONE, REFUSED, WITHDRAWN = "asked", "done", "refused", "withdrawn"
KIND_OF: Mapping[str, str] = {
    DONE: "correction_done", REFUSED: "correction_refused", WITHDRAWN: "correction_withdrawn",
}  # fmt: skip
STATE_OF = {kind: state for state, kind in KIND_OF.items()}
FIELDS: Mapping[str, Message] = {
    "name": Message("Name"),
    "titles": Message("Titles before or behind the name"),
    "number": Message("Employee number"),
    "unit": Message("Unit"),
    "post": Message("Post"),
    "other": Message("Something else"),
}
LONGEST = 1000


@dataclass(frozen=True)
class CorrectionLine:
    """A correction with its texts; with whose it is, where it is shown to others."""

    correction: Correction
    right: str
    reason: str
    person: Person | None = None
    unit: Unit | None = None

    @property
    def due(self) -> datetime:
        """Return until when it has to be answered: by the figure of when it was asked (UU 27/2022)."""
        asked_at = self.correction.asked_at
        hours = load_forms().measure("correction_answer", at=asked_at).values["hours"]
        return asked_at + timedelta(hours=int(hours))


def ask(session: Session, person_id: int, *, field: str, right: str, now: datetime) -> Correction:
    """Ask for a correction of one's own data.

    Raises
    ------
    Invalid, Conflict
        The field is unknown or the text empty or too long; one of this field waits already.
    """
    right = tidy(right.replace("\x00", ""))
    if field not in FIELDS:
        raise Invalid(Message("Choose what is wrong."))
    if not right or len(right) > LONGEST:
        raise Invalid(Message("Write what is right, in %(most)s signs at most.", most=LONGEST))
    lock(session, person_id)
    waiting = select(Correction.id).where(
        Correction.person_id == person_id, Correction.field == field, Correction.state == ASKED
    )
    if session.scalar(waiting) is not None:
        raise Conflict(Message("You asked for this already; it waits to be answered."))
    entry = append(
        session, person_id, CORRECTION_ASKED, {"field": field}, at=now, detail={"right": right}
    )
    return session.get_one(Correction, (person_id, entry.seq))


def withdraw(session: Session, person_id: int, correction_id: int, *, now: datetime) -> None:
    """Take back a correction that waits.

    Raises
    ------
    NotFound, Conflict
        There is none; it does not wait any more.
    """
    _close(session, person_id, correction_id, WITHDRAWN, {}, "", now)


def decide(
    session: Session,
    person_id: int,
    correction_id: int,
    state: str,
    *,
    reason: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Say that a correction was made, or refuse it with a reason.

    Raises
    ------
    Forbidden, Invalid, NotFound, Conflict
        It is one's own; the answer is unknown or lacks a reason; there is none; it does not wait.
    """
    if person_id == actor_id:
        raise Forbidden(Message("Nobody answers their own request; somebody else does."))
    if state not in {DONE, REFUSED}:
        raise Invalid(Message("Choose whether it was corrected or is refused."))
    reason = tidy(reason.replace("\x00", ""))
    if state == REFUSED and not reason:
        raise Invalid(Message("Give a reason: the person reads it."))
    if len(reason) > LONGEST:
        raise Invalid(Message("A reason has %(most)s signs at most.", most=LONGEST))
    _close(session, person_id, correction_id, state, {"actor": actor_id}, reason, now)


def _close(
    session: Session,
    person_id: int,
    correction_id: int,
    state: str,
    known: Mapping[str, int],
    reason: str,
    now: datetime,
) -> None:
    lock(session, person_id)
    found = session.get(Correction, (person_id, correction_id)) if correction_id < 2**31 else None
    if found is None:
        raise NotFound(Message("There is no such request."))
    session.refresh(found)
    if found.state != ASKED:
        raise Conflict(Message("This request was answered already. Look at it again."))
    data = {"correction": correction_id, **known}
    detail = {"reason": reason} if reason else None
    append(session, person_id, KIND_OF[state], data, at=now, detail=detail)


@project(CORRECTION_ASKED)
def start(session: Session, entry: Entry) -> None:
    """A correction is asked for."""
    session.add(
        Correction(
            person_id=entry.person_id, id=entry.seq, field=entry.data["field"], state=ASKED,
            asked_at=entry.at,
        )
    )  # fmt: skip
    session.flush()


@project(*STATE_OF)
def end(session: Session, entry: Entry) -> None:
    """A correction is answered or taken back."""
    found = session.get_one(Correction, (entry.person_id, entry.data["correction"]))
    found.state, found.decided_at = STATE_OF[entry.kind], entry.at
    found.decided_by, found.reason_seq = entry.data.get("actor"), entry.seq
    session.flush()


def corrections_of(session: Session, person_id: int, *, limit: int = 50) -> list[CorrectionLine]:
    """Return the newest corrections that a person asked for."""
    query = select(Correction).where(Correction.person_id == person_id)
    rows = session.scalars(query.order_by(Correction.id.desc()).limit(limit)).all()
    return _lines(session, [(row, None, None) for row in rows])


def count_waiting(session: Session, scope: Scope, *, actor_id: int) -> int:
    """Return how many requests of others within `scope` wait."""
    query = (
        select(func.count()).select_from(Correction).join(Person, Person.id == Correction.person_id)
    )
    waiting = (Correction.state == ASKED, Correction.person_id != actor_id, people_in(scope))
    return session.scalar(query.where(*waiting)) or 0


def list_waiting(
    session: Session,
    scope: Scope,
    *,
    actor_id: int,
    unit: Unit | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[CorrectionLine]:
    """Return a page of the requests of others that wait, the oldest first."""
    key = (Correction.asked_at, Correction.person_id, Correction.id)
    query = (
        select(Correction, Person, Unit)
        .join(Person, Person.id == Correction.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Correction.state == ASKED, Correction.person_id != actor_id, people_in(scope))
    )
    if unit is not None:
        query = query.where(units_under(unit.path))
    page = page_of(session, query, key, after=after, limit=limit)
    lines = _lines(session, [(row.Correction, row.Person, row.Unit) for row in page.items])
    return Page(lines, page.next)


def _lines(
    session: Session, rows: Sequence[tuple[Correction, Person | None, Unit | None]]
) -> list[CorrectionLine]:
    places = [(row.person_id, row.id) for row, _person, _unit in rows]
    places += [
        (row.person_id, row.reason_seq) for row, _p, _u in rows if row.reason_seq is not None
    ]
    details = details_of(session, places)
    return [
        CorrectionLine(
            row,
            str(details.get((row.person_id, row.id), {}).get("right", "")),
            str(details.get((row.person_id, row.reason_seq or 0), {}).get("reason", "")),
            person,
            unit,
        )
        for row, person, unit in rows
    ]
