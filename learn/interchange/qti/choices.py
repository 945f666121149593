"""Choice interactions: which options are right, and what each is worth by the item's own rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import item
from learn.interchange.qti.declarations import Declaration
from learn.interchange.qti.elements import flag, identifiers, number
from learn.interchange.qti.items import ALMOST, ItemSource, Unfit, outcome_of, percent_text
from learn.interchange.qti.operators import NotUnderstood
from learn.quizzes.source.reading import Item, ItemKind

MOST_TRIALS = 400


@dataclass(frozen=True)
class Key:
    """What is right: identifiers, weights in percent by identifier, and the rule of credit."""

    right: frozenset[str]
    weights: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    points: float = 1.0


NO_KEY = Key(frozenset())


@dataclass(frozen=True)
class Question:
    """A choice among `names`, one of them or several."""

    source: ItemSource
    response: Declaration
    names: Sequence[str]
    several: bool

    def worth(self, *picked: str) -> float:
        """Return what picking these gives."""
        return self.source.worth(self.response.identifier, picked)

    def key(self) -> Key:
        """Return what is right; nothing when the item neither says it nor scores."""
        if len(set(self.names)) != len(self.names) or "" in self.names:
            raise Unfit(Message("Two options have one identifier, or one has none."))
        if (
            not self.response.correct
            and self.response.valuation is None
            and self.source.processing.absent
        ):
            return NO_KEY
        if not self.source.understood():
            return self.declared()
        try:
            return self.of_several() if self.several else self.of_one()
        except NotUnderstood as error:
            self.source.doubt(error.rule)
            return self.declared()

    def declared(self) -> Key:
        """Return the declared right answers, all or nothing."""
        right = frozenset(str(each) for each in self.response.correct) & set(self.names)
        if not right or (len(right) > 1 and not self.several):
            raise Unfit(Message("The item does not say which option is right."))
        return Key(right, credit="exact" if self.several else "")

    def of_one(self) -> Key:
        """Return the key where one option is picked: it is enough to pick each."""
        worths = {name: self.worth(name) for name in self.names}
        best = max(worths.values(), default=0)
        right = [name for name, worth in worths.items() if worth > best - ALMOST]
        if best <= ALMOST:
            return self.declared()
        if len(right) > 1:
            self.source.draft.changed(
                Message(
                    "A second option was right; one alone may be here, the other counts 99.9%%."
                )
            )
        shares = {name: worth / best for name, worth in worths.items()}
        shares.update(
            {name: cost / best for name, cost in self.costs().items() if not shares[name]}
        )
        for name, share in shares.items():
            self.source.try_out(self.response.identifier, [name], [name], outcome_of(share))
        partial = {
            name: percent_text(min(0.999, max(-1.0, share)))
            for name, share in shares.items()
            if name != right[0] and abs(share) > ALMOST
        }
        return Key(frozenset(right[:1]), partial, points=best)

    def costs(self) -> dict[str, float]:
        """Return the options that a mapping takes points off for, though the score ends at 0."""
        valuation = self.response.valuation
        entries = valuation.entries if valuation else ()
        names = set(self.names)
        return {
            str(each.key): each.worth for each in entries if each.worth < 0 and each.key in names
        }

    def of_several(self) -> Key:
        """Return the key where several are picked, found out by leaving out and adding single ones."""
        right = [name for name in self.names if name in self.right_ones()]
        if not right:
            raise Unfit(Message("The item does not say which option is right."))
        wrong = [name for name in self.names if name not in right]
        most = self.worth(*right)
        if most <= ALMOST:
            return self.declared()
        self.try_all(right, wrong, most)
        lost = {
            name: (most - self.worth(*(each for each in right if each != name))) / most
            for name in right
        }
        cost = {name: (most - self.worth(*right, name)) / most for name in wrong}
        count = len(right)
        rule = self.rule(lost, cost)
        if rule == "weights":
            return Key(frozenset(right), _weights(lost, cost, count), points=most)
        if not rule:
            self.source.draft.changed(
                Message(
                    "The options are scored by a rule of their own; all or nothing counts here."
                )
            )
        return Key(
            frozenset(right), credit="" if rule == "proportional" else rule or "exact", points=most
        )

    def right_ones(self) -> set[str]:
        """Return the declared right options, or those that a mapping rewards."""
        if self.response.correct:
            return {str(each) for each in self.response.correct}
        valuation = self.response.valuation
        return (
            {str(each.key) for each in valuation.entries if each.worth > 0} if valuation else set()
        )

    def rule(self, lost: Mapping[str, float], cost: Mapping[str, float]) -> str:
        """Return by which rule of credit the item scores; empty when by none that is known."""
        count = len(lost)
        equal = all(_near(each, 1 / count) for each in lost.values())
        if all(each > 1 - ALMOST for each in (*lost.values(), *cost.values())):
            return "exact"
        if equal and cost and all(_near(each, 1 / (count + 1)) for each in cost.values()):
            return "proportional" if self.agrees(lost, cost, _proportional) else ""
        if any(each < -ALMOST for each in cost.values()) or not self.agrees(lost, cost, _added):
            return ""
        if equal and cost and all(_near(each, 1 / count) for each in cost.values()):
            return "right-minus-wrong"
        return "weights"

    def agrees(self, lost: Mapping[str, float], cost: Mapping[str, float], rule: Rule) -> bool:
        """Whether the item scores by `rule` wherever it is looked at."""
        most = self.worth(*lost)
        for picked in islice(_samples(list(lost), list(cost)), MOST_TRIALS):
            share = max(0.0, self.worth(*picked) / most)
            if not _near(share, rule(picked, lost, cost)):
                return False
        return True

    def try_all(self, right: Sequence[str], wrong: Sequence[str], most: float) -> None:
        """Try what shows the feedback: all right ones, each option alone, all together."""
        name = self.response.identifier
        samples = [list(right), *([each] for each in (*right, *wrong)), [*right, *wrong]]
        for picked in samples:
            share = self.worth(*picked) / most
            self.source.try_out(name, picked, picked, outcome_of(share))


Rule = Callable[[Sequence[str], Mapping[str, float], Mapping[str, float]], float]


def _samples(right: list[str], wrong: list[str]) -> Iterator[list[str]]:
    yield []
    for each in (*right, *wrong):
        yield [each]
    yield [*right, *wrong]
    for one, other in product(right, wrong):
        yield [*(each for each in right if each != one), other]


def _proportional(
    picked: Sequence[str], lost: Mapping[str, float], _cost: Mapping[str, float]
) -> float:
    hits = sum(each in lost for each in picked)
    return hits / (len(lost) + len(picked) - hits)


def _added(picked: Sequence[str], lost: Mapping[str, float], cost: Mapping[str, float]) -> float:
    total = sum(lost.get(each, 0.0) - cost.get(each, 0.0) for each in picked)
    return min(1.0, max(0.0, total))


def _near(one: float, other: float) -> bool:
    return abs(one - other) < 1e-4


def _weights(lost: Mapping[str, float], cost: Mapping[str, float], count: int) -> dict[str, str]:
    """Return weights in percent; right options that share equally need none."""
    found = {name: percent_text(-each) for name, each in cost.items()}
    if not all(_near(each, 1 / count) for each in lost.values()):
        found.update({name: percent_text(each) for name, each in lost.items()})
    return found


def read_choice(source: ItemSource, interaction: Element) -> None:
    """Read a choice of texts."""
    options = interaction.findall("simple-choice")
    choice, key = key_of(source, interaction, options)
    draft = source.draft
    draft.prompt = source.texts.block(source.body)
    draft.type = "multiple" if choice.several else "single"
    kind: ItemKind = "box" if choice.several else "radio"
    draft.items = [
        option_item(
            kind,
            source.texts.block(each),
            each.get("identifier", ""),
            key,
            fixed=flag(each, "fixed"),
        )
        for each in options
    ]
    for each, made in zip(options, draft.items, strict=True):
        if not made.text:
            raise Unfit(
                Message("The option %(name)s has no text.", name=each.get("identifier", ""))
            )
    source.names = list(choice.names)
    if not flag(interaction, "shuffle"):
        draft.attributes["shuffle"] = "false"


def key_of(
    source: ItemSource, interaction: Element, options: Sequence[Element]
) -> tuple[Question, Key]:
    """Return the choice that an interaction offers and what is right; credit and points are noted."""
    response = source.response(interaction)
    most = int(number(interaction, "max-choices", 1))
    several = not response.single and (most != 1 or len(response.correct) > 1)
    choice = Question(source, response, identifiers(options), several)
    if len(options) < 2:
        raise Unfit(Message("A choice needs at least two options."))
    key = choice.key()
    if several and key.right and 0 < most < len(options) and most != len(key.right):
        source.draft.dropped(Message("That at most %(most)s may be chosen is not kept.", most=most))
    if several and number(interaction, "min-choices", 0) > 0:
        source.draft.dropped(Message("That some have to be chosen is not kept."))
    if key is NO_KEY:
        source.draft.attributes["survey"] = ""
        source.draft.changed(
            Message("The item says nothing about right or wrong; it became a survey.")
        )
    elif key.credit:
        source.draft.attributes["credit"] = key.credit
    source.give_points(key.points)
    return choice, key


def option_item(kind: ItemKind, text: str, name: str, key: Key, *, fixed: bool = False) -> Item:
    """Return an option as a quiz file has it; its feedback is found later."""
    made = item(kind, text, marked=name in key.right, weight=key.weights.get(name, ""))
    return with_attributes(made, {"fixed": ""} if fixed else {})


def with_attributes(made: Item, attributes: Mapping[str, str]) -> Item:
    """Return an item with more in its braces."""
    return replace(made, attributes={**made.attributes, **attributes})
