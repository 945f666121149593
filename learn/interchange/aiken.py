"""Aiken: one question, its options behind letters, and the letter of the right one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from learn.errors import Message
from learn.interchange.model import BadFile, Draft, Exported, Imported, Intake, text_of
from learn.interchange.outgoing import Outgoing
from learn.interchange.rendering import html_of
from learn.interchange.shapes import Option, fill_choice, name_of
from learn.interchange.texts import markdown_of_plain
from learn.quizzes.questions import plain_text
from learn.quizzes.source.reading import Block

_OPTION = re.compile(r"\s*([A-Z])\s*[.)]\s+(.*)$")
_ANSWER = re.compile(r"\s*ANSWER\s*:\s*([A-Z])?\s*$", re.IGNORECASE)


@dataclass
class _Open:
    """A question that is still being read."""

    line: int
    prompt: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str], int]] = field(default_factory=list)


def read_aiken(text: str) -> Imported:
    """Return the questions of an Aiken text.

    Raises
    ------
    BadFile
        There is no question in it.
    """
    intake = Intake("aiken")
    now: _Open | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n"), 1):
        if answer := _ANSWER.match(line):
            _close(intake, now or _Open(number), (answer[1] or "").upper(), number)
            now = None
        elif line.strip():
            now = now or _Open(number)
            _take(now, line, number)
        elif now and now.options:
            _close(intake, now, "", number)
            now = None
    if now:
        _close(intake, now, "", now.line)
    if not intake.entries:
        raise BadFile(Message("There is no question in this file."))
    return intake.finished()


def _take(question: _Open, line: str, number: int) -> None:
    if found := _OPTION.match(line):
        question.options.append((found[1], [found[2].strip()], number))
    elif question.options:
        question.options[-1][1].append(line.strip())
    else:
        question.prompt.append(line.strip())


def _close(intake: Intake, question: _Open, answer: str, line: int) -> None:
    draft = Draft(name_of(" ".join(question.prompt)), line=question.line)
    letters = [letter for letter, _lines, _line in question.options]
    draft.prompt = markdown_of_plain("\n".join(question.prompt))
    if not draft.prompt or not letters:
        intake.refuse(
            draft, Message("A question has a text and options such as A. text."), line=line
        )
    elif len(set(letters)) != len(letters):
        intake.refuse(draft, Message("Two options have the same letter."), line=line)
    elif answer not in letters:
        intake.refuse(
            draft, Message("Behind the options stands ANSWER: with the letter of one."), line=line
        )
    else:
        options = [
            Option(markdown_of_plain(" ".join(lines)), 100.0 * (letter == answer), "", at)
            for letter, lines, at in question.options
        ]
        fill_choice(draft, options, single=True)
        intake.keep(draft)


def write_aiken(blocks: Sequence[Block], title: str, media: Mapping[str, bytes]) -> Exported:
    """Return the single choices as Aiken; it holds nothing else, and plain text only."""
    entries, parts = [], []
    for block in blocks:
        out = Outgoing(block, "Aiken")
        if (
            out.type != "single"
            or "survey" in block.attributes
            or len(block.items) > len(ascii_uppercase)
        ):
            out.refuse()
        else:
            parts.append(_written(out))
        entries.append(out.entry())
    return Exported("aiken", "\n".join(parts).encode(), tuple(entries), (), ".txt")


def _written(out: Outgoing) -> str:
    out.lose_all_but(())
    out.lose_languages()
    texts = [text_of(each.text) for each in out.block.items]
    if out.feedback or any(each.feedback for each in out.block.items):
        out.lose(Message("Aiken holds no feedback."))
    if any(option.share not in (0, 100) for option in out.options()):
        out.lose(Message("Aiken holds no weights."))
    plain = [_plain(out, text) for text in (out.prompt, *texts)]
    right = next(at for at, each in enumerate(out.block.items) if each.marked)
    lines = [f"{letter}. {text}" for letter, text in zip(ascii_uppercase, plain[1:], strict=False)]
    return "\n".join([plain[0], *lines, f"ANSWER: {ascii_uppercase[right]}", ""])


def _plain(out: Outgoing, markdown: str) -> str:
    html = html_of(markdown)
    if "<" in html.replace("<p>", "").replace("</p>", ""):
        out.lose(Message("Aiken holds plain text only; marks and pictures stay here."))
    return plain_text(html)
