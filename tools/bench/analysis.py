"""Item analysis of a million answered questions: time and memory, in a process of its own.

As a program, ``analysis.py FOLDER`` analyses what `fill` has put there and prints seconds and megabytes.
"""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from measuring import Measure

from learn.courses.render import Renderer
from learn.db import Base, Database, canonical_json
from learn.quizzes.analysis.services import analyse
from learn.quizzes.behaviours import behaviours
from learn.quizzes.models import new_attempt_id
from learn.quizzes.questions import Question
from learn.quizzes.quiz import Quiz
from learn.quizzes.source.bank import SourceFile, read_quiz
from learn.quizzes.types import question_types

ATTEMPTS, COURSE, KEY = 20_000, "bench", "besar"
TYPES = question_types()

# 50 questions: most are single choices, as in real tests
BODY = "".join(
    [
        f"## tunggal-{n}\nPertanyaan {n}?\n\n- (x) Benar\n- ( ) Salah A\n- ( ) Salah B\n- ( ) Salah C\n\n"
        for n in range(32)
    ]
    + [
        f"## ganda-{n}\nPilih semua {n}.\n\n- [x] Satu\n- [x] Dua\n- [ ] Tiga\n- [ ] Empat\n- [ ] Lima\n\n"
        for n in range(8)
    ]
    + [
        f"## pasang-{n}\nPasangkan {n}.\n\n- Kiri A => Kanan A\n- Kiri B => Kanan B\n- Kiri C => Kanan C\n\n"
        for n in range(4)
    ]
    + [f"## urut-{n} {{ordering}}\nUrutkan {n}.\n\n1. A\n2. B\n3. C\n4. D\n\n" for n in range(2)]
    + [f"## teks-{n}\nTulis {n}.\n\n= jawaban\n\n" for n in range(4)]
)


def quiz() -> Quiz:
    """Return the quiz with 50 questions."""
    text = f"---\ntitle: Besar\n---\n{BODY}"
    made, problems = read_quiz(
        COURSE, KEY, {"id": SourceFile(f"quizzes/{COURSE}/{KEY}.md", text)}, main_language="id",
        question_types=TYPES, behaviours=behaviours(), render=Renderer().render,
    )  # fmt: skip
    assert made is not None, problems
    return made


def analysis_of_a_million(folder: Path) -> Iterator[Measure]:
    """Analyse 20,000 attempts with 50 answers each, the table of responses included."""
    fill(folder)
    program = [sys.executable, str(Path(__file__)), str(folder)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    figures: Mapping[str, float] = json.loads(done.stdout)
    yield Measure("item analysis of 1 million answered questions", figures["seconds"], 60, "s")
    yield Measure("memory of that, with the program itself", figures["megabytes"], 300, "MB")


def fill(folder: Path, attempts: int = ATTEMPTS) -> None:
    """Put graded attempts into a database in `folder`; this is a bench, so it goes past the ledger."""
    chance = random.Random(50)  # noqa: S311 (the same attempts every time)
    made = quiz()
    database = Database(f"sqlite:///{folder / 'analysis.db'}")
    Base.metadata.create_all(database.engines[0])
    database.dispose()
    when = "2026-11-24T01:30:00.000000Z"
    with closing(sqlite3.connect(folder / "analysis.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for person in range(1, attempts + 1):
            attempt, able = new_attempt_id(person), chance.random()
            answers = {q.key: _answer(q, able, chance) for q in made.questions}
            shares = {q.key: TYPES[q.type].grade(q, answers[q.key]).score for q in made.questions}
            score = sum(shares.values()) / len(shares)
            connection.execute(
                """INSERT INTO learn_attempt (person_id, id, course, quiz, cycle, number, version_id, seed,
                    started_at, state, submitted_at, score, passed, credits, waiting)
                VALUES (?, ?, ?, ?, 1, 1, 'v1', ?, ?, 'graded', ?, ?, ?, ?, 0)""",
                (person, attempt, COURSE, KEY, person, when, when, score, score >= 0.7,
                 canonical_json(shares)),
            )  # fmt: skip
            connection.executemany(
                """INSERT INTO learn_step (person_id, attempt_id, seq, question, kind, data, at)
                VALUES (?, ?, ?, ?, 'answer', ?, ?)""",
                ((person, attempt, seq, key, canonical_json(answer), when)
                 for seq, (key, answer) in enumerate(answers.items(), 1)),
            )  # fmt: skip


def _answer(question: Question, able: float, chance: random.Random) -> Any:
    data = question.data
    if chance.random() < 0.2 + 0.6 * able and question.type != "text":
        return TYPES[question.type].right_answer(question)
    if question.type == "single":
        return [chance.choice(data["options"])["key"]]
    if question.type == "multiple":
        return [o["key"] for o in data["options"] if chance.random() < 0.5] or None
    if question.type == "matching":
        rights = [pair["right"]["key"] for pair in data["pairs"]]
        return {pair["left"]["key"]: chance.choice(rights) for pair in data["pairs"]}
    if question.type == "ordering":
        return chance.sample([item["key"] for item in data["items"]], len(data["items"]))
    return f"jawaban {chance.randrange(100_000)}"


def main(folder: Path) -> None:
    """Analyse, keep, and print what it took."""
    made = quiz()
    database = Database(f"sqlite:///{folder / 'analysis.db'}")
    start = time.perf_counter()
    with database.reading() as session:
        found = analyse(
            session, COURSE, KEY, choice="first", quiz_of=lambda _version: made, types=TYPES
        )
    seconds = time.perf_counter() - start
    assert found[""].whole.attempts and len(found[""].questions) == 50
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 2), "megabytes": round(megabytes, 1)}))
    database.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
