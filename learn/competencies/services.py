"""Evidence for a level, from wherever it comes, and the learned level that follows from it.

Courses bring theirs here with each completion; quizzes, classrooms, mentoring and people call
`record_evidence` and `withdraw_evidence_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.evidence.entries import (
    EVIDENCE_RECORDED,
    EVIDENCE_WITHDRAWN,
    LEVEL_LEARNED,
)
from learn.competencies.framework.catalogue import HIGHEST, LOWEST, load_framework
from learn.competencies.models import CompetencyLevel, Evidence
from learn.competencies.queries import piece_of
from learn.competencies.rules import holds_until, learned_level
from learn.config import Settings
from learn.db import moment_text
from learn.errors import Invalid, Message
from learn.ledger import append, lock
from learn.people.dates import local_date
from learn.people.models import Person, Unit
from learn.progress.awards import Award, awards

SOURCES = ("course", "quiz", "training", "mentoring", "confirmation", "import", "prior")
MAX_REF = 200
DEFAULT_ZONE = "Asia/Makassar"
NOON = time(12, tzinfo=UTC)  # of all zones of Indonesia, this moment is in the same day


def record_evidence(
    session: Session,
    person_id: int,
    *,
    competency: str,
    level: int,
    source: str,
    ref: str,
    now: datetime,
    valid_until: date | datetime | None = None,
    actor_id: int | None = None,
    observed_on: date | None = None,
    course: str | None = None,
    cycle: int | None = None,
    version_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Record a piece of evidence and decide the level; what is there already is not recorded twice.

    Parameters
    ----------
    source, ref
        One of `SOURCES`, and what it was: together they are how it is withdrawn.
    valid_until
        The last day, or the last moment, on which it counts.
    detail
        Names and free text.

    Returns
    -------
    int
        The number of its entry.

    Raises
    ------
    Invalid
        The source or the level cannot be.
    UnknownCompetency
        The framework in force has no such code.
    """
    framework = load_framework()
    code = framework.competency(competency).code
    _refuse_impossible(level, source, ref)
    until = _moment(valid_until)
    lock(session, person_id)
    known = session.scalar(
        select(Evidence.seq).where(
            Evidence.person_id == person_id, Evidence.source == source, Evidence.ref == ref,
            Evidence.competency == code, Evidence.level == level, Evidence.withdrawn_at.is_(None),
            Evidence.valid_until == until if until else Evidence.valid_until.is_(None),
        )
    )  # fmt: skip
    if known is not None:
        return known
    data = {
        "competency": code, "level": level, "source": source, "ref": ref, "course": course,
        "cycle": cycle, "version": version_id, "framework": framework.version, "actor": actor_id,
        "observed_on": observed_on.isoformat() if observed_on else None,
        "valid_until": moment_text(until) if until else None,
    }  # fmt: skip
    seq = append(session, person_id, EVIDENCE_RECORDED, data, at=now, detail=detail).seq
    decide_level(session, person_id, code, now=now)
    return seq


def _refuse_impossible(level: int, source: str, ref: str) -> None:
    if source not in SOURCES:
        raise Invalid(Message("There is no source of evidence %(source)s; the sources are %(sources)s.",
                              source=source, sources=", ".join(SOURCES)))  # fmt: skip
    if not LOWEST <= level <= HIGHEST:
        raise Invalid(Message("A level is a whole number from 1 to 5."))
    if not 0 < len(ref) <= MAX_REF:
        raise Invalid(Message("What the evidence is has 1 to %(most)s letters.", most=MAX_REF))


def _moment(until: date | datetime | None) -> datetime | None:
    if until is None or isinstance(until, datetime):
        return until
    return datetime.combine(until, NOON)


