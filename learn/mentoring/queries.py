"""Reading pairs: one's own as mentee and as mentor, those of one's people, and one with all that is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from learn.ledger.models import LedgerEntry
from learn.ledger.reading import details_of
from learn.mentoring.log_rules import MeetingState
from learn.mentoring.models import Goal, Meeting, Pair
from learn.mentoring.projections import GOAL_CHANGED, GOAL_JUDGED, GOAL_SET
from learn.mentoring.rules import State
from learn.people.access import Role, Scope
from learn.people.models import Person, RoleGrant, Unit
from learn.people.names import full_name
from learn.people.paging import Page, page_of
from learn.people.scoping import people_in, people_under

MOST_MENTORS = 100
Mentor = aliased(Person)


@dataclass(frozen=True)
class PairLine:
    """A pair with who they are; `aim`, `reason` and `changed` are empty where they were erased."""

    pair: Pair
    mentee: Person
    mentor: Person | None
    unit: Unit | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def mentee_name(self) -> str:
        """Return the full name of the mentee."""
        return _name(self.mentee)

    @property
    def mentor_name(self) -> str:
        """Return the full name of the mentor; empty while none is named."""
        return _name(self.mentor) if self.mentor else ""


def _name(who: Person) -> str:
    return full_name(who.name, who.title_before, who.title_after)


@dataclass(frozen=True)
class GoalLine:
    """A goal with its text and what it was before, the newest first."""

    goal: Goal
    text: str
    history: Sequence[GoalChange]


@dataclass(frozen=True)
class GoalChange:
    """One entry of a goal: set, changed or judged, when and by whom."""

    kind: str
    at: datetime
    actor_id: int
    data: Mapping[str, Any]
    text: str


@dataclass(frozen=True)
class MeetingLine:
    """A meeting; `texts` only for those who may read them."""

    meeting: Meeting
    texts: Mapping[str, str]
    reason: str


_LINES = (
    select(Pair, Person, Mentor, Unit)
    .join(Person, Person.id == Pair.person_id)
    .outerjoin(Mentor, Mentor.id == Pair.mentor_id)
    .outerjoin(Unit, Unit.id == Person.unit_id)
)


def pair_line(session: Session, mentee_id: int, pair_id: int) -> PairLine | None:
    """Return one pair with its texts."""
    if not (0 < pair_id < 2**31 and 0 < mentee_id < 2**63):
        return None
    row = session.execute(
        _LINES.where(Pair.person_id == mentee_id, Pair.id == pair_id)
    ).one_or_none()
    if row is None:
        return None
    pair: Pair = row[0]
    places = {
        "aim": pair.text_seq, "reason": pair.reason_seq, "changed": pair.result_seq,
    }  # fmt: skip
    details = details_of(session, [(mentee_id, seq) for seq in places.values() if seq])
    texts = {
        name: str(details.get((mentee_id, seq or 0), {}).get(name, ""))
        for name, seq in places.items()
    }
    return PairLine(pair, row[1], row[2], row[3], texts)


def my_pairs(
    session: Session, person_id: int, *, as_mentor: bool, after: str | None = None, limit: int = 20
) -> Page[PairLine]:
    """Return a page of one's pairs, as mentee or as mentor, the newest first."""
    mine = Pair.mentor_id == person_id if as_mentor else Pair.person_id == person_id
    return _page(session, mine, after=after, limit=limit)


