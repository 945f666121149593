"""Markdown as plain HTML for other systems."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from html import escape
from urllib.parse import unquote

from markdown import Markdown

from learn.courses.links import scheme_of
from learn.courses.sanitise import sanitise
from learn.courses.version import PLACE
from learn.interchange.texts import LINKS

_EXTENSIONS = [
    "tables", "abbr", "attr_list", "def_list", "md_in_html", "admonition", "pymdownx.superfences",
    "pymdownx.tasklist", "pymdownx.arithmatex", "pymdownx.mark", "pymdownx.caret", "pymdownx.tilde",
    "pymdownx.keys", "pymdownx.betterem", "pymdownx.magiclink",
]  # fmt: skip


_FORMULA = re.compile(r"<(?:span|div)>(\\\(.*?\\\)|\s*\\\[.*?\\\]\s*)</(?:span|div)>", re.DOTALL)


_OWN = threading.local()


def _converter() -> Markdown:
    """Return this thread's converter, fresh for another text: making one takes longer than using it."""
    if not hasattr(_OWN, "converter"):
        _OWN.converter = Markdown(
            extensions=_EXTENSIONS,
            extension_configs={
                "pymdownx.arithmatex": {"generic": True},
                "pymdownx.highlight": {"use_pygments": False},
            },
            output_format="html",
        )
    converter: Markdown = _OWN.converter
    converter.reset()
    return converter


def html_of(markdown: str, address: Callable[[str], str] = str) -> str:
    r"""Return Markdown as plain, safe HTML for other systems; formulas stay TeX in ``\(...\)``.

    Parameters
    ----------
    address
        Gives the address that a file beside the quiz has over there.
    """
    converter = _converter()

    def resolve(target: str) -> str | None:
        scheme = scheme_of(target)
        if scheme is not None:
            return target if scheme in LINKS else None
        return f"{PLACE}media/{target.removeprefix('./')}"

    html = sanitise(converter.convert(markdown), resolve)
    html = re.sub(
        rf'"{re.escape(PLACE)}media/([^"]*)"',
        lambda found: f'"{escape(address(unquote(found[1])))}"',
        html,
    )
    return _FORMULA.sub(r"\1", html)


def html_line_of(markdown: str, address: Callable[[str], str] = str) -> str:
    """Return a short text without the paragraph around it."""
    html = html_of(markdown, address).strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if len(inner) == len(html) - 7 and "<p" not in inner else html
