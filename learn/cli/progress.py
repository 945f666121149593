"""Progress of long commands, shown only where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import click


def bar(
    things: Iterable[Any] | None = None, *, length: int | None = None, label: str = ""
) -> AbstractContextManager[Any]:
    """Return a progress bar on standard error; hidden unless that is a terminal."""
    return click.progressbar(
        things, length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    )
