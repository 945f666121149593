"""Files and browser are two doors to the same text, and neither loses what the other wrote."""

from __future__ import annotations

import pytest

from learn.errors import Conflict, Invalid, NotFound
from learn.publishing import services
from learn.publishing.services import EditedMeanwhile
from learn.publishing.trees import read_tree, write_tree

FIRST = "courses/pengaduan/01-dasar.md"


def test_pull_gives_back_byte_by_byte_what_was_pushed(session, storage, push, files, tmp_path):
    files |= {
        "courses/pengaduan/03-windows.md": b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nx  \r\n",
        "courses/pengaduan/04-rusak.md": b"\xff\xfe",
        "courses/pengaduan/05-kosong.md": b"",
        "courses/pengaduan/06-nul.md": b"a\x00b",
    }
    push(files)
    pulled = services.pull_tree(session, storage, "pengaduan")
    assert pulled == files
    write_tree(tmp_path, pulled)
    assert read_tree(tmp_path) == (files, [])


def test_a_pulled_folder_loses_files_that_the_draft_does_not_have(
    session, storage, push, files, tmp_path
):
    write_tree(tmp_path, {**files, "courses/pengaduan/09-lama.md": b"x"})
    (tmp_path / "courses/pengaduan/catatan.txt").write_text("tetap", encoding="utf-8")
    push(files)
    write_tree(tmp_path, services.pull_tree(session, storage, "pengaduan"))
    assert read_tree(tmp_path)[0] == files
    assert (tmp_path / "courses/pengaduan/catatan.txt").is_file()


def test_pushing_the_same_files_again_changes_nothing(push, files):
    assert push(files) is True
    assert push(files) is False


def test_a_push_onto_a_draft_that_was_edited_is_refused_with_the_difference(
    session, push, save, files
):
    push(files)
    seen = services.draft_file(session, "pengaduan", FIRST).digest
    save(FIRST, "---\ntitle: Dasar\n---\n\nDari peramban.\n", seen)
    with pytest.raises(EditedMeanwhile) as refused:
        push({**files, FIRST: b"---\ntitle: Dasar\n---\n\nDari berkas.\n"})
    assert "-Dari peramban." in refused.value.extra["difference"]
    assert "+Dari berkas." in refused.value.extra["difference"]
    assert "Dari peramban." in services.draft_file(session, "pengaduan", FIRST).text


def test_force_keeps_the_edited_draft_as_a_version(session, storage, push, save, files):
    push(files)
    seen = services.draft_file(session, "pengaduan", FIRST).digest
    save(FIRST, "Dari peramban.", seen)
    push(files, force=True)
    (kept,) = services.versions_of(session, "pengaduan")
    assert (kept.number, kept.current) == (None, False)
    assert services.version_sources(session, storage, kept.id)[FIRST] == b"Dari peramban."


def test_a_push_after_a_pull_goes_through(session, storage, push, save, files):
    push(files)
    seen = services.draft_file(session, "pengaduan", FIRST).digest
    save(FIRST, "Dari peramban.", seen)
    pulled = services.pull_tree(session, storage, "pengaduan")
    assert push({**pulled, FIRST: b"Dari berkas."}) is True


def test_a_stale_save_is_refused_with_both_texts(session, push, save, files):
    push(files)
    seen = services.draft_file(session, "pengaduan", FIRST).digest
    save(FIRST, "Made", seen)
    with pytest.raises(EditedMeanwhile) as refused:
        save(FIRST, "Ketut", seen)
    assert (refused.value.extra["mine"], refused.value.extra["theirs"]) == ("Ketut", "Made")
    assert refused.value.status == 409


def test_saving_the_same_text_twice_is_one_save(push, save, files):
    push(files)
    first = save("courses/pengaduan/03-baru.md", "# Baru\n", None)
    assert save("courses/pengaduan/03-baru.md", "# Baru\n", None) == first


@pytest.mark.parametrize(
    "path",
    [
        "courses/lain/01-a.md",
        "courses/pengaduan/../lain/01-a.md",
        "/etc/passwd",
        "courses/pengaduan/a.exe",
        "courses/pengaduan/sub/a.md",
        "courses/pengaduan/.md",
        "lain/pengaduan/a.md",
        "courses/pengaduan/a\n.md",
    ],
)
def test_a_file_has_its_place_in_its_course(push, save, files, path):
    push(files)
    with pytest.raises(Invalid):
        save(path, "x", None)


