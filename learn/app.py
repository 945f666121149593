"""Learn on its own: a Flask application with nothing else in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from learn.extension import Learn
from learn.web.errors import answer_http_error
from learn.web.headers import secure
from learn.web.pages import what_templates_see
from learn.web.state import State


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the application; `config` holds LEARN_* settings and Flask's own.

    The database is not touched: `learn.startup.prepare` brings it up to date.
    """
    app = Flask("learn", static_folder=None, template_folder=None)
    app.config.update(config or {})
    Learn(app)
    built: State = app.extensions["learn"]
    app.config.update(
        SESSION_COOKIE_NAME="learn_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=built.settings.cookie_secure,
        MAX_CONTENT_LENGTH=built.settings.max_upload_mb * 1024 * 1024,
    )
    # addresses that no blueprint has; a host answers these itself
    app.register_error_handler(HTTPException, answer_http_error)
    app.context_processor(_around_errors)
    app.after_request(secure)
    _believe_proxies(app, built.settings.trusted_proxies)
    return app


def _around_errors() -> dict[str, Any]:
    """Return what the frame shows, where no blueprint has done so: language, places, person."""
    return {} if request.blueprints else what_templates_see()


def _believe_proxies(app: Flask, hops: int) -> None:
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops, hops)  # type: ignore[method-assign]
