"""Approvals of completion rules: a supervisor or mentor confirms that something was applied at work.

The entry stands in the learner's chain and names course, cycle and what was asked (its mark): a course
that asks something else later asks anew, and a new cycle starts without approvals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.courses.version import CourseVersion
from learn.errors import Conflict, Forbidden, Message, NotFound
from learn.ledger import Entry, append, lock, project
from learn.lifecycle import reason_in
from learn.mentoring.models import Approval
from learn.mentoring.telling import tell_taken_back
from learn.people.access import Action, Actor, Scope, refusal, scope
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in
from learn.progress.models import Completion, Enrolment
from learn.progress.rules import parse_rule

APPROVED, TAKEN_BACK = "work_approved", "work_approval_withdrawn"
SUPERVISOR, MENTOR = "supervisor", "mentor"


@project(APPROVED)
def fold_approval(session: Session, entry: Entry) -> None:
    """Somebody confirmed that it was applied at work."""
    data = entry.data
    session.add(
        Approval(
            person_id=entry.person_id, id=entry.seq, course=data["course"], cycle=data["cycle"],
            mark=data["mark"], role=data["role"], approved_by=data["actor"], approved_at=entry.at,
        )
    )  # fmt: skip
    session.flush()


@project(TAKEN_BACK)
def fold_taken_back(session: Session, entry: Entry) -> None:
    """An approval no longer counts."""
    approval = session.get_one(Approval, (entry.person_id, entry.data["approval"]))
    approval.withdrawn_at = entry.at
    session.flush()


def mark_of(by: str, text: str) -> str:
    """Return what tells approvals of one rule apart: a digest of who is asked, and what."""
    return hashlib.sha256(f"{by}\0{' '.join(text.split())}".encode()).hexdigest()[:16]


def approval_scope(actor: Actor, by: str) -> Scope:
    """Return whom `actor` may give approvals of this kind: the own people, or the own mentees."""
    found = scope(actor, Action.APPROVE)
    if by == MENTOR:
        return Scope(person_ids=found.person_ids)
    return Scope(everything=found.everything, unit_paths=found.unit_paths)


@dataclass(frozen=True)
class Wanted:
    """An approval that a course asks for."""

    version: CourseVersion
    by: str
    text: str

    @property
    def mark(self) -> str:
        """Return its mark."""
        return mark_of(self.by, self.text)


def wanted_in(version: CourseVersion) -> list[Wanted]:
    """Return the approvals that the completion rule of a course asks for."""
    asked = parse_rule(version.complete).asking()
    return [
        Wanted(version, str(getattr(each, "by", "")), str(getattr(each, "text", "")))
        for each in asked
        if getattr(each, "leaf", "") == "approval"
    ]


@dataclass(frozen=True)
class Waiting:
    """A learner whose course waits for an approval."""

    person: Person
    unit: Unit | None
    wanted: Wanted
    enrolment: Enrolment

    @property
    def name(self) -> str:
        """Return the full name."""
        who = self.person
        return full_name(who.name, who.title_before, who.title_after)


def list_waiting(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    after: str | None = None,
    limit: int = 25,
) -> Page[Waiting]:
    """Return a page of the people who have begun the course and wait for this approval, by name."""
    within = approval_scope(actor, wanted.by)
    approved = (
        select(Approval.id)
        .where(
            Approval.person_id == Enrolment.person_id, Approval.course == Enrolment.course,
            Approval.cycle == Enrolment.cycle, Approval.mark == wanted.mark,
            Approval.withdrawn_at.is_(None),
        )
        .exists()
    )  # fmt: skip
    completed = (
        select(Completion.cycle)
        .where(
            Completion.person_id == Enrolment.person_id, Completion.course == Enrolment.course,
            Completion.cycle == Enrolment.cycle,
        )
        .exists()
    )  # fmt: skip
    query = (
        select(Person, Unit, Enrolment)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            people_in(within), Person.id != actor.person_id, Person.active,
            Enrolment.course == wanted.version.course, ~approved, ~completed,
        )
    )  # fmt: skip
    page = page_of(session, query, (Person.sort_name, Person.id), after=after, limit=limit)
    return page.of(lambda row: Waiting(row[0], row[1], wanted, row[2]))


@dataclass(frozen=True)
class Given:
    """An approval that counts, with whose it is; `completed` when their course has been completed by now."""

    person: Person
    unit: Unit | None
    approval: Approval
    completed: bool

    @property
    def name(self) -> str:
        """Return the full name."""
        who = self.person
        return full_name(who.name, who.title_before, who.title_after)


def list_given(
    session: Session, actor: Actor, *, after: str | None = None, limit: int = 25
) -> Page[Given]:
    """Return a page of the approvals that `actor` gave to people within reach, the newest first."""
    completed = (
        select(Completion.cycle)
        .where(
            Completion.person_id == Approval.person_id, Completion.course == Approval.course,
            Completion.cycle == Approval.cycle, Completion.withdrawn_at.is_(None),
        )
        .exists()
    )  # fmt: skip
    query = (
        select(Person, Unit, Approval, completed)
        .join(Person, Person.id == Approval.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            people_in(scope(actor, Action.APPROVE)), Approval.approved_by == actor.person_id,
            Approval.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    key = (Approval.approved_at, Approval.person_id, Approval.id)
    page = page_of(session, query, key, after=after, limit=limit, falling=True)
    return page.of(lambda row: Given(*row))


def approve(
    session: Session,
    enrolment: Enrolment,
    wanted: Wanted,
    *,
    actor: Actor,
    unit_path: str | None,
    now: datetime,
) -> Approval:
    """Confirm that a learner applied at work what the course asks; a second time changes nothing.

    Raises
    ------
    Forbidden
        It is oneself, or somebody outside one's reach as supervisor or mentor.
    """
    person_id = enrolment.person_id
    within = approval_scope(actor, wanted.by)
    if person_id == actor.person_id or not within.reaches(unit_path, person_id):
        raise Forbidden(refusal(Action.APPROVE))
    lock(session, person_id)
    known = session.scalar(
        select(Approval).where(
            Approval.person_id == person_id, Approval.course == enrolment.course,
            Approval.cycle == enrolment.cycle, Approval.mark == wanted.mark,
            Approval.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    if known is not None:
        return known
    data = {
        "course": enrolment.course, "cycle": enrolment.cycle, "mark": wanted.mark,
        "role": wanted.by, "version": wanted.version.id, "actor": actor.person_id,
    }  # fmt: skip
    entry = append(session, person_id, APPROVED, data, at=now)
    return session.get_one(Approval, (person_id, entry.seq))


def take_back(
    session: Session, person_id: int, approval_id: int, *, actor_id: int, reason: str, now: datetime
) -> Approval:
    """Take an approval back; a completion that followed stays, and is withdrawn on the record.

    Raises
    ------
    NotFound, Forbidden, Conflict, Invalid
        There is none; somebody else gave it; it was taken back before; the reason is missing.
    """
    lock(session, person_id)
    approval = session.get(Approval, (person_id, approval_id), populate_existing=True)
    if approval is None:
        raise NotFound(Message("There is no such approval."))
    if approval.approved_by != actor_id:
        raise Forbidden(Message("Who gave an approval takes it back."))
    if approval.withdrawn_at is not None:
        raise Conflict(Message("This approval was taken back before."))
    data = {"approval": approval.id, "actor": actor_id}
    append(session, person_id, TAKEN_BACK, data, at=now, detail={"reason": reason_in(reason)})
    tell_taken_back(session, approval, now=now)
    return approval


def standing_approvals(
    session: Session, person_id: int, course: str, cycle: int | None, marks: Sequence[str]
) -> Mapping[str, Approval]:
    """Return the approvals of a cycle that count, by their marks."""
    if cycle is None or not marks:
        return {}
    rows = session.scalars(
        select(Approval).where(
            Approval.person_id == person_id, Approval.course == course, Approval.cycle == cycle,
            Approval.mark.in_(marks), Approval.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    return {row.mark: row for row in rows}
