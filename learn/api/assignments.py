"""Assignments: one's own, those of people within reach, and the rules that make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from learn.api.me import person_within
from learn.api.operations import Result, operation
from learn.api.people import sees_whole_numbers
from learn.api.problems import Findings
from learn.api.schemas import assignments as schemas
from learn.api.texts import moment
from learn.assignments import services
from learn.assignments.models import OPEN, Assignment, AssignmentRule
from learn.assignments.queries import DueLine, all_of, list_due
from learn.assignments.reach import ASSIGNED, EXEMPT, HOLDS, NOW, preview
from learn.assignments.regular import ask_for_sweep
from learn.assignments.rules import days_left
from learn.assignments.ruling import (
    BadRule,
    RuleMoved,
    Wanted,
    change_rule,
    checked,
    end_rule,
    make_rule,
    resume_rule,
    rule_of,
    rules_within,
)
from learn.errors import Forbidden, Message
from learn.people.access import Action, Scope, demand, refusal
from learn.people.dates import local_date, parse_date
from learn.people.directory import present_numbers
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.numbers import mask
from learn.web.context import actor, now, person, reach, session
from learn.web.courses.reading import current_version
from learn.web.i18n import language, zone
from learn.web.narrowing import unit_filter
from learn.web.state import state

THEIRS = "/people/<number>/assignments"
RULE = "/assignment-rules/<int:rule>"
Told = dict[str, Any]


@operation("GET", "/me/assignments", tag="assignments", replies={200: schemas.AssignmentList})
def my_assignments() -> Result:
    """List what one has to complete and had to, the newest first."""
    return {"items": _bodies(all_of(session(), person().id), zone().key)}


@operation(
    "POST", "/me/assignments/<course>/more-time", tag="assignments", body=schemas.TimeIn,
    errors=(403, 404), replies={200: schemas.AssignmentOut},
)  # fmt: skip
def ask_more_time(body: schemas.TimeIn, course: str) -> Result:
    """Ask for a later due date; the supervisor or HR decides it."""
    row = services.ask_for_time(
        session(), person().id, course, until=_day(body.until, "until"), reason=body.reason, now=now(),
        timezone=state().settings.timezone,
    )  # fmt: skip
    return _bodies([row], zone().key)[0]


@operation(
    "GET", THEIRS, tag="assignments", errors=(403, 404, 422),
    replies={200: schemas.AssignmentList},
)  # fmt: skip
def assignments_of_person(number: str) -> Result:
    """List what somebody within reach has to complete and had to."""
    who, where = _person(number)
    return {"items": _bodies(all_of(session(), who.id), where)}


@operation(
    "POST", THEIRS, tag="assignments", body=schemas.AssignmentIn, errors=(403, 404, 409),
    replies={201: schemas.AssignmentOut},
)  # fmt: skip
def assign_course(body: schemas.AssignmentIn, number: str) -> Result:
    """Assign a course to somebody (201); one that is assigned already stays as it is."""
    who, where = _person(number)
    terms = services.Terms(body.mandatory, body.may_ask, body.repeat)
    row = services.assign(
        session(), who.id, current_version(body.course).course, due_at=_day(body.due_on, "due_on") if body.due_on else None,
        actor_id=actor().person_id, now=now(), terms=terms, timezone=state().settings.timezone,
    )  # fmt: skip
    return _bodies([row], where)[0], 201


@operation(
    "PUT", f"{THEIRS}/<course>/due", tag="assignments", body=schemas.DueIn, errors=(403, 404),
    replies={200: schemas.AssignmentOut},
)  # fmt: skip
def move_due(body: schemas.DueIn, number: str, course: str) -> Result:
    """Move the due date of somebody's open assignment; a question for more time is decided with it."""
    who, where = _person(number)
    row = services.change_due(
        session(), who.id, course, due_on=_day(body.due_on, "due_on"), reason=body.reason,
        actor_id=actor().person_id, now=now(), timezone=state().settings.timezone,
    )  # fmt: skip
    return _bodies([row], where)[0]


@operation(
    "POST", f"{THEIRS}/<course>/refusal", tag="assignments", body=schemas.EndIn,
    errors=(403, 404, 409), replies={200: schemas.AssignmentOut},
)  # fmt: skip
def refuse_more_time(body: schemas.EndIn, number: str, course: str) -> Result:
    """Refuse the later due date that somebody asked for."""
    who, where = _person(number)
    row = services.refuse_time(
        session(), who.id, course, reason=body.reason, actor_id=actor().person_id, now=now()
    )
    return _bodies([row], where)[0]


