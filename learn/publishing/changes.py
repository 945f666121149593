"""What publishing would change: the manifest of the current version against that of the draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True)
class PartChange:
    """A module or quiz that is new, changed or gone; `kind` is module or quiz."""

    kind: str
    key: str
    how: str


@dataclass(frozen=True)
class ValueChange:
    """Something that the course says of itself (hours, complete, outcomes ...) before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Changes:
    """All changes; `texts` says whether titles, summaries or the description differ, `media` whether files do."""

    parts: tuple[PartChange, ...] = ()
    values: tuple[ValueChange, ...] = ()
    texts: bool = False
    media: bool = False

    @property
    def nothing(self) -> bool:
        """Return whether the draft is what is published already."""
        return not (self.parts or self.values or self.texts or self.media)


VALUES = ("hours", "complete", "outcomes", "valid_for", "form", "enrolment", "organiser")
TEXTS = ("titles", "summaries", "audiences", "descriptions", "language")


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Changes:
    """Return what differs between two manifests; with no `before` everything is new."""
    old = before or {"modules": [], "quizzes": []}
    parts = (
        *_parts("module", old["modules"], after["modules"]),
        *_parts("quiz", old["quizzes"], after["quizzes"]),
    )
    if before is None:
        return Changes(parts)
    values = tuple(
        ValueChange(name, before.get(name), after.get(name))
        for name in VALUES
        if _plain(before.get(name)) != _plain(after.get(name))
    )
    texts = any(before[name] != after[name] for name in TEXTS)
    return Changes(parts, values, texts, _plain(before["media"]) != _plain(after["media"]))


def _parts(kind: str, before: Any, after: Any) -> Iterator[PartChange]:
    old, new = dict(before), dict(after)
    for key in [*new, *(key for key in old if key not in new)]:
        if key not in old:
            yield PartChange(kind, key, ADDED)
        elif key not in new:
            yield PartChange(kind, key, REMOVED)
        elif old[key] != new[key]:
            yield PartChange(kind, key, CHANGED)


def _plain(value: Any) -> Any:
    """Return a value with its tuples as lists, as JSON gives it back."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
