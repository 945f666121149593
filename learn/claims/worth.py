"""What a claim is worth in hours (JP), and in words how they come about; pure like the rules."""

from __future__ import annotations

from dataclasses import dataclass

from learn.claims.rules import Said
from learn.errors import Message
from learn.hours.forms import (
    ClockHours,
    DayHours,
    FlatHours,
    Form,
    Hours,
    ManualHours,
    ProgramHours,
    SemesterHours,
    SessionHours,
)
from learn.hours.rules import convert


@dataclass(frozen=True)
class Worth:
    """The JP of a claim, and in words how they come about."""

    jp: int
    reasons: tuple[Message, ...]


def worth(form: Form, said: Said, *, counted: int = 0) -> Worth:
    """Return the JP of a claim with the reasons.

    Parameters
    ----------
    counted
        JP of this form and year that count already; only a cap per year looks at it.
    """
    jp = convert(form, said.activity, counted_this_year=counted)
    reasons = [_by_number(form.jp, said) or _by_days(form.jp, said, counted)]
    if jp == 0:
        reasons.append(
            Message("It is worth no JP. It can be kept in the record and does not count.")
        )
    return Worth(jp, tuple(reasons))


def _by_number(hours: Hours, said: Said) -> Message | None:
    """Return the reason where somebody named the JP."""
    if isinstance(hours, ManualHours):
        return Message("You name the JP yourself; the verifier checks them.")
    named = isinstance(hours, ProgramHours) or (
        isinstance(hours, ClockHours) and hours.declared_first
    )
    if named and said.declared_jp is not None:
        return Message("The JP on the certificate or in the curriculum count.")
    return None


def _by_days(hours: Hours, said: Said, counted: int) -> Message:
    match hours:
        case ProgramHours(fallback_minutes_per_jp=minutes):
            return Message("1 JP is %(minutes)s minutes, rounded down for each day.",
                           minutes=minutes)  # fmt: skip
        case ClockHours(minutes_per_jp=minutes, cap_per_day=cap):
            return Message(
                "1 JP is %(minutes)s minutes, rounded down for each day; at most %(cap)s JP a day.",
                minutes=minutes, cap=cap,
            )  # fmt: skip
        case SessionHours(jp_per_unit=each, cap_per_day=cap):
            return Message(
                "A session is %(each)s JP; at most %(cap)s JP a day.", each=each, cap=cap
            )
        case DayHours(jp_per_unit=each, cap_per_event=cap):
            return Message("%(days)s days: %(each)s JP a day; at most %(cap)s JP in all.",
                           days=said.days, each=each, cap=cap)  # fmt: skip
        case SemesterHours(jp_per_unit=each, cap_per_year=cap):
            return Message(
                "A semester is %(each)s JP; at most %(cap)s JP a year, of which %(counted)s JP count already.",
                each=each, cap=cap, counted=counted,
            )  # fmt: skip
        case FlatHours(jp=flat, minimum_duration_days=least):
            return Message("%(jp)s JP when it took at least %(least)s days; it took %(days)s.",
                           jp=flat, least=least, days=said.days)  # fmt: skip
    raise TypeError(hours)
