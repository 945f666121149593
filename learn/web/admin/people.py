"""Administration: people, their names, numbers and posts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Conflict, Forbidden, LearnError, Message
from learn.people.access import Action, can_grant, refusal
from learn.people.directory import get_person, list_people, person_card
from learn.people.listing import list_grants
from learn.people.models import Account, Person
from learn.people.numbers import InvalidNumber, Kind
from learn.people.services import add_number, add_person, change_person, set_post
from learn.people.signing_in.signed_in import end_sign_ins, list_sign_ins
from learn.privacy import readings
from learn.web.admin.forms import (
    EditForm,
    GrantForm,
    NewPersonForm,
    NumberForm,
    PostForm,
    with_own_ids,
)
from learn.web.admin.overview import may_reset, subnav
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, reach, session
from learn.web.forms import Form
from learn.web.i18n import _, language, local
from learn.web.narrowing import pages_of, unit_filter, unit_named, unit_options, units_reached
from learn.web.noting import noted
from learn.web.render import render
from learn.web.state import state

PAGE = 50
STATES = {"": True, "inactive": False, "all": None}


def managed(person_id: int) -> Person:
    """Return a person whom the one here manages."""
    return get_person(session(), person_id, reach(Action.MANAGE_PEOPLE))


@pages.get("/admin/people/")
def admin_people() -> ResponseReturnValue:
    """List the people one manages."""
    scope, asked = reach(Action.MANAGE_PEOPLE), arguments()
    units = unit_filter(scope)
    chosen = asked.get("state", "") if asked.get("state") in STATES else ""
    kept = {"unit": units.code, "q": asked.get("q", ""), "state": chosen}
    found = list_people(
        session(), scope, unit=units.chosen, text=kept["q"], active=STATES[chosen],
        after=asked.get("after"), limit=PAGE, whole_numbers=True,
    )  # fmt: skip
    return render(
        "learn/admin/people.html",
        units=units,
        lines=found.items,
        text=kept["q"],
        state=chosen,
        filtered=any(kept.values()),
        turn=pages_of("admin_people", found.next, **kept),
        places=subnav("admin_people"),
    )


@pages.get("/admin/people/new/")
def admin_new_person() -> ResponseReturnValue:
    """Ask for somebody to add."""
    tree = units_reached(reach(Action.MANAGE_PEOPLE))
    form = NewPersonForm(units=unit_options(tree), since=local(now()).date(), kind="PNS")
    return render("learn/admin/new_person.html", form=form)


@pages.post("/admin/people/new/")
def admin_add_person() -> ResponseReturnValue:
    """Add somebody, with number and first post."""
    tree = units_reached(reach(Action.MANAGE_PEOPLE))
    form: Any = NewPersonForm(request.form, units=unit_options(tree))
    if not form.validate():
        return render("learn/admin/new_person.html", form=form), 422
    names = ("name", "title_before", "title_after", "kind", "post_title", "post_class", "grade")
    known = {name: form[name].data for name in names}
    try:
        who = add_person(
            session(), number=form.number.data, unit=unit_named(tree, form.unit.data),
            email=form.email.data or None, since=form.since.data or local(now()).date(),
            actor_id=actor().person_id, now=now(), settings=state().settings, **known,
        )  # fmt: skip
    except LearnError as error:
        form.take(error, _field_of(error))
        return render("learn/admin/new_person.html", form=form), error.status
    session().commit()
    flash(
        _("%(name)s has been added. Make a one-time code for the first sign-in.", name=who.name),
        "good",
    )
    return redirect(url_for("learn.admin_person", person_id=who.id), 303)


@pages.get("/admin/people/<int:person_id>/")
def admin_person(person_id: int) -> ResponseReturnValue:
    """Show all that can be managed about somebody."""
    return person_page(noted(managed(person_id), readings.DATA))


def person_page(who: Person, failed: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the page of one person; `failed` is the form that was refused."""
    forms: dict[str, Any] = _forms(who)
    if failed is not None:
        forms[next(key for key, form in forms.items() if type(form) is type(failed))] = failed
    account = session().get(Account, who.id)
    grants = list_grants(session(), reach(Action.MANAGE_PEOPLE), person_id=who.id, limit=200)
    page = render(
        "learn/admin/person.html",
        card=person_card(session(), who, whole_number=True),
        failed=failed,
        grants=[(line, _may_end(line)) for line in grants.items],
        sign_ins=list_sign_ins(session(), who.id, now()),
        has_password=account is not None and account.password_hash is not None,
        may_reset=may_reset(who),
        may_grant=may(Action.GRANT_ROLES),
        places=subnav("admin_people"),
        **with_own_ids(forms),
    )
    return page, status


