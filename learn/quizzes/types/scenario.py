"""A case that branches: what happens next follows from what was chosen, up to one of several endings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    Answer,
    Flaw,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
    plain_text,
    text_in,
)
from learn.quizzes.source.attributes import percent
from learn.quizzes.source.reading import Block, Grammar, Item, Section
from learn.quizzes.types.branching import MOST_STEPS, Map, Step
from learn.quizzes.types.scenario_checks import flaws_of
from learn.quizzes.types.shapes import one_field, read_keys_in_turn

BY = ("ending", "scales", "both")
DEFAULT_STEPS = 50


class Scenario(QuestionType):
    """A path of choices through nodes; the answer is the list of the choices' keys.

    A learner sees the nodes that the path has come to, nothing beyond.  The score is that of the ending,
    or what was gained on the scales as a share of the most that can be gained, or the mean of both.  A
    path without an ending is worth nothing.
    """

    key, template, items = "scenario", "learn/quizzes/types/scenario.html", "pair"
    grammar = Grammar(sections=True, item_attributes=frozenset({"*"}))
    item_attributes = ("*",)
    attributes = {"scales": (), "by": BY, "steps": (), "back": ("allowed", "never")}

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the map of the case; what cannot be read is refused."""
        for item in block.items:
            message = Message(
                "Choices stand below a ### heading of their own, the first of which is the start."
            )
            context.refuse(next(iter(item.text.values())), message)
        written = block.attributes.get("scales", "")
        scales = list(dict.fromkeys(each.strip() for each in written.split(",") if each.strip()))
        nodes = [self.node(section, context) for section in block.sections]
        self.note_twins(block, context)
        scored = any(node["score"] is not None for node in nodes)
        return {
            "nodes": nodes,
            "scales": scales,
            "by": block.attributes.get("by") or ("scales" if scales and not scored else "ending"),
            "steps": self.steps(block, context),
            "limited": "steps" in block.attributes,
            "back": block.attributes.get("back") == "allowed",
        }

    def note_twins(self, block: Block, context: ParseContext) -> None:
        """Note sections whose key stood there before."""
        seen: dict[str, int] = {}
        for each in block.sections:
            if each.key in seen:
                message = Message("The key %(key)s stands there twice, first on line %(line)s.",
                                  key=each.key, line=seen[each.key])  # fmt: skip
                context.problems.add(each.path, each.line, message)
            seen.setdefault(each.key, each.line)

    def steps(self, block: Block, context: ParseContext) -> int:
        """Return how many choices a path has at most."""
        text = block.attributes.get("steps", str(DEFAULT_STEPS))
        if text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST_STEPS:
            return int(text)
        message = Message("steps is a number from 1 to %(most)s.", most=MOST_STEPS)
        context.problems.add(block.path, block.line, message)
        return DEFAULT_STEPS

    def node(self, section: Section, context: ParseContext) -> dict[str, Any]:
        """Return one node."""
        for name in section.attributes.keys() - {"end", "score"}:
            message = Message(
                "A section has {end score=100} or nothing; %(key)s is unknown.", key=name
            )
            context.problems.add(section.path, section.line, message)
        score = section.attributes.get("score")
        share = None if score is None else percent(score)
        if score is not None and (share is None or share < 0):
            message = Message("score is a number from 0 to 100, as in {end score=100}.")
            context.problems.add(section.path, section.line, message)
        return {
            "key": section.key,
            "html": context.html(section.prompt),
            "feedback": context.html(section.feedback),
            "end": "end" in section.attributes,
            "score": share,
            "choices": list(self.choices(section, context)),
        }

    def choices(self, section: Section, context: ParseContext) -> Iterator[dict[str, Any]]:
        """Yield the choices of one node; where the place of one is kept, so that flaws find it."""
        main = context.main_language
        for place, item in enumerate(section.items):
            if item.kind != "pair":
                message = Message("A choice names where it leads: - text => key-of-a-section")
                context.refuse(next(iter(item.text.values())), message)
            elif main in item.text and main in item.other:
                self.note_target(item, context)
                yield {
                    "key": context.key(f"choice/{section.key}", item.text),
                    "item": place,
                    "html": context.html(item.text, inline=True),
                    "to": item.other[main].text,
                    "effects": dict(self.effects(item, context)),
                    "then": context.html(item.feedback),
                }

    def note_target(self, item: Item, context: ParseContext) -> None:
        """Refuse a target that differs between languages."""
        wanted = item.other[context.main_language].text
        for passage in item.other.values():
            if passage.text != wanted:
                message = Message("In all languages this leads to %(key)s.", key=wanted)
                context.refuse(passage, message)

    def effects(self, item: Item, context: ParseContext) -> Iterator[tuple[str, float]]:
        """Yield what a choice counts on each scale."""
        for name, text in item.attributes.items():
            try:
                number = float(text.replace(",", "."))
            except ValueError:
                number = float("nan")
            if not -1000 <= number <= 1000:
                message = Message(
                    "What a choice counts is written {%(name)s=2} or {%(name)s=-1}.", name=name
                )
                context.refuse(item.text[context.main_language], message)
            else:
                yield name, int(number) if number.is_integer() else number

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong with the map: unknown targets, dead ends, what is never reached."""
        return flaws_of(data)

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the path in ``name.path``, and behind it the choice whose button was pressed.

        ``name.go`` is the key of a choice, or ``back:2`` for the path up to its second choice.
        """
        path = (one_field(fields, f"{name}.path") or "").split()
        pressed = one_field(fields, f"{name}.go") or ""
        back, _, length = pressed.partition(":")
        if back == "back" and length.isdecimal() and len(length) < 4:
            return self.read_json(question, path[: int(length)])
        return self.read_json(question, [*path, pressed] if pressed else path)

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the keys of the choices, in the order in which they were made."""
        if value is None or value == []:
            return None
        keys = read_keys_in_turn(value, question.data["steps"])
        if len(Map(question.data).walk(keys).steps) < len(keys):
            raise InvalidAnswer(
                Message("The path names a choice that is not there where it stands.")
            )
        return keys

    def refusal(self, question: Question, before: Answer, after: Answer) -> Message | None:
        """Return that a choice stays where a path leaves the one made before, unless it may go back."""
        made = before or []
        if question.data["back"] or (after or [])[: len(made)] == made:
            return None
        return Message("In this case a choice that was made stays; go on from here.")

    def is_finished(self, question: Question, answer: Answer) -> bool:
        """Whether the path has come to an ending, or may not go on."""
        walked = Map(question.data).walk(answer or [])
        return walked.ended or len(walked.steps) >= question.data["steps"]

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return how the case is walked; where it stands follows from the answer."""
        return {"back": bool(question.data["back"])}

    def view_of_answer(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, Any]:
        """Return the nodes that the path has come to, with the choices that were made and what followed."""
        walked = Map(question.data).walk(answer or [])
        left = question.data["steps"] - len(walked.steps)
        choices = sorted(
            walked.node["choices"], key=lambda each: each["key"] if question.shuffle else ""
        )
        return {
            "path": [_step_view(step, language) for step in walked.steps],
            "node": {
                "html": text_in(walked.node["html"], language),
                "options": [_choice_view(each, language) for each in choices if left > 0],
            },
            "ended": walked.ended,
            "unfinished": not walked.ended and left > 0,
            "steps_left": left if question.data["limited"] else None,
        }

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return what the path is worth, and what it comes to on each scale; mark its best choices."""
        case = Map(question.data)
        walked = case.walk(answer or [])
        marks: dict[str, bool] = {}
        for step in walked.steps:
            marks[step.choice["key"]] = marks.get(step.choice["key"], True) and case.is_best(step)
        return Grade(case.score(walked), marks, walked.scales(question.data["scales"]))

    def right_answer(self, question: Question) -> Answer:
        """Return a path that is worth most, one of the shortest."""
        return Map(question.data).best_path()

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return the best path in words."""
        steps = Map(question.data).walk(self.right_answer(question)).steps
        return " \u2192 ".join(_words(step.choice, language) for step in steps)

    def option_feedback(
        self, question: Question, answer: Answer, language: str | None
    ) -> dict[str, str]:
        """Return what the author says of the nodes that the path came to, under the key ``answer``."""
        walked = Map(question.data).walk(answer or [])
        nodes = {node["key"]: node for node in (*(step.node for step in walked.steps), walked.node)}
        said = [text_in(node["feedback"], language) for node in nodes.values() if node["feedback"]]
        return {"answer": "\n".join(said)} if said else {}

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what was chosen at each node, the last time that it was come to."""
        steps = Map(question.data).walk(answer or []).steps
        return {step.node["key"]: _words(step.choice, language) for step in steps}

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return the choices of each node."""
        return {
            node["key"]: [_words(choice, language) for choice in node["choices"]]
            for node in question.data["nodes"]
            if node["choices"]
        }

    def guess(self, question: Question) -> float:
        """Return the mean score of paths on which every choice of a node is as likely."""
        return Map(question.data).mean_score()


def _words(choice: Mapping[str, Any], language: str | None) -> str:
    return plain_text(text_in(choice["html"], language))


def _choice_view(choice: Mapping[str, Any], language: str | None) -> dict[str, str]:
    return {"key": choice["key"], "html": text_in(choice["html"], language)}


def _step_view(step: Step, language: str | None) -> dict[str, Any]:
    return {
        "html": text_in(step.node["html"], language),
        "chosen": _choice_view(step.choice, language),
        "then": {"html": text_in(step.choice["then"], language)},
    }
