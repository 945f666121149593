"""Surveys with a known way of counting: public satisfaction (SKM) and readiness for change (ADKAR).

A quiz that names one (``instrument: skm``) asks its scales as survey questions with the keys below; a
scale's answers count 1, 2, 3 ... in the order in which the text offers them.  Pure rules.

Sources: PermenPANRB 14/2017 (SKM: nine elements of 1 to 4, equal weights, index x 25, four grades);
ADKAR: five scales of 1 to 5, the first one at or below 3 is the barrier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from learn.errors import Message

FEWEST = 5
"""A group with fewer who answered is not shown: it would tell about single people."""


@dataclass(frozen=True)
class Scale:
    """One scale of an instrument: the key of its question, and what it is called."""

    key: str
    name: Message


@dataclass(frozen=True)
class Instrument:
    """A survey with its scales, each answered with 1 to `points`."""

    key: str
    name: Message
    points: int
    scales: tuple[Scale, ...]

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Return the keys of scales that stand in no question."""
        return [scale.key for scale in self.scales if scale.key not in keys]


SKM = Instrument(
    "skm", Message("Public satisfaction (SKM)"), 4,
    (
        Scale("u1", Message("Requirements")),
        Scale("u2", Message("System, mechanism and procedure")),
        Scale("u3", Message("Time until completion")),
        Scale("u4", Message("Cost or tariff")),
        Scale("u5", Message("Product of the service")),
        Scale("u6", Message("Competence of the staff")),
        Scale("u7", Message("Conduct of the staff")),
        Scale("u8", Message("Handling of complaints, suggestions and input")),
        Scale("u9", Message("Facilities")),
    ),
)  # fmt: skip
ADKAR = Instrument(
    "adkar", Message("Readiness for change (ADKAR)"), 5,
    (
        Scale("awareness", Message("Awareness")),
        Scale("desire", Message("Desire")),
        Scale("knowledge", Message("Knowledge")),
        Scale("ability", Message("Ability")),
        Scale("reinforcement", Message("Reinforcement")),
    ),
)  # fmt: skip
INSTRUMENTS: Mapping[str, Instrument] = {each.key: each for each in (SKM, ADKAR)}

# converted value from which a grade holds; the printed bounds leave holes, so the value is rounded first
GRADES = (
    (Decimal("88.31"), "A", Message("Very good")),
    (Decimal("76.61"), "B", Message("Good")),
    (Decimal("65.00"), "C", Message("Less good")),
    (Decimal("25.00"), "D", Message("Not good")),
)
BARRIER = 3


@dataclass(frozen=True)
class Satisfaction:
    """The SKM: `index` from 1 to 4, `converted` to 25-100 with two decimals, `grade` A to D in words.

    `lowest` are the keys of the elements, lowest first: where a follow-up begins.
    """

    index: float
    converted: Decimal
    grade: str
    performance: Message
    lowest: tuple[str, ...]


@dataclass(frozen=True)
class Readiness:
    """The ADKAR survey: `mean` from 1 to 5, `index` from 0 to 100, `barrier` the first low scale or None."""

    mean: float
    index: float
    barrier: str | None


def satisfaction(
    means: Mapping[str, float], weights: Mapping[str, float] | None = None
) -> Satisfaction:
    """Return the SKM of the mean answers (NRR) by element.

    Parameters
    ----------
    means
        From 1 to 4.
    weights
        By element, summing to 1; equal ones (1/9 each, not the rounded 0.111) unless given.

    Raises
    ------
    ValueError
        There is no element, or weights do not sum to 1.
    """
    shares = weights or dict.fromkeys(means, 1 / len(means)) if means else {}
    if not means or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("the weights of the elements have to sum to 1")
    index = sum(shares[key] * mean for key, mean in means.items())
    converted = Decimal(str(round(index * 25, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    grade, words = next(
        ((name, said) for bound, name, said in GRADES if converted >= bound), GRADES[-1][1:]
    )
    return Satisfaction(index, converted, grade, words, tuple(sorted(means, key=means.__getitem__)))


def readiness(means: Mapping[str, float]) -> Readiness:
    """Return the result of an ADKAR survey from the mean answers, 1 to 5, by scale.

    The barrier is the first scale in the order A-D-K-A-R whose mean is 3 or less.
    """
    ordered = [(scale.key, means[scale.key]) for scale in ADKAR.scales]
    mean = sum(value for _key, value in ordered) / len(ordered)
    barrier = next((key for key, value in ordered if value <= BARRIER), None)
    return Readiness(mean, (mean - 1) / (ADKAR.points - 1) * 100, barrier)


def mean_answer(counts: Sequence[tuple[str, int]]) -> tuple[float, int] | None:
    """Return the mean of answers 1, 2, 3 ... and how many there are, from counts by part in order.

    `counts` are (part, count) in the order in which the text offers the answers; every part (the row
    of a grid) begins at 1 again.  None when nobody answered.
    """
    places: dict[str, int] = {}
    total = answers = 0
    for part, count in counts:
        places[part] = places.get(part, 0) + 1
        total += places[part] * count
        answers += count
    return (total / answers, answers) if answers else None
