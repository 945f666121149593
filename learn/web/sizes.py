"""Sizes of files in words."""

from __future__ import annotations

from learn.web.i18n import number


def file_size(size_bytes: int) -> str:
    """Return a size as people read it: 1,4 MB or 300 kB."""
    if size_bytes < 1_000_000:
        return f"{number(max(1, round(size_bytes / 1000)))} kB"
    return f"{number(round(size_bytes / 1_000_000, 1))} MB"
