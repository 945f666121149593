"""Leaves of completion rules: applied at work (`approval`), hours in a form, recognised prior learning.

::

    complete:
      all:
        - modules: all
        - approval: {by: supervisor, text: "Menerapkan standar pelayanan di unit kerja"}
        - hours: {form: NKL02, jp: 4}
        - prior: {competency: M.05, level: 2}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import Evidence
from learn.errors import Message
from learn.hours.forms import UnknownForm, load_forms
from learn.hours.models import HoursCredit
from learn.mentoring.approvals import MENTOR, SUPERVISOR, mark_of, standing_approvals
from learn.progress.leaves import Asked, Leaf, Whose, leaf
from learn.progress.models import Enrolment
from learn.progress.rules import BadRule, Explained

MAX_TEXT, MOST_JP = 300, 1000
APPROVAL_TAKES = Message(
    "approval takes {by: supervisor or mentor, text: what was applied at work}."
)
HOURS_TAKES = Message("hours takes {form: NKL02, jp: a whole number from 1}.")
PRIOR_TAKES = Message("prior takes {competency: M.05, level: 1-5}.")


@dataclass(frozen=True)
class ApprovalAsked(Asked):
    """Met when a supervisor (or mentor) of the learner has confirmed it in this cycle."""

    leaf: ClassVar[str] = "approval"
    by: str
    text: str

    def explain_found(self, found: Any) -> Explained:
        """Say who confirms, and whether they have."""
        if found:
            message = Message("Confirmed")
        elif self.by == MENTOR:
            message = Message("Your mentor confirms it; it waits in their team.")
        else:
            message = Message("Your supervisor confirms it; it waits in their team.")
        title = Message("Applied at work: %(text)s", text=self.text)
        return Explained(self.leaf, bool(found), message, None, bool(found), 1, title=title)


@dataclass(frozen=True)
class HoursAsked(Asked):
    """Met when the JP of this form that count since the cycle began reach the number."""

    leaf: ClassVar[str] = "hours"
    form: str
    jp: int

    def explain_found(self, found: Any) -> Explained:
        """Count the JP."""
        earned = int(found or 0)
        message = Message("%(earned)s of %(target)s JP", earned=earned, target=self.jp)
        title = Message("Hours (JP) in the form %(form)s", form=self.form)
        share = min(1.0, earned / self.jp)
        return Explained(self.leaf, earned >= self.jp, message, None, share, 1, title=title)


@dataclass(frozen=True)
class PriorAsked(Asked):
    """Met when prior learning was recognised at this level or above, and still counts."""

    leaf: ClassVar[str] = "prior"
    competency: str
    level: int

    def explain_found(self, found: Any) -> Explained:
        """Compare the recognised level."""
        held = int(found or 0)
        met = held >= self.level
        message = (
            Message("Recognised at level %(level)s", level=held)
            if held
            else Message("Not recognised yet. Send what shows it, and somebody reviews it.")
        )
        title = Message("Prior learning: %(competency)s at level %(level)s",
                        competency=self.competency, level=self.level)  # fmt: skip
        return Explained(self.leaf, met, message, None, min(1.0, held / self.level), 1, title=title)


def _read_approval(value: Any) -> ApprovalAsked:
    _only(value, {"by", "text"}, APPROVAL_TAKES)
    by, text = value["by"], value["text"]
    if by not in (SUPERVISOR, MENTOR) or not isinstance(text, str) or not text.strip():
        raise BadRule(APPROVAL_TAKES)
    if len(text) > MAX_TEXT:
        raise BadRule(Message("At most %(most)s letters.", most=MAX_TEXT))
    return ApprovalAsked(by, " ".join(text.split()))


def _read_hours(value: Any) -> HoursAsked:
    _only(value, {"form", "jp"}, HOURS_TAKES)
    form, jp = value["form"], value["jp"]
    if not isinstance(form, str) or not _is_whole(jp) or not 1 <= jp <= MOST_JP:
        raise BadRule(HOURS_TAKES)
    return HoursAsked(form.strip().upper(), jp)


def _read_prior(value: Any) -> PriorAsked:
    _only(value, {"competency", "level"}, PRIOR_TAKES)
    code, level = value["competency"], value["level"]
    if not isinstance(code, str) or not _is_whole(level) or not 1 <= level <= 5:
        raise BadRule(PRIOR_TAKES)
    return PriorAsked(code.strip(), level)


def _only(value: Any, names: set[str], takes: Message) -> None:
    if not isinstance(value, Mapping) or value.keys() != names:
        raise BadRule(takes)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_hours(value: Any) -> Message | None:
    try:
        load_forms().form(_read_hours(value).form)
    except UnknownForm as error:
        return error.message
    return None


def _check_prior(value: Any) -> Message | None:
    code = _read_prior(value).competency
    framework = load_framework()
    return None if framework.is_in_force(code) else framework.no_longer_or_unknown(code)


def _find_approvals(
    session: Session, whose: Whose, asked: Sequence[ApprovalAsked]
) -> dict[ApprovalAsked, bool]:
    marks = {each: mark_of(each.by, each.text) for each in asked}
    found = standing_approvals(
        session, whose.person_id, whose.version.course, whose.cycle, sorted(set(marks.values()))
    )
    return {each: mark in found for each, mark in marks.items()}


def _find_hours(
    session: Session, whose: Whose, asked: Sequence[HoursAsked]
) -> dict[HoursAsked, int]:
    """Return the JP of each form since the cycle began, by the day on which they were earned."""
    place = (whose.person_id, whose.version.course, whose.cycle or 0)
    enrolment = session.get(Enrolment, place) if whose.cycle else None
    if enrolment is None:
        return dict.fromkeys(asked, 0)
    rows = session.execute(
        select(HoursCredit.form, func.sum(HoursCredit.jp))
        .where(
            HoursCredit.person_id == whose.person_id, HoursCredit.withdrawn_at.is_(None),
            HoursCredit.form.in_({each.form for each in asked}),
            or_(
                HoursCredit.day >= enrolment.enrolled_at.date(),
                HoursCredit.day.is_(None) & (HoursCredit.credited_at >= enrolment.enrolled_at),
            ),
        )
        .group_by(HoursCredit.form)
    )  # fmt: skip
    sums = {form: int(jp) for form, jp in rows}
    return {each: sums.get(each.form, 0) for each in asked}


def _find_prior(
    session: Session, whose: Whose, asked: Sequence[PriorAsked]
) -> dict[PriorAsked, int]:
    """Return the highest level of recognised prior learning that counts now, for each competency."""
    today = whose.now.date()
    rows = session.execute(
        select(Evidence.competency, func.max(Evidence.level))
        .where(
            Evidence.person_id == whose.person_id, Evidence.source == "prior",
            Evidence.competency.in_({each.competency for each in asked}),
            Evidence.withdrawn_at.is_(None),
            or_(Evidence.valid_until.is_(None), Evidence.valid_until >= whose.now),
            or_(
                Evidence.suspended_from.is_(None), Evidence.suspended_from > today,
                Evidence.suspended_until < today,
            ),
        )
        .group_by(Evidence.competency)
    )  # fmt: skip
    levels = {code: int(level) for code, level in rows}
    return {each: levels.get(each.competency, 0) for each in asked}


leaf(Leaf("approval", _read_approval, _find_approvals))
leaf(Leaf("hours", _read_hours, _find_hours, _check_hours))
leaf(Leaf("prior", _read_prior, _find_prior, _check_prior))
