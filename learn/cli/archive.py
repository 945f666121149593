"""The file of a backup: a zip of all tables as JSON lines, the media, and a manifest with digests.

It is the same for SQLite and PostgreSQL, so a backup also moves Learn from one to the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Boolean, Table, select
from sqlalchemy.orm import Session

from learn import __version__
from learn.db import Database, moment_text
from learn.errors import LearnError, Message
from learn.ledger.models import AuditHead, LedgerHead
from learn.ledger.raw import as_stored, raw_texts
from learn.migrating import current_revision
from learn.schema import metadata
from learn.storage import Storage

FORMAT = "learn-backup"
VERSION = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 2**20
BATCH = 500
PIECE_BYTES = 2**20
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class BadArchive(LearnError):
    """The file is no backup of Learn, or not as it was written; nothing was changed."""

    code = "bad-backup"


@dataclass(frozen=True)
class Member:
    """One file of the archive: its size, the SHA-256 of its content, and how many rows it holds."""

    size: int
    sha256: str
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.  `heads` is the digest of the ends of all chains: worth keeping elsewhere."""

    schema: str
    created_at: datetime
    database: str
    tables: Mapping[str, Member]
    media: Mapping[str, Member]
    heads: str
    learn: str = __version__
    format: str = FORMAT
    version: int = VERSION

    @property
    def members(self) -> dict[str, Member]:
        """Return all files of the archive but the manifest, by name."""
        tables = {table_file(name): member for name, member in self.tables.items()}
        return tables | {media_file(digest): member for digest, member in self.media.items()}


def table_file(name: str) -> str:
    """Return the name of a table's file."""
    return f"tables/{name}.jsonl"


def media_file(digest: str) -> str:
    """Return the name of a media file."""
    return f"media/{digest}"


def learn_tables() -> list[Table]:
    """Return all tables of Learn and its plugins, those that others point to first."""
    return [table for table in metadata().sorted_tables if table.name.startswith("learn_")]


def write_archive(
    file: BinaryIO,
    database: Database,
    storage: Storage,
    *,
    now: datetime,
    watch: Callable[[str], object] = bool,
) -> Manifest:
    """Write all tables, as they are at one moment, and all media; Learn may serve meanwhile.

    `watch` is told the name of each file that comes next.
    """
    with zipfile.ZipFile(file, "w") as archive:
        with database.snapshot() as session:
            schema = current_revision(session.connection()) or ""
            tables = {}
            for table in learn_tables():
                watch(table_file(table.name))
                tables[table.name] = _add_table(archive, session, table, now)
        media = {}
        for digest in storage.digests():  # after the tables: what they name is there
            watch(media_file(digest))
            media[digest] = _add_media(archive, storage, digest, now)
        manifest = Manifest(
            schema=schema, created_at=now, database="sqlite" if database.is_sqlite else "postgresql",
            tables=tables, media=media, heads=heads_digest(tables),
        )  # fmt: skip
        text = json.dumps(asdict(manifest), default=str, indent=1)
        with archive.open(_entry(MANIFEST, now), "w") as member:
            member.write(text.encode())
    return manifest


def heads_digest(tables: Mapping[str, Member]) -> str:
    """Return one digest of the ends of all chains."""
    heads = (tables[model.__tablename__].sha256 for model in (LedgerHead, AuditHead))
    return hashlib.sha256("".join(heads).encode()).hexdigest()


def _entry(name: str, now: datetime, *, packed: bool = True) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o600 << 16
    return entry


@dataclass
class _Writing:
    """A file of the archive while it is written."""

    file: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, content: bytes) -> None:
        self.file.write(content)
        self.size += len(content)
        self.digest.update(content)


def _add_table(archive: zipfile.ZipFile, session: Session, table: Table, now: datetime) -> Member:
    entry = _entry(table_file(table.name), now)
    with archive.open(entry, "w", force_zip64=True) as opened:
        writing, rows = _Writing(opened), 0
        writing.write(_line([column.name for column in table.columns]))
        for lines in _lines(session, table):
            rows += len(lines)
            writing.write(b"".join(lines))
    return Member(writing.size, writing.digest.hexdigest(), rows)


