"""Running an item's own response processing on a response: how it is found out what the item rewards.

QTI scores by rules that may be written in many ways.  Instead of recognising each of them, the rules
are run on the responses that matter; what comes out is what the question has to do here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from learn.interchange.qti.declarations import (
    Declarations,
    Scalar,
    Value,
    scalar,
)
from learn.interchange.qti.elements import flag, number
from learn.interchange.qti.shapes import area_of

Responses = Mapping[str, Value]
MOST_STEPS, MOST_OF_ALL = 1_000_000, 20_000_000
"""How many expressions may be worked out for one item, and for all of a package."""
TEMPLATES = ("match_correct", "map_response", "map_response_point")


class NotUnderstood(Exception):
    """The processing uses a rule that is not run here; `rule` names it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class _Exit(Exception):
    """The processing ends itself."""


@dataclass
class Processing:
    """The rules of one item, ready to be run."""

    declared: Declarations
    rules: Sequence[Element]
    template: str = ""
    steps: int = 0
    limit: int = MOST_STEPS

    @classmethod
    def of(cls, item: Element, declared: Declarations) -> Processing:
        """Return the processing of `item`; without any, the declared right response counts."""
        found = item.find("response-processing")
        if found is None:
            return cls(declared, ())
        name = found.get("template", "").rstrip("/").rpartition("/")[2].removesuffix(".xml")
        return cls(declared, list(found), "" if len(found) else name.lower())

    @property
    def absent(self) -> bool:
        """Whether the item has no rules at all."""
        return not self.rules and not self.template

    @property
    def score(self) -> str:
        """Return the name of the outcome that is the score."""
        numeric = [
            each.identifier
            for each in self.declared.outcomes.values()
            if each.kind in ("float", "integer")
        ]
        return "SCORE" if "SCORE" in numeric or not numeric else numeric[0]

    def run(self, responses: Responses) -> dict[str, Value]:
        """Return the outcomes of a response.

        Raises
        ------
        NotUnderstood
            A rule is needed that is not run here.
        """
        outcomes = {name: each.default for name, each in self.declared.outcomes.items()}
        state = _State(self, self.declared, responses, outcomes)
        if self.rules:
            with suppress(_Exit):
                state.obey(self.rules)
        elif self.template or self.absent:
            outcomes["SCORE"] = state.by_template(self.template or "match_correct")
        return outcomes

    def worth(self, responses: Responses) -> float:
        """Return the score of a response."""
        found = self.run(responses).get(self.score)
        return float(found) if isinstance(found, int | float) else 0.0


