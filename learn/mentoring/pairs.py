"""Verbs of pairs: proposing or asking for one, the mentor's answer, the supervisor's word, its end."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.db import moment_text
from learn.errors import Conflict, Forbidden, Message
from learn.ledger import append, lock
from learn.ledger.rows import locked_row, row_at
from learn.lifecycle import reason_in
from learn.mentoring.models import Pair
from learn.mentoring.projections import KIND_OF, PAIR_PROPOSED
from learn.mentoring.rules import (
    LIFE,
    LIVE,
    WAITING,
    WITH_REASON,
    Act,
    NotNow,
    Proposal,
    Standing,
    check_proposal,
)
from learn.people.dates import local_date
from learn.people.models import Person, Unit

MOST_WAITING = 20
"""How many pairs of one mentee may wait at a time."""

OF_MENTEE = frozenset({Act.WITHDRAW, Act.END})
OF_MENTOR = frozenset({Act.ACCEPT, Act.DECLINE, Act.END})
OF_SUPERVISOR = frozenset({Act.NAME, Act.START, Act.REFUSE, Act.END, Act.CONFIRM, Act.TAKE_BACK})
OF_PROPOSER = frozenset({Act.NAME, Act.WITHDRAW, Act.END})


@dataclass(frozen=True)
class Seat:
    """As what somebody acts on a pair: one of the two, its supervisor, or who may propose pairs.

    A mentor who is also the supervisor acts as the mentor alone: somebody else confirms.
    """

    actor_id: int
    mentee: bool = False
    mentor: bool = False
    supervisor: bool = False
    proposer: bool = False

    @property
    def inside(self) -> bool:
        """Return whether they are one of the two."""
        return self.mentee or self.mentor

    def acts(self) -> frozenset[Act]:
        """Return what they may do, if the pair stands so."""
        if self.mentee:
            return OF_MENTEE
        if self.mentor:
            return OF_MENTOR
        return (OF_SUPERVISOR if self.supervisor else frozenset()) | (
            OF_PROPOSER if self.proposer else frozenset()
        )


def zone_of(session: Session, person_id: int, default: str) -> str:
    """Return the time zone of the person's unit, by which their days are counted."""
    found = session.scalar(
        select(Unit.time_zone).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    )
    return found or default


def lock_both(session: Session, one: int, other: int | None) -> None:
    """Lock the chains of the two, in one order, so that two acts wait and never stop each other."""
    for person_id in sorted({one, other} - {None}, key=lambda each: each or 0):
        lock(session, person_id or 0)


def pair_of(session: Session, person_id: int, pair_id: int) -> Pair:
    """Return a pair of the mentee.

    Raises
    ------
    NotFound
        They have none of this number.
    """
    return row_at(session, Pair, person_id, pair_id, Message("There is no such pair."))


def locked_pair(session: Session, person_id: int, pair_id: int) -> Pair:
    """Return the pair as it stands now, with nobody else acting on either of the two until the end."""
    pair = pair_of(session, person_id, pair_id)
    lock_both(session, person_id, pair.mentor_id)
    return locked_row(session, Pair, person_id, pair_id)


def propose(
    session: Session,
    mentee_id: int,
    proposal: Proposal,
    *,
    mentor_id: int | None,
    actor_id: int,
    supervises: bool,
    timezone: str,
    now: datetime,
    key: str = "",
) -> Pair:
    """Propose a pair, or ask for one; without a mentor it waits for one to be named.

    Parameters
    ----------
    supervises
        Whether the proposer is a supervisor of the mentee: then it begins as soon as the mentor
        accepts.
    key
        What the form calls itself, so that sending it twice proposes once.

    Raises
    ------
    CannotMentor
        Something cannot be; every mistake by its field.
    """
    lock_both(session, mentee_id, mentor_id)
    known = session.scalar(select(Pair).where(Pair.person_id == mentee_id, Pair.key == key))
    if known is not None:
        return known
    _refuse_flood(session, mentee_id)
    _check(session, mentee_id, mentor_id, proposal, timezone, now)
    data = {
        "key": key or secrets.token_hex(16), "mentor": mentor_id, "form": proposal.form,
        "starts_on": proposal.starts_on.isoformat(), "ends_on": proposal.ends_on.isoformat(),
        "competencies": list(proposal.competencies), "actor": actor_id,
        "supervised_by": actor_id if supervises and actor_id != mentor_id else None,
    }  # fmt: skip
    detail = {"aim": proposal.aim.strip()} if proposal.aim.strip() else None
    entry = append(session, mentee_id, PAIR_PROPOSED, data, at=now, detail=detail)
    return session.get_one(Pair, (mentee_id, entry.seq))


def _refuse_flood(session: Session, mentee_id: int) -> None:
    waiting = select(func.count()).where(Pair.person_id == mentee_id, Pair.state.in_(WAITING))
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict(Message("%(most)s pairs of this mentee wait already. Decide some first.",
                               most=MOST_WAITING))  # fmt: skip


