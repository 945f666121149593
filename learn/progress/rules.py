"""When a course is completed: a tree of typed leaves under `all` and `any`, each able to explain itself.

The text form stands in a course's front matter (``complete:``)::

    all:
      - modules: all
      - quiz: {name: evaluasi-akhir, pass: 70}
      - any:
          - course: dasar-spbe
          - course: spbe-lanjutan

Other domains add leaves of their own, see `learn.progress.leaves`.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from learn.errors import LearnError, Message

Path = tuple[str | int, ...]
Findings = list[tuple[Path, Message]]


class BadRule(LearnError):
    """A completion rule cannot be read; `extra['findings']` holds every place."""


@dataclass(frozen=True)
class QuizFact:
    """What somebody reached in a quiz: the grade as a share from 0 to 1, None before the first one."""

    grade: float | None
    attempts: int = 0
    default_pass: float = 70.0


@dataclass(frozen=True)
class Facts:
    """What one person did in one cycle of a course, as far as rules ask.

    `found` is what other domains know, by the leaf that asks for it.
    """

    modules: Sequence[str] = ()
    completed_modules: Collection[str] = ()
    quizzes: Mapping[str, QuizFact] = field(default_factory=dict)
    completed_courses: Collection[str] = ()
    found: Mapping[Rule, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Explained:
    """One node of the rule with its state: whether it is met, by what, and what is missing.

    `kind` is the leaf's name or ``all``/``any``; `key` the module, quiz or course that it asks for;
    `done` of `total` is how far it is. `title` names a leaf that has no key to be named by.
    """

    kind: str
    met: bool
    message: Message
    key: str | None = None
    done: float = 0
    total: float = 1
    children: tuple[Explained, ...] = ()
    title: Message | None = None

    def missing(self) -> list[Explained]:
        """Return the leaves that are not met and would count."""
        if self.met:
            return []
        if not self.children:
            return [self]
        return [leaf for child in self.children for leaf in child.missing()]


class Rule(ABC):
    """A node of the tree."""

    @abstractmethod
    def explain(self, facts: Facts) -> Explained:
        """Return the state of this node and of all below it."""

    def quizzes(self) -> list[str]:
        """Return the keys of all quizzes that the rule asks for."""
        return []

    def courses(self) -> list[str]:
        """Return the keys of all other courses that the rule asks for."""
        return []

    def asking(self) -> list[Rule]:
        """Return the leaves whose facts other domains find."""
        return []

    def pass_marks(self) -> dict[str, float]:
        """Return the pass marks (0-100) that the rule itself names, by quiz; the highest of several."""
        return {}


@dataclass(frozen=True)
class Every(Rule):
    """Met when all of its parts are."""

    parts: tuple[Rule, ...]

    def explain(self, facts: Facts) -> Explained:
        """Explain every part."""
        children = tuple(part.explain(facts) for part in self.parts)
        done = sum(child.met for child in children)
        return Explained(
            "all",
            done == len(children),
            Message("All of these"),
            None,
            done,
            len(children),
            children,
        )

    def quizzes(self) -> list[str]:
        """Return the quizzes of all parts."""
        return [key for part in self.parts for key in part.quizzes()]

    def courses(self) -> list[str]:
        """Return the courses of all parts."""
        return [key for part in self.parts for key in part.courses()]

    def asking(self) -> list[Rule]:
        """Return the leaves of all parts."""
        return [leaf for part in self.parts for leaf in part.asking()]

    def pass_marks(self) -> dict[str, float]:
        """Return the pass marks of all parts."""
        marks: dict[str, float] = {}
        for part in self.parts:
            for key, mark in part.pass_marks().items():
                marks[key] = max(mark, marks.get(key, mark))
        return marks


@dataclass(frozen=True)
class AnyOf(Every):
    """Met when at least one of its parts is."""

    def explain(self, facts: Facts) -> Explained:
        """Explain every part."""
        children = tuple(part.explain(facts) for part in self.parts)
        met = any(child.met for child in children)
        return Explained("any", met, Message("At least one of these"), None, met, 1, children)


@dataclass(frozen=True)
class Modules(Rule):
    """Met when the named modules (None: all of the course) are completed."""

    keys: tuple[str, ...] | None

    def explain(self, facts: Facts) -> Explained:
        """Count the completed ones."""
        wanted = facts.modules if self.keys is None else self.keys
        done = sum(key in facts.completed_modules for key in wanted)
        message = Message("%(done)s of %(total)s modules completed", done=done, total=len(wanted))
        return Explained("modules", done == len(wanted), message, None, done, len(wanted))


@dataclass(frozen=True)
class QuizPassed(Rule):
    """Met when the quiz's grade reaches the pass mark (0-100; None: the quiz's own)."""

    key: str
    pass_mark: float | None

    def explain(self, facts: Facts) -> Explained:
        """Compare the unrounded grade with the pass mark; equal passes."""
        fact = facts.quizzes.get(self.key) or QuizFact(None)
        mark = fact.default_pass if self.pass_mark is None else self.pass_mark
        shown = f"{mark:g}"
        if fact.grade is None:
            message = Message("Quiz not graded yet, pass mark %(mark)s", mark=shown)
            return Explained("quiz", False, message, self.key)
        met = fact.grade * 100 >= mark - 1e-9
        message = Message(
            "Grade %(grade)s, pass mark %(mark)s", grade=f"{fact.grade * 100:.0f}", mark=shown
        )
        return Explained(
            "quiz", met, message, self.key, min(1.0, fact.grade * 100 / (mark or 1)), 1
        )

    def quizzes(self) -> list[str]:
        """Return this quiz."""
        return [self.key]

    def pass_marks(self) -> dict[str, float]:
        """Return its pass mark, when the rule names one."""
        return {} if self.pass_mark is None else {self.key: self.pass_mark}


@dataclass(frozen=True)
class CourseCompleted(Rule):
    """Met when another course is completed and its certificate stands."""

    key: str

    def explain(self, facts: Facts) -> Explained:
        """Look for the other course's completion."""
        met = self.key in facts.completed_courses
        message = Message("Course completed") if met else Message("Course not completed yet")
        return Explained("course", met, message, self.key, met, 1)

    def courses(self) -> list[str]:
        """Return this course."""
        return [self.key]


