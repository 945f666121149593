"""The professionalism index (IP-ASN) as a simulation: Peraturan BKN 8/2019, PermenPANRB 38/2018.  Pure rules.

SIASN computes the index that counts, and may credit technical JP in proportion; this says what the rules
as we know them give. Seen in sources are the four dimensions, S2 and S3, the parts 15/15/15 of posts with
a leadership or functional training, and the bands at 70 and 71; all other figures must be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from learn.errors import Message

Family = Literal["structural", "functional", "pelaksana"]
HALF = Decimal("0.5")
LEAST_TECHNICAL_JP = 20

QUALIFICATIONS: Mapping[str, tuple[Message, int]] = {
    "S3": (Message("S3 (doctorate)"), 25),
    "S2": (Message("S2 (master)"), 20),
    "S1": (Message("S1 or D4"), 15),
    "D3": (Message("D3"), 10),
    "SMA": (Message("SMA, D1 or D2"), 5),
    "below": (Message("Below SMA"), 1),
}
PERFORMANCE: Mapping[str, tuple[Message, int]] = {
    "very_good": (Message("Very good"), 30),
    "good": (Message("Good"), 25),
    "fair": (Message("Fair, or needs improvement"), 15),
    "poor": (Message("Poor"), 5),
    "very_poor": (Message("Very poor"), 1),
}
DISCIPLINE: Mapping[str, tuple[Message, int]] = {
    "none": (Message("No sanction in the last 5 years"), 5),
    "light": (Message("Light sanction"), 3),
    "medium": (Message("Medium sanction"), 2),
    "heavy": (Message("Heavy sanction"), 1),
}
BANDS: tuple[tuple[int, str, Message], ...] = (
    (91, "very_high", Message("very high")),
    (81, "high", Message("high")),
    (71, "medium", Message("medium")),
    (61, "low", Message("low")),
    (0, "very_low", Message("very low")),
)
# what a training that fits the post, technical training and a seminar are worth, by family of posts
PARTS: Mapping[Family, tuple[Decimal, Decimal, Decimal]] = {
    "structural": (Decimal(15), Decimal(15), Decimal(10)),
    "functional": (Decimal(15), Decimal(15), Decimal(10)),
    "pelaksana": (Decimal(0), 45 * HALF, 35 * HALF),
}


@dataclass(frozen=True)
class Inputs:
    """What the index is made of.

    `fitting_training`: the leadership training that fits the post, or the functional training that fits
    the JF (which doctors, teachers, nurses and some others count as having). `technical_jp` are those of
    the year, `seminar` says whether there was one in the last two years.
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
    """The four dimensions, their sum from 0 to 100, and its band."""

    qualification: Decimal
    competence: Decimal
    performance: Decimal
    discipline: Decimal

    @property
    def total(self) -> Decimal:
        """Return the sum."""
        return self.qualification + self.competence + self.performance + self.discipline

    @property
    def band(self) -> str:
        """Return the key of the band: the lower bound has to be reached, 70.5 is not yet 71."""
        return next(key for bound, key, _label in BANDS if self.total >= bound)

    @property
    def label(self) -> Message:
        """Return the band in words."""
        return next(label for _bound, key, label in BANDS if key == self.band)


def family_of(post_class: str) -> Family | None:
    """Return the family of a class of post; None where there is no class."""
    if post_class.startswith("JF_"):
        return "functional"
    if post_class == "PELAKSANA":
        return "pelaksana"
    return "structural" if post_class else None


def index_of(inputs: Inputs) -> Index:
    """Return the index; each part of the competence counts whole or not at all."""
    fitting, technical, seminar = PARTS[inputs.family]
    competence = Decimal(0)
    competence += fitting if inputs.fitting_training else 0
    competence += technical if inputs.technical_jp >= LEAST_TECHNICAL_JP else 0
    competence += seminar if inputs.seminar else 0
    return Index(
        Decimal(QUALIFICATIONS[inputs.qualification][1]),
        competence,
        Decimal(PERFORMANCE[inputs.performance][1]),
        Decimal(DISCIPLINE[inputs.discipline][1]),
    )
