"""The draft that a page of the studio is about: who may open it, its texts, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import select

from learn.courses.media import is_media
from learn.courses.version import PLACE, placed
from learn.errors import Message, NotFound, Problem
from learn.people.access import Action
from learn.people.models import Person
from learn.publishing.drafts import FileNow, draft_files, draft_of
from learn.publishing.models import Draft
from learn.publishing.versions import version_of
from learn.web.context import may, need, now, person, session
from learn.web.courses.reading import mount
from learn.web.i18n import _, say
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.publishing.compiler import Compiled

STEPS = ("course", "check", "preview", "publish")


@dataclass(frozen=True)
class Step:
    """One of the four steps that stand on every page of a course."""

    label: str
    url: str
    picture: str
    current: bool


class OpenDraft:
    """A course as its author sees it; raises when the person may not edit it or it is not there."""

    def __init__(self, course: str) -> None:
        person()
        need(Action.EDIT_COURSE, course=course)
        self.course = course
        self.draft: Draft = draft_of(session(), course)

    @cached_property
    def files(self) -> list[FileNow]:
        """Return all files by path."""
        return draft_files(session(), self.course)

    @cached_property
    def compiled(self) -> Compiled:
        """Return what publishing would give, with all problems."""
        return state().drafts.get(session(), state().storage, self.course, state().standards())

    @cached_property
    def version(self) -> CourseVersion | None:
        """Return the draft as the version that it would become; None while course.md cannot be read."""
        compiled = self.compiled
        return version_of(compiled, 0, now()) if compiled.id else None

    @property
    def problems(self) -> list[Problem]:
        """Return what hinders publishing."""
        return [problem for problem in self.compiled.problems if not problem.warning]

    @property
    def warnings(self) -> list[Problem]:
        """Return what is worth a look and hinders nothing."""
        return [problem for problem in self.compiled.problems if problem.warning]

    @property
    def language(self) -> str:
        """Return the main language."""
        return self.version.language if self.version else "id"

    @property
    def main_path(self) -> str:
        """Return the path of course.md."""
        return f"courses/{self.course}/course.md"

    def file(self, path: str) -> FileNow:
        """Return one file; raise `NotFound` when it is not there."""
        for file in self.files:
            if file.path == path:
                return file
        raise NotFound(Message("There is no file %(path)s in this draft.", path=path))

    def title(self, language: str) -> str:
        """Return the title of the course, or its key when it cannot be read."""
        return self.version.title(language) if self.version else self.course

    def media(self) -> list[FileNow]:
        """Return the pictures and other files beside the texts."""
        return [file for file in self.files if is_media(file.path)]

    def steps(self, current: str) -> list[Step]:
        """Return the four steps; `current` is one of `STEPS`."""
        course = self.course
        labels = (
            (_("Draft"), "pencil", url_for("learn.studio_course", course=course)),
            (_("Check"), "check-circle", url_for("learn.studio_check", course=course)),
            (_("Preview"), "eye", url_for("learn.studio_preview", course=course)),
            (_("Publish"), "upload", url_for("learn.studio_publish", course=course)),
        )
        return [
            Step(label, url, picture, name == current)
            for name, (label, picture, url) in zip(STEPS, labels, strict=True)
        ]

    def shown(self, html: str) -> str:
        """Return rendered text for a preview: its links and pictures are those of the draft."""
        preview = url_for("learn.studio_preview", course=self.course)
        media = url_for("learn.studio_media", course=self.course, digest="-", name="-")
        html = html.replace(f"{PLACE}courses/{self.course}/", preview)
        html = html.replace(f"{PLACE}media/", media.removesuffix("-/-"))
        return placed(html, mount())

    def page(self, step: str) -> dict[str, object]:
        """Return what the frame of every page of a course shows."""
        return {
            "open": self,
            "course": self.course,
            "steps": self.steps(step),
            "may_publish": may(Action.PUBLISH_COURSE, course=self.course),
            "may_read_results": may(Action.READ_RESULTS, course=self.course),
        }


def edit_url(problem: Problem) -> str:
    """Return the editor at the line of a problem."""
    return file_url(problem.path, problem.line)


def file_url(path: str, line: int | None = None) -> str:
    """Return the editor of a file; with a line, where that line stands."""
    course = path.split("/")[1]
    return url_for("learn.studio_file", course=course, path=path, line=line)


@dataclass(frozen=True)
class ProblemLine:
    """A problem as a page lists it; `source` is the line of the text that it is about."""

    path: str
    line: int
    text: str
    warning: bool
    url: str
    source: str = ""

    @property
    def place(self) -> str:
        """Return file and line as they are called inside the course."""
        folder, _course, name = self.path.split("/")
        return f"{name if folder == 'courses' else f'{folder}/{name}'}:{self.line}"


def problem_lines(
    problems: Iterable[Problem], texts: Mapping[str, str | None]
) -> list[ProblemLine]:
    """Return the problems for a list, those that hinder first; `texts` are the sources by path."""
    ordered = sorted(problems, key=lambda each: (each.warning, each.path, each.line))
    return [
        ProblemLine(
            problem.path, problem.line, say(problem.message), problem.warning,
            edit_url(problem) if problem.path in texts else "",
            _source_line(texts.get(problem.path), problem.line),
        )
        for problem in ordered
    ]  # fmt: skip


def _source_line(text: str | None, line: int) -> str:
    lines = (text or "").split("\n")
    found = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return found if len(found) <= 120 else found[:119] + "…"


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by id, in one statement."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = session().execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}
