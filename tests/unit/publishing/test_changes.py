"""What publishing would change, and drafts that are compiled once while nothing changes."""

from __future__ import annotations

import pytest

from learn.publishing import services
from learn.publishing.changes import PartChange, ValueChange, changes_between
from learn.publishing.compiled_drafts import CompiledDrafts, RememberingRenderer
from learn.publishing.compiler import compile_course
from learn.publishing.models import Version
from learn.publishing.skeletons import name_of

COURSE = "courses/pengaduan/course.md"
SECOND = "courses/pengaduan/02-lanjut.md"


def manifest(files, standards):
    return compile_course("pengaduan", files, standards).manifest


@pytest.fixture
def changed(files, standards, publish, push, session):
    """Return a function that publishes the course and says what `files` with changes would change."""

    def changed(**texts):
        push(files)
        before = session.get(Version, publish().id).manifest
        new = {**files, **{path: text for path, text in texts["files"].items() if text}}
        for path, text in texts["files"].items():
            if text is None:
                del new[path]
        return changes_between(before, manifest(new, standards))

    return changed


def test_the_same_files_change_nothing(changed):
    assert changed(files={}).nothing


def test_modules_and_quizzes_are_new_changed_or_gone(changed, files):
    changes = changed(
        files={
            "courses/pengaduan/01-dasar.md": files["courses/pengaduan/01-dasar.md"] + b"\nLagi.\n",
            SECOND: None,
            "courses/pengaduan/03-baru.md": b"---\ntitle: Baru\n---\nIsi.\n",
            "quizzes/pengaduan/akhir.md": files["quizzes/pengaduan/akhir.md"] + b"\n> Sebab.\n",
        }
    )
    assert set(changes.parts) == {
        PartChange("module", "01-dasar", "changed"),
        PartChange("module", "02-lanjut", "removed"),
        PartChange("module", "03-baru", "added"),
        PartChange("quiz", "akhir", "changed"),
    }
    assert not changes.values


@pytest.mark.parametrize("old, new, name", [
    (b"hours: 4", b"hours: 5", "hours"),
    (b"pass: 70", b"pass: 80", "complete"),
    (b"level: 2", b"level: 3", "outcomes"),
    (b"3 years", b"2 years", "valid_for"),
])  # fmt: skip
def test_what_the_course_is_worth_is_named(changed, files, old, new, name):
    changes = changed(files={COURSE: files[COURSE].replace(old, new)})
    assert [change.name for change in changes.values] == [name]


def test_hours_are_told_before_and_after(changed, files):
    changes = changed(files={COURSE: files[COURSE].replace(b"hours: 4", b"hours: 5")})
    assert changes.values == (ValueChange("hours", 4, 5),)


def test_a_first_version_is_all_new(files, standards):
    changes = changes_between(None, manifest(files, standards))
    assert {change.how for change in changes.parts} == {"added"} and not changes.nothing


def test_a_draft_is_compiled_again_when_it_or_another_course_changes(
    session, storage, push, save, files, standards
):
    drafts = CompiledDrafts()
    push(files)
    first = drafts.get(session, storage, "pengaduan", standards)
    assert drafts.get(session, storage, "pengaduan", standards) is first
    assert not first.media
    digest = services.draft_of(session, "pengaduan").digest
    assert drafts.problems_known("pengaduan", digest) == 0
    assert drafts.problems_known("pengaduan", "another") is None

    file = services.draft_file(session, "pengaduan", SECOND)
    save(SECOND, "---\ntitle: Lanjut\n---\nLihat [x](../lain/).\n", file.digest)
    second = drafts.get(session, storage, "pengaduan", standards)
    assert [problem.warning for problem in second.problems] == [True]
    push({"courses/lain/course.md": b"---\ntitle: Lain\n---\n"}, course="lain")
    third = drafts.get(session, storage, "pengaduan", standards)
    assert third.problems == ()


def test_a_text_is_rendered_once_and_anew_when_anything_about_it_differs():
    renderer = RememberingRenderer()
    made = renderer.render("*a*", "x.md", 3)
    assert renderer.render("*a*", "x.md", 3) is made
    for other in (
        renderer.render("*a*", "x.md", 4),
        renderer.render("*a*", "y.md", 3),
        renderer.render("*a*", "x.md", 3, language="en"),
        renderer.render("*a*", "x.md", 3, above=2),
    ):
        assert other is not made


@pytest.mark.parametrize("title, name", [
    ("Pelayanan Prima!", "pelayanan-prima"), ("  Élan -- vital ", "elan-vital"), ("日本", ""),
    ("a" * 99, "a" * 60),
])  # fmt: skip
def test_a_title_gives_a_name_of_small_letters_digits_and_hyphens(title, name):
    assert name_of(title) == name
