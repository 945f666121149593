"""Development done elsewhere that was accepted here, as rows of SIASN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.claims.rules import State
from learn.exports.lists.claims import ClaimQuery
from learn.people.models import Person
from learn.people.paging import Page
from learn.siasn.models import SiasnPerson, SiasnRecord
from learn.siasn.rows import SiasnRow
from learn.siasn.rules import (
    ACCEPTED,
    EXPORTED,
    FAILED,
    NEVER,
    OTHER_FORM,
    PENDING,
    UNLINKED,
    WITHDRAWN,
    Issuer,
    RowKey,
    kursus_forms,
)

if TYPE_CHECKING:
    from learn.siasn.queries import SiasnQuery

CLAIM = "claim"
ERASED = "-"
"""What stands for a title or an organiser that was erased with the person's texts."""


@dataclass(frozen=True, kw_only=True)
class AcceptedClaims(ClaimQuery):
    """Accepted claims worth JP as rows of SIASN; `linked`: only of people whom SIASN knows.

    One that was revoked after SIASN had it stands among those withdrawn here. Structural training
    (KL01) and formal education (PD01) are no *kursus*: they stand apart.
    """

    issuer: Issuer
    standings: Sequence[str]
    batch: int | None
    linked: bool

    def rows(self, session: Session) -> Iterator[SiasnRow]:
        """Yield all rows, in constant memory."""
        query: Iterator[Any] = self.stream(session)
        return query

    def page_of_rows(self, session: Session, *, limit: int, after: str | None) -> Page[SiasnRow]:
        """Return the page that follows the cursor."""
        found: Page[Any] = self.page(session, limit=limit, after=after)
        return found

    def count(self, session: Session) -> int:
        """Return how many there are."""
        rows = self._select(session).with_only_columns(Claim.id).subquery()
        return session.scalar(select(func.count()).select_from(rows)) or 0

    def counts(self, session: Session) -> dict[tuple[int | None, str], int]:
        """Return how many of each unit stand in which way."""
        everything: Select[Any] = self._select(session)
        each = everything.with_only_columns(
            Person.unit_id, _standing().label("standing")
        ).subquery()  # fmt: skip
        query = select(each.c.unit_id, each.c.standing, func.count()).group_by(
            each.c.unit_id, each.c.standing
        )
        return {(row[0], row[1]): row[2] for row in session.execute(query)}

    def row_keys(self, session: Session) -> Select[Any]:
        """Return the query of person, source, course and number."""
        everything: Select[Any] = self._select(session)
        return everything.with_only_columns(
            Claim.person_id, literal(CLAIM, String), literal("", String), Claim.id
        )  # type: ignore[return-value]

    @property
    def _states(self) -> Sequence[str]:
        return (State.ACCEPTED, State.REVOKED)

    def _select(self, session: Session) -> Select[*tuple[Any, ...]]:
        standing = _standing()
        query = (
            super()._select(session)
            .add_columns(
                standing.label("standing"), SiasnPerson.siasn_id.label("siasn_person"),
                SiasnRecord.siasn_id.label("siasn_record"), SiasnRecord.message, SiasnRecord.batch,
            )
            .outerjoin(SiasnPerson, SiasnPerson.person_id == Claim.person_id)
            .outerjoin(
                SiasnRecord,
                (SiasnRecord.person_id == Claim.person_id)
                & (SiasnRecord.source == CLAIM)
                & (SiasnRecord.course == "")
                & (SiasnRecord.number == Claim.id),
            )
            .where(Claim.jp > 0, standing.in_(self.standings))
        )  # fmt: skip
        if self.batch is not None:
            query = query.where(or_(SiasnRecord.batch == self.batch, standing != EXPORTED))
        if self.linked:
            query = query.where(SiasnPerson.siasn_id.is_not(None))
        return query

    def _record(self, line: Row[*tuple[Any, ...]], texts: Any) -> Any:
        done = super()._record(line, texts)
        issuer = replace(self.issuer, organiser=done.organiser or ERASED)
        return SiasnRow(
            RowKey(CLAIM, done.person_id, "", done.claim), issuer, done.name, done.unit,
            done.title or ERASED, done.form, done.hours, done.certificate or None, done.starts_on,
            done.ends_on, line.siasn_person, line.standing, line.siasn_record, line.message,
            line.batch,
        )  # fmt: skip


def _standing() -> ColumnElement[str]:
    """Return how a claim stands, as a column."""
    sent, revoked = SiasnRecord.state.in_((EXPORTED, ACCEPTED)), Claim.state == State.REVOKED
    return case(
        (and_(revoked, sent), WITHDRAWN),
        (revoked, NEVER),
        (Claim.form.not_in(kursus_forms()), OTHER_FORM),
        (sent, SiasnRecord.state),
        (SiasnPerson.siasn_id.is_(None), UNLINKED),
        (SiasnRecord.state == FAILED, FAILED),
        else_=PENDING,
    )


def accepted_claims(asked: SiasnQuery, linked: bool) -> AcceptedClaims | None:
    """Return the claims that `asked` means; none where it names a course."""
    if asked.course:
        return None
    return AcceptedClaims(
        scope=asked.scope, timezone=asked.timezone, now=asked.now, since=asked.since,
        until=asked.until, unit=asked.unit, issuer=asked.issuer, standings=asked.standings,
        batch=asked.batch, linked=linked,
    )  # fmt: skip
