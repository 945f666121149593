"""Answers that are written: which texts and numbers an item accepts, by trying its own rules on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.qti.bodies import FEEDBACKS
from learn.interchange.qti.declarations import NUMBERS, Declaration, Scalar
from learn.interchange.qti.elements import as_number, below, words
from learn.interchange.qti.items import ALMOST, ItemSource, Unfit, outcome_of
from learn.interchange.qti.operators import NotUnderstood, tolerated
from learn.interchange.shapes import Option, Range, fill_numeric, fill_text, literal

MOST_ANSWERS = 60
Share = Callable[[Scalar], float]
"""What a value is worth, as a share of what the right one is worth."""


UNIT = "learn-unit"
"""The class of a unit that stands behind a field for a number."""


def units_in(body: Element) -> list[Element]:
    """Return the units that Learn wrote behind a field."""
    return [each for each in body.iter("span") if each.get("class") == UNIT]


@dataclass
class Typed:
    """What may be written in one place; `unit` stands behind it."""

    source: ItemSource
    response: Declaration
    unit: str = ""

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
        """Return the texts that the item names, with their shares in percent, 0 too."""
        texts = (str(each) for each in self.candidates())
        return [Option(text, max(0.0, 100 * share(text))) for text in texts if _usable(text)]

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
        """Return the ranges and numbers that the item names, with their shares in percent, 0 too."""
        bounds = dict.fromkeys(self.bounds())
        numbers = [each for each in self.candidates() if isinstance(each, float)]
        bounds.update(dict.fromkeys((each, each) for each in numbers))
        made: dict[tuple[float, float], Range] = {}
        for low, high in sorted(bounds, key=lambda each: each[0] - each[1]):
            worth = min(share(low + part * (high - low)) for part in PROBES)
            within = [
                each.share for each in made.values() if each.low <= _decimal(low) <= each.high
            ]
            if low == high and max(within, default=-1.0) > 100 * worth - ALMOST:
                continue  # it says nothing that a range around it does not say
            if worth > ALMOST and min(share(low), share(high)) < worth - ALMOST:
                self.source.draft.changed(
                    Message("The ends of %(text)s are right here too.", text=f"{low:g}..{high:g}")
                )
            made[low, high] = Range(_decimal(low), _decimal(high), max(0.0, 100 * worth))
        return [made[each] for each in bounds if each in made]

    def bounds(self) -> Iterator[tuple[float, float]]:
        """Yield the ranges that the rules compare with."""
        for test in self.tests("equal"):
            middles = [as_number("".join(each.itertext())) for each in below(test, "base-value")]
            middles += [float(each) for each in self.response.correct if isinstance(each, float)]
            for middle in middles:
                if middle is not None:
                    with suppress(NotUnderstood):
                        yield tolerated(test, middle)
        together = [self.bounds_in([test, *test]) for test in self.tests("and")]
        found = [each for each in together if each]
        if not found:
            every = list(self.tests("gte", "gt", "lte", "lt"))
            found = [each for each in [self.bounds_in(every)] if each]
        for each in found:
            yield from each

    def bounds_in(self, tests: Iterable[Element]) -> list[tuple[float, float]]:
        """Return the ranges between the lower and upper limits in `tests`."""
        lows, highs = set[float](), set[float]()
        for test in tests:
            parts = list(test)
            value = next((each for each in parts if each.tag == "base-value"), None)
            number = None if value is None else as_number("".join(value.itertext()))
            if number is None or test.tag not in LIMITS:
                continue
            first = parts[0].tag == "variable"
            (lows if (test.tag in ("gte", "gt")) == first else highs).add(number)
        return [
            (low, min(above))
            for low in sorted(lows)
            if (above := [each for each in highs if each >= low])
        ]


LIMITS = ("gte", "gt", "lte", "lt")
PROBES = (0.001, 0.25, 0.5, 0.75, 0.999)


def _usable(text: str) -> bool:
    return bool(text.strip()) and literal(" ".join(text.split())) is not None


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
    for each in units_in(source.body):
        typed.unit = words(each)
        source.texts.place(each, "")
    draft.prompt = source.texts.block(source.body)
    note_mask(source, interaction)
    if not typed.candidates() and not list(typed.bounds()) and source.processing.absent:
        draft.type = "numeric" if typed.numeric else "text"
        draft.attributes["survey"] = ""
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
    most = 0.0
    if source.understood():
        most = max((source.worth(name, [each]) for each in values), default=0.0)
    if most <= ALMOST and not typed.response.correct:
        raise Unfit(Message("The item does not say which answer is right."))

    def share(value: Scalar) -> float:
        if most <= ALMOST:
            return float(value in typed.response.correct)
        return source.worth(name, [value]) / most

    draft.items = []
    if typed.numeric:
        ranges = _worth_saying(typed, typed.ranges(share))
        source.names = [_name(each) for each in ranges]
        fill_numeric(draft, ranges, typed.unit)
    else:
        options = _worth_saying(typed, typed.options(share))
        source.names = [_name(each) for each in options]
        fill_text(draft, options, wildcards=False)
        draft.attributes.update(strictness(typed, options, share))
    source.give_points(most if most > ALMOST else 1.0)


Answer = TypeVar("Answer", Option, Range)


def _worth_saying(typed: Typed, answers: Sequence[Answer]) -> list[Answer]:
    """Return answers that are worth something, or that bring a feedback of their own; try them all."""
    source, response = typed.source, typed.response
    kept = [each for each in answers if each.share > ALMOST]
    if source.doubtful:
        return kept
    source.trials.clear()
    nothing: Scalar = NO_NUMBER if typed.numeric else NO_TEXT
    source.try_out(response.identifier, [nothing], [], "wrong")
    usual = source.trials[0].shown
    for each in answers:
        value: Scalar = float(each.low + each.high) / 2 if isinstance(each, Range) else each.text
        before = len(source.trials)
        source.try_out(response.identifier, [value], [_name(each)], outcome_of(each.share / 100))
        shown = source.trials[-1].shown
        own = any(shown.get(name) != usual.get(name) for name in feedback_names(source))
        if each not in kept and not own:
            del source.trials[before:]
        elif each not in kept:
            kept.append(each)
    return [each for each in answers if each in kept]


def feedback_names(source: ItemSource) -> set[str]:
    """Return the outcomes by which an item shows feedback."""
    elements = (*source.element.findall("modal-feedback"), *below(source.body, *FEEDBACKS))
    return {each.get("outcome-identifier", "") for each in elements}


def _name(answer: Option | Range) -> str:
    return answer.text if isinstance(answer, Option) else f"{answer.low}..{answer.high}"


NO_NUMBER, NO_TEXT = -9.87654321e8, "\ue002"
"""What nobody asks for, to see what the item does with any other answer."""


def note_mask(source: ItemSource, interaction: Element) -> None:
    """Note what else an interaction demands of the text."""
    if mask := interaction.get("pattern-mask"):
        source.draft.dropped(
            Message("The form that an answer needs, %(mask)s, is not kept.", mask=mask)
        )
