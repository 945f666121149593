"""Compiling: the text of a course and its quizzes, checked whole, becomes an immutable version."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from learn.courses.content import Course, Module, Text, read_course
from learn.courses.frontmatter import Spot
from learn.courses.links import Links
from learn.courses.media import describe, is_media, media_problems
from learn.courses.render import Rendered
from learn.courses.version import Heading, Media
from learn.db import canonical_json
from learn.errors import LearnError, Message, Problem
from learn.progress.rules import BadRule, check_rule, parse_rule
from learn.publishing.prerequisites import prerequisite_problems
from learn.publishing.quiz_files import QuizFolder, read_quizzes, unknown_name
from learn.publishing.references import Pages
from learn.publishing.standards import Standards
from learn.quizzes.quiz import Quiz

FORMAT = 1


def digest_of(value: Any) -> str:
    """Return the digest of a JSON value."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Compiled:
    """What became of a course folder; it may be published when `problems` holds only warnings.

    `id` is the digest of `manifest`, which names its parts by digest: `blobs` are JSON, `media` bytes.
    `pages` is the HTML of each text by path.
    """

    course: str
    problems: tuple[Problem, ...]
    id: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    blobs: Mapping[str, Any] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)
    quizzes: Mapping[str, Quiz] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether it may be published."""
        return bool(self.id) and all(problem.warning for problem in self.problems)


def compile_course(
    key: str,
    files: Mapping[str, bytes],
    standards: Standards,
    *,
    other_quizzes: Mapping[str, Quiz] | None = None,
    other_courses: Collection[str] | None = None,
    organisers: Collection[str] | None = None,
) -> Compiled:
    """Compile the course `key` from files by path (``courses/<key>/...``, ``quizzes/<key>/...``).

    Parameters
    ----------
    other_quizzes
        Quizzes of other courses by ``course/quiz``, whose questions a pool may take.
    other_courses
        Keys of all courses, to check links; None: they are not known, and such links not checked.
    organisers
        Codes of the units that may be named as organiser; None: they are not known here.
    """
    return _Compiling(
        key, files, standards, other_quizzes or {}, other_courses, organisers
    ).compile()


def _with_marks_of_rule(quizzes: Mapping[str, Quiz], complete: Any) -> dict[str, Quiz]:
    """Return the quizzes with the pass marks of the completion rule, which win over their own."""
    try:
        marks = parse_rule(complete).pass_marks()
    except BadRule:  # told elsewhere
        marks = {}
    return {
        key: replace(quiz, pass_mark=marks[key]) if key in marks else quiz
        for key, quiz in quizzes.items()
    }


@dataclass
class _Compiling:
    """One compilation: collects problems and parts on the way."""

    key: str
    files: Mapping[str, bytes]
    standards: Standards
    other_quizzes: Mapping[str, Quiz]
    other_courses: Collection[str] | None
    organisers: Collection[str] | None = None
    problems: list[Problem] = field(default_factory=list)
    blobs: dict[str, Any] = field(default_factory=dict)
    rendered: dict[str, Rendered] = field(default_factory=dict)
    quiz_media: dict[str, Media] = field(default_factory=dict)

    def compile(self) -> Compiled:
        course, self.problems = read_course(self.key, self.files)
        modules = course.module_keys if course else None
        folder = self._quizzes(course, modules)
        quizzes = folder.quizzes
        if course is None:
            return Compiled(self.key, _in_order(self.problems), quizzes=quizzes)
        self._render(course)
        self._check_references(course, folder)
        self._check_worth(course)
        complete = self._complete(course, folder)
        quizzes = _with_marks_of_rule(quizzes, complete)
        manifest = self._manifest(course, quizzes, complete)
        media = {
            shown.digest: self.files[path] for path, shown in self._media_by_path(course).items()
        }
        return Compiled(
            self.key,
            _in_order(self.problems),
            digest_of(manifest),
            manifest,
            self.blobs,
            media,
            quizzes,
            {path: made.html for path, made in self.rendered.items()},
        )

    def _say(self, path: str, line: int, message: Message, *, warning: bool = False) -> None:
        self.problems.append(Problem(path, line, message, warning))

    def _quizzes(self, course: Course | None, modules: Collection[str] | None) -> QuizFolder:
        self.quiz_media = dict(self._quiz_media())
        beside = {**(course.media if course else {}), **self.quiz_media}
        folder = read_quizzes(
            self.key,
            self.files,
            self.standards,
            links=Links(self.key, beside),
            language=course.language if course else "id",
            modules=modules,
            other_quizzes=self.other_quizzes,
        )
        self.problems += folder.problems
        return folder

    def _quiz_media(self) -> Iterator[tuple[str, Media]]:
        folder = f"quizzes/{self.key}/"
        for path in sorted(self.files):
            name = path.removeprefix(folder)
            if path.startswith(folder) and is_media(name):
                for line, message in media_problems(name, self.files[path]):
                    self._say(path, line, message)
                yield name, describe(name, self.files[path])

    def _render(self, course: Course) -> None:
        for text in _texts(course):
            links = Links(self.key, course.media)
            made = self.standards.renderer.render(
                text.body, text.path, text.body_line, links=links, language=text.language
            )
            self.rendered[text.path] = made
            self.problems += made.problems

    def _check_references(self, course: Course, folder: QuizFolder) -> None:
        pages = Pages(course, self.rendered, folder.keys, self.other_courses)
        for text in _texts(course):
            self.problems += pages.problems(text.path, text.language, self.rendered[text.path])
        self.problems += prerequisite_problems(folder, course.module_keys)
        for path, made in folder.rendered:
            self.problems += pages.problems(path, course.language, made)

    def _check_worth(self, course: Course) -> None:
        front, path = course.front, course.path
        for outcome in course.outcomes:
            line = self._outcome_line(course, outcome.competency)
            try:
                former = self.standards.framework.no_longer(outcome.competency)
            except LearnError as error:
                self._say(path, line, error.message)
            else:
                if former is not None:
                    self._say(path, line, former, warning=True)
        try:
            self.standards.forms.form(course.form)
        except LearnError as error:
            self._say(path, front.line("form"), error.message)
        known = self.organisers
        if course.organiser and known is not None and course.organiser not in known:
            message = unknown_name("unit", course.organiser, known)
            self._say(path, front.line("organiser"), message, warning=True)

    def _outcome_line(self, course: Course, code: str) -> int:
        text = self.files[course.path].decode("utf-8", "replace")
        first = course.front.line("outcomes")
        for number, line in enumerate(text.split("\n")[first - 1 :], first):
            if code in line:
                return number
        return first

    def _complete(self, course: Course, folder: QuizFolder) -> Any:
        quizzes = folder.quizzes
        counting = {key for key, quiz in quizzes.items() if quiz.counts}
        if course.complete is None:
            finals = [key for key in sorted(counting) if quizzes[key].role == "final"]
            return {"all": [{"modules": "all"}, *({"quiz": {"name": key}} for key in finals[:1])]}
        modules = course.module_keys
        for spot, message in check_rule(course.complete, modules=modules, quizzes=folder.keys):
            self._say(course.path, course.front.line("complete", *spot), message)
        for spot, name in _asked_quizzes(course.complete, ()):
            if name in quizzes and name not in counting:
                self._say(
                    course.path,
                    course.front.line("complete", *spot),
                    Message(
                        "%(quiz)s is a pre-test or a bank and never counts; name another quiz.",
                        quiz=name,
                    ),
                )
        return course.complete

    def _manifest(
        self, course: Course, quizzes: Mapping[str, Quiz], complete: Any
    ) -> dict[str, Any]:
        period = course.valid_for
        return {
            "format": FORMAT,
            "course": course.key,
            "language": course.language,
            "languages": [course.language, *sorted(_languages(course) - {course.language})],
            "titles": {language: text.title for language, text in course.texts.items()},
            "summaries": _filled({key: text.summary for key, text in course.texts.items()}),
            "audiences": _filled({key: text.audience for key, text in course.texts.items()}),
            "hours": course.hours,
            "form": self._form_code(course),
            "outcomes": [[self._competency_code(o.competency), o.level] for o in course.outcomes],
            "valid_for": [period.years, period.months, period.days] if period else None,
            "complete": complete,
            "enrolment": course.enrolment,
            **({"organiser": course.organiser} if course.organiser else {}),
            "modules": [[module.key, self._module(module, course)] for module in course.modules],
            "quizzes": [[key, self._keep(_stored(quiz))] for key, quiz in quizzes.items()],
            "descriptions": self._keep(
                {key: self.rendered[text.path].html for key, text in course.texts.items()}
            ),
            "media": {
                path: [shown.digest, shown.size_bytes, shown.mimetype, shown.width, shown.height]
                for path, shown in self._media_by_path(course).items()
            },
        }

    def _form_code(self, course: Course) -> str:
        form = self.standards.forms.find(course.form)
        return form.code if form is not None else course.form

    def _competency_code(self, code: str) -> str:
        competency = self.standards.framework.find(code)
        return competency.code if competency is not None else code

    def _module(self, module: Module, course: Course) -> str:
        made = {language: self.rendered[text.path] for language, text in module.texts.items()}
        main = made[course.language]
        return self._keep(
            {
                "key": module.key,
                "language": course.language,
                "minutes": module.minutes or main.minutes,
                "titles": {key: text.title for key, text in module.texts.items()},
                "summaries": _filled({key: text.summary for key, text in module.texts.items()}),
                "objectives": {
                    key: list(text.objectives)
                    for key, text in module.texts.items()
                    if text.objectives
                },
                "bodies": {key: each.html for key, each in made.items()},
                "outlines": {key: _outline(each.toc) for key, each in made.items()},
                "texts": {key: each.text for key, each in made.items()},
            }
        )

    def _media_by_path(self, course: Course) -> dict[str, Media]:
        folders = {f"courses/{self.key}/": course.media, f"quizzes/{self.key}/": self.quiz_media}
        return {
            folder + name: shown
            for folder, found in folders.items()
            for name, shown in found.items()
        }

    def _keep(self, body: Any) -> str:
        digest = digest_of(body)
        self.blobs[digest] = body
        return digest


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.path, each.line)))


def _languages(course: Course) -> set[str]:
    return {text.language for text in _texts(course)}


def _texts(course: Course) -> Iterator[Text]:
    yield from course.texts.values()
    for module in course.modules:
        yield from module.texts.values()


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def _outline(headings: Iterable[Heading]) -> list[list[Any]]:
    return [[heading.level, heading.anchor, heading.text] for heading in headings]


def _asked_quizzes(raw: Any, spot: tuple[str | int, ...]) -> Iterator[tuple[Spot, str]]:
    """Yield the quizzes that a rule asks for, each with its place."""
    if isinstance(raw, list):
        for place, part in enumerate(raw):
            yield from _asked_quizzes(part, (*spot, place))
    elif isinstance(raw, dict):
        for name, value in raw.items():
            if name != "quiz":
                yield from _asked_quizzes(value, (*spot, str(name)))
                continue
            key = value.get("name") if isinstance(value, dict) else value
            if isinstance(key, str):
                yield (*spot, "quiz"), key


def _stored(quiz: Quiz) -> dict[str, Any]:
    """Return the quiz as JSON; where it stood in its file says nothing about what it is."""
    stored = quiz.to_json()
    stored["lines"] = {}
    for question in stored["questions"]:
        question.pop("line", None)
    return stored