@operation(
    "POST", f"{THEIRS}/<course>/end", tag="assignments", body=schemas.EndIn, errors=(403, 404),
    replies={200: schemas.AssignmentOut},
)  # fmt: skip
def end_assignment(body: schemas.EndIn, number: str, course: str) -> Result:
    """End somebody's open assignment; what they have done stays."""
    who, where = _person(number)
    row = services.unassign(
        session(), who.id, course, actor_id=actor().person_id, now=now(), reason=body.reason
    )
    return _bodies([row], where)[0]


@operation(
    "GET", "/assignments", tag="assignments", query=schemas.DueQuery, errors=(403, 404),
    replies={200: schemas.DueList},
)  # fmt: skip
def due_assignments(query: schemas.DueQuery) -> Result:
    """List open assignments with a due date of people within reach, the first due first."""
    scope = reach(Action.ASSIGN)
    unit = unit_filter(scope, query.unit or "").chosen
    found = list_due(
        session(), scope, now=now(), within=query.within, path=unit.path if unit else None,
        course=query.course, after=query.cursor, limit=query.limit,
    )  # fmt: skip
    numbers = present_numbers(session(), [line.person.id for line in found.items])
    if not sees_whole_numbers(scope):
        numbers = {each: mask(number) for each, number in numbers.items()}
    titles = _titles()
    return {
        "items": [_due(line, numbers, titles) for line in found.items],
        "next": found.next,
    }


def _due(line: DueLine, numbers: dict[int, str], titles: dict[str, str]) -> Told:
    who, unit = line.person, line.unit
    where = (unit.time_zone if unit else None) or state().settings.timezone
    return {
        **_body(line.assignment, titles, where),
        "number": numbers.get(who.id),
        "name": full_name(who.name, who.title_before, who.title_after),
        "unit": unit.code if unit else None,
    }


def _person(number: str) -> tuple[Person, str]:
    """Return the person of this number whom the caller may assign courses to, and their zone."""
    who = person_within(number, Action.ASSIGN)
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    demand(actor(), Action.ASSIGN, person_id=who.id, unit_path=unit.path if unit else None)
    return who, (unit.time_zone if unit else None) or state().settings.timezone


def _titles() -> dict[str, str]:
    return {
        version.course: version.title(language())
        for version in state().versions.current_all(session())
    }


def _bodies(rows: list[Assignment], where: str) -> list[Told]:
    titles = _titles()
    return [_body(row, titles, where) for row in rows]


def _body(row: Assignment, titles: dict[str, str], where: str) -> Told:
    left = days_left(row.due_on, local_date(now(), where)) if row.due_on else None
    still = row.state == OPEN
    return {
        "course": row.course, "title": titles.get(row.course, row.course), "cycle": row.cycle,
        "state": row.state, "mandatory": row.required, "due_on": _text(row.due_on),
        "days_left": left if still else None,
        "overdue": still and row.required and row.due_at is not None and row.due_at < now(),
        "may_ask": still and row.soft and row.due_on is not None,
        "asked_until": _text(row.asked_until), "repeat": row.repeat, "rule": row.rule_id,
        "assigned_at": moment(row.assigned_at),
    }  # fmt: skip


def _day(text: str, name: str) -> date:
    found = parse_date(text)
    if found is None:
        message = Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40])
        raise Findings(message, [{"field": name, "message": message}])
    return found


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@operation(
    "GET", "/assignment-rules", tag="assignments", errors=(403,), replies={200: schemas.RuleList}
)
def assignment_rules() -> Result:
    """List the rules on units within reach, those that hold now."""
    found = rules_within(session(), reach(Action.ASSIGN_BY_RULE))
    return {"items": [_rule(rule, unit) for rule, unit in found]}


@operation(
    "POST", "/assignment-rules/preview", tag="assignments", body=schemas.RuleIn, errors=(403, 404),
    replies={200: schemas.PreviewOut},
)  # fmt: skip
def preview_rule(body: schemas.RuleIn) -> Result:
    """Say what a rule would do now; nothing is changed."""
    wanted, _unit = _wanted(body)
    found = preview(session(), wanted, None, now=now())
    names = (NOW, ASSIGNED, HOLDS, EXEMPT)
    return {"people": found.people, **{name: found.counts.get(name, 0) for name in names}}