def _check(
    session: Session,
    mentee_id: int,
    mentor_id: int | None,
    proposal: Proposal,
    timezone: str,
    now: datetime,
    but: int = 0,
) -> None:
    check_proposal(
        proposal, mentee_id=mentee_id, mentor_id=mentor_id,
        known=[each.code for each in load_framework().competencies],
        others=_others(session, mentee_id, mentor_id, but),
        today=local_date(now, zone_of(session, mentee_id, timezone)),
    )  # fmt: skip


def _others(
    session: Session, mentee_id: int, mentor_id: int | None, but: int
) -> Iterable[Standing]:
    """Return the live pairs between these two, in both directions, without this one."""
    if mentor_id is None:
        return []
    same = (Pair.person_id == mentee_id) & (Pair.mentor_id == mentor_id) & (Pair.id != but)
    turned = (Pair.person_id == mentor_id) & (Pair.mentor_id == mentee_id)
    rows = session.scalars(select(Pair).where(same | turned, Pair.state.in_(LIVE)))
    return [
        Standing(
            row.mentor_id or 0, row.person_id, row.starts_on, row.ends_on,
            frozenset(row.competencies),
        )
        for row in rows
    ]  # fmt: skip


def act_on(
    session: Session,
    mentee_id: int,
    pair_id: int,
    act: Act,
    *,
    seat: Seat,
    based_on: int,
    timezone: str,
    now: datetime,
    reason: str = "",
) -> Pair:
    """Accept or decline, let begin or refuse, withdraw or end a pair.

    Naming a mentor (`name_mentor`) and the last word of the supervisor (`results`) have their own.

    Raises
    ------
    Forbidden, Invalid, NotNow, Moved
        It is not theirs to do; the reason is missing; the pair stands otherwise; it was changed.
    """
    pair = standing_pair(session, mentee_id, pair_id, act, seat=seat, based_on=based_on)
    data: dict[str, Any] = {"pair": pair.id, "actor": seat.actor_id}
    if act in (Act.ACCEPT, Act.START):
        data |= _reach(pair, zone_of(session, mentee_id, timezone))
        _refuse_late(pair, zone_of(session, mentee_id, timezone), now)
    detail = {"reason": reason_in(reason)} if act in WITH_REASON else None
    append(session, mentee_id, KIND_OF[act], data, at=now, detail=detail)
    return pair


def standing_pair(
    session: Session, mentee_id: int, pair_id: int, act: Act, *, seat: Seat, based_on: int
) -> Pair:
    """Return the pair, locked, when this act is theirs to do and it stands so; the rest is refused."""
    if act not in seat.acts():
        raise Forbidden(
            Message("This is for somebody else to do: %(who)s.", who=_WHO.get(act, Message("–")))
        )
    pair = locked_pair(session, mentee_id, pair_id)
    LIFE.check(pair, act, based_on=based_on)
    return pair


_WHO = {
    Act.NAME: Message("who may propose pairs for the mentee"),
    Act.ACCEPT: Message("the mentor"),
    Act.DECLINE: Message("the mentor"),
    Act.START: Message("a supervisor of the mentee who is not the mentor"),
    Act.REFUSE: Message("a supervisor of the mentee who is not the mentor"),
    Act.WITHDRAW: Message("the mentee, or who proposed it"),
    Act.END: Message("the two of the pair, or the supervisor"),
    Act.CONFIRM: Message("a supervisor of the mentee who is not the mentor"),
    Act.TAKE_BACK: Message("a supervisor of the mentee who is not the mentor"),
}


def _reach(pair: Pair, zone: str) -> dict[str, str]:
    """Return from when until when a mentor reaches their mentee: whole local days."""
    first = datetime.combine(pair.starts_on, time(), ZoneInfo(zone))
    last = datetime.combine(pair.ends_on + timedelta(days=1), time(), ZoneInfo(zone))
    return {"since_at": moment_text(first), "until_at": moment_text(last)}


def _refuse_late(pair: Pair, zone: str, now: datetime) -> None:
    if pair.ends_on < local_date(now, zone):
        raise NotNow(Message("The time of this pair is over. Propose another one."))


def name_mentor(
    session: Session,
    mentee_id: int,
    pair_id: int,
    mentor_id: int,
    *,
    seat: Seat,
    based_on: int,
    timezone: str,
    now: datetime,
) -> Pair:
    """Name the mentor of a pair that was asked for without one; the mentor then answers.

    Raises
    ------
    CannotMentor, Forbidden, NotNow, Moved
        They cannot be the mentor; it is not theirs to do; it stands otherwise; it was changed.
    """
    lock_both(session, mentee_id, mentor_id)
    pair = standing_pair(session, mentee_id, pair_id, Act.NAME, seat=seat, based_on=based_on)
    proposal = Proposal(pair.form, pair.starts_on, pair.ends_on, tuple(pair.competencies))
    _check(session, mentee_id, mentor_id, proposal, timezone, now, but=pair.id)
    data = {
        "pair": pair.id, "mentor": mentor_id, "actor": seat.actor_id,
        "supervised_by": seat.actor_id if seat.supervisor and seat.actor_id != mentor_id else None,
    }  # fmt: skip
    append(session, mentee_id, KIND_OF[Act.NAME], data, at=now)
    return pair


def is_running(pair: Pair, today: date) -> bool:
    """Return whether the pair is active and its time is now."""
    return pair.state == "active" and pair.starts_on <= today <= pair.ends_on
