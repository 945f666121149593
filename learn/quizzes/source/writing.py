"""Blocks written as the text of a quiz file: the inverse of `cut`, whatever their texts hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from learn.quizzes.source.attributes import WEIGHT, item_attributes, only_weight
from learn.quizzes.source.lines import without_code
from learn.quizzes.source.reading import (
    FENCE,
    PLAIN,
    Block,
    Grammar,
    Item,
    Outcome,
    Passages,
    Section,
    outside_fences,
)
from learn.quizzes.source.walking import (
    ANSWER,
    GENERAL,
    LEADING_BULLET,
    NEARLY,
    NUMBERED,
    OPTION,
)

OUTCOME_MARKS: Mapping[Outcome, str] = {"right": ">(x)", "partly": ">(~)", "wrong": ">( )"}
_MARKED = {"radio": "- (x)", "box": "- [x]", "answer": "="}
_PLAIN = {"radio": "- ( )", "box": "- [ ]", "answer": "="}
_BARE = re.compile(r"[^\s\"'{}=]+")
MARGIN = "    "
GAP = "&nbsp;"
_TIGHT = frozenset({"answer", "pair"})


def written_file(
    title: str,
    blocks: Iterable[Block],
    grammars: Mapping[str, Grammar] | None = None,
    *,
    settings: Mapping[str, object] | None = None,
    language: str | None = None,
) -> str:
    """Return a whole quiz file: front matter with the title, then the questions."""
    front = {"title": title, **(settings or {})}
    head = "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items()
    )
    return f"---\n{head}---\n\n{written_blocks(blocks, grammars, language=language)}"


def written_blocks(
    blocks: Iterable[Block],
    grammars: Mapping[str, Grammar] | None = None,
    *,
    language: str | None = None,
) -> str:
    """Return questions one below the other, ended by a line end; each `written` by its type's grammar."""
    known = grammars or {}
    return "\n".join(written(block, grammar_of(block, known), language) for block in blocks)


def grammar_of(block: Block, grammars: Mapping[str, Grammar]) -> Grammar:
    """Return the grammar of the type that a block's heading names."""
    lone = (name for name, value in block.attributes.items() if not value and name in grammars)
    return grammars.get(block.attributes.get("type") or next(lone, ""), PLAIN)


def written(block: Block, grammar: Grammar = PLAIN, language: str | None = None) -> str:
    """Return the lines of one question, so that cutting them gives the same block.

    A line of a text that would begin an option, an answer or a question is escaped, so that it shows
    the same; what comes from a quiz file has no such line.

    Parameters
    ----------
    language
        Which of the texts; None: the first of each.
    """
    writer = _Writer(grammar, language)
    head = f"## {block.key}{_braces(block.attributes)}"
    parts = [head, *writer.body(block)]
    general = list(writer.general(block))
    if general:
        parts += ["", *general]
    for section in block.sections:
        parts += ["", *writer.section(section)]
    return "\n".join(parts) + "\n"


