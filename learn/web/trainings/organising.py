"""Organising trainings: plan, change, publish, cancel, close; and who is on the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from learn.errors import LearnError, Message, NotFound
from learn.hours.forms import load_forms
from learn.jobs.services import enqueue
from learn.people.access import Action, Scope, scope
from learn.people.directory import find_by_number
from learn.people.models import Person, Unit
from learn.people.units import unit_tree
from learn.trainings import closing, planning, seats
from learn.trainings.jobs import AT_ONCE, CLOSE
from learn.trainings.models import Training
from learn.trainings.queries import count_present, held_by, participants
from learn.trainings.rules import STATE_NAMES, CannotHold, Place, Plan, Sitting, State, full_jp
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, need, now, person, session
from learn.web.i18n import _, language, say
from learn.web.narrowing import MOST_CHOICES, pages_of, unit_options, units_reached
from learn.web.render import render
from learn.web.state import state
from learn.web.trainings.forms import TrainingForm, add_rows, filled, read_plan, show_mistakes
from learn.web.trainings.taking_part import current_of, place_tag, state_tag
from learn.web.trainings.times import moment_words, span, when

PAGE = 25
PEOPLE = 100


def office() -> Scope:
    """Return the units and courses whose trainings somebody organises or records.

    Raises
    ------
    Forbidden
        There are none.
    """
    person()
    manages, records = (
        scope(actor(), each) for each in (Action.MANAGE_TRAININGS, Action.RECORD_ATTENDANCE)
    )
    if manages.nothing and records.nothing:
        need(Action.MANAGE_TRAININGS)
    return replace(
        records,
        everything=manages.everything or records.everything,
        unit_paths=tuple({*manages.unit_paths, *records.unit_paths}),
    )


def held_training(training_id: int, action: Action = Action.MANAGE_TRAININGS) -> Training:
    """Return a training of a unit (or course) that `action` reaches.

    Raises
    ------
    NotFound, Forbidden
        There is none; it is of another unit.
    """
    found = planning.training_of(session(), training_id)
    unit = session().get_one(Unit, found.unit_id)
    if action == Action.RECORD_ATTENDANCE and may(Action.MANAGE_TRAININGS, unit_path=unit.path):
        return found
    course = found.course if action == Action.RECORD_ATTENDANCE else None
    need(action, unit_path=unit.path, course=course)
    return found


@pages.get("/trainings/manage/")
def organise() -> ResponseReturnValue:
    """List the trainings that one's units hold."""
    reached, given = office(), arguments()
    chosen = given.get("state", "")
    chosen = chosen if chosen in STATE_NAMES else ""
    found = held_by(session(), reached, state=chosen, text=given.get("q", ""),
                    after=given.get("after"), limit=PAGE)  # fmt: skip
    return render(
        "learn/trainings/manage.html",
        lines=found.items,
        turn=pages_of("organise", found.next, q=given.get("q", ""), state=chosen),
        text=given.get("q", ""),
        chosen=chosen,
        states=[("", _("All states")), *((key, say(name)) for key, name in STATE_NAMES.items())],
        may_plan=may(Action.MANAGE_TRAININGS),
        state_tag=state_tag,
        span=span,
    )


def _all_units() -> list[tuple[int, Unit]]:
    return unit_tree(session())


def _courses() -> dict[str, str]:
    versions = state().versions.current_all(session())
    return {each.course: each.title(language()) for each in versions}


def _own_units() -> list[tuple[int, Unit]]:
    return units_reached(scope(actor(), Action.MANAGE_TRAININGS))


@pages.get("/trainings/manage/new/")
def organise_new() -> ResponseReturnValue:
    """Ask for what a new training needs."""
    need(Action.MANAGE_TRAININGS)
    own = _own_units()
    form = TrainingForm(
        None, units=unit_options(own), courses=list(_courses().items()), capacity=30, share=80,
        waiting_list=True, form="KL10", organiser=state().settings.organiser,
        audience=own[0][1].code if own else "",
    )  # fmt: skip
    add_rows(form)
    return _form_page(form)


def _form_page(
    form: TrainingForm, training: Training | None = None, status: int = 200
) -> ResponseReturnValue:
    tree = _all_units()
    page = render(
        "learn/trainings/form.html",
        form=form,
        training=training,
        units=unit_options(tree) if len(tree) <= MOST_CHOICES else None,
        chosen=[each.strip() for each in (form.audience.data or "").split(",")],
        back=url_for("learn.organise_training", training_id=training.id)
        if training
        else url_for("learn.organise"),
    )
    return page, status