def test_a_file_can_be_renamed_and_deleted_by_who_saw_it(session, push, files, now):
    push(files)
    by = {"actor_id": 1, "now": now}
    file = services.draft_file(session, "pengaduan", FIRST)
    new = services.rename_file(
        session, "pengaduan", FIRST, "courses/pengaduan/01-awal.md", seen=file.digest, **by
    )
    with pytest.raises(NotFound):
        services.draft_file(session, "pengaduan", FIRST)
    with pytest.raises(EditedMeanwhile):
        services.delete_file(session, "pengaduan", new.path, seen="x", **by)
    services.delete_file(session, "pengaduan", new.path, seen=new.digest, **by)
    assert new.path not in [each.path for each in services.draft_files(session, "pengaduan")]
    with pytest.raises(Invalid):
        course = services.draft_file(session, "pengaduan", "courses/pengaduan/course.md")
        services.delete_file(session, "pengaduan", course.path, seen=course.digest, **by)


def test_a_renamed_file_does_not_overwrite_another(session, push, files, now):
    push(files)
    file = services.draft_file(session, "pengaduan", FIRST)
    with pytest.raises(Conflict):
        services.rename_file(session, "pengaduan", FIRST, "courses/pengaduan/02-lanjut.md",
                             seen=file.digest, actor_id=1, now=now)  # fmt: skip


def test_reordered_modules_take_links_and_quizzes_with_them(
    session, storage, push, publish, files, now
):
    quiz = files["quizzes/pengaduan/akhir.md"].replace(
        b"role: final", b"role: final\nmodule: 01-dasar"
    )
    push({**files, "quizzes/pengaduan/akhir.md": quiz})
    draft = services.draft_of(session, "pengaduan")
    services.reorder_modules(
        session, storage, "pengaduan", ["02-lanjut", "01-dasar"],
        seen=draft.digest, actor_id=1, now=now,
    )  # fmt: skip
    texts = {file.path: file.text for file in services.draft_files(session, "pengaduan")}
    assert "courses/pengaduan/01-lanjut.md" in texts
    assert "(02-dasar.md#alur)" in texts["courses/pengaduan/course.md"]
    assert "module: 02-dasar" in texts["quizzes/pengaduan/akhir.md"]
    publish()


def test_a_new_course_begins_with_text_that_can_be_published(session, storage, publish, now):
    services.start_draft(session, storage, "baru", 'Judul "aneh": #1', actor_id=1, now=now)
    assert publish("baru").number == 1
    with pytest.raises(Conflict):
        services.start_draft(session, storage, "baru", "Lagi", actor_id=1, now=now)


@pytest.mark.parametrize("key", ["Besar", "a b", "../x", "", "a" * 81, "-a"])
def test_a_course_key_is_small_letters_digits_and_hyphens(session, storage, now, key):
    with pytest.raises(Invalid):
        services.start_draft(session, storage, key, "A", actor_id=1, now=now)


def test_text_from_a_browser_keeps_the_line_ends_of_its_file():
    assert services.typed_text("a\r\nb\r\n") == b"a\nb\n"
    assert services.typed_text("a\r\nb\r\n", "x\ny") == b"a\nb\n"
    assert services.typed_text("a\r\nb", "x\r\ny\r\n") == b"a\r\nb"
    assert services.typed_text("a\ud800") == b"a?"


def test_a_preview_shows_the_page_and_its_problems_and_saves_nothing(
    session, storage, push, files, standards
):
    push(files)
    text = "---\ntitle: Dasar\n---\n\n## Alur\n\n*Baru* [x](04-tidak.md)\n"
    preview = services.preview_file(session, storage, "pengaduan", FIRST, text, standards)
    assert "<em>Baru</em>" in preview.html
    assert [problem.line for problem in preview.problems] == [7]
    assert services.draft_tree(session, storage, "pengaduan") == files


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "rahasia.txt").write_text("sandi")
    root = tmp_path / "isi"
    write_tree(root, {"courses/a/course.md": b"---\ntitle: A\n---\n"})
    (root / "courses" / "a" / "09-x.md").symlink_to(tmp_path / "rahasia.txt")
    (root / "courses" / "a" / "10-y.md").symlink_to(root / "courses" / "a" / "course.md")
    found, problems = read_tree(root)
    assert "courses/a/09-x.md" not in found and "courses/a/10-y.md" in found
    assert [problem.path for problem in problems] == ["courses/a/09-x.md"]
