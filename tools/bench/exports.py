"""Exports: many people and completions, made by SQL beside the demonstration."""

from __future__ import annotations

import csv
import io
import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

from flask import Flask
from measuring import Measure

from learn.exports.formats.choosing import find_exporter
from learn.exports.kinds import kind_named, query_of
from learn.exports.services import export_chunks
from learn.people.access import EVERYTHING
from learn.web.state import State

PEOPLE = 200_000


def completions(app: Flask) -> Iterator[Measure]:
    """The CSV of all completions, against the bare loop of the csv module over the same rows."""
    state: State = app.extensions["learn"]
    tracemalloc.start()
    _export(state)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    yield Measure("memory of a CSV of 200,000 completions", peak, 200, "MB")
    ours, bare = _timed(lambda: _export(state)), _timed(lambda: _bare(state))
    yield Measure("time of a CSV of 200,000 completions to the bare loop", ours / bare, 2, "x")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def multiply(state: State) -> None:
    """Add people and completions; this is a bench, so it goes past the ledger."""
    with closing(sqlite3.connect(state.database.url.database or "")) as database, database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO n VALUES (?)", ((i,) for i in range(1, PEOPLE + 1)))
        database.execute(
            """INSERT INTO learn_person (id, source, name, title_before, title_after, sort_name, kind,
                active, unit_id, post_title, post_class, grade, created_at)
            SELECT 1000000 + i, 'learn', 'Pegawai ' || i, '', '', 'pegawai ' || i, 'PNS', 1,
                (SELECT min(id) + i % 10 FROM learn_unit), '', 'PELAKSANA', 'III/a', ? FROM n""",
            ("2026-01-01T00:00:00.000000Z",),
        )
        database.execute(
            """INSERT INTO learn_person_number (number, person_id, kind)
            SELECT printf('%018d', 199001012015030000 + i), 1000000 + i, 'PNS' FROM n"""
        )
        database.execute(
            """INSERT INTO learn_completion (person_id, course, cycle, version_id, enrolled_at,
                completed_at, unit_id, title, score, hours, form, certificate)
            SELECT 1000000 + i, 'ti-pelayanan-publik', 1, 'v', ?, ?, 1, 'Teknologi Informasi', 0.8, 6,
                'NKL03', printf('%06d/B', i) FROM n""",
            ("2026-03-01T00:00:00.000000Z", "2026-03-04T00:00:00.000000Z"),
        )


def _export(state: State) -> int:
    kind, exporter = kind_named("completions"), find_exporter(state.exporters, "csv")
    now = datetime.now(UTC)
    query = query_of(kind, scope=EVERYTHING, now=now, timezone=state.settings.timezone)
    with state.database.reading() as session:
        return sum(
            len(chunk) for chunk in export_chunks(session, kind, exporter, query, translate=str)
        )


def _bare(state: State) -> int:
    out = io.StringIO()
    writer = csv.writer(out)
    with closing(sqlite3.connect(state.database.url.database or "")) as database:
        rows = database.execute(
            """SELECT n.number, p.name, u.code, u.name, c.course, c.title, c.version_id, c.enrolled_at,
                c.completed_at, c.score, c.hours, c.form, c.certificate, c.valid_until
            FROM learn_completion c JOIN learn_person p ON p.id = c.person_id
            JOIN learn_person_number n ON n.person_id = p.id LEFT JOIN learn_unit u ON u.id = p.unit_id
            ORDER BY c.completed_at DESC"""
        )
        for row in rows:
            writer.writerow(row)
    return out.tell()
