"""Places on a picture: choosing them, and putting labels to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from learn.courses.media import picture_size, suffix_of
from learn.errors import Message
from learn.interchange.model import item
from learn.interchange.qti.choices import key_of, option_item, with_attributes
from learn.interchange.qti.elements import below, number
from learn.interchange.qti.items import ItemSource, Unfit
from learn.interchange.qti.pairing import right_pairs
from learn.interchange.qti.shapes import Area, area_of
from learn.quizzes.source.reading import ItemKind

CORNERS = 24


@dataclass(frozen=True)
class Frame:
    """The picture of an interaction: the size that its coordinates are counted in, and its Markdown."""

    width: float
    height: float
    markdown: str

    def attributes(self, source: ItemSource, area: Area, name: str) -> dict[str, str]:
        """Return an area as an item says it, in percent of the picture."""
        if area.shape == "default":
            raise Unfit(
                Message("The place %(name)s is all that is left of the picture.", name=name)
            )
        if area.shape == "rect":
            return self._rect(source, area, name)
        if area.shape == "circle" and self._lies_on(area):
            x, y, radius = area.coordinates
            share = radius / self.width
            return {"circle": ",".join((*self._point(x, y), _percent(share)))}
        if area.shape != "poly":
            source.draft.changed(Message("The place %(name)s became a polygon.", name=name))
        return {"polygon": " ".join(",".join(self._point(*each)) for each in self._corners(area))}

    def _rect(self, source: ItemSource, area: Area, name: str) -> dict[str, str]:
        left, top, right, bottom = area.coordinates
        inside = (max(0, left), max(0, top), min(self.width, right), min(self.height, bottom))
        if inside != area.coordinates:
            source.draft.changed(
                Message("The place %(name)s was cut at the picture's edge.", name=name)
            )
        left, top, right, bottom = inside
        if right <= left or bottom <= top:
            raise Unfit(Message("The place %(name)s does not lie on the picture.", name=name))
        sizes = (_percent((right - left) / self.width), _percent((bottom - top) / self.height))
        return {"rect": ",".join((*self._point(left, top), *sizes))}

    def _lies_on(self, area: Area) -> bool:
        x, y, radius = area.coordinates
        return radius <= min(x, y, self.width - x, self.height - y)

    def _point(self, x: float, y: float) -> tuple[str, str]:
        return _percent(_within(x / self.width)), _percent(_within(y / self.height))

    def _corners(self, area: Area) -> list[tuple[float, float]]:
        at = area.coordinates
        if area.shape == "poly":
            return list(zip(at[::2], at[1::2], strict=True))[:40]
        across, down = (at[2], at[2]) if area.shape == "circle" else (at[2], at[3])
        turns = [2 * math.pi * turn / CORNERS for turn in range(CORNERS)]
        return [(at[0] + across * math.cos(turn), at[1] + down * math.sin(turn)) for turn in turns]


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


def _percent(share: float) -> str:
    text = f"{100 * share:.4f}".rstrip("0").rstrip(".")
    return f"{text or '0'}%"


def frame_of(source: ItemSource, interaction: Element) -> Frame:
    """Return the picture that stands in an interaction."""
    picture = next((each for each in interaction if each.tag in ("img", "object", "picture")), None)
    if picture is None:
        raise Unfit(Message("The interaction has no picture."))
    within = next(below(picture, "img"), picture)
    address = within.get("src") or picture.get("data") or ""
    name = source.texts.files(address)
    holder = Element("div")
    holder.append(picture)
    if not (picture.get("alt") or picture.get("aria-label") or "".join(picture.itertext()).strip()):
        within.set("alt" if within.tag == "img" else "aria-label", source.draft.name)
        source.draft.changed(
            Message("The picture %(name)s has no description; the question's name stands for it.",
                    name=address or "-")
        )  # fmt: skip
    markdown = source.texts.block(holder).strip()
    source.texts.place(picture, "")
    if not markdown.startswith("!["):
        raise Unfit(Message("The picture %(name)s is missing.", name=address or "-"))
    known = (
        picture_size(suffix_of(name), source.texts.media[name])
        if name in source.texts.media
        else None
    )
    width = number(within, "width", known[0] if known else 0)
    height = number(within, "height", known[1] if known else 0)
    if width <= 0 or height <= 0:
        raise Unfit(Message("The size of the picture %(name)s is not known.", name=address))
    size = f"{{width={round(width)} height={round(height)}}}" if known is None else ""
    return Frame(width, height, markdown + size)


def prompt_with(source: ItemSource, frame: Frame) -> str:
    """Return what is asked, with the picture as the last one."""
    text = source.texts.block(source.body).strip()
    return f"{text or source.draft.name}\n\n{frame.markdown}"


def named_places(source: ItemSource, places: Sequence[Element]) -> dict[str, str]:
    """Return what each place is called, by identifier; one without a name goes by its identifier."""
    found: dict[str, str] = {}
    for place in places:
        name = place.get("identifier", "")
        label = place.get("hotspot-label") or place.get("aria-label") or place.get("label") or ""
        if not name or name in found:
            raise Unfit(Message("Two options have one identifier, or one has none."))
        if not label.strip():
            source.draft.changed(
                Message(
                    "The place %(name)s has no description; its identifier stands for it.",
                    name=name,
                )
            )
        text = source.texts.plain(label or name)
        found[name] = text if text not in found.values() else f"{text} ({name})"
    return found


def _area(source: ItemSource, frame: Frame, place: Element) -> dict[str, str]:
    area, name = area_of(place), place.get("identifier", "")
    if area is None:
        raise Unfit(Message("The place %(name)s has no area that can be read.", name=name))
    return frame.attributes(source, area, name)


def read_hotspot(source: ItemSource, interaction: Element) -> None:
    """Read a choice of places."""
    places = interaction.findall("hotspot-choice")
    frame = frame_of(source, interaction)
    choice, key = key_of(source, interaction, places)
    names = named_places(source, places)
    draft = source.draft
    source.names = list(choice.names)
    draft.type, draft.prompt = "hotspot", prompt_with(source, frame)
    kind: ItemKind = "box" if choice.several else "radio"
    draft.items = [
        with_attributes(option_item(kind, names[name], name, key), _area(source, frame, place))
        for name, place in zip(names, places, strict=True)
    ]


def read_graphic_gap_match(source: ItemSource, interaction: Element) -> None:
    """Read labels for places."""
    labels = [each for each in interaction if each.tag in ("gap-img", "gap-text")]
    places = interaction.findall("associable-hotspot")
    texts = _labels(source, labels)
    frame = frame_of(source, interaction)
    names = named_places(source, places)
    right = _by_place(right_pairs(source, interaction), texts, names)
    for each in labels:
        source.texts.place(each, "")
    draft = source.draft
    draft.type, draft.prompt = "labels", prompt_with(source, frame)
    for name, place in zip(names, places, strict=True):
        if name not in right:
            draft.dropped(Message("%(text)s has no partner.", text=names[name]))
            continue
        draft.items.append(
            with_attributes(
                item("pair", names[name], other=texts[right[name]]), _area(source, frame, place)
            )
        )
    if len(draft.items) < 2:
        raise Unfit(Message("Labels need at least two places."))
    for name, text in texts.items():
        if name not in right.values():
            draft.items.append(item("pair", "", other=text))


def _labels(source: ItemSource, labels: Sequence[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label in labels:
        name = label.get("identifier", "")
        if not name or name in found:
            raise Unfit(Message("Two options have one identifier, or one has none."))
        found[name] = source.texts.line(label) or source.texts.plain(
            label.get("object-label", "") or name
        )
    return found


def _by_place(
    pairs: Sequence[tuple[str, str]], texts: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, str]:
    """Return the label of each place; a pair may name either side first."""
    found: dict[str, str] = {}
    for one, other in pairs:
        label, place = (one, other) if one in texts and other in names else (other, one)
        if label not in texts or place not in names:
            raise Unfit(Message("The pairs name what the item does not have."))
        if place in found:
            raise Unfit(
                Message("The place %(name)s has several labels; here each has one.", name=place)
            )
        found[place] = label
    return found
