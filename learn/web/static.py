"""Static files and media: addresses with the content's digest, answered as never changing."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, g, request, send_file, url_for
from markupsafe import Markup

from learn.courses.media import MIMETYPES, suffix_of
from learn.web.context import session
from learn.web.state import state

FOLDER = Path(__file__).resolve().parents[1] / "static"
YEAR = 365 * 24 * 3600
PACKED = {
    "text/css",
    "text/javascript",
    "application/javascript",
    "image/svg+xml",
    "application/json",
}


@lru_cache(maxsize=256)
def _mark(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a static file, with a mark that changes with its content."""
    return f"{_base()}{name}?v={_mark(name)}"


def _base() -> str:
    """Return the address that all static files begin with: a page has dozens, so once in a request."""
    found: str | None = getattr(g, "learn_static", None)
    if found is None:
        found = g.learn_static = url_for("learn.static_file", name="x")[:-1]
    return found


def icon(name: str) -> Markup:
    """Return an icon of the sprite, silent for screen readers: the words beside it speak."""
    return _icon(static_url("icons.svg"), name)


@lru_cache(maxsize=1024)
def _icon(address: str, name: str) -> Markup:
    return Markup('<svg class="l-icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        address, name
    )


def static_file(name: str) -> Response:
    """Answer a static file, packed when it is text and the browser takes it."""
    path = _file_or_404(name)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind in PACKED and request.accept_encodings.quality("gzip"):
        response = Response(_packed(name, path.stat().st_mtime_ns), mimetype=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_file(path, mimetype=kind, conditional=True)
    response.headers["Vary"] = "Accept-Encoding"
    for_ever = f"public, max-age={YEAR}, immutable"
    response.headers["Cache-Control"] = for_ever if "v" in request.args else "no-cache"
    return response


def _file_or_404(name: str) -> Path:
    try:
        path = (FOLDER / name).resolve()
        found = path.is_file() and FOLDER in path.parents
    except (OSError, ValueError):  # too long for a name, or no name at all
        found = False
    if not found:
        abort(404)
    return path


@lru_cache(maxsize=64)
def _packed(name: str, changed: int) -> bytes:
    """Return the file packed; once for each time that it `changed`."""
    return gzip.compress((FOLDER / name).read_bytes(), compresslevel=9, mtime=0)


def service_worker() -> Response:
    """Answer the service worker from the mount's root, so that its scope is all of Learn."""
    response = send_file(FOLDER / "sw.js", mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


def media_file(digest: str, name: str) -> Response:
    """Answer a file of a published course by its digest; it runs nothing and never changes.

    Documents that people handed in lie in the same storage: to know the digest of one is not enough.
    """
    path = state().storage.path(digest)
    if path is None or not state().versions.show(session(), digest):
        abort(404)
    # the name is the asker's: what is kept as a picture is never sent as a page or a script
    kind = MIMETYPES.get(suffix_of(name), "application/octet-stream")
    response = send_file(path, mimetype=kind, conditional=True, max_age=YEAR, download_name=name)
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
