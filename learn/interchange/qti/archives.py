"""A zip from strangers: its files are listed and read one by one, never unpacked, and no size is believed."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from learn.courses.media import suffix_of
from learn.errors import Message
from learn.interchange.model import MAX_FILE_BYTES
from learn.interchange.qti.elements import BadQti

MOST_FILES, MOST_BYTES, MOST_RATIO = 5_000, 200_000_000, 200
INSIDE = frozenset({"zip", "imscc", "jar", "7z", "rar", "gz"})
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, NotImplementedError,
    ValueError, KeyError, IndexError, OverflowError,
)  # fmt: skip
_TOO_LARGE = Message("The package is too large when it is unpacked; divide it.")


@dataclass
class Archive:
    """An open zip: the sizes of the files that may be read, and what is left out of it with the reason."""

    zip: zipfile.ZipFile
    sizes: dict[str, int] = field(default_factory=dict)
    left_out: list[tuple[str, Message]] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises
        ------
        BadQti
            It cannot be unpacked, or is larger than it says.
        """
        try:
            with self.zip.open(path) as file:
                content = file.read(MOST_BYTES + 1)
        except _BROKEN as error:
            message = Message("The file %(name)s in the package is damaged.", name=path[:200])
            raise BadQti(message) from error
        if len(content) > MOST_BYTES:
            raise BadQti(_TOO_LARGE)
        return content

    def reason(self, info: zipfile.ZipInfo) -> Message | None:
        """Return why a file is not looked at."""
        if _is_outside(info.filename):
            return Message("The name leads out of the package; the file is left out.")
        if info.flag_bits & 1:
            return Message("The file is encrypted and cannot be read.")
        if info.filename in self.sizes:
            return Message("A second file of this name is left out.")
        if suffix_of(info.filename) in INSIDE:
            return Message("An archive inside the package is not opened.")
        if info.compress_type not in _METHODS:
            return Message(
                "The file is packed in a way that is not read; use the usual one (deflate)."
            )
        return None


def open_archive(content: bytes) -> Archive:
    """Return an open zip.

    Raises
    ------
    BadQti
        It is none, or would be too large.
    """
    try:
        archive = Archive(zipfile.ZipFile(io.BytesIO(content)))
        infos = archive.zip.infolist()
    except _BROKEN as error:
        raise BadQti(Message("This is no zip that can be opened.")) from error
    total = sum(info.file_size for info in infos)
    most = min(MOST_BYTES, MOST_RATIO * max(len(content), 10_000))
    if len(infos) > MOST_FILES or len(content) > MAX_FILE_BYTES or total > most:
        raise BadQti(_TOO_LARGE)
    for info in infos:
        if info.is_dir() or _is_of_a_desk(info.filename):
            continue
        reason = archive.reason(info)
        if reason is None:
            archive.sizes[info.filename] = info.file_size
        else:
            shown = "".join(sign if sign.isprintable() else "?" for sign in info.filename)
            archive.left_out.append((shown[:200], reason))
    return archive


def _is_of_a_desk(name: str) -> bool:
    """Whether a system left a file there that nobody packed."""
    return posixpath.basename(name) in (".DS_Store", "Thumbs.db") or name.startswith("__MACOSX/")


def _is_outside(name: str) -> bool:
    drive = re.match(r"[A-Za-z]:", name) is not None
    rooted = not name or name.startswith("/") or drive
    return rooted or "\\" in name or "\x00" in name or ".." in name.split("/")
