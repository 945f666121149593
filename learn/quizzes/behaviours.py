"""How a quiz behaves while it is taken: when answers are checked, and what checking does to their worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from learn.quizzes.questions import Question
from learn.registry import Registry

DEFAULT_TRIES = 3
DEFAULT_PENALTY = 1 / 3


@dataclass(frozen=True)
class Tries:
    """What a quiz says about trying again: how many tries, and the share that each wrong one costs."""

    count: int = DEFAULT_TRIES
    penalty: float = DEFAULT_PENALTY


class Behaviour:
    """When answers are checked and what they are worth then; registered by `key`.

    `certainty` says that learners tell how sure they are; `manual` that a person grades every answer;
    `scored` is False when nothing is graded at all.
    """

    key: ClassVar[str]
    certainty: ClassVar[bool] = False
    manual: ClassVar[bool] = False
    scored: ClassVar[bool] = True

    def most_checks(self, question: Question, tries: Tries) -> int:
        """Return how often an answer may be checked before handing in; 0: never."""
        return 0

    def is_final(self, question: Question, checked: Sequence[float], tries: Tries) -> bool:
        """Whether an answer can no longer be changed, when its tries were worth `checked`."""
        most = self.most_checks(question, tries)
        return bool(most) and (len(checked) >= most or any(share >= 1 for share in checked))

    def credit(
        self,
        question: Question,
        share: float,
        *,
        earlier: int = 0,
        certainty: int | None = None,
        tries: Tries,
    ) -> float:
        """Return what an answer counts, up to 1, when it is right to a `share`.

        Parameters
        ----------
        earlier
            How many answers to the question were checked before this one was given.
        """
        return share


class Deferred(Behaviour):
    """Everything is answered first; results come after handing in."""

    key = "deferred"


class Immediate(Behaviour):
    """Each answer can be checked at once, and is final then."""

    key = "immediate"

    def most_checks(self, question: Question, tries: Tries) -> int:
        """Return one."""
        return 1


class Interactive(Behaviour):
    """A wrong answer can be tried again, with a hint; each wrong try costs a share.

    There are as many tries as the quiz says, and never fewer than a question has hints, plus one, so
    that every hint can be of use.
    """

    key = "interactive"

    def most_checks(self, question: Question, tries: Tries) -> int:
        """Return the number of tries."""
        return max(tries.count, len(question.hints) + 1)

    def credit(
        self,
        question: Question,
        share: float,
        *,
        earlier: int = 0,
        certainty: int | None = None,
        tries: Tries,
    ) -> float:
        """Return the share less what the earlier tries cost, not below 0."""
        penalty = tries.penalty if question.penalty is None else question.penalty
        return max(0.0, share - penalty * earlier)


CERTAINTIES = (1, 2, 3)
_RIGHT: Mapping[int, float] = {1: 1 / 3, 2: 2 / 3, 3: 1.0}
_WRONG: Mapping[int, float] = {1: 0.0, 2: -2 / 3, 3: -2.0}


class Certainty(Behaviour):
    """Learners say how sure they are; being surely wrong costs more than not being sure.

    The scale is the one of certainty-based marking (Gardner-Medwin, UCL): 1, 2, 3 for right and
    0, -2, -6 for wrong, divided by 3 so that surely right counts 1. Without a word one is not sure.
    """

    key = "certainty"
    certainty = True

    def credit(
        self,
        question: Question,
        share: float,
        *,
        earlier: int = 0,
        certainty: int | None = None,
        tries: Tries,
    ) -> float:
        """Return a number from -2 to 1; an attempt's score is never below 0."""
        level = certainty or 1
        return share * _RIGHT[level] + (1 - share) * _WRONG[level]


class Manual(Behaviour):
    """A person grades every answer."""

    key = "manual"
    manual = True


class Information(Behaviour):
    """Nothing is graded: whoever hands in has done it."""

    key = "information"
    scored = False


def behaviours() -> Registry[Behaviour]:
    """Return a new registry with Learn's own behaviours."""
    registry: Registry[Behaviour] = Registry("behaviour")
    for behaviour in (
        Deferred(), Immediate(), Interactive(), Certainty(), Manual(), Information(),
    ):  # fmt: skip
        registry.add(behaviour)
    return registry
