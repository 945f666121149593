"""A quiz as it was published: frozen, without a loss to JSON and back, and what an attempt draws from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

from learn.quizzes.access import Access
from learn.quizzes.behaviours import Tries
from learn.quizzes.questions import Question, QuestionType, Texts, seed_order
from learn.quizzes.source.bands import Band
from learn.registry import Registry

ROLES = ("pretest", "practice", "module", "final", "bank")
REMEMBERED = 2000
GRADE_POLICIES = ("best", "last", "average", "first")
PAGES = ("one", "all")
NAVIGATIONS = ("free", "sequential")


@dataclass(frozen=True)
class Draw:
    """So many questions at random: of all, or of those with a tag, for a competency, of a difficulty."""

    count: int
    tag: str | None = None
    competency: str | None = None
    difficulty: str | None = None

    def fits(self, question: Question) -> bool:
        """Whether `question` may be drawn."""
        return (
            question.answerable
            and (self.tag is None or self.tag in question.tags)
            and (self.competency is None or self.competency == question.competency)
            and (self.difficulty is None or self.difficulty == question.difficulty)
        )

    def to_json(self) -> list[Any]:
        """Return it as a list; without a difficulty it is what older versions hold."""
        stored = [self.count, self.tag, self.competency]
        return stored if self.difficulty is None else [*stored, self.difficulty]

    def __str__(self) -> str:
        """Say what is drawn, as it stands in the file."""
        named = (
            ("tag", self.tag), ("competency", self.competency), ("difficulty", self.difficulty)
        )  # fmt: skip
        return ", ".join(f"{name}: {value}" for name, value in named if value) or "all"


@dataclass(frozen=True)
class Shows:
    """Reaching `share` (0 to 100) of the points of a competency's questions shows its `level`."""

    competency: str
    level: int
    share: float


