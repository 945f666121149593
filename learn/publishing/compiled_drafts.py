"""Drafts compiled for looking at: remembered while nothing changes, so that pages come at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.courses.blocks import Block
from learn.courses.links import NO_LINKS, Links
from learn.courses.render import Rendered, Renderer
from learn.publishing.compiler import Compiled
from learn.publishing.drafts import draft_of
from learn.publishing.models import CoursePointer, Draft
from learn.publishing.services import compile_draft
from learn.publishing.standards import Standards
from learn.storage import Storage

TEXTS = 4_000
DRAFTS = 30

V = TypeVar("V")


class _Memory(Generic[V]):
    """The values that were used last; may be shared by threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, value: V) -> None:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


class RememberingRenderer(Renderer):
    """A renderer that renders no text twice: while one file is written, the others stay as they are."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        super().__init__(blocks)
        self._made: _Memory[Rendered] = _Memory(TEXTS)

    def render(
        self, text: str, path: str = "", line: int = 1, *, links: Links = NO_LINKS,
        language: str = "id", above: int = 1,
    ) -> Rendered:  # fmt: skip
        """Return what `Renderer.render` returns, from memory when nothing has changed."""
        files = tuple((name, shown.digest) for name, shown in links.files.items())
        key = (text, path, line, links.course, files, language, above)
        made = self._made.get(key)
        if made is None:
            made = super().render(text, path, line, links=links, language=language, above=above)
            self._made.put(key, made)
        return made


@dataclass(frozen=True)
class _Kept:
    """A compiled draft, and what it was compiled beside."""

    beside: Any
    compiled: Compiled


class CompiledDrafts:
    """Compiled drafts by their digests, without the bytes of their media."""

    def __init__(self) -> None:
        self._kept: _Memory[_Kept] = _Memory(DRAFTS)

    def get(
        self, session: Session, storage: Storage, course: str, standards: Standards
    ) -> Compiled:
        """Return the draft as it would be published, with all its problems."""
        digest = draft_of(session, course).digest
        beside = (_others(session), standards.framework.version)
        found = self._kept.get((course, digest))
        if found is None or found.beside != beside:
            compiled = replace(compile_draft(session, storage, course, standards), media={})
            found = _Kept(beside, compiled)
            self._kept.put((course, digest), found)
        return found.compiled

    def problems_known(self, course: str, digest: str) -> int | None:
        """Return how many problems a draft has, when it was compiled lately; warnings do not count."""
        found = self._kept.get((course, digest))
        if found is None:
            return None
        return sum(not problem.warning for problem in found.compiled.problems)


def _others(session: Session) -> Any:
    """Return what else a compilation looks at: which courses there are, in which versions."""
    pointers = session.execute(select(CoursePointer.course, CoursePointer.version_id))
    drafts = session.scalars(select(Draft.course))
    return {row.course: row.version_id for row in pointers}, set(drafts)
