"""The numbers of a calculated question: its answers and texts with them, and whether all of them will do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Flaw, Texts
from learn.quizzes.values.arithmetic import NoValue, formula, rounded
from learn.quizzes.values.parameters import meets, number_text, samples, values_at

MOST_SAMPLES = 1000
MOST_DECIMALS = 6
LARGEST = Decimal("1e15")
SIGN = re.compile(r"\[\[\s*([^\[\]\n]{0,40}?)\s*\]\]")

Data = Mapping[str, Any]
Values = Mapping[str, Decimal]


def use(data: Data, values: Mapping[str, Decimal]) -> tuple[Values, list[dict[str, Any]]]:
    """Return the values, and the accepted answers with them."""
    return values, [bounds(each, values, data["decimals"]) for each in data["answers"]]


def bounds(entry: Data, values: Values, decimals: int | None) -> dict[str, Any]:
    """Return one accepted answer as a numeric question has it; NoValue when it has none."""
    if "low" in entry:
        low, high = formula(entry["low"]).value(values), formula(entry["high"]).value(values)
        if low > high:
            raise NoValue(Message("the range runs backwards"))
        value, by = (low + high) / 2, None
    else:
        value = small(formula(entry["value"]).value(values))
        by = _tolerance(entry, value, values, decimals)
        low, high = value - by, value + by
    small(max(abs(low), abs(high)))
    number = _shown(value, low, high, decimals)
    unit = f" {entry['unit']}" if entry["unit"] else ""
    around = f" \u00b1 {_text(by)}" if by and "by" in entry else ""
    text = f"{_text(low)}\u2013{_text(high)}" if by is None else f"{_text(number)}{around}"
    kept = {name: entry[name] for name in ("weight", "feedback") if name in entry}
    return {
        "text": text + unit, "number": format(number.normalize(), "f") if number else "0",
        "low": str(low), "high": str(high), "unit": entry["unit"].casefold(), **kept,
    }  # fmt: skip


def small(number: Decimal) -> Decimal:
    """Return a number that people can still write; NoValue for others."""
    if abs(number) > LARGEST:
        raise NoValue(Message("the number grows too large"))
    return number


def _tolerance(entry: Data, value: Decimal, values: Values, decimals: int | None) -> Decimal:
    by = Decimal(0)
    if "by" in entry:
        by = formula(entry["by"]).value(values)
        by = abs(value) * by / 100 if entry.get("share") else by
        if by < 0:
            raise NoValue(Message("the tolerance is negative"))
    half = Decimal(0) if decimals is None else Decimal(5).scaleb(-decimals - 1)
    if not by and not half and rounded(value, MOST_DECIMALS) != value:
        raise NoValue(Message("it has more than %(most)s decimals; add a tolerance, or round with {decimals=2}",
                              most=MOST_DECIMALS))  # fmt: skip
    return max(by, half)


def _shown(value: Decimal, low: Decimal, high: Decimal, decimals: int | None) -> Decimal:
    """Return the number to show as right: rounded as asked, or to few decimals within the bounds."""
    if decimals is not None:
        return rounded(value, decimals)
    several = (rounded(value, places) for places in range(2, 13))
    return next((number for number in several if low <= number <= high), value)


def _text(number: Decimal) -> str:
    return number_text(_shown(number, number, number, None), None)


def filled(texts: Texts, values: Values) -> dict[str, str]:
    """Return texts with the numbers in the places of their names."""
    return {
        language: SIGN.sub(partial(_number_in, values, language), html)
        for language, html in texts.items()
    }


def _number_in(values: Values, language: str, found: re.Match[str]) -> str:
    value = values.get(found[1])
    return found[0] if value is None else number_text(value, language)


def filled_entry(entry: dict[str, Any], values: Values) -> dict[str, Any]:
    """Return an accepted answer with the numbers in its feedback."""
    feedback = entry.get("feedback")
    return {**entry, "feedback": filled(feedback, values)} if feedback else entry


def sampled_flaws(data: Data) -> Iterator[Flaw]:
    """Yield what fails at the corners of all ranges and for many numbers between them, each thing once."""
    told: set[int | None] = set()
    fitting = tried = 0
    for places in samples(data["parameters"], MOST_SAMPLES):
        tried += 1
        flaws, fits = _tried(data, places)
        fitting += fits
        for flaw in flaws:
            if flaw.item not in told:
                yield flaw
            told.add(flaw.item)
    if data["where"] and fitting * 100 < tried:
        yield Flaw(Message("Hardly any numbers meet the condition %(text)s.", text=data["where"]))


def _tried(data: Data, places: Sequence[int]) -> tuple[list[Flaw], bool]:
    """Return what fails with these numbers, and whether an attempt can get them at all.

    What a condition is there to keep out may have no value.
    """
    try:
        values = values_at(data["parameters"], places)
        if not meets(data["where"], values):
            return [], False
    except NoValue as error:
        return ([] if data["where"] else [_no_value(data["parameters"], places, error)]), False
    flaws = []
    for entry in data["answers"]:
        try:
            bounds(entry, values, data["decimals"])
        except NoValue as error:
            flaws.append(_flaw(entry["item"], values, error))
    return flaws, True


def _no_value(parameters: Sequence[Data], places: Sequence[int], error: NoValue) -> Flaw:
    """Return the flaw of the first parameter that has no value there."""
    values: dict[str, Decimal] = {}
    for count, each in enumerate(parameters):
        try:
            values = values_at(parameters[: count + 1], places[: count + 1])
        except NoValue:
            return _flaw(each["item"], values, error)
    return Flaw(error.message)


def _flaw(item: int, values: Values, error: NoValue) -> Flaw:
    numbers = ", ".join(f"{name} = {format(value, 'f')}" for name, value in values.items())
    message = Message(
        "With %(numbers)s this has no value: %(why)s.", numbers=numbers, why=error.message
    )
    return Flaw(message, item)
