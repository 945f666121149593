"""What a sheet that comes in would do: changes by row, and everything that is wrong by row and column."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from learn.db import take_turn
from learn.errors import Invalid, Message
from learn.people.imports.columns import RowError

C = TypeVar("C")


@dataclass(frozen=True)
class SheetPlan(Generic[C]):
    """What a sheet would do.  With `errors` it does nothing; `warnings` hinder nothing."""

    changes: tuple[C, ...] = ()
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to do."""
        return not self.changes

    def refuse_errors(self) -> None:
        """Raise `Invalid` when there are errors: such a sheet does nothing."""
        if self.errors:
            raise Invalid(nothing_changed(self.errors))


def queue_sheets(session: Session) -> None:
    """Wait until no other sheet is being taken in; whoever takes one in looks at it after this.

    So the same sheet sent twice at once is done once: the second look finds nothing left to do.
    """
    take_turn(session, "sheets")


def nothing_changed(errors: Sized) -> Message:
    """Return that a sheet changed nothing because of its errors."""
    return Message("Nothing was changed: %(errors)s errors in the table.", errors=len(errors))


def nothing_imported(errors: Sized) -> Message:
    """Return that a sheet brought in nothing because of its errors."""
    return Message("Nothing was imported: %(errors)s errors in the table.", errors=len(errors))
