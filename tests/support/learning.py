"""A small course for tests: two modules, a module quiz, a pre-test, a final test, a scarce test."""

from __future__ import annotations

from datetime import datetime
from textwrap import dedent

from flask import Flask

from learn.courses.version import CourseVersion
from learn.publishing.services import publish, push_tree
from learn.publishing.standards import own_standards
from learn.web.state import State

COURSE = "dasar"

FILES = {
    "courses/dasar/course.md": """\
        ---
        title: Dasar pelayanan
        summary: Dua modul dan satu tes.
        language: id
        hours: 6
        form: NKL03
        outcomes:
          - {competency: M.05, level: 2}
        valid_for: 3 years
        complete:
          all:
            - modules: all
            - quiz: {name: akhir, pass: 70}
        ---
        Untuk semua pegawai.
        """,
    "courses/dasar/01-satu.md": """\
        ---
        title: Modul satu
        minutes: 5
        ---
        ## Bagian pertama

        Isi modul satu, lalu [modul dua](02-dua.md).
        """,
    "courses/dasar/02-dua.md": """\
        ---
        title: Modul dua
        minutes: 5
        ---
        ## Bagian kedua

        Isi modul dua.
        """,
    "quizzes/dasar/akhir.md": """\
        ---
        title: Tes akhir
        role: final
        pass: 70
        attempts: 3
        time_limit: 20 minutes
        ---
        ## spbe
        Apa kepanjangan SPBE?

        - ( ) Sistem Pelayanan Berbasis Elektronik
          > RAHASIA umpan salah.
        - (x) Sistem Pemerintahan Berbasis Elektronik

        > RAHASIA umpan umum.

        ## jp
        Berapa JP minimal setahun bagi PNS?
        = 20 JP
        """,
    "quizzes/dasar/latihan.md": """\
        ---
        title: Latihan
        role: practice
        module: 01-satu
        ---
        ## maklumat
        Maklumat pelayanan wajib ditempel.

        - (x) Benar
        - ( ) Salah

        > RAHASIA alasan.
        """,
    "quizzes/dasar/sekali.md": """\
        ---
        title: Sekali saja
        attempts: 1
        review: never
        role: pretest
        ---
        ## satu
        Satu tambah satu?
        = 2
        """,
}


def files_of_course(**changed: str) -> dict[str, bytes]:
    """Return the files of the course; `changed` replaces texts by path with ``__`` for ``/``."""
    files = {path: dedent(text) for path, text in FILES.items()}
    files.update({path.replace("__", "/"): dedent(text) for path, text in changed.items()})
    return {path: text.encode() for path, text in files.items() if text}


def publish_course(
    app: Flask, now: datetime, files: dict[str, bytes] | None = None, course: str = COURSE
) -> CourseVersion:
    """Publish the small course (or `files`) in the application's database and return its version."""
    state: State = app.extensions["learn"]
    with state.database.transaction() as session:
        push_tree(
            session,
            state.storage,
            course,
            files or files_of_course(),
            actor_id=None,
            now=now,
            force=True,
        )
        publish(session, state.storage, course, own_standards(), actor_id=None, now=now)
    with state.database.reading() as session:
        version = state.versions.current(session, course)
    assert version is not None
    return version


RIGHT = {"spbe": "Sistem Pemerintahan Berbasis Elektronik", "jp": "20"}
"""What answers the final test rightly: the text of the option, or what is typed."""
