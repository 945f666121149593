"""Signs by number in HTML, ``&#233;``: one with very many digits is an error of Python's, not a sign."""

from __future__ import annotations

import re
from html import unescape

HUGE = re.compile(r"&#\d{100,};?")


def unescaped(text: str) -> str:
    """Return text of HTML as it is read; a number that no sign has stands for an unknown one."""
    return unescape(HUGE.sub("\ufffd", text))
