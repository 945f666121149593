"""The figures of item analysis once more, from the formulas, with plain lists and the statistics module.

Slow and without any cleverness on purpose: what Learn computes in one pass is compared with this.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAME = 1e-9


@dataclass(frozen=True)
class Went:
    """How an attempt went: credit and points by question, in the order of the attempt."""

    score: float
    credits: Mapping[str, float]
    points: Mapping[str, float]
    chosen: Mapping[str, str]
    competency: Mapping[str, str]

    def share(self, keys: Sequence[str]) -> float | None:
        """Return the credits of some questions as a share of their points."""
        points = sum(self.points[key] for key in keys)
        return (
            sum(self.credits[key] * self.points[key] for key in keys) / points if points else None
        )

    @property
    def total(self) -> float:
        return self.share(list(self.credits)) or 0.0

    def rest(self, key: str) -> float:
        return self.share([other for other in self.credits if other != key]) or 0.0

    def mark(self, key: str) -> float:
        points = sum(self.points[other] for other in self.credits)
        return self.credits[key] * self.points[key] / points if points else 0.0


def varies(values: Sequence[float]) -> bool:
    return len(values) > 1 and statistics.pstdev(values) > SAME


def deviation(values: Sequence[float]) -> float | None:
    return statistics.stdev(values) if len(values) > 1 else None


def skewness(values: Sequence[float]) -> float | None:
    """The adjusted coefficient of Fisher and Pearson."""
    n = len(values)
    if n < 3 or not varies(values):
        return None
    mean, s = statistics.fmean(values), statistics.stdev(values)
    return n / ((n - 1) * (n - 2)) * sum(((x - mean) / s) ** 3 for x in values)


def kurtosis(values: Sequence[float]) -> float | None:
    """Excess kurtosis of a sample, in the form that spreadsheets use."""
    n = len(values)
    if n < 4 or not varies(values):
        return None
    mean, s = statistics.fmean(values), statistics.stdev(values)
    fourth = sum(((x - mean) / s) ** 4 for x in values)
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth - 3 * (n - 1) ** 2 / (
        (n - 2) * (n - 3)
    )


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    return statistics.correlation(one, other) if varies(one) and varies(other) else None


def efficiency(one: Sequence[float], other: Sequence[float]) -> float | None:
    if not varies(one) or not varies(other):
        return None
    return statistics.covariance(one, other) / statistics.covariance(sorted(one), sorted(other))


def alpha(attempts: Sequence[Went], drawn: bool) -> float | None:
    """Cronbach's alpha from the covariances of all pairs of positions."""
    if len({frozenset(a.credits) if not drawn else len(a.credits) for a in attempts}) != 1:
        return None
    keys = sorted(attempts[0].credits)
    rows = [[a.mark(key) for key in (list(a.credits) if drawn else keys)] for a in attempts]
    p = len(rows[0])
    totals = [sum(row) for row in rows]
    if p < 2 or not varies(totals):
        return None
    columns = list(zip(*rows, strict=True))
    apart = sum(
        statistics.covariance(one, other)
        for i, one in enumerate(columns)
        for j, other in enumerate(columns)
        if i != j
    )
    return p / (p - 1) * apart / statistics.variance(totals)


def effective_weights(attempts: Sequence[Went]) -> dict[str, float | None]:
    roots: dict[str, float | None] = {}
    for key in {key for a in attempts for key in a.credits}:
        had = [a for a in attempts if key in a.credits]
        if len(had) < 2:
            roots[key] = None
            continue
        shared = statistics.covariance([a.mark(key) for a in had], [a.total for a in had])
        shared = 0.0 if abs(shared) < SAME**2 else shared
        roots[key] = shared**0.5 if shared >= 0 else None
    whole = sum(root or 0.0 for a in attempts for key in a.credits for root in [roots[key]]) / len(
        attempts
    )
    return {
        key: root / whole if root is not None and whole else None for key, root in roots.items()
    }
