"""What a learner may see of the result of an attempt, in which phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Phase = Literal["during", "just-after", "later", "after-close"]
REVIEW_PHASES = ("during", "just-after", "later", "after-submit", "after-close")
"""Names that a policy may use; ``after-submit`` is `just-after` and `later` together."""

PARTS = ("answer", "score", "right", "feedback")
JUST_AFTER = timedelta(minutes=2)

Review = str | Mapping[str, Sequence[str]]

POLICIES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "after-submit": {"after-submit": PARTS, "after-close": PARTS},
    "after-close": {"after-submit": ("answer",), "after-close": PARTS},
    "never": {"after-submit": ("answer",), "after-close": ("answer",)},
}


@dataclass(frozen=True)
class Shown:
    """What may be shown of one question besides the question itself.

    `general` is the feedback for everybody; without it, `feedback` is only that for what was answered.
    """

    answer: bool = True
    score: bool = False
    right: bool = False
    feedback: bool = False
    general: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is anything of the result to show."""
        return self.score or self.right or self.feedback


EVERYTHING = Shown(score=True, right=True, feedback=True, general=True)
A_TRY = Shown(score=True, feedback=True)
"""Of a wrong answer that may be tried again: what was wrong with it, and no more."""

NOTHING = Shown()


def phase_of(*, submitted_at: datetime | None, now: datetime, closed: bool) -> Phase:
    """Return the phase in which an attempt is; just after handing in lasts two minutes."""
    if submitted_at is None:
        return "during"
    if closed:
        return "after-close"
    return "just-after" if now - submitted_at <= JUST_AFTER else "later"


def is_closed(attempts: int | None, number: int) -> bool:
    """Whether the quiz is over for a person whose last attempt is `number`: none is left."""
    return attempts is not None and number >= attempts


def shown(review: Review, phase: Phase) -> Shown:
    """Return what may be shown of an attempt's questions in a phase."""
    policy = POLICIES[review] if isinstance(review, str) else review
    if phase == "during":
        return NOTHING  # before handing in, only what was checked
    fallback = policy.get("after-submit", ()) if phase != "after-close" else ()
    return _shown(policy.get(phase, fallback))


def shown_when_checked(review: Review, *, final: bool) -> Shown:
    """Return what may be shown of an answer that was checked while the attempt is open."""
    if not final:
        return A_TRY
    parts = None if isinstance(review, str) else review.get("during")
    return EVERYTHING if parts is None else _shown((*parts, "answer"))


def _shown(parts: Sequence[str]) -> Shown:
    feedback = "feedback" in parts
    return Shown("answer" in parts, "score" in parts, "right" in parts, feedback, feedback)
