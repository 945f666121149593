"""Where things stand in the charts of an analysis: plain numbers, drawn as SVG by templates.

A chart is 360 units wide, so that on a phone one unit is about one pixel and its words can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 360
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 12, 34


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: grades from `low` up to `high`, of 100."""

    x: float
    y: float
    width: float
    height: float
    low: int
    high: int
    count: int
    passes: bool


@dataclass(frozen=True)
class Histogram:
    """How many grades fall where; `mark` is where the pass mark stands."""

    width: int
    height: int
    floor: int
    bars: tuple[Bar, ...]
    mark: float
    most: int
    ticks: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Point:
    """One question in a scatter chart; `number` is its place in the table."""

    key: str
    number: int
    x: float
    y: float
    facility: float
    discrimination: float
    level: str


@dataclass(frozen=True)
class Scatter:
    """Questions by how easy they are (to the right) and by what they tell apart (upwards)."""

    width: int
    height: int
    left: float
    right: float
    zero: float
    weak: float
    floor: float
    points: tuple[Point, ...]
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]


def histogram(counts: Sequence[int], pass_mark: float, height: int = 190) -> Histogram:
    """Return the histogram of counts over equal parts of the grades from 0 to 100."""
    floor, most = height - BOTTOM, max(1, *counts)
    room, step = floor - TOP, (WIDTH - LEFT - RIGHT) / len(counts)
    bars = []
    for place, count in enumerate(counts):
        tall = room * count / most
        low, high = (round(100 * each / len(counts)) for each in (place, place + 1))
        bars.append(
            Bar(
                x=round(LEFT + place * step + 1, 1), y=round(floor - tall, 1),
                width=round(step - 2, 1), height=round(tall, 1),
                low=low, high=high, count=count, passes=low >= pass_mark,
            )
        )  # fmt: skip
    return Histogram(
        WIDTH, height, floor, tuple(bars), mark=_across(pass_mark), most=most,
        ticks=tuple((_across(each), each) for each in range(0, 101, 20)),
    )  # fmt: skip


def _across(grade: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * grade / 100, 1)


def scatter(questions: Iterable[tuple[str, int, float, float, str]], height: int = 260) -> Scatter:
    """Return where questions stand, given as key, number, facility, discrimination and level of flag.

    Facility goes from 0 to 1, discrimination is drawn from -0.4 (or the lowest) to 1.
    """
    found = list(questions)
    lowest = min([-0.4, *(each[3] for each in found)])
    floor = height - BOTTOM

    def up(index: float) -> float:
        return round(floor - (floor - TOP) * (index - lowest) / (1 - lowest), 1)

    points = tuple(
        Point(key, number, _across(100 * facility), up(index), facility, index, level)
        for key, number, facility, index, level in found
    )
    marks = [
        each for each in (-100, -80, -60, -40, -20, 0, 20, 40, 60, 80, 100) if each / 100 >= lowest
    ]
    return Scatter(
        WIDTH, height, left=LEFT, right=WIDTH - RIGHT, zero=up(0), weak=up(0.2), floor=floor,
        points=points,
        across=tuple((_across(each), each) for each in range(0, 101, 20)),
        up=tuple((up(each / 100), each) for each in marks[::2] if marks) or ((up(0), 0),),
    )  # fmt: skip
