"""Files that are more than one thing at once: a page, an archive or a PDF inside something else."""

from __future__ import annotations

import re

from learn.errors import Message

__all__ = ["page_inside", "page_written_out", "two_in_one"]

# No file that a browser could take for a page comes in, whatever else it is as well.
_PAGES = re.compile(
    rb"<(?:script|html|!doctype|svg|iframe|\?php|\?xml-stylesheet)(?=[\s>/]|$)", re.I
)
# long enough not to stand in what is packed by chance
_WRITTEN_OUT = re.compile(rb"<(?:script|html|!doctype html|iframe|\?php)(?=[\s>/]|$)", re.I)


def two_in_one() -> Message:
    """Return that a file is more than one thing."""
    return Message(
        "The file is more than one thing at once, or holds a web page. Save it in its program once more."
    )


def page_inside(content: bytes) -> Message | None:
    """Return what is wrong when something of a web page stands in the content."""
    return two_in_one() if _PAGES.search(content) else None


def page_written_out(content: bytes) -> Message | None:
    """Return what is wrong when a web page stands in a content that is packed for the most part."""
    return two_in_one() if _WRITTEN_OUT.search(content) else None
