"""What is measured on: the demonstration, and the smallest Flask and SQLAlchemy program beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, render_template_string, request, session
from flask.testing import FlaskClient
from sqlalchemy import Engine, String, Text, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from learn.app import create_app
from learn.demo.filling import fill, kept_sign_ins
from learn.startup import prepare


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


class Answer(Smallest):
    """Something that a reader sent."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    reader_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


PAGE = """<!doctype html><title>{{ lesson.key }}</title><p>{{ reader.name }}</p>
<main>{{ lesson.html|safe }}</main>"""


def smallest_program(folder: Path, size: int = 1000) -> FlaskClient:
    """Return a browser of the smallest program: a page of about `size` bytes, and a durable insert."""
    engine = _durable(create_engine(f"sqlite:///{folder / 'smallest.db'}"))
    Smallest.metadata.create_all(engine)
    with Session(engine) as database:
        database.merge(Reader(id=1, name="Ni Wayan"))
        database.merge(Lesson(key="one", html="<p>x</p>" * (size // 8)))
        database.commit()
    client = _application(engine).test_client()
    with client.session_transaction() as kept:
        kept["reader"] = 1
    return client


def _durable(engine: Engine) -> Engine:
    """Give SQLite the same promises that Learn gives it: what is committed survives a power cut."""

    @event.listens_for(engine, "connect")
    def prepare_connection(connection: object, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    return engine


def _application(engine: Engine) -> Flask:
    app = Flask("smallest")
    app.secret_key = "of no use"  # noqa: S105 (lives for seconds)

    @app.get("/lessons/<key>")
    def lesson(key: str) -> str:
        with Session(engine) as database:
            reader = database.get(Reader, session["reader"])
            found = database.scalars(select(Lesson).where(Lesson.key == key)).one()
            return render_template_string(PAGE, reader=reader, lesson=found)

    @app.post("/answers")
    def answer() -> str:
        with Session(engine) as database:
            reader = database.get_one(Reader, session["reader"])
            database.add(Answer(reader_id=reader.id, text=request.form["answer"]))
            database.commit()
        return "saved"

    return app
