"""Areas of a picture as QTI writes them: a shape and its coordinates in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from learn.interchange.qti.elements import as_number

LENGTHS = {"circle": 3, "rect": 4, "ellipse": 4, "default": 0}


@dataclass(frozen=True)
class Area:
    """A shape: ``circle`` (x, y, r), ``rect`` (left, top, right, bottom), ``poly`` (x, y, ...)."""

    shape: str
    coordinates: tuple[float, ...]


def area_of(element: Element) -> Area | None:
    """Return the area that `element` describes; None when its numbers do not fit its shape."""
    shape = element.get("shape", "default")
    numbers = [as_number(part) for part in element.get("coords", "").replace(",", " ").split()]
    coordinates = tuple(each for each in numbers if each is not None)
    if len(coordinates) != len(numbers):
        return None
    if shape == "poly":
        fits = len(coordinates) >= 6 and len(coordinates) % 2 == 0
    else:
        fits = LENGTHS.get(shape) == len(coordinates)
    return Area(shape, coordinates) if fits else None
