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

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        at = self.coordinates
        match self.shape:
            case "circle":
                return (x - at[0]) ** 2 + (y - at[1]) ** 2 <= at[2] ** 2
            case "rect":
                return at[0] <= x <= at[2] and at[1] <= y <= at[3]
            case "ellipse":
                flat = at[2] > 0 and at[3] > 0
                return flat and ((x - at[0]) / at[2]) ** 2 + ((y - at[1]) / at[3]) ** 2 <= 1
            case "poly":
                return _inside(at, x, y)
            case _:
                return True


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


def _inside(corners: tuple[float, ...], x: float, y: float) -> bool:
    """Whether a point lies within the corners, by counting the sides to its right."""
    points = list(zip(corners[::2], corners[1::2], strict=True))
    inside = False
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
