"""Verbs of bulk acts: plan and preview, begin, go on, undo."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from learn.bulk import acts, assigning, codes  # noqa: F401 (these register their acts)
from learn.bulk.kinds import (
    OUT_OF_REACH,
    OWN,
    BulkAct,
    Judged,
    Office,
    Target,
    act_named,
    chunks,
)
from learn.bulk.models import (
    ACTED,
    DONE,
    LEFT,
    PLANNED,
    RUNNING,
    STAYS,
    TAKEN_BACK,
    UNDOING,
    UNDONE,
    BulkBatch,
    BulkItem,
)
from learn.db import canonical_json
from learn.errors import Conflict, Invalid, LearnError, Message, NotFound
from learn.jobs.messages import stored
from learn.jobs.models import Job
from learn.jobs.services import OPEN, enqueue
from learn.ledger import audit
from learn.people.access import demand, scope
from learn.people.models import Person
from learn.people.scoping import people_in

AT_ONCE = 200
"""How many are done in the request itself; more become a job."""
MOST = 100_000
BEGUN, UNDONE_ACT = "bulk_act", "bulk_undone"
JOB = "bulk"
NOBODY = Message("Nobody is left for whom this could be done.")


class ListChanged(Conflict):
    """The list is no longer what the preview showed."""

    code = "list-changed"

    def __init__(self) -> None:
        super().__init__(
            Message("The list has changed since the preview. Look at it again, then decide.")
        )


@dataclass(frozen=True)
class Plan:
    """What a bulk act would do: to whom, and whom it leaves out and why."""

    act: BulkAct
    params: Mapping[str, str]
    takes: Sequence[Judged]
    left: Sequence[Judged]

    @property
    def digest(self) -> str:
        """Return what the preview showed, as a digest: act, params, and each target as it looked."""
        shown = [
            self.act.key,
            dict(self.params),
            sorted([j.target.key, j.mark] for j in self.takes),
        ]
        return hashlib.sha256(canonical_json(shown).encode()).hexdigest()

    @property
    def reasons(self) -> Counter[Message]:
        """Return how many are left out for each reason."""
        return Counter(each.why for each in self.left if each.why is not None)


def plan(
    session: Session,
    act: BulkAct,
    targets: Sequence[Target],
    params: Mapping[str, str],
    office: Office,
) -> Plan:
    """Return what the act would do to the targets; it changes nothing.

    Raises
    ------
    Forbidden, Invalid
        The actor may not do this at all; a param is missing; there are too many.
    """
    demand(office.actor, act.action)
    kept = act.read(session, params, office)
    most = act.at_once or MOST
    if len(targets) > most:
        raise Invalid(Message("At most %(most)s at a time; narrow the list.", most=most))
    unique = list(dict.fromkeys(targets))
    within = _within(session, act, unique, office)
    open_to = [each for each in unique if each.person_id in within and not _own(each, office)]
    judged = act.judge(session, open_to, kept, office)
    left = [
        Judged(each, OWN if _own(each, office) else OUT_OF_REACH)
        for each in unique
        if each.person_id not in within or _own(each, office)
    ]
    left += [each for each in judged if each.why is not None]
    return Plan(act, kept, [each for each in judged if each.why is None], left)


def _own(target: Target, office: Office) -> bool:
    return target.person_id == office.actor_id


def _within(session: Session, act: BulkAct, targets: Sequence[Target], office: Office) -> set[int]:
    """Return the people to whom the actor may do this."""
    reached = scope(office.actor, act.action)
    found: set[int] = set()
    for some in chunks(sorted({each.person_id for each in targets})):
        found.update(
            session.scalars(select(Person.id).where(Person.id.in_(some), people_in(reached)))
        )
    return found


def begin(
    session: Session,
    planned: Plan,
    *,
    digest: str,
    office: Office,
    filters: Mapping[str, str],
    at_once: int = AT_ONCE,
) -> BulkBatch:
    """Do what the preview showed: up to `at_once` in this transaction; more as a job.

    Raises
    ------
    ListChanged, Invalid
        The list is no longer what was shown; nobody is in it.
    """
    if planned.digest != digest:
        raise ListChanged
    if not planned.takes:
        raise Invalid(NOBODY)
    batch = BulkBatch(
        act=planned.act.key, params=dict(planned.params), filters=dict(filters),
        actor_id=office.actor_id, made_at=office.now, state=RUNNING, total=len(planned.takes),
        left_out=[{"why": stored(why), "count": n} for why, n in planned.reasons.most_common()],
    )  # fmt: skip
    session.add(batch)
    session.flush()
    _keep_items(session, batch.id, planned.takes)
    known = {name: value for name, value in planned.params.items() if name != "reason"}
    data = {"batch": batch.id, "what": batch.act, "count": batch.total, **known}
    audit(session, BEGUN, data, actor_id=office.actor_id, at=office.now)
    _go(session, batch, office, at_once)
    return batch


def _keep_items(session: Session, batch_id: int, takes: Sequence[Judged]) -> None:
    rows = [
        {"batch_id": batch_id, "number": number, "person_id": each.target.person_id,
         "ref": each.target.ref, "made": each.mark, "state": PLANNED}
        for number, each in enumerate(takes, 1)
    ]  # fmt: skip
    for some in chunks(rows, 2000):
        session.execute(insert(BulkItem), list(some))


def _go(session: Session, batch: BulkBatch, office: Office, at_once: int) -> None:
    """Do the batch's work now when it is little, else let a worker do it."""
    at_once = act_named(batch.act).at_once or at_once
    if batch.total <= at_once:
        work(session, batch, office, limit=at_once + 1)
    else:
        data = {"batch": batch.id, "timezone": office.timezone}
        batch.job_id = enqueue(session, JOB, data, actor_id=office.actor_id, now=office.now)
    session.flush()


