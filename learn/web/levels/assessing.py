"""Assessing: the people within an assessor's reach, a whole profile in one form; and what supervisors confirm."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from learn.competencies.assessments.services import (
    assess,
    assessment_of,
    default_validity,
    years_of_validity,
)
from learn.competencies.evidence.services import confirm_behaviour
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import CompetencyLevel
from learn.competencies.prior.queries import count_requests
from learn.competencies.queries import standings_of
from learn.errors import Forbidden, LearnError, Message, NotFound
from learn.ledger.reading import details_of
from learn.people.access import Action, Scope, scope
from learn.people.directory import get_person, list_people
from learn.people.models import Person
from learn.people.names import full_name
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.claims.own import stored_document
from learn.web.context import actor, arguments, now, person, reach, session
from learn.web.i18n import _, local
from learn.web.levels.assessing_forms import (
    AssessForm,
    ConfirmForm,
    read_found,
    read_report,
    show_mistakes,
    typed_levels,
)
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.noting import noted
from learn.web.render import render

PAGE = 50


def subnav(current: str) -> list[tuple[str, str, bool]]:
    """Return the pages of assessing that the reader may open."""
    places = [("assess_prior", _("Prior learning"))]
    if not scope(actor(), Action.ASSESS).nothing:
        places.insert(0, ("assess_people", _("People")))
    return [(label, url_for(f"learn.{key}"), key == current) for key, label in places]


@pages.get("/assess/")
def assess_people() -> ResponseReturnValue:
    """List the people whom one may assess, with the day of their last assessment."""
    person()
    if scope(actor(), Action.ASSESS).nothing and not scope(actor(), Action.REVIEW_PRIOR).nothing:
        return redirect(url_for("learn.assess_prior"))
    within, asked = reach(Action.ASSESS), arguments()
    units = unit_filter(within)
    found = list_people(
        session(), within, unit=units.chosen, text=asked.get("q", ""), after=asked.get("after"),
        limit=PAGE, also=Person.id != actor().person_id,
    )  # fmt: skip
    return render(
        "learn/assess/people.html",
        units=units,
        lines=found.items,
        last=_last_assessed([line.person.id for line in found.items]),
        text=asked.get("q", ""),
        turn=pages_of("assess_people", found.next, unit=units.code, q=asked.get("q", "")),
        filtered=bool(units.code or asked.get("q")),
        waiting=_waiting(),
        places=subnav("assess_people"),
        today=now(),
        address=address,
    )


def _last_assessed(ids: Sequence[int]) -> dict[int, tuple[date | None, int]]:
    """Return the day of the newest assessment and how many competencies have a level, by person."""
    level = CompetencyLevel
    rows = session().execute(
        select(level.person_id, func.max(level.assessed_on), func.count(level.assessed_level))
        .where(level.person_id.in_(ids), level.assessed_level.is_not(None))
        .group_by(level.person_id)
    )
    return {person_id: (day, count) for person_id, day, count in rows}


def _waiting() -> int:
    within = scope(actor(), Action.REVIEW_PRIOR)
    return 0 if within.nothing else count_requests(session(), within, actor_id=actor().person_id)


def _to_assess(person_id: int) -> Person:
    within: Scope = reach(Action.ASSESS)
    who = get_person(session(), person_id, within)
    if who.id == actor().person_id:
        raise Forbidden(Message("Nobody assesses themselves; somebody else does."))
    return who


@pages.get("/assess/<int:person_id>/")
def assess_person(person_id: int) -> ResponseReturnValue:
    """Ask for the levels of a whole profile, with what is known already beside."""
    who = noted(_to_assess(person_id), readings.COMPETENCY)
    today = local(now()).date()
    until = default_validity(today)
    form = AssessForm(None, assessed_on=today, valid_until=until, key=secrets.token_hex(16))
    return _form_page(who, form)


def _form_page(who: Person, form: AssessForm) -> str:
    return render(
        "learn/assess/person.html",
        who=who,
        name=full_name(who.name, who.title_before, who.title_after),
        form=form,
        typed=typed_levels(request.form),
        standings=standings_of(session(), who.id, on=local(now()).date()),
        framework=load_framework(),
        years=years_of_validity(),
        places=subnav("assess_people"),
    )


@pages.post("/assess/<int:person_id>/")
def assess_record(person_id: int) -> ResponseReturnValue:
    """Record the levels that were found; sending it twice records them once."""
    who = _to_assess(person_id)
    form = AssessForm(request.form)
    found, report = read_found(form), read_report(form)
    if found is None or form.document.errors:
        return _form_page(who, form), 422
    try:
        rows = assess(
            session(), who.id, found, actor_id=actor().person_id, today=local(now()).date(),
            now=now(), document=report,
        )  # fmt: skip
    except LearnError as error:
        show_mistakes(form, error)
        return _form_page(who, form), error.status
    session().commit()
    flash(_("%(count)s levels of %(name)s recorded.", count=len(rows), name=who.name), "good")
    return redirect(url_for("learn.assess_people"), 303)


@pages.get("/levels/<int:person_id>/assessment/<int:seq>/document")
def assessment_document(person_id: int, seq: int) -> ResponseReturnValue:
    """Send the report of an assessment to the person and to who reads their record."""
    who = get_person(session(), person_id, reach(Action.READ_RECORDS))
    row = assessment_of(session(), who.id, seq)
    if row.document is None or row.media_type is None:
        raise NotFound(Message("There is no such file."))
    noted(who, readings.COMPETENCY)
    texts = details_of(session(), [(who.id, seq)]).get((who.id, seq), {})
    return stored_document(row.document, row.media_type, texts.get("document") or str(seq))


def _to_confirm(person_id: int) -> Person:
    who = get_person(session(), person_id, reach(Action.CONFIRM_LEVELS))
    if who.id == actor().person_id:
        raise Forbidden(Message("Nobody confirms their own behaviour; the supervisor does."))
    return who


@pages.get("/team/<int:person_id>/confirmation/")
def team_confirm(person_id: int) -> ResponseReturnValue:
    """Ask a supervisor what they saw, with what each level means."""
    who = noted(_to_confirm(person_id), readings.COMPETENCY)
    form = ConfirmForm(
        None, key=secrets.token_hex(16), observed_on=local(now()).date(),
        competency=arguments().get("code", ""),
    )  # fmt: skip
    return _confirm_page(who, form)


def _confirm_page(who: Person, form: ConfirmForm) -> str:
    return render(
        "learn/assess/confirm.html",
        who=who,
        name=full_name(who.name, who.title_before, who.title_after),
        form=form,
        framework=load_framework(),
    )


@pages.post("/team/<int:person_id>/confirmation/")
def team_confirmed(person_id: int) -> ResponseReturnValue:
    """Record what a supervisor saw as evidence."""
    who = _to_confirm(person_id)
    form = ConfirmForm(request.form)
    if not form.validate():
        return _confirm_page(who, form), 422
    try:
        assert form.observed_on.data is not None
        confirm_behaviour(
            session(), who.id, competency=str(form.competency.data), level=int(form.level.data or 0),
            observed_on=form.observed_on.data, note=form.note.data or "",
            key=(form.key.data or "")[:32] or secrets.token_hex(16), actor_id=actor().person_id,
            today=local(now()).date(), now=now(), valid_until=form.valid_until.data,
        )  # fmt: skip
    except LearnError as error:
        form.take(error)
        return _confirm_page(who, form), error.status
    session().commit()
    flash(_("Confirmed. It stands among the evidence of %(name)s.", name=who.name), "good")
    url = url_for("learn.team_competency", person_id=who.id, code=form.competency.data)
    return redirect(url, 303)
