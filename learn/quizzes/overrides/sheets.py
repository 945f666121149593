"""Other terms from a sheet: every row is looked at first, and told by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import LearnError, Message
from learn.people.access import Scope
from learn.people.dates import parse_date
from learn.people.directory import digits_of, find_by_number
from learn.people.imports.columns import BadCell, Found, RowError, match_columns, spellings
from learn.people.imports.tables import Table
from learn.people.models import Unit
from learn.quizzes.overrides.lists import override_of
from learn.quizzes.overrides.services import (
    Act,
    Target,
    Wanted,
    check_override,
    hold_terms,
    set_override,
)
from learn.quizzes.source.access_settings import local_moment
from learn.quizzes.terms import moment_in

MOST_ROWS = 5_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni_pppk", "nomor_induk"),
    "unit_code": ("kode_unit", "kode_opd"),
    "attempts": ("percobaan", "kesempatan"),
    "minutes": ("menit", "waktu"),
    "opens": ("buka", "dibuka"),
    "closes": ("tutup", "ditutup"),
    "reason": ("alasan",),
}


@dataclass(frozen=True)
class PlannedRow:
    """One row that can be done: for whom, what is to hold, why; `before` is what holds now."""

    row: int
    target: Target
    name: str
    wanted: Wanted
    reason: str
    before: Wanted | None


@dataclass(frozen=True)
class OverridePlan:
    """What a sheet would do; with `errors` nothing of it is done."""

    rows: Sequence[PlannedRow] = ()
    unchanged: int = 0
    errors: Sequence[RowError] = ()
    remarks: Sequence[RowError] = ()

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to do."""
        return not self.rows

    @property
    def mark(self) -> str:
        """Return what tells this plan from another one."""
        return repr([(each.row, each.name, each.wanted, each.before) for each in self.rows])


def plan_sheet(session: Session, course: str, quiz: str, table: Table, act: Act) -> OverridePlan:
    """Return what the rows of a sheet would set for a quiz; nothing is changed."""
    columns, errors, remarks = _columns(table.headers)
    if len(table.rows) > MOST_ROWS:
        errors.append(
            RowError(1, "", Message("A sheet has at most %(most)s rows here.", most=MOST_ROWS))
        )
    if errors:
        return OverridePlan(errors=errors, remarks=remarks)
    return _Planning(session, course, quiz, act, columns, remarks).plan(table)


def apply_sheet(session: Session, course: str, quiz: str, plan: OverridePlan, act: Act) -> None:
    """Do what was planned: all rows in this transaction, units first, people in one order of locks."""
    if any(each.target.unit is not None for each in plan.rows):
        hold_terms(session, course, quiz, to_change=True)
    for each in sorted(plan.rows, key=lambda row: (row.target.person.id if row.target.person else 0, row.row)):  # fmt: skip
        own = Act(act.actor, each.reason, act.now, act.quiz_of, act.time_zone)
        set_override(session, course, quiz, each.target, each.wanted, own)


def _columns(headers: Sequence[str]) -> Found:
    found, errors, remarks = match_columns(headers, spellings(COLUMNS))
    if not {"number", "unit_code"} & set(found):
        errors.append(RowError(1, "number", Message(
            "Say for whom: a column number, unit_code, or both.")))  # fmt: skip
    if "reason" not in found:
        message = Message("This column is missing; it can also be named %(also)s.", also="alasan")
        errors.append(RowError(1, "reason", message))
    return found, errors, remarks


