"""Administration: what there is to do, who is signed in, and what was done."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Forbidden
from learn.ledger.reading import acts as read_acts
from learn.ledger.reading import kinds_of_acts
from learn.people.access import Action, can_reset, refusal
from learn.people.directory import get_person
from learn.people.listing import list_open_sign_ins, names_of, people_figures
from learn.people.models import Person, Unit
from learn.people.roles import grants_of
from learn.people.signing_in.signed_in import end_sign_in
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, here, may, need, now, reach, session
from learn.web.i18n import _
from learn.web.narrowing import address, pages_of, units_reached
from learn.web.render import render

PAGE = 50


def subnav(current: str) -> list[tuple[str, str, bool]]:
    """Return the pages of administration that are open to the person."""
    places = (
        ("admin", _("Overview"), may(Action.MANAGE_PEOPLE) or may(Action.READ_AUDIT)),
        ("admin_people", _("People"), may(Action.MANAGE_PEOPLE)),
        ("admin_corrections", _("Corrections"), may(Action.MANAGE_PEOPLE)),
        ("admin_import", _("Import"), may(Action.IMPORT_PEOPLE)),
        ("admin_codes", _("One-time codes"), may(Action.MAKE_CODES)),
        ("admin_units", _("Units"), may(Action.MANAGE_PEOPLE)),
        ("admin_roles", _("Roles"), may(Action.GRANT_ROLES)),
        ("framework", _("Competency framework"), may(Action.MANAGE_FRAMEWORK)),
        ("admin_figures", _("Figures"), may(Action.MANAGE_FRAMEWORK)),
        ("admin_certificate", _("Certificates"), may(Action.MANAGE_SETTINGS)),
        ("admin_sign_ins", _("Sign-ins"), may(Action.MAKE_CODES)),
        ("admin_audit", _("Audit"), may(Action.READ_AUDIT)),
    )
    return [(label, address(key), key == current) for key, label, open_ in places if open_]


def unit_path_of(who: Person) -> str | None:
    """Return the path of the unit where somebody stands."""
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    return unit.path if unit else None


def may_reset(who: Person) -> bool:
    """Return whether the person here may act on the sign-in of somebody: not on that of one who may more."""
    grants = grants_of(session(), who.id)
    return can_reset(actor(), grants, unit_path=unit_path_of(who), person_id=who.id)


@pages.get("/admin/")
def admin() -> ResponseReturnValue:
    """Show what is there and what comes next."""
    if not may(Action.READ_AUDIT):
        need(Action.MANAGE_PEOPLE)
    manages = may(Action.MANAGE_PEOPLE)
    latest = read_acts(session(), limit=5)[:5] if may(Action.READ_AUDIT) else []
    return render(
        "learn/admin/overview.html",
        figures=people_figures(session(), reach(Action.MANAGE_PEOPLE)) if manages else None,
        units=len(units_reached(reach(Action.MANAGE_PEOPLE))) if manages else 0,
        latest=[(line, acts.act_words(line)) for line in latest],
        names=names_of(session(), sorted({line.actor_id for line in latest if line.actor_id})),
        may_audit=may(Action.READ_AUDIT),
        places=subnav("admin"),
        today=now(),
    )


@pages.get("/admin/sign-ins/")
def admin_sign_ins() -> ResponseReturnValue:
    """List who is signed in, the latest first."""
    found = list_open_sign_ins(
        session(), reach(Action.MAKE_CODES), now=now(), after=arguments().get("after"), limit=PAGE
    )
    return render(
        "learn/admin/sign_ins.html",
        lines=found.items,
        this=here().key,
        turn=pages_of("admin_sign_ins", found.next),
        places=subnav("admin_sign_ins"),
    )


@pages.post("/admin/sign-ins/")
def admin_end_sign_in() -> ResponseReturnValue:
    """End one open sign-in of somebody."""
    text = request.form.get("person", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    who = get_person(session(), number, reach(Action.MAKE_CODES))
    if not may_reset(who):
        raise Forbidden(refusal(Action.MAKE_CODES))
    end_sign_in(session(), who.id, request.form.get("sign_in", "").replace("\x00", ""), now())
    session().commit()
    flash(_("Signed out there."), "good")
    return redirect(url_for("learn.admin_sign_ins"), 303)


@pages.get("/admin/audit/")
def admin_audit() -> ResponseReturnValue:
    """List acts in words, the newest first."""
    reach(Action.READ_AUDIT)
    kind, before = arguments().get("kind", ""), acts.before()
    lines = read_acts(session(), kind=kind or None, before=before, limit=PAGE)
    shown, more = lines[:PAGE], len(lines) > PAGE
    return render(
        "learn/admin/audit.html",
        lines=[(line, acts.act_words(line), acts.kind_name(line.kind)) for line in shown],
        names=names_of(session(), sorted({line.actor_id for line in shown if line.actor_id})),
        kind=kind,
        kinds=[(key, acts.kind_name(key)) for key in kinds_of_acts(session())],
        first_url=address("admin_audit", kind=kind) if before else None,
        next_url=address("admin_audit", kind=kind, before=shown[-1].seq) if more else None,
        places=subnav("admin_audit"),
    )
