"""Reading claims: one's own, those that wait for a verifier, and what looks like the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import State, same_title
from learn.claims.services import Texts
from learn.ledger.reading import details_of
from learn.people.access import Scope
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.paging import Page, cursor_of, page_of
from learn.people.scoping import people_in, people_under

QUEUE = (Claim.submitted_at, Claim.person_id, Claim.id)
MOST_TWINS = 20
COUNTING = (State.SUBMITTED, State.ACCEPTED)


@dataclass(frozen=True)
class ClaimLine:
    """A claim with what was written in it, whose it is, and why it was decided so."""

    claim: Claim
    texts: Texts
    reason: str
    person: Person | None = None
    unit: Unit | None = None

    @property
    def name(self) -> str:
        """Return the full name of whose it is."""
        who = self.person
        return full_name(who.name, who.title_before, who.title_after) if who else ""


@dataclass(frozen=True)
class Twin:
    """Another claim that looks like the same; `why` is document, certificate or title."""

    line: ClaimLine
    why: str


def lines_of(
    session: Session, rows: Sequence[tuple[Claim, Person | None, Unit | None]]
) -> list[ClaimLine]:
    """Return claims with their texts and reasons, read at once."""
    places = [(claim.person_id, claim.text_seq) for claim, _person, _unit in rows]
    places += [(c.person_id, c.reason_seq) for c, _p, _u in rows if c.reason_seq is not None]
    details = details_of(session, places)
    return [
        ClaimLine(
            claim,
            Texts(**details.get((claim.person_id, claim.text_seq), {})),
            str(details.get((claim.person_id, claim.reason_seq or 0), {}).get("reason", "")),
            person,
            unit,
        )
        for claim, person, unit in rows
    ]


def claims_of(
    session: Session, person_id: int, *, states: Sequence[str] = (), before: int | None = None,
    limit: int = 50,
) -> list[ClaimLine]:  # fmt: skip
    """Return a person's claims, the newest first, those with a number below `before`."""
    query = select(Claim).where(Claim.person_id == person_id).order_by(Claim.id.desc()).limit(limit)
    if states:
        query = query.where(Claim.state.in_(states))
    if before is not None:
        query = query.where(Claim.id < before)
    return lines_of(session, [(claim, None, None) for claim in session.scalars(query)])


def _waiting(
    scope: Scope, actor_id: int, unit: Unit | None, state: str
) -> list[ColumnElement[bool]]:
    conditions = [Claim.state == state, Claim.person_id != actor_id, people_in(scope)]
    if unit is not None:
        conditions.append(people_under(unit.path))
    return conditions


def count_claims(
    session: Session, scope: Scope, *, actor_id: int, unit: Unit | None = None,
    state: str = State.SUBMITTED,
) -> int:  # fmt: skip
    """Return how many claims of others within `scope` stand so."""
    return session.scalar(
        select(func.count()).select_from(Claim).join(Person, Person.id == Claim.person_id)
        .where(*_waiting(scope, actor_id, unit, state))
    ) or 0  # fmt: skip


def list_claims(
    session: Session,
    scope: Scope,
    *,
    actor_id: int,
    unit: Unit | None = None,
    state: str = State.SUBMITTED,
    after: str | None = None,
    limit: int = 50,
) -> Page[ClaimLine]:
    """Return a page of claims of others within `scope`, those that were sent first at the top."""
    query = (
        select(Claim, Person, Unit)
        .join(Person, Person.id == Claim.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(*_waiting(scope, actor_id, unit, state), Claim.submitted_at.is_not(None))
    )
    page = page_of(session, query, QUEUE, after=after, limit=limit)
    return Page(lines_of(session, [(row[0], row[1], row[2]) for row in page.items]), page.next)


def cursor_after(claim: Claim) -> str:
    """Return the place in the queue after this claim."""
    return cursor_of(claim.submitted_at or claim.started_at, claim.person_id, claim.id)


def twins_of(session: Session, claim: Claim, texts: Texts) -> list[Twin]:
    """Return claims that look like the same: same document, same certificate, same title and days.

    Documents and certificates are compared with everybody's; title and days with the person's own, since
    colleagues attend the same things. What was rejected, withdrawn or revoked does not count.
    """
    me = (Claim.person_id == claim.person_id) & (Claim.id == claim.id)
    alike: list[ColumnElement[bool]] = [
        (Claim.person_id == claim.person_id)
        & (Claim.starts_on <= claim.ends_on)
        & (Claim.ends_on >= claim.starts_on)
    ]
    if claim.document is not None:
        alike.append(Claim.document == claim.document)
    if claim.certificate is not None:
        alike.append(Claim.certificate == claim.certificate)
    query = (
        select(Claim, Person, Unit)
        .join(Person, Person.id == Claim.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(or_(*alike), ~me, Claim.state.in_([State.DRAFT, State.RETURNED, *COUNTING]))
        .where(or_(Claim.person_id == claim.person_id, Claim.state.in_(COUNTING)))
        .order_by(Claim.person_id, Claim.id)
        .limit(MOST_TWINS * 5)
    )
    lines = lines_of(session, [(row[0], row[1], row[2]) for row in session.execute(query)])
    found = ((line, _why(claim, texts, line)) for line in lines)
    return [Twin(line, why) for line, why in found if why][:MOST_TWINS]


def _why(claim: Claim, texts: Texts, other: ClaimLine) -> str:
    if claim.document is not None and other.claim.document == claim.document:
        return "document"
    if claim.certificate is not None and other.claim.certificate == claim.certificate:
        return "certificate"
    same = other.claim.person_id == claim.person_id and same_title(texts.title, other.texts.title)
    return "title" if same else ""
