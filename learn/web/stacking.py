"""Tables whose rows stand one below the other on phones: each cell carries the name of its column.

The names stand in the markup, so that the rows read well without scripts too; learn.css shows them
where a screen is narrow.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
_COLUMN = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_UNSAID = re.compile(r'<span class="l-vh".*?</span>|<p\b.*?</p>|<svg\b.*?</svg>', re.DOTALL)
_ROW_OR_CELL = re.compile(r"<(tr|t[dh])\b([^>]*)>(\s*</td>)?")


def labelled(rows: str) -> Markup:
    """Return `rows` (<thead> and <tbody> of one table) with the name of its column in each <td>.

    A column whose name is only for those who listen gives none, nor has a cell that spans several;
    what is blank becomes empty, so that it takes no room.
    """
    text = str(rows)
    found = _HEAD.search(text)
    if found is None:
        return Markup(text)  # noqa: S704 (as below)
    labels = [_label(inner) for inner in _COLUMN.findall(found.group())]
    place = 0

    def named(tag: re.Match[str]) -> str:
        nonlocal place
        kind, attributes, blank = tag.groups()
        place = -1 if kind == "tr" else place + 1
        if kind != "td" or "colspan" in attributes or place >= len(labels):
            return tag.group()
        return f"<td{attributes}{labels[place]}>{'</td>' if blank else ''}"

    body = _ROW_OR_CELL.sub(named, text[found.end() :])
    return Markup(text[: found.end()] + body)  # noqa: S704 (a template's own markup, with its own words)


def _label(column: str) -> str:
    """Return the attribute with the words of a column's head; nothing where nobody sees any."""
    words = Markup(_UNSAID.sub("", column)).striptags()  # noqa: S704 (read for its words alone)
    return f' data-label="{escape(words)}"' if words else ""
