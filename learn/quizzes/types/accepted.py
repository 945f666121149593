"""Accepted answers, each with what it is worth: what short texts, numbers and gaps have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Flaw, text_in

Entry = Mapping[str, Any]


def best(entries: Sequence[Entry]) -> Entry | None:
    """Return the entry that is worth most, the first of several; whatever their order, the score is one."""
    return max(entries, key=lambda entry: entry.get("weight", 1.0), default=None)


def in_full(entries: Sequence[Entry]) -> Entry | None:
    """Return the first entry that is worth all."""
    return next((entry for entry in entries if entry.get("weight", 1.0) >= 1), None)


def feedback_of(entry: Entry | None, language: str | None) -> dict[str, str]:
    """Return the feedback of the entry that an answer fits, under the key ``answer``, where it has one."""
    if entry is None or "feedback" not in entry:
        return {}
    return {"answer": text_in(entry["feedback"], language)}


def flaws_of(data: Mapping[str, Any], nothing: Message) -> list[Flaw]:
    """Return what is wrong with the accepted answers in `data`; `nothing` says that there are none."""
    accepted = data["accepted"]
    if data.get("survey"):
        message = Message("In a survey no answer is right; take the lines with = away.")
        return [Flaw(message, place) for place in range(len(accepted[:1]))]
    if not accepted:
        return [Flaw(nothing)]
    flaws = [
        Flaw(
            Message("An accepted answer costs nothing; {0%%} keeps it wrong, with feedback."), place
        )
        for place, entry in enumerate(accepted)
        if entry.get("weight", 1.0) < 0
    ]
    if in_full(accepted) is None:
        flaws.append(
            Flaw(Message("No answer is worth 100%%; take the weight of the best one away."))
        )
    return flaws
