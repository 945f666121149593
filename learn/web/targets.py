"""Where to go on after a form: an address of this site, whatever was sent."""

from __future__ import annotations

from flask import url_for


def safe_target(text: str | None) -> str:
    """Return an address of this site to go on to; anything else leads home."""
    text = text or ""
    here = text.startswith("/") and not text.startswith(("//", "/\\"))  # two lead to another host
    # a sign that cannot be seen may end the header's line, or be left out by the browser
    return text if here and text.isprintable() else url_for("learn.home")
