"""Headers of every answer: what a page may load, who may frame it, what caches may keep."""

from __future__ import annotations

import gzip

from flask import Response, request

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PACKED = ("text/html", "application/json", "application/problem+json")
SMALLEST_PACKED_BYTES = 600


def secure(response: Response) -> Response:
    """Add the security headers; pages of people are kept by no shared cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "private, no-cache"
    return response


def pack(response: Response) -> Response:
    """Send text packed to a browser that takes it: pages reach people over slow links."""
    if (
        response.mimetype not in PACKED
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not request.accept_encodings.quality("gzip")
        or (response.content_length or 0) < SMALLEST_PACKED_BYTES
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.get_data()))
    response.vary.add("Accept-Encoding")
    return response
