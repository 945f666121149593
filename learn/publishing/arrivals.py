"""A zip that arrives: what of it is new here, what it would replace, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learn.errors import Problem
from learn.publishing.checking import check_files
from learn.publishing.drafts import draft_tree, readable
from learn.publishing.models import Draft
from learn.publishing.standards import Standards
from learn.publishing.trees import (
    courses_of,
    difference,
    file_digest,
    files_of,
    tree_digest,
    unzip,
)
from learn.storage import Storage

NEW, SAME, REPLACES, EDITED = "new", "same", "replaces", "edited"


@dataclass(frozen=True)
class Arrival:
    """One course of a zip.

    `state` says what taking it in would mean: it is new, the same as the draft here, replaces a draft
    that was not edited here, or meets one that was; `difference` is from the draft here to the zip.
    """

    course: str
    state: str
    files: int
    problems: tuple[Problem, ...]
    difference: str


def arrivals(
    session: Session, storage: Storage, content: bytes, standards: Standards,
    *, course: str | None = None,
) -> list[Arrival]:  # fmt: skip
    """Return what taking in a zip would do; nothing is written.

    Raises
    ------
    BadArchive
        It is no zip that can be taken in.
    """
    files = unzip(content, course=course)
    problems = check_files(files, standards)
    return [
        _arrival(session, storage, key, files_of(key, files), problems) for key in courses_of(files)
    ]


def _arrival(
    session: Session, storage: Storage, key: str, files: Mapping[str, bytes],
    problems: list[Problem],
) -> Arrival:  # fmt: skip
    own = tuple(problem for problem in problems if problem.path.split("/")[1] == key)
    draft = session.get(Draft, key)
    if draft is None:
        return Arrival(key, NEW, len(files), own, "")
    new = tree_digest({path: file_digest(content) for path, content in files.items()})
    if draft.digest == new:
        return Arrival(key, SAME, len(files), own, "")
    state = REPLACES if draft.digest == draft.origin else EDITED
    here = readable(draft_tree(session, storage, key))
    return Arrival(key, state, len(files), own, difference(here, readable(files)))
