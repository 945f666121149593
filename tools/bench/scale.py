"""How pages and exports do over a crowd: `learn serve --demo` once, `learn crowd`, then this.

``LEARN_DATABASE_URL=... LEARN_DATA_DIR=... python tools/bench/scale.py`` signs in as the demonstration's
HR officer, follows the links from the pages of HR, and times one address of each kind of page: the
whole agency, and one of its divisions.  The exit code is 1 when a page takes a second or more.
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from measuring import Measure, counting
from surroundings import post

from learn.app import create_app
from learn.demo.filling import kept_sign_ins
from learn.exports.formats.choosing import find_exporter
from learn.exports.kinds import kind_named, query_of
from learn.exports.services import export_chunks
from learn.people.access import EVERYTHING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.walking import adapter, kind_of, links

STARTS = ("/hr/", "/hr/people/", "/hr/matrix/", "/hr/completions/", "/hr/export/", "/hr/siasn/",
          "/hr/match/", "/hr/assignments/", "/hr/due/", "/verification/", "/admin/people/",
          "/admin/units/", "/hr/?unit=OPD07-03", "/hr/people/?unit=OPD07-03",
          "/hr/matrix/?unit=OPD07-03", "/hr/match/?unit=OPD07-03")  # fmt: skip
LOOKS = 3
ROWS = 1_000_000


def main() -> int:
    """Measure, print, and say whether every limit is kept."""
    app = create_app()
    kept = True
    groups = [_pages(app, _signed_in(app, "199009172014021910"))]
    groups += [_csv(app)] if "--csv" in sys.argv else []
    for group in groups:
        for measure in group:
            print(measure, flush=True)
            kept = kept and measure.kept
    return 0 if kept else 1


def _signed_in(app: Flask, number: str) -> FlaskClient:
    password = kept_sign_ins(app.extensions["learn"].settings).splitlines()[0].rpartition(" ")[2]
    client = app.test_client()
    post(client, "/sign-in", "/sign-in", number=number, password=password)
    return client


def _pages(app: Flask, client: FlaskClient) -> Iterator[Measure]:
    views = adapter(app)
    waiting, seen, kinds = list(STARTS), set(STARTS), dict.fromkeys([""], 99)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(views, address.partition("?")[0])
        if address not in STARTS and kinds.get(kind, 0) >= 1:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer, first = _timed(client, address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        with counting(app) as statements:
            times = [first, *(_timed(client, address)[1] for _ in range(LOOKS - 1))]
        limit = 0.3 if address.startswith("/hr/matrix/?unit") else 1.0
        count = len(statements) // (LOOKS - 1)
        name = f"{address[:44]} ({count} statements, first {first:.2f})"
        yield Measure(name, statistics.median(times), limit, "s")
        new = [
            link for link in links(answer.text, f"http://localhost{address}") if link not in seen
        ]
        seen.update(new)
        waiting += [link for link in new if link.startswith(("/hr/", "/verification/", "/admin/"))]


def _timed(client: FlaskClient, address: str) -> tuple[Any, float]:
    start = time.perf_counter()
    answer = client.get(address)
    return answer, time.perf_counter() - start


def _csv(app: Flask) -> Iterator[Measure]:
    """The CSV of a million completions against the bare loop of the csv module over the same rows."""
    state = app.extensions["learn"]
    kind, exporter = kind_named("completions"), find_exporter(state.exporters, "csv")
    query = query_of(
        kind, scope=EVERYTHING, now=datetime.now(UTC), timezone=state.settings.timezone
    )

    def ours() -> int:
        rows = 0
        with state.database.reading() as session:
            for chunk in export_chunks(session, kind, exporter, query, translate=str):
                rows += chunk.count(b"\n")
                if rows >= ROWS:
                    break
        return rows

    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    yield Measure("memory of a CSV of a million completions", peak, 200, "MB")
    start = time.perf_counter()
    ours()
    middle = time.perf_counter()
    _bare(state)
    yield Measure("time of a CSV of a million completions to the bare loop",
                  (middle - start) / (time.perf_counter() - middle), 2, "x")  # fmt: skip


def _bare(state: Any) -> None:
    out = StringIO()
    with closing(state.database.engine.raw_connection()) as connection:
        cursor = connection.driver_connection.cursor(name="bare")
        cursor.itersize = 10_000
        cursor.execute(
            """SELECT n.number, p.name, u.code, u.name, c.course, c.title, c.version_id, c.enrolled_at,
                c.completed_at, c.score, c.hours, c.form, c.certificate, c.valid_until
            FROM learn_completion c JOIN learn_person p ON p.id = c.person_id
            JOIN learn_person_number n ON n.person_id = p.id LEFT JOIN learn_unit u ON u.id = p.unit_id
            ORDER BY c.completed_at DESC, c.person_id, c.course, c.cycle"""
        )
        writer = csv.writer(out)
        for row in islice(cursor, ROWS):
            writer.writerow(row)


if __name__ == "__main__":
    sys.exit(main())