@operation(
    "POST", "/assignment-rules", tag="assignments", body=schemas.RuleIn, errors=(403, 404, 409),
    replies={201: schemas.AssignmentRuleOut},
)  # fmt: skip
def make_assignment_rule(body: schemas.RuleIn) -> Result:
    """Make a rule (201); it is applied in the background."""
    wanted, unit = _wanted(body)
    rule = make_rule(session(), wanted, actor_id=actor().person_id, now=now())
    _sweep(rule)
    return _rule(rule, unit), 201


@operation(
    "PUT", RULE, tag="assignments", body=schemas.RuleChangeIn, errors=(403, 404, 409),
    replies={200: schemas.AssignmentRuleOut},
)  # fmt: skip
def change_assignment_rule(body: schemas.RuleChangeIn, rule: int) -> Result:
    """Let a rule say something else; whom it reaches then follows in the background."""
    wanted, unit = _wanted(body)
    found = rule_of(session(), rule, reach(Action.ASSIGN_BY_RULE))
    try:
        based_on = datetime.fromisoformat(body.based_on)
    except ValueError:
        raise RuleMoved from None
    change_rule(session(), found, wanted, based_on=based_on, actor_id=actor().person_id, now=now())
    _sweep(found)
    return _rule(found, unit)


@operation(
    "POST",
    f"{RULE}/end",
    tag="assignments",
    errors=(403, 404),
    replies={200: schemas.AssignmentRuleOut},
)
def end_assignment_rule(rule: int) -> Result:
    """End a rule with its open assignments; what is completed stays."""
    return _act(rule, end_rule)


@operation(
    "POST",
    f"{RULE}/resume",
    tag="assignments",
    errors=(403, 404),
    replies={200: schemas.AssignmentRuleOut},
)
def resume_assignment_rule(rule: int) -> Result:
    """Let a rule that has ended assign again."""
    return _act(rule, resume_rule)


def _act(rule_id: int, act: Callable[..., None]) -> Told:
    rule = rule_of(session(), rule_id, reach(Action.ASSIGN_BY_RULE))
    act(session(), rule, actor_id=actor().person_id, now=now())
    _sweep(rule)
    return _rule(rule, session().get(Unit, rule.unit_id) if rule.unit_id is not None else None)


def _sweep(rule: AssignmentRule) -> None:
    ask_for_sweep(session(), rule, now=now(), timezone=state().settings.timezone)


def _wanted(body: schemas.RuleIn) -> tuple[Wanted, Unit | None]:
    scope: Scope = reach(Action.ASSIGN_BY_RULE)
    unit = unit_filter(scope, body.unit or "").chosen
    if unit is None and not scope.everything:
        raise Forbidden(refusal(Action.ASSIGN_BY_RULE))
    wanted = Wanted(
        course=body.course, starts_on=_day(body.starts_on, "starts_on"), unit_id=unit.id if unit else None,
        post_title=body.post_title, post_class=body.post_class, kind=body.kind,
        new_only=body.new_only, due=body.due, due_on=_day(body.due_on, "due_on") if body.due_on else None, days=body.days,
        required=body.mandatory, soft=body.may_ask, repeat=body.repeat,
    )  # fmt: skip
    try:
        return checked(wanted, courses=_titles()), unit
    except BadRule as error:
        raise Findings(
            Message("The rule says things that cannot be."),
            [{"field": name, "message": words} for name, words in error.mistakes.items()],
        ) from None


def _rule(rule: AssignmentRule, unit: Unit | None) -> Told:
    changed: datetime = rule.changed_at
    return {
        "rule": rule.id, "course": rule.course, "unit": unit.code if unit else None,
        "post_title": rule.post_title, "post_class": rule.post_class, "kind": rule.kind,
        "new_only": rule.new_only, "starts_on": rule.starts_on.isoformat(), "due": rule.due,
        "due_on": _text(rule.due_on), "days": rule.days, "mandatory": rule.required,
        "may_ask": rule.soft, "repeat": rule.repeat, "changed_at": changed.isoformat(),
        "ended_at": moment(rule.ended_at),
    }  # fmt: skip
