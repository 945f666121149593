"""People within reach, and importing them from a sheet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from learn.api.me import completion_body, person_within
from learn.api.operations import Result, operation
from learn.api.problems import Findings
from learn.api.reading import Upload
from learn.api.schemas import people as schemas
from learn.api.schemas.record import CompletionOut
from learn.errors import Forbidden, Message, NotFound
from learn.people.access import Action, Scope, refusal, scope
from learn.people.directory import list_people
from learn.people.imports.sheet_plans import nothing_imported, queue_sheets
from learn.people.imports.tables import read_tables
from learn.people.imports.workbook_changes import apply_workbook
from learn.people.imports.workbooks import SheetError, plan_workbook
from learn.people.models import Unit
from learn.progress.services import withdraw
from learn.web.context import actor, now, person, reach, session
from learn.web.i18n import say
from learn.web.state import state

MOST_ERRORS = 500


def others(action: Action) -> Scope:
    """Return the reach of an action when it goes beyond oneself; raise when it does not."""
    found = reach(action)
    if not (found.everything or found.unit_paths or set(found.person_ids) - {person().id}):
        raise Forbidden(refusal(action))
    return found


def sees_whole_numbers(read: Scope) -> bool:
    """Return whether the caller may export everybody whom they may read."""
    export = scope(actor(), Action.EXPORT)
    within = all(export.reaches(path) for path in read.unit_paths)
    return export.everything or (
        within and not read.everything and set(read.person_ids) <= {person().id}
    )


@operation(
    "GET", "/people", tag="people", errors=(403, 404), query=schemas.PeopleQuery,
    replies={200: schemas.PeopleList},
)  # fmt: skip
def people(query: schemas.PeopleQuery) -> Result:
    """List the people within reach, by name."""
    within = others(Action.READ_PEOPLE)
    page = list_people(
        session(), within, unit=_unit(query.unit), text=query.q, active=query.active,
        after=query.cursor, limit=query.limit, whole_numbers=sees_whole_numbers(within),
    )  # fmt: skip
    items = [
        {
            "number": line.number,
            "name": line.full_name,
            "kind": line.person.kind,
            "unit": line.unit_name,
            "post": line.person.post_title,
            "post_class": line.person.post_class,
            "grade": line.person.grade,
            "active": line.person.active,
        }
        for line in page.items
    ]
    return {"items": items, "next": page.next}


def _unit(code: str | None) -> Unit | None:
    if not code:
        return None
    found = session().scalar(select(Unit).where(Unit.code == code))
    if found is None:
        raise NotFound(Message("There is no unit with the code %(code)s.", code=code))
    return found


@operation(
    "POST", "/people/imports", tag="people", errors=(403,), query=schemas.ImportQuery, upload=True,
    replies={201: schemas.ImportOut, 200: schemas.ImportOut},
)  # fmt: skip
def import_people(query: schemas.ImportQuery, upload: Upload) -> Result:
    """Import people, units and posts from CSV or XLSX, all or nothing (201); with `dry_run` only say what would happen (200)."""
    reach(Action.IMPORT_PEOPLE)
    settings = state().settings
    tables = read_tables(upload.content, upload.name)
    if not query.dry_run:
        queue_sheets(session())
    plan = plan_workbook(session(), tables, actor=actor(), now=now(), settings=settings)
    if plan.errors:
        message = nothing_imported(plan.errors)
        raise Findings(message, [_row(each) for each in plan.errors[:MOST_ERRORS]])
    if not query.dry_run:
        apply_workbook(session(), plan, actor=actor(), now=now(), settings=settings)
    people, units, posts = plan.people, plan.units, plan.posts
    body = {
        "dry_run": query.dry_run,
        "new": len(people.new),
        "changed": len(people.changed),
        "unchanged": people.unchanged,
        "missing": plan.missing.count,
        "units": len(people.units) + len(units.new),
        "units_changed": len(units.changed),
        "posts": posts.new,
        "posts_changed": posts.changed,
        "warnings": [
            {**_row(each), "message": say(each.error.message)}
            for each in plan.warnings[:MOST_ERRORS]
        ],
    }
    return body, 200 if query.dry_run else 201


def _row(found: SheetError) -> dict[str, Any]:
    error = found.error
    return {
        "sheet": found.sheet or None, "row": error.row, "column": error.column, "message": error.message,
    }  # fmt: skip


@operation(
    "POST", "/people/<number>/completions/<course>/<int:cycle>/withdrawal", tag="people",
    errors=(403, 404, 409), body=schemas.WithdrawalIn, replies={200: CompletionOut},
)  # fmt: skip
def withdraw_completion(body: schemas.WithdrawalIn, number: str, course: str, cycle: int) -> Result:
    """Withdraw a completion: it stays visible, its hours, evidence and certificate stop counting."""
    who = person_within(number, Action.REVOKE)
    if cycle >= 2**31:
        raise NotFound(Message("There is no such completion."))
    completion = withdraw(
        session(), who.id, course, cycle, reason=body.reason, actor_id=person().id, now=now()
    )
    return completion_body(completion)
