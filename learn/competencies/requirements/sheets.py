"""Required levels as a sheet: a row for each post or class, competency and period.

Reading plans first: rows that are there already are left, a row that begins on the day of one that is
there corrects it, others are new. Nothing is written when any row is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.models import Requirement
from learn.competencies.framework.rules import tidy_code, tidy_text
from learn.competencies.framework.sheets import EMPTIED, Wrong, columns_of, level_of
from learn.competencies.requirements.edits import (
    IMPORTED,
    Said,
    mistakes_in,
    overlap_message,
    queue,
    tidied,
)
from learn.competencies.requirements.rules import Period, post_key_of
from learn.errors import Message
from learn.ledger import audit
from learn.people.dates import parse_date
from learn.people.imports.tables import Table
from learn.people.models import Unit
from learn.people.posts import post_class_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit_kerja",), "post": ("jabatan",), "post_class": ("jenjang",),
    "competency": ("kompetensi",), "required_level": ("tingkat",), "from": ("mulai",),
    "until": ("sampai",), "source": ("sumber",), "confidence": ("keyakinan",),
}  # fmt: skip
NEEDED = ("competency", "required_level", "from")
FIELDS = {"level": "required_level", "since": "from"}
CONFIDENCES = {"tinggi": "high", "sedang": "medium", "rendah": "low", "": "high"}
PIECE = 1000

Target = tuple[int | None, str, str, str]


@dataclass
class Plan:
    """What a sheet would do: rows to add, rows to correct (with the one there), those as they are."""

    new: list[tuple[int, Said]] = field(default_factory=list)
    changed: list[tuple[int, Said, Requirement]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[Wrong] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not self.new and not self.changed


def plan_requirements(session: Session, table: Table, framework: Framework) -> Plan:
    """Return what the sheet would do, or all that is wrong with it; three statements."""
    positions, errors = columns_of(table.headers, COLUMNS, NEEDED)
    plan = Plan(errors=errors)
    if errors:
        return plan
    units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
    read: list[tuple[int, Said]] = []
    for row, cells in table.rows:
        said = _read(row, cells, positions, units, plan)
        wrong = {} if said is None else mistakes_in(said, framework)
        plan.errors += [Wrong(row, FIELDS.get(key, key), told) for key, told in wrong.items()]
        if said is not None and not wrong:
            read.append((row, said))
    _compare(read, _there(session), plan)
    return plan


def _read(
    row: int, cells: tuple[str, ...], positions: Mapping[str, int], units: Mapping[str, int],
    plan: Plan,
) -> Said | None:  # fmt: skip
    text = {key: tidy_text(cells[at]) if at < len(cells) else "" for key, at in positions.items()}
    before = len(plan.errors)

    def wrong(column: str, message: Message) -> None:
        plan.errors.append(Wrong(row, column, message))

    days = {name: parse_date(text[name]) if text.get(name) else None for name in ("from", "until")}
    for name, day in days.items():
        if text.get(name) and day is None:
            told = Message("“%(text)s” is no date, such as 2026-11-24.", text=text[name][:40])
            wrong(name, told)
    unit = text.get("unit", "")
    if unit and unit not in units:
        wrong("unit", Message("There is no unit with the code %(code)s.", code=unit[:60]))
    named = text.get("post_class", "")
    post_class = post_class_of(named) if named else ""
    if post_class is None:
        wrong("post_class", Message("There is no class of post %(code)s.", code=named[:60]))
    if len(plan.errors) > before:
        return None
    confidence = text.get("confidence", "").casefold()
    return tidied(
        Said(
            tidy_code(text["competency"]), level_of(text["required_level"]), days["from"],
            days["until"], text.get("post", ""), post_class or "", units.get(unit),
            "" if text.get("source") == EMPTIED else text.get("source", ""),
            CONFIDENCES.get(confidence, confidence),
        )
    )  # fmt: skip


def _there(session: Session) -> dict[Target, dict[Any, Requirement]]:
    found: dict[Target, dict[Any, Requirement]] = {}
    for row in session.scalars(select(Requirement)):
        target = (row.unit_id, row.post_key, row.post_class, row.competency)
        found.setdefault(target, {})[row.since] = row
    return found


def _compare(
    read: list[tuple[int, Said]], there: Mapping[Target, Mapping[Any, Requirement]], plan: Plan
) -> None:
    by_target: dict[Target, list[tuple[int, Said]]] = {}
    for row, said in read:
        by_target.setdefault(said.target, []).append((row, said))
    for target, lines in by_target.items():
        known = there.get(target, {})
        _find_overlaps(lines, known, plan)
        for row, said in lines:
            old = known.get(said.since)
            if old is None:
                plan.new.append((row, said))
            elif _same(old, said):
                plan.unchanged += 1
            else:
                plan.changed.append((row, said, old))
    plan.new.sort(key=lambda each: each[0])
    plan.changed.sort(key=lambda each: each[0])
    plan.errors.sort(key=lambda each: (int(each.row), each.column))


def _find_overlaps(
    lines: list[tuple[int, Said]], known: Mapping[Any, Requirement], plan: Plan
) -> None:
    """Look at what would stand side by side afterwards: the sheet's rows, and rows that it leaves."""
    rewritten = {said.since for _row, said in lines}
    periods: list[tuple[int, Period]] = [
        (0, Period(row.since, row.until)) for since, row in known.items() if since not in rewritten
    ]
    periods += [(row, Period(said.since, said.until)) for row, said in lines if said.since]
    periods.sort(key=lambda each: (each[1].since, each[0]))
    longest = periods[0] if periods else (0, Period(date.max))
    for row, period in periods[1:]:
        if longest[1].overlaps(period):
            first, second = longest[0], row
            told = (
                Message("The days overlap with those of row %(row)s.", row=first)
                if first and second
                else overlap_message(period if first else longest[1])
            )
            plan.errors.append(Wrong(second or first, "from", told))
        if period.last > longest[1].last:
            longest = (row, period)


