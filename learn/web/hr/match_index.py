"""HR: the professionalism index (IP-ASN) of somebody, as a simulation; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping

from flask.typing import ResponseReturnValue

from learn.errors import Message
from learn.figures.development import Development, development_of
from learn.figures.professionalism import (
    DISCIPLINE,
    PERFORMANCE,
    QUALIFICATIONS,
    Family,
    Inputs,
    family_of,
    index_of,
)
from learn.people.access import Action
from learn.people.directory import get_person
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.context import arguments, now, reach, session
from learn.web.hr.overview import the_year
from learn.web.i18n import _, say
from learn.web.noting import noted
from learn.web.render import render

Choices = Mapping[str, tuple[Message, int]]
MOST_JP = 9999


@pages.get("/hr/people/<int:person_id>/professionalism/")
def hr_professionalism(person_id: int) -> ResponseReturnValue:
    """Say what the index would be, from the JP account and from what the reader chooses."""
    who = noted(get_person(session(), person_id, reach(Action.EXPORT)), readings.RECORD)
    family, year = family_of(who.post_class), the_year().number
    known = development_of(session(), who.id, year)
    asked = arguments()
    inputs = _inputs(asked, family, known) if family else None
    return render(
        "learn/hr/professionalism.html",
        who=who,
        family=family,
        year=year,
        inputs=inputs,
        index=index_of(inputs) if inputs and inputs.qualification and inputs.performance else None,
        qualifications=_choices(QUALIFICATIONS),
        performances=_choices(PERFORMANCE),
        disciplines=_choices(DISCIPLINE)[1:],
        today=now(),
    )


def _inputs(asked: Mapping[str, str], family: Family, known: Development) -> Inputs:
    """Return what was chosen; what was not, as the account has it."""
    fitting = known.functional if family == "functional" else known.leadership
    return Inputs(
        family,
        _one_of(asked.get("qualification", ""), QUALIFICATIONS, ""),
        _one_of(asked.get("performance", ""), PERFORMANCE, ""),
        _one_of(asked.get("discipline", ""), DISCIPLINE, "none"),
        _yes(asked.get("training", ""), fitting),
        _jp(asked.get("jp", ""), known.technical_jp),
        _yes(asked.get("seminar", ""), known.seminar),
    )


def _one_of(text: str, known: Choices, otherwise: str) -> str:
    return text if text in known else otherwise


def _yes(text: str, otherwise: bool) -> bool:
    return {"yes": True, "no": False}.get(text, otherwise)


def _jp(text: str, otherwise: int) -> int:
    number = text.isascii() and text.isdecimal() and len(text) < 6
    return min(int(text), MOST_JP) if number else otherwise


def _choices(known: Choices) -> list[tuple[str, str]]:
    return [("", _("Choose")), *((key, say(label)) for key, (label, _worth) in known.items())]
