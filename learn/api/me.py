"""Who calls, and records: one's own, and those of people within reach."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from learn.api.operations import Result, operation
from learn.api.schemas import record as schemas
from learn.api.texts import moment
from learn.competencies.queries import Held, Standing
from learn.errors import Invalid, Message, NotFound
from learn.hours.accounts import YearAccount
from learn.people.access import Action
from learn.people.directory import digits_of, find_by_number, get_person, number_of
from learn.people.models import Person
from learn.people.names import full_name
from learn.privacy import readings
from learn.progress.models import Completion
from learn.web.account.my_data import ZIP, own_copy
from learn.web.context import actor, here, now, person, reach, session
from learn.web.i18n import language, zone
from learn.web.noting import noted
from learn.web.record.own import record_of


@operation("GET", "/me", tag="me", replies={200: schemas.Me})
def me() -> Result:
    """Tell who calls and what they may do."""
    who, unit = person(), here().unit
    return {
        "number": number_of(session(), who.id),
        "name": full_name(who.name, who.title_before, who.title_after),
        "kind": who.kind,
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "post": who.post_title,
        "post_class": who.post_class,
        "grade": who.grade,
        "language": language(),
        "time_zone": zone().key,
        "roles": sorted(str(role) for role in actor().roles),
        "token_role": actor().token_role,
    }


@operation("GET", "/me/data", tag="me", replies={}, files=(ZIP,))
def my_data() -> Result:
    """Return a copy of everything that is kept about oneself: a ZIP of JSON and pages to read."""
    return own_copy()


@operation("GET", "/me/record", tag="me", replies={200: schemas.RecordOut})
def my_record() -> Result:
    """Return one's own competencies, hours and completions."""
    return record_body(person())


@operation(
    "GET", "/people/<number>/record", tag="people", errors=(403, 404, 422),
    replies={200: schemas.RecordOut},
)  # fmt: skip
def record_of_person(number: str) -> Result:
    """Return the record of somebody within reach."""
    return record_body(noted(person_within(number, Action.READ_RECORDS), readings.RECORD))


def person_within(number: str, action: Action) -> Person:
    """Return who holds or held this number; outside the caller's reach it is as if there were nobody.

    Raises
    ------
    Forbidden, Invalid, NotFound
        The action is not the caller's at all; the text is no number; nobody within reach has it.
    """
    within = reach(action)
    if digits_of(number) is None:
        raise Invalid(Message("An employee number has 18 digits."))
    found = find_by_number(session(), number)
    if found is None:
        raise NotFound(Message("There is no such person, or they are not in your units."))
    return get_person(session(), found.id, within)


def record_body(who: Person) -> dict[str, Any]:
    """Return the record of a person as the API tells it."""
    record = record_of(who)
    return {
        "name": record.name,
        "competencies": [competency_body(standing) for standing in record.standings],
        "hours": [_hours(account) for account in record.accounts],
        "completions": [completion_body(each) for each in record.completions],
    }


def _hours(account: YearAccount) -> dict[str, Any]:
    span = account.span if account.contract else None
    return {
        "year": account.year, "earned": account.earned, "target": account.target,
        "at_most": account.status.obligation.rule == "at_most",
        "starts_on": span.starts_on.isoformat() if span else None,
        "ends_on": span.ends_on.isoformat() if span else None,
    }  # fmt: skip


def competency_body(standing: Standing) -> dict[str, Any]:
    """Return the levels of one competency with the evidence behind them."""
    level = standing.level
    return {
        "code": standing.competency.code,
        "name": standing.competency.name(language()),
        "learned_level": standing.learned_level,
        "assessed_level": standing.assessed_level,
        "required_level": standing.required_level,
        "gap": standing.gap,
        "assessed_gap": standing.assessed_gap,
        "learned_until": _day(standing.learned_until if standing.learned_level else None),
        "assessed_state": standing.assessed_state,
        "assessed_on": _day(level.assessed_on if level else None),
        "assessed_until": _day(standing.assessed_until),
        "evidence": [evidence_body(held) for held in standing.held],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def evidence_body(held: Held) -> dict[str, Any]:
    """Return a piece of evidence as the API tells it."""
    row, fault = held.row, held.fault
    return {
        "source": row.source,
        "ref": row.ref,
        "framework": row.framework,
        "observed_on": _day(row.observed_on),
        "suspended_from": _day(row.suspended_from),
        "suspended_until": _day(row.suspended_until),
        "course": row.course,
        "cycle": row.cycle,
        "version": row.version_id,
        "level": row.level,
        "recorded_at": moment(row.recorded_at),
        "valid_until": moment(row.valid_until),
        "counts": fault is None,
        "reason": fault,
    }


def completion_body(row: Completion) -> dict[str, Any]:
    """Return a completion as the API tells it."""
    return {
        "course": row.course,
        "title": row.title,
        "version": row.version_id,
        "cycle": row.cycle,
        "enrolled_at": moment(row.enrolled_at),
        "completed_at": moment(row.completed_at),
        "score": row.score,
        "hours": row.hours,
        "form": row.form,
        "certificate": row.certificate,
        "valid_until": moment(row.valid_until),
        "withdrawn_at": moment(row.withdrawn_at),
        "status": _status(row.withdrawn_at, row.valid_until),
    }


def _status(withdrawn_at: datetime | None, valid_until: datetime | None) -> str:
    if withdrawn_at is not None:
        return "withdrawn"
    return "expired" if valid_until is not None and valid_until < now() else "valid"
