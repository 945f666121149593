"""One file of a quiz cut into its blocks: prompt, options and feedback, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from learn.errors import Message
from learn.quizzes.reading import (
    Block,
    Item,
    ItemKind,
    Passage,
    Passages,
    Problems,
    outside_fences,
)

KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MAX_KEY = 64
# what a person can still answer; more than that is a mistake, and slow to render
MOST_QUESTIONS, MOST_OPTIONS = 500, 100
_MARK = re.compile(r" ?(?:[-*+=]|\d+[.)])\s")
_ATTRIBUTE = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*'|[^\s"']+)|([^\s"'=]+)(?=\s|$)""")
_OPTION = re.compile(r" ?[-*+] +(?:\(([ xX]?)\)|\[([ xX]?)\])(?:\s+(.*))?$")
_ANSWER = re.compile(r"=(?![=>])\s*(.*)$")
_NUMBERED = re.compile(r" ?\d{1,3}[.)] +(.*)$")
_BULLET = re.compile(r" ?(?:[-*+]|\d{1,3}[.)])\s")
_NEARLY = re.compile(r" {0,3}[-*+]?\s*(?:\([ xX]?\)|\[[ xX]?\](?![(\[:]))")
_LEADING_BULLET = re.compile(r" ?[-*+]\s+")
_TICKS = re.compile("`+")
_MATHS = re.compile(r"\$[^$]+\$")
_FLAG = re.compile(r"[\w-]+\}")


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


@dataclass(frozen=True)
class Cut:
    """A file in its parts; `language` is the one it is written in."""

    intro: Passages
    blocks: tuple[Block, ...]


def cut(path: str, body: str, first_line: int, language: str, problems: Problems) -> Cut:
    """Return the introduction and the blocks of `body`, which begins at `first_line` of its file."""
    texts = [line.expandtabs(4).rstrip() for line in body.split("\n")]
    lines = [
        Line(text, number, free)
        for number, (text, free) in enumerate(
            zip(texts, outside_fences(texts), strict=True), first_line
        )
    ]
    starts = [at for at, line in enumerate(lines) if line.free and re.match(r"##(?!#)", line.text)]
    ends = [*starts[1:], len(lines)]
    if len(starts) > MOST_QUESTIONS:
        problems.add(path, lines[starts[MOST_QUESTIONS]].number, _too_many_questions())
        starts = starts[:MOST_QUESTIONS]
    intro = passage(lines[: starts[0] if starts else len(lines)], path)
    blocks = (
        _block(lines[start], lines[start + 1 : end], path, language, problems)
        for start, end in zip(starts, ends, strict=False)
    )
    return Cut({language: intro} if intro else {}, tuple(block for block in blocks if block))


def _too_many_questions() -> Message:
    return Message("A quiz file has at most %(most)s questions; put the others into a bank of their own.",
                   most=MOST_QUESTIONS)  # fmt: skip


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
        close = next(
            (k for k in range(at + 1, len(runs)) if runs[k][1] - runs[k][0] == end - start), None
        )
        if close is not None:
            blanked[start : runs[close][1]] = "\0" * (runs[close][1] - start)
            at = close
        at += 1
    return _MATHS.sub(lambda maths: "\0" * len(maths[0]), "".join(blanked))


