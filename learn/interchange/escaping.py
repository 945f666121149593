"""Plain text as Markdown that shows just that: every sign that would mean something is escaped."""

from __future__ import annotations

import re

# a formula begins at the last mark before its end: so nothing is looked for twice
_MATHS = re.compile(r"\\\(((?:(?!\\\().)+?)\\\)|\\\[((?:(?!\\\[).)+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
_APART = re.compile(r"\$\$([^$]+)\$\$")
# marks of Markdown and of the extensions that Learn renders with
_ALWAYS = re.compile(r"[`\[$^~]|\{|\\(?=[!-/:-@\[-`{-~]|\s|$)")
_STAR = re.compile(r"\*(?!(?<=\s\*)\s)")
_LOW_LINE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_DOUBLE = re.compile(r"==|\+\+")
_LINE_START = re.compile(r"(?m)^([ \t]*)(?:([-+*])(?=\s|$)|(\d{1,9})([.)])(?=\s|$)|(#)|(>))")
_LINE_WORD = re.compile(r"(?m)^([ \t]*)(!!!|///|\?\?\?|===|:(?=\s)|\|)")
_RULE = re.compile(r"(?m)^([ \t]*)([-=]+)\s*$")


def escaped(text: str) -> str:
    """Return `text` so that Markdown shows it as it is; formulas in TeX marks become ``$...$``."""
    parts, at = [], 0
    for found in _MATHS.finditer(text):
        parts += [_plain(text[at : found.start()]), _formula(found)]
        at = found.end()
    parts.append(_plain(text[at:]))
    return "".join(parts)


def formulas_inline(text: str) -> str:
    """Return a paragraph in which a formula set apart stands in the line, unless it is all there is."""
    apart = _APART.sub(r"$\1$", text)
    return text if _APART.fullmatch(text.strip()) else apart


def _formula(found: re.Match[str]) -> str:
    inner = " ".join((found[1] or found[2] or found[3]).split())
    if not inner or "$" in inner:
        return _plain(found[0])
    return f"${inner}$" if found[1] else f"$${inner}$$"


def _plain(text: str) -> str:
    text = _ENTITY.sub("&amp;", text)
    text = _ALWAYS.sub(lambda found: "\\" + found[0], text)
    text = _STAR.sub(r"\\*", text)
    text = _LOW_LINE.sub(r"\\_", text)
    text = _TAG.sub("&lt;", text)
    return _DOUBLE.sub(lambda found: f"\\{found[0][0]}\\{found[0][1]}", text)


def line_starts(text: str) -> str:
    """Return inline Markdown whose lines begin no list, heading, quotation, note or table."""
    text = _LINE_START.sub(_start, text)
    text = _LINE_WORD.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", text)
    return _RULE.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", text)


def _start(found: re.Match[str]) -> str:
    indent, bullet, number, point, marks, quote = found.groups()
    if number:
        return f"{indent}{number}\\{point}"
    return f"{indent}\\{bullet or marks or quote}"
