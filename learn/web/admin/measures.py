"""Administration: figures that are no JP, each measure with how sure it is and where it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from learn.errors import LearnError, Message, NotFound
from learn.hours import figures
from learn.hours.forms import load_forms, shipped_forms
from learn.hours.measures import LONGEST_NAME, Measure, plain_text, range_of, read_number
from learn.people.access import Action
from learn.web.admin.figure_words import GROUPS, told
from learn.web.admin.forms import clean_text
from learn.web.admin.hours_figures import differs, done, seen, sure_fields
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, session
from learn.web.forms import Form as WebForm
from learn.web.i18n import _, language, number, say
from learn.web.render import render

LANGUAGES = ("id", "en")


@pages.get("/admin/figures/measures/<key>")
def admin_measure(key: str) -> ResponseReturnValue:
    """Show the figures of a measure, to be changed."""
    need(Action.MANAGE_FRAMEWORK)
    measure = _measure(key)
    known: dict[str, Any] = {f"figure_{each.key}": _typed(each.value) for each in measure.figures}
    if measure.named:
        for each, names in measure.classes.items():
            known |= {f"name_{each}_id": names.id, f"name_{each}_en": names.en}
    known |= {"confidence": measure.confidence, "source": measure.source}
    return _page(measure, _form(measure)(data=known))


def _measure(key: str) -> Measure:
    measure = load_forms().by_measure.get(key)
    if measure is None:
        raise NotFound(Message("There are no such figures."))
    return measure


def _typed(value: Decimal) -> str:
    """Return a figure as somebody types it here: without marks for thousands."""
    plain = plain_text(value)
    return plain if language() == "en" else plain.replace(".", ",")


def _form(measure: Measure) -> type[WebForm]:
    """Return the form of a measure: its figures, names of classes where they can be changed, its source."""
    ships = shipped_forms().measure(measure.key).values
    attributes: dict[str, Any] = {
        f"figure_{each.key}": StringField(
            _("Lower bound") if measure.named else each.name(language()),
            validators=[InputRequired()], filters=[clean_text],
            description=_("Shipped with Learn: %(value)s", value=number(ships[each.key])),
        )
        for each in measure.figures
    }  # fmt: skip
    if measure.named:
        labels = {"id": _("Name (Indonesian)"), "en": _("Name (English)")}
        attributes |= {
            f"name_{key}_{each}": StringField(
                labels[each], filters=[clean_text],
                validators=[InputRequired(), Length(max=LONGEST_NAME)],
            )
            for key in measure.classes
            for each in LANGUAGES
        }  # fmt: skip
    return type("MeasureForm", (WebForm,), attributes | sure_fields())


def _page(measure: Measure, form: WebForm, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/measure.html",
        measure=measure,
        group=say(GROUPS[measure.group]),
        right=told(range_of(measure)),
        form=form,
        seen=figures.mark_of(session()),
        differs=differs(measure.key),
        places=subnav("admin_figures"),
    )
    return page, status


@pages.post("/admin/figures/measures/<key>")
def admin_change_measure(key: str) -> ResponseReturnValue:
    """Change the figures of a measure, from now on."""
    need(Action.MANAGE_FRAMEWORK)
    measure = _measure(key)
    form = _form(measure)(request.form)
    values = _values(measure, form) if form.validate() else None
    if values is None:
        return _page(measure, form, 422)
    names = {
        each: (form[f"name_{each}_id"].data, form[f"name_{each}_en"].data)
        for each in (measure.classes if measure.named else ())
    }
    try:
        changed = figures.change_measure(
            session(), measure.key, values, confidence=form["confidence"].data, names=names,
            source=form["source"].data, seen=seen(), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except figures.ImpossibleFigures as error:
        for each, message in error.wrong.items():
            form[f"figure_{each}"].errors = [told(message)]
        return _page(measure, form, 422)
    except LearnError as error:
        form["source"].errors = [say(error.message)]
        return _page(measure, form, 422)
    return done(changed)


def _values(measure: Measure, form: WebForm) -> dict[str, Decimal] | None:
    """Return the numbers that were typed; None where one is none, which its field says."""
    read = {
        each.key: read_number(form[f"figure_{each.key}"].data, measure.decimals)
        for each in measure.figures
    }
    for key, value in read.items():
        if value is None:
            form[f"figure_{key}"].errors = [told(range_of(measure))]
    found = {key: value for key, value in read.items() if value is not None}
    return found if len(found) == len(read) else None
