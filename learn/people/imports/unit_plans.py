"""Comparing a sheet of units with those that are there: what is new, what differs, what cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.people.access import Scope
from learn.people.imports.columns import RowError
from learn.people.imports.nearest import Nearest
from learn.people.imports.planning import Difference, UnitToMake
from learn.people.imports.sheets import Cells, Reader, What, by_row
from learn.people.imports.tables import Table
from learn.people.models import Person, Unit

DEEPEST = 30
FIELDS = (("unit", "name"), ("type", "type"), ("time_zone", "time_zone"),
          ("valid_from", "valid_from"), ("valid_to", "valid_to"))  # fmt: skip


@dataclass(frozen=True)
class PlannedUnitChange:
    """A unit to be made (`new`) or changed, with what differs; `depth` is counted from the root."""

    row: int
    code: str
    name: str
    differences: tuple[Difference, ...]
    fields: Mapping[str, Any]
    parent_code: str | None
    depth: int
    new: bool


@dataclass(frozen=True)
class UnitsPlan:
    """What a sheet of units would do; `missing` are codes here that it does not name: they stay."""

    new: tuple[PlannedUnitChange, ...] = ()
    changed: tuple[PlannedUnitChange, ...] = ()
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    made: Mapping[str, UnitToMake] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Return whether applying it would write nothing."""
        return not (self.new or self.changed)


def plan_units(session: Session, table: Table, *, reach: Scope) -> UnitsPlan:
    """Return what the sheet would change, with everything that is wrong in it; writes nothing."""
    reader = Reader(What.UNITS, table)
    if reader.errors:
        return UnitsPlan(errors=by_row(reader.errors), warnings=by_row(reader.warnings))
    return _Planner(session, reader, reach).plan()


