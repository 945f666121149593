"""Places within a text: to write in, to choose for, or to fill with words of a bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.qti.bodies import plain
from learn.interchange.qti.declarations import Declaration, Scalar, Value
from learn.interchange.qti.elements import below, flag
from learn.interchange.qti.items import ALMOST, ItemSource, Unfit
from learn.interchange.qti.operators import NotUnderstood
from learn.interchange.qti.pairing import right_pairs
from learn.interchange.qti.typed import Typed, note_mask, strictness
from learn.interchange.shapes import Option, choice_gap, range_text, typed_gap

MOST_GAPS = 50


@dataclass
class Gap:
    """One gap: its interaction and its variable; `most` is what it adds to the item's score."""

    interaction: Element
    response: Declaration
    most: float = 1.0


@dataclass
class Gaps:
    """All gaps of an item."""

    source: ItemSource
    gaps: Sequence[Gap]
    full: float = 0.0

    def weigh(self) -> None:
        """Find out what each gap adds when all others are right."""
        everything = self.right()
        self.full = self.source.processing.worth(everything)
        for gap in self.gaps:
            rest = {
                name: each for name, each in everything.items() if name != gap.response.identifier
            }
            gap.most = self.full - self.source.processing.worth(rest)
        self.tell()

    def right(self) -> dict[str, Value]:
        """Return a right response for every gap."""
        found: dict[str, Value] = {}
        for gap in self.gaps:
            declared = gap.response
            entries = declared.valuation.entries if declared.valuation else ()
            best = max(entries, key=lambda each: each.worth, default=None)
            values = declared.correct or ((best.key,) if best else ())
            found[declared.identifier] = declared.value(values[:1])
        return found

    def tell(self) -> None:
        """Note where the item rewards gaps otherwise than the mean of all does."""
        if len(self.gaps) < 2 or self.full <= ALMOST:
            return
        if all(abs(gap.most - self.full) < ALMOST for gap in self.gaps):
            self.source.draft.changed(
                Message("All parts had to be right together; here each counts.")
            )
        elif any(abs(one.most - other.most) > ALMOST for one, other in pairwise(self.gaps)):
            self.source.draft.changed(
                Message("The parts counted differently; here each counts the same.")
            )

    def share(self, gap: Gap, value: Scalar) -> float:
        """Return what `value` is worth in this gap, as a share of what the gap can add."""
        if self.source.doubtful or self.full <= ALMOST or gap.most <= ALMOST:
            valuation = gap.response.valuation
            best = (
                max((each.worth for each in valuation.entries), default=0.0) if valuation else 0.0
            )
            if value in gap.response.correct:
                return 1.0
            return max(0.0, valuation.worth(value)) / best if valuation and best > 0 else 0.0
        name = gap.response.identifier
        others = self.right()
        given = self.source.processing.worth({**others, name: gap.response.value((value,))})
        return 1 - (self.full - given) / gap.most

    def written(self, gap: Gap) -> str:
        """Return one gap in braces."""
        if gap.interaction.tag == "inline-choice-interaction":
            made = self.chosen(gap)
        else:
            typed = Typed(self.source, gap.response)
            note_mask(self.source, gap.interaction)
            made = self.typed(gap, typed)
        if made is None:
            name = gap.response.identifier
            raise Unfit(Message("The item does not say what is right for %(name)s.", name=name))
        return fitting(made)

    def typed(self, gap: Gap, typed: Typed) -> str | None:
        """Return a gap to write in."""
        if typed.numeric:
            ranges = typed.ranges(lambda value: self.share(gap, value))
            return typed_gap(
                [
                    Option(range_text(each.low, each.high) or "", each.share)
                    for each in ranges
                    if each.share > ALMOST
                ]
            )
        named = typed.options(lambda value: self.share(gap, value))
        options = [each for each in named if each.share > ALMOST]
        strict = strictness(typed, options, lambda value: self.share(gap, value))
        self.source.draft.attributes.update(strict)
        return typed_gap(options)

    def chosen(self, gap: Gap) -> str | None:
        """Return a gap to choose for."""
        options = [
            Option(self.text_of(each), 100 * self.share(gap, each.get("identifier", "")))
            for each in gap.interaction.findall("inline-choice")
        ]
        return choice_gap(self.source.draft, options)

    def text_of(self, choice: Element) -> str:
        """Return what a choice says; what is no text in it is told."""
        return label_of(self.source, choice)


