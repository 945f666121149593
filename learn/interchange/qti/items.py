"""One item while it is read: its parts, what its rules reward, and the draft that comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import Draft
from learn.interchange.qti.bodies import Texts
from learn.interchange.qti.declarations import Declaration, Declarations, Scalar, Value
from learn.interchange.qti.elements import BadQti
from learn.interchange.qti.operators import NotUnderstood
from learn.interchange.qti.processing import Processing
from learn.quizzes.source.reading import Outcome

ALMOST = 1e-6
MOST_POINTS = 1000


class Unfit(BadQti):
    """An item cannot become a question; the message says why."""


@dataclass
class Trial:
    """A response that was tried: what it picks, what it is worth, what the item then shows."""

    value: Value
    picked: frozenset[str]
    outcome: Outcome
    shown: dict[str, Value] = field(default_factory=dict)


@dataclass
class ItemSource:
    """An item and everything that its readers need.

    Parameters
    ----------
    weight
        What the test multiplies the item's score by.
    names
        What the draft's items are called in trials, in their order; nothing where they have no feedback.
    """

    element: Element
    body: Element
    draft: Draft
    texts: Texts
    declared: Declarations
    processing: Processing
    weight: float = 1.0
    trials: list[Trial] = field(default_factory=list)
    doubtful: bool = False
    names: list[str] = field(default_factory=list)

    def response(self, interaction: Element) -> Declaration:
        """Return the variable that an interaction sets."""
        name = interaction.get("response-identifier", "")
        found = self.declared.responses.get(name)
        if found is None:
            raise Unfit(Message("No response is declared for %(name)s.", name=name or "-"))
        return found

    def worth(self, name: str, values: Sequence[Scalar], **others: Value) -> float:
        """Return what the item gives for these values of one response."""
        return self.processing.worth(
            {**others, name: self.declared.responses[name].value(tuple(values))}
        )

    def understood(self) -> bool:
        """Whether the item's rules can be run; when not, it is said once that the right answers count."""
        if self.doubtful:
            return False
        try:
            self.processing.run({})
            for declared in self.declared.responses.values():
                self.processing.run({declared.identifier: declared.value(declared.correct)})
        except NotUnderstood as error:
            self.doubt(error.rule)
            return False
        return True

    def doubt(self, rule: str) -> None:
        """Note that the item scores by a rule that is not known here."""
        self.doubtful = True
        self.draft.changed(
            Message(
                "The scoring uses %(rule)s, which is not known here; the declared right answers count.",
                rule=f"<{rule}>",
            )
        )

    def give_points(self, most: float) -> None:
        """Say how many points the question gives, when the item gives `most` for the right answer."""
        points = most * self.weight
        if not 0 < points <= MOST_POINTS:
            self.draft.changed(
                Message("The item gives %(points)s points; it counts 1 here.", points=f"{points:g}")
            )
        elif abs(points - 1) > ALMOST:
            self.draft.attributes["points"] = f"{round(points, 4):g}"

    def declared_most(self) -> float:
        """Return how many points the item says that it gives at most."""
        score = self.declared.outcomes.get(self.processing.score)
        limit = self.declared.outcomes.get("MAXSCORE")
        if limit is not None and isinstance(limit.default, float):
            return limit.default
        return score.most if score is not None and score.most else 1.0

    def try_out(
        self, name: str, values: Sequence[Scalar], picked: Sequence[str], outcome: Outcome
    ) -> None:
        """Run the rules on a response, so that the feedback which it brings can be found."""
        value = self.declared.responses[name].value(tuple(values))
        shown = {} if self.doubtful else self.processing.run({name: value})
        self.trials.append(Trial(value, frozenset(picked), outcome, shown))

    def try_together(self, right: Mapping[str, Value]) -> None:
        """Try all responses of an item with several: all right, and nothing."""
        if self.doubtful:
            return
        outcomes: tuple[Outcome, Outcome] = ("right", "wrong")
        for outcome, responses in zip(outcomes, (right, {}), strict=True):
            shown = self.processing.run(responses)
            self.trials.append(Trial(None, frozenset(), outcome, shown))


def percent_text(share: float) -> str:
    """Return a share as a weight is written, without the sign of percent."""
    text = f"{round(100 * share, 6):.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def outcome_of(share: float) -> Outcome:
    """Return in words whether a share is all, a part or nothing."""
    return "right" if share > 1 - ALMOST else "partly" if share > ALMOST else "wrong"
