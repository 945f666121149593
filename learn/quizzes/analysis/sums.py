"""Running sums: means, variances and covariances in one pass, and the same from several passes put together.

Adding follows Welford (1962), joining Chan, Golub and LeVeque (1983): both keep the digits that sums of
squares lose, and values that are all the same have a variance of exactly 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

NOISE = 1e-18
"""A variance below this comes from rounding alone: shares that differ do so by far more than 1e-9."""


@dataclass(slots=True)
class Moments:
    """Count, mean, and the sum of squared differences from the mean."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Take one value in."""
        self.count += 1
        change = value - self.mean
        self.mean += change / self.count
        self.squares += change * (value - self.mean)

    def join(self, other: Moments) -> None:
        """Take in all that another has seen."""
        count = self.count + other.count
        if not other.count:
            return
        change = other.mean - self.mean
        self.squares += other.squares + change * change * self.count * other.count / count
        self.mean += change * other.count / count
        self.count = count

    @property
    def variance(self) -> float | None:
        """Return the variance of the sample, over n - 1; None below two values."""
        if self.count < 2:
            return None
        found = self.squares / (self.count - 1)
        return found if found > NOISE else 0.0

    @property
    def deviation(self) -> float | None:
        """Return the standard deviation; None below two values."""
        return None if self.variance is None else math.sqrt(self.variance)


@dataclass(slots=True)
class Pairs:
    """Two values that come together: the moments of each, and the sum of their joint differences."""

    first: Moments
    second: Moments
    products: float = 0.0

    def add(self, one: float, other: float) -> None:
        """Take one pair in."""
        first, second = self.first, self.second
        before = one - first.mean
        first.add(one)
        second.add(other)
        self.products += before * (other - second.mean)

    def join(self, other: Pairs) -> None:
        """Take in all that another has seen."""
        mine, theirs = self.first.count, other.first.count
        if not theirs:
            return
        changes = (other.first.mean - self.first.mean) * (other.second.mean - self.second.mean)
        self.products += other.products + changes * mine * theirs / (mine + theirs)
        self.first.join(other.first)
        self.second.join(other.second)

    @property
    def covariance(self) -> float | None:
        """Return the covariance of the sample, over n - 1; None below two pairs."""
        return None if self.first.count < 2 else self.products / (self.first.count - 1)

    @property
    def correlation(self) -> float | None:
        """Return Pearson's correlation; None where one of the two never varies."""
        one, other = self.first.variance, self.second.variance
        if not one or not other or self.covariance is None:
            return None
        return max(-1.0, min(1.0, self.covariance / math.sqrt(one * other)))


def no_pairs() -> Pairs:
    """Return sums that have seen nothing."""
    return Pairs(Moments(), Moments())