def label_of(source: ItemSource, choice: Element) -> str:
    """Return the plain text of a choice; a picture gives its description."""
    pictures = [each.get("alt") or each.get("aria-label") or each.get("object-label") or ""
                for each in (choice, *below(choice, "img", "object"))]  # fmt: skip
    text = plain(choice) or next((each for each in pictures if each), "")
    if any(True for _each in below(choice, "img", "object")):
        source.draft.changed(
            Message(
                "In place of the picture stands %(text)s.",
                text=text or choice.get("identifier", "-"),
            )
        )
    return text or choice.get("identifier", "")


def fitting(gap: str) -> str:
    """Return a gap that can stand in a line of Markdown."""
    inside = gap[2:-2]
    if "`" in inside or "$" in inside or "\n" in inside:
        raise Unfit(Message("A gap cannot hold %(text)s.", text=inside.strip()[:80]))
    return gap


def read_inline(source: ItemSource, interactions: Sequence[Element]) -> None:
    """Read an item whose text holds places to write in or to choose for."""
    found = [Gap(each, source.response(each)) for each in interactions]
    if len(found) > MOST_GAPS:
        raise Unfit(Message("A text has at most %(most)s gaps.", most=MOST_GAPS))
    if len({gap.response.identifier for gap in found}) < len(found):
        raise Unfit(Message("Two interactions set one response."))
    gaps = Gaps(source, found)
    source.draft.type = "gaps"
    if source.understood():
        gaps.weigh()
    try:
        marks = [gaps.written(gap) for gap in found]
    except NotUnderstood as error:
        source.doubt(error.rule)
        marks = [gaps.written(gap) for gap in found]
    for gap, mark in zip(found, marks, strict=True):
        source.texts.place(gap.interaction, mark)
    source.draft.prompt = source.texts.block(source.body)
    choices = [
        gap.interaction for gap in found if gap.interaction.tag == "inline-choice-interaction"
    ]
    if choices and not any(flag(each, "shuffle") for each in choices):
        source.draft.attributes["shuffle"] = "false"
    source.give_points(gaps.full if gaps.full > ALMOST else 1.0)
    source.try_together(gaps.right())


def read_gap_match(source: ItemSource, interaction: Element) -> None:
    """Read a text whose gaps are filled with words of a bank."""
    words = {
        each.get("identifier", ""): label_of(source, each)
        for each in interaction
        if each.tag in ("gap-text", "gap-img")
    }
    gaps = list(below(interaction, "gap"))
    right = {gap: word for word, gap in right_pairs(source, interaction)}
    if not gaps or len(gaps) > MOST_GAPS:
        raise Unfit(Message("A text has 1 to %(most)s gaps.", most=MOST_GAPS))
    unused = [text for name, text in words.items() if name not in right.values()]
    for gap in gaps:
        name = gap.get("identifier", "")
        if right.get(name) not in words:
            raise Unfit(Message("The item does not say what is right for %(name)s.", name=name))
        texts = [words[right[name]], *unused]
        unused = []
        inside = " | ".join(each.replace("|", "\\|").replace("}}", "} }") for each in texts)
        source.texts.place(gap, fitting(f"{{{{* {inside} }}}}"))
    for each in [each for each in interaction if each.tag in ("gap-text", "gap-img")]:
        source.texts.place(each, "")
    source.draft.type = "gaps"
    source.draft.prompt = source.texts.block(source.body)
