"""Gaps in a text: ``{{= 45 }}``, ``{{ (x) 20 | 24 }}``, ``{{* kata }}``; where they stand and what they say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from learn.errors import Message
from learn.quizzes.source.attributes import only_weight, percent
from learn.quizzes.source.lines import without_code
from learn.quizzes.source.reading import Passage, outside_fences

Kind = Literal["typed", "choice", "word"]
MOST_GAPS = 50
_OPEN = re.compile(r"(?<!\\)\{\{")
# no gap holds another: a search that begins at each {{ ends at the next
_GAP = re.compile(rf"{_OPEN.pattern}((?:(?!\{{\{{).)*?)\}}\}}(?!\}})")
_NUMBER = re.compile(r"(\d{1,2}):\s*(.*)", re.DOTALL)
_MARK = re.compile(r"\(([ xX]?)\)\s*(.*)", re.DOTALL)
# where a field inside would be useless, or part of something else to press
_CLOSED = frozenset("a summary label math code pre audio video".split())


@dataclass(frozen=True)
class Entry:
    """One accepted answer or option of a gap, and what it is worth where the author says so."""

    text: str
    right: bool = True
    weight: float | None = None


@dataclass
class Gap:
    """One gap as it was written; `number` says which one it is in all languages."""

    number: int
    kind: Kind
    line: int
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class GapText:
    """A text whose gaps are replaced by marks that survive rendering; what is wrong, with its line."""

    text: str
    gaps: tuple[Gap, ...]
    token: str
    wrong: tuple[tuple[int, Message], ...] = ()


def has_gaps(text: str) -> bool:
    """Whether something that begins a gap stands in `text`, outside code and formulas."""
    return any(_OPEN.search(blanked) for _line, blanked in _free_lines(text))


def cut_gaps(passage: Passage) -> GapText:
    """Return the text of a passage and the gaps in it."""
    token = "gap" + hashlib.sha256(passage.text.encode("utf-8", "replace")).hexdigest()[:12]
    gaps: list[Gap] = []
    wrong: list[tuple[int, Message]] = []
    lines = []
    for at, (line, blanked) in enumerate(_free_lines(passage.text)):
        number = passage.line + at
        made, rest = [], 0
        for found in _GAP.finditer(blanked):
            gap = _gap(line[found.start(1) : found.end(1)].strip(), number, len(gaps) + 1)
            if isinstance(gap, Message):
                wrong.append((number, gap))
                continue
            gaps.append(gap)
            made += [line[rest : found.start()], f"{token}x{gap.number}x"]
            rest = found.end()
        if _OPEN.search(_GAP.sub("", blanked)):
            wrong.append(
                (number, Message("A gap that begins with {{ ends with }} on the same line."))
            )
        lines.append("".join([*made, line[rest:]]))
    return GapText("\n".join(lines), tuple(gaps), token, (*wrong, *_number_flaws(gaps)))


def _free_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line, and the same with code and formulas blanked out."""
    lines = text.split("\n")
    for line, free in zip(lines, outside_fences(lines), strict=True):
        yield line, without_code(line) if free else ""


def _number_flaws(gaps: Sequence[Gap]) -> Iterator[tuple[int, Message]]:
    if len(gaps) > MOST_GAPS:
        yield gaps[MOST_GAPS].line, Message("A text has at most %(most)s gaps.", most=MOST_GAPS)
    numbers = sorted(gap.number for gap in gaps)
    if numbers != list(range(1, len(gaps) + 1)):
        yield (
            gaps[0].line,
            Message(
                "The gaps are numbered 1 to %(last)s, each once, as in {{2: = answer }}.",
                last=len(gaps),
            ),
        )


def _gap(inside: str, line: int, place: int) -> Gap | Message:
    """Return the gap with this text between its braces, the `place`-th one; or what is wrong with it."""
    numbered = _NUMBER.match(inside)
    number = int(numbered[1]) if numbered else place
    inside = numbered[2] if numbered else inside
    kind: Kind = {"=": "typed", "*": "word"}.get(inside[:1], "choice")  # type: ignore[assignment]
    parts = _parts(inside if kind == "choice" else inside[1:])
    entries = [_entry(part, kind) for part in parts]
    if any(isinstance(entry, Message) for entry in entries):
        return next(entry for entry in entries if isinstance(entry, Message))
    if not entries or any(not entry.text for entry in entries if isinstance(entry, Entry)):
        return Message("A gap is written {{= answer }}, {{ (x) right | wrong }} or {{* word }}.")
    return Gap(number, kind, line, [entry for entry in entries if isinstance(entry, Entry)])


def _parts(inside: str) -> list[str]:
    r"""Return what stands between the bars; ``\|`` is a plain one, and a pattern keeps its own."""
    inside = inside.strip()
    if len(inside) > 2 and inside[0] == inside[-1] == "/":
        return [inside]
    return [part.replace(r"\|", "|").strip() for part in re.split(r"(?<!\\)\|", inside)]


def _entry(part: str, kind: Kind) -> Entry | Message:
    text, attributes = only_weight(part)
    weight = percent(attributes["weight"]) if attributes else None
    if attributes and (weight is None or not 0 <= weight <= 1):
        return Message("A weight in a gap lies between 0%% and 100%%, as in {50%%}.")
    marked = _MARK.match(text) if kind == "choice" else None
    if kind != "choice":
        return Entry(text, weight is None or weight >= 1, weight)
    right = bool(marked and marked[1].strip()) or weight == 1
    return Entry(marked[2].strip() if marked else text, right, None if right else weight)


def misplaced(html: str, cut: GapText) -> list[Gap]:
    """Return the gaps whose mark is not in the text of a page: in an attribute, a link, code, a formula."""
    finder = _Finder(cut.token)
    finder.feed(html)
    finder.close()
    once = [number for number in finder.found if html.count(mark(cut, number)) == 1]
    return [gap for gap in cut.gaps if gap.number not in once]


def mark(cut: GapText, number: int) -> str:
    """Return what stands in the text in place of a gap."""
    return f"{cut.token}x{number}x"


def segments(html: str, cut: GapText) -> list[str | int]:
    """Return rendered HTML cut at the marks of its gaps, their numbers between the pieces."""
    parts = re.split(rf"{cut.token}x(\d+)x", html)
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]


class _Finder(HTMLParser):
    """Finds the marks that stand where a field may."""

    def __init__(self, token: str) -> None:
        super().__init__(convert_charrefs=True)
        self.mark = re.compile(rf"{token}x(\d+)x")
        self.closed = 0
        self.found: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.closed += tag in _CLOSED

    def handle_endtag(self, tag: str) -> None:
        self.closed -= tag in _CLOSED

    def handle_data(self, data: str) -> None:
        if not self.closed:
            self.found += [int(number) for number in self.mark.findall(data)]
