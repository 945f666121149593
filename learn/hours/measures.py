"""Measures: figures that are no JP, such as points of an index, classes of grades and terms.  Pure rules.

They ship in ``data/``, each with how sure it is and where it stands; HR changes them within the
bounds that a measure names (`learn.hours.figures`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from learn.competencies.reading import Bilingual, Data, read_data, refuse, twice
from learn.errors import Message

DATA = Path(__file__).resolve().parent / "data" / "measures.yaml"
LONGEST_NAME = 60

Group = Literal["professionalism", "grades", "terms"]


@dataclass(frozen=True)
class Named(Data):
    """A class that has no bound of its own: what lies under the last bound."""

    key: str
    names: Bilingual


@dataclass(frozen=True)
class Figure(Data):
    """One figure of a measure."""

    key: str
    value: Decimal
    names: Bilingual

    def name(self, language: str) -> str:
        """Return what the figure is called."""
        return self.names.text(language)


@dataclass(frozen=True)
class Measure(Data):
    """Figures that belong together, from `least` to `most`, with `decimals` at most.

    `falling`: each is lower than the one before; `total`: what they make together. Where there is a
    `below`, the figures are lower bounds of classes; `open`: a bound itself belongs to the class below.
    `named`: the names of the classes can be changed as well.
    """

    key: str
    group: Group
    names: Bilingual
    meanings: Bilingual
    figures: tuple[Figure, ...]
    confidence: Literal["high", "medium", "low"]
    source: str
    least: Decimal
    most: Decimal
    decimals: int = 0
    falling: bool = False
    total: Decimal | None = None
    below: Named | None = None
    open: bool = False
    named: bool = False

    def name(self, language: str) -> str:
        """Return what the measure is called."""
        return self.names.text(language)

    def meaning(self, language: str) -> str:
        """Return what its figures say."""
        return self.meanings.text(language)

    @cached_property
    def values(self) -> dict[str, Decimal]:
        """Return the figures by their keys."""
        return {each.key: each.value for each in self.figures}

    @cached_property
    def classes(self) -> dict[str, Bilingual]:
        """Return the names by the keys of figures, with that of what lies below them."""
        below = (self.below,) if self.below else ()
        return {each.key: each.names for each in (*self.figures, *below)}

    def class_of(self, value: Decimal | float) -> str:
        """Return the key of the class of a value: unrounded but for the last bits of a float."""
        assert self.below is not None, f"{self.key} has no classes"
        exact = Decimal(repr(round(value, 9))) if isinstance(value, float) else value
        reached = (each.key for each in self.figures if self._reaches(exact, each.value))
        return next(reached, self.below.key)

    def _reaches(self, value: Decimal, bound: Decimal) -> bool:
        return value > bound if self.open else value >= bound


Measures = Mapping[str, Measure]


def read_measures(path: Path = DATA) -> tuple[Measure, ...]:
    """Return the measures of a file.

    Raises
    ------
    InvalidData
        The file is missing or wrong; every problem names path and key.
    """
    measures = read_data(path, tuple[Measure, ...])
    refuse(path, _mistakes(measures))
    return measures


def _mistakes(measures: tuple[Measure, ...]) -> Iterator[tuple[str, str]]:
    for key in twice(measure.key for measure in measures):
        yield key, "stands twice"
    for measure in measures:
        for key, message in wrong_values(measure, measure.values).items():
            yield f"{measure.key}.{key}", str(message)


def read_number(text: str, decimals: int) -> Decimal | None:
    """Return the number that somebody typed, with a comma or a dot before its decimals; None: none.

    A dot or comma for thousands is refused, as nobody could tell it from one for decimals.
    """
    wanted = r"-?[0-9]{1,6}" + (rf"([.,][0-9]{{1,{decimals}}})?" if decimals else "")
    found = re.fullmatch(wanted, text.strip())
    return Decimal(found[0].replace(",", ".")) if found else None


def wrong_values(measure: Measure, values: Mapping[str, Decimal]) -> dict[str, Message]:
    """Return what is wrong with the figures of a measure, by the key of the figure, and what would be right."""
    wrong = {
        key: range_of(measure)
        for key, value in values.items()
        if not measure.least <= value <= measure.most or -_exponent(value) > measure.decimals
    }
    if measure.falling:
        for above, each in pairwise(measure.figures):
            if values[each.key] >= values[above.key] and each.key not in wrong:
                wrong[each.key] = Message(
                    "This is lower than the figure before it: below %(bound)s.",
                    bound=values[above.key],
                )
    total = sum(values.values(), Decimal(0))
    if not wrong and measure.total is not None and total != measure.total:
        wrong[measure.figures[-1].key] = Message(
            "Together the figures make %(total)s; these make %(sum)s.",
            total=measure.total, sum=total,
        )  # fmt: skip
    return wrong


def wrong_names(measure: Measure, names: Mapping[str, tuple[str, str]]) -> dict[str, Message]:
    """Return what is wrong with the names of classes in Indonesian and English, by key."""
    return {
        key: Message("A name of 1 to %(most)s signs, in both languages.", most=LONGEST_NAME)
        for key, texts in names.items()
        if key not in measure.classes or any(not 0 < len(text) <= LONGEST_NAME for text in texts)
    }


def range_of(measure: Measure) -> Message:
    """Return which numbers the figures of a measure can be."""
    known = {"least": measure.least, "most": measure.most}
    if measure.decimals:
        return Message(
            "A number from %(least)s to %(most)s, with %(decimals)s decimals at most.",
            decimals=measure.decimals, **known,
        )  # fmt: skip
    return Message("A whole number from %(least)s to %(most)s.", **known)


def _exponent(value: Decimal) -> int:
    return int(value.normalize().as_tuple().exponent)


def plain_text(value: Decimal) -> str:
    """Return a figure as it is kept: without needless zeros and without an exponent, 22.5 or 20."""
    return f"{value.normalize():f}"


def figures_of(measure: Measure) -> dict[str, Any]:
    """Return what can be changed of a measure, as it is kept."""
    found: dict[str, Any] = {
        "figures": {key: plain_text(value) for key, value in measure.values.items()},
        "confidence": measure.confidence,
        "source": measure.source,
    }
    if measure.named:
        found["names"] = {
            key: {"id": names.id, "en": names.en} for key, names in measure.classes.items()
        }
    return found


def changed(measure: Measure, kept: Mapping[str, Any]) -> Measure:
    """Return the measure with the figures that were kept; what they do not name stays as it ships."""
    names = {key: Bilingual(**each) for key, each in kept.get("names", {}).items()}
    below = measure.below
    return replace(
        measure,
        figures=tuple(
            replace(
                each, value=Decimal(kept["figures"].get(each.key, each.value)),
                names=names.get(each.key, each.names),
            )
            for each in measure.figures
        ),
        below=replace(below, names=names.get(below.key, below.names)) if below else None,
        confidence=kept["confidence"],
        source=kept["source"],
    )  # fmt: skip
