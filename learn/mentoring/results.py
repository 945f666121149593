"""The supervisor's last word on a pair: what changed at work, hours (JP) for what was met, perhaps a level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.services import record_evidence, withdraw_evidence_of
from learn.errors import Invalid, Message
from learn.hours.forms import Form, load_forms
from learn.hours.models import HoursCredit
from learn.hours.rules import Activity, convert, local_day
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.ledger import append
from learn.lifecycle import MAX_REASON, reason_in
from learn.mentoring.log_rules import MeetingState
from learn.mentoring.models import Meeting, Pair
from learn.mentoring.pairs import Seat, standing_pair, zone_of
from learn.mentoring.projections import KIND_OF
from learn.mentoring.rules import Act, CannotMentor, State

SOURCE = "mentoring"


@dataclass(frozen=True)
class DayWorth:
    """One local day: how many meetings and minutes, and the JP that they bring."""

    day: date
    meetings: int
    minutes: int
    jp: int


def worth_of(session: Session, pair: Pair, *, timezone: str) -> list[DayWorth]:
    """Return the days of the confirmed meetings with the JP of the mentee, by the form's rule.

    A day's cap is one for all pairs of the same form: what another pair of that day brought counts.
    """
    mine = (Pair.person_id == pair.person_id) & (Pair.id != pair.id)
    return _worth(session, pair, zone_of(session, pair.person_id, timezone), mine)


def mentor_worth_of(session: Session, pair: Pair, *, timezone: str) -> list[DayWorth]:
    """Return the same for the mentor, whose other mentees of that day count."""
    other = (Pair.person_id != pair.person_id) | (Pair.id != pair.id)
    theirs = (Pair.mentor_id == pair.mentor_id) & other & (Pair.mentor_jp > 0)
    return _worth(session, pair, zone_of(session, pair.mentor_id or 0, timezone), theirs)


def _worth(session: Session, pair: Pair, zone: str, beside: ColumnElement[bool]) -> list[DayWorth]:
    form = load_forms().form(pair.form)
    own = session.execute(
        select(Meeting.starts_at, Meeting.minutes).where(
            Meeting.person_id == pair.person_id, Meeting.pair == pair.id,
            Meeting.state == MeetingState.CONFIRMED,
        )
    ).all()  # fmt: skip
    others = session.execute(
        select(Meeting.starts_at, Meeting.minutes)
        .join(Pair, (Pair.person_id == Meeting.person_id) & (Pair.id == Meeting.pair))
        .where(
            beside, Pair.form == pair.form, Pair.state == State.CONFIRMED,
            Meeting.state == MeetingState.CONFIRMED,
        )
    ).all()  # fmt: skip
    return days_of(
        form,
        [(row.starts_at, row.minutes) for row in own],
        [(row.starts_at, row.minutes) for row in others],
        zone,
    )


def days_of(
    form: Form,
    own: Sequence[tuple[datetime, int]],
    others: Sequence[tuple[datetime, int]],
    zone: str,
) -> list[DayWorth]:
    """Return the days of meetings (start, minutes) with the JP that they add to those of `others`."""
    mine, theirs = _by_day(own, zone), _by_day(others, zone)
    none = (0, 0)
    found = []
    for day, (count, minutes) in sorted(mine.items()):
        before = theirs.get(day, none)
        both = (count + before[0], minutes + before[1])
        found.append(DayWorth(day, count, minutes, _jp(form, day, both) - _jp(form, day, before)))
    return found


def _by_day(meetings: Sequence[tuple[datetime, int]], zone: str) -> dict[date, tuple[int, int]]:
    counts: Counter[date] = Counter()
    minutes: Counter[date] = Counter()
    for start, length in meetings:
        counts[local_day(start, zone)] += 1
        minutes[local_day(start, zone)] += length
    return {day: (counts[day], minutes[day]) for day in counts}


def _jp(form: Form, day: date, figures: tuple[int, int]) -> int:
    count, minutes = figures
    if not count:
        return 0
    return convert(form, Activity(minutes={day: minutes}, sessions={day: count}))


def confirm_result(
    session: Session,
    mentee_id: int,
    pair_id: int,
    *,
    changed: str,
    levels: Mapping[str, int],
    seat: Seat,
    based_on: int,
    timezone: str,
    mentor_hours: bool,
    now: datetime,
) -> Pair:
    """Confirm what a pair brought: its confirmed meetings become JP, confirmed levels evidence.

    Parameters
    ----------
    changed
        What changed at work, in the supervisor's words.
    levels
        Competency and the level that the mentee shows at work; only what is confirmed stands in it.
    mentor_hours
        Whether the mentor gets the same JP.

    Raises
    ------
    CannotMentor, Forbidden, NotNow, Moved
        Something cannot be; it is not theirs to do; the pair stands otherwise; it was changed.
    """
    pair = standing_pair(session, mentee_id, pair_id, Act.CONFIRM, seat=seat, based_on=based_on)
    _check(pair, changed, levels)
    days = worth_of(session, pair, timezone=timezone)
    theirs = mentor_worth_of(session, pair, timezone=timezone) if mentor_hours else []
    data = {
        "pair": pair.id, "actor": seat.actor_id, "levels": dict(levels),
        "jp": sum(day.jp for day in days), "mentor_jp": sum(day.jp for day in theirs),
    }  # fmt: skip
    append(
        session, mentee_id, KIND_OF[Act.CONFIRM], data, at=now, detail={"changed": changed.strip()}
    )
    _credit(session, mentee_id, pair, days, now)
    if pair.mentor_id is not None:
        _credit(session, pair.mentor_id, pair, theirs, now)
    for code, level in sorted(levels.items()):
        record_evidence(
            session, mentee_id, competency=code, level=level, source=SOURCE, ref=str(pair.id),
            actor_id=seat.actor_id, now=now,
        )  # fmt: skip
    return pair


def _check(pair: Pair, changed: str, levels: Mapping[str, int]) -> None:
    mistakes: dict[str, Message] = {}
    if not changed.strip():
        mistakes["changed"] = Message("Write what changed at work.")
    elif len(changed) > MAX_REASON:
        mistakes["changed"] = Message("At most %(most)s letters.", most=MAX_REASON)
    aimed = pair.competencies or [each.code for each in load_framework().competencies]
    for code, level in levels.items():
        if code not in aimed:
            mistakes["levels"] = Message("The pair did not aim at %(code)s.", code=code[:20])
        elif not 1 <= level <= 5:
            mistakes["levels"] = Message("A level is a whole number from 1 to 5.")
    if mistakes:
        raise CannotMentor(mistakes)


def _ref(pair: Pair, person_id: int) -> str:
    """Return what a credit of the pair is called in this person's account, without its day."""
    return str(pair.id) if person_id == pair.person_id else f"{pair.person_id}-{pair.id}"


