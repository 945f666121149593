"""What the steps of an attempt say in the end: answers, flags, tries, and marks that a person gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from learn.quizzes.questions import Answer


@dataclass(frozen=True)
class Mark:
    """What a person gave for an answer.

    Parameters
    ----------
    score
        The share, from 0 to 1.
    rubric
        Keys of levels by keys of criteria, where the question has a rubric.
    based_on
        The number of the answer that was marked.
    """

    score: float
    by_id: int | None
    at: datetime
    rubric: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    based_on: int | None = None
    seq: int = 0


@dataclass(frozen=True)
class Answers:
    """What the steps of an attempt say in the end, by question key.

    Parameters
    ----------
    given
        The newest answer.
    seqs
        The number of the step that gave it; a page sends it back as `based_on`.
    tries
        The shares that answers were worth when they were checked, in order.
    earlier
        How many of these tries came before the newest answer.
    certainty
        How sure the person said to be, from 1 to 3.
    marks
        What a person gave for it, the newest.
    left
        Questions that were passed by, where there is no way back.
    """

    given: Mapping[str, Answer] = field(default_factory=dict)
    seqs: Mapping[str, int] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    tries: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)
    certainty: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    saved_at: datetime | None = None
    left: frozenset[str] = frozenset()

    def turn(self, keys: Sequence[str]) -> str | None:
        """Return the one of `keys` whose turn it is where one goes through them in order."""
        return next((key for key in keys if key not in self.left), None)

    def is_checked(self, key: str) -> bool:
        """Whether the newest answer to a question is one that was checked."""
        return len(self.tries.get(key, ())) > self.earlier.get(key, 0)


def mark_of(data: Mapping[str, Any], by_id: int | None, at: datetime, seq: int) -> Mark:
    """Return the mark that stands in the data of a step."""
    return Mark(
        score=data["score"],
        by_id=by_id,
        at=at,
        rubric=data.get("rubric") or {},
        comment=data.get("comment") or "",
        based_on=data.get("based_on"),
        seq=seq,
    )