class _Writer:
    """Writes the parts of one block."""

    def __init__(self, grammar: Grammar, language: str | None) -> None:
        self.grammar, self.language = grammar, language

    def text(self, passages: Passages) -> str:
        """Return one language's text without tabs, trailing spaces and open fences."""
        passage = passages.get(self.language or "") or next(iter(passages.values()), None)
        if passage is None:
            return ""
        lines = [line.expandtabs(4).rstrip() for line in re.split(r"\r\n|\r|\n", passage.text)]
        while lines and not lines[0]:
            del lines[0]
        while lines and not lines[-1]:
            del lines[-1]
        return "\n".join(_closed(lines))

    def section(self, section: Section) -> Iterator[str]:
        """Yield the lines of a section."""
        yield f"### {section.key}{_braces(section.attributes)}"
        yield from self.body(section)
        if section.feedback:
            yield ""
            yield from _quoted(self.text(section.feedback))

    def body(self, part: Block | Section) -> Iterator[str]:
        """Yield prompt and items."""
        lines = self.prompt(self.text(part.prompt))
        yield from lines
        if not part.items and _seems_feedback(lines, part):
            yield from ("", GAP)
        if lines and part.items:
            yield ""
        for number, item in enumerate(part.items, 1):
            yield from self.item(item, number)

    def prompt(self, text: str) -> list[str]:
        """Return the lines of a prompt, none of which is taken for anything else."""
        lines = text.split("\n") if text else []
        return [
            self.harmless(line) if free else line
            for line, free in zip(lines, outside_fences(lines), strict=True)
        ]

    def harmless(self, line: str) -> str:
        """Return a free line so that it begins no question, item, hint or feedback."""
        if line.startswith("##") and (not line.startswith("###") or self.begins_section(line)):
            return "\\" + line
        if NEARLY.match(line) or OPTION.match(line):
            return re.sub(r"[(\[]", lambda found: "\\" + found[0], line, count=1)
        if ANSWER.match(line):
            return "&#61;" + line[1:]
        if (found := LEADING_BULLET.match(line)) and "=>" in without_code(line)[found.end() - 1 :]:
            return line.replace("=>", "=\\>")
        if GENERAL.match(line):
            return "\\" + line
        if self.grammar.numbered and NUMBERED.match(line):
            return re.sub(r"(\d)([.)])", r"\1\\\2", line, count=1)
        return line

    def begins_section(self, line: str) -> bool:
        """Whether a line would begin a section."""
        return self.grammar.sections and line.startswith("###") and not line.startswith("####")

    def item(self, item: Item, number: int) -> Iterator[str]:
        """Yield the lines of an item and its feedback."""
        lines = self.item_lines(item)
        first, rest = lines[0], lines[1:]
        braces = _braces(item.attributes)
        if FENCE.match(first):
            first, rest = "", lines
        mark = (_MARKED if item.marked else _PLAIN).get(item.kind, "-")
        if item.kind == "number":
            mark = f"{number}."
        yield f"{mark} {first}{braces}".rstrip()
        yield from (f"{MARGIN}{line}".rstrip() for line in rest)
        if item.feedback:
            yield from (f"  {line}" for line in _quoted(self.text(item.feedback)))

    def item_lines(self, item: Item) -> list[str]:
        """Return what stands behind the mark of an item, and below it."""
        lines = self.text(item.text).split("\n")
        if item.kind in _TIGHT:
            lines = [" ".join(part.strip() for part in lines if part.strip())]
        free = list(outside_fences(lines))
        for at, line in enumerate(lines):
            if at and free[at]:
                lines[at] = _below(line)
        lines[0] = lines[0].lstrip()
        if item.kind == "pair":
            other = " ".join(self.text(item.other).split("\n"))
            left = lines[0].replace("=>", "=\\>") if "=>" in without_code(lines[0]) else lines[0]
            lines[0] = f"{left} => {self.guarded(item, other)}".lstrip()
        else:
            lines[0] = self.guarded(item, lines[0])
        return lines

    def guarded(self, item: Item, line: str) -> str:
        """Return a line whose last braces are taken for text, where they would be attributes."""
        if item.attributes:
            return line
        if item.kind == "answer":
            return f"/{re.escape(line)}/" if only_weight(line)[1] else line
        known = self.grammar.item_attributes
        _before, found = item_attributes(line)
        if not found:
            return line
        own = item.kind not in ("pair", "number") or "*" in known or found.keys() <= known
        if not own or (item.kind in ("pair", "number") and not known):
            return line
        at = line.rindex("{")
        return f"{line[:at]}\\{line[at:]}"

    def general(self, block: Block) -> Iterator[str]:
        """Yield what belongs to the whole question: feedback, by outcome, hints."""
        parts = []
        for outcome, mark in OUTCOME_MARKS.items():
            if outcome in block.outcomes:
                parts.append(_marked(mark, self.text(block.outcomes[outcome])))
        parts += [_marked(">?", self.text(hint)) for hint in block.hints]
        if block.feedback:  # behind a hint nobody takes it for more of the prompt
            at = len(parts) if not block.items else 0
            parts.insert(at, _quoted(self.text(block.feedback)))
        for at, lines in enumerate(parts):
            if at:
                yield ""
            yield from lines


def _seems_feedback(lines: list[str], part: Block | Section) -> bool:
    """Whether the end of a prompt would be taken for general feedback, or swallow it."""
    if not lines or not lines[-1].startswith(">"):
        return False
    if isinstance(part, Block) and part.feedback and (part.hints or part.outcomes):
        return False
    start = len(lines)
    while start and (not lines[start - 1] or lines[start - 1].startswith(">")):
        start -= 1
    return bool(part.feedback) or (start > 0 and not lines[start])


def _below(line: str) -> str:
    """Return a line below an option so that it is no feedback and no other option."""
    if line.lstrip().startswith(">"):
        return line.replace(">", "\\>", 1)
    if NEARLY.match(MARGIN + line):
        return re.sub(r"[(\[]", lambda found: "\\" + found[0], line, count=1)
    return line


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in text.split("\n")]


def _marked(mark: str, text: str) -> list[str]:
    first, *rest = _quoted(text)
    return [f"{mark} {first[2:]}".rstrip(), *rest]


def _closed(lines: list[str]) -> list[str]:
    """Return `lines`; a fence that is still open at the end is closed."""
    fence = ""
    for line in lines:
        found = FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
    return [*lines, fence] if fence else lines


def _braces(attributes: Mapping[str, str]) -> str:
    """Return attributes in braces, with a space before; nothing when there are none."""
    parts = [_attribute(name, value) for name, value in attributes.items()]
    return f" {{{' '.join(parts)}}}" if parts else ""


def _attribute(name: str, value: str) -> str:
    if name == WEIGHT and value:
        return f"{value}%"
    if value == "":
        return name
    if _BARE.fullmatch(value):
        return f"{name}={value}"
    value = " ".join(value.replace('"', "'").split())
    return f'{name}="{value}"'
