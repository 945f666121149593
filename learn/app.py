"""Learn on its own: a Flask application with nothing else in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from learn.extension import Learn
from learn.web.state import state


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the application; `config` holds LEARN_* settings and Flask's own.

    The database is not touched: `learn.schema.upgrade` brings it up to date.
    """
    app = Flask("learn", static_folder=None, template_folder=None)
    app.config.update(config or {})
    learn = Learn(app)
    with app.app_context():
        settings = state().settings
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    app.config.update(
        SESSION_COOKIE_NAME="learn_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops, hops)  # type: ignore[method-assign]
    _ = learn
    return app
