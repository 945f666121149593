"""Past bulk acts: who did what, when and to how many; what became of each; and undoing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.bulk.kinds import ACTS, act_named
from learn.bulk.models import ITEM_STATES, BulkBatch
from learn.bulk.queries import list_batches, list_items
from learn.bulk.services import batch_of, counts_of, is_stuck, resume, undo
from learn.errors import LearnError, Message, NotFound
from learn.jobs.messages import read_stored
from learn.people.access import Action, scope
from learn.people.dates import parse_date
from learn.people.listing import names_of
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, session
from learn.web.hr.bulk import ACTIONS, meant, need_bulk, office
from learn.web.hr.overview import subnav
from learn.web.hr.people import titles
from learn.web.i18n import _, say
from learn.web.narrowing import address, pages_of
from learn.web.render import render

PAGE = 50


def _sees_all() -> bool:
    """Return whether the reader reaches everything, and so sees what others did too."""
    return any(scope(actor(), each).everything for each in ACTIONS)


def _batch(batch_id: int) -> BulkBatch:
    """Return a batch that the reader may see: their own, or any for who reaches everything."""
    need_bulk()
    batch = batch_of(session(), batch_id)
    if batch.actor_id != actor().person_id and not _sees_all():
        raise NotFound(Message("There is no such bulk act."))
    return batch


@pages.get("/hr/bulk/")
def hr_bulk() -> ResponseReturnValue:
    """List past bulk acts, the newest first."""
    need_bulk()
    mine = None if _sees_all() else actor().person_id
    found = list_batches(session(), actor_id=mine, after=arguments().get("after"), limit=PAGE)
    people = {each for row in found.items for each in (row.actor_id, row.undone_by) if each}
    return render(
        "learn/hr/bulk.html",
        lines=found.items,
        names=names_of(session(), sorted(people)),
        told=told,
        turn=pages_of("hr_bulk", found.next),
        places=subnav("hr_bulk") if may(Action.EXPORT) else [],
        today=now(),
    )


def told(batch: BulkBatch) -> str:
    """Return what a batch did, in words."""
    act = ACTS.get(batch.act)
    if act is None:
        return batch.act
    key = batch.params.get("course", "")
    title = titles().get(key, key)
    return say(Message(act.told.msgid, course=title)) if key else say(act.told)


@pages.get("/hr/bulk/<int:batch_id>/")
def hr_bulk_batch(batch_id: int) -> ResponseReturnValue:
    """Show a bulk act: its figures, and what became of each person."""
    return _batch_page(_batch(batch_id))


def _batch_page(batch: BulkBatch, problem: str = "") -> str:
    state_asked = arguments().get("state", "")
    wanted = state_asked if state_asked in ITEM_STATES else ""
    act = act_named(batch.act)
    found = list_items(
        session(), batch.id, scope(actor(), act.action), state=wanted,
        after=arguments().get("after"), limit=PAGE,
    )  # fmt: skip
    people = [each for each in (batch.actor_id, batch.undone_by) if each]
    return render(
        "learn/hr/bulk_batch.html",
        batch=batch,
        title=told(batch),
        due=parse_date(batch.params.get("due", "")),
        names=names_of(session(), people),
        counts=counts_of(session(), batch.id),
        left_out=[(read_stored(each["why"]), each["count"]) for each in batch.left_out],
        lines=found.items,
        meant=meant,
        state=wanted,
        stuck=is_stuck(session(), batch),
        may_undo=may(act.action),
        problem=problem,
        turn=_turn(batch, found.next, wanted),
        today=now(),
        address=address,
    )


def _turn(batch: BulkBatch, following: str | None, wanted: str) -> dict[str, Any]:
    return pages_of("hr_bulk_batch", following, batch_id=batch.id, state=wanted)


@pages.post("/hr/bulk/<int:batch_id>/undo")
def hr_bulk_undo(batch_id: int) -> ResponseReturnValue:
    """Undo a bulk act by entries; what changed meanwhile is left."""
    batch = _batch(batch_id)
    try:
        undo(session(), batch.id, office())
    except LearnError as error:
        if error.status == 403:
            raise
        return _batch_page(batch, say(error.message)), error.status
    session().commit()
    flash(_("It is undone; what changed meanwhile stays and is named below."), "good")
    return redirect(url_for("learn.hr_bulk_batch", batch_id=batch_id), 303)


@pages.post("/hr/bulk/<int:batch_id>/continuation")
def hr_bulk_resume(batch_id: int) -> ResponseReturnValue:
    """Go on with a bulk act whose job was cancelled or failed."""
    batch = _batch(batch_id)
    try:
        resume(session(), batch.id, office())
    except LearnError as error:
        if error.status == 403:
            raise
        return _batch_page(batch, say(error.message)), error.status
    session().commit()
    return redirect(url_for("learn.hr_bulk_batch", batch_id=batch_id), 303)