def _sent(**known: Any) -> TrainingForm:
    data = MultiDict(list(request.form.items(multi=True)))
    data.setlist("audience", [",".join(request.form.getlist("audience"))])
    return TrainingForm(data, courses=list(_courses().items()), **known)


@pages.post("/trainings/manage/new/")
def organise_create() -> ResponseReturnValue:
    """Plan a training as a draft."""
    need(Action.MANAGE_TRAININGS)
    own = _own_units()
    form = _sent(units=unit_options(own))
    if "more" in request.form:
        add_rows(form)
        return _form_page(form, status=422)
    unit = next((each for _depth, each in own if each.code == form.unit.data), None)
    if unit is None:
        form.refuse("unit", Message("Choose one of your units."))
        return _form_page(form, status=422)
    zone = unit.time_zone or state().settings.timezone
    plan = read_plan(form, ZoneInfo(zone), _by_code(), _courses())
    if plan is None:
        return _form_page(form, status=422)
    try:
        made = planning.create(
            session(), plan, unit=unit, time_zone=zone, actor_id=person().id, now=now()
        )
    except CannotHold as error:
        session().rollback()
        show_mistakes(form, error)
        return _form_page(form, status=error.status)
    session().commit()
    flash(_("The draft is kept. Publish it when all is right."), "good")
    return redirect(url_for("learn.organise_training", training_id=made.id), 303)


def _by_code() -> dict[str, Unit]:
    return {unit.code: unit for _depth, unit in _all_units()}


@pages.get("/trainings/manage/<int:training_id>/")
def organise_training(training_id: int) -> ResponseReturnValue:
    """Show a training with its list of people, and what can be done with it."""
    return _one(training_id)


def _one(
    training_id: int, problem: str = "", status: int = 200, *, unknown: str = ""
) -> ResponseReturnValue:
    found = held_training(training_id, Action.RECORD_ATTENDANCE)
    unit = session().get_one(Unit, found.unit_id)
    after = arguments().get("after", "")
    shown = participants(
        session(), training_id, states=list(Place),
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else None,
        limit=PEOPLE,
    )  # fmt: skip
    plan, form = planning.plan_of(session(), found), load_forms().form(found.form)
    version = current_of(found.course) if found.course else None
    page = render(
        "learn/trainings/one.html",
        training=found,
        unit=unit,
        plan=plan,
        form=form,
        version=version,
        jp=version.hours if version else full_jp(plan, form, found.time_zone),
        sittings=planning.sessions_of(session(), training_id),
        present=count_present(session(), training_id),
        counts=planning.count_seats(session(), training_id),
        people=shown.items,
        turn=pages_of("organise_training", shown.next, training_id=training_id),
        manages=may(Action.MANAGE_TRAININGS, unit_path=unit.path),
        over=found.ends_at <= now(),
        state_tag=state_tag,
        place_tag=place_tag,
        span=span,
        when=when,
        moment_words=moment_words,
        problem=problem,
        unknown=unknown,
        number=request.form.get("number", "") if unknown else "",
    )
    return page, status


@pages.get("/trainings/manage/<int:training_id>/change/")
def organise_edit(training_id: int) -> ResponseReturnValue:
    """Show a draft or a published training to be changed."""
    found = held_training(training_id)
    if found.state not in (State.DRAFT, State.OPEN):
        return redirect(url_for("learn.organise_training", training_id=training_id))
    return _form_page(_filled(found, planning.plan_of(session(), found)), found)


@pages.get("/trainings/manage/<int:training_id>/copy/")
def organise_copy(training_id: int) -> ResponseReturnValue:
    """Ask for a new training that is like this one, without its sessions."""
    found = held_training(training_id)
    plan = planning.plan_of(session(), found)
    sittings = tuple(Sitting(e.starts_at, e.ends_at, e.room, e.trainer) for e in plan.sittings)
    form = _filled(found, replace(plan, sittings=sittings, opens_at=None, closes_at=None),
                   units=unit_options(_own_units()))  # fmt: skip
    return _form_page(form)


def _filled(found: Training, plan: Plan, **known: Any) -> TrainingForm:
    units = [session().get_one(Unit, each) for each in plan.audience]
    return filled(plan, ZoneInfo(found.time_zone), units, based_on=str(found.revision),
                  courses=list(_courses().items()), **known)  # fmt: skip


