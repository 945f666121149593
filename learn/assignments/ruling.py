"""Rules of assignment: made, changed, ended and resumed, each as an act of the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.assignments.models import AssignmentRule
from learn.assignments.rules import DUE_WORDS, MOST_DAYS, WITH_DAYS, Due, DueRule
from learn.errors import Conflict, Message, Mistakes, NotFound
from learn.ledger import audit
from learn.lifecycle import Stale
from learn.people.access import Scope
from learn.people.fitting import fitting
from learn.people.models import KINDS, Unit
from learn.people.posts import POST_CLASSES
from learn.people.scoping import units_in

RULE_MADE, RULE_CHANGED = "assignment_rule_made", "assignment_rule_changed"
RULE_ENDED, RULE_RESUMED = "assignment_rule_ended", "assignment_rule_resumed"
MOST_RULES = 500


class BadRule(Mistakes):
    """A rule says what cannot be; `mistakes` holds a message by field."""


class RuleMoved(Stale):
    """Somebody else has changed the rule meanwhile."""

    code = "rule-moved"
    words = Message("This rule has changed since you opened it. Look at it again, then decide.")


@dataclass(frozen=True)
class Wanted:
    """What a rule says; empty texts and None narrow nothing."""

    course: str
    starts_on: date
    unit_id: int | None = None
    post_title: str = ""
    post_class: str = ""
    kind: str = ""
    new_only: bool = False
    due: str = Due.AFTER_RULE
    due_on: date | None = None
    days: int | None = None
    required: bool = True
    soft: bool = True
    repeat: bool = True

    def due_rule(self) -> DueRule:
        """Return what it says of due dates."""
        return DueRule(self.due, self.starts_on, self.due_on, self.days or 0)


def wanted_of(rule: AssignmentRule) -> Wanted:
    """Return what a rule says."""
    return Wanted(**{name: getattr(rule, name) for name in Wanted.__dataclass_fields__})


def checked(wanted: Wanted, *, courses: Mapping[str, Any]) -> Wanted:
    """Return the rule without what its kind of due date does not use.

    Raises
    ------
    BadRule
        Something in it cannot be; every mistake by its field.
    """
    mistakes = {**_wrong_people(wanted), **_wrong_due(wanted)}
    if wanted.course not in courses:
        mistakes["course"] = Message("Choose a course that is published.")
    if mistakes:
        raise BadRule(mistakes)
    said = asdict(wanted) | {
        "due": str(wanted.due),
        "post_title": fitting(AssignmentRule.post_title, wanted.post_title),
        "due_on": wanted.due_on if wanted.due == Due.DATE else None,
        "days": wanted.days if wanted.due in WITH_DAYS else None,
    }
    return Wanted(**said)


def _wrong_people(wanted: Wanted) -> dict[str, Message]:
    mistakes: dict[str, Message] = {}
    if wanted.kind and wanted.kind not in KINDS:
        mistakes["kind"] = Message("Choose one of: %(choices)s.", choices=", ".join(KINDS))
    if wanted.post_class and wanted.post_class not in POST_CLASSES:
        mistakes["post_class"] = Message("Choose one of the classes of posts.")
    return mistakes


def _wrong_due(wanted: Wanted) -> dict[str, Message]:
    if wanted.due not in DUE_WORDS:
        return {"due": Message("Choose what the due date hangs on.")}
    if wanted.due == Due.DATE and wanted.due_on is None:
        return {"due_on": Message("Give the date by which the course is to be completed.")}
    if wanted.due == Due.DATE and wanted.due_on and wanted.due_on < wanted.starts_on:
        return {"due_on": Message("The due date lies before the day on which the rule begins.")}
    days = -1 if wanted.days is None else wanted.days
    if wanted.due in WITH_DAYS and not 0 <= days <= MOST_DAYS:
        return {"days": Message("Give a number of days from 0 to %(most)s.", most=MOST_DAYS)}
    return {}


def make_rule(
    session: Session, wanted: Wanted, *, actor_id: int | None, now: datetime
) -> AssignmentRule:
    """Make a rule of what `checked` returned; the regular work applies it.

    Raises
    ------
    Conflict
        There are too many rules.
    """
    current = select(func.count()).where(AssignmentRule.ended_at.is_(None))
    if (session.scalar(current) or 0) >= MOST_RULES:
        raise Conflict(
            Message("There are %(most)s rules already; end some first.", most=MOST_RULES)
        )
    rule = AssignmentRule(**asdict(wanted), made_by=actor_id, made_at=now, changed_at=now)
    session.add(rule)
    session.flush()
    audit(session, RULE_MADE, _said(rule), actor_id=actor_id, at=now)
    return rule


def change_rule(
    session: Session,
    rule: AssignmentRule,
    wanted: Wanted,
    *,
    based_on: datetime,
    actor_id: int | None,
    now: datetime,
) -> AssignmentRule:
    """Let a rule say something else; the regular work applies it to whom it reaches.

    Raises
    ------
    RuleMoved
        It was changed since `based_on`.
    """
    _lock(session, rule)
    if rule.changed_at != based_on:
        raise RuleMoved
    before = _said(rule)
    for name, value in asdict(wanted).items():
        setattr(rule, name, value)
    rule.changed_at, rule.swept_on = now, None
    session.flush()
    data = {**_said(rule), "before": before}
    audit(session, RULE_CHANGED, data, actor_id=actor_id, at=now)
    return rule


def end_rule(
    session: Session, rule: AssignmentRule, *, actor_id: int | None, now: datetime
) -> None:
    """End a rule: its open assignments end with it; what is completed stays.  A second time does nothing."""
    _lock(session, rule)
    if rule.ended_at is None:
        rule.ended_at, rule.changed_at, rule.swept_on = now, now, None
        session.flush()
        audit(session, RULE_ENDED, _named(rule), actor_id=actor_id, at=now)


def resume_rule(
    session: Session, rule: AssignmentRule, *, actor_id: int | None, now: datetime
) -> None:
    """Take the end of a rule back: it assigns again."""
    _lock(session, rule)
    if rule.ended_at is not None:
        rule.ended_at, rule.changed_at, rule.swept_on = None, now, None
        session.flush()
        audit(session, RULE_RESUMED, _named(rule), actor_id=actor_id, at=now)


def _lock(session: Session, rule: AssignmentRule) -> None:
    session.refresh(rule, with_for_update=True)


def _named(rule: AssignmentRule) -> dict[str, Any]:
    return {"rule": rule.id, "course": rule.course}


def _said(rule: AssignmentRule) -> dict[str, Any]:
    said = asdict(wanted_of(rule))
    return _named(rule) | {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
    }


def rule_of(session: Session, rule_id: int, scope: Scope) -> AssignmentRule:
    """Return a rule on a unit within `scope`; one on no unit takes a scope of everything.

    Raises
    ------
    NotFound
        There is none, or it is not theirs: which of both is not told.
    """
    rule = session.get(AssignmentRule, rule_id) if 0 < rule_id < 2**31 else None
    if rule is None or not _reached(session, rule, scope):
        raise NotFound(Message("There is no such rule, or it is not of your units."))
    return rule


def _reached(session: Session, rule: AssignmentRule, scope: Scope) -> bool:
    unit = session.get(Unit, rule.unit_id) if rule.unit_id is not None else None
    return scope.everything or (unit is not None and scope.reaches(unit.path))


def rules_within(
    session: Session, scope: Scope, *, ended: bool = False
) -> list[tuple[AssignmentRule, Unit | None]]:
    """Return the rules on units within `scope`, by course; there are never more than some hundred."""
    query = (
        select(AssignmentRule, Unit)
        .outerjoin(Unit, Unit.id == AssignmentRule.unit_id)
        .where(AssignmentRule.ended_at.is_not(None) if ended else AssignmentRule.ended_at.is_(None))
        .order_by(AssignmentRule.course, AssignmentRule.id.desc())
        .limit(MOST_RULES)
    )
    if not scope.everything:
        query = query.where(units_in(scope))
    return [(row.AssignmentRule, row.Unit) for row in session.execute(query)]


def current_rules(session: Session, today: date) -> list[AssignmentRule]:
    """Return the rules that hold now."""
    return list(session.scalars(
        select(AssignmentRule)
        .where(AssignmentRule.ended_at.is_(None), AssignmentRule.starts_on <= today)
        .order_by(AssignmentRule.id)
    ))  # fmt: skip
