"""Trainers see each question as learners do, and its key below it."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from tests.support.learning import FILES, publish_course
from tests.support.quizzes import FURTHER_TYPES, UNGRADED


@pytest.fixture
def published(app):
    """Publish the small course with a quiz of many types."""
    text = f"---\ntitle: Ragam\n---\n{dedent(FURTHER_TYPES)}\n{dedent(UNGRADED)}"
    files = {path: dedent(each).encode() for path, each in FILES.items()}
    return publish_course(
        app, datetime.now(UTC), {**files, "quizzes/dasar/ragam.md": text.encode()}
    )


def test_the_preview_shows_every_type_with_its_key_and_weights(published, trainer):
    page = trainer.get("/studio/dasar/preview/quizzes/ragam/")
    for said in (
        "Dekatrahasia 50%", "1987654 km", "-25%", "Belongs to nothing", "[4] petugas", "Kotak saran Opsional",
        "Menunggu 2\u20133",
    ):  # fmt: skip
        assert said in page.text, said


def test_the_editor_shows_every_type_beside_its_text(published, trainer):
    page = trainer.get("/studio/dasar/files/quizzes/dasar/ragam.md")
    assert "Satu JP" in page.text and "Apa saran Anda?" in page.text
