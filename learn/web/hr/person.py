"""HR: the record of one person, why a level, the ledger, and the withdrawal of a completion."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.errors import LearnError, Message, NotFound
from learn.ledger.reading import entries_of
from learn.people.access import Action
from learn.people.directory import get_person, person_card
from learn.people.listing import names_of
from learn.people.models import Person, Unit
from learn.privacy import readings
from learn.progress import services
from learn.progress.models import Completion
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.context import actor, may, need, now, reach, session
from learn.web.hr.overview import PAGE
from learn.web.i18n import _, say
from learn.web.levels.why import competency_page
from learn.web.noting import noted
from learn.web.record.own import record_of
from learn.web.render import render


@pages.get("/hr/people/<int:person_id>/")
def hr_person(person_id: int) -> ResponseReturnValue:
    """Show one person's record as they see it, who they are, and what may be done."""
    who = noted(get_person(session(), person_id, reach(Action.EXPORT)), readings.RECORD)
    target = _target(who)
    return render(
        "learn/hr/person.html",
        record=record_of(who),
        card=person_card(session(), who, whole_number=True),
        may_withdraw=may(Action.REVOKE, **target),
        may_assign=may(Action.ASSIGN, **target),
        may_read_ledger=may(Action.READ_LEDGER, **target),
        may_manage=may(Action.MANAGE_PEOPLE, **target),
        framework=load_framework(),
        moment=now(),
        today=now(),
    )


@pages.get("/hr/people/<int:person_id>/competencies/<code>/")
def hr_competency(person_id: int, code: str) -> ResponseReturnValue:
    """Say why somebody holds a level, as they are told themselves."""
    who = noted(get_person(session(), person_id, reach(Action.EXPORT)), readings.COMPETENCY)
    return competency_page(who, code, back=url_for("learn.hr_person", person_id=who.id))


def _target(who: Person) -> dict[str, Any]:
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    return {"person_id": who.id, "unit_path": unit.path if unit else None}


@pages.get("/hr/people/<int:person_id>/withdrawal/<course>/<int:cycle>/")
def hr_withdrawal(person_id: int, course: str, cycle: int) -> ResponseReturnValue:
    """Ask for the reason, and say what a withdrawal takes away."""
    who, completion = _withdrawable(person_id, course, cycle)
    return _withdrawal_page(who, completion)


@pages.post("/hr/people/<int:person_id>/withdrawal/<course>/<int:cycle>/")
def hr_withdraw(person_id: int, course: str, cycle: int) -> ResponseReturnValue:
    """Withdraw a completion; its hours, evidence and certificate stop counting."""
    who, completion = _withdrawable(person_id, course, cycle)
    reason = request.form.get("reason", "").replace("\x00", "").strip()
    if not reason:
        return _withdrawal_page(who, completion, _("Give a reason: it stands in the record.")), 422
    try:
        services.withdraw(
            session(), who.id, course, cycle, reason=reason[:2000], actor_id=actor().person_id,
            now=now(),
        )  # fmt: skip
    except LearnError as error:
        return _withdrawal_page(who, completion, say(error.message)), error.status
    session().commit()
    flash(_("The completion has been withdrawn."), "good")
    return redirect(url_for("learn.hr_person", person_id=person_id), 303)


def _withdrawable(person_id: int, course: str, cycle: int) -> tuple[Person, Completion]:
    who = get_person(session(), person_id, reach(Action.REVOKE))
    known = session().get(Completion, (who.id, course, cycle)) if cycle < 2**31 else None
    if known is None:
        raise NotFound(Message("There is no such completion."))
    return who, known


def _withdrawal_page(who: Person, completion: Completion, problem: str = "") -> str:
    return render(
        "learn/hr/withdrawal.html",
        who=who,
        completion=completion,
        problem=problem,
        reason=request.form.get("reason", ""),
    )


@pages.get("/hr/people/<int:person_id>/ledger/")
def hr_ledger(person_id: int) -> ResponseReturnValue:
    """Show the person's ledger in words, the newest entry first."""
    who = get_person(session(), person_id, reach(Action.READ_LEDGER))
    need(Action.READ_LEDGER, **_target(who))
    noted(who, readings.LEDGER)
    before = acts.before()
    lines = entries_of(session(), who.id, before=before, limit=PAGE)
    shown, more = lines[:PAGE], len(lines) > PAGE
    return render(
        "learn/hr/ledger.html",
        who=who,
        lines=[(line, acts.entry_words(line)) for line in shown],
        names=names_of(session(), sorted({line.actor_id for line in shown if line.actor_id})),
        first_url=url_for("learn.hr_ledger", person_id=who.id) if before else None,
        next_url=url_for("learn.hr_ledger", person_id=who.id, before=shown[-1].seq)
        if more
        else None,
    )
