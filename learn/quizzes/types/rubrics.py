"""Rubrics: criteria with levels and their points, and the share that chosen levels come to."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import Flaw, InvalidAnswer, ParseContext, opaque_key, text_in
from learn.quizzes.source.lines import without_code
from learn.quizzes.source.reading import Item, Passage, Passages

Rubric = Sequence[Mapping[str, Any]]
"""Criteria as they stand in a question's data: ``key``, ``html`` by language, ``levels``; a level has
``key``, ``points`` and ``html``."""

MOST_LEVELS = 10
MOST_LEVEL_POINTS = 1000
_LEVEL = re.compile(r"\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*[:=]\s*(\S.*?)\s*", re.S)


def parse_rubric(items: Sequence[Item], context: ParseContext) -> list[dict[str, Any]]:
    """Return the criteria of ``- Clarity => 3: very clear | 2: enough | 0: unclear``."""
    return [_criterion(item, context) for item in items if item.text and item.other]


def _criterion(item: Item, context: ParseContext) -> dict[str, Any]:
    key = context.key("criterion", item.text)
    main = _levels(item.other[context.main_language], context)
    levels: list[dict[str, Any]] = [
        {
            "key": opaque_key(context.scope, "level", key, str(points), text),
            "points": points,
            "html": {},
        }
        for points, text in main
    ]
    for language, passage in item.other.items():
        said = main if language == context.main_language else _levels(passage, context)
        if [points for points, _text in said] != [points for points, _text in main]:
            context.refuse(
                passage, Message("The levels have other points than in the main language.")
            )
            continue
        for level, (_points, text) in zip(levels, said, strict=True):
            spot: Passages = {language: Passage(text, passage.path, passage.line)}
            level["html"].update(context.html(spot, inline=True))
    return {"key": key, "html": context.html(item.text, inline=True), "levels": levels}


def _levels(passage: Passage, context: ParseContext) -> list[tuple[float, str]]:
    found = []
    for part in _parted(passage.text):
        level = _LEVEL.fullmatch(part)
        points = float(level[1].replace(",", ".")) if level else MOST_LEVEL_POINTS + 1
        if level is None or points > MOST_LEVEL_POINTS:
            context.refuse(passage, Message(
                "A criterion has levels such as 3: very clear | 2: enough | 0: unclear; this is none: %(text)s",
                text=part.strip()[:60] or "|"))  # fmt: skip
            continue
        found.append((int(points) if points == int(points) else points, level[2]))
    return found


def _parted(text: str) -> list[str]:
    """Return what stands between the strokes that are in no code and no formula."""
    bars = [at for at, sign in enumerate(without_code(text)) if sign == "|"]
    return [
        text[start + 1 : end] for start, end in zip([-1, *bars], [*bars, len(text)], strict=True)
    ]


def rubric_flaws(rubric: Rubric) -> list[Flaw]:
    """Return what is wrong: a criterion twice, with one level, without points, or two levels alike."""
    flaws, seen = [], set()
    for place, criterion in enumerate(rubric):
        levels = criterion["levels"]
        if criterion["key"] in seen:
            flaws.append(Flaw(Message("This criterion stands there twice."), place))
        seen.add(criterion["key"])
        if not 2 <= len(levels) <= MOST_LEVELS:
            flaws.append(
                Flaw(Message("A criterion has 2 to %(most)s levels.", most=MOST_LEVELS), place)
            )
        elif not any(level["points"] > 0 for level in levels):
            flaws.append(Flaw(Message("No level of this criterion has points."), place))
        if len({level["key"] for level in levels}) < len(levels):
            flaws.append(Flaw(Message("Two levels of this criterion say the same."), place))
    return flaws


def most_points(criterion: Mapping[str, Any]) -> float:
    """Return the points of a criterion's best level."""
    return max(float(level["points"]) for level in criterion["levels"])


def chosen_levels(rubric: Rubric, chosen: object) -> dict[str, str]:
    """Return a level for each criterion.

    Raises
    ------
    InvalidAnswer
        A criterion has none, or one that it does not know.
    """
    if not isinstance(chosen, Mapping):
        raise InvalidAnswer(Message("A rubric is marked with a level for each criterion."))
    known = {
        criterion["key"]: {level["key"] for level in criterion["levels"]} for criterion in rubric
    }
    if any(name not in known for name in chosen):
        raise InvalidAnswer(Message("The mark names a criterion that this question does not have."))
    found = {}
    for key, levels in known.items():
        level = chosen.get(key)
        if not isinstance(level, str) or level not in levels:
            raise InvalidAnswer(Message("Choose a level for every criterion."))
        found[key] = level
    return found


def share_of(rubric: Rubric, chosen: Mapping[str, str]) -> float:
    """Return the share, from 0 to 1, of the points that the chosen levels come to."""
    earned = math.fsum(
        float(level["points"])
        for criterion in rubric
        for level in criterion["levels"]
        if chosen.get(criterion["key"]) == level["key"]
    )
    return earned / math.fsum(most_points(criterion) for criterion in rubric)


def shown_rubric(
    rubric: Rubric, language: str | None, chosen: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return the criteria in one language; with `chosen` only the level that was given to each."""
    return [
        {
            "key": criterion["key"],
            "html": text_in(criterion["html"], language),
            "most": most_points(criterion),
            "levels": [
                {
                    "key": level["key"],
                    "points": level["points"],
                    "html": text_in(level["html"], language),
                }
                for level in criterion["levels"]
                if chosen is None or chosen.get(criterion["key"]) == level["key"]
            ],
        }
        for criterion in rubric
    ]
