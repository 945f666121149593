"""A measure with its limit, and how rates and statements are taken."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event

ROUNDS, REQUESTS = 7, 40


@dataclass(frozen=True)
class Measure:
    """One promise: what was measured, and the limit it keeps (or not)."""

    name: str
    value: float
    limit: float
    unit: str
    at_most: bool = True

    @property
    def kept(self) -> bool:
        """Return whether the limit is kept."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def __str__(self) -> str:
        sign = "at most" if self.at_most else "at least"
        verdict = "ok    " if self.kept else "MISSED"
        return f"{verdict} {self.name:<58}{self.value:>9.2f} {self.unit} ({sign} {self.limit:g})"


class counting:  # noqa: N801 (reads as a verb in a with statement)
    """Collect the statements that Learn sends."""

    def __init__(self, app: Flask) -> None:
        self.engines = app.extensions["learn"].database.engines
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.strip().upper() not in {"BEGIN", "BEGIN IMMEDIATE"}:
            self.statements.append(statement.strip())


def rate(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return how often `work` is done in a second: the best round."""
    best = 0.0
    gc.collect()
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(REQUESTS):
            work()
        best = max(best, REQUESTS / (time.perf_counter() - start))
    return best


def ratio(one: Callable[[], object], other: Callable[[], object]) -> float:
    """Return the rate of `one` to the rate of `other`, taken in turns: noise of the machine hits both."""
    rounds = [(rate(one, 1), rate(other, 1)) for _ in range(ROUNDS)]
    return max(pair[0] for pair in rounds) / max(pair[1] for pair in rounds)
