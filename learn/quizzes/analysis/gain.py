"""What a pre-test and the classes of government training say about a grade: pure rules.

A pre-test is never graded for passing; beside the final test it shows how much was gained.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

GainClass = Literal["high", "medium", "low"]
PassClass = Literal["very_good", "good", "fair", "less", "unqualified"]
CLASSES: tuple[tuple[int, PassClass], ...] = (
    (90, "very_good"), (80, "good"), (70, "fair"), (60, "less"),
)  # fmt: skip
"""LAN's classes: Sangat Memuaskan, Memuaskan, Baik, Kurang Memuaskan; each open at its lower bound."""


def n_gain(before: float, after: float) -> float | None:
    """Return the share gained of what could be gained, from shares; None where nothing could be."""
    return None if before >= 1 else (after - before) / (1 - before)


def gain_class(gain: float) -> GainClass:
    """Return the class of a gain: high from 0.7, medium from 0.3; unrounded but for the last bits."""
    exact = round(gain, 9)
    return "high" if exact >= 0.7 else "medium" if exact >= 0.3 else "low"


def shown_gain(gain: float) -> Decimal:
    """Return a gain with two decimals: to be shown, never to be compared."""
    return Decimal(repr(gain)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def pass_class(grade: float) -> PassClass:
    """Return the class of a grade from 0 to 100: more than 90 is very good, 90 itself is good."""
    return next((name for bound, name in CLASSES if grade > bound), "unqualified")
