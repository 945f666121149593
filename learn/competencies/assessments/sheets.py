"""Assessed levels from a sheet of HR: first a plan that shows everything, then all of it or nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.assessments.entries import LEVEL_ASSESSED
from learn.competencies.assessments.services import (
    IMPORT,
    INSTRUMENTS,
    default_validity,
    wrong_days,
)
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import Assessment
from learn.errors import Message
from learn.ledger import append, audit
from learn.people.access import Scope
from learn.people.dates import parse_date
from learn.people.directory import digits_of
from learn.people.imports.columns import CLEAR, RowError, match_columns, spellings
from learn.people.imports.planning import chunks
from learn.people.imports.sheet_plans import SheetPlan
from learn.people.imports.tables import NumberCell, Table
from learn.people.models import Person, PersonNumber
from learn.people.numbers import mask
from learn.people.scoping import people_in

LEVELS_IMPORTED = "levels_imported"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni", "nip_ni", "nip_baru", "ni_pppk", "nomor_induk"),
    "competency": ("kompetensi", "kode_kompetensi", "competency_code"),
    "level": ("tingkat", "level_kompetensi", "assessed"),
    "assessed_on": ("tanggal_penilaian", "tanggal", "date"),
    "valid_until": ("berlaku_sampai", "berlaku_hingga"),
    "instrument": ("instrumen", "metode"),
}
MEANINGS: Mapping[str, Message] = {
    "number": Message("NIP or NI PPPK: 18 digits, as text. An earlier number is fine."),
    "competency": Message("Code in the competency framework, such as M.05."),
    "level": Message("A whole number from 1 to 5."),
    "assessed_on": Message("Day of the assessment, such as 24-11-2026."),
    "valid_until": Message("Last day on which it holds. Empty: as long as assessments usually do; a lone -: for ever."),
    "instrument": Message("assessment_center, competency_test, interview, portfolio, observation or other. Empty: other."),
}  # fmt: skip
NEEDED = ("number", "competency", "level", "assessed_on")
_WORDS = {
    "assessment centre": "assessment_center", "assessment center": "assessment_center",
    "pusat penilaian": "assessment_center", "uji kompetensi": "competency_test",
    "wawancara": "interview", "portofolio": "portfolio", "observasi": "observation",
    "lainnya": "other", "": "other",
}  # fmt: skip


@dataclass(frozen=True)
class Assessed:
    """What a row says: one level of one person, found on one day."""

    row: int
    number: str
    competency: str
    level: int
    assessed_on: date
    valid_until: date | None
    instrument: str

    @property
    def said(self) -> tuple[Any, ...]:
        """What makes two assessments of one person the same."""
        return self.competency, self.level, self.assessed_on, self.valid_until, self.instrument


@dataclass(frozen=True)
class Change:
    """A level that would be recorded, with the assessed level that stands until then."""

    row: int
    about: str
    person_id: int
    before: str
    after: Assessed


@dataclass(frozen=True)
class Plan(SheetPlan[Change]):
    """What a sheet of assessed levels would do."""


@dataclass
class _Reading:
    """A sheet that is being read, with what was found wrong so far."""

    table: Table
    places: Mapping[str, int]
    today: date
    errors: list[RowError] = field(default_factory=list)

    def cell(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""

    def wrong(self, row: int, name: str, message: Message) -> None:
        place = self.places.get(name)
        named = name if place is None else self.table.headers[place]
        self.errors.append(RowError(row, named, message))


def plan_levels(
    session: Session,
    table: Table,
    *,
    scope: Scope,
    actor_id: int | None,
    today: date,
) -> Plan:
    """Return what the sheet would record, with everything that is wrong in it; writes nothing.

    People are known by any number they held. What stands already with the same day is not recorded
    again, so the same sheet twice changes nothing.
    """
    found, errors, remarks = match_columns(table.headers, spellings(COLUMNS))
    for name in NEEDED:
        if name not in found:
            message = Message("This column is missing; it can also be named %(also)s.",
                              also=COLUMNS[name][0])  # fmt: skip
            errors.append(RowError(1, name, message))
    if errors:
        return Plan(errors=tuple(errors), warnings=tuple(remarks))
    reading = _Reading(table, found, today)
    rows = list(_rows(reading))
    people = _people(session, scope, {each.number for each in rows})
    changes, unchanged = _changes(session, reading, rows, people, actor_id)
    in_order = sorted(reading.errors, key=lambda each: each.row)
    return Plan(tuple(changes), unchanged, tuple(in_order), tuple(remarks))


def _rows(reading: _Reading) -> Iterable[Assessed]:
    for row, cells in reading.table.rows:
        before = len(reading.errors)
        number = _number(reading, row, reading.cell(cells, "number"))
        code = _code(reading, row, reading.cell(cells, "competency"))
        level = _level(reading, row, reading.cell(cells, "level"))
        assessed_on, valid_until = _days(reading, row, cells)
        instrument = _instrument(reading, row, reading.cell(cells, "instrument"))
        if len(reading.errors) == before:
            assert assessed_on is not None
            yield Assessed(row, number, code, level, assessed_on, valid_until, instrument)


def _number(reading: _Reading, row: int, text: str) -> str:
    number = digits_of(text)
    if isinstance(text, NumberCell):
        reading.wrong(row, "number", Message("This is a number; format the column as text, a spreadsheet keeps 15 digits."))  # fmt: skip
    elif number is None:
        reading.wrong(row, "number", Message("An employee number has 18 digits."))
    return number or ""


def _code(reading: _Reading, row: int, text: str) -> str:
    competency = load_framework().find(text)
    if competency is None:
        message = Message("There is no competency with the code %(code)s.", code=text[:40] or "-")
        reading.wrong(row, "competency", message)
    return competency.code if competency else ""


def _level(reading: _Reading, row: int, text: str) -> int:
    bare = text.strip()
    if bare in {"1", "2", "3", "4", "5"}:
        return int(bare)
    reading.wrong(row, "level", Message("A level is a whole number from 1 to 5."))
    return 0


def _days(reading: _Reading, row: int, cells: Sequence[str]) -> tuple[date | None, date | None]:
    assessed_on = _day(reading, row, "assessed_on", reading.cell(cells, "assessed_on"))
    text = reading.cell(cells, "valid_until")
    if assessed_on is None:
        return None, None
    if text == CLEAR:
        until = None
    elif not text:
        until = default_validity(assessed_on)
    else:
        until = _day(reading, row, "valid_until", text)
    for name, message in wrong_days(assessed_on, until, today=reading.today).items():
        reading.wrong(row, name, message)
    return assessed_on, until


def _day(reading: _Reading, row: int, name: str, text: str) -> date | None:
    found = parse_date(text[:40])
    if found is None:
        reading.wrong(
            row, name, Message("“%(text)s” is no date, such as 24-11-2026.", text=text[:40])
        )
    return found


def _instrument(reading: _Reading, row: int, text: str) -> str:
    word = " ".join(text.casefold().split())
    found = word if word in INSTRUMENTS else _WORDS.get(word)
    if found is None:
        reading.wrong(row, "instrument", Message("This is none of %(known)s.", known=", ".join(INSTRUMENTS)))  # fmt: skip
    return found or ""


def _people(session: Session, scope: Scope, numbers: Iterable[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for some in chunks(sorted(set(numbers))):
        rows = session.execute(
            select(PersonNumber.number, Person.id, Person.name)
            .join(Person, Person.id == PersonNumber.person_id)
            .where(PersonNumber.number.in_(some), people_in(scope))
        )
        found.update({row.number: (row.id, row.name) for row in rows})
    return found


Known = dict[int, list[tuple[Any, ...]]]


def _known(session: Session, person_ids: Iterable[int]) -> Known:
    """Return what stands of each person: said, day and number of the entry."""
    found: Known = {}
    for some in chunks(sorted(set(person_ids))):
        rows = session.execute(
            select(
                Assessment.person_id, Assessment.competency, Assessment.level,
                Assessment.assessed_on, Assessment.valid_until, Assessment.instrument,
            )
            .where(Assessment.person_id.in_(some), Assessment.withdrawn_at.is_(None))
            .order_by(Assessment.person_id, Assessment.assessed_on, Assessment.seq)
        )  # fmt: skip
        for person_id, *said in rows:
            found.setdefault(person_id, []).append(tuple(said))
    return found


def _changes(
    session: Session,
    reading: _Reading,
    rows: Sequence[Assessed],
    people: Mapping[str, tuple[int, str]],
    actor_id: int | None,
) -> tuple[list[Change], int]:
    known = _known(session, (person_id for person_id, _name in people.values()))
    changes: list[Change] = []
    seen: dict[tuple[int, str, date], int] = {}
    unchanged = 0
    for each in rows:
        person_id, name = people.get(each.number, (0, ""))
        place = person_id, each.competency, each.assessed_on
        if not person_id:
            reading.wrong(each.row, "number", Message("Nobody among your people has this number."))
        elif person_id == actor_id:
            reading.wrong(each.row, "number", Message("Your own levels are imported by somebody else."))  # fmt: skip
        elif place in seen:
            reading.wrong(each.row, "competency", Message("Row %(row)s is about the same person, competency and day.", row=seen[place]))  # fmt: skip
        elif each.said in known.get(person_id, ()):
            unchanged += 1
        else:
            before = [said[1] for said in known.get(person_id, ()) if said[0] == each.competency]
            about = f"{name} ({mask(each.number)}), {each.competency}"
            changes.append(
                Change(each.row, about, person_id, str(before[-1]) if before else "", each)
            )
        seen.setdefault(place, each.row)
    return changes, unchanged


def mark_of(plan: Plan) -> str:
    """Return what tells this plan from another one."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]


def apply_levels(session: Session, plan: Plan, *, actor_id: int | None, now: datetime) -> None:
    """Record all that the plan says, in this transaction; a plan that changes nothing writes nothing.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    plan.refuse_errors()
    if plan.empty:
        return
    version, key = load_framework().version, secrets.token_hex(16)
    # in the order of people and days: one order of locks for everybody, and the newest comes last
    in_order = sorted(plan.changes, key=lambda each: (each.person_id, each.after.assessed_on))
    for change in in_order:
        append(session, change.person_id, LEVEL_ASSESSED, _data(change.after, actor_id, version, key),
               at=now)  # fmt: skip
    audit(session, LEVELS_IMPORTED, {"new": len(in_order), "key": key}, actor_id=actor_id, at=now)


def _data(found: Assessed, actor_id: int | None, version: str, key: str) -> dict[str, Any]:
    return {
        "competency": found.competency, "level": found.level,
        "assessed_on": found.assessed_on.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "instrument": found.instrument, "source": IMPORT, "key": key, "framework": version,
        "actor": actor_id, "document": None, "media_type": None,
    }  # fmt: skip
