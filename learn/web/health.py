"""Whether the process lives, and whether it is ready to serve."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from learn.web.blueprint import pages
from learn.web.state import state


@pages.get("/health/live")
def health_live() -> ResponseReturnValue:
    """Answer that the process answers."""
    return jsonify(status="live")


@pages.get("/health/ready")
def health_ready() -> ResponseReturnValue:
    """Answer 200 when the database is there and upgraded, else 503.

    `learn serve` listens only after it has upgraded and published what ships.
    """
    from learn.migrating import is_current  # noqa: PLC0415 (Alembic is slow to import and rarely asked)

    try:
        ready = is_current(state().database)
    except SQLAlchemyError:
        ready = False
    return jsonify(status="ready" if ready else "starting"), 200 if ready else 503
