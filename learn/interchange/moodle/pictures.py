"""The types of Moodle that put things on a picture: labels here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from learn.courses.media import describe
from learn.errors import Message
from learn.interchange.model import item
from learn.interchange.moodle.reading import Source
from learn.interchange.shapes import number_of
from learn.interchange.texts import markdown_of, one_line
from learn.quizzes.source.reading import Item

_WIDTH, _HEIGHT = 15, 8
"""Percent of the picture that a place gets which had only a corner."""


def on_image(source: Source) -> Message | None:
    """Read texts or pictures that are dragged to corners on a picture."""
    picture = _background(source)
    if picture is None:
        return Message("The picture of the question is missing.")
    areas: list[tuple[Element, dict[str, str]]] = []
    for drop in source.all("drop"):
        left, top = number_of(drop.findtext("xleft") or ""), number_of(drop.findtext("ytop") or "")
        if left is None or top is None:
            return Message("A place on the picture cannot be read.")
        areas.append((drop, {"rect": f"{max(left, 0):.0f},{max(top, 0):.0f},{_WIDTH}%,{_HEIGHT}%"}))
    source.draft.changed(Message("The places on the picture got a size; look at them."))
    return _labels(source, picture, areas)


def markers(source: Source) -> Message | None:
    """Read markers that are dragged into areas of a picture."""
    picture = _background(source)
    if picture is None:
        return Message("The picture of the question is missing.")
    areas = []
    for drop in source.all("drop"):
        area = area_of(drop.findtext("shape") or "", drop.findtext("coords") or "")
        if area is None:
            return Message("A place on the picture cannot be read.")
        areas.append((drop, area))
    source.find("showmisplaced")
    return _labels(source, picture, areas)


def area_of(shape: str, coords: str) -> dict[str, str] | None:
    """Return an area of Moodle in pixels as it stands in braces here; None when it cannot be read."""
    pairs = [pair.split(",") for pair in coords.replace(" ", "").strip(";").split(";")]
    numbers = [number_of(part) for pair in pairs for part in pair]
    if not numbers or None in numbers:
        return None
    plain = [f"{max(number, 0):.0f}" for number in numbers if number is not None]
    match shape.casefold(), len(plain):
        case "circle", 3:
            return {"circle": ",".join(plain)}
        case "rectangle", 4:
            return {"rect": ",".join(plain)}
        case "polygon", count if count >= 6 and count % 2 == 0:
            corners = zip(plain[::2], plain[1::2], strict=True)
            return {"polygon": " ".join(f"{x},{y}" for x, y in corners)}
    return None


def _background(source: Source) -> str | None:
    file = source.find("file")
    name = source.file(file) if file is not None else None
    if name is None:
        return None
    size = describe(name, source.intake.media[name])
    if size.width is None:
        source.draft.changed(Message("Say the size of the picture: {width=800 height=600}."))
    return name


def _labels(
    source: Source, picture: str, areas: Sequence[tuple[Element, Mapping[str, str]]]
) -> Message | None:
    draft = source.draft
    draft.type = "labels"
    labels: dict[str, str] = {}
    for drag in source.all("drag"):
        labels[(drag.findtext("no") or str(len(labels) + 1)).strip()] = _label(source, drag)
    alt = re.sub(r"[-_]+", " ", picture.rpartition(".")[0])
    draft.prompt = f"{draft.prompt}\n\n![{alt}]({picture})"
    draft.changed(Message("Describe the picture and its places for those who do not see them."))
    used = set()
    for number, (drop, area) in enumerate(areas, 1):
        choice = (drop.findtext("choice") or "").strip()
        if not labels.get(choice):
            return Message("A place on the picture cannot be read.")
        used.add(choice)
        named = markdown_of(drop.findtext("text") or "", inline=True).markdown
        draft.items.append(_place(one_line(named) or f"Tempat {number}", labels[choice], area))
    draft.items += [
        item("pair", "", other=text) for key, text in labels.items() if key not in used and text
    ]
    source.find("shuffleanswers")
    return None


def _place(left: str, right: str, area: Mapping[str, str]) -> Item:
    return replace(item("pair", left, other=right), attributes=dict(area))


def _label(source: Source, drag: Element) -> str:
    file = drag.find("file")
    text = one_line(markdown_of(drag.findtext("text") or "", inline=True).markdown)
    name = source.file(file) if file is not None else None
    return f"![{text or name.rpartition('.')[0]}]({name})" if name else text
