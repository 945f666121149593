"""Measure what Learn promises about speed and size, over the demonstration, in a folder of its own.

Rates are ratios inside one run to the smallest Flask and SQLAlchemy program that does the same kind of
work, taken in turns, so that a slow machine slows both. The exit code is 1 when a limit is missed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import analysis
import exports
import pages
import writes
from flask import Flask
from flask.testing import FlaskClient
from growth import Growth
from measuring import Measure
from surroundings import demonstration, module_address, signed_in


def _after_growth(app: Flask, client: FlaskClient, address: str) -> Iterator[Measure]:
    growth = Growth(app, client, ["/", address, "/me/record/"])
    exports.multiply(app.extensions["learn"])
    yield from growth.measures()
    yield from exports.completions(app)


def main() -> int:
    """Measure, print, and say whether every limit is kept."""
    kept = True
    with tempfile.TemporaryDirectory(prefix="learn-bench-") as name:
        folder = Path(name)
        app = demonstration(folder / "data")
        client = signed_in(app)
        address = module_address(client)
        for group in (
            pages.imports(),
            pages.module_page(app, client, address, folder),
            pages.first_view(client, address),
            writes.answers(app, client, folder),
            writes.submissions(app, folder),
            analysis.analysis_of_a_million(folder),
            _after_growth(app, client, address),
        ):
            for measure in group:
                print(measure, flush=True)
                kept = kept and measure.kept
        app.extensions["learn"].database.dispose()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
