"""What pages there are for somebody: found by following links, one address for each kind of page.

Two addresses are of one kind when the same view answers them.  Nothing is written here: only GETs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)')
A_KIND = 2
"""So many addresses of each kind are read for further links; the first one stands for the kind."""


def adapter(app: Flask) -> MapAdapter:
    """Return what tells which view answers an address."""
    return app.url_map.bind("127.0.0.1")


def kind_of(views: MapAdapter, path: str) -> str:
    """Return the name of the view that answers `path`; empty when none does."""
    try:
        endpoint, _arguments = views.match(path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def pages(request: APIRequestContext, views: MapAdapter, starts: Iterable[str]) -> dict[str, str]:
    """Return an address for each kind of page that links lead to from `starts`."""
    found: dict[str, str] = {}
    read: dict[str, int] = {}
    waiting = list(starts)
    seen = set(waiting)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(views, urlsplit(address).path)
        if not kind or read.get(kind, 0) >= A_KIND:
            continue
        answer = request.get(address)
        read[kind] = read.get(kind, 0) + 1
        assert answer.status < 500, f"{address}: {answer.status}"
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        found.setdefault(kind, address)
        new = [link for link in links(answer.text(), answer.url) if link not in seen]
        seen.update(new)
        waiting += new
    return found


def links(html: str, base: str) -> Iterator[str]:
    """Yield the addresses of this server that a page links to, with their query."""
    here = urlsplit(base)
    for href in LINK.findall(html):
        target = urlsplit(urljoin(base, unescape(href)))
        if target.netloc == here.netloc:
            yield target.path + (f"?{target.query}" if target.query else "")
