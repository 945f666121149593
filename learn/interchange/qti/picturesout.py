"""Places on a picture out."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from learn.courses.media import describe, is_media
from learn.errors import LearnError, Message
from learn.interchange.model import text_of
from learn.interchange.outgoing import PICTURE, pictures_in
from learn.interchange.qti.linesout import OPTIONS, score_options
from learn.interchange.qti.scoring import RESPONSE, declaration, element, mapped
from learn.interchange.qti.sheets import Sheet
from learn.quizzes.source.reading import Item
from learn.quizzes.values.areas import Picture, area_of

_SIZE = re.compile(r"\{[^}]*\bwidth=\"?(\d+)\"?[^}]*\bheight=\"?(\d+)\"?[^}]*\}")
_ALT = re.compile(r"!\[([^\]]*)\]")


def _frame(sheet: Sheet) -> tuple[Element, Picture] | None:
    """Put what is asked into the item, and return its picture; None, with the reason, without any."""
    found = list(PICTURE.finditer(sheet.prompt))
    name = next(reversed(pictures_in(sheet.prompt)), "")
    if not found or name not in sheet.media:
        sheet.note("refused", Message("The picture of the question is missing."))
        return None
    start, end = found[-1].start(), sheet.prompt.index(")", found[-1].end() - 1) + 1
    behind = sheet.prompt[end:]
    said = _SIZE.match(behind)
    size = describe(name, sheet.media[name]) if is_media(name) else None
    width = int(said[1]) if said else size.width if size else None
    height = int(said[2]) if said else size.height if size else None
    if not width or not height:
        sheet.note("refused", Message("The size of the picture is not known."))
        return None
    rest = behind[said.end() :] if said else re.sub(r"^\{[^}]*\}", "", behind)
    sheet.blocks(sheet.body, (sheet.prompt[:start].rstrip() + "\n\n" + rest.lstrip()).strip())
    alt = _ALT.match(found[-1][0])
    picture = Element(
        "img", {"src": sheet.address(name), "alt": sheet.plain(alt[1] if alt else name),
                "width": str(width), "height": str(height)},
    )  # fmt: skip
    return picture, Picture({}, width, height)


def _place(sheet: Sheet, tag: str, name: str, item: Item, picture: Picture, **more: str) -> Element:
    area = area_of(item.attributes, picture)
    at = [round(number) for number in area["at"]]
    shape = {"polygon": "poly"}.get(area["kind"], area["kind"])
    if shape == "rect":
        at = [at[0], at[1], at[0] + at[2], at[1] + at[3]]
    return element(
        tag, identifier=name, shape=shape, coords=",".join(map(str, at)),
        hotspot_label=sheet.plain(text_of(item.text)), **more,
    )  # fmt: skip


def hotspot(sheet: Sheet) -> frozenset[str] | None:
    """Write a choice of places."""
    frame = _frame(sheet)
    if frame is None:
        return None
    picture, size = frame
    several = score_options(sheet)
    try:
        places = [
            _place(sheet, "hotspot-choice", f"o{at}", each, size)
            for at, each in enumerate(sheet.block.items, 1)
        ]
    except LearnError as error:
        sheet.note("refused", error.message)
        return None
    made = element("hotspot-interaction", picture, *places, response_identifier=RESPONSE,
                   max_choices="0" if several else "1")  # fmt: skip
    sheet.body.append(made)
    return OPTIONS - {"fixed", "shuffle"}


def labels(sheet: Sheet) -> frozenset[str] | None:
    """Write labels for places."""
    frame = _frame(sheet)
    if frame is None:
        return None
    picture, size = frame
    rights = list(dict.fromkeys(right for _left, right in sheet.pairs()))
    items = [each for each in sheet.block.items if each.text]
    pairs = [f"r{rights.index(text_of(each.other)) + 1} p{at}" for at, each in enumerate(items, 1)]
    try:
        places = [
            _place(sheet, "associable-hotspot", f"p{at}", each, size, match_max="1")
            for at, each in enumerate(items, 1)
        ]
    except LearnError as error:
        sheet.note("refused", error.message)
        return None
    worths = {pair: 1 / len(pairs) for pair in pairs}
    sheet.responses.append(declaration(RESPONSE, "multiple", "directedPair", pairs, worths))
    sheet.rules, sheet.template = mapped(RESPONSE), "map_response"
    choices = [_label(sheet, f"r{at}", right) for at, right in enumerate(rights, 1)]
    sheet.body.append(
        element(
            "graphic-gap-match-interaction",
            picture,
            *choices,
            *places,
            response_identifier=RESPONSE,
        )
    )
    return frozenset()


def _label(sheet: Sheet, name: str, markdown: str) -> Element:
    """Return a label: a picture when it is just one, else its words."""
    shown = pictures_in(markdown)
    found = PICTURE.match(markdown)
    if (
        len(shown) == 1
        and found
        and markdown[found.end() :] in ("", ")")
        and shown[0] in sheet.media
    ):
        alt = _ALT.match(markdown)
        picture = Element(
            "img", {"src": sheet.address(shown[0]), "alt": sheet.plain(alt[1] if alt else "")}
        )
        return element("gap-img", picture, identifier=name, match_max="0")
    return sheet.said_plainly(
        element("gap-text", identifier=name, match_max="0"), sheet.plain(markdown)
    )
