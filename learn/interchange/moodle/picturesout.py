"""Labels on a picture, as Moodle's markers in areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from learn.courses.media import describe
from learn.errors import LearnError, Message
from learn.interchange.model import text_of
from learn.interchange.moodle.writing import Sheet, plain
from learn.interchange.outgoing import PICTURE, pictures_in
from learn.interchange.rendering import html_line_of
from learn.quizzes.questions import plain_text
from learn.quizzes.values.areas import Picture, area_of

KEPT = frozenset({"outcomes", "prompt", "outlines"})


def labels(sheet: Sheet) -> tuple[str, str, frozenset[str]] | None:
    """Return markers and their areas; None, with the reason, when the picture cannot be measured."""
    picture = _picture(sheet)
    if picture is None:
        return None
    name, size = picture
    rights = list(dict.fromkeys(right for _left, right in sheet.pairs()))
    drops = _drops(sheet, size, rights)
    if drops is None:
        return None
    sheet.change(Message("The places have no names over there."))
    body = sheet.html("questiontext", _without(sheet.prompt, name)) + sheet.file(name)
    return (
        "ddmarker",
        body + sheet.outcomes() + "".join(map(_drag, enumerate(rights, 1))) + drops,
        KEPT,
    )


def hotspot(sheet: Sheet) -> tuple[str, str, frozenset[str]] | None:
    """Return a place to point at as a marker to drag there; wrong places are markers that belong nowhere."""
    sheet.change(Message("A place to point at is a marker to drag over there."))
    if any(each.feedback for each in sheet.block.items):
        sheet.lose(Message("The feedback for single places cannot go along."))
    items = tuple(
        replace(each, kind="pair", text=each.text if each.marked else {}, other=each.text)
        for each in sheet.block.items
    )
    made = labels(replace(sheet, block=replace(sheet.block, items=items)))
    return (made[0], made[1], made[2] | {"credit", "fixed"}) if made else None


def _picture(sheet: Sheet) -> tuple[str, Picture] | None:
    name = next(reversed(pictures_in(sheet.prompt)), "")
    if name not in sheet.media:
        sheet.note("refused", Message("The picture of the question is missing."))
        return None
    size = describe(name, sheet.media[name])
    if size.width is None or size.height is None:
        sheet.note("refused", Message("The size of the picture is not known."))
        return None
    return name, Picture({}, size.width, size.height)


def _drag(numbered: tuple[int, str]) -> str:
    number, text = numbered
    said = plain(plain_text(html_line_of(text)))
    return f"<drag><no>{number}</no><text>{said}</text><noofdrags>1</noofdrags></drag>\n"


def _drops(sheet: Sheet, picture: Picture, rights: Sequence[str]) -> str | None:
    drops = []
    for number, item in enumerate((each for each in sheet.block.items if each.text), 1):
        try:
            area = _area(area_of(item.attributes, picture))
        except LearnError as error:
            sheet.note("refused", error.message)
            return None
        name = plain(plain_text(html_line_of(text_of(item.text))))
        choice = rights.index(text_of(item.other)) + 1
        drops.append(
            f"<drop><text>{name}</text><no>{number}</no>{area}<choice>{choice}</choice></drop>\n"
        )
    return "".join(drops)


def _area(area: Mapping[str, Any]) -> str:
    at = [f"{number:.0f}" for number in area["at"]]
    match area["kind"]:
        case "circle":
            shape, coords = "circle", f"{at[0]},{at[1]};{at[2]}"
        case "rect":
            shape, coords = "rectangle", f"{at[0]},{at[1]};{at[2]},{at[3]}"
        case _:
            corners = zip(at[::2], at[1::2], strict=True)
            shape, coords = "polygon", ";".join(f"{x},{y}" for x, y in corners)
    return f"<shape>{shape}</shape><coords>{coords}</coords>"


def _without(markdown: str, name: str) -> str:
    """Return a text without its last picture, which stands below it over there."""
    last = [found for found in PICTURE.finditer(markdown) if name in (found[1], found[2])][-1]
    end = markdown.find(")", last.end()) + 1
    rest = markdown[end:]
    if rest.startswith("{") and "}" in rest:
        rest = rest[rest.index("}") + 1 :]
    return (markdown[: last.start()] + rest).strip()