def _same(old: Requirement, said: Said) -> bool:
    return (old.level, old.until, old.source, old.confidence) == (
        said.level, said.until, said.source, said.confidence,
    )  # fmt: skip


def apply_requirements(
    session: Session, plan: Plan, *, actor_id: int | None, now: datetime
) -> None:
    """Write what was planned, in this transaction; a plan with errors is refused before.

    Plan again after `queue`, in the transaction that applies: what was shown may be out of date.
    """
    assert not plan.errors
    stamp = {"changed_at": now, "changed_by": actor_id}
    rows = [
        {
            "unit_id": said.unit_id, "post_title": said.post_title,
            "post_key": post_key_of(said.post_title), "post_class": said.post_class,
            "competency": said.competency, "level": said.level, "since": said.since,
            "until": said.until, "source": said.source, "confidence": said.confidence, **stamp,
        }
        for _row, said in plan.new
    ]  # fmt: skip
    for _row, said, old in plan.changed:
        session.execute(
            update(Requirement)
            .where(Requirement.id == old.id)
            .values(level=said.level, until=said.until, source=said.source,
                    confidence=said.confidence, **stamp)
        )  # fmt: skip
    for start in range(0, len(rows), PIECE):
        session.execute(insert(Requirement), rows[start : start + PIECE])
    data = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
    audit(session, IMPORTED, data, actor_id=actor_id, at=now)


def import_requirements(
    session: Session, table: Table, framework: Framework, *, actor_id: int | None, now: datetime
) -> Plan:
    """Do what the sheet says, all of it or, with any error, nothing; return what was done."""
    queue(session)
    plan = plan_requirements(session, table, framework)
    if not plan.errors and not plan.empty:
        apply_requirements(session, plan, actor_id=actor_id, now=now)
    return plan


def requirement_rows(session: Session) -> Iterator[dict[str, Any]]:
    """Yield all rows by column, in a stable order; reading them again changes nothing."""
    query = (
        select(Requirement, Unit.code.label("unit_code"))
        .outerjoin(Unit, Unit.id == Requirement.unit_id)
        .order_by(
            Requirement.post_class, Requirement.post_key, Requirement.competency, Requirement.since,
            Requirement.id,
        )
        .execution_options(yield_per=PIECE)
    )  # fmt: skip
    for row, unit in session.execute(query):
        yield {
            "unit": unit or "", "post": row.post_title, "post_class": row.post_class,
            "competency": row.competency, "required_level": row.level, "from": row.since,
            "until": row.until, "source": row.source, "confidence": row.confidence,
        }  # fmt: skip
