"""Gaps and job-person match as whole numbers that can be counted, summed and ranked: pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from learn.competencies.framework.catalogue import Band

LEARNED, ASSESSED = "learned", "assessed"
BASES = (LEARNED, ASSESSED)
JPM = "JPM"
MILLION = 1_000_000
Line = tuple[str, str, int]


@dataclass(frozen=True)
class Levels:
    """The levels of one person on a day by competency; assessed ones only where they hold."""

    learned: Mapping[str, int] = field(default_factory=dict)
    assessed: Mapping[str, int] = field(default_factory=dict)

    def by(self, basis: str) -> Mapping[str, int]:
        """Return the levels of one basis."""
        return self.learned if basis == LEARNED else self.assessed


def lines_of(levels: Levels, required: Mapping[str, int]) -> Iterator[Line]:
    """Yield the lines of one person: (basis, competency, levels missing) and (basis, JPM, millionths).

    Nobody counts by assessed levels who was assessed in nothing that the post requires, and no gap by
    assessed levels is told where there was no assessment.
    """
    wanted = sum(required.values())
    if not wanted:
        return
    attained = 0
    for code, need in required.items():
        have = levels.learned.get(code, 0)
        attained += have
        if have < need:
            yield LEARNED, code, need - have
    yield LEARNED, JPM, ppm(attained, wanted)
    known = [code for code in required if code in levels.assessed]
    if not known:
        return
    for code in known:
        if levels.assessed[code] < required[code]:
            yield ASSESSED, code, required[code] - levels.assessed[code]
    yield ASSESSED, JPM, ppm(sum(levels.assessed[code] for code in known), wanted)


def ppm(attained: int, required: int) -> int:
    """Return attained by required in millionths, floored."""
    return attained * MILLION // required


def band_at(share: int, bands: Iterable[Band]) -> Band | None:
    """Return the band of a share in millionths; unrounded, as whole percents are whole millionths."""
    return next((band for band in bands if share >= band.minimum_percent * (MILLION // 100)), None)


def limits(key: str, bands: Iterable[Band]) -> tuple[int, int | None] | None:
    """Return the millionths from which a band reaches, and below which; None: there is no such band."""
    above: int | None = None
    for band in bands:
        low = band.minimum_percent * (MILLION // 100)
        if band.key == key:
            return low, above
        above = low
    return None


def percent_of(attained: int, required: int) -> Decimal | None:
    """Return attained by required in percent with two decimals: to be shown, never to be compared."""
    if not required:
        return None
    exact = Decimal(100 * attained) / Decimal(required)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
