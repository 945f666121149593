"""Pairs: which belong together by an item's own rules, and the questions that are made of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import item
from learn.interchange.qti.declarations import Declaration, Scalar
from learn.interchange.qti.elements import below, identifiers
from learn.interchange.qti.items import ALMOST, ItemSource, Unfit, outcome_of
from learn.interchange.qti.operators import NotUnderstood

Pair = tuple[str, str]
TABULAR = "qti-match-tabular"
MOST_COLUMNS = 12


def right_pairs(source: ItemSource, interaction: Element) -> list[Pair]:
    """Return the pairs that belong together; how else the item rewards them is noted."""
    response = source.response(interaction)
    values = _right_values(response)
    if not values:
        raise Unfit(Message("The item does not say which pairs are right."))
    most = 0.0
    if source.understood():
        try:
            most = _weigh(source, response, values)
        except NotUnderstood as error:
            source.doubt(error.rule)
    source.give_points(most if most > ALMOST else 1.0)
    return [_pair(str(each)) for each in values]


def _right_values(response: Declaration) -> tuple[Scalar, ...]:
    if response.correct:
        return response.correct
    entries = response.valuation.entries if response.valuation else ()
    return tuple(each.key for each in entries if each.worth > 0)


def _pair(written: str) -> Pair:
    parts = written.split()
    if len(parts) != 2:
        raise Unfit(Message("%(text)s is no pair of identifiers.", text=written[:80] or "-"))
    return parts[0], parts[1]


def _weigh(source: ItemSource, response: Declaration, values: Sequence[Scalar]) -> float:
    """Return what all right pairs give; note what differs from counting each the same."""
    name = response.identifier
    most = source.worth(name, values)
    if most <= ALMOST:
        return 0.0
    gains = [
        most - source.worth(name, [each for each in values if each != left]) for left in values
    ]
    if len(values) > 1 and all(abs(each - most) < ALMOST for each in gains):
        source.draft.changed(Message("All parts had to be right together; here each counts."))
    elif any(abs(each - most / len(values)) > ALMOST for each in gains):
        source.draft.changed(Message("The parts counted differently; here each counts the same."))
    valuation = response.valuation
    others = [each for each in valuation.entries if each.key not in values] if valuation else []
    if any(each.worth > 0 for each in others):
        source.draft.changed(Message("Pairs that were partly right count nothing here."))
    if valuation is not None and min([valuation.otherwise, *(each.worth for each in others)]) < 0:
        source.draft.changed(Message("A wrong pair cost something; here it costs nothing."))
    source.try_out(name, list(values), [], "right")
    share = source.worth(name, values[:1]) / most
    if len(values) > 1:
        source.try_out(name, list(values[:1]), [], outcome_of(share))
    source.try_out(name, ["-learn -learn"], [], "wrong")
    return most


def read_match(source: ItemSource, interaction: Element) -> None:
    """Read two sets whose members belong together."""
    sets = interaction.findall("simple-match-set")
    if len(sets) != 2:
        raise Unfit(Message("A match needs two sets."))
    lefts, rights = (_texts(source, each.findall("simple-associable-choice")) for each in sets)
    survey = _is_survey(source, interaction)
    pairs = [] if survey else right_pairs(source, interaction)
    if any(left in rights and right in lefts for left, right in pairs) and not any(
        left in lefts for left, _ in pairs
    ):
        pairs = [(right, left) for left, right in pairs]
    source.draft.prompt = source.texts.block(source.body)
    several = any(sum(left == each for left, _ in pairs) > 1 for each in lefts)
    shared = any(sum(right == each for _, right in pairs) > 1 for each in rights)
    if several and not shared and len(rights) > MOST_COLUMNS:
        lefts, rights, several = rights, lefts, False
        pairs = [(right, left) for left, right in pairs]
    if survey or several or TABULAR in interaction.get("class", "").split():
        _grid(source, lefts, rights, pairs, survey=survey)
    else:
        _matching(source, lefts, rights, pairs)


def _is_survey(source: ItemSource, interaction: Element) -> bool:
    """Whether the item neither says what is right nor scores; what it becomes is noted."""
    response = source.response(interaction)
    if response.correct or response.valuation or not source.processing.absent:
        return False
    source.draft.changed(Message("The item says nothing about right or wrong; it became a survey."))
    source.draft.attributes["survey"] = ""
    return True


def _texts(source: ItemSource, choices: Sequence[Element]) -> dict[str, str]:
    names = identifiers(choices)
    if len(set(names)) < len(names) or "" in names:
        raise Unfit(Message("Two options have one identifier, or one has none."))
    found = {name: source.texts.line(each) for name, each in zip(names, choices, strict=True)}
    for name, text in found.items():
        if not text:
            raise Unfit(Message("The option %(name)s has no text.", name=name))
    return found


def _matching(
    source: ItemSource, lefts: Mapping[str, str], rights: Mapping[str, str], pairs: Sequence[Pair]
) -> None:
    partner = dict(pairs)
    source.draft.type = "matching"
    for left, text in lefts.items():
        if partner.get(left) not in rights:
            source.draft.dropped(Message("%(text)s has no partner.", text=text[:80]))
            continue
        source.draft.items.append(item("pair", text, other=rights[partner[left]]))
    for right, text in rights.items():
        if right not in partner.values():
            source.draft.items.append(item("pair", "", other=text))
    if len(set(partner) & set(lefts)) < 2:
        raise Unfit(Message("Matching needs at least two pairs."))


def _grid(
    source: ItemSource, lefts: Mapping[str, str], rights: Mapping[str, str], pairs: Sequence[Pair],
    *, survey: bool = False,
) -> None:  # fmt: skip
    """Write a grid: a table below the text."""
    if len(rights) > MOST_COLUMNS:
        raise Unfit(Message("A grid has at most %(most)s choices.", most=MOST_COLUMNS))
    found = set(pairs)
    several = any(sum(left == each for left, _ in pairs) != 1 for each in lefts)
    empty = [
        text for left, text in lefts.items() if not any((left, right) in found for right in rights)
    ]
    if empty and not survey:
        raise Unfit(Message("%(text)s has no partner.", text=empty[0][:80]))
    if survey:
        several = any(sum(left == each for left, _ in pairs) > 1 for each in lefts)
    marks = ("[x]", "[ ]") if several else ("(x)", "( )")
    rows = [["", *rights.values()], ["---"] * (len(rights) + 1)]
    rows += [
        [text, *(marks[(left, right) not in found] for right in rights)]
        for left, text in lefts.items()
    ]
    table = "\n".join("| " + " | ".join(_cell(each) for each in row) + " |" for row in rows)
    source.draft.type = "matrix"
    source.draft.prompt = f"{source.draft.prompt or source.draft.name}\n\n{table}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def read_associate(source: ItemSource, interaction: Element) -> None:
    """Read one set whose members belong together in twos."""
    texts = _texts(source, list(below(interaction, "simple-associable-choice")))
    pairs = right_pairs(source, interaction)
    used = [name for pair in pairs for name in pair]
    if len(set(used)) < len(used):
        raise Unfit(Message("A member belongs to several pairs; here each belongs to one."))
    order = list(texts)
    if any(name not in texts for name in used):
        raise Unfit(Message("The pairs name what the item does not have."))
    source.draft.prompt = source.texts.block(source.body)
    ordered = sorted(tuple(sorted(pair, key=order.index)) for pair in pairs)
    ordered.sort(key=lambda pair: order.index(pair[0]))
    rights = {pair[1]: texts[pair[1]] for pair in ordered}
    lone = {name: text for name, text in texts.items() if name not in used}
    lefts = {pair[0]: texts[pair[0]] for pair in ordered}
    source.draft.changed(
        Message("All members stood in one set; here each pair has a left and a right side.")
    )
    _matching(source, lefts, {**rights, **lone}, [(pair[0], pair[1]) for pair in ordered])


def read_order(source: ItemSource, interaction: Element) -> None:
    """Read steps to be put in order."""
    texts = _texts(source, interaction.findall("simple-choice"))
    response = source.response(interaction)
    order = [str(each) for each in response.correct]
    if sorted(order) != sorted(texts):
        raise Unfit(Message("The right order does not name every step once."))
    if len(order) < 2:
        raise Unfit(Message("An ordering needs at least two items."))
    draft = source.draft
    draft.type, draft.prompt = "ordering", source.texts.block(source.body)
    draft.items = [item("number", texts[name], marked=True) for name in order]
    credit, most = "exact", 1.0
    if source.understood():
        try:
            credit, most = _order_credit(source, response.identifier, order)
        except NotUnderstood as error:
            source.doubt(error.rule)
    if credit != "neighbours":
        draft.attributes["credit"] = credit
    source.give_points(most)


def _order_credit(source: ItemSource, name: str, order: list[str]) -> tuple[str, float]:
    """Return by which rule the order is scored, found out by moving single steps."""
    most = source.worth(name, order)
    if most <= ALMOST:
        return "exact", 1.0
    samples = [order, order[::-1], [*order[1:], order[0]]]
    samples += [
        [*order[:at], order[at + 1], order[at], *order[at + 2 :]] for at in range(len(order) - 1)
    ]
    shares = [source.worth(name, each) / most for each in samples]
    for each, share in zip(samples, shares, strict=True):
        source.try_out(name, each, [], outcome_of(share))
    for credit, rule in RULES.items():
        if all(
            abs(rule(each, order) - share) < 1e-4
            for each, share in zip(samples, shares, strict=True)
        ):
            return credit, most
    source.draft.changed(
        Message("The order is scored by a rule of its own; all or nothing counts here.")
    )
    return "exact", most


def _neighbours(order: Sequence[str], right: Sequence[str]) -> float:
    wanted = set(itertools.pairwise(right))
    return len(wanted & set(itertools.pairwise(order))) / len(wanted)


def _positions(order: Sequence[str], right: Sequence[str]) -> float:
    return sum(one == other for one, other in zip(order, right, strict=True)) / len(right)


RULES = {
    "exact": lambda order, right: float(list(order) == list(right)),
    "positions": _positions,
    "neighbours": _neighbours,
}