def pairs_within(
    session: Session,
    scope: Scope,
    *,
    actor_id: int,
    states: Sequence[str] = (),
    unit: Unit | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[PairLine]:
    """Return a page of the pairs whose mentees are within `scope`, the newest first; one's own never."""
    return _page(
        session, *_within(scope, actor_id, states, unit), after=after, limit=limit,
    )  # fmt: skip


def _within(
    scope: Scope, actor_id: int, states: Sequence[str], unit: Unit | None
) -> list[ColumnElement[bool]]:
    conditions = [people_in(scope), Pair.person_id != actor_id]
    if states:
        conditions.append(Pair.state.in_(states))
    if unit is not None:
        conditions.append(people_under(unit.path))
    return conditions


def count_waiting(session: Session, scope: Scope, *, actor_id: int) -> int:
    """Return how many pairs within `scope` wait for a supervisor who is not their mentor."""
    query = (
        select(func.count())
        .select_from(Pair)
        .join(Person, Person.id == Pair.person_id)
        .where(
            *_within(scope, actor_id, (State.ACCEPTED,), None),
            Pair.mentor_id != actor_id,
        )
    )
    return session.scalar(query) or 0


def _page(
    session: Session, *conditions: ColumnElement[bool], after: str | None, limit: int
) -> Page[PairLine]:
    key = (Pair.proposed_at, Pair.person_id, Pair.id)
    page = page_of(session, _LINES.where(*conditions), key, after=after, limit=limit, falling=True)
    return page.of(lambda row: PairLine(row[0], row[1], row[2], row[3]))


def goals_of(session: Session, pair: Pair) -> list[GoalLine]:
    """Return the goals of a pair with their texts and histories, in three statements."""
    goals = session.scalars(
        select(Goal)
        .where(Goal.person_id == pair.person_id, Goal.pair == pair.id)
        .order_by(Goal.due_on, Goal.id)
    ).all()
    if not goals:
        return []
    entries = _goal_entries(session, pair)
    details = details_of(session, [(pair.person_id, seq) for seq, *_rest in entries])
    histories: dict[int, list[GoalChange]] = {goal.id: [] for goal in goals}
    for seq, kind, at, data in reversed(entries):
        text = str(details.get((pair.person_id, seq), {}).get("text", ""))
        change = GoalChange(kind, at, data["actor"], data, text)
        histories.setdefault(data.get("goal", seq), []).append(change)
    texts = {
        seq: str(details.get((pair.person_id, seq), {}).get("text", "")) for seq, *_r in entries
    }
    return [GoalLine(goal, texts.get(goal.text_seq, ""), histories[goal.id]) for goal in goals]


def _goal_entries(
    session: Session, pair: Pair
) -> list[tuple[int, str, datetime, Mapping[str, Any]]]:
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.at, LedgerEntry.data)
        .where(
            LedgerEntry.person_id == pair.person_id, LedgerEntry.seq > pair.id,
            LedgerEntry.kind.in_([GOAL_SET, GOAL_CHANGED, GOAL_JUDGED]),
        )
        .order_by(LedgerEntry.seq)
    )  # fmt: skip
    found = [
        (row.seq, row.kind, datetime.fromisoformat(row.at), json.loads(row.data)) for row in rows
    ]
    return [each for each in found if each[3]["pair"] == pair.id]


def meetings_of(
    session: Session, pair: Pair, *, inside: bool, before: int | None = None, limit: int = 20
) -> list[MeetingLine]:
    """Return meetings of a pair, those written down last first, with a number below `before`.

    Texts come for the two of the pair (`inside`), and for others where they were shared.
    """
    query = (
        select(Meeting)
        .where(Meeting.person_id == pair.person_id, Meeting.pair == pair.id)
        .order_by(Meeting.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Meeting.id < before)
    if not inside:
        query = query.where(Meeting.state != MeetingState.REMOVED)
    rows = session.scalars(query).all()
    readable = [row for row in rows if inside or row.shared]
    places = [(row.person_id, row.text_seq) for row in readable]
    places += [(row.person_id, row.reason_seq) for row in readable if row.reason_seq]
    details = details_of(session, places)
    return [_meeting_line(row, details, inside or row.shared) for row in rows]


def _meeting_line(
    row: Meeting, details: Mapping[tuple[int, int], Mapping[str, Any]], readable: bool
) -> MeetingLine:
    if not readable:
        return MeetingLine(row, {}, "")
    reason = details.get((row.person_id, row.reason_seq or 0), {}).get("why", "")
    return MeetingLine(row, details.get((row.person_id, row.text_seq), {}), str(reason))


def mentors_for(session: Session, mentee: Person) -> list[Person]:
    """Return who may be asked to be a mentor: holders of that role on the mentee's unit or above it."""
    if mentee.unit_id is None:
        return []
    unit = session.get(Unit, mentee.unit_id)
    above = [int(part) for part in unit.path.strip("/").split("/")] if unit else []
    return list(
        session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.role == Role.MENTOR, RoleGrant.unit_id.in_(above),
                RoleGrant.ended_at.is_(None), Person.active, Person.id != mentee.id,
            )
            .order_by(Person.sort_name, Person.id)
            .distinct()
            .limit(MOST_MENTORS)
        )
    )  # fmt: skip
