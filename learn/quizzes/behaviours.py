"""How a quiz behaves while it is taken, and what a learner may see of the result in which phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from learn.registry import Registry

Phase = Literal["during", "after-submit", "after-close"]
REVIEW_PHASES: tuple[Phase, ...] = ("after-submit", "after-close")
PARTS = ("answer", "score", "right", "feedback")

Review = str | Mapping[str, Sequence[str]]

POLICIES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "after-submit": {"after-submit": PARTS, "after-close": PARTS},
    "after-close": {"after-submit": ("answer",), "after-close": PARTS},
    "never": {"after-submit": ("answer",), "after-close": ("answer",)},
}


@dataclass(frozen=True)
class Behaviour:
    """When answers are checked.

    Parameters
    ----------
    checks
        How often an answer may be checked before the attempt is handed in; 0: never. After the last
        check the answer is final.
    """

    key: str
    checks: int = 0

    def is_final(self, checked: int) -> bool:
        """Whether an answer that was checked so often can no longer be changed."""
        return bool(self.checks) and checked >= self.checks


@dataclass(frozen=True)
class Shown:
    """What may be shown of one question besides the question itself."""

    answer: bool = True
    score: bool = False
    right: bool = False
    feedback: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is anything of the result to show."""
        return self.score or self.right or self.feedback


EVERYTHING = Shown(score=True, right=True, feedback=True)
NOTHING = Shown()


def behaviours() -> Registry[Behaviour]:
    """Return a new registry with Learn's own behaviours."""
    registry: Registry[Behaviour] = Registry("behaviour")
    registry.add(Behaviour("deferred"))
    registry.add(Behaviour("immediate", checks=1))
    return registry


def phase_of(*, submitted: bool, closed: bool) -> Phase:
    """Return the phase in which an attempt is."""
    if not submitted:
        return "during"
    return "after-close" if closed else "after-submit"


def is_closed(attempts: int | None, number: int) -> bool:
    """Whether the quiz is over for a person whose last attempt is `number`: none is left."""
    return attempts is not None and number >= attempts


def shown(review: Review, phase: Phase, *, checked: bool = False) -> Shown:
    """Return what may be shown of a question; a `checked` one has shown everything already."""
    if checked:
        return EVERYTHING
    policy = POLICIES[review] if isinstance(review, str) else review
    if phase == "during":
        return NOTHING  # before handing in, only what was checked
    parts = policy.get(phase, ())
    return Shown("answer" in parts, "score" in parts, "right" in parts, "feedback" in parts)
