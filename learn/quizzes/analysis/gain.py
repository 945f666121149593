"""What a pre-test says about a grade: pure rules.

A pre-test is never graded for passing; beside the final test it shows how much was gained. The classes
of grades and gains are measures that HR can change (`learn.hours.measures`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def n_gain(before: float, after: float) -> float | None:
    """Return the share gained of what could be gained, from shares; None where nothing could be."""
    return None if before >= 1 else (after - before) / (1 - before)


def shown_gain(gain: float) -> Decimal:
    """Return a gain with two decimals: to be shown, never to be compared."""
    return Decimal(repr(gain)).quantize(Decimal("0.01"), ROUND_HALF_UP)
