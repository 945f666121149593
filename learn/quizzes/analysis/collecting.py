"""One pass over attempts: what each adds to the sums of its version, and versions put together.

An answer costs a few additions and 8 bytes (the share of the rest of its attempt, which the discriminative
efficiency has to sort); an attempt costs 8 bytes more, for the median.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from learn.quizzes.analysis.responses import Reader, Tally
from learn.quizzes.analysis.sums import Moments, Pairs, no_pairs
from learn.quizzes.questions import Question, QuestionType
from learn.quizzes.quiz import Quiz
from learn.registry import Registry


@dataclass(frozen=True, slots=True)
class Taken:
    """One graded attempt with what the analysis needs of it.

    Parameters
    ----------
    credits
        The share of each question that counts, up to 1; below 0 where certainty costs.
    answers
        The newest answer by question, as its JSON text; not answered: not there.
    moment
        When it was handed in, in any form that sorts.
    """

    person_id: int
    version_id: str
    seed: int
    score: float
    passed: bool
    credits: Mapping[str, float]
    answers: Mapping[str, str]
    moment: str = ""


@dataclass
class QuestionSums:
    """What one question came to over the attempts that had it.

    Parameters
    ----------
    credit_rest
        Credit of the question, and share of the rest of the attempt.
    mark_total
        Both as shares of the attempt's points: what the question added, and all together.
    weight
        The question's points as a share of the attempt's.
    """

    credit_rest: Pairs = field(default_factory=no_pairs)
    mark_total: Pairs = field(default_factory=no_pairs)
    weight: Moments = field(default_factory=Moments)
    credits: Counter[float] = field(default_factory=Counter)
    rests: array[float] = field(default_factory=lambda: array("d"))
    tally: Tally = field(default_factory=Tally)
    asked: int = 0

    def add(self, credit: float, weight: float, total: float) -> float:
        """Take one answer in; return the share of the rest of the attempt."""
        mark = credit * weight
        rest = (total - mark) / (1 - weight) if weight < 1 else 0.0
        self.credit_rest.add(credit, rest)
        self.mark_total.add(mark, total)
        self.weight.add(weight)
        self.credits[credit] += 1
        self.rests.append(rest)
        return rest

    def join(self, other: QuestionSums) -> None:
        """Take in what was summed elsewhere."""
        self.credit_rest.join(other.credit_rest)
        self.mark_total.join(other.mark_total)
        self.weight.join(other.weight)
        self.credits.update(other.credits)
        self.rests.extend(other.rests)
        self.tally.join(other.tally)
        self.asked += other.asked


@dataclass
class Sums:
    """What attempts came to: at one version, or at several joined."""

    scores: array[float] = field(default_factory=lambda: array("d"))
    people: int = 0
    passed: int = 0
    total: Moments = field(default_factory=Moments)
    positions: dict[Hashable, Moments] = field(default_factory=dict)
    shapes: set[Hashable] = field(default_factory=set)
    questions: dict[str, QuestionSums] = field(default_factory=dict)
    competencies: dict[str, Moments] = field(default_factory=dict)
    last: str = ""

    def join(self, other: Sums) -> None:
        """Take in the attempts at another version."""
        self.scores.extend(other.scores)
        self.people += other.people
        self.passed += other.passed
        self.total.join(other.total)
        self.shapes |= other.shapes
        self.last = max(self.last, other.last)
        for place, moments in other.positions.items():
            self.positions.setdefault(place, Moments()).join(moments)
        for key, sums in other.questions.items():
            self.questions.setdefault(key, QuestionSums()).join(sums)
        for code, moments in other.competencies.items():
            self.competencies.setdefault(code, Moments()).join(moments)


class VersionSums(Sums):
    """The sums of one version of the quiz, where attempts are added."""

    def __init__(self, quiz: Quiz, types: Registry[QuestionType]) -> None:
        super().__init__()
        self.quiz = quiz
        self.by_key = {question.key: question for question in quiz.questions}
        self.readers = {
            question.key: Reader(question, types.get(question.type)) for question in quiz.questions
        }
        self.surveys = frozenset() if quiz.draw else frozenset(self._surveys())
        self._shape: tuple[frozenset[str], list[Question]] = (frozenset(), [])
        self._person: int | None = None

    def _surveys(self) -> Iterator[str]:
        """Yield what is asked without being graded: everybody was asked, whether they answered or not."""
        for key, reader in self.readers.items():
            kind = reader.kind
            if kind is not None and kind.answerable and not kind.is_scored(reader.question):
                yield key

    def add(self, taken: Taken) -> None:
        """Take one attempt in."""
        self._count(taken)
        questions = self._scored(taken)
        points = math.fsum(question.points for question in questions)
        weights = [question.points / points if points else 0.0 for question in questions]
        marks = [
            taken.credits[question.key] * weight
            for question, weight in zip(questions, weights, strict=True)
        ]
        total = math.fsum(marks)
        self.total.add(total)
        self._add_positions(questions, marks)
        self._add_competencies(questions, weights, marks)
        for question, weight in zip(questions, weights, strict=True):
            self._add_answer(taken, question.key, weight, total)
        for key in (taken.answers.keys() | self.surveys) - taken.credits.keys():
            if key in self.by_key:
                self._tally(taken, key, total, 0.0)

    def _count(self, taken: Taken) -> None:
        self.scores.append(taken.score)
        self.passed += taken.passed
        self.last = max(self.last, taken.moment)
        self.people += taken.person_id != self._person  # attempts come person by person
        self._person = taken.person_id

    def _scored(self, taken: Taken) -> list[Question]:
        """Return the questions that count in this attempt, in the order of the quiz."""
        keys = frozenset(taken.credits)
        if keys != self._shape[0]:
            ordered = [question for question in self.quiz.questions if question.key in keys]
            self._shape = (keys, ordered)
        return self._shape[1]

    def _add_positions(self, questions: list[Question], marks: list[float]) -> None:
        drawn = bool(self.quiz.draw)
        self.shapes.add(len(questions) if drawn else self._shape[0])
        for place, (question, mark) in enumerate(zip(questions, marks, strict=True)):
            name: Hashable = place if drawn else question.key
            if name not in self.positions:
                self.positions[name] = Moments()
            self.positions[name].add(mark)

    def _add_competencies(
        self, questions: list[Question], weights: list[float], marks: list[float]
    ) -> None:
        found: dict[str, list[float]] = {}
        for question, weight, mark in zip(questions, weights, marks, strict=True):
            if question.competency:
                sums = found.setdefault(question.competency, [0.0, 0.0])
                sums[0] += mark
                sums[1] += weight
        for code, (mark, weight) in found.items():
            if weight:
                self.competencies.setdefault(code, Moments()).add(mark / weight)

    def _add_answer(self, taken: Taken, key: str, weight: float, total: float) -> None:
        sums = self.questions.get(key)
        if sums is None:
            sums = self.questions[key] = QuestionSums()
        credit = taken.credits[key]
        rest = sums.add(credit, weight, total)
        self._tally(taken, key, rest, credit)

    def _tally(self, taken: Taken, key: str, rest: float, credit: float) -> None:
        sums = self.questions.get(key)
        if sums is None:
            sums = self.questions[key] = QuestionSums()
        sums.asked += 1
        text = taken.answers.get(key)
        if text is not None:
            places, right = self.readers[key].read(text, taken.seed)
            sums.tally.add(places, rest, credit, right)


class Collector:
    """Takes attempts in, person by person, and keeps sums for each version.

    Parameters
    ----------
    quiz_of
        The quiz in a version, by the version's id; None when it is gone: such attempts are `left_out`.
    """

    def __init__(
        self, quiz_of: Callable[[str], Quiz | None], types: Registry[QuestionType]
    ) -> None:
        self.types = types
        self.left_out = 0
        self.versions: dict[str, VersionSums] = {}
        self._quiz_of = quiz_of
        self._gone: set[str] = set()

    def add(self, taken: Taken) -> None:
        """Take one attempt in."""
        sums = self.versions.get(taken.version_id) or self._version(taken.version_id)
        if sums is None:
            self.left_out += 1
        else:
            sums.add(taken)

    def _version(self, version_id: str) -> VersionSums | None:
        if version_id in self._gone:
            return None
        quiz = self._quiz_of(version_id)
        if quiz is None:
            self._gone.add(version_id)
            return None
        return self.versions.setdefault(version_id, VersionSums(quiz, self.types))

    def together(self) -> Sums:
        """Return the sums of all versions together."""
        joined = Sums()
        for sums in self.versions.values():
            joined.join(sums)
        return joined
