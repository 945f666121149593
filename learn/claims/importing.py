"""Bringing in what people learned before from an older system's list: accepted records of source "import".

A row says what HR's old records hold, JP included. First a plan that shows everything, then all of it or
nothing; the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.certificates.models import Certificate
from learn.claims.import_reading import ImportedRecord, Reading, read_records
from learn.claims.models import Claim
from learn.claims.projections import CLAIM_IMPORTED
from learn.claims.queries import COUNTING, lines_of
from learn.claims.rules import same_title
from learn.claims.services import credit_claim
from learn.errors import Invalid, Message
from learn.ledger import append, audit, lock_people
from learn.people.access import Scope
from learn.people.imports.columns import RowError
from learn.people.imports.planning import chunks
from learn.people.imports.sheet_plans import nothing_imported
from learn.people.imports.tables import Table
from learn.people.numbers import mask

RECORDS_IMPORTED = "records_imported"


@dataclass(frozen=True)
class RecordsPlan:
    """What a list of records would do.  With `errors` it does nothing; `warnings` hinder nothing.

    `unchanged` were brought in before; `duplicates` look like something that counts already.
    """

    new: tuple[ImportedRecord, ...] = ()
    unchanged: int = 0
    duplicates: int = 0
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether applying it would write nothing."""
        return not self.new

    @property
    def hours(self) -> int:
        """Return the JP that would be credited."""
        return sum(record.hours for record in self.new)


def plan_records(
    session: Session, table: Table, *, scope: Scope, actor_id: int | None, today: date
) -> RecordsPlan:
    """Return what the list would bring in, with everything that is wrong in it; writes nothing.

    What looks like a record that counts already (the same certificate, or the same title on the same
    days) is left out and told. Nobody brings in records of their own.
    """
    reading, records = read_records(session, table, scope=scope, actor_id=actor_id, today=today)
    new, unchanged, duplicates = _compared(session, reading, records)
    return RecordsPlan(
        tuple(new), unchanged, duplicates, _by_row(reading.errors), _by_row(reading.warnings)
    )


def _by_row(errors: Sequence[RowError]) -> tuple[RowError, ...]:
    return tuple(sorted(errors, key=lambda each: each.row))


def _compared(
    session: Session, reading: Reading, records: Sequence[ImportedRecord]
) -> tuple[list[ImportedRecord], int, int]:
    new: list[ImportedRecord] = []
    unchanged = duplicates = 0
    keys: dict[tuple[int, str], int] = {}
    for some in chunks(records, 2000):
        known = _Known(session, some)
        for record in some:
            place = (record.person_id, record.key)
            if place in keys:
                reading.error(record.row, "title", Message("Row %(row)s is about the same record.", row=keys[place]))  # fmt: skip
                continue
            keys[place] = record.row
            if place in known.keys:
                unchanged += 1
                continue
            why = known.why(record)
            if why is not None:
                duplicates += 1
                reading.warn(record.row, "title", why)
                continue
            if record.mark is not None and record.mark in known.others:
                reading.warn(record.row, "certificate", Message("Somebody else has this certificate too; please look."))  # fmt: skip
            known.add(record)
            new.append(record)
    return new, unchanged, duplicates


class _Known:
    """What the people of some records have already, read at once."""

    def __init__(self, session: Session, records: Sequence[ImportedRecord]) -> None:
        ids = sorted({record.person_id for record in records})
        claims = list(
            session.scalars(
                select(Claim).where(Claim.person_id.in_(ids), Claim.state.in_(COUNTING))
            )
        )
        lines = lines_of(session, [(claim, None, None) for claim in claims])
        everything = select(Claim.person_id, Claim.key).where(Claim.person_id.in_(ids))
        self.keys = {(row.person_id, row.key) for row in session.execute(everything)}
        self.marks = {(claim.person_id, claim.certificate) for claim in claims if claim.certificate}
        self.titles: dict[int, list[tuple[str, date, date]]] = {}
        for line in lines:
            self._title(
                line.claim.person_id, line.texts.title, line.claim.starts_on, line.claim.ends_on
            )
        marks = sorted({mark for record in records if (mark := record.mark)})
        held = session.execute(
            select(Claim.person_id, Claim.certificate).where(
                Claim.certificate.in_(marks), Claim.state.in_(COUNTING)
            )
        )
        self.others = {row.certificate for row in held if row.person_id not in ids}
        own = select(Certificate.person_id, Certificate.number).where(
            Certificate.person_id.in_(ids)
        )
        self.numbers = {(row.person_id, row.number.casefold()) for row in session.execute(own)}

    def why(self, record: ImportedRecord) -> Message | None:
        """Return why the record counts already, or None."""
        if record.mark is not None and (record.person_id, record.mark) in self.marks:
            return Message("This certificate counts already; the row is left out.")
        if (record.person_id, record.certificate.casefold()) in self.numbers:
            return Message("This certificate was issued here; the row is left out.")
        for title, starts, ends in self.titles.get(record.person_id, ()):
            overlaps = starts <= record.ends_on and record.starts_on <= ends
            if overlaps and same_title(title, record.title):
                return Message(
                    "The same title on the same days counts already; the row is left out."
                )
        return None

    def add(self, record: ImportedRecord) -> None:
        """Let the record be known to those that follow."""
        if record.mark is not None:
            self.marks.add((record.person_id, record.mark))
        self._title(record.person_id, record.title, record.starts_on, record.ends_on)

    def _title(self, person_id: int, title: str, starts: date, ends: date) -> None:
        self.titles.setdefault(person_id, []).append((title, starts, ends))


def apply_records(
    session: Session, plan: RecordsPlan, *, actor_id: int | None, now: datetime
) -> None:
    """Bring in all that the plan says, in this transaction; each becomes an accepted claim with its JP.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    if plan.errors:
        raise Invalid(nothing_imported(plan.errors))
    if plan.empty:
        return
    lock_people(session, [record.person_id for record in plan.new])
    for record in plan.new:
        entry = append(
            session, record.person_id, CLAIM_IMPORTED, _data(record, actor_id), at=now,
            detail={
                "title": record.title, "organiser": record.organiser,
                "certificate": record.certificate, "note": "", "document": "",
            },
        )  # fmt: skip
        credit_claim(session, session.get_one(Claim, (record.person_id, entry.seq)), now)
    data = {"records": len(plan.new), "hours": plan.hours}
    audit(session, RECORDS_IMPORTED, data, actor_id=actor_id, at=now)


def _data(record: ImportedRecord, actor_id: int | None) -> dict[str, Any]:
    return {
        "key": record.key, "source": "import", "actor": actor_id, "form": record.form,
        "starts_on": record.starts_on.isoformat(), "ends_on": record.ends_on.isoformat(),
        "figures": {"declared_jp": record.hours, "semesters": None, "minutes": {}, "sessions": {}},
        "jp": record.hours, "certificate": record.mark, "document": None, "media_type": None,
    }  # fmt: skip


def about(record: ImportedRecord) -> str:
    """Return whose record it is, for people."""
    return f"{record.name} ({mask(record.number)})"