def _credit(
    session: Session, person_id: int, pair: Pair, days: Sequence[DayWorth], now: datetime
) -> None:
    """Credit each day by itself: years of the calendar and of a contract then fall apart rightly."""
    for each in days:
        credit_hours(
            session, person_id, jp=each.jp, form=pair.form, year=each.day.year, source=SOURCE,
            ref=f"{_ref(pair, person_id)}/{each.day.isoformat()}", now=now, day=each.day,
        )  # fmt: skip


def take_back_result(
    session: Session,
    mentee_id: int,
    pair_id: int,
    *,
    seat: Seat,
    based_on: int,
    reason: str,
    now: datetime,
) -> Pair:
    """Take a confirmation back: its JP and its evidence no longer count; it can be confirmed anew.

    Raises
    ------
    Forbidden, Invalid, NotNow, Moved
        It is not theirs to do; the reason is missing; the pair stands otherwise; it was changed.
    """
    pair = standing_pair(session, mentee_id, pair_id, Act.TAKE_BACK, seat=seat, based_on=based_on)
    why = reason_in(reason)
    data = {"pair": pair.id, "actor": seat.actor_id}
    append(session, mentee_id, KIND_OF[Act.TAKE_BACK], data, at=now, detail={"reason": why})
    for person_id in {mentee_id, pair.mentor_id or mentee_id}:
        for ref in _standing_refs(session, person_id, pair):
            withdraw_hours_of(session, person_id, SOURCE, ref, now=now)
    withdraw_evidence_of(
        session, mentee_id, SOURCE, str(pair.id), actor_id=seat.actor_id, now=now, reason=why
    )
    return pair


def _standing_refs(session: Session, person_id: int, pair: Pair) -> list[str]:
    return list(
        session.scalars(
            select(HoursCredit.ref).where(
                HoursCredit.person_id == person_id, HoursCredit.source == SOURCE,
                HoursCredit.ref.startswith(f"{_ref(pair, person_id)}/", autoescape=True),
                HoursCredit.withdrawn_at.is_(None),
            )
        )
    )  # fmt: skip


def read_level(text: str) -> int | None:
    """Return a level that was chosen, None for none.

    Raises
    ------
    Invalid
        It is no level.
    """
    if not text:
        return None
    if text not in {"1", "2", "3", "4", "5"}:
        raise Invalid(Message("A level is a whole number from 1 to 5."))
    return int(text)
