"""Differences between texts, line by line, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

MOST_LINES = 2_000


@dataclass(frozen=True)
class DiffLine:
    """One line of a difference: `kind` is file, place, added, removed, same or cut."""

    kind: str
    text: str


def diff_lines(unified: str) -> list[DiffLine]:
    """Return a unified difference as lines; a very long one is cut, and says so."""
    lines: list[DiffLine] = []
    raw = unified.split("\n") if unified else []
    place = 0
    while place < len(raw):
        line = raw[place]
        if line.startswith("--- ") and place + 1 < len(raw) and raw[place + 1].startswith("+++ "):
            lines.append(DiffLine("file", _file(line[4:], raw[place + 1][4:])))
            place += 2
            continue
        lines.append(_line(line))
        place += 1
        if len(lines) >= MOST_LINES:
            return [*lines, DiffLine("cut", "")]
    return lines


def _file(before: str, after: str) -> str:
    return before if after == "/dev/null" else after


def _line(line: str) -> DiffLine:
    if line.startswith("@@"):
        return DiffLine("place", line)
    kinds = {"+": "added", "-": "removed"}
    return DiffLine(kinds.get(line[:1], "same"), line[1:])
