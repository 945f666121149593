"""The day that lists and figures are of: see `learn.figures.days`, where it is decided."""

from __future__ import annotations

from learn.figures.days import (
    OWING,
    AsOf,
    Year,
    earned_by,
    fulfilled,
    held,
    idle,
    in_units,
    not_yet,
    of_class,
    owes,
    present,
    short_of_hours,
    stood,
)

__all__ = [
    "OWING",
    "AsOf",
    "Year",
    "earned_by",
    "fulfilled",
    "held",
    "idle",
    "in_units",
    "not_yet",
    "of_class",
    "owes",
    "present",
    "short_of_hours",
    "stood",
]
