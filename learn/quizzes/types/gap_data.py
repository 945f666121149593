"""What was written in the gaps of all languages, as the data of one question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import ParseContext, opaque_key
from learn.quizzes.source.reading import Block, Passage
from learn.quizzes.types.gap_text import Gap, GapText, misplaced
from learn.quizzes.values.numbers import BadNumber, accepted_numbers, looks_numeric


class Maker:
    """Makes the data of gaps from what was written in all languages."""

    def __init__(
        self, context: ParseContext, texts: Mapping[str, GapText], passage: Passage
    ) -> None:
        self.context, self.passage = context, passage
        main = context.main_language
        self.written: dict[int, dict[str, Gap]] = {}
        for language in (main, *(each for each in texts if each != main)):
            for gap in texts[language].gaps:
                self.written.setdefault(gap.number, {})[language] = gap
        self.bank: dict[str, dict[str, Any]] = {}

    def gap(self, number: int) -> dict[str, Any]:
        """Return the data of one gap."""
        written = self.written[number]
        match written[self.context.main_language].kind:
            case "typed":
                return {"key": f"g{number}", **self.typed(written)}
            case "choice":
                return {"key": f"g{number}", "kind": "choice", "options": self.options(written)}
            case _:
                keys = [self.word(texts) for texts in self.side_by_side(written)]
                return {"key": f"g{number}", "kind": "word", "right": keys[0]}

    def typed(self, written: Mapping[str, Gap]) -> dict[str, Any]:
        """Return the accepted answers of all languages: numbers when all of them are."""
        entries = {each.text: each for gap in written.values() for each in gap.entries}
        number = all(looks_numeric(said) for said in entries)
        accepted = []
        for said, entry in entries.items():
            made: dict[str, Any] = {"text": said}
            if entry.weight is not None:
                made["weight"] = entry.weight
            accepted.append({**made, **(self.range(said, written) if number else {})})
        return {"kind": "number" if number else "text", "accepted": accepted}

    def range(self, said: str, written: Mapping[str, Gap]) -> dict[str, str]:
        """Return the bounds of an accepted number."""
        try:
            found = accepted_numbers(said)
        except BadNumber as error:
            line = written[self.context.main_language].line
            self.context.refuse(replace(self.passage, line=line), error.message)
            return {"low": "0", "high": "0", "unit": ""}
        return {"low": str(found.low), "high": str(found.high), "unit": found.unit}

    def options(self, written: Mapping[str, Gap]) -> list[dict[str, Any]]:
        """Return the options of a choice."""
        main = written[self.context.main_language]
        made = []
        for entry, texts in zip(main.entries, self.side_by_side(written), strict=False):
            weight = {} if entry.weight is None else {"weight": entry.weight}
            key = opaque_key(self.context.scope, f"gap{main.number}", entry.text)
            made.append({"key": key, "texts": texts, "right": entry.right, **weight})
        return made

    def side_by_side(self, written: Mapping[str, Gap]) -> Iterator[dict[str, str]]:
        """Yield what the entries of a gap say, by language."""
        count = len(written[self.context.main_language].entries)
        for place in range(count):
            yield {
                language: gap.entries[place].text
                for language, gap in written.items()
                if len(gap.entries) == count
            }

    def word(self, texts: dict[str, str]) -> str:
        """Put a word into the bank and return its key; one that is there already is there once."""
        said = texts[self.context.main_language]
        key = opaque_key(self.context.scope, "word", " ".join(said.casefold().split()))
        self.bank.setdefault(key, {"key": key, "texts": texts})
        return key

    def words(self, more: str) -> list[dict[str, Any]]:
        """Return the bank, with the words of the heading besides."""
        for said in more.split("|" if "|" in more else ","):
            if said.strip():
                self.word({self.context.main_language: said.strip()})
        return list(self.bank.values())


def compare(
    main: GapText, texts: Mapping[str, GapText], block: Block, context: ParseContext
) -> None:
    """Note the gaps of a translation that are not those of the main language."""
    mine = {gap.number: _shape(gap) for gap in main.gaps}
    for language, each in texts.items():
        if {gap.number: _shape(gap) for gap in each.gaps} == mine:
            continue
        strange = next((gap for gap in each.gaps if mine.get(gap.number) != _shape(gap)), None)
        line = strange.line if strange else block.prompt[language].line
        context.refuse(
            replace(block.prompt[language], line=line),
            Message(
                "%(what)s of %(key)s differs from the main language.", what="{{ }}", key=block.key
            ),
        )


def _shape(gap: Gap) -> tuple[Any, ...]:
    """Return what must be the same in all languages."""
    rights = [entry.right for entry in gap.entries] if gap.kind == "choice" else []
    return gap.kind, rights, len(gap.entries) if gap.kind == "word" else 0


def html_with_marks(
    block: Block, texts: Mapping[str, GapText], context: ParseContext
) -> dict[str, str]:
    """Return the HTML of the prompt by language, with the marks of gaps in it."""
    marked = {
        language: replace(passage, text=texts[language].text)
        for language, passage in block.prompt.items()
    }
    return context.html(marked)


def rendered(block: Block, texts: Mapping[str, GapText], context: ParseContext) -> dict[str, str]:
    """Return the HTML with marks by language; a gap that cannot stand where it does is refused."""
    found = html_with_marks(block, texts, context)
    for language, html in found.items():
        for gap in misplaced(html, texts[language]) if html else ():
            spot = replace(block.prompt[language], line=gap.line)
            context.refuse(
                spot,
                Message(
                    "A gap cannot stand in a heading, a link, a picture's text, code or a formula."
                ),
            )
    return found
