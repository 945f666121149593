"""Links between the pages of a course: whether what they name is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from learn.courses.content import Course, Text
from learn.courses.links import Reference, nearest
from learn.courses.render import Rendered
from learn.errors import Message, Problem
from learn.publishing.quiz_files import unknown_name


@dataclass(frozen=True)
class Pages:
    """What links of one course may lead to.

    `rendered` is by path; `quizzes` are the keys of the course's own; `courses` are those of all courses,
    None when they are not known.
    """

    course: Course
    rendered: Mapping[str, Rendered]
    quizzes: Collection[str]
    courses: Collection[str] | None

    def problems(self, path: str, language: str, made: Rendered) -> Iterator[Problem]:
        """Return what is wrong with the links of one text; links to other courses are warnings."""
        for reference in made.references:
            message = self._wrong(reference, language, made)
            if message is not None:
                foreign = reference.course != self.course.key
                yield Problem(path, reference.line, message, warning=foreign)

    def _wrong(self, reference: Reference, language: str, made: Rendered) -> Message | None:
        if reference.course != self.course.key:
            known = self.courses
            return None if known is None else _unless_known("course", reference.course, known)
        if reference.kind == "quiz":
            return _unless_known("quiz", reference.key, self.quizzes)
        if reference.kind == "page":
            return _anchor(reference, made)
        if reference.kind == "course":
            return _anchor(reference, self._shown(self.course.texts, language))
        modules = {module.key: module for module in self.course.modules}
        if reference.key in modules:
            return _anchor(reference, self._shown(modules[reference.key].texts, language))
        return _unless_known("module", reference.key, self.course.module_keys)

    def _shown(self, texts: Mapping[str, Text], language: str) -> Rendered:
        text = texts.get(language) or texts[self.course.language]
        return self.rendered[text.path]


def _unless_known(what: str, key: str, known: Collection[str]) -> Message | None:
    return None if key in known else unknown_name(what, key, known)


def _anchor(reference: Reference, target: Rendered) -> Message | None:
    if not reference.anchor or reference.anchor in target.anchors or not target.html:
        return None
    near = nearest(reference.anchor, target.anchors)
    if near:
        return Message(
            "There is no heading #%(anchor)s there; did you mean #%(near)s?",
            anchor=reference.anchor, near=near,
        )  # fmt: skip
    return Message("There is no heading #%(anchor)s there.", anchor=reference.anchor)
