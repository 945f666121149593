"""Going on with a bulk act or its undoing, some people at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.bulk.kinds import OUT_OF_REACH, BulkAct, Office, Target, act_named
from learn.bulk.models import (
    ACTED,
    DONE,
    LEFT,
    PLANNED,
    STAYS,
    TAKEN_BACK,
    UNDOING,
    UNDONE,
    BulkBatch,
    BulkItem,
)
from learn.bulk.planning import within_reach
from learn.errors import LearnError, Message
from learn.jobs.messages import stored
from learn.ledger import lock_people
from learn.people.access import scope
from learn.people.models import Person
from learn.people.scoping import people_in


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
    items = items_where(session, limit, BulkItem.batch_id == batch.id, BulkItem.state == PLANNED)
    lock_people(session, [item.person_id for item in items])
    within = within_reach(session, act, [Target(item.person_id) for item in items], office)
    _leave_changed(session, act, batch, [i for i in items if i.made and i.person_id in within],
                   office)  # fmt: skip
    for item in items:
        if item.state != LEFT:
            reached = item.person_id in within and item.person_id != office.actor_id
            _do_one(session, act, batch, item, office, reached)
    return len(items)


def _undo_some(session: Session, act: BulkAct, batch: BulkBatch, office: Office, limit: int) -> int:
    items = items_where(session, limit, *may_take_back(act, batch, office))
    lock_people(session, [item.person_id for item in items])
    for item in items:
        _undo_one(session, act, batch, item, office)
    return len(items)


def items_where(session: Session, limit: int, *where: ColumnElement[bool]) -> Sequence[BulkItem]:
    """Return the first items for which this holds, in their order."""
    return session.scalars(
        select(BulkItem).where(*where).order_by(BulkItem.number).limit(limit)
    ).all()


def may_take_back(
    act: BulkAct, batch: BulkBatch, office: Office
) -> tuple[ColumnElement[bool], ...]:
    """Return what the actor may take back: done, within their reach, not to themselves.

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
        rest = items_where(session, 1, BulkItem.batch_id == batch.id, BulkItem.state == ACTED)
        batch.state, batch.undone_at = DONE if rest else UNDONE, office.now
    else:
        batch.state, batch.ended_at = DONE, office.now