def withdraw_evidence_of(
    session: Session,
    person_id: int,
    source: str,
    ref: str,
    *,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> int:
    """Withdraw all evidence that came from one thing, and decide the levels; return how many pieces."""
    lock(session, person_id)
    return withdraw_pieces(session, person_id, (Evidence.source == source, Evidence.ref == ref),
                           actor_id=actor_id, now=now, reason=reason)  # fmt: skip


def withdraw_pieces(
    session: Session, person_id: int, which: tuple[Any, ...], *, actor_id: int | None, now: datetime,
    reason: str = "",
) -> int:  # fmt: skip
    """Withdraw the standing evidence that meets all conditions, and decide the levels; return how many."""
    standing = session.execute(
        select(Evidence.seq, Evidence.competency)
        .where(Evidence.person_id == person_id, *which, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.seq)
    ).all()
    for row in standing:
        data = {"evidence": row.seq} | ({} if actor_id is None else {"actor": actor_id})
        detail = {"reason": reason} if reason else None
        append(session, person_id, EVIDENCE_WITHDRAWN, data, at=now, detail=detail)
    for code in sorted({row.competency for row in standing}):
        decide_level(session, person_id, code, now=now)
    return len(standing)


class EvidenceOfCompletion:
    """A completion is evidence for the levels that its course version names."""

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Record the evidence and decide the levels anew."""
        until = moment_text(award.valid_until) if award.valid_until else None
        for outcome in award.outcomes:
            data = {
                "competency": outcome.competency, "level": outcome.level, "course": award.course,
                "cycle": award.cycle, "version": award.version_id, "valid_until": until,
                "framework": load_framework().version,
            }  # fmt: skip
            append(session, award.person_id, EVIDENCE_RECORDED, data, at=award.completed_at)
        for code in {outcome.competency for outcome in award.outcomes}:
            decide_level(session, award.person_id, code, now=award.completed_at,
                         today=local_date(award.completed_at, award.zone))  # fmt: skip

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Withdraw the evidence of the completion and decide the levels from what remains."""
        which = (Evidence.source == "course", Evidence.course == course, Evidence.cycle == cycle)
        withdraw_pieces(session, person_id, which, actor_id=None, now=now)


awards(EvidenceOfCompletion())


def decide_level(
    session: Session, person_id: int, code: str, *, now: datetime, today: date | None = None
) -> int:
    """Decide the learned level from the evidence that counts now; a change is an entry.

    Evidence on the code of an earlier version is decided about where it counts today. A level that stays
    is an entry too when it will end earlier than was known, or when the day is over until which it was
    known to hold.

    Parameters
    ----------
    today
        The day that it is decided for, where it is known; else the date of `now` where the person works.

    Returns
    -------
    int
        The level; where the code counts as several, the highest.
    """
    targets = load_framework().counts_as(code, HIGHEST) or {code: HIGHEST}
    day = today or _local_day(session, person_id, now)
    return max(_decide(session, person_id, each, now, day) for each in sorted(targets))


def _local_day(session: Session, person_id: int, now: datetime) -> date:
    """Return the date in the zone of the person's unit: suspensions begin and end on such days."""
    zone = select(Unit.time_zone).join(Person, Person.unit_id == Unit.id)
    found = session.scalar(zone.where(Person.id == person_id))
    return local_date(now, found or DEFAULT_ZONE)


def _decide(session: Session, person_id: int, code: str, now: datetime, today: date) -> int:
    framework = load_framework()
    rows = session.scalars(
        select(Evidence).where(
            Evidence.person_id == person_id,
            Evidence.competency.in_(framework.codes_read_for(code)),
        )
    )
    pieces = []
    for row in rows:
        counted = framework.counts_as(row.competency, row.level).get(code, 0)
        own = row.level if row.competency == code else 0
        if counted or own:
            pieces.append(piece_of(row, counted or own))
    competency = framework.find(code)
    mandatory = competency.mandatory if competency else ()
    level = learned_level(pieces, mandatory, on=today)
    until = holds_until(pieces, mandatory, on=today)
    if _is_news(session.get(CompetencyLevel, (person_id, code)), level, until, today):
        data = {"competency": code, "level": level, "until": until.isoformat() if until else None}
        append(session, person_id, LEVEL_LEARNED, data, at=now)
    return level


def _is_news(known: CompetencyLevel | None, level: int, until: date | None, today: date) -> bool:
    if level != (known.learned_level if known else 0):
        return True
    until_known = known.learned_until if known else None
    earlier = until is not None and (until_known is None or until < until_known)
    return earlier or (until_known is not None and until_known < today)
