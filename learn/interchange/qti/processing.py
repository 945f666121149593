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
    Value,
    scalar,
)
from learn.interchange.qti.operators import (
    OPERATORS,
    NotUnderstood,
    several,
    unordered,
)

Responses = Mapping[str, Value]
MOST_STEPS, MOST_OF_ALL = 1_000_000, 20_000_000
"""How many expressions may be worked out for one item, and for all of a package."""


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
    def usual(self) -> str:
        """Return the template that an item without rules means: the one that its declaration serves."""
        first = next(iter(self.declared.responses.values()), None)
        mapped = first is not None and first.valuation is not None and not first.correct
        return "map_response" if mapped else "match_correct"

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
            outcomes["SCORE"] = state.by_template(self.template or self.usual)
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
        operator = OPERATORS.get(expression.tag)
        if operator is None:
            raise NotUnderstood(expression.tag)
        return operator(expression, [self.value(part) for part in expression])

    def variable(self, name: str) -> Value:
        """Return the value of a response or an outcome."""
        return self._shaped(name) if name in self.declared.responses else self.outcomes.get(name)

    def _shaped(self, name: str) -> Value:
        return unordered(self.responses.get(name), self._is_ordered(name))

    def _is_ordered(self, name: str) -> bool:
        declared = self.declared.responses.get(name)
        return declared is not None and declared.ordered

    def _correct(self, name: str) -> Value:
        declared = self.declared.responses.get(name)
        if declared is None:
            return None
        return unordered(declared.value(declared.correct), declared.ordered)

    def _mapped(self, name: str) -> float:
        declared = self.declared.responses.get(name)
        if declared is None or declared.valuation is None:
            raise NotUnderstood("map-response")
        valuation = declared.valuation
        given = dict.fromkeys(several(self.responses.get(name)))
        self.whole.steps += len(given) * len(valuation.entries)
        return valuation.bounded(sum(valuation.worth(each) for each in given))


def _base(_state: _State, expression: Element) -> Value:
    return scalar("".join(expression.itertext()).strip(), expression.get("base-type", "string"))


_LEAVES: Mapping[str, Callable[[_State, Element], Value]] = {
    "variable": lambda state, each: state.variable(each.get("identifier", "")),
    "correct": lambda state, each: state._correct(each.get("identifier", "")),
    "map-response": lambda state, each: state._mapped(each.get("identifier", "")),
    "base-value": _base,
    "null": lambda _state, _each: None,
}
