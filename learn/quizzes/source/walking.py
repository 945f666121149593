"""Going through one block line by line: first the prompt, then items, then feedback and hints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from learn.errors import Message
from learn.quizzes.source.attributes import item_attributes, only_weight
from learn.quizzes.source.lines import Line, passage, without_code
from learn.quizzes.source.reading import (
    BOTH_SIDES,
    OUTCOMES,
    Block,
    Grammar,
    Item,
    ItemKind,
    Passages,
    Problems,
    Section,
)

OPTION = re.compile(r" ?[-*+] +(?:\(([ xX]?)\)|\[([ xX]?)\])(?:\s+(.*))?$")
ANSWER = re.compile(r"=(?![=>])\s*(.*)$")
NUMBERED = re.compile(r" ?\d{1,3}[.)] +(.*)$")
_BULLET = re.compile(r" ?(?:[-*+]|\d{1,3}[.)])\s")
NEARLY = re.compile(r" {0,3}[-*+]?\s*(?:\([ xX]?\)|\[[ xX]?\](?![(\[:]))")
LEADING_BULLET = re.compile(r" ?[-*+]\s+")
# hints and feedback for one outcome; no sign of a Markdown list, which a quotation may hold
GENERAL = re.compile(r">(\?|\([ xX~]?\))(?:\s+|$)")
HINT, EVERYBODY = "?", ""


@dataclass
class _Open:
    """An item that is still being read."""

    kind: ItemKind
    line: Line
    marked: bool
    text: list[Line]
    other: Line | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    feedback: list[Line] = field(default_factory=list)


@dataclass
class _General:
    """A hint or some feedback for the whole question; `mark` is a hint, an outcome, or nothing."""

    mark: str
    lines: list[Line]


class Walk:
    """Goes through a block or a section line by line."""

    def __init__(self, path: str, language: str, problems: Problems, grammar: Grammar) -> None:
        self.path, self.language, self.problems = path, language, problems
        self.grammar = grammar
        self.prompt: list[Line] = []
        self.items: list[_Open] = []
        self.general: list[_General] = []
        self.after_blank = True

    def take(self, line: Line) -> None:
        """Put `line` where it belongs."""
        item = self.start(line) if line.free else None
        general = GENERAL.match(line.text) if line.free else None
        if item is not None:
            self.begin(item)
        elif general is not None:
            self.general.append(_General(_mark(general[1]), [_behind(line, general.end())]))
        elif self.general:
            self.take_general(line)
        elif not self.items:
            self.take_prompt(line)
        else:
            self.take_item_line(line, self.items[-1])
        self.after_blank = line.blank

    def start(self, line: Line) -> _Open | None:
        """Return the item that begins on `line`."""
        if found := OPTION.match(line.text):
            kind: ItemKind = "radio" if found[1] is not None else "box"
            marked = (found[1] or found[2] or "").strip() != ""
            text, attributes = item_attributes(found[3] or "")
            return _Open(kind, line, marked, [replace(line, text=text)], attributes=attributes)
        if found := LEADING_BULLET.match(line.text):
            arrow = without_code(line.text).find("=>", found.end() - 1)
            if arrow >= 0:
                return self.pair(line, found.end(), arrow)
        if found := ANSWER.match(line.text):
            text, attributes = only_weight(found[1])
            return _Open("answer", line, True, [replace(line, text=text)], attributes=attributes)
        if self.grammar.numbered and (found := NUMBERED.match(line.text)):
            text, attributes = self.own_attributes(found[1])
            return _Open("number", line, True, [replace(line, text=text)], attributes=attributes)
        return None

    def pair(self, line: Line, begin: int, arrow: int) -> _Open:
        """Return the pair on `line`, whose left side begins at `begin`."""
        left = line.text[begin:arrow].strip()
        right, attributes = self.own_attributes(line.text[arrow + 2 :].strip())
        return _Open(
            "pair", line, False, [replace(line, text=left)], replace(line, text=right), attributes
        )

    def own_attributes(self, text: str) -> tuple[str, dict[str, str]]:
        """Return `text` without the attributes at its end, where the type knows any."""
        known = self.grammar.item_attributes
        before, found = item_attributes(text) if known else (text, {})
        return (before, found) if "*" in known or found.keys() <= known else (text, {})

    def begin(self, item: _Open) -> None:
        """Begin an item; after the general feedback it would be lost to readers."""
        if self.general:
            self.wrong(
                self.general[0].lines[0],
                Message(
                    "General feedback stands after the last option; indent it by two spaces to give it to one option."
                ),
            )
            self.general = []
        self.items.append(item)

    def take_prompt(self, line: Line) -> None:
        """Take a line of the prompt."""
        if line.free and NEARLY.match(line.text):
            self.wrong(
                line, Message("An option is written - ( ) text, or - (x) text when it is right.")
            )
        self.prompt.append(line)

    def take_general(self, line: Line) -> None:
        """Take a line of a hint or of feedback for the whole question."""
        quoted = line.text.startswith(">")
        if quoted and self.after_blank and self.general[-1].mark != EVERYBODY:
            self.general.append(_General(EVERYBODY, [line]))
        elif line.blank or quoted or not self.after_blank:
            self.general[-1].lines.append(line)
        else:
            self.wrong(
                line, Message("After the general feedback nothing more can stand in a question.")
            )

    def take_item_line(self, line: Line, item: _Open) -> None:
        """Take a line below an item: more of it, its feedback, or the beginning of general feedback."""
        quoted = line.free and line.text.lstrip().startswith(">")
        if quoted and not line.indented and self.after_blank:
            self.general.append(_General(EVERYBODY, [line]))
        elif quoted:
            self.take_feedback(line, item)
        elif line.blank or not line.free:
            (item.feedback or item.text).append(line)
        elif NEARLY.match(line.text):
            self.wrong(
                line, Message("An option is written - ( ) text, or - (x) text when it is right.")
            )
        elif line.indented and not (item.feedback and self.after_blank):
            (item.feedback or item.text).append(line)
        elif self.after_blank or _BULLET.match(line.text) or item.kind in ("answer", "pair"):
            self.wrong(
                line,
                Message(
                    "This belongs to no option: put it before the first one, or indent it by two spaces."
                ),
            )
        else:
            (item.feedback or item.text).append(line)

    def take_feedback(self, line: Line, item: _Open) -> None:
        """Take a line of feedback for one item."""
        if item.kind in ("pair", "number") and "*" not in self.grammar.item_attributes:
            self.wrong(
                line,
                Message(
                    "A pair or a step has no feedback of its own; general feedback follows after an empty line."
                ),
            )
        item.feedback.append(line)

    def wrong(self, line: Line, message: Message) -> None:
        """Note a problem on `line`."""
        self.problems.add(self.path, line.number, message)

    def block(self, key: str, line: int, attributes: Mapping[str, str]) -> Block:
        """Return the finished block."""
        self.quote_below_prompt()
        hints = (self.passages(each.lines) for each in self.general if each.mark == HINT)
        return Block(
            key=key,
            path=self.path,
            line=line,
            attributes=attributes,
            prompt=self.passages(self.prompt, quoted=False),
            items=tuple(self.item(item) for item in self.items),
            feedback=self.feedback(EVERYBODY),
            hints=tuple(hint for hint in hints if hint),
            outcomes={
                outcome: found for outcome in OUTCOMES.values() if (found := self.feedback(outcome))
            },
        )

    def section(self, key: str, line: int, attributes: Mapping[str, str]) -> Section:
        """Return the finished section; hints and feedback by outcome belong to the whole question."""
        self.quote_below_prompt()
        for general in self.general:
            if general.mark != EVERYBODY:
                self.wrong(
                    general.lines[0],
                    Message(
                        "Hints and feedback for right or wrong stand before the first section."
                    ),
                )
        items = tuple(self.item(item) for item in self.items)
        return Section(
            key, self.path, line, attributes, self.passages(self.prompt, quoted=False), items,
            self.feedback(EVERYBODY),
        )  # fmt: skip

    def quote_below_prompt(self) -> None:
        """Take a quotation at the end of a block without items for its general feedback."""
        if self.items or any(general.mark == EVERYBODY for general in self.general):
            return
        start = len(self.prompt)
        while start and (self.prompt[start - 1].blank or self.prompt[start - 1].text[:1] == ">"):
            start -= 1
        quoted = self.prompt[start:]
        if start and quoted and quoted[0].blank and any(not line.blank for line in quoted):
            self.general.append(_General(EVERYBODY, quoted))
            self.prompt = self.prompt[:start]

    def feedback(self, mark: str) -> Passages:
        """Return the feedback with this mark."""
        lines = [line for general in self.general if general.mark == mark for line in general.lines]
        return self.passages(lines)

    def item(self, item: _Open) -> Item:
        """Return a finished item; a text that is missing is a problem."""
        text = self.passages(list(_dedented(item.text)), quoted=False)
        other = self.passages([item.other] if item.other else [], quoted=False)
        if item.kind == "pair":  # the left side may be empty where the type says so
            if not other:
                self.wrong(item.line, BOTH_SIDES)
        elif not text:
            self.wrong(item.line, Message("An option or answer needs a text."))
        return Item(
            kind=item.kind,
            path=self.path,
            line=item.line.number,
            text=text,
            other=other,
            marked=item.marked,
            attributes=item.attributes,
            feedback=self.passages(item.feedback),
        )

    def passages(self, lines: Sequence[Line], *, quoted: bool = True) -> Passages:
        """Return `lines` as the text of this file's language, without the marks of a quotation."""
        found = passage(list(_unquoted(lines)) if quoted else lines, self.path)
        return {self.language: found} if found else {}


def _mark(written: str) -> str:
    """Return the outcome that ``(x)``, ``(~)`` or ``( )`` stands for, or the mark of a hint."""
    return HINT if written == HINT else OUTCOMES[written.strip("()").strip().lower()]


def _behind(line: Line, at: int) -> Line:
    """Return `line` as a plain quotation of what stands behind its mark."""
    return replace(line, text="> " + line.text[at:])


def _dedented(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines below an option without the indentation that they share."""
    below = [line for line in lines[1:] if not line.blank]
    margin = min((len(line.text) - len(line.text.lstrip()) for line in below), default=0)
    for at, line in enumerate(lines):
        yield line if at == 0 else replace(line, text=line.text[margin:])


def _unquoted(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield replace(line, text=re.sub(r"^\s*> ?", "", line.text))
