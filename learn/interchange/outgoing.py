"""Questions on their way out: what each item is worth there, and a note for all that is left behind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from learn.errors import LearnError, Message
from learn.interchange.model import TAGGED, Entry, Note, Verdict, text_of
from learn.interchange.shapes import FALSE_WORDS, IN_ENGLISH, TRUE_FALSE, TRUE_WORDS, Option, Range
from learn.quizzes.questions import QuestionType
from learn.quizzes.source.attributes import WEIGHT
from learn.quizzes.source.reading import Block, Item
from learn.quizzes.types.gap_text import Gap, cut_gaps
from learn.quizzes.values.numbers import accepted_numbers
from learn.registry import Registry

PICTURE = re.compile(r"!\[[^\]]*\]\(\s*(?:<([^>\n]+)>|([^\s)]+))")


def typed_blocks(blocks: Iterable[Block], types: Registry[QuestionType]) -> list[Block]:
    """Return blocks that say their ``type``, as writers need it; an unknown one stays empty."""
    made = []
    for block in blocks:
        lone = [name for name, value in block.attributes.items() if not value and name in types]
        named = block.attributes.get("type") or next(iter(lone), "")
        kind = named or next((each.key for each in types if each.claims(block)), "")
        rest = {name: value for name, value in block.attributes.items() if name not in lone}
        made.append(replace(block, attributes={**rest, "type": kind}))
    return made


@dataclass
class Outgoing:
    """One question that leaves; `format` is the other system's name in notes."""

    block: Block
    format: str
    notes: list[Note] = field(default_factory=list)

    @property
    def type(self) -> str:
        """Return the key of its type."""
        return self.block.attributes.get("type", "")

    @property
    def prompt(self) -> str:
        """Return what is asked, in Markdown."""
        return text_of(self.block.prompt)

    @property
    def feedback(self) -> str:
        """Return the general feedback, in Markdown."""
        return text_of(self.block.feedback)

    @property
    def tags(self) -> list[str]:
        """Return its tags, and what goes along as one: ``competency:M.05``."""
        own = self.block.attributes.get("tags", "").split(",")
        marks = [
            f"{name}:{self.block.attributes[name]}"
            for name in TAGGED
            if name in self.block.attributes
        ]
        return [tag.strip() for tag in [*own, *marks] if tag.strip()]

    def note(self, verdict: Verdict, message: Message) -> None:
        """Note what is changed, dropped or refused."""
        self.notes.append(Note(verdict, message, self.block.line, self.block.key))

    def lose(self, message: Message) -> None:
        """Note what cannot go along."""
        self.note("dropped", message)

    def change(self, message: Message) -> None:
        """Note what means nearly the same there."""
        self.note("changed", message)

    def refuse(self) -> None:
        """Say that there is nothing like this type there."""
        self.note(
            "refused",
            Message("%(format)s has no question such as {%(type)s}.",
                    format=self.format, type=self.type or "?"),
        )  # fmt: skip

    def lose_all_but(self, kept: Collection[str]) -> None:
        """Note each attribute of the heading, and each kind of text, that is not `kept`."""
        for name, value in self.block.attributes.items():
            if name in TAGGED and "tags" in kept:
                continue
            if name not in kept and name != "type" and not _is_default(name, value):
                self.lose(
                    Message("%(format)s does not hold {%(name)s}.", format=self.format,
                            name=f"{name}={value}" if value else name)
                )  # fmt: skip
        for name, there in (
            ("hints", self.block.hints), ("outcomes", self.block.outcomes),
            ("sections", self.block.sections),
        ):  # fmt: skip
            if there and name not in kept:
                self.lose(_WHAT[name])
        if "fixed" not in kept and any(each.fixed for each in self.block.items):
            self.lose(
                Message("%(format)s does not hold {%(name)s}.", format=self.format, name="fixed")
            )

    def lose_languages(self) -> None:
        """Note the texts in other languages."""
        others = sorted({*self.block.prompt} - {next(iter(self.block.prompt), "")})
        if others:
            self.lose(Message("Its texts in %(languages)s stay here.", languages=", ".join(others)))

    def entry(self) -> Entry:
        """Return what became of it."""
        refused = any(note.verdict == "refused" for note in self.notes)
        return Entry(self.block.key, "" if refused else self.block.key, self.type,
                     self.block.line, self.block.key, tuple(self.notes))  # fmt: skip

    def is_true_false(self) -> bool:
        """Whether it is a choice between true and false, in this order."""
        items = self.block.items
        if (
            self.type != "single"
            or len(items) != 2
            or any(WEIGHT in each.attributes for each in items)
        ):
            return False
        first, second = (text_of(each.text).strip().rstrip(".").casefold() for each in items)
        if first not in TRUE_WORDS or second not in FALSE_WORDS:
            return False
        return items[0].marked != items[1].marked

    def note_words(self) -> None:
        """Note that the words of true and false are others there."""
        words = tuple(text_of(each.text).strip() for each in self.block.items)
        if words not in (TRUE_FALSE, IN_ENGLISH):
            self.change(Message("The two options are called true and false over there."))

    def options(self) -> list[Option]:
        """Return the options of a choice, with what each is worth there."""
        items = self.block.items
        if self.type != "multiple":
            return [_option(each, _share(each, 100.0 * each.marked)) for each in items]
        said = sum(_share(each, 0) for each in items if each.marked)
        open_ = [each for each in items if each.marked and WEIGHT not in each.attributes]
        rest = max(0.0, 100 - said) / len(open_) if open_ else 0
        return [_option(each, _share(each, rest if each.marked else self.cost())) for each in items]

    def cost(self) -> float:
        """Return what a wrong option without a weight is worth there, in percent."""
        credit = self.block.attributes.get("credit", "proportional")
        rights = sum(each.marked for each in self.block.items) or 1
        return -100.0 if credit == "exact" else -100.0 / rights

    def note_credit(self) -> None:
        """Note that a part of several right options counts otherwise there."""
        credit = self.block.attributes.get("credit", "proportional")
        wrongs = [each for each in self.block.items if not each.marked]
        if credit != "right-minus-wrong" and any(WEIGHT not in each.attributes for each in wrongs):
            self.change(Message("Credit %(credit)s became weights: a wrong option costs a share.",
                                credit=credit))  # fmt: skip

    def answers(self) -> list[Option]:
        """Return accepted answers, patterns as they are, with what each is worth."""
        return [_option(each, _share(each, 100)) for each in self.block.items]

    def ranges(self) -> tuple[list[Range], str]:
        """Return accepted numbers and the first unit that they name."""
        found, units = [], []
        for each in self.block.items:
            try:
                accepted = accepted_numbers(text_of(each.text))
            except LearnError as error:
                self.lose(error.message)
                continue
            units.append(accepted.unit)
            share, feedback = _share(each, 100), text_of(each.feedback)
            found.append(Range(accepted.low, accepted.high, share, feedback, each.line))
        return found, next(filter(None, units), "")

    def pairs(self) -> list[tuple[str, str]]:
        """Return pairs in Markdown; the left side of one that nobody needs is empty."""
        return [(text_of(each.text), text_of(each.other)) for each in self.block.items]

    def gaps(self) -> tuple[list[str], list[Gap]]:
        """Return a text with gaps in its parts, and the gaps between them."""
        passage = next(iter(self.block.prompt.values()))
        cut = cut_gaps(passage)
        parts = re.split(rf"{cut.token}x(\d+)x", cut.text)
        by_number = {gap.number: gap for gap in cut.gaps}
        return parts[::2], [by_number[int(number)] for number in parts[1::2]]

    def words(self, gaps: Sequence[Gap]) -> list[str]:
        """Return the word bank of a text with gaps."""
        own = [entry.text for gap in gaps if gap.kind == "word" for entry in gap.entries]
        more = re.split(r"(?<!\\)[|,]", self.block.attributes.get("bank", ""))
        return list(dict.fromkeys(each.strip() for each in [*own, *more] if each.strip()))


def pictures_in(*texts: str) -> list[str]:
    """Return the names of pictures beside the quiz that Markdown texts show."""
    names = (found[1] or found[2] for text in texts for found in PICTURE.finditer(text))
    return list(dict.fromkeys(name.removeprefix("./") for name in names if ":" not in name))


_WHAT = {
    "hints": Message("The hints cannot go along."),
    "outcomes": Message("The feedback for right, partly right and wrong answers cannot go along."),
    "sections": Message("The sections of the question cannot go along."),
}


def _is_default(name: str, value: str) -> bool:
    return (name, value) in {
        ("points", "1"), ("case", "ignored"), ("accents", "optional"), ("credit", "proportional"),
        ("credit", "neighbours"), ("unit", "optional"), ("shuffle", "true"),
    }  # fmt: skip


def _share(item: Item, otherwise: float) -> float:
    try:
        return float(item.attributes[WEIGHT].replace(",", ".").rstrip("%"))
    except (KeyError, ValueError):
        return otherwise


def _option(item: Item, share: float) -> Option:
    return Option(text_of(item.text), share, text_of(item.feedback), item.line)
