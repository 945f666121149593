"""A tenth of the million answers that the bench measures: the same limits, a tenth as large."""

from __future__ import annotations

import json
import time
import tracemalloc

from learn.quizzes.analysis.collecting import Collector, Taken
from learn.quizzes.analysis.making import analyses
from tests.support.quizzes import TYPES, key_of, quiz

QUIZ = quiz("".join(f"## q{n}\nApa?\n\n- (x) Alfa\n- ( ) Beta\n\n" for n in range(50)))
RIGHT, WRONG = (
    {q.key: json.dumps([key_of(q, text)]) for q in QUIZ.questions} for text in ("Alfa", "Beta")
)


def taken(person: int) -> Taken:
    right = {q.key: (person * 7 + n * 3) % 11 < 6 for n, q in enumerate(QUIZ.questions)}
    answers = {key: RIGHT[key] if hit else WRONG[key] for key, hit in right.items()}
    credits = {key: float(hit) for key, hit in right.items()}
    return Taken(person, "v1", 1, sum(right.values()) / 50, True, credits, answers)


def made(attempts: int):
    collector = Collector(lambda _version: QUIZ, TYPES)
    for person in range(attempts):
        collector.add(taken(person))
    return analyses(collector, "kursus", "kuis", "first")


def test_a_hundred_thousand_answers_take_a_few_seconds():
    start = time.process_time()
    assert made(2_000)[""].whole.attempts == 2_000
    assert time.process_time() - start < 6


def test_memory_grows_by_a_few_bytes_an_answer():
    made(10)
    tracemalloc.start()
    made(100)
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    made(600)
    many = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (many - few) / (500 * 50) < 100, "bytes an answer"
