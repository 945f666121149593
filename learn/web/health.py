"""Whether the process lives, and whether it is ready to serve."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from learn.errors import LearnError
from learn.schema import is_current
from learn.web.blueprint import pages
from learn.web.state import state


@pages.get("/health/live")
def health_live() -> ResponseReturnValue:
    """Answer that the process answers."""
    return jsonify(status="live")


@pages.get("/health/ready")
def health_ready() -> ResponseReturnValue:
    """Answer 200 when the database is there and upgraded, and what ships is published; else 503."""
    try:
        ready = is_current(state().database) and state().ready
    except (LearnError, OSError, RuntimeError):
        ready = False
    return jsonify(status="ready" if ready else "starting"), 200 if ready else 503