@dataclass
class _State:
    whole: Processing
    declared: Declarations
    responses: Responses
    outcomes: dict[str, Value]
    main: str = field(default="RESPONSE")

    def by_template(self, template: str) -> float:
        """Return the score by one of the standard templates, which know the variable RESPONSE only."""
        names = list(self.declared.responses)
        name = self.main if self.main in names or not names else names[0]
        if template == "match_correct":
            return (
                1.0
                if self._correct(name) == self._shaped(name) and self._shaped(name) is not None
                else 0.0
            )
        if template == "map_response":
            return self._mapped(name)
        if template == "map_response_point":
            return self._mapped_point(name)
        raise NotUnderstood(template)

    def obey(self, rules: Sequence[Element]) -> None:
        """Follow rules one after the other."""
        for rule in rules:
            if rule.tag == "response-condition":
                self._choose(rule)
            elif rule.tag == "set-outcome-value":
                self._set(rule)
            elif rule.tag == "response-processing-fragment":
                self.obey(list(rule))
            elif rule.tag == "exit-response":
                raise _Exit
            else:
                raise NotUnderstood(rule.tag)

    def _choose(self, condition: Element) -> None:
        for branch in condition:
            parts = list(branch)
            if branch.tag == "response-else":
                self.obey(parts)
                return
            if parts and self.value(parts[0]) is True:
                self.obey(parts[1:])
                return

    def _set(self, rule: Element) -> None:
        name = rule.get("identifier", "")
        value = self.value(rule[0]) if len(rule) else None
        declared = self.declared.outcomes.get(name)
        if declared is not None and not declared.single and value is not None:
            value = value if isinstance(value, tuple) else (value,)
        self.outcomes[name] = value

    def value(self, expression: Element) -> Value:
        """Return what an expression comes to."""
        self.whole.steps += 1
        if self.whole.steps > self.whole.limit:
            raise NotUnderstood("response-processing")
        simple = _LEAVES.get(expression.tag)
        if simple is not None:
            return simple(self, expression)
        operator = _OPERATORS.get(expression.tag)
        if operator is None:
            raise NotUnderstood(expression.tag)
        return operator(expression, [self.value(part) for part in expression])

    def variable(self, name: str) -> Value:
        """Return the value of a response or an outcome."""
        return self._shaped(name) if name in self.declared.responses else self.outcomes.get(name)

    def _shaped(self, name: str) -> Value:
        return _unordered(self.responses.get(name), self._is_ordered(name))

    def _is_ordered(self, name: str) -> bool:
        declared = self.declared.responses.get(name)
        return declared is not None and declared.ordered

    def _correct(self, name: str) -> Value:
        declared = self.declared.responses.get(name)
        if declared is None:
            return None
        return _unordered(declared.value(declared.correct), declared.ordered)

    def _mapped(self, name: str) -> float:
        declared = self.declared.responses.get(name)
        if declared is None or declared.valuation is None:
            raise NotUnderstood("map-response")
        valuation = declared.valuation
        given = dict.fromkeys(_several(self.responses.get(name)))
        self.whole.steps += len(given) * len(valuation.entries)
        return valuation.bounded(sum(valuation.worth(each) for each in given))

    def _mapped_point(self, name: str) -> float:
        declared = self.declared.responses.get(name)
        if declared is None or declared.valuation is None:
            raise NotUnderstood("map-response-point")
        valuation, points = declared.valuation, _several(self.responses.get(name))
        hit = [[area.holds(*point) for point in map(_point, points)] for area, _ in valuation.areas]
        total = sum(
            worth for (_, worth), hits in zip(valuation.areas, hit, strict=True) if any(hits)
        )
        missed = sum(not any(hits[at] for hits in hit) for at in range(len(points)))
        return valuation.bounded(total + missed * valuation.otherwise)


def _point(value: Scalar) -> tuple[float, float]:
    parts = str(value).split()
    try:
        return float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        raise NotUnderstood("point") from None


def _several(value: Value) -> tuple[Scalar, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _unordered(value: Value, ordered: bool) -> Value:
    if isinstance(value, tuple) and not ordered:
        return tuple(sorted(value, key=str))
    return value


def _base(_state: _State, expression: Element) -> Value:
    return scalar("".join(expression.itertext()).strip(), expression.get("base-type", "string"))


_LEAVES: Mapping[str, Callable[[_State, Element], Value]] = {
    "variable": lambda state, each: state.variable(each.get("identifier", "")),
    "correct": lambda state, each: state._correct(each.get("identifier", "")),
    "map-response": lambda state, each: state._mapped(each.get("identifier", "")),
    "map-response-point": lambda state, each: state._mapped_point(each.get("identifier", "")),
    "base-value": _base,
    "null": lambda _state, _each: None,
}

Values = list[Value]


def _numbers(values: Values) -> list[float] | None:
    flat = [each for value in values for each in (_several(value) or (None,))]
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
        first, second = _several(first), _several(second)
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
    return None if len(values) != 2 or None in values else values[0] in _several(values[1])


def _contains(_expression: Element, values: Values) -> Value:
    if len(values) != 2 or None in values:
        return None
    return set(_several(values[1])) <= set(_several(values[0]))


def _gathered(_expression: Element, values: Values) -> Value:
    return tuple(each for value in values for each in _several(value)) or None


def _index(expression: Element, values: Values) -> Value:
    at, container = int(number(expression, "n", 1)), _several(values[0] if values else None)
    return container[at - 1] if 0 < at <= len(container) else None


def _inside_shape(expression: Element, values: Values) -> Value:
    area = area_of(expression)
    if area is None or len(values) != 1:
        raise NotUnderstood("inside")
    return any(area.holds(*_point(each)) for each in _several(values[0]))


_OPERATORS: Mapping[str, Callable[[Element, Values], Value]] = {
    "is-null": lambda _each, values: not _several(values[0] if values else None),
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
    "container-size": lambda _each, values: float(len(_several(values[0] if values else None))),
    "multiple": _gathered,
    "ordered": _gathered,
    "index": _index,
    "inside": _inside_shape,
}
