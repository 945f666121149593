"""The bulk acts on enrolments, completions and claims."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from learn.bulk.kinds import GONE, BulkAct, Judged, Office, Params, Target, bulk_act, chunks
from learn.claims import services as claims
from learn.claims.models import Claim
from learn.claims.reopening import reopen
from learn.claims.rules import STATE_NAMES, Act, State
from learn.errors import Message
from learn.people.access import Action
from learn.people.models import Person
from learn.progress.enrolling import enrol_person, withdraw_enrolment
from learn.progress.models import Completion, Enrolment
from learn.progress.reinstating import reinstate
from learn.progress.services import may_follow, withdraw

NOT_ACTIVE = Message("Not active any more.")


@bulk_act
class Enrol(BulkAct):
    """Enrol people in a course, also in one that is by invitation."""

    key = "enrol"
    title = Message("Enrol in a course")
    told = Message("Enrolled in %(course)s")
    action = Action.ENROL_PEOPLE
    lists = ("people",)
    fields = ("course",)

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out who is enrolled already and needs no new cycle, and who has left."""
        ids = [target.person_id for target in targets]
        active = active_of(session, ids)
        running, holding = standing_of(session, ids, params["course"], office)
        enrolled = running | holding
        return [Judged(target, _why_not(target.person_id, active, enrolled)) for target in targets]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Enrol one; undoing needs the cycle."""
        version = self.course(session, params["course"], office)
        made = enrol_person(
            session, target.person_id, version, actor_id=office.actor_id, now=office.now,
            batch=batch,
        )  # fmt: skip
        return str(made.cycle)

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """End the enrolment, where nothing was begun since."""
        withdraw_enrolment(
            session, target.person_id, params["course"], int(made), actor_id=office.actor_id,
            now=office.now, batch=batch,
        )  # fmt: skip


def active_of(session: Session, ids: Sequence[int]) -> set[int]:
    """Return those who are active."""
    found: set[int] = set()
    for some in chunks(ids):
        query = select(Person.id).where(Person.id.in_(some), Person.active.is_(True))
        found.update(session.scalars(query))
    return found


def standing_of(
    session: Session, ids: Sequence[int], course: str, office: Office
) -> tuple[set[int], set[int]]:
    """Return whose newest cycle of the course is open, and who completed it and needs no renewal yet."""
    running: set[int] = set()
    holding: set[int] = set()
    for some in chunks(ids):
        newest = (
            select(Enrolment.person_id, func.max(Enrolment.cycle).label("cycle"))
            .where(Enrolment.person_id.in_(some), Enrolment.course == course)
            .group_by(Enrolment.person_id)
            .subquery()
        )
        rows = session.execute(
            select(
                newest.c.person_id,
                Completion.cycle,
                Completion.withdrawn_at,
                Completion.valid_until,
            ).outerjoin(
                Completion,
                (Completion.person_id == newest.c.person_id)
                & (Completion.course == course)
                & (Completion.cycle == newest.c.cycle),
            )
        )
        for row in rows:
            if row.cycle is None:
                running.add(row.person_id)
            elif not may_follow(row.withdrawn_at, row.valid_until, office.now):
                holding.add(row.person_id)
    return running, holding


def _why_not(person_id: int, active: set[int], enrolled: set[int]) -> Message | None:
    if person_id not in active:
        return NOT_ACTIVE
    return Message("Enrolled already.") if person_id in enrolled else None


@bulk_act
class Withdraw(BulkAct):
    """Withdraw completions that were recorded wrongly, such as those of a wrong version."""

    key = "withdraw"
    title = Message("Withdraw completions")
    told = Message("Completions withdrawn")
    action = Action.REVOKE
    lists = ("completions",)
    fields = ("reason",)

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out what is withdrawn already."""
        known = _completions(session, targets)
        return [_judged(target, known.get(_place(target), "")) for target in targets]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Withdraw one completion, with all that it was worth."""
        withdraw(
            session, *_place(target), reason=params["reason"], actor_id=office.actor_id,
            now=office.now, batch=batch,
        )  # fmt: skip
        return ""

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """Let the completion count again, with all that it was worth."""
        reinstate(session, *_place(target), actor_id=office.actor_id, now=office.now, batch=batch)


def _place(target: Target) -> tuple[int, str, int]:
    return (target.person_id, *target.course_and_cycle())


def _completions(session: Session, targets: Sequence[Target]) -> dict[tuple[int, str, int], str]:
    """Return the version of each completion that counts; empty for one that was withdrawn."""
    key = (Completion.person_id, Completion.course, Completion.cycle)
    found: dict[tuple[int, str, int], str] = {}
    for some in chunks([_place(target) for target in targets], 200):
        rows = session.execute(
            select(*key, Completion.version_id, Completion.withdrawn_at).where(
                tuple_(*key).in_(some)
            )
        )
        for who, course, cycle, version, withdrawn_at in rows:
            found[who, course, cycle] = version if withdrawn_at is None else "withdrawn"
    return found


def _judged(target: Target, version: str) -> Judged:
    if not version:
        return Judged(target, GONE)
    if version == "withdrawn":
        return Judged(target, Message("Withdrawn already."))
    return Judged(target, mark=version)


@bulk_act
class Accept(BulkAct):
    """Accept claims that wait; nobody accepts their own."""

    key = "accept"
    title = Message("Accept the claims")
    told = Message("Claims accepted")
    action = Action.VERIFY_RECORDS
    lists = ("claims",)

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out what was decided meanwhile, and what is worth nothing by its figures."""
        known: dict[tuple[int, int], tuple[str, int]] = {}
        keys = [(target.person_id, target.number()) for target in targets]
        for some in chunks(keys, 200):
            rows = session.execute(
                select(Claim.person_id, Claim.id, Claim.state, Claim.seq).where(
                    tuple_(Claim.person_id, Claim.id).in_(some)
                )
            )
            known.update({(who, number): (state, seq) for who, number, state, seq in rows})
        return [_waiting(target, known.get(key)) for target, key in zip(targets, keys, strict=True)]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Accept one claim as it stands."""
        claim = claims.claim_of(session, target.person_id, target.number())
        claims.decide(
            session, target.person_id, claim.id, Act.ACCEPT, actor_id=office.actor_id,
            based_on=claim.seq, now=office.now, batch=batch,
        )  # fmt: skip
        return str(claim.seq)

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """Let the claim wait again; its hours no longer count."""
        reopen(
            session, target.person_id, target.number(), actor_id=office.actor_id, now=office.now,
            batch=batch,
        )  # fmt: skip


def _waiting(target: Target, known: tuple[str, int] | None) -> Judged:
    if known is None:
        return Judged(target, GONE)
    state, seq = known
    if state != State.SUBMITTED:
        return Judged(target, Message("It stands so: %(state)s.", state=STATE_NAMES[state]))
    return Judged(target, mark=str(seq))
