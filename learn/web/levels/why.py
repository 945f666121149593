"""Why somebody holds a level, and what HR, assessors and supervisors may do with one piece of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.assessments.services import INSTRUMENTS, withdraw_assessment
from learn.competencies.evidence import services as evidence
from learn.competencies.evidence.why import SOURCE_NAMES, Why, gives, missing_words, why
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.queries import Standing, standings_of
from learn.errors import Forbidden, Invalid, LearnError, Message, NotFound
from learn.people.access import Action, can, refusal, scope
from learn.people.dates import parse_date
from learn.people.models import Person, Unit
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.context import actor, now, person, session
from learn.web.i18n import _, language, local, say
from learn.web.noting import noted
from learn.web.render import render
from learn.web.state import state

CHANGING = (Action.REVOKE, Action.ASSESS, Action.CONFIRM_LEVELS)


@dataclass(frozen=True)
class Target:
    """Somebody whose levels are looked at, with where they stand."""

    person: Person
    path: str | None

    def may(self, action: Action) -> bool:
        """Return whether the reader may do this to them."""
        return can(actor(), action, person_id=self.person.id, unit_path=self.path)

    def may_change(self, what: str, row: Any) -> bool:
        """Return whether the reader may suspend or withdraw this; of themselves nobody may."""
        if self.person.id == actor().person_id or row.withdrawn_at is not None:
            return False
        if what == "assessment":
            return self.may(Action.ASSESS) or self.may(Action.REVOKE)
        own = row.source == "confirmation" and row.actor_id == actor().person_id
        return self.may(Action.REVOKE) or (own and self.may(Action.CONFIRM_LEVELS))


def target_of(who: Person) -> Target:
    """Return somebody with the place of their unit."""
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    return Target(who, unit.path if unit else None)


def standing_in(who: Person, code: str) -> Standing:
    """Return how somebody stands in one competency today.

    Raises
    ------
    NotFound
        The framework in force has no such competency.
    """
    rows = standings_of(session(), who.id, on=local(now()).date())
    standing = next((row for row in rows if row.competency.code == code), None)
    if standing is None:
        raise NotFound(Message("There is no competency with the code %(code)s.", code=code[:60]))
    return standing


def competency_page(who: Person, code: str, *, back: str) -> ResponseReturnValue:
    """Return the reasons for a level of anybody: they themselves, HR and supervisors see the same."""
    standing = standing_in(who, code)
    target, versions = target_of(who), state().versions.current_all(session())
    titles = {version.course: version.title(language()) for version in versions}
    step = standing.explanation.next_step
    reaching = [
        version
        for version in versions
        if step and gives(load_framework(), version.outcomes, code, step.level)
    ]
    return render(
        "learn/record/competency.html",
        told=why(session(), who.id, standing), standing=standing, titles=titles, step=step,
        reaching=reaching, framework=load_framework(), back=back, who=who,
        whose=None if who.id == person().id else who.name, instruments=INSTRUMENTS,
        missing=[missing_words(name, titles) for name in step.missing] if step else [],
        may_change=target.may_change, may_confirm=target.may(Action.CONFIRM_LEVELS),
        may_assess=target.may(Action.ASSESS),
    )  # fmt: skip


def _target(person_id: int) -> Target:
    """Return somebody whose records the reader sees.

    Raises
    ------
    NotFound
        There is nobody, or nobody within reach: which of both is not told.
    """
    found = session().get(Person, person_id) if 0 < person_id < 2**63 else None
    target = target_of(found) if found is not None else None
    if target is None or not target.may(Action.READ_RECORDS):
        raise NotFound(Message("There is no such person, or they are not in your units."))
    return target


def _changeable(person_id: int, what: str, seq: int) -> tuple[Target, Any]:
    person()
    if all(scope(actor(), action).nothing for action in CHANGING):
        raise Forbidden(refusal(Action.REVOKE))
    target = _target(person_id)
    row = evidence.piece_with(session(), person_id, what, seq)
    if not target.may_change(what, row):
        if person_id == actor().person_id:
            raise Forbidden(Message("Nobody decides about their own levels; somebody else does."))
        if row.withdrawn_at is None:
            raise Forbidden(refusal(Action.REVOKE))
    return target, row


@pages.get("/levels/<int:person_id>/<what>/<int:seq>/")
def level_piece(person_id: int, what: str, seq: int) -> ResponseReturnValue:
    """Show one piece of evidence or one assessment, with what may be done."""
    target, row = _changeable(person_id, what, seq)
    noted(target.person, readings.COMPETENCY)
    return _piece_page(target, what, row)


def _piece_page(target: Target, what: str, row: Any, problem: str = "") -> str:
    code = next(iter(load_framework().counts_as(row.competency, row.level)), row.competency)
    told: Why = why(session(), target.person.id, standing_in(target.person, code))
    rows = told.pieces if what == "evidence" else told.assessments
    return render(
        "learn/record/piece.html",
        target=target, what=what, row=row, problem=problem, typed=request.form,
        told=next((each for each in rows if _seq(each) == row.seq), None),
        competency=told.standing.competency, today=local(now()).date(), sources=SOURCE_NAMES,
        instruments=INSTRUMENTS, is_suspended=_is_suspended(row),
        may_change=target.may_change(what, row), back=_back(target, code),
    )  # fmt: skip


def _seq(told: Any) -> int:
    return int(told.held.row.seq if hasattr(told, "held") else told.row.seq)


def _is_suspended(row: Any) -> bool:
    today = local(now()).date()
    return row.suspended_from is not None and (
        row.suspended_until is None or row.suspended_until >= today
    )


def _back(target: Target, code: str) -> str:
    """Return the address of the reasons for the level, where the reader sees them."""
    if target.may(Action.EXPORT):
        return url_for("learn.hr_competency", person_id=target.person.id, code=code)
    return url_for("learn.team_competency", person_id=target.person.id, code=code)


@pages.post("/levels/<int:person_id>/<what>/<int:seq>/")
def level_act(person_id: int, what: str, seq: int) -> ResponseReturnValue:
    """Suspend, let count again, or withdraw one piece of evidence or one assessment."""
    target, row = _changeable(person_id, what, seq)
    try:
        told = act_on_piece(target, what, row, request.form)
    except LearnError as error:
        return _piece_page(target, what, row, say(error.message)), error.status
    session().commit()
    flash(told, "good")
    return redirect(_back(target, row.competency), 303)


def act_on_piece(target: Target, what: str, row: Any, said: Any) -> str:
    """Do what a form or a program says with a piece, and return what to tell.

    Raises
    ------
    Invalid, Forbidden, Conflict
        The act is none; it may not or cannot be done now.
    """
    act, reason = said.get("act", ""), said.get("reason", "") or ""
    who: dict[str, Any] = {"actor_id": actor().person_id, "now": now()}
    place, today = (session(), target.person.id), local(now()).date()
    kind: evidence.What = "assessment" if what == "assessment" else "evidence"
    if act == "suspend":
        evidence.suspend(
            *place, kind, row.seq, begins=_day(said, "begins") or today, ends=_day(said, "ends"),
            reason=reason, today=today, **who,
        )  # fmt: skip
        return _("Suspended. It does not count in these days; the person sees the reason.")
    if act == "resume":
        evidence.resume(*place, kind, row.seq, today=today, **who)
        return _("The suspension has ended. It counts again.")
    if act == "withdraw" and what == "assessment":
        withdraw_assessment(*place, row.seq, reason=reason, **who)
    elif act == "withdraw":
        evidence.withdraw_evidence(*place, row.seq, reason=reason, **who)
    else:
        raise Invalid(Message("Choose what is to be done."))
    return _("Withdrawn. It stays readable with its reason.")


def _day(said: Any, name: str) -> date | None:
    text = str(said.get(name) or "").strip()
    found = parse_date(text) if text else None
    if text and found is None:
        raise Invalid(Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40]))
    return found