@dataclass
class _Planning:
    """The planning of one sheet: collects what is wrong."""

    session: Session
    course: str
    quiz: str
    act: Act
    columns: Mapping[str, int]
    remarks: list[RowError]
    errors: list[RowError] = field(default_factory=list)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)

    def plan(self, table: Table) -> OverridePlan:
        """Look at every row."""
        rows, unchanged = [], 0
        reached = self.act.reach(self.course)
        for number, cells in table.rows:
            planned = self.row(number, cells, reached)
            if planned is not None and planned.wanted == planned.before:
                unchanged += 1
            elif planned is not None:
                rows.append(planned)
        return OverridePlan(
            () if self.errors else tuple(rows), unchanged, self.errors[:MOST_ROWS], self.remarks
        )

    def row(self, number: int, cells: Sequence[str], reached: Scope) -> PlannedRow | None:
        """Return what one row says; None when something is wrong with it."""
        texts = {
            name: cells[position].strip() if position < len(cells) else ""
            for name, position in self.columns.items()
        }
        before = len(self.errors)
        target, name, zone = self.target(number, texts, reached)
        read = {
            column: self.cell(number, column, texts.get(column, ""), reader(zone))
            for column, reader in _READERS.items()
        }
        if not texts["reason"]:
            self.wrong(number, "reason", Message("Give a reason: it stands in the record."))
        if len(self.errors) > before or target is None:
            return None
        wanted = Wanted(read["attempts"], read["minutes"], read["opens"], read["closes"])
        reason = texts["reason"]
        act = Act(self.act.actor, reason, self.act.now, self.act.quiz_of, self.act.time_zone)
        try:
            check_override(self.session, self.course, target, wanted, act)
        except LearnError as error:
            self.wrong(number, "", error.message)
            return None
        return PlannedRow(number, target, name, wanted, reason, self.now_set(target))

    def target(
        self, number: int, texts: Mapping[str, str], reached: Scope
    ) -> tuple[Target | None, str, ZoneInfo]:
        """Return for whom the row is, their name and time zone."""
        nip, code = texts.get("number", ""), texts.get("unit_code", "")
        default = ZoneInfo(self.act.time_zone)
        if bool(nip) == bool(code):
            self.wrong(number, "number", Message("Say either number or unit_code in each row."))
            return None, "", default
        found, unit = self.person(nip, reached) if nip else self.unit(code, reached)
        if found is None:
            self.wrong(number, *(
                ("number", Message("There is nobody with this number in your units."))
                if nip
                else ("unit_code", Message("There is no unit with this code among yours."))
            ))  # fmt: skip
            return None, "", default
        name = found.person.name if found.person else unit.name if unit else ""
        self.twice(number, "number" if nip else "unit_code", found)
        return found, name, ZoneInfo((unit.time_zone if unit else None) or self.act.time_zone)

    def person(self, text: str, reached: Scope) -> tuple[Target | None, Unit | None]:
        """Return the person with this number, when within reach, and their unit."""
        person = find_by_number(self.session, text) if digits_of(text) else None
        unit = self.session.get(Unit, person.unit_id) if person and person.unit_id else None
        if person is None or not reached.reaches(unit.path if unit else None):
            return None, None
        return Target(person=person), unit

    def unit(self, code: str, reached: Scope) -> tuple[Target | None, Unit | None]:
        """Return the unit with this code, when within reach."""
        unit = self.session.scalar(select(Unit).where(Unit.code == code))
        if unit is None or not reached.reaches(unit.path):
            return None, None
        return Target(unit=unit), unit

    def twice(self, number: int, column: str, target: Target) -> None:
        """Note that an earlier row is for the same target."""
        found = target.person or target.unit
        key = (column, found.id if found else 0)
        if key in self.seen:
            self.wrong(
                number,
                column,
                Message("Row %(row)s is for the same; keep one.", row=self.seen[key]),
            )
        self.seen.setdefault(key, number)

    def cell(self, number: int, column: str, text: str, read: Callable[[str], Any]) -> Any:
        """Return what a cell says; None when it is empty or wrong."""
        if not text:
            return None
        try:
            return read(text)
        except BadCell as error:
            self.wrong(number, column, error.message)
            return None

    def now_set(self, target: Target) -> Wanted | None:
        """Return what is set for the target now."""
        line = override_of(self.session, self.course, self.quiz, target)
        return line.wanted if line else None

    def wrong(self, number: int, column: str, message: Message) -> None:
        """Note something wrong, with the column as the sheet names it."""
        self.errors.append(RowError(number, column, message))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise BadCell(Message("%(text)s is not a whole number; 0 is no limit.", text=text[:40]))
    return int(text)


def written_moment(text: str, clock: str, zone: ZoneInfo) -> datetime:
    """Return the moment that is written as ``2026-12-01 08:00``, 01-12-2026 08.00 or a day alone.

    Raises
    ------
    BadCell
        It is none.
    """
    day, _space, rest = " ".join(text.replace("T", " ").split()).partition(" ")
    date = parse_date(day)
    plain = local_moment(f"{date.isoformat()} {rest or clock}", clock) if date else None
    moment = moment_in(plain, zone)
    if moment is None:
        raise BadCell(
            Message("%(text)s is not a day and time; write 2026-12-01 08:00.", text=text[:40])
        )
    return moment


_READERS: Mapping[str, Callable[[ZoneInfo], Callable[[str], Any]]] = {
    "attempts": lambda _zone: _whole,
    "minutes": lambda _zone: lambda text: _whole(text) * 60,
    "opens": lambda zone: lambda text: written_moment(text, "00:00", zone),
    "closes": lambda zone: lambda text: written_moment(text, "23:59", zone),
}
