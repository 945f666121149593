"""Records for SIASN with what became of each: the one query behind lists, counts and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from learn.certificates.models import Certificate
from learn.claims.models import Claim
from learn.errors import Message
from learn.exports.filters import Filters
from learn.exports.kinds import ExportKind
from learn.exports.lists.completions import CompletionQuery
from learn.people.access import Scope
from learn.people.imports.planning import chunks
from learn.people.models import Person
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor
from learn.people.scoping import people_in
from learn.progress.models import USUAL_FORM, Completion
from learn.siasn.claims import CLAIM, accepted_claims
from learn.siasn.models import SiasnBatch, SiasnPerson, SiasnRecord
from learn.siasn.rows import COLUMNS, SiasnRow
from learn.siasn.rules import (
    ACCEPTED,
    EXPORTED,
    FAILED,
    NEVER,
    OTHER_FORM,
    PENDING,
    STANDINGS,
    UNLINKED,
    WAITING,
    WITHDRAWN,
    Issuer,
    RowKey,
    kursus_forms,
)

SENT = (EXPORTED, ACCEPTED)
KEY = (SiasnRecord.source, SiasnRecord.person_id, SiasnRecord.course, SiasnRecord.number)


@dataclass(frozen=True, kw_only=True)
class SiasnQuery(Filters):
    """Records worth JP that SIASN may know; the same filters as of completed courses.

    Parameters
    ----------
    standings
        Only records that stand so; see `rules.STANDINGS`.
    batch
        Of those exported, only the ones of this batch.
    """

    issuer: Issuer
    standings: Sequence[str] = WAITING
    batch: int | None = None

    def stream(self, session: Session) -> Iterator[SiasnRow]:
        """Yield the records that can be sent, in constant memory: each of somebody SIASN knows."""
        for part in self._parts(linked=True):
            yield from part.rows(session)

    def count(self, session: Session) -> int:
        """Return how many there are."""
        return sum(part.count(session) for part in self._parts())

    def counts(self, session: Session) -> dict[str, int]:
        """Return how many stand in which way, of all ways."""
        found = dict.fromkeys(STANDINGS, 0)
        for (_unit_id, standing), count in self.counts_by_unit(session).items():
            found[standing] += count
        return found

    def counts_by_unit(self, session: Session) -> dict[tuple[int | None, str], int]:
        """Return how many of each unit stand in which way, of all ways."""
        found: dict[tuple[int | None, str], int] = {}
        for part in replace(self, standings=tuple(STANDINGS))._parts():
            for key, count in part.counts(session).items():
                found[key] = found.get(key, 0) + count
        return found

    def page(
        self, session: Session, *, limit: int = 50, after: str | None = None
    ) -> Page[SiasnRow]:
        """Return the page that follows the cursor `after`; one source comes after the other."""
        parts = self._parts()
        place, inner = read_cursor(after, int, str) if after else (0, "")
        if not 0 <= place < len(parts):
            raise NoPlace
        found = parts[place].page_of_rows(session, limit=limit, after=inner or None)
        while not found.items and place + 1 < len(parts):  # no page is empty before the last
            place += 1
            found = parts[place].page_of_rows(session, limit=limit, after=None)
        if found.next:
            return Page(found.items, cursor_of(place, found.next))
        return Page(found.items, cursor_of(place + 1, "") if place + 1 < len(parts) else None)

    def keys(self, session: Session) -> list[Select[Any]]:
        """Return for each source the query of person, source, course and number of what can be sent."""
        return [part.row_keys(session) for part in self._parts(linked=True)]

    def _parts(self, *, linked: bool = False) -> list[Source]:
        return [part for make in SOURCES if (part := make(self, linked)) is not None]


class Source(Protocol):
    """One kind of record that becomes rows of SIASN."""

    def rows(self, session: Session) -> Iterator[SiasnRow]:
        """Yield all rows, in constant memory."""

    def count(self, session: Session) -> int:
        """Return how many there are."""

    def counts(self, session: Session) -> dict[tuple[int | None, str], int]:
        """Return how many of each unit stand in which way."""

    def page_of_rows(self, session: Session, *, limit: int, after: str | None) -> Page[SiasnRow]:
        """Return the page that follows the cursor."""

    def row_keys(self, session: Session) -> Select[Any]:
        """Return the query of person, source, course and number."""


@dataclass(frozen=True, kw_only=True)
class CompletedCourses(CompletionQuery):
    """Courses completed here as rows of SIASN; `linked`: only of people whom SIASN knows."""

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

    def counts(self, session: Session) -> dict[tuple[int | None, str], int]:
        """Return how many of each unit stand in which way."""
        everything: Select[Any] = self._select(session)
        rows = everything.with_only_columns(Completion.unit_id, _standing().label("standing"))
        each = rows.subquery()
        query = select(each.c.unit_id, each.c.standing, func.count()).group_by(
            each.c.unit_id, each.c.standing
        )
        return {(row[0], row[1]): row[2] for row in session.execute(query)}

    def row_keys(self, session: Session) -> Select[Any]:
        """Return the query of person, source, course and number."""
        everything: Select[Any] = self._select(session)
        return everything.with_only_columns(
            Completion.person_id, literal(COMPLETION, String), Completion.course, Completion.cycle
        )  # type: ignore[return-value]

    def _narrowed(
        self, session: Session, query: Select[*tuple[Any, ...]]
    ) -> Select[*tuple[Any, ...]]:
        standing = _standing()
        joined = (
            query.add_columns(
                standing.label("standing"), SiasnPerson.siasn_id.label("siasn_person"),
                SiasnRecord.siasn_id.label("siasn_record"), SiasnRecord.message, SiasnRecord.batch,
            )
            .outerjoin(SiasnPerson, SiasnPerson.person_id == Completion.person_id)
            .outerjoin(
                SiasnRecord,
                (SiasnRecord.person_id == Completion.person_id)
                & (SiasnRecord.source == COMPLETION)
                & (SiasnRecord.course == Completion.course)
                & (SiasnRecord.number == Completion.cycle),
            )
            .where(Completion.hours > 0, or_(*(_stands(each) for each in self.standings)))
        )  # fmt: skip
        if self.batch is not None:
            joined = joined.where(or_(SiasnRecord.batch == self.batch, standing != EXPORTED))
        if self.linked:
            joined = joined.where(SiasnPerson.siasn_id.is_not(None))
        return super()._narrowed(session, joined)

    def _record(self, row: Any) -> Any:
        *completion, standing, person_siasn_id, kept_id, message, batch = row
        done = super()._record(completion)
        return SiasnRow(
            RowKey(COMPLETION, done.person_id, done.course, done.cycle), self.issuer, done.name,
            done.unit, done.title, done.form, done.hours, done.certificate,
            done.started_at.date(), done.completed_at.date(), person_siasn_id, standing, kept_id,
            message, batch,
        )  # fmt: skip


COMPLETION = "completion"


def _standing() -> ColumnElement[str]:
    """Return how a completion stands, as a column."""
    sent = SiasnRecord.state.in_(SENT)
    return case(
        (and_(Completion.withdrawn_at.is_not(None), sent), WITHDRAWN),
        (Completion.withdrawn_at.is_not(None), NEVER),
        (Completion.form.not_in(kursus_forms()), OTHER_FORM),
        (sent, SiasnRecord.state),
        (SiasnPerson.siasn_id.is_(None), UNLINKED),
        (SiasnRecord.state == FAILED, FAILED),
        else_=PENDING,
    )


def _stands(standing: str) -> ColumnElement[bool]:
    """Return the condition of what `_standing` calls by this name, in terms that indexes can serve."""
    sent, linked = SiasnRecord.state.in_(SENT), SiasnPerson.siasn_id.is_not(None)
    holds, kursus = Completion.withdrawn_at.is_(None), Completion.form.in_(kursus_forms())
    conditions: Mapping[str, ColumnElement[bool]] = {
        WITHDRAWN: and_(~holds, sent),
        NEVER: and_(~holds, or_(SiasnRecord.state.is_(None), ~sent)),
        OTHER_FORM: and_(holds, Completion.form != USUAL_FORM, ~kursus),
        EXPORTED: and_(holds, kursus, SiasnRecord.state == EXPORTED),
        ACCEPTED: and_(holds, kursus, SiasnRecord.state == ACCEPTED),
        UNLINKED: and_(holds, kursus, ~linked, or_(SiasnRecord.state.is_(None), ~sent)),
        FAILED: and_(holds, kursus, linked, SiasnRecord.state == FAILED),
        PENDING: and_(holds, kursus, linked, SiasnRecord.state.is_(None)),
    }
    return conditions[standing]


def _completed_courses(asked: SiasnQuery, linked: bool) -> CompletedCourses:
    return CompletedCourses(
        scope=asked.scope, timezone=asked.timezone, now=asked.now, since=asked.since,
        until=asked.until, unit=asked.unit, course=asked.course, issuer=asked.issuer,
        standings=asked.standings, batch=asked.batch, linked=linked,
        include_withdrawn=WITHDRAWN in asked.standings,
    )  # fmt: skip


# what else is worth JP comes in here, with a name of its own in `RowKey.source`
SOURCES: tuple[Callable[[SiasnQuery, bool], Source | None], ...] = (
    _completed_courses,
    accepted_claims,
)

KIND = ExportKind(
    "siasn", Message("Course records for SIASN"), Message("siasn"), COLUMNS, SiasnQuery
)


def find_by_certificates(
    session: Session, scope: Scope, numbers: Sequence[str]
) -> dict[str, RowKey]:
    """Return the records that brought certificates of these numbers, within `scope`."""
    found: dict[str, RowKey] = {}
    for some in chunks(sorted(set(numbers))):
        rows = session.execute(
            select(Certificate.number, Certificate.person_id, Certificate.course, Certificate.cycle)
            .join(Person, Person.id == Certificate.person_id)
            .where(Certificate.number.in_(some), people_in(scope))
        )
        found.update({row[0]: RowKey(COMPLETION, row[1], row[2], row[3]) for row in rows})
    return found


def existing(session: Session, scope: Scope, keys: Sequence[RowKey]) -> set[RowKey]:
    """Return those of the keys that name a record within `scope`."""
    found: set[RowKey] = set()
    places = sorted({key[1:] for key in keys if key.source == COMPLETION})
    for some in chunks(places):
        rows = session.execute(
            select(Completion.person_id, Completion.course, Completion.cycle)
            .join(Person, Person.id == Completion.person_id)
            .where(
                tuple_(Completion.person_id, Completion.course, Completion.cycle).in_(some),
                people_in(scope),
            )
        )
        found.update(RowKey(COMPLETION, *row) for row in rows)
    claims = sorted({(key.person_id, key.number) for key in keys if key.source == CLAIM})
    for some in chunks(claims):
        pairs = session.execute(
            select(Claim.person_id, Claim.id)
            .join(Person, Person.id == Claim.person_id)
            .where(tuple_(Claim.person_id, Claim.id).in_(some), people_in(scope))
        )
        found.update(RowKey(CLAIM, person_id, "", number) for person_id, number in pairs)
    return found & set(keys)


def states_of(session: Session, keys: Sequence[RowKey]) -> dict[RowKey, SiasnRecord]:
    """Return what is known of these records."""
    found: dict[RowKey, SiasnRecord] = {}
    for some in chunks(sorted(set(keys))):
        rows = session.scalars(select(SiasnRecord).where(tuple_(*KEY).in_(some)))
        found.update({RowKey(r.source, r.person_id, r.course, r.number): r for r in rows})
    return found


@dataclass(frozen=True)
class BatchLine:
    """A batch, with how many of its records still wait for an answer."""

    id: int
    made_at: datetime
    waiting: int


def batches(session: Session, scope: Scope, *, limit: int = 10) -> list[BatchLine]:
    """Return the latest batches of which something still waits for an answer, the newest first."""
    rows = session.execute(
        select(SiasnBatch.id, SiasnBatch.made_at, func.count())
        .join(SiasnRecord, SiasnRecord.batch == SiasnBatch.id)
        .join(Person, Person.id == SiasnRecord.person_id)
        .where(SiasnRecord.state == EXPORTED, people_in(scope))
        .group_by(SiasnBatch.id, SiasnBatch.made_at)
        .order_by(SiasnBatch.id.desc())
        .limit(limit)
    )
    return [BatchLine(*row) for row in rows]