def batch_of(session: Session, batch_id: int, *, locked: bool = False) -> BulkBatch:
    """Return a batch.

    Raises
    ------
    NotFound
        There is none.
    """
    batch = None
    if 0 < batch_id < 2**63:
        batch = session.get(BulkBatch, batch_id, with_for_update=locked, populate_existing=locked)
    if batch is None:
        raise NotFound(Message("There is no such bulk act."))
    return batch


def work(session: Session, batch: BulkBatch, office: Office, *, limit: int) -> int:
    """Go on with a batch that is running or being undone; return how many items were worked on."""
    step = _undo_some if batch.state == UNDOING else _do_some
    worked = step(session, act_named(batch.act), batch, office, limit)
    session.flush()
    if worked < limit:
        _end(session, batch, office)
        session.flush()
    return worked


def _do_some(session: Session, act: BulkAct, batch: BulkBatch, office: Office, limit: int) -> int:
    items = _items(session, limit, BulkItem.batch_id == batch.id, BulkItem.state == PLANNED)
    within = _within(session, act, [Target(item.person_id) for item in items], office)
    _leave_changed(session, act, batch, [i for i in items if i.made and i.person_id in within],
                   office)  # fmt: skip
    for item in items:
        if item.state != LEFT:
            reached = item.person_id in within and item.person_id != office.actor_id
            _do_one(session, act, batch, item, office, reached)
    return len(items)


def _undo_some(session: Session, act: BulkAct, batch: BulkBatch, office: Office, limit: int) -> int:
    items = _items(session, limit, *_may_take_back(act, batch, office))
    for item in items:
        _undo_one(session, act, batch, item, office)
    return len(items)


def _items(session: Session, limit: int, *where: ColumnElement[bool]) -> Sequence[BulkItem]:
    return session.scalars(
        select(BulkItem).where(*where).order_by(BulkItem.number).limit(limit)
    ).all()


def _may_take_back(
    act: BulkAct, batch: BulkBatch, office: Office
) -> tuple[ColumnElement[bool], ...]:
    """What the actor may take back: done, within their reach, not to themselves.

    The rest stays done, for whoever does reach it.
    """
    reached = select(Person.id).where(people_in(scope(office.actor, act.action)))
    return (
        BulkItem.batch_id == batch.id,
        BulkItem.state == ACTED,
        BulkItem.person_id != office.actor_id,
        BulkItem.person_id.in_(reached),
    )


