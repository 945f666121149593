"""Where questions stand in the texts that were published: compiled versions do not keep lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.publishing.models import Blob, CoursePointer, Version

_HEADING = re.compile(r"##[ \t]+([^\s{]+)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def question_lines(session: Session, sources: Iterable[str]) -> dict[tuple[str, str], int]:
    """Return the line of each question in the current versions, by source and key.

    Parameters
    ----------
    sources
        Files as questions name them: ``course/quiz``. Those that are gone are left out.
    """
    wanted = {source for source in sources if "/" in source}
    query = (
        select(Version.course, Version.sources)
        .join(CoursePointer, CoursePointer.version_id == Version.id)
        .where(Version.course.in_({source.partition("/")[0] for source in wanted}))
    )
    digests = {
        f"{course}/{quiz}": files[f"quizzes/{course}/{quiz}.md"]
        for course, files in session.execute(query)
        for quiz in (
            source.partition("/")[2] for source in wanted if source.startswith(f"{course}/")
        )
        if f"quizzes/{course}/{quiz}.md" in files
    }
    bodies = select(Blob.id, Blob.body).where(
        Blob.id.in_(set(digests.values())), Blob.kind == "source"
    )
    texts = {row.id: row.body for row in session.execute(bodies)}
    return {
        (source, key): line
        for source, digest in digests.items()
        for key, line in lines_of(texts.get(digest, "")).items()
    }


def lines_of(text: str) -> dict[str, int]:
    """Return the line of the heading of each question in a text, by key; code is passed over."""
    found: dict[str, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading:
            found.setdefault(heading[1], number)
    return found
