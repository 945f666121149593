"""The way through a case that branches: where a path leads, what it is worth, what is wrong with the map.

A map is plain JSON: ``nodes`` (key, choices, end, score) of which the first is the start, ``scales`` by
name, ``by`` (ending, scales or both) and ``steps``, the most choices that a path may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Node = Mapping[str, Any]
Choice = Mapping[str, Any]
MOST_STEPS = 100
_TINY = 1e-9


@dataclass(frozen=True)
class Step:
    """One choice that was made: at which node."""

    node: Node
    choice: Choice


@dataclass(frozen=True)
class Walked:
    """A path as far as it goes: the steps, and the node where they lead."""

    steps: tuple[Step, ...]
    node: Node

    @property
    def ended(self) -> bool:
        """Whether an ending is reached."""
        return bool(self.node["end"])

    def scales(self, names: Sequence[str]) -> dict[str, float]:
        """Return what the choices come to on each scale."""
        return {
            name: sum(step.choice["effects"].get(name, 0) for step in self.steps) for name in names
        }


@dataclass(frozen=True)
class Map:
    """All nodes of a case, and how a path counts."""

    data: Mapping[str, Any]

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Return the nodes by key."""
        return {node["key"]: node for node in self.data["nodes"]}

    @property
    def start(self) -> Node:
        """Return the node where every path begins."""
        return self.data["nodes"][0]  # type: ignore[no-any-return]

    def walk(self, path: Sequence[str]) -> Walked:
        """Return where `path`, a list of keys of choices, leads.

        What cannot be chosen where it stands ends the walk: an older version may have had that choice.
        """
        node = self.start
        steps: list[Step] = []
        for key in path[: self.data["steps"]]:
            choice = next((each for each in node["choices"] if each["key"] == key), None)
            if choice is None:
                break
            steps.append(Step(node, choice))
            node = self.nodes[choice["to"]]
        return Walked(tuple(steps), node)

    def targets(self, node: Node) -> Iterator[Node]:
        """Yield the nodes that the choices at `node` lead to; unknown ones are left out."""
        for choice in node["choices"]:
            if choice["to"] in self.nodes:
                yield self.nodes[choice["to"]]

    # what is wrong with it

    def reached(self) -> set[str]:
        """Return the keys of the nodes that some path comes to."""
        found, open_ = {self.start["key"]}, [self.start]
        while open_:
            for node in self.targets(open_.pop()):
                if node["key"] not in found:
                    found.add(node["key"])
                    open_.append(node)
        return found

    def with_exit(self) -> set[str]:
        """Return the keys of the nodes from which some path comes to an ending."""
        found = {key for key, node in self.nodes.items() if node["end"]}
        while more := {
            key
            for key, node in self.nodes.items()
            if key not in found and any(each["key"] in found for each in self.targets(node))
        }:
            found |= more
        return found

    def circle(self) -> list[str]:
        """Return the keys of nodes that lead round to the first of them; empty when none do."""
        done: set[str] = set()
        trail: list[str] = []
        stack = [(self.start["key"], iter(list(self.targets(self.start))))]
        trail.append(self.start["key"])
        while stack:
            key, following = stack[-1]
            node = next(following, None)
            if node is None:
                stack.pop()
                trail.pop()
                done.add(key)
            elif node["key"] in trail:
                return [*trail[trail.index(node["key"]) :], node["key"]]
            elif node["key"] not in done:
                trail.append(node["key"])
                stack.append((node["key"], iter(list(self.targets(node)))))
        return []

    # what it is worth

    @cached_property
    def most(self) -> float:
        """Return the most that a path to an ending gains on all scales together."""
        values = self._values(lambda node: 0.0, self.gain)
        return values.get(self.start["key"], 0.0)

    def gain(self, choice: Choice) -> float:
        """Return what a choice gains on all scales together."""
        return float(sum(choice["effects"].get(name, 0) for name in self.data["scales"]))

    def gains_round(self) -> bool:
        """Whether going round in a circle gains more each time."""
        values = self._values(lambda node: 0.0, self.gain)
        return any(
            values[key] + _TINY < self.gain(choice) + values[choice["to"]]
            for key, node in self.nodes.items()
            if key in values
            for choice in node["choices"]
            if choice["to"] in values
        )

    def score(self, walked: Walked) -> float:
        """Return what a path is worth from 0 to 1; one that has not ended is worth nothing."""
        if not walked.ended:
            return 0.0
        gained = sum(self.gain(step.choice) for step in walked.steps)
        share = gained / self.most if self.most > 0 else 0.0
        parts = {"ending": float(walked.node["score"] or 0), "scales": min(1.0, max(0.0, share))}
        by = self.data["by"]
        return sum(parts.values()) / 2 if by == "both" else parts[by]

    @cached_property
    def values(self) -> dict[str, float]:
        """Return the most that can still be had from each node, by key; without those with no exit."""
        by = self.data["by"]
        ending = {"ending": 1.0, "scales": 0.0, "both": 0.5}[by]
        scales = (1.0 - ending) / self.most if self.most > 0 else 0.0
        return self._values(
            lambda node: ending * float(node["score"] or 0),
            lambda choice: scales * self.gain(choice),
        )

    def worth(self, choice: Choice) -> float | None:
        """Return the most that can be had by a choice and after it; None when it leads to no ending."""
        by = self.data["by"]
        if choice["to"] not in self.values:
            return None
        share = {"ending": 0.0, "scales": 1.0, "both": 0.5}[by]
        gained = share * self.gain(choice) / self.most if self.most > 0 else 0.0
        return gained + self.values[choice["to"]]

    def is_best(self, step: Step) -> bool:
        """Whether nothing better could have been chosen there."""
        worth = self.worth(step.choice)
        return worth is not None and worth >= self.values[step.node["key"]] - _TINY

    def best_path(self) -> list[str]:
        """Return the keys of a path that is worth most; of several, the shortest."""
        trails: list[tuple[Node, list[str]]] = [(self.start, [])]
        seen = {self.start["key"]}
        while trails:
            node, keys = trails.pop(0)
            if node["end"]:
                return keys
            for choice in node["choices"]:
                if choice["to"] not in seen and self.is_best(Step(node, choice)):
                    seen.add(choice["to"])
                    trails.append((self.nodes[choice["to"]], [*keys, choice["key"]]))
        return []

    def mean_score(self) -> float:
        """Return the mean score of paths on which every choice of a node is as likely."""
        here, ended, gained = {self.start["key"]: 1.0}, 0.0, 0.0
        for _step in range(self.data["steps"] + 1):
            moved: dict[str, float] = {}
            for key, chance in here.items():
                node = self.nodes[key]
                ended += chance * float(node["score"] or 0) if node["end"] else 0.0
                for choice in node["choices"]:
                    part = chance / len(node["choices"])
                    moved[choice["to"]] = moved.get(choice["to"], 0.0) + part
                    gained += part * self.gain(choice)
            here = moved
        share = min(1.0, max(0.0, gained / self.most)) if self.most > 0 else 0.0
        return {"ending": ended, "scales": share, "both": (ended + share) / 2}[self.data["by"]]

    def _values(self, ending: Any, gain: Any) -> dict[str, float]:
        """Return the most by node, found by passing it on against the arrows, once for each node."""
        values = {key: ending(node) for key, node in self.nodes.items() if node["end"]}
        for _round in self.nodes:
            before = dict(values)
            for key, node in reversed(self.nodes.items()):  # cases are mostly written forwards
                ways = [
                    gain(each) + values[each["to"]]
                    for each in node["choices"]
                    if each["to"] in values
                ]
                if ways and not node["end"]:
                    values[key] = max(ways)
            if values == before:
                break
        return values
