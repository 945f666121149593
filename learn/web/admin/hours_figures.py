"""Administration: how JP are counted for each form, and what a year owes; every figure with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from learn.errors import LearnError, Message, NotFound
from learn.hours import figures
from learn.hours.forms import MODES, Form, Obligation, load_forms
from learn.people.access import Action
from learn.people.listing import names_of
from learn.people.posts import POST_CLASSES
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
CONFIDENCES: Mapping[str, Message] = {
    "high": Message("Certain"),
    "medium": Message("Likely"),
    "low": Message("To be confirmed"),
}
MODE_NAMES: Mapping[str, Message] = {
    "program": Message("As the programme or certificate says"),
    "clock": Message("By the clock, each day by itself"),
    "per_session": Message("By the session"),
    "per_day": Message("By the day"),
    "per_semester": Message("By the semester"),
    "flat": Message("One figure for the event"),
    "manual": Message("By hand, approved by the verifier"),
}
FIGURE_NAMES: Mapping[str, Message] = {
    "minutes_per_jp": Message("Minutes for 1 JP"),
    "fallback_minutes_per_jp": Message("Minutes for 1 JP where no JP are declared"),
    "cap_per_day": Message("At most JP a day"),
    "cap_per_event": Message("At most JP an event"),
    "cap_per_year": Message("At most JP a year"),
    "jp_per_unit": Message("JP for each"),
    "jp": Message("JP"),
    "minimum_duration_days": Message("Days from which it counts"),
    "declared_first": Message("JP on the certificate win over the clock"),
    "pro_rata": Message("A shorter event gets its part"),
    "requires_approval": Message("Needs approval"),
}
MAY_BE_EMPTY = frozenset({"fallback_minutes_per_jp"})


@pages.get("/admin/figures/")
def admin_figures() -> ResponseReturnValue:
    """Show all figures with how sure they are, and what was changed."""
    need(Action.MANAGE_FRAMEWORK)
    forms = load_forms()
    latest = figures.changes(session())
    return render(
        "learn/admin/figures.html",
        forms=forms,
        described=lambda form: list(described(figures.figures_of(form)["jp"])),
        mode_of=lambda form: say(MODE_NAMES[form.jp.mode]),
        owed=[each for each in forms.obligations if each.jp is not None],
        confidences={key: say(name) for key, name in CONFIDENCES.items()},
        changes=[(each, list(_change_lines(each))) for each in latest],
        names=names_of(session(), sorted({each.made_by for each in latest if each.made_by})),
        places=subnav("admin_figures"),
    )


def described(jp: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures of a rule in words."""
    for name, value in jp.items():
        if name in FIGURE_NAMES and value not in (None, False):
            label = say(FIGURE_NAMES[name])
            yield label if value is True else _("%(what)s: %(value)s", what=label, value=value)


def _change_lines(change: figures.FigureChange) -> Iterator[tuple[str, str, str]]:
    """Yield what differs: name, before, after."""
    before, after = _flat(change.before), _flat(change.after)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name, "") != after.get(name, ""):
            yield name, before.get(name, ""), after.get(name, "")


def _flat(values: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(values["jp"], Mapping):
        jp = values["jp"]
        found = {_("Counted"): say(MODE_NAMES[jp["mode"]])}
        for name, value in jp.items():
            if name in FIGURE_NAMES:
                shown = _("yes") if value is True else "" if value in (None, False) else str(value)
                found[say(FIGURE_NAMES[name])] = shown
        found[_("How sure")] = say(CONFIDENCES[values["confidence"]])
        found[_("Source")] = values["source"]
        return found
    return {
        _("JP a year"): str(values["jp"]),
        _("Excepted classes of post"): ", ".join(values["except_posts"]),
        _("Source"): values["basis"],
    }


@pages.get("/admin/figures/forms/<code>")
def admin_figure(code: str) -> ResponseReturnValue:
    """Show how JP are counted for one form, to be changed; ``mode`` chooses another way of counting."""
    need(Action.MANAGE_FRAMEWORK)
    found = load_forms().form(code)
    mode = _mode(found)
    values = asdict(found.jp) if mode == found.jp.mode else {}
    known = {**values, "confidence": found.confidence, "source": found.source}
    return _form_page(found, mode, _form(mode)(data=known))


def _mode(found: Form) -> str:
    mode = request.values.get("mode", "") or found.jp.mode
    if mode not in MODES:
        raise NotFound(Message("There is no such way of counting JP."))
    return mode


def _form(mode: str) -> type[WebForm]:
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
    attributes["confidence"] = SelectField(
        _("How sure"), choices=[SelectChoice(key, say(name)) for key, name in CONFIDENCES.items()]
    )
    attributes["source"] = StringField(
        _("Source"), validators=[InputRequired(), Length(max=LONGEST_SOURCE)], filters=[clean_text],
        description=_("Where these figures stand: regulation, annex or letter."),
    )  # fmt: skip
    return type("FigureForm", (WebForm,), attributes)


def _form_page(found: Form, mode: str, form: WebForm, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/figure.html", found=found, mode=mode, form=form, seen=figures.mark_of(session()),
        modes=[(key, say(name)) for key, name in MODE_NAMES.items()], places=subnav("admin_figures"),
    )  # fmt: skip
    return page, status


@pages.post("/admin/figures/forms/<code>")
def admin_change_figure(code: str) -> ResponseReturnValue:
    """Change how JP are counted for a form, from now on."""
    need(Action.MANAGE_FRAMEWORK)
    found = load_forms().form(code)
    mode = _mode(found)
    form = _form(mode)(request.form)
    if not form.validate():
        return _form_page(found, mode, form, 422)
    names = [field.name for field in fields(MODES[mode]) if field.name != "mode"]
    jp = {"mode": mode, **{name: form[name].data for name in names}}
    try:
        changed = figures.change_form(
            session(), found.code, jp, confidence=form["confidence"].data,
            source=form["source"].data, seen=_seen(), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except LearnError as error:
        form["source"].errors = [say(error.message)]
        return _form_page(found, mode, form, 422)
    return _done(changed)


def _seen() -> str:
    return request.form.get("seen", "")[:64]


def _done(changed: bool) -> ResponseReturnValue:
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
        language=language(), places=subnav("admin_figures"),
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
            basis=form["basis"].data, seen=_seen(), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except LearnError as error:
        form["basis"].errors = [say(error.message)]
        return _duty_page(owed, form, 422)
    return _done(changed)
