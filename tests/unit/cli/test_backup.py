"""A backup brings everything back, to either database, or changes nothing."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from learn.app import create_app
from learn.cli.archive import Archive, BadArchive, learn_tables, write_archive
from learn.db import Database
from learn.ledger import append, set_ledger_key
from learn.people.models import Person
from learn.web.state import State
from tests.support import make, records
from tests.unit.cli.conftest import runner_of

Run = Callable[..., Result]
PICTURE = b"\x89PNG a picture" * 1000


@pytest.fixture
def filled(state: State, now: datetime) -> State:
    """Give an installation with people, records, a detail, letters of all kinds and a picture."""
    state.storage.put(PICTURE)
    with state.database.transaction() as session:
        unit = make.unit(session, "DINKES")
        person = make.person(session, "hr", name="I Gusti Ngurah “Rai” Ḷ 😀", unit=unit)
        records.complete(session, person, now=now)
        append(session, person.id, "noted", {"n": 1.5}, at=now, detail={"reason": "baris\nbaru"})
    return state


@pytest.fixture
def empty(database_url: str, databases: Any, tmp_path: Path) -> Iterator[Flask]:
    """Give an empty installation on the other database."""
    other = databases.postgresql if database_url.startswith("sqlite") else databases.sqlite
    with other() as url:
        app = installation(url, tmp_path / "other")
        yield app
        app.extensions["learn"].database.dispose()


def installation(url: str, folder: Path) -> Flask:
    return create_app(
        {
            "LEARN_DATABASE_URL": url,
            "LEARN_DATA_DIR": str(folder),
            "LEARN_SECRET_KEY": "another key for tests",
            "LEARN_LANGUAGE": "en",
            "TESTING": True,
        }
    )


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in learn_tables()
        }


def rows(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        return {
            table.name: list(session.execute(select(table).order_by(*table.primary_key.columns)))
            for table in learn_tables()
        }


def test_everything_comes_back_on_the_other_database(
    run: Run, filled: State, empty: Flask, tmp_path: Path, now: datetime
) -> None:
    assert run("backup", tmp_path / "b.zip").exit_code == 0
    there: State = empty.extensions["learn"]
    assert runner_of(empty)("restore", tmp_path / "b.zip").exit_code == 0
    assert rows(there.database) == rows(filled.database)
    assert [there.storage.get(digest) for digest in there.storage.digests()] == [PICTURE]
    assert runner_of(empty)("ledger", "verify").exit_code == 0
    assert runner_of(empty)("ledger", "rebuild", "--check").exit_code == 0
    with there.database.transaction() as session:  # new ids begin after the restored ones
        make.person(session)
    back = tmp_path / "back.zip"
    assert runner_of(empty)("backup", back).exit_code == 0
    assert run("restore", "--force", back).exit_code == 0
    assert rows(there.database) == rows(filled.database)


def test_a_backup_is_whole_and_only_its_owner_can_read_it(
    run: Run, filled: State, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    file.write_text("an older one")
    result = run("backup", file)
    assert result.stdout == ""
    assert "secret" in result.stderr or "rahasia" in result.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert zipfile.ZipFile(file).testzip() is None
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_of_one_moment(filled: State, tmp_path: Path, run: Run, now: datetime) -> None:
    def write_meanwhile(_name: str) -> None:
        with filled.database.transaction() as session:
            append(session, 1, "noted", {}, at=now)

    with (tmp_path / "b.zip").open("w+b") as file:
        write_archive(file, filled.database, filled.storage, now=now, watch=write_meanwhile)
    with (tmp_path / "b.zip").open("rb") as file:
        manifest = Archive(file).manifest
    assert counts(filled.database)["learn_ledger"] > manifest.tables["learn_ledger"].rows
    assert run("restore", "--force", tmp_path / "b.zip").exit_code == 0
    assert counts(filled.database)["learn_ledger"] == manifest.tables["learn_ledger"].rows


def test_a_filled_database_is_kept_unless_forced(run: Run, filled: State, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run("backup", file)
    before = rows(filled.database)
    refused = run("restore", file)
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert rows(filled.database) == before
    with filled.database.transaction() as session:
        make.person(session)
    assert run("restore", "--force", file).exit_code == 0
    assert rows(filled.database) == before


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None], *more: tuple[str, bytes]) -> Path:  # fmt: skip
    """Return a copy of the backup with changed content, and a manifest as it was."""
    copy = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more:
            new.writestr(name, content)
    return copy


def with_manifest(**values: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        return json.dumps(json.loads(content) | values).encode()

    return change


def with_columns(*names: Any) -> Callable[[Path], Path]:
    """Return what makes a copy whose table of people has other columns, its manifest right about it."""

    def copied(file: Path) -> Path:
        path = "tables/learn_person.jsonl"
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            lines = archive.read(path).splitlines(keepends=True)
        content = b"".join([json.dumps(names).encode() + b"\n", *lines[1:]])
        table = manifest["tables"]["learn_person"]
        table |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        written = {path: content, "manifest.json": json.dumps(manifest).encode()}
        return rewritten(file, lambda name, old: written.get(name, old))

    return copied


def same(_name: str, content: bytes) -> bytes:
    return content


def without(gone: str) -> Callable[[str, bytes], bytes | None]:
    return lambda name, content: None if name.startswith(gone) else content


DAMAGE: dict[str, Callable[[Path], Path]] = {
    "a changed value": lambda f: rewritten(f, lambda n, c: c.replace(b"Gusti", b"Agung")),
    "a lost table": lambda f: rewritten(f, without("tables/learn_person.")),
    "a lost picture": lambda f: rewritten(f, without("media/")),
    "a lost manifest": lambda f: rewritten(f, without("manifest")),
    "a foreign file": lambda f: rewritten(f, same, ("../../etc/passwd", b"root")),
    "another schema": lambda f: rewritten(f, with_manifest(schema="9999_future")),
    "another form": lambda f: rewritten(f, with_manifest(version=2)),
    "no tables": lambda f: rewritten(f, with_manifest(tables=3)),
    "unknown columns": with_columns("name; drop"),
    "columns that are no names": with_columns(1, ["id"], {"id": 1}, None),
    "another format": lambda f: rewritten(f, with_manifest(format="zip")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_or_foreign_backup_changes_nothing(
    run: Run, filled: State, tmp_path: Path, damage: Callable[[Path], Path]
) -> None:
    run("backup", tmp_path / "b.zip")
    before = rows(filled.database)
    result = run("restore", "--force", damage(tmp_path / "b.zip"))
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert rows(filled.database) == before


@pytest.mark.parametrize("cut", [10, 1000, -1, -30])
def test_a_backup_that_was_cut_off_changes_nothing(
    run: Run, filled: State, tmp_path: Path, cut: int
) -> None:
    file = tmp_path / "b.zip"
    run("backup", file)
    file.write_bytes(file.read_bytes()[:cut])
    before = rows(filled.database)
    assert run("restore", "--force", file).exit_code == 1
    assert rows(filled.database) == before


def test_each_flipped_byte_is_found_or_harmless(run: Run, filled: State, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run("backup", file)
    good = file.read_bytes()
    with file.open("rb") as opened:
        names = Archive(opened).manifest.members
    for place in range(0, len(good), max(1, len(good) // 150)):
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :])
        with damaged.open("rb") as opened:
            try:
                archive = Archive(opened)
            except BadArchive:
                continue
            assert archive.manifest.members == names


def test_a_ledger_that_does_not_hold_is_not_restored_by_accident(
    run: Run, filled: State, tmp_path: Path
) -> None:
    with filled.database.engine.begin() as connection:
        connection.execute(text("UPDATE learn_ledger SET data = '{}' WHERE seq = 2"))
    file = tmp_path / "b.zip"
    run("backup", file)
    before = rows(filled.database)
    refused = run("restore", "--force", file)
    assert refused.exit_code == 1
    assert "--unverified" in refused.stderr
    assert rows(filled.database) == before
    assert run("restore", "--force", "--unverified", file).exit_code == 0


def test_the_key_of_the_ledger_is_needed_to_restore(
    run: Run, filled: State, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    run("backup", file)
    set_ledger_key("another")
    try:
        assert "LEARN_LEDGER_KEY" in run("restore", "--force", file).stderr
    finally:
        set_ledger_key("")


def test_rows_that_a_table_refuses_change_nothing(run: Run, filled: State, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run("backup", file)
    before = rows(filled.database)

    def other_kind(name: str, content: bytes) -> bytes:
        return content.replace(b'"PNS"', b'"???"') if "learn_person." in name else content

    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        body = other_kind("learn_person.", archive.read("tables/learn_person.jsonl"))
    manifest["tables"]["learn_person"] |= {
        "size": len(body), "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip

    def change(name: str, content: bytes) -> bytes:
        if name == "manifest.json":
            return json.dumps(manifest).encode()
        return other_kind(name, content)

    result = run("restore", "--force", rewritten(file, change))
    assert result.exit_code == 1
    assert "learn_person" in result.stderr
    assert rows(filled.database) == before


def test_nothing_is_written_where_nothing_can_be_written(run: Run, filled: State) -> None:
    result = run("backup", "/no/such/folder/b.zip")
    assert result.exit_code == 2
    assert "/no/such/folder/b.zip" in result.stderr
    with filled.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
