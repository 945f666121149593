"""Feedback: whose it is, found out by what the item shows after each response that was tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import passages, text_of
from learn.interchange.qti.bodies import FEEDBACKS
from learn.interchange.qti.elements import below
from learn.interchange.qti.items import ItemSource, Trial
from learn.quizzes.source.reading import OUTCOMES, Item, Outcome

CHOICES = ("simple-choice", "hotspot-choice")


def read_feedback(source: ItemSource) -> None:
    """Give the item's feedback to options, to outcomes, or to everybody."""
    names = source.names
    for element in _elements(source):
        text = source.texts.block(element).strip()
        if not text:
            continue
        shown = [trial for trial in source.trials if _is_shown(element, trial)]
        if not _give(source, element, text, shown, names):
            source.draft.dropped(
                Message("The feedback %(name)s is for a case that is not known here: %(text)s",
                        name=element.get("identifier", "-"), text=text[:120])
            )  # fmt: skip


def _elements(source: ItemSource) -> Iterator[Element]:
    yield from below(source.body, *FEEDBACKS)
    yield from source.element.findall("modal-feedback")


def _is_shown(element: Element, trial: Trial) -> bool:
    value = trial.shown.get(element.get("outcome-identifier", ""))
    values = value if isinstance(value, tuple) else (value,)
    told = element.get("identifier", "") in [str(each) for each in values if each is not None]
    return told != (element.get("show-hide") == "hide")


def _give(
    source: ItemSource, element: Element, text: str, shown: Sequence[Trial], names: Sequence[str]
) -> bool:
    """Give one feedback to whom it is for; say whether that is known."""
    options = _options(source, element, shown, names)
    if options:
        for name in options:
            source.draft.items[names.index(name)] = _with(
                source.draft.items[names.index(name)], text
            )
        return True
    if not shown:
        return False
    if len(shown) == len(source.trials):
        source.draft.feedback = _joined(source.draft.feedback, text)
        return True
    outcomes = _outcomes(source, shown)
    for outcome in outcomes:
        source.draft.outcomes[outcome] = _joined(source.draft.outcomes.get(outcome, ""), text)
    return bool(outcomes)


def _options(
    source: ItemSource, element: Element, shown: Sequence[Trial], names: Sequence[str]
) -> list[str]:
    """Return the options that bring a feedback; by place and name where no rule shows it."""
    name = element.get("identifier", "")
    inside = next(
        (each.get("identifier", "") for each in source.body.iter()
         if each.tag in CHOICES and any(other is element for other in each.iter())),
        "",
    )  # fmt: skip
    if not shown:
        return [inside or name] if (inside or name) in names else []
    alone = [next(iter(trial.picked)) for trial in shown if len(trial.picked) == 1]
    picked = [each for each in dict.fromkeys(alone) if each in names]
    if any(not trial.picked & set(picked) for trial in shown):
        return []  # it is also shown to those who picked none of them
    own = name in picked or element.get("outcome-identifier") == "FEEDBACK"
    if own and len(picked) == 1:
        return picked
    if len(shown) == len(source.trials) or _outcomes(source, shown):
        return []
    return picked


def _outcomes(source: ItemSource, shown: Sequence[Trial]) -> list[Outcome]:
    """Return the outcomes after which a feedback is shown, if it is after all responses that have them."""
    found: list[Outcome] = []
    for outcome in OUTCOMES.values():
        of_it = [trial for trial in source.trials if trial.outcome == outcome]
        there = [trial for trial in of_it if any(trial is each for each in shown)]
        if there and len(there) < len(of_it):
            return []
        if there:
            found.append(outcome)
    return found


def _with(item: Item, text: str) -> Item:
    return replace(item, feedback=passages(_joined(text_of(item.feedback), text)))


def _joined(before: str, text: str) -> str:
    return f"{before}\n\n{text}" if before else text
