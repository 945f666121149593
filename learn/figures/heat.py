"""The heat map of competencies by unit, and bands of the job-person match: made of figures, pure.

Where a reader may not see names, units with fewer than five people tell nothing; when that hides one
unit alone, the next smallest is hidden with it, or the sum would tell what was hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from learn.competencies.framework.catalogue import Band
from learn.figures.rules import percent_of

FEW = 5
SHARE, GAP = "share", "gap"
STEPS_OF_SHARE = (0.25, 0.5, 0.75, 0.9)
STEPS_OF_GAP = (1.5, 1.0, 0.5, 0.25)
Numbers = Mapping[str, int]


@dataclass(frozen=True)
class Cell:
    """People of a unit in one competency: how many count, how many are short, how much is missing."""

    code: str
    people: int
    short: int
    missing: int

    @property
    def share(self) -> float | None:
        """The share of people at or above the required level."""
        return (self.people - self.short) / self.people if self.people else None

    @property
    def mean_gap(self) -> float | None:
        """How many levels are missing on average, of all who count."""
        return self.missing / self.people if self.people else None

    def grade(self, show: str) -> int | None:
        """Return how good it is, from 0 to 4; None where nobody counts."""
        if self.share is None or self.mean_gap is None:
            return None
        if show == SHARE:
            return sum(self.share >= step for step in STEPS_OF_SHARE)
        return sum(self.mean_gap <= step for step in STEPS_OF_GAP)


@dataclass(frozen=True)
class BandCount:
    """How many people are in a band, and where its part of a bar of 100 units begins and how long it is."""

    band: Band
    people: int
    share: float | None
    begins: float
    length: float


def cells(figures: Numbers, codes: Iterable[str], basis: str) -> tuple[Cell, ...]:
    """Return the cells of one row; by assessed levels only those count who were assessed."""
    known = "required" if basis == "learned" else "assessed"
    return tuple(
        Cell(
            code,
            figures.get(f"{known}:{code}", 0),
            figures.get(f"short:{basis}:{code}", 0),
            figures.get(f"missing:{basis}:{code}", 0),
        )
        for code in codes
    )


def jpm_of(figures: Numbers, basis: str) -> Decimal | None:
    """Return the match of all together: sum attained by sum required in percent, two decimals."""
    return percent_of(figures.get(f"attained:{basis}", 0), figures.get(f"needed:{basis}", 0))


def bands_of(
    figures: Numbers, bands: Sequence[Band], name: str, basis: str
) -> tuple[BandCount, ...]:
    """Return how the people are spread over the bands of a set, the highest band first."""
    counts = [figures.get(f"{name}:{basis}:{band.key}", 0) for band in bands]
    total, begins, found = sum(counts), 0.0, []
    for band, people in zip(bands, counts, strict=True):
        length = 100 * people / total if total else 0.0
        share = people / total if total else None
        found.append(BandCount(band, people, share, round(begins, 2), round(length, 2)))
        begins += length
    return tuple(found)


def hidden(people: Sequence[int], fewest: int = FEW) -> frozenset[int]:
    """Return the positions of rows that tell nothing to somebody who may not see names."""
    small = {place for place, count in enumerate(people) if 0 < count < fewest}
    others = [place for place, count in enumerate(people) if count >= fewest]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda place: people[place]))
    return frozenset(small)
