"""Pages: what a lesson costs in statements, time and bytes, and what starting costs."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from measuring import Measure, counting, ratio
from surroundings import smallest_program


def imports() -> Iterator[Measure]:
    """Importing Learn, in a process of its own; the best of five."""
    code = "import time; t = time.perf_counter(); from learn import Learn; print(time.perf_counter() - t)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    yield Measure("from learn import Learn", min(seconds), 0.5, "s")


def module_page(app: Flask, client: FlaskClient, address: str, folder: Path) -> Iterator[Measure]:
    """A signed-in person reads a module: statements, and rate against the smallest page."""
    with counting(app) as statements:
        answer = client.get(address)
    assert answer.status_code == 200
    yield Measure("SQL statements of a module page", len(statements), 3, "")
    writes = [text for text in statements if not text.startswith(("SELECT", "WITH", "PRAGMA"))]
    yield Measure("of these, statements that write", len(writes), 0, "")
    smallest = smallest_program(folder, len(answer.get_data()))
    found = ratio(lambda: client.get(address), lambda: smallest.get("/lessons/one"))
    yield Measure("rate of a module page to the smallest page", found, 0.5, "x", at_most=False)


def first_view(client: FlaskClient, address: str) -> Iterator[Measure]:
    """What goes over the wire for a lesson: first with all it loads at once, then the page alone."""
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(address, headers=packed).get_data()
    text = gzip.decompress(page).decode()
    loaded = set(re.findall(r'<(?:link|script)\b[^>]*(?:href|src)="([^"#]+)', text))
    loaded |= {name.partition("#")[0] for name in re.findall(r'<use href="([^"]+)', text)}
    files = [client.get(name.replace("&amp;", "&"), headers=packed) for name in sorted(loaded)]
    sizes = sum(len(file.get_data()) for file in files if file.status_code == 200)
    yield Measure(
        "first view of a lesson, styles and scripts included", (len(page) + sizes) / 1000, 60, "kB"
    )
    yield Measure("the next lesson", len(page) / 1000, 15, "kB")
