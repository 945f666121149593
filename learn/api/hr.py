"""HR's lists as of any day, and bulk acts: preview, do, undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from learn.api.operations import Result, operation
from learn.api.schemas import hr as schemas
from learn.api.schemas.common import PageQuery
from learn.api.texts import moment
from learn.bulk.kinds import BulkAct, Target, act_named
from learn.bulk.models import BulkBatch
from learn.bulk.planning import Plan, plan
from learn.bulk.queries import list_batches
from learn.bulk.services import batch_of, begin, counts_of, undo
from learn.errors import Forbidden, Message, NotFound
from learn.people.access import Action, refusal, scope
from learn.people.directory import digits_of
from learn.people.models import Person, PersonNumber
from learn.people.scoping import people_in
from learn.web.context import actor, may, session
from learn.web.hr.bulk import ACTIONS, office
from learn.web.hr.people import overdue_query, people_query
from learn.web.i18n import say

NOBODY = Message("There is no such person, or they are not in your units.")


@operation(
    "GET", "/hr/people", tag="hr", errors=(403, 404), query=schemas.HrPeopleQuery,
    replies={200: schemas.HrPeopleList},
)  # fmt: skip
def hr_people(query: schemas.HrPeopleQuery) -> Result:
    """List people with their hours as of a day: all, who is short, idle or has something overdue."""
    asked = {
        "unit": query.unit or "", "on": query.on or "", "q": query.q, "state": query.state,
        "kind": query.kind, "class": query.post_class, "band": query.band,
    }  # fmt: skip
    page = people_query(asked).page(session(), limit=query.limit, after=query.cursor)
    items = [
        {
            "number": row.number, "name": row.name, "unit": _unit(row.unit_code, row.unit),
            "kind": row.kind, "post_class": row.post_class, "year": row.year,
            "hours": row.earned, "target": row.target, "missing": row.missing,
            "last_completed_at": moment(row.last),
        }
        for row in page.items
    ]  # fmt: skip
    return {"items": items, "next": page.next}


def _unit(code: str | None, name: str | None) -> dict[str, Any] | None:
    return {"code": code, "name": name} if code else None


@operation(
    "GET", "/hr/overdue", tag="hr", errors=(403, 404), query=schemas.OverdueQuery,
    replies={200: schemas.OverduePage},
)  # fmt: skip
def overdue_assignments(query: schemas.OverdueQuery) -> Result:
    """List overdue assignments as of a day, those that were due first at the top."""
    asked = {"unit": query.unit or "", "on": query.on or "", "course": query.course or ""}
    page = overdue_query(asked).page(session(), limit=query.limit, after=query.cursor)
    items = [
        {
            "number": row.number, "name": row.name, "unit": _unit(row.unit_code, row.unit),
            "course": row.course, "cycle": row.cycle, "assigned_at": moment(row.assigned_at),
            "due_on": row.due_on.isoformat(), "days_overdue": row.late,
        }
        for row in page.items
    ]  # fmt: skip
    return {"items": items, "next": page.next}


@operation(
    "POST", "/bulk/preview", tag="hr", body=schemas.BulkIn, errors=(403, 404),
    replies={200: schemas.BulkPlanOut},
)  # fmt: skip
def preview_bulk(body: schemas.BulkIn) -> Result:
    """Say to how many a bulk act would be done, and who is left out and why; it changes nothing."""
    planned, unknown = _planned(body)
    numbers = {person_id: number for number, person_id in _people(body).items()}
    left = [
        {"number": numbers[each.target.person_id], "why": say(each.why)}
        for each in planned.left
        if each.why is not None
    ]
    left += [{"number": number, "why": say(NOBODY)} for number in unknown]
    return {"digest": planned.digest, "count": len(planned.takes), "left": left}


def _planned(body: schemas.BulkIn) -> tuple[Plan, list[str]]:
    act = _act(body.act)
    known = _people(body)
    targets = [
        Target(known[each.number], _ref(each)) for each in body.targets if each.number in known
    ]
    params = {"course": body.course, "due": body.due, "reason": body.reason}
    planned = plan(session(), act, targets, params, office())
    return planned, [each.number for each in body.targets if each.number not in known]


def _act(key: str) -> BulkAct:
    act = act_named(key)
    if act.at_once is not None:  # codes are shown on a page, to a person
        raise NotFound(Message("Choose what is to be done."))
    return act


def _ref(target: schemas.BulkTarget) -> str:
    if target.claim is not None:
        return str(target.claim)
    return f"{target.course}:{target.cycle}" if target.course else ""


def _people(body: schemas.BulkIn) -> dict[str, int]:
    """Return the ids of those of the numbers whom the caller may see."""
    digits = {each.number: digits_of(each.number) for each in body.targets}
    wanted: Sequence[str] = [each for each in digits.values() if each]
    rows = session().execute(
        select(PersonNumber.number, Person.id)
        .join(Person, Person.id == PersonNumber.person_id)
        .where(PersonNumber.number.in_(wanted), people_in(scope(actor(), Action.READ_PEOPLE)))
    )
    found = {row.number: row.id for row in rows}
    return {typed: found[number] for typed, number in digits.items() if number in found}


@operation(
    "POST", "/bulk", tag="hr", body=schemas.BulkDoIn, errors=(403, 404, 409),
    replies={201: schemas.BulkOut},
)  # fmt: skip
def do_bulk(body: schemas.BulkDoIn) -> Result:
    """Do what the preview showed, as one batch (201); many are done in the background."""
    planned, _unknown = _planned(body)
    batch = begin(session(), planned, digest=body.digest, office=office(), filters={"list": "api"})
    return _body(batch), 201


@operation(
    "GET", "/bulk", tag="hr", query=PageQuery, errors=(403,), replies={200: schemas.BulkList}
)
def bulk_acts(query: PageQuery) -> Result:
    """List the bulk acts that one has done, the newest first."""
    _need()
    page = list_batches(
        session(), actor_id=actor().person_id, after=query.cursor, limit=query.limit
    )
    return {"items": [_line(batch) for batch in page.items], "next": page.next}


def _need() -> None:
    if not any(may(each) for each in ACTIONS):
        raise Forbidden(refusal(Action.ENROL_PEOPLE))


@operation("GET", "/bulk/<int:batch>", tag="hr", errors=(403, 404), replies={200: schemas.BulkOut})
def bulk_act(batch: int) -> Result:
    """Return a bulk act that one has done, with what became of its people."""
    return _body(_own(batch))


def _own(batch_id: int) -> BulkBatch:
    _need()
    batch = batch_of(session(), batch_id)
    if batch.actor_id != actor().person_id:
        raise NotFound(Message("There is no such bulk act."))
    return batch


@operation(
    "POST", "/bulk/<int:batch>/undo", tag="hr", errors=(403, 404, 409),
    replies={200: schemas.BulkOut},
)  # fmt: skip
def undo_bulk(batch: int) -> Result:
    """Take a bulk act back by entries; what changed meanwhile stays."""
    return _body(undo(session(), _own(batch).id, office()))


def _line(batch: BulkBatch) -> dict[str, Any]:
    return {
        "batch": batch.id, "act": batch.act, "state": batch.state,
        "made_at": moment(batch.made_at), "total": batch.total, "done": batch.acted,
        "taken_back": batch.taken_back,
    }  # fmt: skip


def _body(batch: BulkBatch) -> dict[str, Any]:
    return {**_line(batch), "items": counts_of(session(), batch.id)}
