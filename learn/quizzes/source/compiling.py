"""Blocks to questions: the languages put together, the type found, its data checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from learn.courses.frontmatter import unknown_key
from learn.courses.links import nearest
from learn.errors import Message
from learn.quizzes.questions import DIFFICULTIES, FLAG, ParseContext, Question, QuestionType
from learn.quizzes.source.attributes import percent
from learn.quizzes.source.reading import (
    BOTH_SIDES,
    Block,
    Item,
    Passages,
    Problems,
    Render,
    Section,
)
from learn.quizzes.source.uniting import answers_only, both, united
from learn.registry import Registry

COMMON = ("points", "competency", "tags", "type", "id", "shuffle", "difficulty", "penalty")
MAX_POINTS = 1000
P = TypeVar("P", Block, Section)
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
            self.same_attributes(main, other)
            if not other.prompt:
                self.wrong(other, _no_prompt(other))
            main = replace(
                self.with_texts(main, other),
                hints=self.hints(main, other),
                outcomes={
                    outcome: {**texts, **other.outcomes.get(outcome, {})}
                    for outcome, texts in main.outcomes.items()
                },
                sections=self.merged_sections(main, other),
            )
        return main

    def with_texts(self, main: P, other: P) -> P:
        """Return a block or a section with what both languages have: prompt, items, feedback."""
        if answers_only(main.items) and answers_only(other.items):
            main = replace(main, items=united(main.items, other.items))
        elif self.same_items(main, other):
            pairs = zip(main.items, other.items, strict=True)
            main = replace(main, items=tuple(both(mine, theirs) for mine, theirs in pairs))
        return replace(
            main,
            prompt={**main.prompt, **other.prompt},
            feedback={**main.feedback, **other.feedback},
        )

    def hints(self, main: Block, other: Block) -> tuple[Passages, ...]:
        """Return the hints of both languages, one beside the other."""
        if len(main.hints) != len(other.hints):
            self.differs(other, other.line, ">?")
            return main.hints
        pairs = zip(main.hints, other.hints, strict=True)
        return tuple({**mine, **theirs} for mine, theirs in pairs)

    def merged_sections(self, main: Block, other: Block) -> tuple[Section, ...]:
        """Return the sections of `main` with the texts of `other`; both have the same, in one order."""
        if [each.key for each in main.sections] != [each.key for each in other.sections]:
            self.differs(other, other.line, "###")
            return main.sections
        for mine, theirs in zip(main.sections, other.sections, strict=True):
            self.same_attributes(mine, theirs)
        pairs = zip(main.sections, other.sections, strict=True)
        return tuple(self.with_texts(mine, theirs) for mine, theirs in pairs)

    def same_attributes(self, main: Block | Section, other: Block | Section) -> None:
        """Note what a translation's heading says otherwise."""
        for name, value in other.attributes.items():
            if main.attributes.get(name, value) != value or name not in main.attributes:
                self.differs(other, other.line, f"{{{name}}}")

    def same_items(self, main: Block | Section, other: Block | Section) -> bool:
        """Whether both languages have the same kinds of options, the same of them right."""
        if len(main.items) != len(other.items):
            self.problems.add(
                other.path, other.line,
                Message("The question %(key)s has %(here)s options here and %(there)s in the main language.",
                key=main.key, here=len(other.items), there=len(main.items)),
            )  # fmt: skip
            return False
        for mine, theirs in zip(main.items, other.items, strict=True):
            if (mine.kind, mine.marked, mine.attributes) != (
                theirs.kind,
                theirs.marked,
                theirs.attributes,
            ):
                self.differs(other, theirs.line, "( ) (x) [ ] [x] {fixed}")
                return False
        return True

    def differs(self, block: Block | Section, line: int, what: str) -> None:
        """Note that a translation says something else than the main language."""
        self.problems.add(
            block.path, line, Message("%(what)s of %(key)s differs from the main language.",
            what=what, key=block.key),
        )  # fmt: skip

    def question(self, block: Block) -> Question | None:
        """Return the question of `block`; None when it has no type."""
        kind = self.kind_of(block)
        if not block.prompt:
            self.wrong(block, _no_prompt(block))
        if kind is None:
            return None
        common = self.common(block, kind)
        self.item_attributes(block, kind)
        self.lone_sides(block, kind)
        if not all(self.is_whole(item, kind) for item in block.items):
            return None  # noted when the block was cut; without texts there is nothing to parse
        context = self.context(block.attributes.get("id") or block.key)
        data = kind.parse(block, context)
        if not context.wrong:
            self.note_flaws(block, kind, data)
        return Question(
            key=block.key,
            type=kind.key,
            prompt=kind.prompt(block, context),
            data=data,
            feedback=context.html(block.feedback),
            hints=tuple(context.html(hint) for hint in block.hints),
            outcomes={name: context.html(texts) for name, texts in block.outcomes.items()},
            source=self.scope,
            line=block.line,
            answerable=kind.answerable,
            **common,
        )

    def is_whole(self, item: Item, kind: QuestionType) -> bool:
        """Whether an item has its texts in the main language; an answer in any."""
        if item.kind == "answer":
            return bool(item.text)
        main = self.main_language
        if item.kind == "pair" and kind.lone_rights and not item.text:
            return main in item.other
        return main in item.text and (item.kind != "pair" or main in item.other)

    def lone_sides(self, block: Block, kind: QuestionType) -> None:
        """Note pairs without a left side, unless the type takes them and no language has one."""
        parts: tuple[Block | Section, ...] = (block, *block.sections)
        for item in (item for part in parts for item in part.items):
            if item.kind != "pair" or (kind.lone_rights and not item.text):
                continue
            for language in item.other.keys() - item.text.keys():
                spot = item.other[language]
                self.problems.add(spot.path, spot.line, BOTH_SIDES)

    def context(self, question: str) -> ParseContext:
        """Return what a type may use while it parses the question of this key."""
        scope = f"{self.scope}/{question}"
        return ParseContext(scope, self.main_language, self.render, self.problems)

    def note_flaws(self, block: Block, kind: QuestionType, data: Mapping[str, Any]) -> None:
        """Note what the type finds wrong in its data."""
        if len(block.items) > MAX_ITEMS:
            self.wrong(block, Message("A question has at most %(most)s options.", most=MAX_ITEMS))
        for flaw in kind.check(data):
            part: Block | Section = next(
                (each for each in block.sections if each.key == flaw.section), block
            )
            spot = part if flaw.item is None else part.items[flaw.item]
            self.problems.add(spot.path, spot.line, flaw.message)

    def item_attributes(self, block: Block, kind: QuestionType) -> None:
        """Note attributes of options that the type does not know."""
        parts: tuple[Block | Section, ...] = (block, *block.sections)
        for item in (item for part in parts for item in part.items):
            if "*" in kind.item_attributes:
                continue
            for name in item.attributes.keys() - set(kind.item_attributes):
                self.problems.add(item.path, item.line, Message(
                    "{%(key)s} is not known on an option; {fixed} keeps it in its place, \\{ writes a plain one.",
                    key=name))  # fmt: skip

    def kind_of(self, block: Block) -> QuestionType | None:
        """Return the type that the heading says, or that the options show."""
        named = self.named_kind(block)
        if named is not None:
            kind = self.types.get(named)
            if kind is None:
                self.unknown_kind(block, named)
                return None
            strange = next(
                (each for each in block.items if each.kind not in kind.items.split()), None
            )
            if strange is not None and not kind.items:
                message = Message("A question of the type %(type)s has no options.", type=kind.key)
                self.problems.add(strange.path, strange.line, message)
                return None
            if strange is not None:
                self.problems.add(
                    strange.path, strange.line, Message("A question of the type %(type)s has lines such as %(right)s.",
                    type=kind.key, right=", ".join(EXAMPLES[each] for each in kind.items.split())),
                )  # fmt: skip
                return None
            return kind
        found = next((kind for kind in self.types if kind.claims(block)), None)
        if found is None and block.items:
            self.note_mixture(block)
        elif found is None:
            self.wrong(
                block,
                Message(
                    "The question %(key)s has no options and no answers; write - ( ), - [ ], = or =>, or {ordering} for numbered steps.",
                    key=block.key,
                ),
            )
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
            elif (values := kind.attributes.get(name)) == FLAG:
                if value:
                    self.wrong(
                        block, Message("{%(name)s} stands alone, without a value.", name=name)
                    )
            elif values and value not in values:
                self.wrong(block, Message("%(name)s is one of %(known)s.",
                           name=name, known=", ".join(values)))  # fmt: skip
            elif value == "":
                self.wrong(block, Message("%(name)s needs a value, as in {points=2}.", name=name))
        tags = (tag.strip() for tag in block.attributes.get("tags", "").split(","))
        return {
            "points": self.points(block),
            "competency": block.attributes.get("competency") or None,
            "tags": tuple(dict.fromkeys(tag for tag in tags if tag)),
            "shuffle": self.shuffle(block),
            "difficulty": self.difficulty(block),
            "penalty": self.penalty(block),
        }

    def difficulty(self, block: Block) -> str | None:
        """Return how hard the author thinks it is."""
        text = block.attributes.get("difficulty")
        if text and text not in DIFFICULTIES:
            known = ", ".join(DIFFICULTIES)
            self.wrong(
                block, Message("%(name)s is one of %(known)s.", name="difficulty", known=known)
            )
        return text or None

    def penalty(self, block: Block) -> float | None:
        """Return what each wrong try costs, as a share from 0 to 1."""
        text = block.attributes.get("penalty")
        if not text:
            return None
        share = percent(text)
        if share is None or share < 0:
            self.wrong(block, Message("penalty is a share from 0 to 100, as in {penalty=33}."))
        return share

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


def _hint(key: str, keys: Sequence[str]) -> str:
    guess = nearest(key, keys)
    return f" ({guess}?)" if guess else ""