class _Planner:
    def __init__(self, session: Session, reader: Reader, reach: Scope) -> None:
        self.session, self.reader, self.reach = session, reader, reach
        self.units = {unit.code: unit for unit in session.scalars(select(Unit))}
        self.code_of = {unit.id: unit.code for unit in self.units.values()}
        self.root = next((u for u in self.units.values() if u.parent_id is None), None)
        self.rows = self._read()
        self.parents = self._parents()
        self.nearest = Nearest(self.parents)

    def plan(self) -> UnitsPlan:
        """Compare each row."""
        new, changed, unchanged = [], [], 0
        made: dict[str, UnitToMake] = {}
        for code, cells in self.rows.items():
            depth = self._depth(code, cells)
            unit = self.units.get(code)
            self._days(cells, unit)
            self._reached(code, cells, unit)
            found = self._change(code, cells, unit, depth)
            if cells.failed:
                continue
            if found is None:
                unchanged += 1
            elif found.new:
                new.append(found)
                made[code] = UnitToMake(code, found.name, self._path(code))
            else:
                changed.append(found)
        self._closing([each for each in changed if each.fields.get("valid_to")])
        missing = sorted(
            code for code, unit in self.units.items()
            if code not in self.rows and self.reach.reaches(unit.path) and unit.valid_to is None
        )  # fmt: skip
        return UnitsPlan(
            tuple(new), tuple(changed), unchanged, tuple(missing), by_row(self.reader.errors),
            by_row(self.reader.warnings), made,
        )  # fmt: skip

    def _read(self) -> dict[str, Cells]:
        found: dict[str, Cells] = {}
        for cells in self.reader.rows():
            code = cells.values.get("unit_code")
            if not code:
                if not cells.failed:
                    self._wrong(cells, "unit_code", Message("The code of the unit is missing."))
            elif code in found:
                first = found[code].row
                message = Message(
                    "The unit %(code)s stands in row %(row)s too.", code=code, row=first
                )
                self._wrong(cells, "unit_code", message)
            else:
                found[code] = cells
        return found

    def _parents(self) -> dict[str, str | None]:
        """Return the parent of each unit as it would be."""
        now = {unit.code: self.code_of.get(unit.parent_id or 0) for unit in self.units.values()}
        top = self.root.code if self.root else None
        for code, cells in self.rows.items():
            given = cells.values.get("parent_unit_code")
            if given:
                now[code] = given
            elif code not in now:
                now[code] = top
        return now

    def _above(self, code: str) -> Iterator[str]:
        """Yield the unit and those above it, a cycle for ever."""
        at: str | None = code
        while at is not None:
            yield at
            at = self.parents.get(at)

    def _depth(self, code: str, cells: Cells) -> int:
        parent = self.parents.get(code)
        if parent is not None and parent not in self.parents:
            near = self.nearest.of(parent)
            message = (
                Message("There is no unit %(code)s; did you mean %(near)s?", code=parent, near=near)
                if near
                else Message(
                    "There is no unit %(code)s, neither here nor in the sheet.", code=parent
                )
            )
            self._wrong(cells, "parent_unit_code", message)
            return 0
        for depth, at in enumerate(self._above(code)):
            if (depth and at == code) or depth > DEEPEST:
                message = Message(
                    "The unit %(code)s would stand below itself, or too deep.", code=code
                )
                self._wrong(cells, "parent_unit_code", message)
                return depth
        return depth

    def _days(self, cells: Cells, unit: Unit | None) -> None:
        begin: date | None = cells.values.get("valid_from", unit.valid_from if unit else None)
        end: date | None = cells.values.get("valid_to", unit.valid_to if unit else None)
        if begin and end and end < begin:
            message = Message("The last day %(until)s lies before the first day %(since)s; exchange them.",
                              until=end.isoformat(), since=begin.isoformat())  # fmt: skip
            self._wrong(cells, "valid_to", message)

    def _reached(self, code: str, cells: Cells, unit: Unit | None) -> None:
        if self.reach.everything or cells.failed:
            return
        parent = self.parents.get(code)
        inside = unit is None or self.reach.reaches(unit.path)
        if not inside:
            self._wrong(
                cells, "unit_code", Message("The unit %(code)s is not among yours.", code=code)
            )
        elif cells.values.get("parent_unit_code") and not self.reach.reaches(
            self._path(parent or "")
        ):
            old = self.code_of.get(unit.parent_id or 0) if unit else None
            if parent != old:
                message = Message("The unit %(code)s is not among yours.", code=parent)
                self._wrong(cells, "parent_unit_code", message)
        elif unit is None and not self.reach.reaches(self._path(parent or "")):
            message = Message("A new unit needs the code of a unit above it that is among yours.")
            self._wrong(cells, "parent_unit_code", message)

    def _path(self, code: str) -> str:
        """Return a path for questions of reach; a new unit has one that no real unit has."""
        added = ""
        for at in self._above(code):
            if at in self.units:
                return self.units[at].path + added
            added = f"+{at}/{added}"
        return f"/0/{added}"

    def _change(
        self, code: str, cells: Cells, unit: Unit | None, depth: int
    ) -> PlannedUnitChange | None:
        if unit is None and not cells.values.get("unit"):
            self._wrong(cells, "unit", Message("A new unit needs a name."))
        if cells.failed:
            return None
        said = {attr: cells.values[column] or (None if attr not in {"name", "type"} else "")
                for column, attr in FIELDS if column in cells.values}  # fmt: skip
        if said.get("name") == "":
            said.pop("name")
        fields = {a: v for a, v in said.items() if unit is None or getattr(unit, a) != v}
        differences = [
            Difference(column, _shown(getattr(unit, attr)) if unit else "", _shown(fields[attr]))
            for column, attr in FIELDS if attr in fields
        ]  # fmt: skip
        parent, held = (
            self.parents.get(code),
            self.code_of.get(unit.parent_id or 0) if unit else None,
        )
        moved = unit is not None and parent != held
        if moved:
            differences.append(Difference("parent_unit_code", held or "", parent or ""))
        if moved and held is None:
            self._wrong(
                cells, "parent_unit_code", Message("The root of all units cannot be moved.")
            )
            return None
        if unit is not None and not differences:
            return None
        name = cells.values.get("unit") or (unit.name if unit else code)
        return PlannedUnitChange(cells.row, code, name, tuple(differences), fields,
                                 parent if moved or unit is None else None, depth, unit is None)  # fmt: skip

    def _closing(self, changed: list[PlannedUnitChange]) -> None:
        """Refuse to end a unit in which active people still stand."""
        for each in changed:
            path = self.units[each.code].path
            count = self.session.scalar(
                select(func.count()).select_from(Person).join(Unit, Unit.id == Person.unit_id)
                .where(Unit.path.like(f"{path}%"), Person.active)
            )  # fmt: skip
            if count:
                message = Message("%(people)s active people still belong to this unit. Give them another post first.",
                                  people=count)  # fmt: skip
                self._wrong(self.rows[each.code], "valid_to", message)

    def _wrong(self, cells: Cells, column: str, message: Message) -> None:
        self.reader.error(cells, column, message)


def _shown(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