def _lines(session: Session, table: Table) -> Iterator[list[bytes]]:
    flags = [isinstance(column.type, Boolean) for column in table.columns]
    query = select(*map(as_stored, table.columns)).order_by(*table.primary_key.columns)
    options = {"yield_per": BATCH}
    with raw_texts(session), session.execute(query, execution_options=options) as rows:
        for some in rows.partitions():
            yield [_line([*map(_portable, row, flags)]) for row in some]


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def _portable(value: Any, flag: bool) -> Any:
    """Return the value as both databases would say it."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return bool(value) if flag and isinstance(value, int) else value


def _add_media(archive: zipfile.ZipFile, storage: Storage, digest: str, now: datetime) -> Member:
    with archive.open(
        _entry(media_file(digest), now, packed=False), "w", force_zip64=True
    ) as opened:
        writing = _Writing(opened)
        writing.write(storage.get(digest) or b"")
    return Member(writing.size, writing.digest.hexdigest())


class Archive:
    """A backup that is opened for reading; every file is checked before any is used.

    Raises
    ------
    BadArchive
        It is damaged, or something else; the message says what.
    """

    def __init__(self, file: BinaryIO, *, watch: Callable[[str], object] = bool) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise BadArchive(
                Message("This is not a backup of Learn, or its end is missing.")
            ) from error
        self.manifest = self._read_manifest()
        self._check_names()
        for name, member in self.manifest.members.items():
            watch(name)
            self._check(name, member)

    def _read_manifest(self) -> Manifest:
        foreign = BadArchive(Message("This is not a backup of Learn: it has no readable manifest."))
        try:
            if self._zip.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise foreign
            data = json.loads(self._zip.read(MANIFEST))
        except (KeyError, ValueError, RecursionError, *DAMAGED) as error:
            raise foreign from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise foreign
        if data.get("version") != VERSION:
            raise BadArchive(
                Message("The backup has the form %(found)s; this program reads form %(own)s.",
                        found=data.get("version"), own=VERSION)
            )  # fmt: skip
        try:
            return TypeAdapter(Manifest).validate_python(data)
        except ValidationError as error:
            raise foreign from error

    def _check_names(self) -> None:
        names = self._zip.namelist()
        expected = {MANIFEST, *self.manifest.members}
        for name in sorted(expected.symmetric_difference(names)):
            what = Message("missing") if name in expected else Message("not in its manifest")
            raise _damaged(name, what)
        if len(names) != len(expected):
            raise _damaged(MANIFEST, Message("a name stands twice"))

    def _check(self, name: str, member: Member) -> None:
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as file:
                while piece := file.read(PIECE_BYTES):
                    size += len(piece)
                    if size > member.size:
                        break
                    digest.update(piece)
        except DAMAGED as error:
            raise _damaged(name, Message("cannot be read")) from error
        if size != member.size or digest.hexdigest() != member.sha256:
            raise _damaged(name, Message("is not as it was written"))
        if name == media_file(name[6:]) and member.sha256 != name[6:]:
            raise _damaged(name, Message("is not as it was written"))

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Yield the lines of a table: first the names of its columns, then each row's values."""
        with self._zip.open(table_file(table)) as file:
            for number, line in enumerate(file, 1):
                try:
                    values = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise bad_line(table, number) from error
                if not isinstance(values, list):
                    raise bad_line(table, number)
                yield [_unpacked(value) for value in values]

    def media(self) -> Iterable[tuple[str, bytes]]:
        """Yield digest and content of each media file."""
        for digest in self.manifest.media:
            yield digest, self._zip.read(media_file(digest))


def bad_line(table: str, number: int) -> BadArchive:
    """Return the error for a line that cannot be used."""
    return _damaged(table_file(table), Message("line %(number)s cannot be read", number=number))


def _damaged(name: str, what: Message) -> BadArchive:
    return BadArchive(
        Message(
            "The backup is damaged: %(name)s %(what)s. Nothing was changed.", name=name, what=what
        )
    )


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(str(value.get("base64", "")))
    return value
