"""Places on a picture: how an author writes them, and whether they lie on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from learn.courses.entities import unescaped
from learn.errors import Invalid, Message
from learn.quizzes.questions import Texts, text_in

SHAPES: Mapping[str, str] = {
    "rect": "{rect=10%,20%,30%,25%}",
    "circle": "{circle=50%,40%,8%}",
    "polygon": '{polygon="10%,20% 40%,20% 25%,60%"}',
}
"""How each shape is written: left, top, width, height; centre and radius; corners."""

MOST_CORNERS = 40
_NUMBER = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)(%?)")
_IMG = r'<img(?:\s+[\w-]+(?:="[^"]*")?)*\s*/?>'
_PICTURE = re.compile(
    rf"<figure[^>]*>\s*(?P<lone>{_IMG})(?P<caption>.*?)</figure>|(?P<inline>{_IMG})", re.DOTALL
)


class BadArea(Invalid):
    """An area that cannot be read."""


@dataclass(frozen=True)
class Picture:
    """The picture of a question: its tag by language, its size in pixels."""

    html: Texts
    width: int
    height: int

    def to_json(self) -> dict[str, Any]:
        """Return it as a question's data keeps it."""
        return {"html": dict(self.html), "width": self.width, "height": self.height}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Picture:
        """Return the picture that `to_json` wrote."""
        return cls(stored["html"], stored["width"], stored["height"])

    def view(self, language: str | None) -> dict[str, Any]:
        """Return it as a page shows it."""
        return {"html": text_in(self.html, language), "width": self.width, "height": self.height}


def without_picture(html: str) -> tuple[str, str]:
    """Return `html` without its last picture, and the tag of that; a caption stays as a paragraph."""
    found = list(_PICTURE.finditer(html))
    if not found:
        return html, ""
    last = found[-1]
    caption = re.sub(r"</?figcaption[^>]*>", "", last["caption"] or "").strip()
    kept = f"<p>{caption}</p>" if caption else ""
    rest = html[: last.start()] + kept + html[last.end() :]
    return re.sub(r"<p>\s*</p>", "", rest).strip(), last["lone"] or last["inline"]


def attribute(tag: str, name: str) -> str:
    """Return an attribute of a tag as text; empty when it has none."""
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescaped(found[1]) if found else ""


def picture_of(tags: Mapping[str, str]) -> Picture | Message:
    """Return the picture of these tags by language, or what is wrong with it."""
    if not all(attribute(tag, "alt").strip() for tag in tags.values()):
        return Message("The picture needs a text that says what it shows: ![text](file.png).")
    sizes = {(attribute(tag, "width"), attribute(tag, "height")) for tag in tags.values()}
    if len(sizes) != 1:
        return Message("The pictures of all languages need to have the same size.")
    width, height = sizes.pop()
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return Message(
            "The size of this picture is not known; say it in pixels: ![text](file.svg){width=800 height=600}"
        )
    return Picture(tags, int(width), int(height))


def area_of(attributes: Mapping[str, str], picture: Picture) -> dict[str, Any]:
    """Return the area that stands behind an item as its kind and numbers in pixels of the picture.

    Raises
    ------
    BadArea
        There is none, there are two, or its numbers cannot be read.
    """
    named = [kind for kind in SHAPES if kind in attributes]
    if len(named) != 1:
        examples = ", ".join(SHAPES.values())
        raise BadArea(Message("Say where on the picture this is, once: %(known)s.", known=examples))
    kind = named[0]
    words = [word for word in re.split(r"[\s,;]+", attributes[kind]) if word]
    wanted = {"rect": len(words) == 4, "circle": len(words) == 3}
    if not wanted.get(kind, len(words) % 2 == 0 and 6 <= len(words) <= 2 * MOST_CORNERS):
        raise _unreadable(kind)
    return {"kind": kind, "at": [_pixels(kind, word, at, picture) for at, word in enumerate(words)]}


def _unreadable(kind: str) -> BadArea:
    return BadArea(
        Message(
            "An area is written in percent or pixels of the picture: %(known)s.", known=SHAPES[kind]
        )
    )


def _pixels(kind: str, word: str, at: int, picture: Picture) -> float:
    found = _NUMBER.fullmatch(word)
    if found is None:
        raise _unreadable(kind)
    number = float(found[1])
    if found[2]:  # a radius is a share of the width
        across = at % 2 == 0 or (kind == "circle" and at == 2)
        number = number / 100 * (picture.width if across else picture.height)
    number = round(number, 2)
    return int(number) if number.is_integer() else number


def area_flaw(area: Mapping[str, Any], picture: Picture) -> Message | None:
    """Return what is wrong with an area: it has no size, or does not lie on the picture."""
    left, top, right, bottom = box_of(area)
    if right - left <= 0 or bottom - top <= 0 or (area["kind"] == "polygon" and not _size(area)):
        return Message("This area has no size.")
    slack = 0.01  # what rounding adds
    if (
        left < -slack
        or top < -slack
        or right > picture.width + slack
        or bottom > picture.height + slack
    ):
        return Message(
            "This area does not lie on the picture, which is %(width)s pixels wide and %(height)s high.",
            width=picture.width,
            height=picture.height,
        )
    return None


def box_of(area: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom edges of an area."""
    at = area["at"]
    if area["kind"] == "rect":
        return at[0], at[1], at[0] + at[2], at[1] + at[3]
    if area["kind"] == "circle":
        return at[0] - at[2], at[1] - at[2], at[0] + at[2], at[1] + at[2]
    return min(at[::2]), min(at[1::2]), max(at[::2]), max(at[1::2])


def _size(area: Mapping[str, Any]) -> float:
    corners = _corners(area["at"])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*corners, corners[0]]))) / 2


def _corners(numbers: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def area_view(area: Mapping[str, Any]) -> dict[str, Any]:
    """Return an area for a page: key, kind, numbers, and where its number stands."""
    left, top, right, bottom = box_of(area)
    middle = [round((left + right) / 2, 2), round((top + bottom) / 2, 2)]
    if (
        area["kind"] == "polygon"
    ):  # the middle of its corners lies inside more often than that of its box
        corners = _corners(area["at"])
        middle = [round(sum(each[side] for each in corners) / len(corners), 2) for side in (0, 1)]
    return {"key": area["key"], "kind": area["kind"], "at": list(area["at"]), "middle": middle}
