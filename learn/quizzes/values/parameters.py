"""The parameters of a calculated question: where their numbers come from, and which ones an attempt gets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Any

from learn.errors import Invalid, Message
from learn.quizzes.values.arithmetic import BadFormula, NoValue, formula, is_name
from learn.quizzes.values.numbers import BadNumber, the_number

Parameter = Mapping[str, Any]
"""``names``, and one of ``first, step, count`` (a range), ``sets`` (numbers that belong together) or ``formula``."""

MOST_VALUES = 100_000
TRIES = 1000
_RANGE = re.compile(r"(?P<first>.+?)\s*\.\.\s*(?P<last>.+?)(?:\s+step\s+(?P<step>.+))?")
_COMMA = re.compile(r"\s*;\s*|,\s+")


class BadParameter(Invalid):
    """A line that says no parameter."""


def parameter(left: str, right: str, known: Sequence[str]) -> dict[str, Any]:
    """Return what a line ``- left => right`` says: ``10..50 step 5``, ``10 | 20``, ``10, 2500 | 20, 5000`` or a formula.

    Parameters
    ----------
    known
        Names of the parameters before it, which a formula may use.

    Raises
    ------
    BadParameter
        It cannot be read; the message says what would be right.
    """
    names = [each.strip() for each in left.split(",")]
    for name in names:
        if not is_name(name):
            raise BadParameter(
                Message(
                    "%(name)s is no name for a parameter; write letters and digits, such as n.",
                    name=name,
                )
            )
        if name in known or names.count(name) > 1:
            raise BadParameter(Message("The parameter %(name)s stands there twice.", name=name))
    try:
        return {"names": names, **_numbers(names, right, known)}
    except (BadNumber, BadFormula) as error:
        raise BadParameter(error.message) from error


def _numbers(names: Sequence[str], right: str, known: Sequence[str]) -> dict[str, Any]:
    if "|" in right or len(names) > 1:
        return {"sets": list(_sets(names, right))}
    found = _RANGE.fullmatch(right)
    if found is None:
        unknown(formula(right).names, known)
        return {"formula": right}
    first, last = the_number(found["first"]), the_number(found["last"])
    step = the_number(found["step"] or "1")
    if step <= 0 or last < first:
        raise BadParameter(
            Message("A range goes from the smaller to the larger number: 10..50 step 5")
        )
    if last - first >= step * MOST_VALUES:  # asked before dividing, which has its own limit
        raise BadParameter(Message("A range has at most %(most)s numbers.", most=MOST_VALUES))
    count = int((last - first) // step) + 1
    return {"first": str(first), "step": str(step), "count": count}


def _sets(names: Sequence[str], right: str) -> Iterator[list[str]]:
    for each in right.split("|"):
        numbers = _COMMA.split(each.strip()) if len(names) > 1 else [each.strip()]
        if len(numbers) != len(names):
            raise BadParameter(
                Message(
                    "Each set has a number for %(names)s, with a comma and a space between: 10, 2500 | 20, 5000",
                    names=", ".join(names),
                )
            )
        yield [str(the_number(number)) for number in numbers]


def unknown(names: frozenset[str], known: Sequence[str]) -> None:
    """Refuse a formula with names that are no parameters before it."""
    strange = sorted(names - set(known))
    if strange:
        raise BadFormula(
            Message(
                "There is no parameter %(name)s here; known are %(known)s.",
                name=strange[0],
                known=", ".join(known) or "-",
            )
        )


def sizes(parameters: Sequence[Parameter]) -> list[int]:
    """Return how many values each parameter can have; 1 for one that follows from others."""
    return [each.get("count") or len(each.get("sets", ())) or 1 for each in parameters]


def values_at(parameters: Sequence[Parameter], places: Sequence[int]) -> dict[str, Decimal]:
    """Return the numbers by name when each parameter takes the value at its place.

    Raises
    ------
    NoValue
        A formula among them has none.
    """
    values: dict[str, Decimal] = {}
    for each, place in zip(parameters, places, strict=True):
        if "sets" in each:
            values |= zip(each["names"], map(Decimal, each["sets"][place]), strict=True)
        elif "formula" in each:
            values[each["names"][0]] = formula(each["formula"]).value(values)
        else:
            values[each["names"][0]] = Decimal(each["first"]) + Decimal(each["step"]) * place
    return values


def drawn_places(parameters: Sequence[Parameter], scope: str, attempt: int) -> list[int]:
    """Return a place for each parameter, for ever the same for `scope` and `attempt`."""
    digests = (
        hashlib.sha256(f"{scope}/{attempt}/{','.join(each['names'])}".encode()).digest()
        for each in parameters
    )
    return [
        int.from_bytes(digest[:8], "big") % size
        for digest, size in zip(digests, sizes(parameters), strict=True)
    ]


def drawn(
    parameters: Sequence[Parameter],
    where: str,
    scope: str,
    use: Callable[[dict[str, Decimal]], Any],
) -> Any:
    """Return what `use` makes of numbers that meet the condition; None when `TRIES` draws gave none.

    Numbers with which a formula, or `use`, has no value are passed over.
    """
    for attempt in range(TRIES):
        try:
            values = values_at(parameters, drawn_places(parameters, scope, attempt))
            if meets(where, values):
                return use(values)
        except NoValue:
            continue
    return None


def meets(where: str, values: Mapping[str, Decimal]) -> bool:
    """Whether numbers meet the condition; none always does."""
    return not where or formula(where, condition=True).holds(values)


def samples(parameters: Sequence[Parameter], most: int) -> Iterator[Sequence[int]]:
    """Yield places to try before publishing: all when they are few, otherwise the corners and a sample."""
    counts = sizes(parameters)
    total = 1
    for count in counts:
        total = min(total * count, most + 1)
    if total <= most:
        yield from product(*(range(count) for count in counts))
        return
    corners = product(*(dict.fromkeys((0, count - 1)) for count in counts))
    yield from islice(corners, most // 2)
    for attempt in range(most // 2):
        yield drawn_places(parameters, "sample", attempt)


def number_text(value: Decimal, language: str | None) -> str:
    """Return a number as people write it: 2.500,75 in Indonesian, 2,500.75 in English."""
    text = format(value.normalize(), ",f") if value else "0"
    english = (language or "").split("-")[0] == "en"
    return text if english else text.translate(str.maketrans(",.", ".,"))
