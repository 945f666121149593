"""Projections: ordinary tables that are folded from entries, and can be made again from them.

A projection only folds entries: it reads no clock, setting or sequence, and never appends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from learn.db import Base

if TYPE_CHECKING:
    from learn.ledger.entries import Entry

Fold = Callable[[Session, "Entry"], None]
TableT = TypeVar("TableT", bound=type[Base])

FOLDS: dict[str, list[Fold]] = {}
TABLES: list[type[Base]] = []


def project(*kinds: str) -> Callable[[Fold], Fold]:
    """Register a fold for entries of `kinds`; folds of a kind run in the order of registration."""

    def register(fold: Fold) -> Fold:
        for kind in kinds:
            FOLDS.setdefault(kind, []).append(fold)
        return fold

    return register


def projection_table(model: TableT) -> TableT:
    """Mark a model as a projection: `person_id` comes first in its key, and rebuild makes it again."""
    TABLES.append(model)
    return model


def apply(session: Session, entry: Entry) -> None:
    """Fold one entry into all projections of its kind."""
    for fold in FOLDS.get(entry.kind, ()):
        fold(session, entry)
