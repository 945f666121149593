"""Administration: roles, and the one-time codes for first sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Conflict, LearnError, Message
from learn.people.access import ROLE_NAMES, Action, Role
from learn.people.directory import get_person, present_numbers
from learn.people.listing import list_grants
from learn.people.models import Person
from learn.people.names import full_name
from learn.people.numbers import display
from learn.people.roles import end_role, grant_role
from learn.people.signing_in.codes import make_code, make_codes
from learn.web.admin.forms import CodesForm, GrantForm
from learn.web.admin.overview import subnav
from learn.web.admin.people import done, managed, person_page, refused
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, need, now, reach, session
from learn.web.i18n import _, language, say
from learn.web.narrowing import pages_of, unit_named, unit_options, units_reached
from learn.web.render import render
from learn.web.state import state

PAGE = 50


@pages.get("/admin/roles/")
def admin_roles() -> ResponseReturnValue:
    """List who holds which role."""
    scope, role = reach(Action.GRANT_ROLES), arguments().get("role", "")
    role = role if role in set(Role) else ""
    found = list_grants(
        session(), scope, role=role or None, after=arguments().get("after"), limit=PAGE
    )
    versions = state().versions.current_all(session())
    return render(
        "learn/admin/roles.html",
        lines=found.items,
        role=role,
        roles=[(key.value, say(ROLE_NAMES[key])) for key in Role if key != Role.EMPLOYEE],
        names={key: say(name) for key, name in ROLE_NAMES.items()},
        titles={version.course: version.title(language()) for version in versions},
        turn=pages_of("admin_roles", found.next, role=role),
        places=subnav("admin_roles"),
    )


@pages.post("/admin/people/<int:person_id>/roles/")
def admin_grant_role(person_id: int) -> ResponseReturnValue:
    """Grant a role on a unit; a trainer's on a course or on all."""
    need(Action.GRANT_ROLES)
    who = get_person(session(), person_id, reach(Action.GRANT_ROLES))
    tree = units_reached(reach(Action.MANAGE_PEOPLE))
    courses = [(each.course, each.course) for each in state().versions.current_all(session())]
    form: Any = GrantForm(request.form, units=unit_options(tree), courses=courses)
    if not form.validate():
        return person_page(who, form, 422)
    trainer = form.role.data == Role.TRAINER
    try:
        grant_role(
            session(), who, form.role.data,
            unit=None if trainer else unit_named(tree, form.unit.data),
            course=(form.course.data or None) if trainer else None,
            actor=actor(), now=now(),
        )  # fmt: skip
    except LearnError as error:
        return refused(who, form, error)
    return done(who, _("The role has been granted."))


@pages.post("/admin/people/<int:person_id>/roles/<int:seq>/end")
def admin_end_role(person_id: int, seq: int) -> ResponseReturnValue:
    """End a role; what was done with it stays."""
    who = get_person(session(), person_id, reach(Action.GRANT_ROLES))
    end_role(session(), who.id, min(seq, 2**31 - 1), actor=actor(), now=now())
    return done(who, _("The role has ended."))


@pages.get("/admin/codes/")
def admin_codes() -> ResponseReturnValue:
    """Ask for which unit codes are made."""
    tree = units_reached(reach(Action.MAKE_CODES))
    return _codes_page(CodesForm(units=unit_options(tree)))


def _codes_page(form: CodesForm, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/codes.html", form=form, days=state().settings.code_days,
        places=subnav("admin_codes"),
    )  # fmt: skip
    return page, status


@pages.post("/admin/codes/")
def admin_make_codes() -> ResponseReturnValue:
    """Make codes for the people of a unit and show them once, as slips to print."""
    tree = units_reached(reach(Action.MAKE_CODES))
    form: Any = CodesForm(request.form, units=unit_options(tree))
    if not form.validate():
        return _codes_page(form, 422)
    unit = unit_named(tree, form.unit.data)
    made = make_codes(
        session(), unit, actor=actor(), now=now(), settings=state().settings,
        with_password=form.with_password.data,
    )  # fmt: skip
    if not made:
        form.form_errors.append(
            _("Nobody there needs a code: everybody has a password, or may do more than you.")
        )
        return _codes_page(form, 422)
    return show_slips(made, unit.name, url_for("learn.admin_codes"))


@pages.post("/admin/people/<int:person_id>/code/")
def admin_make_code(person_id: int) -> ResponseReturnValue:
    """Make a code for one person and show it once."""
    who = managed(person_id)
    if not who.active:
        raise Conflict(Message("This person is not active; only active people can sign in."))
    code = make_code(session(), who, actor=actor(), now=now(), settings=state().settings)
    return show_slips([(who, code)], who.name, url_for("learn.admin_person", person_id=who.id))


def show_slips(made: Sequence[tuple[Person, str]], title: str, back: str) -> ResponseReturnValue:
    """Keep the codes that were made, and show them once."""
    numbers = present_numbers(session(), [who.id for who, _code in made])
    session().commit()
    page = render(
        "learn/admin/slips.html",
        slips=[
            (full_name(who.name, who.title_before, who.title_after),
             display(numbers.get(who.id, "")), code)
            for who, code in made
        ],
        title=title,
        back=back,
        address=url_for("learn.first_sign_in", _external=True),
        until=now() + timedelta(days=state().settings.code_days),
    )  # fmt: skip
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
