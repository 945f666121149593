"""Answers that are written: which texts and numbers an item accepts, by trying its own rules on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.qti.declarations import NUMBERS, Declaration, Scalar
from learn.interchange.qti.elements import as_number, below
from learn.interchange.qti.items import ALMOST, ItemSource, Unfit, outcome_of
from learn.interchange.qti.processing import NotUnderstood, tolerated
from learn.interchange.shapes import Option, Range, fill_numeric, fill_text

MOST_ANSWERS = 60
Share = Callable[[Scalar], float]
"""What a value is worth, as a share of what the right one is worth."""


@dataclass(frozen=True)
class Typed:
    """What may be written in one place."""

    source: ItemSource
    response: Declaration

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return self.response.kind in NUMBERS

    def candidates(self) -> list[Scalar]:
        """Return every value that the item names for this response, the right ones first."""
        found = dict.fromkeys(self.response.correct)
        if self.response.valuation is not None:
            found.update(dict.fromkeys(each.key for each in self.response.valuation.entries))
        for test in self.tests("match", "string-match", "equal", "member"):
            kind = "float" if self.numeric else "string"
            for value in below(test, "base-value"):
                text = "".join(value.itertext()).strip()
                number = as_number(text)
                if kind == "string" or number is not None:
                    found[text if kind == "string" else number or 0.0] = None
        return [each for each in found if isinstance(each, float) or str(each).strip()][
            :MOST_ANSWERS
        ]

    def tests(self, *names: str) -> Iterator[Element]:
        """Yield the conditions with one of these names that look at this response."""
        for rule in self.source.processing.rules:
            for test in (rule, *below(rule, *names)):
                if test.tag in names and any(
                    each.get("identifier") == self.response.identifier
                    for each in below(test, "variable")
                ):
                    yield test

    def options(self, share: Share) -> list[Option]:
        """Return the accepted texts with their shares in percent."""
        tried = [(each, share(each)) for each in self.candidates()]
        return [Option(str(text), 100 * worth) for text, worth in tried if worth > ALMOST]

    def is_exact(
        self, options: Iterable[Option], share: Share, changed: Callable[[str], str]
    ) -> bool:
        """Whether an answer is refused when it is `changed`, in case or accents."""
        known = {str(each) for each in self.candidates()}
        for option in options:
            other = changed(option.text)
            if (
                other != option.text
                and other not in known
                and 100 * share(other) < option.share - 0.01
            ):
                return True
        return False

    def ranges(self, share: Share) -> list[Range]:
        """Return the accepted numbers with their shares in percent; a bound that is outside is noted."""
        bounds = dict.fromkeys(self.bounds())
        numbers = [each for each in self.candidates() if isinstance(each, float)]
        bounds.update(dict.fromkeys((each, each) for each in numbers))
        made = []
        for low, high in bounds:
            worth = share((low + high) / 2)
            if worth <= ALMOST or (low == high and _inside(low, bounds, share, worth)):
                continue
            if share(low) < worth - ALMOST or share(high) < worth - ALMOST:
                self.source.draft.changed(
                    Message("The ends of %(text)s are right here too.", text=f"{low:g}..{high:g}")
                )
            made.append(Range(_decimal(low), _decimal(high), 100 * worth))
        return made

    def bounds(self) -> Iterator[tuple[float, float]]:
        """Yield the ranges that the rules compare with."""
        for test in self.tests("equal"):
            middles = [as_number("".join(each.itertext())) for each in below(test, "base-value")]
            middles += [float(each) for each in self.response.correct if isinstance(each, float)]
            for middle in middles:
                if middle is not None:
                    yield tolerated(test, middle)
        lows = sorted(self.limits(("gte", "gt"), ("lte", "lt")))
        highs = sorted(self.limits(("lte", "lt"), ("gte", "gt")))
        for low in lows:
            above = [high for high in highs if high >= low]
            if above:
                yield low, above[0]

    def limits(self, after: tuple[str, ...], before: tuple[str, ...]) -> set[float]:
        """Return the numbers that the response is compared with; it stands first, or second in `before`."""
        found = set()
        for test in self.tests(*after, *before):
            parts = list(test)
            names = after if parts[0].tag == "variable" else before
            value = next((each for each in parts if each.tag == "base-value"), None)
            number = None if value is None else as_number("".join(value.itertext()))
            if test.tag in names and number is not None:
                found.add(number)
        return found


def _inside(
    value: float, bounds: Iterable[tuple[float, float]], share: Share, worth: float
) -> bool:
    wider = ((low, high) for low, high in bounds if low < high and low <= value <= high)
    return any(abs(share((low + high) / 2) - worth) < ALMOST for low, high in wider)


def _decimal(number: float) -> Decimal:
    return Decimal(repr(round(number, 10)))


def without_accents(text: str) -> str:
    """Return `text` without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def strictness(typed: Typed, options: Iterable[Option], share: Share) -> dict[str, str]:
    """Return the attributes that say how strictly texts are compared."""
    options = list(options)
    exact = typed.is_exact(options, share, str.swapcase)
    accents = typed.is_exact(options, share, without_accents)
    return {**({"case": "exact"} if exact else {}), **({"accents": "exact"} if accents else {})}


def read_text_entry(source: ItemSource, interaction: Element) -> None:
    """Read an item with one place to write in, below its text."""
    typed = Typed(source, source.response(interaction))
    draft = source.draft
    source.texts.place(interaction, "")
    draft.prompt = source.texts.block(source.body)
    note_mask(source, interaction)
    if not typed.candidates() and not list(typed.bounds()) and source.processing.absent:
        draft.type, draft.attributes["survey"] = "text", ""
        draft.changed(Message("The item says nothing about right or wrong; it became a survey."))
        return
    try:
        _fill(typed)
    except NotUnderstood as error:
        source.doubt(error.rule)
        _fill(typed)
    if not draft.items:
        raise Unfit(Message("The item does not say which answer is right."))


def _fill(typed: Typed) -> None:
    source, draft, name = typed.source, typed.source.draft, typed.response.identifier
    values = [*typed.candidates(), *((low + high) / 2 for low, high in typed.bounds())]
    if source.understood():
        most = max((source.worth(name, [each]) for each in values), default=0.0)
    else:
        most = 0.0
    if most <= ALMOST and not typed.response.correct:
        raise Unfit(Message("The item does not say which answer is right."))

    def share(value: Scalar) -> float:
        if most <= ALMOST:
            return float(value in typed.response.correct)
        return source.worth(name, [value]) / most

    if typed.numeric:
        fill_numeric(draft, typed.ranges(share))
    else:
        options = typed.options(share)
        fill_text(draft, options, wildcards=False)
        draft.attributes.update(strictness(typed, options, share))
    source.give_points(most if most > ALMOST else 1.0)
    if not source.doubtful:
        for each in values:
            source.try_out(name, [each], [str(each)], outcome_of(share(each)))
        nothing = -9.87654321e8 if typed.numeric else "\ue002"
        source.try_out(name, [nothing], [], outcome_of(share(nothing)))


def note_mask(source: ItemSource, interaction: Element) -> None:
    """Note what else an interaction demands of the text."""
    if mask := interaction.get("pattern-mask"):
        source.draft.dropped(
            Message("The form that an answer needs, %(mask)s, is not kept.", mask=mask)
        )
