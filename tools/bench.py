"""Measure what design promises about speed and size, over the demonstration, in a folder of its own.

Rates are ratios inside one run to the smallest Flask and SQLAlchemy program that does the same kind of
work, taken in turns, so that a slow machine slows both. The exit code is 1 when a limit is missed.
"""

from __future__ import annotations

import gc
import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string, session
from flask.testing import FlaskClient
from sqlalchemy import String, Text, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from learn.app import create_app
from learn.demo import fill, kept_sign_ins
from learn.startup import prepare

ROUNDS, REQUESTS = 7, 40


@dataclass(frozen=True)
class Measure:
    """One promise: what was measured, and the limit it keeps (or not)."""

    name: str
    value: float
    limit: float
    unit: str
    at_most: bool = True

    @property
    def kept(self) -> bool:
        """Return whether the limit is kept."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def __str__(self) -> str:
        sign = "at most" if self.at_most else "at least"
        verdict = "ok    " if self.kept else "MISSED"
        return f"{verdict} {self.name:<58}{self.value:>9.2f} {self.unit} ({sign} {self.limit:g})"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="learn-bench-") as name:
        app = demonstration(Path(name) / "data")
        client = signed_in(app)
        address = module_address(client)
        measures = [
            *imports(),
            *module_page(app, client, address, Path(name)),
            *first_view(client, address),
        ]
        app.extensions["learn"].database.dispose()
    print(*measures, sep="\n")
    return 0 if all(measure.kept for measure in measures) else 1


# --- what is measured ---


def imports() -> Iterator[Measure]:
    """Importing Learn, in a process of its own; the best of five."""
    code = "import time; t = time.perf_counter(); import learn.app; print(time.perf_counter() - t)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    yield Measure("import of learn.app", min(seconds), 0.5, "s")


def module_page(app: Flask, client: FlaskClient, address: str, folder: Path) -> Iterator[Measure]:
    """A signed-in person reads a module: statements, and rate against the smallest page."""
    with counting(app) as statements:
        answer = client.get(address)
    assert answer.status_code == 200
    yield Measure("SQL statements of a module page", len(statements), 3, "")
    writes = [text for text in statements if not text.startswith(("SELECT", "WITH", "PRAGMA"))]
    yield Measure("of these, statements that write", len(writes), 0, "")
    smallest, path = smallest_page(folder, len(answer.get_data()))
    ratio = rate(lambda: client.get(address)) / rate(lambda: smallest.get(path))
    yield Measure("rate of a module page to the smallest page", ratio, 0.5, "x", at_most=False)


def first_view(client: FlaskClient, address: str) -> Iterator[Measure]:
    """What goes over the wire for a lesson: first with all it loads at once, then the page alone."""
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(address, headers=packed).get_data()
    text = gzip.decompress(page).decode()
    loaded = set(re.findall(r'<(?:link|script)\b[^>]*(?:href|src)="([^"#]+)', text))
    loaded |= {name.partition("#")[0] for name in re.findall(r'<use href="([^"]+)', text)}
    files = [client.get(name.replace("&amp;", "&"), headers=packed) for name in sorted(loaded)]
    sizes = sum(len(file.get_data()) for file in files if file.status_code == 200)
    yield Measure(
        "first view of a lesson, styles and scripts included", (len(page) + sizes) / 1000, 60, "kB"
    )
    yield Measure("the next lesson", len(page) / 1000, 15, "kB")


# --- what it is measured on ---


def demonstration(folder: Path) -> Flask:
    """Return Learn over a freshly filled demonstration."""
    app = create_app({"LEARN_DATA_DIR": str(folder)})
    learn = app.extensions["learn"]
    with app.app_context():
        prepare(learn)
        fill(learn, datetime.now(UTC))
    return app


def signed_in(app: Flask) -> FlaskClient:
    """Return a browser in which the demonstration's employee is signed in and has started a course."""
    text = kept_sign_ins(app.extensions["learn"].settings)
    number = re.findall(r"\b\d{18}\b", text)[0]
    password = text.splitlines()[0].rpartition(" ")[2]
    client = app.test_client()
    post(client, "/sign-in", "/sign-in", number=number, password=password)
    assert client.get("/").status_code == 200, "the demonstration's employee could not sign in"
    return client


def module_address(client: FlaskClient) -> str:
    """Return the address of the first module of the first course, enrolled in it."""
    course = re.findall(r'href="(/courses/[^"/?]+/)"', client.get("/courses/").text)[0]
    page = client.get(course).text
    if f'action="{course}enrolment"' in page:
        post(client, course, f"{course}enrolment")
        page = client.get(course).text
    found = re.findall(rf'href="({course}\d[^"/?]*/)', page)
    return found[0]


def post(client: FlaskClient, page: str, action: str, **fields: str) -> None:
    """Send a form of `page` with its token."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None, f"{page} has no token"
    answer = client.post(action, data={**fields, "csrf_token": found.group(1)})
    assert answer.status_code in {302, 303}, f"{action} answered {answer.status_code}"


class counting:  # noqa: N801 (reads as a verb in a with statement)
    """Collect the statements that Learn sends."""

    def __init__(self, app: Flask) -> None:
        self.engines = app.extensions["learn"].database.engines
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.strip().upper() not in {"BEGIN", "BEGIN IMMEDIATE"}:
            self.statements.append(statement.strip())


class Smallest(DeclarativeBase):
    """Tables of the smallest program."""


class Reader(Smallest):
    """Somebody who is signed in."""

    __tablename__ = "reader"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Lesson(Smallest):
    """A text that is stored as HTML."""

    __tablename__ = "lesson"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    html: Mapped[str] = mapped_column(Text)


PAGE = """<!doctype html><title>{{ lesson.key }}</title><p>{{ reader.name }}</p>
<main>{{ lesson.html|safe }}</main>"""


def smallest_page(folder: Path, size: int) -> tuple[FlaskClient, str]:
    """Return a browser of the smallest program, and the address of a page of about `size` bytes."""
    engine = create_engine(f"sqlite:///{folder / 'smallest.db'}")
    Smallest.metadata.create_all(engine)
    with Session(engine) as database:
        database.add_all(
            [Reader(id=1, name="Ni Wayan"), Lesson(key="one", html="<p>x</p>" * (size // 8))]
        )
        database.commit()
    app = Flask("smallest")
    app.secret_key = "of no use"  # noqa: S105 (lives for seconds)

    @app.get("/lessons/<key>")
    def lesson(key: str) -> str:
        with Session(engine) as database:
            reader = database.get(Reader, session["reader"])
            found = database.scalars(select(Lesson).where(Lesson.key == key)).one()
            return render_template_string(PAGE, reader=reader, lesson=found)

    client = app.test_client()
    with client.session_transaction() as kept:
        kept["reader"] = 1
    return client, "/lessons/one"


def rate(work: Callable[[], object]) -> float:
    """Return how often `work` is done in a second: the best round, after one that warms up."""
    best = 0.0
    gc.collect()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(REQUESTS):
            work()
        best = max(best, REQUESTS / (time.perf_counter() - start))
    return best


if __name__ == "__main__":
    sys.exit(main())
