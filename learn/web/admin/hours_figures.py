"""Administration: how JP are counted for each form, and what a year owes; every figure with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, get_args

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from learn.errors import Conflict, LearnError, Message, NotFound
from learn.hours import figures
from learn.hours.figure_changes import changes
from learn.hours.forms import MODES, Flag, Form, Obligation, load_forms, shipped_forms
from learn.people.access import Action
from learn.people.listing import names_of
from learn.people.posts import POST_CLASSES
from learn.web.admin.figure_words import (
    COMPONENTS,
    CONFIDENCES,
    FIGURE_NAMES,
    GROUPS,
    MODE_NAMES,
    change_lines,
    described,
    name_of,
)
from learn.web.admin.forms import clean_text
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, session
from learn.web.forms import Boxes, SelectChoice
from learn.web.forms import Form as WebForm
from learn.web.i18n import _, language, say
from learn.web.narrowing import address
from learn.web.render import render

LONGEST_SOURCE = 255
MAY_BE_EMPTY = frozenset({"fallback_minutes_per_jp"})


@pages.get("/admin/figures/")
def admin_figures() -> ResponseReturnValue:
    """Show all figures with how sure they are, and what was changed."""
    need(Action.MANAGE_FRAMEWORK)
    forms = load_forms()
    latest = changes(session())
    return render(
        "learn/admin/figures.html",
        forms=forms,
        described=lambda form: list(described(figures.figures_of(form)["jp"])),
        mode_of=lambda form: say(MODE_NAMES[form.jp.mode]),
        owed=[each for each in forms.obligations if each.jp is not None],
        groups=[
            (key, say(name), [each for each in forms.measures if each.group == key])
            for key, name in GROUPS.items()
        ],
        components={key: say(name) for key, name in COMPONENTS.items()},
        confidences={key: say(name) for key, name in CONFIDENCES.items()},
        changes=[(each, name_of(each.key), list(change_lines(each))) for each in latest],
        names=names_of(session(), sorted({each.made_by for each in latest if each.made_by})),
        places=subnav("admin_figures"),
    )


@pages.get("/admin/figures/forms/<code>")
def admin_figure(code: str) -> ResponseReturnValue:
    """Show how JP are counted for one form, to be changed; ``mode`` chooses another way of counting."""
    need(Action.MANAGE_FRAMEWORK)
    found = load_forms().form(code)
    mode = _mode(found)
    values = asdict(found.jp) if mode == found.jp.mode else {}
    known = {
        **values, "component": found.ip_asn_component, "flag": found.siasn_flag,
        "confidence": found.confidence, "source": found.source,
    }  # fmt: skip
    return _form_page(found, mode, _form(mode, found)(data=known))


def _mode(found: Form) -> str:
    mode = request.values.get("mode", "") or found.jp.mode
    if mode not in MODES:
        raise NotFound(Message("There is no such way of counting JP."))
    return mode


def _form(mode: str, found: Form) -> type[WebForm]:
    """Return the form with the figures of one way of counting."""
    attributes: dict[str, Any] = {}
    for field in fields(MODES[mode]):
        if field.name == "mode":
            continue
        label = say(FIGURE_NAMES[field.name])
        if field.type in ("bool", bool):
            attributes[field.name] = BooleanField(label)
        else:
            needed = Optional() if field.name in MAY_BE_EMPTY else InputRequired()
            attributes[field.name] = IntegerField(
                label, validators=[needed, NumberRange(1, figures.LARGEST)]
            )
    attributes["component"] = _select(_("Counts for the IP-ASN as"), COMPONENTS)
    if found.siasn_flag:
        attributes["flag"] = SelectField(
            _("Flag of the form"), choices=[SelectChoice(each, each) for each in get_args(Flag)],
            description=_("jenisKursusSertipikat in the rows for SIASN."),
        )  # fmt: skip
    return type("FigureForm", (WebForm,), attributes | sure_fields())


def _select(label: str, names: Mapping[str, Message]) -> SelectField:
    return SelectField(label, choices=[SelectChoice(key, say(name)) for key, name in names.items()])


def sure_fields() -> dict[str, Any]:
    """Return the fields that go with all figures: how sure they are, and where they stand."""
    source = StringField(
        _("Source"), validators=[InputRequired(), Length(max=LONGEST_SOURCE)], filters=[clean_text],
        description=_("Where these figures stand: regulation, annex or letter."),
    )  # fmt: skip
    return {"confidence": _select(_("How sure"), CONFIDENCES), "source": source}


def _form_page(found: Form, mode: str, form: WebForm, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/figure.html", found=found, mode=mode, form=form, seen=figures.mark_of(session()),
        modes=[(key, say(name)) for key, name in MODE_NAMES.items()], places=subnav("admin_figures"),
        differs=differs(found.code),
    )  # fmt: skip
    return page, status


@pages.post("/admin/figures/forms/<code>")
def admin_change_figure(code: str) -> ResponseReturnValue:
    """Change how JP are counted for a form, from now on."""
    need(Action.MANAGE_FRAMEWORK)
    found = load_forms().form(code)
    mode = _mode(found)
    form = _form(mode, found)(request.form)
    if not form.validate():
        return _form_page(found, mode, form, 422)
    names = [field.name for field in fields(MODES[mode]) if field.name != "mode"]
    jp = {"mode": mode, **{name: form[name].data for name in names}}
    try:
        changed = figures.change_form(
            session(), found.code, jp, confidence=form["confidence"].data,
            source=form["source"].data, seen=seen(), actor_id=actor().person_id, now=now(),
            component=form["component"].data, flag=form["flag"].data if "flag" in form else "",
        )  # fmt: skip
    except LearnError as error:
        form["source"].errors = [say(error.message)]
        return _form_page(found, mode, form, 422)
    return done(changed)


def seen() -> str:
    """Return the digest of the figures that the reader saw."""
    return request.form.get("seen", "")[:64]


def differs(key: str) -> bool:
    """Return whether figures are others than those that ship."""
    now_, shipped = (figures.things(each)[key][1] for each in (load_forms(), shipped_forms()))
    return figures.figures_of(now_) != figures.figures_of(shipped)


@pages.post("/admin/figures/back/<key>")
def admin_restore_figures(key: str) -> ResponseReturnValue:
    """Go back to the figures that ship, from now on."""
    need(Action.MANAGE_FRAMEWORK)
    try:
        changed = figures.restore(
            session(), key, seen=seen(), actor_id=actor().person_id, now=now()
        )
    except Conflict as error:
        flash(say(error.message), "late")
        return redirect(address("admin_figures"), 303)
    return done(changed)


def done(changed: bool) -> ResponseReturnValue:
    """Commit what was changed, say so, and go to the list of figures."""
    if changed:
        session().commit()
        flash(_("The figures hold from now on. What was credited before stays as it is."), "good")
    else:
        flash(_("Nothing was different, so nothing was changed."), "info")
    return redirect(address("admin_figures"), 303)


class ObligationForm(WebForm):
    """What a kind of employee owes a year."""

    jp = IntegerField(validators=[InputRequired(), NumberRange(1, figures.LARGEST)])
    except_posts = Boxes(choices=[SelectChoice(key, name) for key, name in POST_CLASSES.items()])
    basis = StringField(
        validators=[InputRequired(), Length(max=LONGEST_SOURCE)], filters=[clean_text]
    )

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self["jp"].label.text = _("JP a year")
        self["except_posts"].label.text = _("Excepted classes of post")
        self["basis"].label.text = _("Source")
        self["basis"].description = _("Where these figures stand: regulation, annex or letter.")


def _owed(kind: str) -> Obligation:
    for each in load_forms().obligations:
        if each.kind == kind and each.jp is not None:
            return each
    raise NotFound(Message("There is no figure for this kind of employee."))


@pages.get("/admin/figures/duty/<kind>")
def admin_duty(kind: str) -> ResponseReturnValue:
    """Show what a kind of employee owes a year, to be changed."""
    need(Action.MANAGE_FRAMEWORK)
    owed = _owed(kind)
    known = {"jp": owed.jp, "except_posts": list(owed.except_posts), "basis": owed.basis}
    return _duty_page(owed, ObligationForm(data=known))


def _duty_page(owed: Obligation, form: WebForm, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/duty.html", owed=owed, form=form, seen=figures.mark_of(session()),
        language=language(), places=subnav("admin_figures"), differs=differs(owed.kind),
    )  # fmt: skip
    return page, status


@pages.post("/admin/figures/duty/<kind>")
def admin_change_duty(kind: str) -> ResponseReturnValue:
    """Change what a kind of employee owes a year, from now on."""
    need(Action.MANAGE_FRAMEWORK)
    owed = _owed(kind)
    form = ObligationForm(request.form)
    if not form.validate():
        return _duty_page(owed, form, 422)
    try:
        changed = figures.change_obligation(
            session(), owed.kind, jp=form["jp"].data, except_posts=form["except_posts"].data or [],
            basis=form["basis"].data, seen=seen(), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except LearnError as error:
        form["basis"].errors = [say(error.message)]
        return _duty_page(owed, form, 422)
    return done(changed)
