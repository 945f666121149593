"""HR: who is behind, the list of people, and the record of one of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from learn.competencies.framework import load_framework
from learn.errors import LearnError, Message, NotFound
from learn.exports import overview
from learn.exports.queries import CompletionQuery
from learn.hours.forms import load_forms
from learn.ledger.reading import entries_of
from learn.people.access import Action, Scope
from learn.people.directory import get_person, list_people, person_card
from learn.people.listing import names_of
from learn.people.models import Person, Unit
from learn.privacy import readings
from learn.progress import services
from learn.progress.models import Completion
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, need, now, reach, session
from learn.web.i18n import _, local, say, zone
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.noting import noted
from learn.web.record import competency_page, record_of
from learn.web.render import render
from learn.web.verification import waiting_claims

LAPSE_DAYS = 90
PAGE = 50


def subnav(current: str, unit: str = "") -> list[tuple[str, str, bool]]:
    """Return the pages of HR, with the unit kept."""
    places = (
        ("hr", _("Overview")), ("hr_people", _("People")), ("hr_matrix", _("Progress by course")),
        ("hr_completions", _("Completed courses")), ("hr_export", _("Export")),
        ("hr_siasn", _("SIASN")),
    )  # fmt: skip
    return [(label, address(key, unit=unit), key == current) for key, label in places]


def the_year() -> overview.Year:
    """Return this year by the reader's clock."""
    return overview.Year.of(now(), zone().key)


@pages.get("/hr/")
def hr() -> ResponseReturnValue:
    """Say who is behind: the figures, then the same by unit."""
    scope = reach(Action.EXPORT)
    units = unit_filter(scope)
    year = the_year()
    path = units.chosen.path if units.chosen else None
    counts = overview.unit_counts(session(), scope, year, path=path)
    month = local(now()).date().replace(day=1)
    in_month = _completions(scope, units.code, since=month)
    lapsing = _completions(scope, units.code, lapsing=LAPSE_DAYS)
    return render(
        "learn/hr/overview.html",
        units=units,
        year=year,
        total=overview.total(counts.values()),
        lines=overview.unit_lines(units.units, counts, units.chosen or _top(units.units)),
        month=month,
        in_month=in_month.count(session()),
        lapsing=lapsing.count(session()),
        to_verify=waiting_claims(units.chosen) if may(Action.VERIFY_RECORDS) else None,
        lapse_days=LAPSE_DAYS,
        today=now(),
        above=_above(units.units, units.chosen),
        may_import=may(Action.IMPORT_PEOPLE),
        places=subnav("hr", units.code),
        address=address,
    )


def _completions(scope: Scope, unit: str, **narrowed: Any) -> CompletionQuery:
    return CompletionQuery(
        scope=scope, timezone=zone().key, now=now(), unit=unit or None, **narrowed
    )


def _top(units: list[Unit]) -> Unit | None:
    """Return the unit above all others, when there is one."""
    known = {unit.id for unit in units}
    highest = [unit for unit in units if unit.parent_id not in known]
    return highest[0] if len(highest) == 1 else None


def _above(units: list[Unit], chosen: Unit | None) -> list[Unit]:
    """Return the units above the chosen one, from the top."""
    if chosen is None:
        return []
    return [unit for unit in units if chosen.path.startswith(unit.path) and unit.id != chosen.id]


@pages.get("/hr/people/")
def hr_people() -> ResponseReturnValue:
    """List people with the JP of the year and their last completion."""
    scope, asked, year = reach(Action.EXPORT), arguments(), the_year()
    units = unit_filter(scope)
    state = asked.get("state", "") if asked.get("state") in {"short", "idle"} else ""
    text = asked.get("q", "")
    found = list_people(
        session(), scope, unit=units.chosen, text=text, after=asked.get("after"), limit=PAGE,
        whole_numbers=True, also=_condition(state, year),
    )  # fmt: skip
    ids = [line.person.id for line in found.items]
    kept = {"unit": units.code, "q": text, "state": state}
    return render(
        "learn/hr/people.html",
        units=units,
        lines=found.items,
        hours=overview.hours_of(session(), ids, year.number),
        last=overview.last_completions(session(), ids),
        year=year,
        text=text,
        state=state,
        turn=pages_of("hr_people", found.next, **kept),
        filtered=any(kept.values()),
        today=now(),
        forms=load_forms(),
        places=subnav("hr_people", units.code),
        address=address,
    )


def _condition(state: str, year: overview.Year) -> ColumnElement[bool] | None:
    conditions = {"short": overview.short_of_hours, "idle": overview.idle}
    return conditions[state](year) if state else None


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
