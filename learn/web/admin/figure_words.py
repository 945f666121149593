"""What figures are called on the pages of administration, and how a change of them reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from learn.errors import Message
from learn.hours.figure_changes import FigureChange
from learn.hours.forms import load_forms, shipped_forms
from learn.hours.measures import Measure
from learn.web.i18n import _, language, number, say

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
COMPONENTS: Mapping[str, Message] = {
    "technical": Message("Technical training"),
    "seminar": Message("Seminar, workshop, internship or course"),
    "leadership": Message("Leadership training"),
    "functional": Message("Functional training"),
    "qualification": Message("Qualification"),
}
GROUPS: Mapping[str, Message] = {
    "professionalism": Message("Professionalism index (IP-ASN)"),
    "grades": Message("Classes of grades and gains"),
    "terms": Message("Terms and exchange"),
}


def described(jp: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures of a rule in words."""
    for name, value in jp.items():
        if name in FIGURE_NAMES and value not in (None, False):
            label = say(FIGURE_NAMES[name])
            yield label if value is True else _("%(what)s: %(value)s", what=label, value=value)


def name_of(key: str) -> str:
    """Return what figures are called: a measure by its name, a form or kind of employee by its code."""
    measure = load_forms().by_measure.get(key)
    return measure.name(language()) if measure else key


def change_lines(change: FigureChange) -> Iterator[tuple[str, str, str]]:
    """Yield what differs: name, before, after."""
    measure = shipped_forms().by_measure.get(change.key)  # names of classes may change as well
    before, after = _flat(change.before, measure), _flat(change.after, measure)
    for name in dict.fromkeys([*before, *after]):
        if before.get(name, "") != after.get(name, ""):
            yield name, before.get(name, ""), after.get(name, "")


def _flat(values: Mapping[str, Any], measure: Measure | None) -> dict[str, str]:
    if measure is not None:
        return _of_measure(values, measure) | _of_source(values)
    if isinstance(values["jp"], Mapping):
        return _of_form(values) | _of_source(values)
    return {
        _("JP a year"): str(values["jp"]),
        _("Excepted classes of post"): ", ".join(values["except_posts"]),
        _("Source"): values["basis"],
    }


def _of_form(values: Mapping[str, Any]) -> dict[str, str]:
    jp = values["jp"]
    found = {_("Counted"): say(MODE_NAMES[jp["mode"]])}
    for name, value in jp.items():
        if name in FIGURE_NAMES:
            shown = _("yes") if value is True else "" if value in (None, False) else str(value)
            found[say(FIGURE_NAMES[name])] = shown
    found[_("Counts for the IP-ASN as")] = say(COMPONENTS[values["component"]])
    found[_("Flag of the form")] = values["flag"] or ""
    return found


def _of_measure(values: Mapping[str, Any], measure: Measure) -> dict[str, str]:
    found = {
        each.name(language()): number(Decimal(values["figures"][each.key]))
        for each in measure.figures
    }
    for key, names in values.get("names", {}).items():
        label = _("Name of “%(name)s”", name=measure.classes[key].text(language()))
        found[label] = f"{names['id']} / {names['en']}"
    return found


def _of_source(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        _("How sure"): say(CONFIDENCES[values["confidence"]]),
        _("Source"): values["source"],
    }


def told(message: Message) -> str:
    """Return a message about figures with its numbers as they are written here: 22,5."""
    shown = {
        name: number(value) if isinstance(value, Decimal) else value
        for name, value in message.params.items()
    }
    return say(Message(message.msgid, **shown))
