"""Files that are not text of the database: media, documents, kept by the digest of their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class Storage(Protocol):
    """A place for files by content digest; a folder today, an object store elsewhere."""

    def put(self, content: bytes) -> str:
        """Keep `content` and return its SHA-256 digest in hex; a second time changes nothing."""

    def put_chunks(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep a content that comes piece by piece; return its digest and its size in bytes."""

    def remove(self, digest: str) -> None:
        """Take away the content of `digest`, where it is; who calls knows that nothing names it."""

    def get(self, digest: str) -> bytes | None:
        """Return the content of `digest`, or None."""

    def path(self, digest: str) -> Path | None:
        """Return a local file with the content of `digest`, or None."""

    def digests(self) -> Iterator[str]:
        """Yield the digest of each file that is kept, in order."""


class FolderStorage:
    """Files in a folder, two levels deep, each named by its digest and written atomically."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _place(self, digest: str) -> Path:
        if not _DIGEST.match(digest):
            raise ValueError("not a digest")
        return self.folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Keep `content` and return its digest; the file is whole or absent, never half-written."""
        digest = hashlib.sha256(content).hexdigest()
        if not self._place(digest).is_file():
            self.put_chunks((content,))
        return digest

    def put_chunks(self, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Keep a content that comes piece by piece, in little memory however long it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self.folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(digest.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size

    def remove(self, digest: str) -> None:
        """Take away the file of `digest`; where there is none, nothing happens."""
        self._place(digest).unlink(missing_ok=True)

    def get(self, digest: str) -> bytes | None:
        """Return the content of `digest`, or None."""
        place = self.path(digest)
        return place.read_bytes() if place else None

    def path(self, digest: str) -> Path | None:
        """Return the file of `digest`, or None when there is none or it is no digest."""
        if not _DIGEST.match(digest):
            return None
        place = self._place(digest)
        return place if place.is_file() else None

    def digests(self) -> Iterator[str]:
        """Yield the digest of each file that is kept, in order; what is half-written is left out."""
        for place in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if _DIGEST.match(place.name):
                yield place.name


Named = Callable[[Session], bool]
_PENDING = "learn_storage_pending"


def put_at_commit(
    session: Session, storage: Storage, content: bytes, *, named: Named = lambda _session: True
) -> str:
    """Keep `content` when the transaction commits, and return its digest at once.

    What is refused in the end fills no disk, and leaves nobody's document behind.

    Parameters
    ----------
    named
        Asked at the commit: whether something names the content still; a savepoint may have gone back.
    """
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        event.listen(session, "before_commit", _put_pending)
        event.listen(session, "after_rollback", _forget_pending)
    session.info[_PENDING].append((storage, content, named))
    return hashlib.sha256(content).hexdigest()


def _put_pending(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for storage, content, named in session.info[_PENDING]:
        if named(session):
            storage.put(content)
    session.info[_PENDING].clear()


def _forget_pending(session: Session) -> None:
    session.info[_PENDING].clear()
