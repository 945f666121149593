"""Commands as somebody types them, over a real application and database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from learn.cli import learn
from learn.web.state import State

Run = Callable[..., Result]


def runner_of(app: Flask) -> Run:
    def run(*words: object) -> Result:
        with app.app_context():
            result = CliRunner().invoke(learn, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def state(app: Flask) -> State:
    found: State = app.extensions["learn"]
    return found


@pytest.fixture
def run(app: Flask) -> Run:
    """Return a function that runs a command in this process: run("ledger", "verify")."""
    return runner_of(app)
