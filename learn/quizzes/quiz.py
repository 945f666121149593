"""A quiz as it was published: frozen, without a loss to JSON and back, and what an attempt draws from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from learn.quizzes.questions import Question, Texts, seed_order

ROLES = ("pretest", "practice", "module", "final", "bank")
REMEMBERED = 2000
GRADE_POLICIES = ("best", "last", "average", "first")


@dataclass(frozen=True)
class Draw:
    """So many questions at random: of all, or of those with a tag or for a competency."""

    count: int
    tag: str | None = None
    competency: str | None = None

    def fits(self, question: Question) -> bool:
        """Whether `question` may be drawn."""
        return (self.tag is None or self.tag in question.tags) and (
            self.competency is None or self.competency == question.competency
        )

    def __str__(self) -> str:
        """Say what is drawn, as it stands in the file."""
        named = (("tag", self.tag), ("competency", self.competency))
        return ", ".join(f"{name}: {value}" for name, value in named if value) or "all"


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
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def title(self, language: str | None = None) -> str:
        """Return the title in `language`, or in the main one."""
        return self.titles.get(language or "") or next(iter(self.titles.values()), self.key)

    @property
    def counts(self) -> bool:
        """Whether passing it can count for anything: a pre-test never does, a bank cannot be taken."""
        return self.role not in {"pretest", "bank"}

    @cached_property
    def drawn(self) -> dict[int, tuple[Question, ...]]:
        """Remember what was drawn by seed: an attempt asks for it with every answer."""
        return {}

    @property
    def question_count(self) -> int:
        """How many questions an attempt has."""
        return sum(draw.count for draw in self.draw) if self.draw else len(self.questions)

    def question(self, key: str) -> Question | None:
        """Return the question named `key`."""
        return next((question for question in self.questions if question.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, which an immutable version stores."""
        stored = {each.name: getattr(self, each.name) for each in fields(self)}
        stored["questions"] = [question.to_json() for question in self.questions]
        stored["draw"] = [[draw.count, draw.tag, draw.competency] for draw in self.draw]
        stored["pool"] = list(self.pool)
        stored["titles"], stored["intro"] = dict(self.titles), dict(self.intro)
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
        return cls(**values)


def drawn_questions(quiz: Quiz, seed: int) -> tuple[Question, ...]:
    """Return the questions of an attempt with `seed`: all in their order, or what the draw gives."""
    if not quiz.draw:
        return quiz.questions
    drawn = quiz.drawn
    if seed not in drawn:
        if len(drawn) >= REMEMBERED:
            drawn.clear()
        drawn[seed] = _draw(quiz, seed)
    return drawn[seed]


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
