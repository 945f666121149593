"""The operators of QTI's rules: what each makes of the values of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from learn.interchange.qti.declarations import Scalar, Value
from learn.interchange.qti.elements import flag, number


class NotUnderstood(Exception):
    """The processing uses a rule that is not run here; `rule` names it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def several(value: Value) -> tuple[Scalar, ...]:
    """Return a value as several, whatever it is."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def unordered(value: Value, ordered: bool) -> Value:
    """Return a value so that equal ones compare equal where order does not count."""
    if isinstance(value, tuple) and not ordered:
        return tuple(sorted(value, key=str))
    return value


Values = list[Value]


def _numbers(values: Values) -> list[float] | None:
    flat = [each for value in values for each in (several(value) or (None,))]
    good = [float(each) for each in flat if isinstance(each, int | float)]
    return good if len(good) == len(flat) and good else None


def _arithmetic(calculate: Callable[[list[float]], float]) -> Callable[[Element, Values], Value]:
    def operator(expression: Element, values: Values) -> Value:
        numbers = _numbers(values)
        if numbers is None:
            return None
        try:
            result = calculate(numbers)
        except (IndexError, ZeroDivisionError, OverflowError, ValueError):
            return None
        return result if abs(result) < 1e15 else None

    return operator


def _product(numbers: list[float]) -> float:
    result = 1.0
    for each in numbers:
        result *= each
    return result


def _compared(holds: Callable[[float, float], bool]) -> Callable[[Element, Values], Value]:
    def operator(expression: Element, values: Values) -> Value:
        numbers = _numbers(values)
        return None if numbers is None or len(numbers) != 2 else holds(*numbers)

    return operator


def _equal(expression: Element, values: Values) -> Value:
    numbers = _numbers(values)
    if numbers is None or len(numbers) != 2:
        return None
    low, high = tolerated(expression, numbers[0])
    return low <= numbers[1] <= high


def tolerated(equal: Element, middle: float) -> tuple[float, float]:
    """Return the bounds within which ``equal`` takes a number for `middle`."""
    mode = equal.get("tolerance-mode", "exact")
    by = [number_in(part) for part in equal.get("tolerance", "").split()] or [0.0]
    below, above = by[0], by[-1]
    if mode == "absolute":
        return middle - below, middle + above
    if mode == "relative":
        sides = middle * (1 - below / 100), middle * (1 + above / 100)
        return min(sides), max(sides)
    return middle, middle


def number_in(text: str) -> float:
    """Return the number of a tolerance; what is none is not understood."""
    try:
        return float(text)
    except ValueError:
        raise NotUnderstood("tolerance") from None


def _same(expression: Element, values: Values) -> Value:
    if len(values) != 2 or None in values:
        return None
    first, second = values
    if isinstance(first, tuple) != isinstance(second, tuple):
        first, second = several(first), several(second)
    return first == second


def _same_text(expression: Element, values: Values) -> Value:
    if len(values) != 2 or None in values:
        return None
    first, second = (str(each) for each in values)
    if not flag(expression, "case-sensitive"):
        first, second = first.casefold(), second.casefold()
    return second in first if flag(expression, "substring") else first == second


def _all(_expression: Element, values: Values) -> Value:
    return False if False in values else None if None in values else True


def _any(_expression: Element, values: Values) -> Value:
    return True if True in values else None if None in values else False


def _not(_expression: Element, values: Values) -> Value:
    return not values[0] if len(values) == 1 and isinstance(values[0], bool) else None


def _member(_expression: Element, values: Values) -> Value:
    return None if len(values) != 2 or None in values else values[0] in several(values[1])


def _contains(_expression: Element, values: Values) -> Value:
    if len(values) != 2 or None in values:
        return None
    return set(several(values[1])) <= set(several(values[0]))


def _gathered(_expression: Element, values: Values) -> Value:
    return tuple(each for value in values for each in several(value)) or None


def _index(expression: Element, values: Values) -> Value:
    at, container = int(number(expression, "n", 1)), several(values[0] if values else None)
    return container[at - 1] if 0 < at <= len(container) else None


OPERATORS: Mapping[str, Callable[[Element, Values], Value]] = {
    "is-null": lambda _each, values: not several(values[0] if values else None),
    "match": _same,
    "string-match": _same_text,
    "equal": _equal,
    "and": _all,
    "or": _any,
    "not": _not,
    "gt": _compared(lambda first, second: first > second),
    "gte": _compared(lambda first, second: first >= second),
    "lt": _compared(lambda first, second: first < second),
    "lte": _compared(lambda first, second: first <= second),
    "sum": _arithmetic(sum),
    "product": _arithmetic(_product),
    "subtract": _arithmetic(lambda each: each[0] - each[1]),
    "divide": _arithmetic(lambda each: each[0] / each[1]),
    "max": _arithmetic(max),
    "min": _arithmetic(min),
    "round": _arithmetic(lambda each: float(round(each[0]))),
    "truncate": _arithmetic(lambda each: float(int(each[0]))),
    "member": _member,
    "contains": _contains,
    "container-size": lambda _each, values: float(len(several(values[0] if values else None))),
    "multiple": _gathered,
    "ordered": _gathered,
    "index": _index,
}
