"""Questions and their types: how a block is parsed, an answer read and graded, a view made.

A type knows no request and no session.  What it parses from a block (`Question.data`) is plain JSON,
stored in an immutable version; everything it does later, it does from that.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from learn.courses.entities import unescaped
from learn.errors import Invalid, Message
from learn.quizzes.source.reading import PLAIN, Block, Grammar, Passage, Passages, Problems, Render

if TYPE_CHECKING:
    from learn.quizzes.attempts.answers import Mark

Answer = Any
"""A canonical answer, plain JSON: option keys, a text, or keys by keys.  None is no answer."""

Texts = Mapping[str, str]
"""A text, or its HTML, by language."""

MAX_ANSWER_LENGTH = 2000
DIFFICULTIES = ("easy", "medium", "hard")
FLAG = ("",)
"""The values of an attribute that stands alone, as in ``{survey}``."""


class InvalidAnswer(Invalid):
    """An answer has the wrong shape, or names what the question does not have."""

    code = "invalid-answer"


@dataclass(frozen=True)
class Question:
    """One question as it was published.

    Parameters
    ----------
    key
        Its heading, stable across versions and languages.
    data
        What its type parsed from the block, as JSON.
    source
        ``course/quiz`` of the file that it stands in (a pool, perhaps), `line` in there.
    hints
        Shown one after the other, where the behaviour gives hints.
    outcomes
        Feedback by ``right``, ``partly`` and ``wrong``, besides the `feedback` for everybody.
    difficulty
        What the author says of it, one of `DIFFICULTIES`; only for drawing.
    penalty
        The share from 0 to 1 that each wrong try costs; None: as the quiz says.
    answerable
        False for what is only read: it is no question in numbers, and no draw takes it.
    """

    key: str
    type: str
    prompt: Texts
    data: Mapping[str, Any]
    points: float = 1
    competency: str | None = None
    tags: tuple[str, ...] = ()
    feedback: Texts = field(default_factory=dict)
    shuffle: bool = True
    source: str = ""
    line: int = 0
    hints: tuple[Texts, ...] = ()
    outcomes: Mapping[str, Texts] = field(default_factory=dict)
    difficulty: str | None = None
    penalty: float | None = None
    answerable: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; what is newer stands there only when it says something."""
        newer = {
            "hints": [dict(hint) for hint in self.hints],
            "outcomes": {outcome: dict(texts) for outcome, texts in self.outcomes.items()},
            "difficulty": self.difficulty,
            "penalty": self.penalty,
            "answerable": None if self.answerable else False,
        }
        return {
            "key": self.key, "type": self.type, "prompt": dict(self.prompt), "data": dict(self.data),
            "points": self.points, "competency": self.competency, "tags": list(self.tags),
            "feedback": dict(self.feedback), "shuffle": self.shuffle, "source": self.source,
            "line": self.line,
            **{name: value for name, value in newer.items() if value not in (None, [], {})},
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Question:
        """Return the question that `to_json` wrote."""
        lists = {"tags": tuple(stored["tags"]), "hints": tuple(stored.get("hints", ()))}
        return cls(**{**stored, **lists})


@dataclass(frozen=True)
class Grade:
    """What an answer is worth: a share from 0 to 1, and for each part of it whether it is right.

    Parameters
    ----------
    scales
        What it counts on other scales than the score, by name, as in a scenario; any number.
    """

    score: float
    marks: Mapping[str, bool] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Flaw:
    """Something wrong in a question's data: where in its block.

    `item` is the place of the option, in the `section` of that key when there is one.
    """

    message: Message
    item: int | None = None
    section: str | None = None


@dataclass(frozen=True)
class ParseContext:
    """What a type may use while it parses a block.

    Parameters
    ----------
    scope
        ``course/quiz/question``: what makes option keys differ between questions.
    main_language
        The language whose text the keys of options come from.
    wrong
        Passages that the type refused.
    marks
        What a type puts in the place of its own signs while a text is rendered, so that Markdown and
        formulas leave these alone; the HTML has the signs again.
    """

    scope: str
    main_language: str
    render: Render
    problems: Problems
    wrong: list[Passage] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    def refuse(self, passage: Passage, message: Message) -> None:
        """Note that a passage cannot be what the type needs."""
        self.problems.add(passage.path, passage.line, message)
        self.wrong.append(passage)

    def html(self, passages: Passages, *, inline: bool = False) -> dict[str, str]:
        """Return the HTML by language; `inline` takes a lone paragraph out of its ``<p>``."""
        found = {}
        for language, passage in passages.items():
            text = passage.text
            for sign, mark in self.marks.items():
                text = text.replace(sign, mark)
            result = self.render(text, passage.path, passage.line)
            self.problems.found.extend(result.problems)
            html = result.html.strip()
            for sign, mark in self.marks.items():
                html = html.replace(mark, sign)
            found[language] = unwrapped(html) if inline else html
        return found

    def key(self, kind: str, passages: Passages) -> str:
        """Return an opaque key made of the text, so that it tells nothing of place or rightness."""
        text = passages[self.main_language].text
        return opaque_key(self.scope, kind, " ".join(text.split()))


def unwrapped(html: str) -> str:
    """Return `html` without the ``<p>`` around it when that is all there is."""
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if len(inner) == len(html) - 7 and "<p" not in inner else html


def opaque_key(*parts: str) -> str:
    """Return ten characters that stand for `parts`."""
    return "o" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:9]


