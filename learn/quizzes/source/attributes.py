"""What stands in braces: ``{points=2 tags="one,two"}`` behind a heading, ``{fixed}`` or ``{-50%}`` behind an item."""

from __future__ import annotations

import re

from learn.errors import Message
from learn.quizzes.source.reading import Problems

_ATTRIBUTE = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*'|[^\s"']+)|([^\s"'=]+)(?=\s|$)""")
_WEIGHT = re.compile(r"[-+]?\d+(?:[.,]\d+)?%")
_NAMED = re.compile(r"""[\w-]+=(?:"[^"]*"|[^\s"'{}=]+)""")
_WORD = re.compile(r"[\w-]+")
_TOKEN = re.compile(rf"{_NAMED.pattern}|{_WEIGHT.pattern}|{_WORD.pattern}")
WEIGHT = "weight"
"""The name of a share in percent that stands alone, as in ``{50%}``."""


def heading_attributes(text: str, path: str, line: int, problems: Problems) -> dict[str, str]:
    """Return ``{points=2 ordering}`` as a mapping; a lone word has the empty value."""
    if not text:
        return {}
    inside = text[1:-1] if text.endswith("}") else text[1:]
    rest = _ATTRIBUTE.sub("", inside).strip()
    if rest or not text.endswith("}"):
        problems.add(
            path,
            line,
            Message(
                'The attributes after the key are written {points=2 tags="one,two"}; this cannot be read: %(text)s',
                text=rest or text,
            ),
        )
        return {}
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        name, value = match[1] or match[3], (match[2] or "").strip("\"'")
        if name in found:
            problems.add(path, line, Message("%(key)s stands there twice.", key=name))
        found[name] = value
    return found


def item_attributes(text: str) -> tuple[str, dict[str, str]]:
    r"""Return an item's text without the attributes at its end, and these.

    One word in braces is an attribute, known or not; several are only when each is a weight or a
    ``name=value``, so that braces in a sentence stay text. ``\{`` writes a plain one.
    """
    before, brace, rest = text.rpartition("{")
    inside = rest.strip()
    if not brace or before.endswith("\\") or not inside.endswith("}"):
        return text, {}
    tokens = _TOKEN.findall(inside[:-1])
    if not tokens or _TOKEN.sub("", inside[:-1]).strip():
        return text, {}
    if len(tokens) > 1 and any(_WORD.fullmatch(each) and each != "fixed" for each in tokens):
        return text, {}
    return before.rstrip(), dict(_named(token) for token in tokens)


def _named(token: str) -> tuple[str, str]:
    if _WEIGHT.fullmatch(token):
        return WEIGHT, token.removesuffix("%")
    name, _, value = token.partition("=")
    return name, value.strip('"')


def only_weight(text: str) -> tuple[str, dict[str, str]]:
    """Return an accepted answer without the weight at its end; any other braces are part of it."""
    before, found = item_attributes(text)
    return (before, found) if list(found) == [WEIGHT] and before else (text, {})


def percent(text: str) -> float | None:
    """Return the share from -1 to 1 of a number of percent; None when it is no such number."""
    try:
        share = float(text.removesuffix("%").replace(",", ".")) / 100
    except ValueError:
        return None
    return share if -1 <= share <= 1 else None
