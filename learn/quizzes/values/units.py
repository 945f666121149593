"""Units that measure the same: ``1 jam = 60 menit = 3600 detik``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from learn.errors import Invalid, Message
from learn.quizzes.values.numbers import same_unit, written_number

Units = Mapping[str, str]
"""By unit the amount of it that equals the amounts of the others, as a text so that it stays exact."""


class BadUnits(Invalid):
    """Equal amounts that cannot be read."""


def equal_units(text: str) -> dict[str, str]:
    """Return the units in ``1 km = 1000 m``, with their amounts.

    Raises
    ------
    BadUnits
        It says no two amounts, one without a unit, the same unit twice, or nothing of a unit.
    """
    found: dict[str, str] = {}
    parts = text.split("=")
    for part in parts:
        values, unit = written_number(part)
        if len(values) != 1 or not unit or unit in found or values[0] <= 0:
            raise BadUnits(_wrong(part.strip() or text))
        found[unit] = str(values[0])
    if len(found) < 2:
        raise BadUnits(_wrong(text))
    return found


def _wrong(text: str) -> Message:
    return Message(
        'units says equal amounts, as in {units="1 km = 1000 m"}; this cannot be read: %(text)s',
        text=text,
    )


def in_unit(value: Fraction, written: str, wanted: str, units: Units) -> Fraction | None:
    """Return a `value` with the unit that was `written` in the `wanted` one; None when they do not go together.

    Without a unit on one of the sides the value stays as it is.
    """
    if not written or not wanted:
        return value
    mine, theirs = _amount(written, units), _amount(wanted, units)
    if mine is None or theirs is None:
        return value if same_unit(written, [wanted]) else None
    return value / mine * theirs


def is_known(written: str, units: Iterable[str]) -> bool:
    """Whether a unit is one of `units`, or begins like one."""
    return any(unit and unit.split()[0] == written.split()[0] for unit in units)


def _amount(unit: str, units: Units) -> Fraction | None:
    known = unit if unit in units else unit.split()[0]
    return Fraction(units[known]) if known in units else None
