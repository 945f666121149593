"""Feedback by score: what a learner is told who reached so much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learn.courses.frontmatter import FrontMatter, Spot, Wrong
from learn.errors import Message
from learn.quizzes.questions import ParseContext, Texts, text_in
from learn.quizzes.source.reading import Passage

MOST_BANDS = 20
LONGEST_TEXT = 5000


@dataclass(frozen=True)
class Band:
    """What is said from a grade (0 to 100) on, up to the next band; HTML by language."""

    least: float
    texts: Texts


def band_text(bands: Sequence[Band], score: float, language: str | None) -> str:
    """Return the HTML for a score from 0 to 1; empty where no band reaches so low."""
    reached = [band for band in bands if score * 100 >= band.least - 1e-9]
    if not reached:
        return ""
    return text_in(max(reached, key=lambda band: band.least).texts, language)


def written_bands(value: Any) -> tuple[tuple[float, str], ...]:
    """Read ``[{from: 80, text: ...}]``: pairs of the least grade and a text in Markdown."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_BANDS:
        raise Wrong(Message("a list is needed, such as [{from: 80, text: Well done.}]."))
    found = [_written(each, place) for place, each in enumerate(value)]
    if len({least for least, _text in found}) < len(found):
        raise Wrong(Message("two texts begin at the same grade."))
    return tuple(found)


def _written(value: Any, place: int) -> tuple[float, str]:
    if not isinstance(value, dict) or set(value) != {"from", "text"}:
        raise Wrong(Message("write {from: 80, text: Well done.}."), (place,))
    least, text = value["from"], value["text"]
    if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 100:
        raise Wrong(Message("a number from 0 to 100 is needed, such as 70."), (place, "from"))
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise Wrong(
            Message("a text of at most %(most)s characters is needed.", most=LONGEST_TEXT),
            (place, "text"),
        )
    return float(least), text


def compiled_bands(
    fronts: Mapping[str, tuple[str, FrontMatter]], main: str, context: ParseContext
) -> tuple[Band, ...]:
    """Return the bands of the main language with the texts of all, rendered.

    Parameters
    ----------
    fronts
        By language the path and the front matter, whose ``feedback`` `written_bands` has read.
    """
    made = {
        language: _rendered(path, front, language, context)
        for language, (path, front) in fronts.items()
    }
    bands = made.pop(main, {})
    for language, theirs in made.items():
        path, front = fronts[language]
        if theirs and set(theirs) != set(bands):
            context.problems.add(path, front.line("feedback"), Message(
                "feedback begins at other grades than in the main language."))  # fmt: skip
        bands = {
            least: replace(band, texts={**band.texts, **theirs[least].texts})
            if least in theirs
            else band
            for least, band in bands.items()
        }
    return tuple(bands[least] for least in sorted(bands))


def _rendered(
    path: str, front: FrontMatter, language: str, context: ParseContext
) -> dict[float, Band]:
    found = {}
    for place, (least, text) in enumerate(front.values["feedback"]):
        spot: Spot = ("feedback", place, "text")
        passage = Passage(text, path, front.line(*spot))
        found[least] = Band(least, context.html({language: passage}))
    return found
