r"""A small regular expression engine whose time grows only with pattern times text.

Python's own `re` backtracks: one unlucky pattern in a quiz and one long answer would stop a server.
Here all possibilities are followed at once (Thompson's construction), so nothing can explode.
Known are letters, ``.``, ``[...]``, ``\d \w \s`` and their opposites, ``( )``, ``(?: )``, ``|``, and
``* + ? {2} {2,} {2,5}``; the whole text has to match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from learn.errors import Invalid, Message

MAX_PATTERN = 300
MAX_STATES = 600
MAX_DEPTH = 20
MAX_TEXT = 300

Test = Callable[[str], object]
Build = Callable[["_Machine"], tuple[int, int]]
_COUNT = re.compile(r"\{(\d{1,3})(,?)(\d{0,3})\}")
_DOUBTFUL = re.compile(r"\\.|[\[&~|]", re.DOTALL)  # Python may give these a meaning in [ ]


class BadPattern(Invalid):
    """A pattern uses what is not known here, or does not end what it began."""


class Pattern:
    """A compiled pattern."""

    def __init__(self, source: str, *, ignore_case: bool = True) -> None:
        if len(source) > MAX_PATTERN:
            raise BadPattern(
                Message("A pattern has at most %(most)s characters.", most=MAX_PATTERN)
            )
        self._machine = _Machine()
        build = _Parser(source, re.IGNORECASE if ignore_case else re.NOFLAG).whole()
        self._start, self._end = build(self._machine)

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` fits; a text longer than 300 characters never does."""
        if len(text) > MAX_TEXT:
            return False
        here = self._machine.spread({self._start})
        for sign in text:
            here = self._machine.step(here, sign)
            if not here:
                return False
        return self._end in here


@lru_cache(maxsize=512)
def compiled(source: str, ignore_case: bool) -> Pattern:
    """Return the pattern, compiled once."""
    return Pattern(source, ignore_case=ignore_case)


@dataclass
class _State:
    """One place in the pattern: what the next sign must be, or free ways on."""

    test: Test | None = None
    ways: list[int] = field(default_factory=list)


class _Machine:
    """The states of one pattern; walking them takes every possible way at once."""

    def __init__(self) -> None:
        self.states: list[_State] = []

    def add(self, *ways: int, test: Test | None = None) -> int:
        if len(self.states) >= MAX_STATES:
            raise BadPattern(Message("The pattern is too large; use shorter repeats."))
        self.states.append(_State(test, list(ways)))
        return len(self.states) - 1

    def join(self, state: int, way: int) -> None:
        self.states[state].ways.append(way)

    def spread(self, places: set[int]) -> set[int]:
        found, waiting = set(places), list(places)
        while waiting:
            state = self.states[waiting.pop()]
            if state.test is None:
                new = [way for way in state.ways if way not in found]
                found.update(new)
                waiting.extend(new)
        return found

    def step(self, places: set[int], sign: str) -> set[int]:
        passed = (
            state.ways[0]
            for state in (self.states[place] for place in places)
            if state.test is not None and state.test(sign)
        )
        return self.spread(set(passed))


