"""Options and answers of two languages, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from learn.quizzes.source.reading import Item


def answers_only(items: Sequence[Item]) -> bool:
    """Whether all items are accepted answers, whose number may differ between languages."""
    return bool(items) and all(item.kind == "answer" for item in items)


def both(mine: Item, theirs: Item) -> Item:
    """Return an item with the texts of two languages."""
    return replace(
        mine,
        text={**mine.text, **theirs.text},
        other={**mine.other, **theirs.other},
        feedback={**mine.feedback, **theirs.feedback},
    )


def united(mine: Sequence[Item], theirs: Sequence[Item]) -> tuple[Item, ...]:
    """Return the answers of both languages: what is right in one is right in all."""
    known = {passage.text for item in mine for passage in item.text.values()}
    new = (
        item for item in theirs if not any(passage.text in known for passage in item.text.values())
    )
    return (*mine, *new)