def slug(text: str) -> str:
    """Return `text` as a key could be."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:MAX_KEY] or "q1"


def _block(
    head: Line, body: Sequence[Line], path: str, language: str, problems: Problems
) -> Block | None:
    key, brace, written = head.text.removeprefix("##").partition("{")
    key = key.strip()
    if not KEY.fullmatch(key) or len(key) > MAX_KEY:
        problems.add(
            path,
            head.number,
            Message(
                "A question begins with ## and a key of small letters, digits and hyphens: ## %(near)s",
                near=slug(key),
            ),
        )
        return None
    attributes = _attributes(brace + written, path, head.number, problems)
    marked = [line for line in body if line.free and _MARK.match(line.text)]
    if len(marked) > MOST_OPTIONS:
        message = Message("A question has at most %(most)s options or answers.", most=MOST_OPTIONS)
        problems.add(path, marked[MOST_OPTIONS].number, message)
        return None
    ordering = attributes.get("type", "") == "ordering" or "ordering" in attributes
    walk = _Walk(path, language, problems, ordering)
    for line in body:
        walk.take(line)
    return walk.block(Block(key, path, head.number, attributes, {}, (), {}))


def _attributes(text: str, path: str, line: int, problems: Problems) -> dict[str, str]:
    """Return ``{points=2 ordering}`` as a mapping; a lone word has the empty value."""
    if not text:
        return {}
    inside = text[1:-1] if text.endswith("}") else text[1:]
    rest = _ATTRIBUTE.sub("", inside).strip()
    if rest or not text.endswith("}"):
        problems.add(
            path,
            line,
            Message(
                'The attributes after the key are written {points=2 tags="one,two"}; this cannot be read: %(text)s',
                text=rest or text,
            ),
        )
        return {}
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        name, value = match[1] or match[3], (match[2] or "").strip("\"'")
        if name in found:
            problems.add(path, line, Message("%(key)s stands there twice.", key=name))
        found[name] = value
    return found


@dataclass
class _Open:
    """An item that is still being read."""

    kind: ItemKind
    line: Line
    marked: bool
    text: list[Line]
    other: Line | None = None
    feedback: list[Line] = field(default_factory=list)


class _Walk:
    """Goes through a block line by line: first the prompt, then items, then the general feedback."""

    def __init__(self, path: str, language: str, problems: Problems, ordering: bool) -> None:
        self.path, self.language, self.problems = path, language, problems
        self.ordering = ordering
        self.prompt: list[Line] = []
        self.items: list[_Open] = []
        self.feedback: list[Line] = []
        self.after_blank = True

    def take(self, line: Line) -> None:
        """Put `line` where it belongs."""
        item = self.start(line) if line.free else None
        if item is not None:
            self.begin(item)
        elif not self.items:
            self.take_prompt(line)
        elif self.feedback:
            self.take_general(line)
        else:
            self.take_item_line(line, self.items[-1])
        self.after_blank = line.blank

    def start(self, line: Line) -> _Open | None:
        """Return the item that begins on `line`."""
        if found := _OPTION.match(line.text):
            kind: ItemKind = "radio" if found[1] is not None else "box"
            marked = (found[1] or found[2] or "").strip() != ""
            return _Open(kind, line, marked, [replace(line, text=found[3] or "")])
        if found := _LEADING_BULLET.match(line.text):
            arrow = without_code(line.text).find("=>", found.end() - 1)
            if arrow >= 0:
                left, right = line.text[found.end() : arrow].strip(), line.text[arrow + 2 :].strip()
                return _Open(
                    "pair", line, False, [replace(line, text=left)], replace(line, text=right)
                )
        if found := _ANSWER.match(line.text):
            return _Open("answer", line, True, [replace(line, text=found[1])])
        if self.ordering and (found := _NUMBERED.match(line.text)):
            return _Open("number", line, True, [replace(line, text=found[1])])
        return None

    def begin(self, item: _Open) -> None:
        """Begin an item; after the general feedback it would be lost to readers."""
        if self.feedback:
            self.wrong(
                self.feedback[0],
                Message(
                    "General feedback stands after the last option; indent it by two spaces to give it to one option."
                ),
            )
            self.feedback = []
        self.items.append(item)

    def take_prompt(self, line: Line) -> None:
        """Take a line of the prompt."""
        if line.free and _NEARLY.match(line.text):
            self.wrong(
                line, Message("An option is written - ( ) text, or - (x) text when it is right.")
            )
        elif line.free and "{{" in without_code(line.text):
            self.wrong(
                line, Message("Gaps {{ ... }} in a text are not known to this version of Learn.")
            )
        self.prompt.append(line)

    def take_general(self, line: Line) -> None:
        """Take a line of the general feedback."""
        if line.blank or line.text.startswith(">") or not self.after_blank:
            self.feedback.append(line)
        else:
            self.wrong(
                line, Message("After the general feedback nothing more can stand in a question.")
            )

    def take_item_line(self, line: Line, item: _Open) -> None:
        """Take a line below an item: more of it, its feedback, or the beginning of general feedback."""
        quoted = line.free and line.text.lstrip().startswith(">")
        if quoted and not line.indented and self.after_blank:
            self.feedback.append(line)
        elif quoted:
            self.take_feedback(line, item)
        elif line.blank or not line.free:
            (item.feedback or item.text).append(line)
        elif _NEARLY.match(line.text):
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
        if item.kind in ("pair", "number"):
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

    def block(self, empty: Block) -> Block:
        """Return the finished block."""
        return replace(
            empty,
            prompt=self.passages(self.prompt),
            items=tuple(self.item(item) for item in self.items),
            feedback=self.passages(list(_unquoted(self.feedback))),
        )

    def item(self, item: _Open) -> Item:
        """Return a finished item; a text that is missing is a problem."""
        fixed = item.kind in ("radio", "box") and self.flag(item)
        text = self.passages(list(_dedented(item.text)))
        other = self.passages([item.other] if item.other else [])
        if item.kind == "pair" and (not text or not other):
            self.wrong(item.line, Message("Both sides of => need a text."))
        elif not text:
            self.wrong(item.line, Message("An option or answer needs a text."))
        return Item(
            item.kind,
            self.path,
            item.line.number,
            text,
            other,
            item.marked,
            fixed,
            self.passages(list(_unquoted(item.feedback))),
        )

    def flag(self, item: _Open) -> bool:
        """Take ``{fixed}`` off the end of an option; return whether it stood there."""
        text, brace, word = item.text[0].text.rpartition("{")
        if text.endswith("\\") or not brace or not _FLAG.fullmatch(word):
            return False
        if word != "fixed}":
            self.problems.add(
                self.path,
                item.line.number,
                Message(
                    "{%(key)s} is not known on an option; {fixed} keeps it in its place, \\{ writes a plain one.",
                    key=word.removesuffix("}"),
                ),
            )
        item.text[0] = replace(item.text[0], text=text.rstrip())
        return True

    def passages(self, lines: Sequence[Line]) -> Passages:
        """Return `lines` as the text of this file's language."""
        found = passage(lines, self.path)
        return {self.language: found} if found else {}


def _dedented(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines below an option without the indentation that they share."""
    below = [line for line in lines[1:] if not line.blank]
    margin = min((len(line.text) - len(line.text.lstrip()) for line in below), default=0)
    for at, line in enumerate(lines):
        yield line if at == 0 else replace(line, text=line.text[margin:])


def _unquoted(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        yield replace(line, text=re.sub(r"^\s*> ?", "", line.text))