@dataclass(frozen=True)
class Quiz:
    """One quiz in all its languages.

    Parameters
    ----------
    pass_mark
        From 0 to 100; reached means passed.
    attempts
        How often it may be taken in a cycle; None: as often as one likes.
    time_limit
        Seconds; None: no limit.
    role
        ``bank`` is only a pool for others and cannot be taken.
    review
        A policy by name, or by phase what may be shown.
    tries
        How often an answer may be tried, and what each wrong try costs, where the behaviour has tries.
    page
        ``one`` question on a page, or ``all``.
    navigation
        ``free`` back and forth, or ``sequential``: a question that was left is not seen again.
    access
        The conditions of starting.
    bands
        What is said by grade.
    anonymous_grading
        Whether those who grade do not see whose answers they are.
    instrument
        The survey that its questions are (see `learn.quizzes.analysis.instruments`); empty: none.
    evidence
        For which levels enough points in the questions of a competency are evidence.
    lines
        Where the front matter says what, by key, in the main language's file `path`.
    """

    course: str
    key: str
    titles: Texts
    questions: tuple[Question, ...]
    intro: Texts = field(default_factory=dict)
    pass_mark: float = 70
    attempts: int | None = None
    time_limit: int | None = None
    behaviour: str = "deferred"
    role: str = "final"
    module: str | None = None
    draw: tuple[Draw, ...] = ()
    pool: tuple[str, ...] = ()
    shuffle: bool = True
    review: str | Mapping[str, Sequence[str]] = "after-submit"
    grade: str = "best"
    tries: Tries = field(default_factory=Tries)
    page: str = "one"
    navigation: str = "free"
    access: Access = field(default_factory=Access)
    bands: tuple[Band, ...] = ()
    anonymous_grading: bool = False
    instrument: str = ""
    evidence: tuple[Shows, ...] = ()
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def title(self, language: str | None = None) -> str:
        """Return the title in `language`, or in the main one."""
        return self.titles.get(language or "") or next(iter(self.titles.values()), self.key)

    @property
    def counts(self) -> bool:
        """Whether passing it can count for anything: a pre-test never does, a bank cannot be taken."""
        return self.role not in {"pretest", "bank"}

    @property
    def is_sequential(self) -> bool:
        """Whether a question that was left is not seen again; all on one page have no order."""
        return self.navigation == "sequential" and self.page == "one"

    @cached_property
    def drawn(self) -> dict[int, tuple[Question, ...]]:
        """Remember what was drawn by seed: an attempt asks for it with every answer."""
        return {}

    @property
    def question_count(self) -> int:
        """How many questions an attempt asks."""
        if self.draw:
            return sum(draw.count for draw in self.draw)
        return sum(question.answerable for question in self.questions)

    def question(self, key: str) -> Question | None:
        """Return the question named `key`."""
        return next((question for question in self.questions if question.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, which an immutable version stores."""
        stored = {each.name: getattr(self, each.name) for each in fields(self)}
        stored["questions"] = [question.to_json() for question in self.questions]
        stored["draw"] = [draw.to_json() for draw in self.draw]
        stored["pool"] = list(self.pool)
        stored["titles"], stored["intro"] = dict(self.titles), dict(self.intro)
        stored["tries"], stored["access"] = asdict(self.tries), self.access.to_json()
        stored["bands"] = [[band.least, dict(band.texts)] for band in self.bands]
        stored["evidence"] = [[each.competency, each.level, each.share] for each in self.evidence]
        for name, value in _NEWER.items():  # an old version keeps its digest
            if getattr(self, name) == value:
                del stored[name]
        if not isinstance(self.review, str):
            stored["review"] = {phase: list(what) for phase, what in self.review.items()}
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Quiz:
        """Return the quiz that `to_json` wrote."""
        values = dict(stored)
        values["questions"] = tuple(Question.from_json(each) for each in stored["questions"])
        values["draw"] = tuple(Draw(*each) for each in stored["draw"])
        values["pool"] = tuple(stored["pool"])
        values["tries"] = Tries(**stored["tries"]) if "tries" in stored else Tries()
        values["access"] = Access.from_json(stored.get("access", {}))
        values["bands"] = tuple(Band(least, texts) for least, texts in stored.get("bands", ()))
        values["evidence"] = tuple(Shows(*each) for each in stored.get("evidence", ()))
        return cls(**values)


_NEWER: Mapping[str, Any] = {
    "tries": Tries(), "page": "one", "navigation": "free", "access": Access(), "bands": (),
    "anonymous_grading": False, "instrument": "", "evidence": (),
}  # fmt: skip
"""Fields that versions made before them do not have, and what they are then."""


def drawn_questions(quiz: Quiz, seed: int, types: Registry[QuestionType]) -> tuple[Question, ...]:
    """Return the questions of an attempt with `seed` as it asks them: all in their order, or a draw."""
    drawn = quiz.drawn
    if seed not in drawn:
        if len(drawn) >= REMEMBERED:
            drawn.clear()
        chosen = _draw(quiz, seed) if quiz.draw else quiz.questions
        if any((kind := types.get(each.type)) is not None and kind.varies for each in chosen):
            chosen = tuple(_asked(each, seed, types) for each in chosen)
        drawn[seed] = chosen
    return drawn[seed]


def _asked(question: Question, seed: int, types: Registry[QuestionType]) -> Question:
    kind = types.get(question.type)
    return kind.asked(question, seed) if kind is not None else question


def _draw(quiz: Quiz, seed: int) -> tuple[Question, ...]:
    by_key = {question.key: question for question in quiz.questions}
    order = seed_order(seed, "draw", by_key)
    chosen, _missing = assigned(quiz.draw, [by_key[key] for key in order])
    return tuple(question for question in quiz.questions if question.key in chosen)


def assigned(draws: Sequence[Draw], questions: Sequence[Question]) -> tuple[set[str], list[Draw]]:
    """Give every place of `draws` a question of its own; return their keys, and draws that lack some.

    A question may fit several draws, so places are matched with augmenting paths: what one draw can
    do without goes to the one that needs it, and a draw fails only when no choice at all would do.
    """
    places = [draw for draw in draws for _ in range(draw.count)]
    holder: dict[str, int] = {}

    def seat(place: int, tried: set[str]) -> bool:
        for question in questions:
            if question.key in tried or not places[place].fits(question):
                continue
            tried.add(question.key)
            if question.key not in holder or seat(holder[question.key], tried):
                holder[question.key] = place
                return True
        return False

    missing = [draw for place, draw in enumerate(places) if not seat(place, set())]
    return set(holder), list(dict.fromkeys(missing))
