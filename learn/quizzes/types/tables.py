"""A Markdown table in a prompt, taken apart: what stands around it, its heads, its rows with their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from learn.quizzes.source.lines import without_code
from learn.quizzes.source.reading import Passage, outside_fences

_DELIMITER = re.compile(r":?-+:?")


@dataclass(frozen=True)
class Table:
    """A table; each cell is a passage of its own.

    `rest` is the text without the table, None when nothing else stands there.
    """

    head: tuple[Passage, ...]
    rows: tuple[tuple[Passage, ...], ...]
    rest: Passage | None


def table_in(passage: Passage) -> Table | None:
    """Return the last table of a passage; None when there is none."""
    lines = passage.text.split("\n")
    free = list(outside_fences(lines))
    starts = [
        at
        for at in range(len(lines) - 1)
        if free[at] and _is_row(lines[at]) and _is_delimiter(lines[at + 1])
    ]
    if not starts:
        return None
    start = starts[-1]
    end = next((at for at in range(start + 2, len(lines)) if not _is_row(lines[at])), len(lines))
    rows = [_cells(passage, at, lines[at]) for at in (start, *range(start + 2, end))]
    return Table(rows[0], tuple(rows[1:]), _around(passage, lines, start, end))


def _is_delimiter(line: str) -> bool:
    cells = line.strip().strip("|").split("|")
    return "|" in line and all(_DELIMITER.fullmatch(cell.strip()) for cell in cells)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _cells(passage: Passage, at: int, line: str) -> tuple[Passage, ...]:
    r"""Return what stands between the bars; code and ``\|`` hold none."""
    blanked = without_code(line).replace("\\|", "\0\0")
    bars = [place for place, sign in enumerate(blanked) if sign == "|"]
    if bars and blanked[bars[-1] + 1 :].strip():
        bars.append(len(line))
    texts = [line[begin + 1 : end].replace("\\|", "|") for begin, end in pairwise(bars)]
    return tuple(Passage(text.strip(), passage.path, passage.line + at) for text in texts)


def _around(passage: Passage, lines: Sequence[str], start: int, end: int) -> Passage | None:
    # blank lines in place of the table keep the numbers of those below it
    rest = [*lines[:start], *[""] * (end - start), *lines[end:]]
    text = "\n".join(rest).rstrip()
    return Passage(text, passage.path, passage.line) if text.strip() else None
