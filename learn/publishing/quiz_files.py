"""The quiz files of one course, handed to the quiz engine with what they may use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from learn.courses.frontmatter import Key, read_front_matter
from learn.courses.links import Links, nearest
from learn.courses.render import Rendered, Renderer
from learn.courses.source import MAX_BYTES
from learn.errors import LearnError, Message, Problem
from learn.publishing.standards import Standards
from learn.quizzes.quiz import Quiz
from learn.quizzes.source.bank import read_quiz, resolve_pool
from learn.quizzes.source.reading import SourceFile

_FILE = re.compile(r"^([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([a-z]{2,3}))?\.md$")


@dataclass(frozen=True)
class QuizSources:
    """The files of one quiz by the language in their names; the main one has none."""

    files: Mapping[str, SourceFile]

    def by_language(self, main: str) -> dict[str, SourceFile]:
        """Return the files by language, the nameless one being that of `main`."""
        ordered = sorted(self.files.items())
        return {language or main: source for language, source in reversed(ordered)}


@dataclass(frozen=True)
class QuizFolder:
    """What the quiz folder of a course holds: sound quizzes, the keys of all, and what is wrong.

    `rendered` has every text of every quiz with its path.
    """

    quizzes: Mapping[str, Quiz]
    keys: frozenset[str]
    problems: tuple[Problem, ...]
    rendered: tuple[tuple[str, Rendered], ...] = ()


@dataclass(frozen=True)
class QuizRenderer:
    """Renders the texts of quizzes, each in the language that its file's name says, and keeps them."""

    renderer: Renderer
    links: Links
    language: str
    made: list[tuple[str, Rendered]] = field(default_factory=list)

    def __call__(self, text: str, path: str, line: int) -> Rendered:
        """Return the safe HTML of one text and its problems."""
        match = _FILE.match(path.rpartition("/")[2])
        language = (match[2] if match else None) or self.language
        made = self.renderer.render(text, path, line, links=self.links, language=language, above=2)
        self.made.append((path, made))
        return made


def read_quizzes(
    course: str,
    files: Mapping[str, bytes],
    standards: Standards,
    *,
    links: Links,
    language: str,
    modules: Collection[str] | None,
    other_quizzes: Mapping[str, Quiz],
) -> QuizFolder:
    """Read all quizzes of `course`, with the questions of their pools.

    Parameters
    ----------
    modules
        Keys of the course's modules; None: the course is not here, and they are not checked.
    other_quizzes
        Quizzes of other courses by ``course/quiz``.
    """
    problems: list[Problem] = []
    texts = quiz_texts(course, files, problems)
    render = QuizRenderer(standards.renderer, links, language)
    read: dict[str, Quiz] = {}
    for key, sources in texts.items():
        quiz, found = read_quiz(
            course,
            key,
            sources.by_language(language),
            main_language=language,
            question_types=standards.question_types,
            behaviours=standards.behaviours,
            render=render,
        )
        problems += found
        if quiz is not None:
            read[key] = quiz
            problems += _codes(quiz, standards)
        problems += _module(sources, language, modules)
    resolved = dict(_resolved(read, frozenset(texts), other_quizzes, problems))
    return QuizFolder(resolved, frozenset(texts), tuple(problems), tuple(render.made))


def _resolved(
    read: Mapping[str, Quiz],
    keys: frozenset[str],
    other_quizzes: Mapping[str, Quiz],
    problems: list[Problem],
) -> Iterator[tuple[str, Quiz]]:
    def lookup(course: str, key: str) -> Quiz | None:
        own = read.get(key)
        return own if own and own.course == course else other_quizzes.get(f"{course}/{key}")

    for key, quiz in read.items():
        broken = [name for name in quiz.pool if name in keys and name not in read]
        if broken:  # its own problems are told already
            yield key, quiz
            continue
        whole, found = resolve_pool(quiz, lookup)
        problems += found
        yield key, whole