@pages.post("/trainings/manage/<int:training_id>/change/")
def organise_change(training_id: int) -> ResponseReturnValue:
    """Change a training; whoever it concerns is told, and freed places are given."""
    found = held_training(training_id)
    form = _sent()
    if "more" in request.form:
        add_rows(form)
        return _form_page(form, found, 422)
    plan = read_plan(form, ZoneInfo(found.time_zone), _by_code(), _courses())
    if plan is None:
        return _form_page(form, found, 422)
    based_on = form.based_on.data or ""
    try:
        planning.change(
            session(),
            training_id,
            plan,
            actor_id=person().id,
            now=now(),
            based_on=int(based_on)
            if based_on.isascii() and based_on.isdecimal() and len(based_on) < 10
            else 0,
        )
        seats.fill(session(), training_id, current_of=current_of, now=now())
    except LearnError as error:
        session().rollback()
        if isinstance(error, CannotHold):
            show_mistakes(form, error)
        else:
            form.refuse("title", error.message)
        return _form_page(form, planning.training_of(session(), training_id), error.status)
    session().commit()
    flash(_("The training is changed."), "good")
    return redirect(url_for("learn.organise_training", training_id=training_id), 303)


def _done(
    training_id: int, act: Callable[..., Any], told: str, **known: Any
) -> ResponseReturnValue:
    held_training(training_id)
    try:
        act(session(), training_id, actor_id=person().id, now=now(), **known)
    except NotFound:
        raise
    except LearnError as error:
        session().rollback()
        return _one(training_id, say(error.message), error.status)
    session().commit()
    flash(told, "good")
    return redirect(url_for("learn.organise_training", training_id=training_id), 303)


@pages.post("/trainings/manage/<int:training_id>/publication")
def organise_publish(training_id: int) -> ResponseReturnValue:
    """Open a draft to those whom it is for."""
    return _done(training_id, planning.publish, _("The training is published."))


@pages.post("/trainings/manage/<int:training_id>/cancellation")
def organise_cancel(training_id: int) -> ResponseReturnValue:
    """Cancel a training with a reason."""
    return _done(training_id, planning.cancel, _("The training is cancelled; all who signed up are told."),
                 reason=request.form.get("reason", ""))  # fmt: skip


@pages.post("/trainings/manage/<int:training_id>/close")
def organise_close(training_id: int) -> ResponseReturnValue:
    """Close a training that is over: hours and evidence follow, of a large one in the background."""
    found = held_training(training_id)
    if found.seats > AT_ONCE and found.state == State.OPEN and found.ends_at <= now():
        enqueue(session(), CLOSE, {"training": found.id}, actor_id=person().id, now=now())
        session().commit()
        flash(_("The training is being closed in the background; a notice tells when it is done."))
        return redirect(url_for("learn.organise_training", training_id=training_id), 303)
    return _done(training_id, closing.close, _("The training is closed. Hours and evidence are given."),
                 settings=state().settings, current_of=current_of)  # fmt: skip


@pages.post("/trainings/manage/<int:training_id>/reopening")
def organise_reopen(training_id: int) -> ResponseReturnValue:
    """Open a closed training again."""
    return _done(
        training_id, closing.reopen, _("The training is open again; what it gave is withdrawn.")
    )


@pages.post("/trainings/manage/<int:training_id>/people/")
def organise_add(training_id: int) -> ResponseReturnValue:
    """Put somebody on the list by their number."""
    held_training(training_id)
    who = find_by_number(session(), request.form.get("number", "")[:40])
    if who is None or not _reaches(who):
        return _one(training_id, status=422, unknown=_("Nobody of your units has this number."))
    return _done(training_id, _add, _("The person is on the list."), person_id=who.id)


def _reaches(who: Person) -> bool:
    unit = session().get(Unit, who.unit_id) if who.unit_id else None
    path = unit.path if unit else None
    return may(Action.MANAGE_TRAININGS, unit_path=path, person_id=who.id)


def _add(session_: Any, training_id: int, *, person_id: int, actor_id: int, now: Any) -> None:
    seats.add(session_, training_id, person_id, actor_id=actor_id, current_of=current_of, now=now)


@pages.post("/trainings/manage/<int:training_id>/people/<int:person_id>/withdrawal")
def organise_remove(training_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody off the list with a reason; the next moves up."""
    return _done(training_id, _remove, _("The person is off the list."), person_id=person_id,
                 reason=request.form.get("reason", ""))  # fmt: skip


def _remove(
    session_: Any, training_id: int, *, person_id: int, reason: str, actor_id: int, now: Any
) -> None:
    seats.withdraw(session_, training_id, person_id, actor_id=actor_id, reason=reason or " ",
                   current_of=current_of, now=now)  # fmt: skip
