"""A zip brings a course elsewhere, and nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest

from learn.publishing import services
from learn.publishing.trees import BadArchive, unzip, zip_of


def zipped(entries: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_an_exported_course_comes_in_elsewhere_without_a_loss(session, storage, push, files, now):
    push(files)
    archive = services.export_zip(session, storage, "pengaduan")
    assert unzip(archive) == files
    assert services.import_zip(session, storage, archive, actor_id=1, now=now) == ["pengaduan"]


def test_a_zip_may_hold_one_course_folder_or_a_folder_around_all(files):
    one = {
        "baru/course.md": b"a",
        "baru/01-a.md": b"b",
        "__MACOSX/baru/._x": b"c",
        "baru/.DS_Store": b"",
    }
    assert sorted(unzip(zipped(one))) == ["courses/baru/01-a.md", "courses/baru/course.md"]
    assert unzip(zipped({f"isi-main/{path}": content for path, content in files.items()})) == files
    assert unzip(zipped({"course.md": b"a"}), course="baru") == {"courses/baru/course.md": b"a"}


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/x.md",
        "/etc/x.md",
        "courses/x/../../../x.md",
        "courses/../../x.md",
        "C:/x/y.md",
        "courses\\x\\y.md",
        "courses/x/run.sh",
        "courses/x/page.html",
        "courses/x/sub/deep/a.md",
        "a/b/c/d/e.md",
    ],
)
def test_a_zip_with_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(BadArchive):
        unzip(zipped({"courses/x/course.md": b"a", name: b"x"}))


def test_a_zip_that_would_grow_without_end_is_refused():
    with pytest.raises(BadArchive, match="unpack to more"):
        unzip(zipped({"courses/x/course.md": b"0" * 5_000_000}))


def test_a_zip_that_lies_about_a_size_is_refused():
    content = b"x" * 50_000
    archive = bytearray(zipped({"courses/x/course.md": content}))
    size = (50_000).to_bytes(4, "little")
    assert archive.count(size) == 2
    archive = bytes(archive).replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(BadArchive):
        unzip(archive)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"not a zip", b"PK\x05\x06" + b"\x00" * 18]
)
def test_what_is_no_zip_of_content_is_refused(content):
    with pytest.raises(BadArchive):
        unzip(content)


def test_two_files_of_one_name_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("courses/x/course.md", b"a")
        archive.writestr("courses/x/course.md", b"b")
    with pytest.raises(BadArchive, match="same name"):
        unzip(out.getvalue())


def test_the_same_files_make_the_same_zip(files):
    assert zip_of(files) == zip_of(dict(reversed(files.items())))
