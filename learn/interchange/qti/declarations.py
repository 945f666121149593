"""What an item declares of a response: its shape, what is right, what each value is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from learn.interchange.qti.elements import as_number, flag, number, words

NUMBERS = ("integer", "float")
Scalar = str | float | bool
Value = Scalar | tuple[Scalar, ...] | None
"""A value of a variable: one, several, or NULL."""


@dataclass(frozen=True)
class Worth:
    """What one value is worth; `exact` says that the case of its letters counts."""

    key: Scalar
    worth: float
    exact: bool = True


@dataclass(frozen=True)
class Valuation:
    """A mapping from values to worths."""

    entries: tuple[Worth, ...] = ()
    otherwise: float = 0.0
    lower: float | None = None
    upper: float | None = None

    def bounded(self, total: float) -> float:
        """Return `total` within the bounds."""
        if self.lower is not None:
            total = max(self.lower, total)
        return total if self.upper is None else min(self.upper, total)

    def worth(self, value: Scalar) -> float:
        """Return what one value is worth."""
        for entry in self.entries:
            if entry.key == value or (not entry.exact and _same(entry.key, value)):
                return entry.worth
        return self.otherwise


@dataclass(frozen=True)
class Declaration:
    """A response variable; `correct` is empty when the item does not say."""

    identifier: str
    single: bool
    ordered: bool
    kind: str
    correct: tuple[Scalar, ...] = ()
    valuation: Valuation | None = None

    def value(self, values: tuple[Scalar, ...]) -> Value:
        """Return these values in the shape of the variable."""
        if not values:
            return None
        return values[0] if self.single else values


@dataclass(frozen=True)
class Outcome:
    """An outcome variable with its value before the processing."""

    identifier: str
    single: bool
    kind: str
    default: Value = None
    most: float | None = None
    human: bool = False


@dataclass(frozen=True)
class Declarations:
    """All variables of an item."""

    responses: Mapping[str, Declaration] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


def declarations(item: Element) -> Declarations:
    """Return what `item` declares; of two with one name the first counts."""
    responses: dict[str, Declaration] = {}
    for element in item.findall("response-declaration"):
        found = _response(element)
        responses.setdefault(found.identifier, found)
    outcomes: dict[str, Outcome] = {}
    for element in item.findall("outcome-declaration"):
        outcome = _outcome(element)
        outcomes.setdefault(outcome.identifier, outcome)
    return Declarations(responses, outcomes)


def scalar(text: str, kind: str) -> Scalar:
    """Return a written value as its base type has it; a pair has no order."""
    text = text if kind == "string" else " ".join(text.split())
    if kind in NUMBERS:
        found = as_number(text)
        return text if found is None else found
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "pair":
        return " ".join(sorted(text.split()))
    return text


def _response(element: Element) -> Declaration:
    kind = element.get("base-type", "identifier")
    cardinality = element.get("cardinality", "single")
    correct = tuple(
        scalar(_text(value), kind) for value in element.findall("correct-response/value")
    )
    return Declaration(
        element.get("identifier", ""),
        cardinality == "single",
        cardinality == "ordered",
        kind,
        correct,
        _valuation(element, kind),
    )


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _valuation(element: Element, kind: str) -> Valuation | None:
    found = element.find("mapping")
    if found is None:
        return None
    entries = tuple(
        Worth(
            scalar(entry.get("map-key", ""), kind),
            number(entry, "mapped-value", 0),
            entry.get("case-sensitive") is None or flag(entry, "case-sensitive"),
        )
        for entry in found.findall("map-entry")
    )
    return Valuation(
        entries,
        number(found, "default-value", 0),
        as_number(found.get("lower-bound", "")),
        as_number(found.get("upper-bound", "")),
    )


def _outcome(element: Element) -> Outcome:
    kind = element.get("base-type", "float")
    single = element.get("cardinality", "single") == "single"
    values = tuple(scalar(words(value), kind) for value in element.findall("default-value/value"))
    default: Value = (values[0] if single else values) if values else None
    return Outcome(
        element.get("identifier", ""),
        single,
        kind,
        default,
        as_number(element.get("normal-maximum", "")),
        element.get("external-scored") == "human",
    )


def _same(key: Scalar, value: Scalar) -> bool:
    return isinstance(key, str) and isinstance(value, str) and key.casefold() == value.casefold()