def _leave_changed(
    session: Session, act: BulkAct, batch: BulkBatch, items: Sequence[BulkItem], office: Office
) -> None:
    """Leave what no longer looks as the preview showed it: nobody has seen what it says now."""
    targets = [Target(item.person_id, item.ref) for item in items]
    judged = act.judge(session, targets, batch.params, office) if targets else []
    marks = {each.target.key: each.mark for each in judged if each.why is None}
    for item, target in zip(items, targets, strict=True):
        if marks.get(target.key, item.made) != item.made:
            item.state, item.why = LEFT, stored(Message("It was changed since."))


def _do_one(
    session: Session, act: BulkAct, batch: BulkBatch, item: BulkItem, office: Office, reached: bool
) -> None:
    target = Target(item.person_id, item.ref)
    if not reached:
        item.state, item.why = LEFT, stored(OUT_OF_REACH)
        return
    try:
        item.made = act.do(session, target, batch.params, office, batch.id)
    except LearnError as error:
        item.state, item.why = LEFT, stored(error.message)
    else:
        item.state = ACTED
        batch.acted += 1


def _undo_one(
    session: Session, act: BulkAct, batch: BulkBatch, item: BulkItem, office: Office
) -> None:
    target = Target(item.person_id, item.ref)
    try:
        act.undo(session, target, item.made, batch.params, office, batch.id)
    except LearnError as error:
        item.state, item.why = STAYS, stored(error.message)
    else:
        item.state = TAKEN_BACK
        batch.taken_back += 1


def _end(session: Session, batch: BulkBatch, office: Office) -> None:
    if batch.state == UNDOING:
        rest = _items(session, 1, BulkItem.batch_id == batch.id, BulkItem.state == ACTED)
        batch.state, batch.undone_at = DONE if rest else UNDONE, office.now
    else:
        batch.state, batch.ended_at = DONE, office.now


def undo(session: Session, batch_id: int, office: Office, *, at_once: int = AT_ONCE) -> BulkBatch:
    """Take a batch back by entries; what changed meanwhile is left, and named in its items.

    What is outside the actor's reach stays done: the batch is undone once nothing is left that somebody
    may take back.

    Raises
    ------
    Conflict, Forbidden
        It is not done yet, or was undone before; nothing of it is within the actor's reach; the actor
        may not do this at all.
    """
    batch = batch_of(session, batch_id, locked=True)
    act = act_named(batch.act)
    demand(office.actor, act.action)
    if batch.state != DONE and not is_stuck(session, batch):
        raise Conflict(
            Message("It was undone before.") if batch.state in (UNDOING, UNDONE)
            else Message("It is not finished yet. Wait, then undo it.")
        )  # fmt: skip
    if not _items(session, 1, *_may_take_back(act, batch, office)):
        raise Conflict(NOBODY)
    batch.state, batch.undone_by = UNDOING, office.actor_id
    data = {"batch": batch.id, "what": batch.act, "count": batch.acted}
    audit(session, UNDONE_ACT, data, actor_id=office.actor_id, at=office.now)
    _go(session, batch, office, at_once)
    return batch


def is_stuck(session: Session, batch: BulkBatch) -> bool:
    """Return whether the batch is not finished and nobody works on it: its job was cancelled or failed."""
    if batch.state not in (RUNNING, UNDOING) or batch.job_id is None:
        return False
    job = session.get(Job, batch.job_id)
    return job is None or job.state not in OPEN


def resume(session: Session, batch_id: int, office: Office) -> BulkBatch:
    """Go on with a batch whose job was cancelled or failed, from where it was.

    Raises
    ------
    Conflict, Forbidden
        It is finished, or being worked on; the actor may not do this at all.
    """
    batch = batch_of(session, batch_id, locked=True)
    demand(office.actor, act_named(batch.act).action)
    if not is_stuck(session, batch):
        raise Conflict(Message("It is finished, or being worked on."))
    _go(session, batch, office, AT_ONCE)
    return batch


def counts_of(session: Session, batch_id: int) -> dict[str, int]:
    """Return how many items of the batch stand in each state."""
    rows: Any = session.execute(
        select(BulkItem.state, func.count())
        .where(BulkItem.batch_id == batch_id)
        .group_by(BulkItem.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 (rows are no pairs)
