"""The competencies of a version as a list: narrowed by a word, some at a time."""

from __future__ import annotations

from dataclasses import dataclass

from learn.competencies.framework.catalogue import Competency, Framework
from learn.web.context import arguments
from learn.web.narrowing import pages_of

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """Some competencies of a version, how many there are, and the addresses of the other pages."""

    items: tuple[Competency, ...]
    total: int
    word: str
    turn: dict[str, str | None]
    filtered: bool


def listed(content: Framework, endpoint: str, **places: object) -> Listed:
    """Return the competencies that ``?q=`` names, from the one after ``?after=`` on."""
    word = arguments().get("q", "")[:80]
    found = [each for each in content.competencies if _is_meant(each, word.casefold())]
    codes = [each.code for each in found]
    after = arguments().get("after", "")
    start = codes.index(after) + 1 if after in codes else 0
    shown = found[start : start + PAGE]
    following = shown[-1].code if start + PAGE < len(found) else None
    return Listed(
        tuple(shown), len(found), word, pages_of(endpoint, following, q=word, **places),
        len(content.competencies) > PAGE or bool(word),
    )  # fmt: skip


def _is_meant(each: Competency, word: str) -> bool:
    texts = (each.code, each.names.id, each.names.en, each.unit, *each.aliases)
    return not word or any(word in text.casefold() for text in texts)