def parse_rule(raw: Any) -> Rule:
    """Return the rule that `raw` (the value of ``complete:``) describes.

    Raises
    ------
    BadRule
        Something in it cannot be read; `check_rule` lists every place.
    """
    findings: Findings = []
    rule = _node(raw, (), findings)
    if findings or rule is None:
        raise BadRule(findings[0][1], findings=findings)
    return rule


def check_rule(raw: Any, *, modules: Collection[str], quizzes: Collection[str]) -> Findings:
    """Return every place of `raw` that is wrong, as (path into the value, what would be right)."""
    findings: Findings = []
    rule = _node(raw, (), findings)
    if rule is not None:
        _references(raw, (), findings, modules, quizzes)
    return findings


def _node(raw: Any, path: Path, findings: Findings) -> Rule | None:
    if not isinstance(raw, Mapping) or len(raw) != 1:
        findings.append(
            (path, Message("A rule is one of %(names)s with its value.", names=", ".join(_READERS)))
        )
        return None
    ((name, value),) = raw.items()
    reader = _READERS.get(name)
    if reader is None:
        near = difflib.get_close_matches(str(name), list(_READERS), n=1) or ["all"]
        message = Message(
            "There is no rule %(name)s; did you mean %(near)s?", name=str(name), near=near[0]
        )
        findings.append(((*path, name), message))
        return None
    return reader(value, (*path, name), findings)


def _parts(value: Any, path: Path, findings: Findings) -> tuple[Rule, ...]:
    if not isinstance(value, list) or not value:
        findings.append((path, Message("Needs a list with at least one rule.")))
        return ()
    nodes = (_node(part, (*path, index), findings) for index, part in enumerate(value))
    return tuple(node for node in nodes if node is not None)


def _every(value: Any, path: Path, findings: Findings) -> Rule | None:
    return Every(_parts(value, path, findings))


def _any_of(value: Any, path: Path, findings: Findings) -> Rule | None:
    return AnyOf(_parts(value, path, findings))


def _modules(value: Any, path: Path, findings: Findings) -> Rule | None:
    if value == "all":
        return Modules(None)
    if isinstance(value, list) and value and all(isinstance(key, str) for key in value):
        return Modules(tuple(value))
    findings.append((path, Message("modules takes all, or a list of module names.")))
    return None


def _quiz(value: Any, path: Path, findings: Findings) -> Rule | None:
    if isinstance(value, str):
        return QuizPassed(value, None)
    known = {"name", "pass"}
    if (
        not isinstance(value, Mapping)
        or not isinstance(value.get("name"), str)
        or value.keys() - known
    ):
        findings.append((path, Message("quiz takes a quiz name, or {name: ..., pass: 0-100}.")))
        return None
    mark = value.get("pass")
    if mark is not None and (
        isinstance(mark, bool) or not isinstance(mark, int | float) or not 0 <= mark <= 100
    ):
        findings.append(((*path, "pass"), Message("pass is a number from 0 to 100.")))
        return None
    return QuizPassed(value["name"], mark)


def _course(value: Any, path: Path, findings: Findings) -> Rule | None:
    if isinstance(value, str) and value:
        return CourseCompleted(value)
    findings.append((path, Message("course takes the name of a course.")))
    return None


Reader = Callable[[Any, Path, Findings], Rule | None]

_READERS: dict[str, Reader] = {
    "all": _every,
    "any": _any_of,
    "modules": _modules,
    "quiz": _quiz,
    "course": _course,
}


_CHECKERS: dict[str, Callable[[Any], Message | None]] = {}


def read_with(
    name: str, reader: Reader, checker: Callable[[Any], Message | None] | None = None
) -> None:
    """Let `reader` read the leaf of this name; `checker` says at publishing what in it is unknown."""
    _READERS[name] = reader
    if checker is not None:
        _CHECKERS[name] = checker


def _references(
    raw: Any, path: Path, findings: Findings, modules: Collection[str], quizzes: Collection[str]
) -> None:
    ((name, value),) = raw.items()
    here = (*path, name)
    if name in {"all", "any"} and isinstance(value, list):
        for index, part in enumerate(value):
            if isinstance(part, Mapping) and len(part) == 1:
                _references(part, (*here, index), findings, modules, quizzes)
    elif name == "modules" and isinstance(value, list):
        for key in value:
            _known(key, modules, here, findings, Message("module"))
    elif name in _CHECKERS and (wrong := _CHECKERS[name](value)) is not None:
        findings.append((here, wrong))
    elif name == "quiz":
        key = (
            value
            if isinstance(value, str)
            else value.get("name")
            if isinstance(value, Mapping)
            else None
        )
        _known(key, quizzes, here, findings, Message("quiz"))


def _known(key: Any, known: Collection[str], path: Path, findings: Findings, what: Message) -> None:
    if not isinstance(key, str) or key in known:
        return
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    if near:
        message = Message(
            "There is no %(what)s %(key)s; did you mean %(near)s?", what=what, key=key, near=near[0]
        )
    else:
        message = Message("There is no %(what)s %(key)s in this course.", what=what, key=key)
    findings.append((path, message))