def _may_end(line: Any) -> bool:
    path = line.unit.path if line.unit else None
    return can_grant(actor(), line.role, unit_path=path, course=line.course)


def _forms(who: Person) -> dict[str, Any]:
    tree = units_reached(reach(Action.MANAGE_PEOPLE))
    options = unit_options(tree)
    held = next((unit.code for _depth, unit in tree if unit.id == who.unit_id), "")
    versions = state().versions.current_all(session())
    courses = [(version.course, version.title(language())) for version in versions]
    return {
        "edit": EditForm(obj=who),
        "post": PostForm(
            units=options, unit=held, post_title=who.post_title, post_class=who.post_class,
            grade=who.grade, since=local(now()).date(),
        ),
        "number": NumberForm(),
        "grant": GrantForm(units=options, courses=courses, unit=held),
    }  # fmt: skip


def done(who: Person, text: str) -> ResponseReturnValue:
    """Commit, say what happened, and go back to the person."""
    session().commit()
    flash(text, "good")
    return redirect(url_for("learn.admin_person", person_id=who.id), 303)


def refused(who: Person, form: Form, error: LearnError) -> ResponseReturnValue:
    """Show the person's page again with the form and what is wrong."""
    session().rollback()
    form.take(error, _field_of(error))
    return person_page(managed(who.id), form, error.status)


def _field_of(error: LearnError) -> str:
    """Return the field that what was refused is about: a number that is none, or somebody else's."""
    return "number" if isinstance(error, InvalidNumber | Conflict) else ""


@pages.post("/admin/people/<int:person_id>/names/")
def admin_edit_person(person_id: int) -> ResponseReturnValue:
    """Change name, degrees, kind, address, and whether somebody is active."""
    who, form = managed(person_id), EditForm(request.form)
    if not form.validate():
        return person_page(who, form, 422)
    changes = {field.name: field.data for field in form if field.name != "csrf_token"}
    changes["email"] = changes["email"] or None
    try:
        if who.active and not changes["active"]:
            _check_leaving(who)
        change_person(session(), who, changes, actor_id=actor().person_id, now=now())
        if not changes["active"]:
            end_sign_ins(session(), who.id, now())
    except LearnError as error:
        return refused(who, form, error)
    return done(who, _("The changes have been saved."))


def _check_leaving(who: Person) -> None:
    if who.id == actor().person_id:
        raise Conflict(Message("Somebody else has to end your own access."))
    if not may_reset(who):
        raise Forbidden(refusal(Action.MAKE_CODES))


@pages.post("/admin/people/<int:person_id>/posts/")
def admin_set_post(person_id: int) -> ResponseReturnValue:
    """Give somebody a post from a day on."""
    who = managed(person_id)
    tree = units_reached(reach(Action.MANAGE_PEOPLE))
    form: Any = PostForm(request.form, units=unit_options(tree))
    if not form.validate():
        return person_page(who, form, 422)
    try:
        set_post(
            session(), who, unit=unit_named(tree, form.unit.data), title=form.post_title.data,
            post_class=form.post_class.data, grade=form.grade.data, since=form.since.data,
            actor_id=actor().person_id, now=now(), settings=state().settings,
        )  # fmt: skip
    except LearnError as error:
        return refused(who, form, error)
    return done(who, _("The post has been set."))


@pages.post("/admin/people/<int:person_id>/numbers/")
def admin_add_number(person_id: int) -> ResponseReturnValue:
    """Give somebody a new number; the one held now becomes history."""
    who = managed(person_id)
    form: Any = NumberForm(request.form)
    if not form.validate():
        return person_page(who, form, 422)
    kind = Kind(form.number_kind.data) if form.number_kind.data else None
    try:
        add_number(
            session(), who, form.number.data, valid_from=form.valid_from.data, kind=kind,
            actor_id=actor().person_id, now=now(), settings=state().settings,
        )  # fmt: skip
    except LearnError as error:
        return refused(who, form, error)
    return done(who, _("The number has been added."))


@pages.post("/admin/people/<int:person_id>/sign-ins/")
def admin_end_sign_ins(person_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    who = managed(person_id)
    if not may_reset(who):
        raise Forbidden(refusal(Action.MAKE_CODES))
    end_sign_ins(session(), who.id, now())
    return done(who, _("Signed out everywhere."))
