r"""Signs of GIFT: what stands behind a backslash is hidden while a text is taken apart."""

from __future__ import annotations

import re

_SIGNS = "\\~=#{}:n"
_HIDDEN = {sign: chr(at) for at, sign in enumerate(_SIGNS, 1)}
_SHOWN = {chr(at): sign for at, sign in enumerate(_SIGNS, 1)} | {_HIDDEN["n"]: "\n"}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BACK = re.compile("[\x01-\x08]")
_SPECIAL = re.compile(r"[\\~=#{}:]")


def hidden(text: str) -> str:
    r"""Return `text` with ``\~`` and the like as single signs that mean nothing; ``\n`` is a line end."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPE.sub(lambda found: _HIDDEN[found[1]], text)


def shown(text: str) -> str:
    """Return a part of a hidden text as it is meant."""
    return _BACK.sub(lambda found: _SHOWN[found[0]], text)


def protected(text: str) -> str:
    r"""Return `text` as it stands in a GIFT file: on one line, its signs behind backslashes."""
    text = _SPECIAL.sub(lambda found: "\\" + found[0], _CONTROL.sub("", text))
    return text.replace("\n", "\\n")