def seed_order(seed: int, scope: str, keys: Iterable[str]) -> list[str]:
    """Return `keys` in the order that `seed` gives them in `scope`, the same for ever."""

    def place(key: str) -> bytes:
        return hashlib.sha256(f"{seed}/{scope}/{key}".encode()).digest()

    return sorted(keys, key=place)


def text_in(texts: Texts, language: str | None) -> str:
    """Return the text in `language`, or in the first one that there is."""
    return texts.get(language or "") or next(iter(texts.values()), "")


class QuestionType(ABC):
    """One kind of question; registered by `key`.

    A subclass names its `template` (the input fields), the kinds of `items` that its block consists of
    (several with a space between; empty: none) and the `attributes` that its heading may carry, with the
    values they take (an empty collection: any). `item_attributes` may stand in braces behind an item; `grammar` says what else its
    blocks may hold; `lone_rights` that a pair may lack its left side.

    `answerable` is False for what is only read. `scored` is False for what is shown or asked without being graded; `manual` is True when a person
    grades; `varies` is True when `asked` gives each attempt a question of its own.
    """

    key: ClassVar[str]
    template: ClassVar[str]
    items: ClassVar[str] = ""
    attributes: ClassVar[Mapping[str, Collection[str]]] = {}
    item_attributes: ClassVar[Collection[str]] = ()
    grammar: ClassVar[Grammar] = PLAIN
    lone_rights: ClassVar[bool] = False
    answerable: ClassVar[bool] = True
    scored: ClassVar[bool] = True
    manual: ClassVar[bool] = False
    varies: ClassVar[bool] = False

    def claims(self, block: Block) -> bool:
        """Whether `block` is of this type when its heading does not say a type."""
        return False

    @abstractmethod
    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the data of the question; a passage it cannot use it refuses."""

    def prompt(self, block: Block, context: ParseContext) -> dict[str, str]:
        """Return the HTML of what is asked, by language; a type may take its own parts out of it."""
        return context.html(block.prompt)

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong in `data`, whoever made it: the parser, the studio, an import."""
        return []

    def asked(self, question: Question, seed: int) -> Question:
        """Return the question as the attempt with this seed asks it, for ever the same."""
        return question

    @abstractmethod
    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the answer in a form's `fields`, whose names begin with `name`; None when empty."""

    @abstractmethod
    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the canonical answer for what the API was given (or what `read` returned).

        Raises
        ------
        InvalidAnswer
            The value has another shape, or names what the question does not have.
        """

    @abstractmethod
    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return what a learner sees of options, in the order that `seed` gives; never the key."""

    def view_of_answer(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, Any]:
        """Return what a learner sees besides, because of what was answered: the way of a scenario."""
        return {}

    def refusal(self, question: Question, before: Answer, after: Answer) -> Message | None:
        """Return why `after` cannot follow the answer saved before it; None: it can."""
        return None

    def is_finished(self, question: Question, answer: Answer) -> bool:
        """Whether `answer` can be checked: not while the way of a scenario is still open."""
        return True

    @abstractmethod
    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what a canonical answer is worth; an empty one is worth 0."""

    @abstractmethod
    def right_answer(self, question: Question) -> Answer:
        """Return an answer that scores 1; None when only a pattern says what is right."""

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return the right answer in words where the answer itself does not show it."""
        return ""

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return the feedback for what was answered, as HTML by option key."""
        return {}

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return an answer in words, as plain text, for lists and reports."""
        return "; ".join(self.parts(question, answer, language).values())

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what was answered in words, by part of the question; plain text."""
        return {} if answer is None else {"": str(answer)}

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return what can be answered, by part and in the words of `parts`; empty: anything can."""
        return {}

    def is_scored(self, question: Question) -> bool:
        """Whether an answer to `question` is graded: not in a survey, and not where nothing is asked."""
        return self.scored and not question.data.get("survey")

    def criteria(
        self, question: Question, mark: Mark | None, language: str | None
    ) -> list[dict[str, Any]]:
        """Return the criteria that a person graded by, each with the level that was given."""
        return []

    def guess(self, question: Question) -> float:
        """Return the score, from 0 to 1, that an answer at random can expect."""
        return 0.0


def plain_text(html: str) -> str:
    """Return the text of some HTML on one line."""
    return " ".join(unescaped(re.sub(r"<[^>]*>", " ", html)).split())


def public_view(
    kind: QuestionType,
    question: Question,
    *,
    language: str | None,
    seed: int,
    answer: Answer = None,
) -> dict[str, Any]:
    """Return the question as the API and the pages show it while it is open: no key, no feedback."""
    return {
        "key": question.key,
        "type": question.type,
        "points": question.points,
        "prompt_html": text_in(question.prompt, language),
        **kind.view(question, language, seed),
        **kind.view_of_answer(question, answer, language),
    }
