"""Looking at Markdown source: what may not be rendered at all, and on which line something stands."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator

from learn.courses.entities import HUGE
from learn.errors import Message, Problem

MAX_BYTES = 200_000
MAX_OPEN_BRACKETS = 200
MAX_MARKS = 3_000
MAX_NESTING = 40
MAX_HEADINGS = 300

_FENCE = re.compile(r"^\s*(?:>\s*)*(`{3,}|~{3,})\s*([\w-]*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TARGET = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|([^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:\s*<?([^\s>]+)")
_AUTOLINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]*:[^<>\s]+)>")
_TAG = re.compile(r"(?<!\\)<(?:[a-zA-Z][a-zA-Z0-9-]*(?=[\s/>]|$)|/[a-zA-Z]|!\[|!doctype|\?)", re.I)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?!#)\s*\S")
_NESTING = re.compile(r"^[\s>]*")
_MARKS = re.compile(r"[*_`~^<\[$=+:]")


class Source:
    """One Markdown text with the lines of its targets, fences and headings.

    `first_line` is the number of the text's first line in its file.
    """

    def __init__(self, text: str, path: str, first_line: int = 1) -> None:
        self.path, self.first_line = path, first_line
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self.targets: dict[str, deque[int]] = defaultdict(deque)
        self.fences: dict[str, deque[int]] = defaultdict(deque)
        self.headings: list[int] = []
        self.tags: list[int] = []
        for number, line in self._prose():
            self._look_at(number, line)

    def _prose(self) -> Iterator[tuple[int, str]]:
        fence = ""
        for number, line in enumerate(self.lines, self.first_line):
            match = _FENCE.match(line)
            if fence:
                if match and match[1].startswith(fence) and not match[2]:
                    fence = ""
                continue
            if match:
                fence = match[1]
                self.fences[match[2]].append(number)
                continue
            yield number, _CODE.sub(lambda found: " " * len(found[0]), line)

    def _look_at(self, number: int, line: str) -> None:
        for match in _TARGET.finditer(line):
            self.targets[match[1] or match[2] or ""].append(number)
        if definition := _DEFINITION.match(line):
            self.targets[definition[1]].append(number)
        for match in _AUTOLINK.finditer(line):
            self.targets[match[1]].append(number)
        if _HEADING.match(line):
            self.headings.append(number)
        if _TAG.search(line):
            self.tags.append(number)

    def line_of_target(self, target: str) -> int:
        """Return the line of the next link or picture with this target; the first line when unknown."""
        found = self.targets.get(target)
        if not found:
            return self.line_of_text(target)
        return found[0] if len(found) == 1 else found.popleft()

    def line_of_fence(self, key: str) -> int:
        """Return the line of the next fence of this kind."""
        found = self.fences.get(key)
        if not found:
            return self.first_line
        return found[0] if len(found) == 1 else found.popleft()

    def line_of_text(self, text: str) -> int:
        """Return the first line that holds the first line of `text`; the first line when none does."""
        wanted = text.strip().split("\n")[0].strip()
        for number, line in enumerate(self.lines, self.first_line):
            if wanted and wanted in line:
                return number
        return self.first_line

    def refusals(self) -> list[Problem]:
        """Return why the text must not be rendered: what would take time without end."""
        if len(self.text.encode("utf-8", "replace")) > MAX_BYTES:
            return [
                self._problem(0, "The text is larger than 200 kB; divide it into several files.")
            ]
        for first, paragraph in _paragraphs(self.lines):
            found = _refusal(paragraph)
            if found:
                return [self._problem(first, found)]
        if _open_brackets(self.text) > MAX_OPEN_BRACKETS:
            return [self._problem(0, BRACKETS)]
        for offset, line in enumerate(self.lines):
            if HUGE.search(line):
                return [self._problem(offset, NO_SIGN)]
        if len(self.headings) > MAX_HEADINGS:
            return [
                self._problem(0, "More than 300 headings; divide the text into several modules.")
            ]
        return []

    def _problem(self, offset: int, msgid: str) -> Problem:
        return Problem(self.path, self.first_line + offset, Message(msgid))


BRACKETS = (
    "More than 200 brackets are opened and not closed; close them, or write \\[ for a plain one."
)
MARKS = "This paragraph has more than 3000 marks such as * _ ` [ <; divide it with empty lines."
NO_SIGN = "This number is that of no sign; a sign by its number is written &#233; or as it is."
NESTED = "This is nested more than 40 levels deep; write it flatter."


def _refusal(paragraph: list[str]) -> str | None:
    text = "\n".join(paragraph)
    if _open_brackets(text) > MAX_OPEN_BRACKETS:
        return BRACKETS
    if len(_MARKS.findall(text)) > MAX_MARKS:
        return MARKS
    for line in paragraph:
        lead = _NESTING.match(line)
        depth = lead[0].count(">") + lead[0].expandtabs(4).count(" ") // 4 if lead else 0
        if depth > MAX_NESTING:
            return NESTED
    return None


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    start, paragraph = 0, list[str]()
    for number, line in enumerate(lines):
        if line.strip():
            if not paragraph:
                start = number
            paragraph.append(line)
        elif paragraph:
            yield start, paragraph
            paragraph = []
    if paragraph:
        yield start, paragraph


def _open_brackets(text: str) -> int:
    square = round_ = 0
    previous = ""
    for sign in text:
        if sign == "[":
            square += 1
        elif sign == "]":
            square = max(0, square - 1)
        elif sign == "(" and (previous == "]" or round_):
            round_ += 1
        elif sign == ")":
            round_ = max(0, round_ - 1)
        previous = sign
    return square + round_


def count_words(text: str) -> int:
    """Return the number of words of a plain text."""
    return len(re.findall(r"\w+(?:[-'\u2019]\w+)*", text))
