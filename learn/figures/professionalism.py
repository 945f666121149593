"""The professionalism index (IP-ASN) as a simulation: Peraturan BKN 8/2019, PermenPANRB 38/2018.  Pure rules.

SIASN computes the index that counts, and may credit technical JP in proportion; this says what the rules
as we know them give. All points, bounds and windows are measures that HR confirms and changes on a page
(`learn.hours.measures`), each with its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from learn.competencies.reading import Bilingual
from learn.hours.forms import Forms
from learn.hours.measures import Measure

Family = Literal["structural", "functional", "pelaksana"]
FAMILIES: tuple[Family, ...] = ("structural", "functional", "pelaksana")
GROUP = "professionalism"


@dataclass(frozen=True)
class Inputs:
    """What the index is made of.

    `fitting_training`: the leadership training that fits the post, or the functional training that fits
    the JF (which doctors, teachers, nurses and some others count as having). `technical_jp` are those of
    the window, `seminar` says whether there was one in its own.
    """

    family: Family
    qualification: str
    performance: str
    discipline: str = "none"
    fitting_training: bool = False
    technical_jp: int = 0
    seminar: bool = False


@dataclass(frozen=True)
class Index:
    """The four dimensions, and by which bands their sum from 0 to 100 is told."""

    qualification: Decimal
    competence: Decimal
    performance: Decimal
    discipline: Decimal
    bands: Measure

    @property
    def total(self) -> Decimal:
        """Return the sum."""
        return self.qualification + self.competence + self.performance + self.discipline

    @property
    def band(self) -> str:
        """Return the key of the band: the lower bound has to be reached, 70.5 is not yet 71."""
        return self.bands.class_of(self.total)

    @property
    def label(self) -> Bilingual:
        """Return the band in words."""
        return self.bands.classes[self.band]


def family_of(post_class: str) -> Family | None:
    """Return the family of a class of post; None where there is no class."""
    if post_class.startswith("JF_"):
        return "functional"
    if post_class == "PELAKSANA":
        return "pelaksana"
    return "structural" if post_class else None


def index_of(inputs: Inputs, forms: Forms) -> Index:
    """Return the index by the measures of `forms`; each part of the competence counts whole or not at all."""
    parts = forms.measure(f"parts_{inputs.family}").values
    reached = {
        "fitting": inputs.fitting_training,
        "technical": inputs.technical_jp >= forms.measure("technical_jp").values["jp"],
        "seminar": inputs.seminar,
    }
    return Index(
        forms.measure("qualification").values[inputs.qualification],
        sum((points for part, points in parts.items() if reached[part]), Decimal(0)),
        forms.measure("performance").values[inputs.performance],
        forms.measure("discipline").values[inputs.discipline],
        forms.measure("index_bands"),
    )


def most_of(family: Family, forms: Forms) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return the most points of each dimension: qualification, competence, performance, discipline."""
    return (
        max(forms.measure("qualification").values.values()),
        sum(forms.measure(f"parts_{family}").values.values(), Decimal(0)),
        max(forms.measure("performance").values.values()),
        max(forms.measure("discipline").values.values()),
    )
