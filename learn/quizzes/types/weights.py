"""Shares in percent that authors write behind options and answers: ``{50%}``, ``{-25%}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Flaw, ParseContext
from learn.quizzes.source.attributes import WEIGHT, percent
from learn.quizzes.source.reading import Item

ALMOST = 0.005
"""What rounding may take from 100 %: three thirds are written 33.3 % each."""


def weight_of(item: Item, context: ParseContext) -> dict[str, float]:
    """Return the weight of an item as data; nothing where the author wrote none."""
    written = item.attributes.get(WEIGHT)
    if written is None:
        return {}
    share = percent(written)
    if share is None:
        message = Message("A weight lies between -100%% and 100%%, as in {50%%}.")
        context.refuse(item.text[next(iter(item.text))], message)
        return {}
    return {"weight": share}


def is_weighted(options: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the author gave a weight to any of `options`."""
    return any("weight" in option for option in options)


def single_worth(option: Mapping[str, Any]) -> float:
    """Return what an option is worth when it is the only one picked, from -1 to 1."""
    return float(option.get("weight", 1.0 if option["right"] else 0.0))


def single_flaws(options: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    """Return what is wrong with the weights where one option is picked: exactly one is worth 100 %."""
    flaws = []
    for place, option in enumerate(options):
        worth = single_worth(option)
        if option["right"] and worth < 1:
            message = Message("The right option is worth 100%%; take its weight away.")
        elif not option["right"] and worth >= 1:
            message = Message("An option that is worth 100%% is the right one; mark it with an x.")
        else:
            continue
        flaws.append(Flaw(message, place))
    return flaws


def gains(options: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return what each option that is worth something adds, by key; together about 1.

    Right options without a weight share equally what the weights leave of 100 %.
    """
    said = {each["key"]: each["weight"] for each in options if each.get("weight", 0) > 0}
    others = [each["key"] for each in options if each["right"] and "weight" not in each]
    rest = max(0.0, 1 - fsum(said.values()))
    return {**said, **{key: rest / len(others) for key in others}}


def several_flaws(options: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    """Return what is wrong with the weights where several options are picked."""
    flaws = []
    for place, option in enumerate(options):
        weight = option.get("weight")
        if weight is not None and option["right"] and weight <= 0:
            flaws.append(Flaw(Message("A right option adds something; [ ] costs points."), place))
        if weight is not None and not option["right"] and weight > 0:
            message = Message("An option that adds points is a right one; mark it with an x.")
            flaws.append(Flaw(message, place))
    return flaws or _sum_flaws(gains(options))


def _sum_flaws(found: Mapping[str, float]) -> list[Flaw]:
    total = fsum(found.values())
    if not found:
        return []
    if min(found.values()) <= 0:
        message = Message(
            "The weights use up 100%%; nothing is left for the right options without a weight."
        )
    elif total < 1 - ALMOST:
        message = Message(
            "The weights of the right options come to %(total)s%%; they have to reach 100%%.",
            total=round(100 * total, 2),
        )
    else:
        return []
    return [Flaw(message)]


def share_of(
    options: Sequence[Mapping[str, Any]], picked: Sequence[str], wrong_costs: str
) -> float:
    """Return the share, not below 0, that the picked ones of several weighted options are worth.

    Parameters
    ----------
    wrong_costs
        What a wrong option without a weight does, as without any weights: ``proportional``: as if there
        were one more right option that was left out; ``right-minus-wrong``: it takes the share of a right
        option away. One with a weight counts as the weight says, and ``{0%}`` costs nothing.
    """
    found = gains(options)
    total = min(1.0, fsum(found.values()))
    gained = fsum(found[key] for key in found if key in picked)
    chosen = [each for each in options if each["key"] in picked and each["key"] not in found]
    lost = fsum(-each["weight"] for each in chosen if "weight" in each)
    misses = sum("weight" not in each for each in chosen) * total / len(found)
    if wrong_costs == "proportional":
        score = gained / (total + misses) - lost
    else:
        score = (gained - misses) / total - lost
    return min(1.0, max(0.0, score))
