"""What an import would do: people to add and to change, units to make, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from learn.people.imports.columns import RowError
from learn.people.services import NewPerson


@dataclass(frozen=True)
class Difference:
    """One field of a person that would change; both sides as text for people."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PlannedUnit:
    """A unit to be made, after the one that it stands below; None: below the root."""

    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True)
class PlannedPost:
    """A post to be set for somebody who is there already."""

    unit_code: str
    title: str
    post_class: str
    grade: str
    since: date


@dataclass(frozen=True)
class PlannedPerson:
    """Somebody to be added; the unit is named by its code, as it may have to be made first."""

    row: int
    new: NewPerson
    unit_code: str | None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedChange:
    """Somebody to be changed, with what differs."""

    row: int
    person_id: int
    name: str
    differences: tuple[Difference, ...]
    fields: Mapping[str, Any]
    number: str | None = None
    number_kind: str = ""
    post: PlannedPost | None = None
    roles: tuple[str, ...] = ()
    unit_code: str | None = None


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do.  With `errors` it does nothing; `warnings` hinder nothing.

    `people` are the ids of those whom the sheet names and who are here.
    """

    new: tuple[PlannedPerson, ...] = ()
    changed: tuple[PlannedChange, ...] = ()
    unchanged: int = 0
    units: tuple[PlannedUnit, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    people: frozenset[int] = frozenset()

    @property
    def empty(self) -> bool:
        """Return whether applying it would write nothing."""
        return not (self.new or self.changed or self.units)


@dataclass
class Draft:
    """One row of the sheet as it was read: values by column; an empty cell says nothing."""

    row: int
    values: dict[str, Any]
    number: str = ""
    number_kind: str = ""
    old_number: str | None = None
    failed: bool = False

    def get(self, column: str, otherwise: Any) -> Any:
        """Return the value of the column, or what stands there otherwise."""
        return self.values.get(column, otherwise)


@dataclass
class Findings:
    """Errors and warnings while planning, with the columns as the sheet names them."""

    shown: Mapping[str, str]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def error(self, draft: Draft, column: str, message: Any) -> None:
        """Note what hinders the import of this row."""
        draft.failed = True
        self.errors.append(RowError(draft.row, self.shown.get(column, column), message))

    def warn(self, draft: Draft, column: str, message: Any) -> None:
        """Note what is worth a look."""
        self.warnings.append(RowError(draft.row, self.shown.get(column, column), message))


class HasPath(Protocol):
    """A unit that exists, or one that would be made: both have a code, name and path."""

    code: str
    name: str
    path: str


@dataclass
class UnitToMake:
    """A unit that would be made, with a path for questions of reach."""

    code: str
    name: str
    path: str


def in_rows(errors: Iterable[RowError]) -> tuple[RowError, ...]:
    """Return errors by row."""
    return tuple(sorted(errors, key=lambda error: error.row))


def chunks(items: Sequence[Any], size: int = 5000) -> Iterable[Sequence[Any]]:
    """Return the items in parts that fit into one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