def _module(
    sources: QuizSources, language: str, modules: Collection[str] | None
) -> Iterator[Problem]:
    """Look for the module that a quiz names; also when the quiz itself could not be read."""
    by_language = sources.by_language(language)
    source = by_language.get(language) or next(iter(by_language.values()))
    front = read_front_matter(source.path, source.text, {"module": Key(str)})
    module = front.values["module"]
    if modules is not None and module is not None and module not in modules:
        yield Problem(source.path, front.line("module"), unknown_name("module", module, modules))


def _codes(quiz: Quiz, standards: Standards) -> Iterator[Problem]:
    for question in quiz.questions:
        if question.competency is not None:
            yield from _code(quiz, question.line, question.competency, standards)
    for shows in quiz.evidence:
        line = quiz.lines.get("evidence", 1)
        yield from _code(quiz, line, shows.competency, standards)
        yield from _unshown(quiz, line, shows.competency, standards)
    for draw in quiz.draw:
        if draw.competency is not None:
            yield from _code(quiz, quiz.lines.get("draw", 1), draw.competency, standards)


def _unshown(quiz: Quiz, line: int, code: str, standards: Standards) -> Iterator[Problem]:
    """Look for what can give no evidence: no question of the competency, or a role that counts nothing."""
    meant = standards.framework.find(code)
    asked = [
        standards.framework.find(each.competency) for each in quiz.questions if each.competency
    ]
    if meant is not None and not quiz.pool and meant not in asked:
        yield Problem(quiz.path, line, Message(
            "No question is about %(code)s; write {competency=%(code)s} behind its heading.", code=code))  # fmt: skip
    if quiz.role not in {"final", "module"}:
        yield Problem(quiz.path, line, Message(
            "Only a final or module quiz can give evidence; this one has the role %(role)s.", role=quiz.role))  # fmt: skip


def _code(quiz: Quiz, line: int, code: str, standards: Standards) -> Iterator[Problem]:
    try:
        former = standards.framework.no_longer(code)
    except LearnError as error:
        yield Problem(quiz.path, line, error.message)
    else:
        if former is not None:
            yield Problem(quiz.path, line, former, warning=True)


def unknown_name(what: str, key: str, known: Collection[str]) -> Message:
    """Return the sentence for a module, quiz or course that is not there, with the nearest one."""
    near = nearest(key, known)
    if near:
        return Message(
            "There is no %(what)s %(key)s; did you mean %(near)s?",
            what=Message(what), key=key, near=near,
        )  # fmt: skip
    return Message("There is no %(what)s %(key)s.", what=Message(what), key=key)


def quiz_texts(
    course: str, files: Mapping[str, bytes], problems: list[Problem]
) -> dict[str, QuizSources]:
    """Return the files of each quiz, and add what is wrong with the others to `problems`."""
    folder = f"quizzes/{course}/"
    found: dict[str, dict[str, SourceFile]] = {}
    for path, content in sorted(files.items()):
        name = path.removeprefix(folder)
        if not path.startswith(folder) or not name.endswith(".md") or name == "README.md":
            continue
        match = _FILE.match(name)
        if match is None:
            message = Message("This file is not read; name it with small letters, digits and -.")
            problems.append(Problem(path, 1, message, warning=True))
            continue
        text = _decode(path, content, problems)
        if text is not None:
            found.setdefault(match[1], {})[match[2] or ""] = SourceFile(path, text)
    return {key: QuizSources(sources) for key, sources in found.items()}


def _decode(path: str, content: bytes, problems: list[Problem]) -> str | None:
    if len(content) > MAX_BYTES:
        message = Message("The text is larger than 200 kB; divide it into several files.")
        problems.append(Problem(path, 1, message))
        return None
    try:
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = Message("The file is not UTF-8 text; save it as UTF-8.")
        problems.append(Problem(path, line, message))
        return None
