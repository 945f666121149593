"""The document of a claim: a PDF or a picture, told by its content."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from learn.quizzes.handed_in.files import FileRules, checked_file
from learn.storage import Storage, put_at_commit

DOCUMENT_RULES = FileRules(most=1, kinds=("pdf", "jpg", "png"), size_bytes=5 * 1000 * 1000)


@dataclass(frozen=True)
class Document:
    """A document that came in: its digest in the storage, its kind, and its name."""

    digest: str
    media_type: str
    name: str


def take_document(session: Session, storage: Storage, name: str, content: bytes) -> Document:
    """Return a document that was sent; it is kept when the transaction commits.

    Raises
    ------
    RefusedFile
        It is no PDF, JPG or PNG by its content, too large, or more than it seems.
    """
    found = checked_file(name, content, DOCUMENT_RULES)
    return Document(put_at_commit(session, storage, content), found.media_type, found.name)
