"""Blocks to questions: the languages put together, the type found, its data checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learn.courses.frontmatter import unknown_key
from learn.courses.links import nearest
from learn.errors import Message
from learn.quizzes.questions import ParseContext, Question, QuestionType
from learn.quizzes.reading import Block, Item, Problems, Render
from learn.registry import Registry

COMMON = ("points", "competency", "tags", "type", "id", "shuffle")
MAX_POINTS = 1000
MAX_ITEMS = 50


@dataclass(frozen=True)
class Compiler:
    """Makes the questions of one quiz, named by `scope` (``course/quiz``)."""

    scope: str
    main_language: str
    types: Registry[QuestionType]
    render: Render
    problems: Problems

    def questions(
        self,
        blocks: Sequence[Block],
        others: Mapping[str, Sequence[Block]],
        paths: Mapping[str, str],
    ) -> tuple[Question, ...]:
        """Return the questions of the main language's `blocks`, with the texts of `others`."""
        unique = self.without_twins(blocks)
        translations = {
            language: {block.key: block for block in self.without_twins(theirs)}
            for language, theirs in others.items()
        }
        for language, theirs in translations.items():
            self.compare_keys(unique, theirs, paths[language])
        merged = (
            self.merged(
                block, [each[block.key] for each in translations.values() if block.key in each]
            )
            for block in unique
        )
        made = (self.question(block) for block in merged)
        return tuple(question for question in made if question is not None)

    def without_twins(self, blocks: Iterable[Block]) -> list[Block]:
        """Return `blocks` without those whose key stood there before."""
        seen: dict[str, int] = {}
        kept = []
        for block in blocks:
            if block.key in seen:
                self.problems.add(
                    block.path, block.line, Message("The key %(key)s stands there twice, first on line %(line)s.",
                    key=block.key, line=seen[block.key]),
                )  # fmt: skip
                continue
            seen[block.key] = block.line
            kept.append(block)
        return kept

    def compare_keys(self, main: Sequence[Block], theirs: Mapping[str, Block], path: str) -> None:
        """Note the questions that only one of two languages has."""
        keys = [block.key for block in main]
        for block in theirs.values():
            if block.key not in keys:
                self.problems.add(
                    block.path, block.line, Message("The question %(key)s is not in the main language's file%(hint)s.",
                    key=block.key, hint=_hint(block.key, keys)),
                )  # fmt: skip
        for key in keys:
            if key not in theirs:
                self.problems.add(
                    path, 1, Message("The question %(key)s is missing in this language.", key=key)
                )

    def merged(self, main: Block, others: Sequence[Block]) -> Block:
        """Return `main` with the texts of the other languages; where they differ is a problem."""
        for other in others:
            for name, value in other.attributes.items():
                if main.attributes.get(name, value) != value or name not in main.attributes:
                    self.differs(other, other.line, f"{{{name}}}")
            if not other.prompt:
                self.wrong(other, _no_prompt(other))
            if _answers_only(main.items) and _answers_only(other.items):
                main = replace(main, items=_united(main.items, other.items))
            elif self.same_items(main, other):
                pairs = zip(main.items, other.items, strict=True)
                main = replace(main, items=tuple(_both(mine, theirs) for mine, theirs in pairs))
            main = replace(
                main,
                prompt={**main.prompt, **other.prompt},
                feedback={**main.feedback, **other.feedback},
            )
        return main

    def same_items(self, main: Block, other: Block) -> bool:
        """Whether both languages have the same kinds of options, the same of them right."""
        if len(main.items) != len(other.items):
            self.problems.add(
                other.path, other.line,
                Message("The question %(key)s has %(here)s options here and %(there)s in the main language.",
                key=main.key, here=len(other.items), there=len(main.items)),
            )  # fmt: skip
            return False
        for mine, theirs in zip(main.items, other.items, strict=True):
            if (mine.kind, mine.marked, mine.fixed) != (theirs.kind, theirs.marked, theirs.fixed):
                self.differs(other, theirs.line, "( ) (x) [ ] [x] {fixed}")
                return False
        return True

    def differs(self, block: Block, line: int, what: str) -> None:
        """Note that a translation says something else than the main language."""
        self.problems.add(
            block.path, line, Message("%(what)s of %(key)s differs from the main language.",
            what=what, key=block.key),
        )  # fmt: skip

    def question(self, block: Block) -> Question | None:
        """Return the question of `block`; None when it has no type."""
        if not block.prompt:
            self.wrong(block, _no_prompt(block))
        kind = self.kind_of(block)
        if kind is None:
            return None
        common = self.common(block, kind)
        if not all(self.is_whole(item) for item in block.items):
            return None  # noted when the block was cut; without texts there is nothing to parse
        context = self.context(block.attributes.get("id") or block.key)
        data = kind.parse(block, context)
        if not context.wrong:
            self.note_flaws(block, kind, data)
        return Question(
            key=block.key,
            type=kind.key,
            prompt=context.html(block.prompt),
            data=data,
            feedback=context.html(block.feedback),
            source=self.scope,
            line=block.line,
            **common,
        )

    def is_whole(self, item: Item) -> bool:
        """Whether an item has its texts in the main language; an answer in any."""
        if item.kind == "answer":
            return bool(item.text)
        main = self.main_language
        return main in item.text and (item.kind != "pair" or main in item.other)

    def context(self, question: str) -> ParseContext:
        """Return what a type may use while it parses the question of this key."""
        scope = f"{self.scope}/{question}"
        return ParseContext(scope, self.main_language, self.render, self.problems)

    def note_flaws(self, block: Block, kind: QuestionType, data: Mapping[str, Any]) -> None:
        """Note what the type finds wrong in its data."""
        if len(block.items) > MAX_ITEMS:
            self.wrong(block, Message("A question has at most %(most)s options.", most=MAX_ITEMS))
        for flaw in kind.check(data):
            line = block.line if flaw.item is None else block.items[flaw.item].line
            path = block.path if flaw.item is None else block.items[flaw.item].path
            self.problems.add(path, line, flaw.message)

    def kind_of(self, block: Block) -> QuestionType | None:
        """Return the type that the heading says, or that the options show."""
        named = self.named_kind(block)
        if named is not None:
            kind = self.types.get(named)
            if kind is None:
                self.unknown_kind(block, named)
                return None
            strange = next((item for item in block.items if item.kind != kind.items), None)
            if strange is not None:
                self.problems.add(
                    strange.path, strange.line, Message("A question of the type %(type)s has lines such as %(right)s.",
                    type=kind.key, right=EXAMPLES.get(kind.items, kind.items)),
                )  # fmt: skip
                return None
            return kind
        if not block.items:
            self.wrong(
                block,
                Message(
                    "The question %(key)s has no options and no answers; write - ( ), - [ ], = or =>, or {ordering} for numbered steps.",
                    key=block.key,
                ),
            )
            return None
        found = next((kind for kind in self.types if kind.claims(block.items)), None)
        if found is None:
            self.note_mixture(block)
        return found

    def note_mixture(self, block: Block) -> None:
        """Note the first line whose kind differs from that of the first option."""
        strange = next(
            item for item in [*block.items[1:], *block.items] if item.kind != block.items[0].kind
        )
        self.problems.add(
            strange.path, strange.line, Message("A question has one kind of options; this line is %(here)s, the first one %(first)s.",
            here=EXAMPLES[strange.kind], first=EXAMPLES[block.items[0].kind]),
        )  # fmt: skip

    def named_kind(self, block: Block) -> str | None:
        """Return the type that ``{type=...}`` or a lone word says."""
        lone = [
            name for name, value in block.attributes.items() if value == "" and name in self.types
        ]
        return block.attributes.get("type") or (lone[0] if lone else None)

    def unknown_kind(self, block: Block, named: str) -> None:
        """Note a type that this version does not know."""
        guess = nearest(named, self.types.keys())
        if guess:
            self.wrong(block, Message("The question type %(type)s is unknown; did you mean %(near)s?",
                       type=named, near=guess))  # fmt: skip
        else:
            self.wrong(block, Message("The question type %(type)s is not known to this version of Learn; known are %(known)s.",
                       type=named, known=", ".join(self.types.keys())))  # fmt: skip

    def common(self, block: Block, kind: QuestionType) -> dict[str, Any]:
        """Return the fields that every type has, from the heading's attributes."""
        for name, value in block.attributes.items():
            if value == "" and name == kind.key:
                continue
            if name not in COMMON and name not in kind.attributes:
                known = dict.fromkeys([*COMMON, *kind.attributes])
                self.wrong(block, unknown_key(name, known))
            elif name in kind.attributes and value not in kind.attributes[name]:
                self.wrong(block, Message("%(name)s is one of %(known)s.",
                           name=name, known=", ".join(kind.attributes[name])))  # fmt: skip
            elif value == "":
                self.wrong(block, Message("%(name)s needs a value, as in {points=2}.", name=name))
        tags = (tag.strip() for tag in block.attributes.get("tags", "").split(","))
        return {
            "points": self.points(block),
            "competency": block.attributes.get("competency") or None,
            "tags": tuple(dict.fromkeys(tag for tag in tags if tag)),
            "shuffle": self.shuffle(block),
        }

    def points(self, block: Block) -> float:
        """Return the points; a number above 0."""
        text = block.attributes.get("points") or "1"
        try:
            points = float(text.replace(",", "."))
        except ValueError:
            points = 0
        if not 0 < points <= MAX_POINTS:
            self.wrong(
                block,
                Message(
                    "points is a number above 0 and up to %(most)s, as in {points=2}.",
                    most=MAX_POINTS,
                ),
            )
            return 1
        return int(points) if points.is_integer() else points

    def shuffle(self, block: Block) -> bool:
        """Return whether the options of this question are shuffled."""
        text = block.attributes.get("shuffle") or "true"
        if text not in ("true", "false"):
            self.wrong(block, Message("shuffle is true or false."))
        return text == "true"

    def wrong(self, block: Block, message: Message) -> None:
        """Note a problem on the heading of `block`."""
        self.problems.add(block.path, block.line, message)


EXAMPLES = {
    "radio": "- ( ) text",
    "box": "- [ ] text",
    "pair": "- left => right",
    "answer": "= answer",
    "number": "1. step",
}


def _no_prompt(block: Block) -> Message:
    return Message("The question %(key)s has no text before its options.", key=block.key)


def _answers_only(items: Sequence[Item]) -> bool:
    return bool(items) and all(item.kind == "answer" for item in items)


def _both(mine: Item, theirs: Item) -> Item:
    return replace(
        mine,
        text={**mine.text, **theirs.text},
        other={**mine.other, **theirs.other},
        feedback={**mine.feedback, **theirs.feedback},
    )


def _united(mine: Sequence[Item], theirs: Sequence[Item]) -> tuple[Item, ...]:
    """Return the answers of both languages: what is right in one is right in all."""
    known = {passage.text for item in mine for passage in item.text.values()}
    new = (
        item for item in theirs if not any(passage.text in known for passage in item.text.values())
    )
    return (*mine, *new)


def _hint(key: str, keys: Sequence[str]) -> str:
    guess = nearest(key, keys)
    return f" ({guess}?)" if guess else ""
