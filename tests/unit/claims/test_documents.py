"""Documents of claims: a PDF or a picture up to 5 MB, told by content, kept once; all else is told what would do."""

from __future__ import annotations

import pytest

from learn.claims.documents import DOCUMENT_RULES, take_document
from learn.quizzes.handed_in.files import RefusedFile
from learn.storage import FolderStorage
from tests.support import make
from tests.support.files import DOCX, HIDDEN, HOSTILE, JPG, MP4, PDF, PNG, TXT

MOST = DOCUMENT_RULES.size_bytes


@pytest.fixture
def session(databases):
    with databases.fresh("sqlite") as database, database.writing() as session:
        yield session


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path / "media")


@pytest.mark.parametrize("what", [*HOSTILE, *HIDDEN])
def test_what_is_more_than_it_seems_is_not_even_kept(session, storage, what):
    with pytest.raises(RefusedFile):
        take_document(session, storage, "ijazah.pdf", {**HOSTILE, **HIDDEN}[what])
    assert list(storage.digests()) == []


@pytest.mark.parametrize("content", [DOCX, TXT, MP4], ids=["docx", "txt", "mp4"])
def test_another_kind_is_told_which_would_do(session, storage, content):
    with pytest.raises(RefusedFile, match="pdf, jpg, png"):
        take_document(session, storage, "ijazah.pdf", content)


@pytest.mark.parametrize("content", [PDF, JPG, PNG], ids=["pdf", "jpg", "png"])
def test_the_same_document_twice_is_kept_once(session, storage, content):
    one = take_document(session, storage, "ijazah.html", content)
    assert take_document(session, storage, "lain", content).digest == one.digest
    session.commit()
    assert list(storage.digests()) == [one.digest] and storage.get(one.digest) == content


def test_so_much_and_not_a_byte_more(session, storage):
    most = PDF[:-6] + b"%".ljust(MOST - len(PDF) - 1) + b"\n" + PDF[-6:]
    assert len(most) == MOST
    assert take_document(session, storage, "ijazah.pdf", most).media_type == "application/pdf"
    with pytest.raises(RefusedFile, match="larger than 5 MB"):
        take_document(session, storage, "ijazah.pdf", most + b"\n")


def test_the_document_of_what_is_refused_in_the_end_is_not_kept(session, storage):
    make.unit(session, "A")
    take_document(session, storage, "ijazah.pdf", PDF)
    session.rollback()
    make.unit(session, "A")
    session.commit()
    assert list(storage.digests()) == []


@pytest.mark.parametrize(
    "digest", ["", "..", "../../etc/passwd", "A" * 64, "a" * 64 + "\n", "a" * 63, "\x00" * 64]
)
def test_what_is_no_digest_leads_to_no_file(storage, digest):
    assert storage.get(digest) is None and storage.path(digest) is None
