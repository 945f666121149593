"""HR: the professionalism index (IP-ASN) of somebody, as a simulation; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping

from flask.typing import ResponseReturnValue

from learn.figures.development import Development, development_of
from learn.figures.professionalism import GROUP, Family, Inputs, family_of, index_of, most_of
from learn.hours.forms import load_forms
from learn.hours.measures import Measure
from learn.people.access import Action
from learn.people.directory import get_person
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.context import arguments, may, now, reach, session
from learn.web.hr.overview import the_year
from learn.web.i18n import _, language
from learn.web.noting import noted
from learn.web.render import render

MOST_JP = 9999


@pages.get("/hr/people/<int:person_id>/professionalism/")
def hr_professionalism(person_id: int) -> ResponseReturnValue:
    """Say what the index would be, from the JP account and from what the reader chooses."""
    who = noted(get_person(session(), person_id, reach(Action.EXPORT)), readings.RECORD)
    family, year = family_of(who.post_class), the_year().number
    forms = load_forms()
    known = development_of(session(), who.id, year, forms)
    inputs = _inputs(arguments(), family, known) if family else None
    chosen = inputs and inputs.qualification and inputs.performance
    measures = [each for each in forms.measures if each.group == GROUP]
    return render(
        "learn/hr/professionalism.html",
        who=who,
        family=family,
        year=year,
        inputs=inputs,
        index=index_of(inputs, forms) if inputs and chosen else None,
        most=most_of(family, forms) if family else None,
        qualifications=_choices(forms.measure("qualification")),
        performances=_choices(forms.measure("performance")),
        disciplines=_choices(forms.measure("discipline"))[1:],
        windows=forms.measure("windows").values,
        needed=forms.measure("technical_jp").values["jp"],
        sources=list(dict.fromkeys(each.source for each in measures)),
        unsure=[each.name(language()) for each in measures if each.confidence != "high"],
        may_change=may(Action.MANAGE_FRAMEWORK),
        today=now(),
    )


def _inputs(asked: Mapping[str, str], family: Family, known: Development) -> Inputs:
    """Return what was chosen; what was not, as the account has it."""
    fitting = known.functional if family == "functional" else known.leadership
    return Inputs(
        family,
        _one_of(asked.get("qualification", ""), "qualification", ""),
        _one_of(asked.get("performance", ""), "performance", ""),
        _one_of(asked.get("discipline", ""), "discipline", "none"),
        _yes(asked.get("training", ""), fitting),
        _jp(asked.get("jp", ""), known.technical_jp),
        _yes(asked.get("seminar", ""), known.seminar),
    )


def _one_of(text: str, measure: str, otherwise: str) -> str:
    return text if text in load_forms().measure(measure).values else otherwise


def _yes(text: str, otherwise: bool) -> bool:
    return {"yes": True, "no": False}.get(text, otherwise)


def _jp(text: str, otherwise: int) -> int:
    number = text.isascii() and text.isdecimal() and len(text) < 6
    return min(int(text), MOST_JP) if number else otherwise


def _choices(measure: Measure) -> list[tuple[str, str]]:
    known = [(each.key, each.name(language())) for each in measure.figures]
    return [("", _("Choose")), *known]