class _Parser:
    """Reads a pattern; what it returns builds the states, as often as a repeat needs them."""

    def __init__(self, source: str, flags: re.RegexFlag) -> None:
        self.source, self.flags = source, flags
        self.at = self.depth = 0

    def whole(self) -> Build:
        build = self.choice()
        if self.at < len(self.source):
            raise BadPattern(Message("The pattern closes a bracket that it did not open."))
        return build

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def choice(self) -> Build:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else _either(branches)

    def sequence(self) -> Build:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return _one_after_another(parts)

    def repeated(self) -> Build:
        build = self.atom()
        sign = self.peek()
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign)
        if simple is not None:
            self.at += 1
            build = _repeat(build, *simple)
        elif sign == "{":
            build = _repeat(build, *self.counts())
        if (simple is not None or sign == "{") and self.peek() in ("*", "+", "?", "{"):
            raise BadPattern(Message("The pattern repeats a repeat; put the first one in ( )."))
        return build

    def counts(self) -> tuple[int, int | None]:
        found = _COUNT.match(self.source, self.at)
        if found is None:
            raise BadPattern(
                Message("After { comes a number, as in {2}, {2,} or {2,5}; a plain one is \\{.")
            )
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else (None if found[2] else least)
        if most is not None and most < least:
            raise BadPattern(Message("The pattern repeats at least %(least)s and at most %(most)s times.",
                       least=least, most=most))  # fmt: skip
        return least, most

    def atom(self) -> Build:
        sign = self.peek()
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.sign_class()
        if sign in ("*", "+", "?", "{"):
            raise BadPattern(Message("%(sign)s in the pattern has nothing to repeat.", sign=sign))
        if sign in ("^", "$"):
            raise BadPattern(
                Message("The pattern always covers the whole answer; leave out ^ and $.")
            )
        if sign == "\\":
            return self.escape()
        self.at += 1
        return _sign(self.test("." if sign == "." else re.escape(sign)))

    def group(self) -> Build:
        self.at += 3 if self.source.startswith("(?:", self.at) else 1
        if self.peek() == "?":
            raise BadPattern(Message("Of the groups with (? only (?: ) is known in a pattern."))
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadPattern(
                Message(
                    "The pattern has more than %(most)s brackets in one another.", most=MAX_DEPTH
                )
            )
        build = self.choice()
        if self.peek() != ")":
            raise BadPattern(Message("The pattern does not close a bracket that it opened."))
        self.depth -= 1
        self.at += 1
        return build

    def sign_class(self) -> Build:
        found = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL).match(self.source, self.at)
        if found is None:
            raise BadPattern(Message("The pattern does not close a bracket that it opened."))
        self.at = found.end()
        if "--" in found[0]:
            raise BadPattern(
                Message("A pattern has no -- between [ and ]; write \\- for a plain one.")
            )
        return _sign(self.test("[" + _DOUBTFUL.sub(_plain, found[0][1:])))

    def escape(self) -> Build:
        sign = self.source[self.at + 1 : self.at + 2]
        if not sign or (sign.isalnum() and sign not in "dDwWsSnt"):
            raise BadPattern(Message("%(sign)s is not known in a pattern.", sign="\\" + sign))
        self.at += 2
        return _sign(self.test("\\" + sign if sign.isalnum() else re.escape(sign)))

    def test(self, source: str) -> Test:
        try:
            return re.compile(source, self.flags | re.DOTALL).fullmatch
        except re.error as error:
            raise BadPattern(
                Message("The pattern has a part that cannot be read: %(part)s", part=source)
            ) from error


def _plain(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == "\\" else "\\" + found[0]


def _sign(test: Test) -> Build:
    def build(machine: _Machine) -> tuple[int, int]:
        end = machine.add()
        return machine.add(end, test=test), end

    return build


def _one_after_another(parts: list[Build]) -> Build:
    def build(machine: _Machine) -> tuple[int, int]:
        start = end = machine.add()
        for part in parts:
            first, last = part(machine)
            machine.join(end, first)
            end = last
        return start, end

    return build


def _either(branches: list[Build]) -> Build:
    def build(machine: _Machine) -> tuple[int, int]:
        start, end = machine.add(), machine.add()
        for branch in branches:
            first, last = branch(machine)
            machine.join(start, first)
            machine.join(last, end)
        return start, end

    return build


def _repeat(part: Build, least: int, most: int | None) -> Build:
    def build(machine: _Machine) -> tuple[int, int]:
        start, end = machine.add(), machine.add()
        here = start
        for number in range(least if most is None else most):
            if number >= least:
                machine.join(here, end)
            first, last = part(machine)
            machine.join(here, first)
            here = last
        if most is None:
            first, last = part(machine)
            around = machine.add(first, end)
            machine.join(here, around)
            machine.join(last, around)
        else:
            machine.join(here, end)
        return start, end

    return build
