"""A small course, and what pushes and publishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from learn.db import Database
from learn.publishing import services
from learn.publishing.standards import Standards, own_standards
from learn.storage import FolderStorage

PIXEL = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x10\x08\x06\x00\x00\x00"
COURSE = """---
title: Pengaduan
summary: Menangani pengaduan warga.
language: id
hours: 4
form: NKL03
outcomes:
  - {competency: M.05, level: 2}
valid_for: 3 years
complete:
  all:
    - modules: all
    - quiz: {name: akhir, pass: 70}
---

Mulai dari [modul pertama](01-dasar.md#alur).
"""
QUIZ = """---
title: Evaluasi akhir
role: final
---
## asas
Pilih yang benar.

- (x) Benar
- ( ) Salah
"""
FILES = {
    "courses/pengaduan/course.md": COURSE.encode(),
    "courses/pengaduan/course.en.md": b"---\ntitle: Complaints\n---\n\nHello.\n",
    "courses/pengaduan/01-dasar.md": b"---\ntitle: Dasar\n---\n\n## Alur\n\n![Peta](peta.png)\n",
    "courses/pengaduan/02-lanjut.md": b"---\ntitle: Lanjut\nminutes: 12\n---\n\nLalu [kuis](quiz:akhir).\n",
    "courses/pengaduan/peta.png": PIXEL,
    "quizzes/pengaduan/akhir.md": QUIZ.encode(),
}


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(FILES)


@pytest.fixture(scope="session")
def standards() -> Standards:
    return own_standards()


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "media")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def push(session, storage, now: datetime) -> Callable[..., bool]:
    def push(files: dict[str, bytes], *, course: str = "pengaduan", **more) -> bool:
        return services.push_tree(session, storage, course, files, actor_id=1, now=now, **more)

    return push


@pytest.fixture
def publish(session, storage, standards, now: datetime):
    def publish(course: str = "pengaduan"):
        return services.publish(session, storage, course, standards, actor_id=1, now=now)

    return publish


@pytest.fixture
def save(session, storage, now: datetime):
    def save(path: str, text: str, seen: str | None, *, course: str = "pengaduan"):
        return services.save_file(
            session, storage, course, path, text.encode(), seen=seen, actor_id=2, now=now
        )

    return save
