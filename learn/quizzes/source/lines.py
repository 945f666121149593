"""Lines of a quiz file, and what is code in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from learn.quizzes.source.reading import Passage

_TICKS = re.compile("`+")
_MATHS = re.compile(r"(?<!\\)\$[^$]+\$")


@dataclass(frozen=True)
class Line:
    """One line, its number in the file, and whether it stands outside fenced code."""

    text: str
    number: int
    free: bool

    @property
    def blank(self) -> bool:
        """Whether nothing stands there."""
        return not self.text.strip()

    @property
    def indented(self) -> bool:
        """Whether it belongs to what stands above it."""
        return self.text[:1] in (" ", "\t") and not self.blank


def passage(lines: Sequence[Line], path: str) -> Passage | None:
    """Return `lines` without the blank ones around them; None when nothing is left."""
    filled = [at for at, line in enumerate(lines) if not line.blank]
    if not filled:
        return None
    kept = lines[filled[0] : filled[-1] + 1]
    return Passage("\n".join(line.text for line in kept), path, kept[0].number)


def without_code(line: str) -> str:
    """Return `line` with code and formulas blanked out, so that nothing in them is taken for a mark."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(line)]
    blanked, at = list(line), 0
    while at < len(runs):
        start, end = runs[at]
        if _is_escaped(line, start):  # a plain sign, which opens nothing
            at += 1
            continue
        close = next(
            (k for k in range(at + 1, len(runs)) if runs[k][1] - runs[k][0] == end - start), None
        )
        if close is not None:
            blanked[start : runs[close][1]] = "\0" * (runs[close][1] - start)
            at = close
        at += 1
    return _MATHS.sub(lambda maths: "\0" * len(maths[0]), "".join(blanked))


def _is_escaped(line: str, at: int) -> bool:
    before = at
    while before and line[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1
