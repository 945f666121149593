"""Verbs of bulk acts: begin what was planned, go on, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from learn.bulk.kinds import Judged, Office, act_named, chunks
from learn.bulk.models import DONE, PLANNED, RUNNING, UNDOING, UNDONE, BulkBatch, BulkItem
from learn.bulk.planning import Plan
from learn.bulk.working import items_where, may_take_back, work
from learn.errors import Conflict, Invalid, Message, NotFound
from learn.jobs.messages import stored
from learn.jobs.models import Job
from learn.jobs.services import OPEN, enqueue
from learn.ledger import audit, lock_people
from learn.people.access import demand

AT_ONCE = 200
"""How many are done in the request itself; more become a job."""
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
    _refuse_overtaken(session, planned, office, at_once)
    batch = BulkBatch(
        act=planned.act.key, params=dict(planned.params), filters=dict(filters),
        actor_id=office.actor_id, made_at=office.now, state=RUNNING, total=len(planned.takes),
        left_out=[{"why": stored(why), "count": n} for why, n in planned.reasons.most_common()],
    )  # fmt: skip
    session.add(batch)
    session.flush()
    _keep_items(session, batch.id, planned.takes)
    _go(session, batch, office, at_once)
    known = {name: value for name, value in planned.params.items() if name != "reason"}
    data = {"batch": batch.id, "what": batch.act, "count": batch.total, **known}
    audit(session, BEGUN, data, actor_id=office.actor_id, at=office.now)
    return batch


def _refuse_overtaken(session: Session, planned: Plan, office: Office, at_once: int) -> None:
    """Look again with everybody's chain held, so that of two who send the same preview one does it.

    What becomes a job looks again at each person when it comes to them.
    """
    if len(planned.takes) > at_once:
        return
    lock_people(session, [each.target.person_id for each in planned.takes])
    targets = [each.target for each in planned.takes]
    if planned.act.judge(session, targets, planned.params, office) != list(planned.takes):
        raise ListChanged


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
    if not items_where(session, 1, *may_take_back(act, batch, office)):
        raise Conflict(NOBODY)
    batch.state, batch.undone_by = UNDOING, office.actor_id
    _go(session, batch, office, at_once)
    data = {"batch": batch.id, "what": batch.act, "count": batch.acted}
    audit(session, UNDONE_ACT, data, actor_id=office.actor_id, at=office.now)
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
