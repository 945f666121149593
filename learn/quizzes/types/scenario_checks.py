"""What is wrong with the map of a branching case, each with the node and the choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from learn.courses.links import nearest
from learn.errors import Message
from learn.quizzes.questions import Flaw
from learn.quizzes.types.branching import Map, Node

_SCALE = re.compile(r"[\w-]{1,40}")


def flaws_of(data: Mapping[str, Any]) -> list[Flaw]:
    """Return all that is wrong with a map; what only makes sense on a sound one comes last."""
    case = Map(data)
    if not data["nodes"]:
        return [
            Flaw(
                Message(
                    "A case needs sections: ### key, a text, and choices such as - text => key."
                )
            )
        ]
    found = [*_scales(data), *(flaw for node in data["nodes"] for flaw in _node(node, case))]
    found += _reach(case)
    return found or [*_circle(case), *_worth(case)]


def _scales(data: Mapping[str, Any]) -> Iterator[Flaw]:
    for name in data["scales"]:
        if not _SCALE.fullmatch(name):
            yield Flaw(Message('Scales are words: scales="empathy,procedure".'))
    if data["by"] != "ending" and not data["scales"]:
        yield Flaw(Message('There are no scales; declare them: scales="empathy,procedure".'))


def _node(node: Node, case: Map) -> Iterator[Flaw]:
    key = node["key"]
    if not node["html"]:
        yield Flaw(Message("The section %(key)s needs a text.", key=key), section=key)
    if node["end"] and node["choices"]:
        yield Flaw(
            Message("An ending has no choices; take {end} or the choices away."), section=key
        )
    if not node["end"] and not node["choices"]:
        message = Message(
            "%(key)s is a dead end: give it choices, or mark it as an ending with {end score=100}.",
            key=key,
        )
        yield Flaw(message, section=key)
    if not node["end"] and node["score"] is not None:
        yield Flaw(Message("Only an ending has a score: {end score=100}."), section=key)
    if node["end"] and node["score"] is None and case.data["by"] != "scales":
        yield Flaw(
            Message("The ending %(key)s needs a score: {end score=100}.", key=key), section=key
        )
    if node["end"] and node["score"] is not None and case.data["by"] == "scales":
        yield Flaw(
            Message("The scales alone count here; take the score away or write {by=both}."),
            section=key,
        )
    yield from _choices(node, case)


def _choices(node: Node, case: Map) -> Iterator[Flaw]:
    seen: set[str] = set()
    for choice in node["choices"]:
        spot = {"item": choice["item"], "section": node["key"]}
        if choice["key"] in seen:
            yield Flaw(Message("Two choices say the same; change or remove one."), **spot)
        seen.add(choice["key"])
        if choice["to"] not in case.nodes:
            yield Flaw(_unknown("section", choice["to"], list(case.nodes)), **spot)
        for name in choice["effects"]:
            if name not in case.data["scales"]:
                yield Flaw(_unknown("scale", name, case.data["scales"]), **spot)


def _unknown(what: str, name: str, known: list[str]) -> Message:
    guess = nearest(name, known)
    listed = guess or ", ".join(known) or "-"
    if what == "section":
        return Message("There is no section %(key)s; perhaps %(known)s?", key=name, known=listed)
    return Message('The scale %(key)s is not declared; declare it with scales="%(key)s" or write %(known)s.',
                   key=name, known=listed)  # fmt: skip


def _reach(case: Map) -> Iterator[Flaw]:
    reached, with_exit = case.reached(), case.with_exit()
    if not any(node["end"] for node in case.data["nodes"]):
        yield Flaw(Message("The case has no ending; mark a section with {end score=100}."))
        return
    for key, node in case.nodes.items():
        if key not in reached:
            yield Flaw(Message("No path leads to %(key)s.", key=key), section=key)
        elif key not in with_exit and node["choices"]:
            yield Flaw(Message("From %(key)s no path leads to an ending.", key=key), section=key)


def _circle(case: Map) -> Iterator[Flaw]:
    circle = case.circle()
    if not circle:
        return
    way = " \u2192 ".join(circle)
    if not case.data["limited"]:
        message = Message(
            "The case can go round (%(way)s); limit the choices of a path, as in {steps=12}.",
            way=way,
        )
        yield Flaw(message, section=circle[0])
    if case.gains_round():
        yield Flaw(
            Message("Going round (%(way)s) gains points each time.", way=way), section=circle[0]
        )


def _worth(case: Map) -> Iterator[Flaw]:
    if case.gains_round():
        return
    if case.data["by"] != "ending" and case.most <= 0:
        yield Flaw(Message("No path to an ending gains anything on the scales."))
        return
    best = case.score(case.walk([])) if case.start["end"] else case.values[case.start["key"]]
    if best < 1 - 1e-9:
        message = Message(
            "The best path comes to %(best)s of 100; one path has to reach 100.",
            best=round(best * 100, 2),
        )
        yield Flaw(message)
    elif case.start["end"]:
        yield Flaw(
            Message("The first section is the start and cannot be an ending."),
            section=case.start["key"],
        )
    elif len(case.best_path()) > case.data["steps"]:
        message = Message(
            "The best path has %(count)s choices, more than steps allows.",
            count=len(case.best_path()),
        )
        yield Flaw(message)
