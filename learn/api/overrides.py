"""The terms of a quiz for the caller, and other terms for people and units."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from learn.api.courses import rule_body
from learn.api.operations import Result, operation
from learn.api.reading import Upload
from learn.api.schemas import quizzes as schemas
from learn.api.sheets import refuse, said_rows
from learn.api.texts import moment
from learn.errors import Invalid, Message, NotFound
from learn.people.directory import digits_of, find_by_number, present_numbers
from learn.people.imports.columns import BadCell
from learn.people.imports.sheet_plans import nothing_imported, queue_sheets
from learn.people.imports.tables import read_table
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.numbers import mask
from learn.quizzes.overrides.lists import OverrideLine, person_overrides, unit_overrides
from learn.quizzes.overrides.services import Target, Wanted, remove_override, set_override
from learn.quizzes.overrides.sheets import apply_sheet, plan_sheet, written_moment
from learn.web.context import now, person, session
from learn.web.courses.reading import current_version
from learn.web.i18n import language, say
from learn.web.narrowing import unit_filter
from learn.web.quizzes.start import quiz_of
from learn.web.quizzes.terms import standing
from learn.web.state import state
from learn.web.studio.overriding import act, reached, unit_within

PLACE = "/courses/<course>/quizzes/<quiz>"


@operation("GET", PLACE, tag="quizzes", errors=(404,), replies={200: schemas.TermsOut})
def quiz_terms(course: str, quiz: str) -> Result:
    """Return the terms of a quiz as they hold for the caller, and what stands against starting now."""
    person()
    version = current_version(course)
    found = standing(version, quiz_of(version, quiz))
    terms, access = found.terms, found.quiz.access
    last_end = found.done[-1].submitted_at if found.done else None
    next_start = terms.next_start(len(found.done), last_end)
    return {
        "quiz": found.quiz.key,
        "title": found.quiz.title(language()),
        "attempts": terms.attempts,
        "attempts_used": len(found.done),
        "time_limit": terms.time_limit,
        "opens_at": moment(terms.opens_at),
        "closes_at": moment(terms.closes_at),
        "close_policy": access.close_policy,
        "delays": list(access.delays),
        "next_start_at": moment(next_start) if next_start and next_start > now() else None,
        "password": access.password is not None,
        "honesty": access.honesty_text(language()),
        "networks": bool(access.networks),
        "page": found.quiz.page,
        "navigation": found.quiz.navigation,
        "prerequisite": rule_body(found.asked) if found.asked else None,
        "changes": [
            {"term": each.term, "message": say(each.message), "unit": each.unit}
            for each in terms.changes()
        ],
        "reasons": [{"code": each.code, "message": say(each.message)} for each in found.hindrances],
        "open_attempt": found.open_one.id if found.open_one else None,
    }


@operation(
    "GET", f"{PLACE}/overrides", tag="overrides", errors=(403, 404), query=schemas.OverrideQuery,
    replies={200: schemas.OverrideList},
)  # fmt: skip
def overrides(query: schemas.OverrideQuery, course: str, quiz: str) -> Result:
    """List the other terms that are set for a quiz, for units and people within reach."""
    scope = reached(course)
    quiz_of(current_version(course), quiz)
    unit = unit_filter(scope, query.unit or "").chosen
    page = person_overrides(
        session(), course, quiz, scope, unit=unit, text=query.q or "", after=query.cursor,
        limit=query.limit,
    )  # fmt: skip
    units = (
        [] if query.cursor or query.q else unit_overrides(session(), course, quiz, scope, unit=unit)
    )
    return {"units": _bodies(units), "items": _bodies(page.items), "next": page.next}


def _bodies(lines: Any) -> list[dict[str, Any]]:
    numbers = present_numbers(session(), [line.person.id for line in lines if line.person])
    return [_body(line, numbers) for line in lines]


def _body(line: OverrideLine, numbers: dict[int, str]) -> dict[str, Any]:
    who, unit = line.person, line.unit
    return {
        "number": mask(numbers.get(who.id, "")) if who else None,
        "name": full_name(who.name, who.title_before, who.title_after) if who else unit.name if unit else "",
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "attempts": line.wanted.attempts,
        "time_limit": line.wanted.time_limit,
        "opens_at": moment(line.wanted.opens_at),
        "closes_at": moment(line.wanted.closes_at),
        "reason": line.reason,
        "set_at": moment(line.set_at),
    }  # fmt: skip


@operation(
    "PUT", f"{PLACE}/overrides/people/<number>", tag="overrides", errors=(403, 404),
    body=schemas.OverrideIn, replies={200: schemas.OverrideOut},
)  # fmt: skip
def set_person_override(body: schemas.OverrideIn, course: str, quiz: str, number: str) -> Result:
    """Set other terms of a quiz for a person, in the place of those set before."""
    return _set(body, course, quiz, _person_target(course, quiz, number))


@operation(
    "PUT", f"{PLACE}/overrides/units/<unit>", tag="overrides", errors=(403, 404),
    body=schemas.OverrideIn, replies={200: schemas.OverrideOut},
)  # fmt: skip
def set_unit_override(body: schemas.OverrideIn, course: str, quiz: str, unit: str) -> Result:
    """Set other terms of a quiz for a unit and all below it, in the place of those set before."""
    return _set(body, course, quiz, _unit_target(course, quiz, unit))


@operation(
    "DELETE", f"{PLACE}/overrides/people/<number>", tag="overrides", errors=(403, 404),
    replies={200: schemas.RemovedOut},
)  # fmt: skip
def remove_person_override(course: str, quiz: str, number: str) -> Result:
    """Take away the other terms that are set for a person."""
    target = _person_target(course, quiz, number)
    remove_override(session(), course, quiz, target, act(""))
    return {"removed": True}


@operation(
    "DELETE", f"{PLACE}/overrides/units/<unit>", tag="overrides", errors=(403, 404),
    replies={200: schemas.RemovedOut},
)  # fmt: skip
def remove_unit_override(course: str, quiz: str, unit: str) -> Result:
    """Take away the other terms that are set for a unit."""
    target = _unit_target(course, quiz, unit)
    remove_override(session(), course, quiz, target, act(""))
    return {"removed": True}


def _person_target(course: str, quiz: str, number: str) -> Target:
    scope = reached(course)
    quiz_of(current_version(course), quiz)
    found = find_by_number(session(), number) if digits_of(number) else None
    home = session().get(Unit, found.unit_id) if found and found.unit_id else None
    if found is None or not scope.reaches(home.path if home else None):
        raise NotFound(Message("There is nobody with this number in your units."))
    return Target(person=found)


def _unit_target(course: str, quiz: str, code: str) -> Target:
    scope = reached(course)
    quiz_of(current_version(course), quiz)
    return Target(unit=unit_within(scope, code))


def _set(body: schemas.OverrideIn, course: str, quiz: str, target: Target) -> Result:
    zone = _zone(target)
    wanted = Wanted(
        body.attempts, body.time_limit, _moment(body.opens_at, "00:00", zone),
        _moment(body.closes_at, "23:59", zone),
    )  # fmt: skip
    set_override(session(), course, quiz, target, wanted, act(body.reason))
    who = target.person
    line = OverrideLine(
        who, target.unit or _home(who), wanted, body.reason.strip(), person().id, now()
    )
    return _bodies([line])[0]


def _home(who: Person | None) -> Unit | None:
    return session().get(Unit, who.unit_id) if who and who.unit_id else None


def _zone(target: Target) -> ZoneInfo:
    unit = target.unit or _home(target.person)
    return ZoneInfo((unit.time_zone if unit else None) or state().settings.timezone)


def _moment(text: str | None, clock: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        exact = None
    if exact is not None and exact.tzinfo is not None and 2000 <= exact.year < 2200:
        return exact
    try:
        return written_moment(text, clock, zone)
    except BadCell as error:
        raise Invalid(error.message) from None


@operation(
    "POST", f"{PLACE}/overrides/imports", tag="overrides", errors=(403, 404),
    query=schemas.SheetQuery, upload=True,
    replies={201: schemas.SheetOut, 200: schemas.SheetOut},
)  # fmt: skip
def import_overrides(query: schemas.SheetQuery, upload: Upload, course: str, quiz: str) -> Result:
    """Set other terms from CSV or XLSX, all or nothing (201); with `dry_run` only say what would happen (200)."""
    reached(course)
    quiz_of(current_version(course), quiz)
    table, by = read_table(upload.content, upload.name), act("")
    if not query.dry_run:
        queue_sheets(session())
    plan = plan_sheet(session(), course, quiz, table, by)
    refuse(plan.errors, nothing_imported(plan.errors))
    if not query.dry_run:
        apply_sheet(session(), course, quiz, plan, by)
    body = {
        "dry_run": query.dry_run,
        "set": len(plan.rows),
        "unchanged": plan.unchanged,
        "warnings": said_rows(plan.remarks),
    }
    return body, 200 if query.dry_run else 201
