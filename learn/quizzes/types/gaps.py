"""A text with gaps in it: to write in, to choose for, or to fill with words of a bank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
    seed_order,
    text_in,
)
from learn.quizzes.source.reading import Block
from learn.quizzes.types import numeric, text
from learn.quizzes.types.accepted import best, flaws_of, in_full
from learn.quizzes.types.gap_data import Maker, compare, html_with_marks, rendered
from learn.quizzes.types.gap_text import cut_gaps, has_gaps, mark, segments
from learn.quizzes.types.shapes import one_field, read_text

LONGEST = 200
Data = Mapping[str, Any]


class Gaps(QuestionType):
    """A text with gaps: ``{{= typed | also right }}``, ``{{ (x) right | wrong }}``, ``{{* word | wrong word }}``.

    Each gap counts the same; the score is their mean. A typed gap whose answers are all numbers takes
    numbers. The words of all ``{{* }}`` make one bank, with those of ``{bank="..."}`` besides.
    """

    key, template = "gaps", "learn/quizzes/types/gaps.html"
    attributes = {"case": ("ignored", "exact"), "accents": ("optional", "exact"), "bank": ()}

    def claims(self, block: Block) -> bool:
        """Whether there are no items, and gaps in the text."""
        return not block.items and any(has_gaps(each.text) for each in block.prompt.values())

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the gaps, the bank, and the text cut at its gaps by language."""
        texts = {language: cut_gaps(passage) for language, passage in block.prompt.items()}
        for language, each in texts.items():
            for line, message in each.wrong:
                context.refuse(replace(block.prompt[language], line=line), message)
        main = texts.get(context.main_language)
        if main is None or context.wrong:
            return {"gaps": [], "words": [], "segments": {}}
        compare(main, texts, block, context)
        strict = {name: block.attributes.get(name) for name in ("case", "accents")}
        maker = Maker(context, texts, block.prompt[context.main_language])
        gaps = [maker.gap(number) for number in range(1, len(main.gaps) + 1)]
        data = {
            "gaps": gaps,
            "words": maker.words(block.attributes.get("bank", "")),
            "segments": {
                language: segments(html, texts[language])
                for language, html in rendered(block, texts, context).items()
            },
            **{name: value for name, value in strict.items() if value == "exact"},
        }
        places = {f"g{gap.number}": gap.line for gap in main.gaps}
        for key, message in _gap_flaws(data):
            spot = replace(maker.passage, line=places.get(key, block.line))
            context.refuse(spot, message)
        return data

    def prompt(self, block: Block, context: ParseContext) -> dict[str, str]:
        """Return the text with ``[1]``, ``[2]`` ... in place of its gaps."""
        texts = {language: cut_gaps(passage) for language, passage in block.prompt.items()}
        found = html_with_marks(block, texts, context)
        for language, each in texts.items():
            for gap in each.gaps:
                found[language] = found[language].replace(mark(each, gap.number), f"[{gap.number}]")
        return found

    def check(self, data: Data) -> list[Flaw]:
        """Return what is wrong: no gap, one without a right answer, a choice of one."""
        if not data["gaps"]:
            return [Flaw(Message("A text with gaps needs one at least, such as {{= answer }}."))]
        return [Flaw(message) for _key, message in _gap_flaws(data)]

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return what stands in the fields ``name.g1``, ``name.g2`` ..."""
        keys = [gap["key"] for gap in question.data["gaps"]]
        given = {key: one_field(fields, f"{name}.{key}") for key in keys}
        return self.read_json(question, given)

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return texts and keys by the keys of gaps, without the empty ones."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise InvalidAnswer(Message("The answer to this question is an object of gaps."))
        gaps = {gap["key"]: gap for gap in question.data["gaps"]}
        if any(key not in gaps for key in value):
            raise InvalidAnswer(Message("The answer names a gap that this question does not have."))
        given = {key: _given(gaps[key], value[key], question.data) for key in gaps if key in value}
        return {key: each for key, each in given.items() if each is not None} or None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return the text in segments, and for each gap what there is to choose from."""
        data = question.data
        words = _offered(data["words"], language, f"{question.key}/words", seed)
        cut = data["segments"].get(language) or next(iter(data["segments"].values()))
        return {
            "segments": [
                {"gap": f"g{part}"} if isinstance(part, int) else {"html": part} for part in cut
            ],
            "gaps": [_gap_view(gap, question, words, language, seed) for gap in data["gaps"]],
            **({"words": words} if words else {}),
        }

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the mean of what the gaps are worth; a gap that is partly right has no mark."""
        gaps, given = question.data["gaps"], answer or {}
        worth = {
            gap["key"]: _worth(gap, given.get(gap["key"]), question.data)
            for gap in gaps
            if gap["key"] in given
        }
        marks = {key: share >= 1 for key, share in worth.items() if share >= 1 or share <= 0}
        return Grade(sum(worth.values()) / len(gaps), marks)

    def right_answer(self, question: Question) -> Answer:
        """Return what is right in each gap; None when one has only a pattern."""
        right = {gap["key"]: _right(gap) for gap in question.data["gaps"]}
        return None if None in right.values() else right

    def right_text(self, question: Question, language: str | None = None) -> str:
        """Return what is right in words where a pattern keeps `right_answer` from saying it."""
        if self.right_answer(question) is not None:
            return ""
        known = {gap["key"]: _right(gap) for gap in question.data["gaps"]}
        answer = {key: each for key, each in known.items() if each}
        return self.summary(question, answer, language)

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what each gap got, by its number."""
        return {
            gap["key"].removeprefix("g"): _said(gap, answer[gap["key"]], question.data, language)
            for gap in question.data["gaps"]
            if gap["key"] in (answer or {})
        }

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return the gaps by number."""
        found = self.parts(question, answer, language)
        return "; ".join(f"[{number}] {said}" for number, said in found.items())

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return what can be chosen for the gaps with a choice or a bank."""
        return {
            gap["key"].removeprefix("g"): [text_in(each["texts"], language) for each in offered]
            for gap in question.data["gaps"]
            if (offered := _options(gap, question.data))
        }

    def guess(self, question: Question) -> float:
        """Return the mean chance of the gaps: of a choice or a bank one in n, of a typed one none."""
        gaps, data = question.data["gaps"], question.data
        chances = [
            sum(_worth(gap, each["key"], data) for each in offered) / len(offered)
            for gap in gaps
            if (offered := _options(gap, data))
        ]
        return sum(chances) / len(gaps)


def _gap_flaws(data: Data) -> Iterator[tuple[str, Message]]:
    """Yield what is wrong in gaps, with the key of the gap."""
    for gap in data["gaps"]:
        for flaw in _flaws_of_one(gap, data):
            yield gap["key"], flaw.message


def _flaws_of_one(gap: Data, data: Data) -> list[Flaw]:
    match gap["kind"]:
        case "choice":
            return _choice_flaws(gap["options"])
        case "word":
            few = Message("A bank needs two words at least: {{* word | wrong word }}.")
            return [Flaw(few)] if len(data["words"]) < 2 else []
        case "text":
            return text.Text().check(_comparing(gap, data))
        case _:
            return flaws_of(gap, Message("No answer is accepted; write a line such as = 20."))


def _choice_flaws(options: Sequence[Data]) -> list[Flaw]:
    if len(options) < 2:
        return [Flaw(Message("A choice needs at least two options."))]
    if len({option["key"] for option in options}) < len(options):
        return [Flaw(Message("Two options say the same; change or remove one."))]
    if sum(option["right"] for option in options) != 1:
        return [Flaw(Message("One option of a gap is right: {{ (x) right | wrong }}."))]
    return []


def _comparing(gap: Data, data: Data) -> dict[str, Any]:
    """Return the gap as the data of a short text."""
    rules = {"case": data.get("case", "ignored"), "accents": data.get("accents", "optional")}
    return {"accepted": gap["accepted"], **rules}


def _given(gap: Data, value: Any, data: Data) -> str | None:
    """Return what was given for one gap; None when it is empty."""
    said = read_text(value)
    if said is None:
        return None
    if gap["kind"] in ("choice", "word"):
        if all(said != option["key"] for option in _options(gap, data)):
            raise InvalidAnswer(
                Message("The answer names an option that this question does not have.")
            )
    elif len(said) > LONGEST:
        raise InvalidAnswer(Message("An answer has at most %(most)s characters.", most=LONGEST))
    return said


def _options(gap: Data, data: Data) -> Sequence[Data]:
    """Return what a gap can be filled with; nothing for a typed one."""
    options: Sequence[Data] = data["words"] if gap["kind"] == "word" else gap.get("options", ())
    return options


def _worth(gap: Data, given: str | None, data: Data) -> float:
    """Return what one gap is worth, from 0 to 1."""
    if given is None:
        return 0.0
    match gap["kind"]:
        case "choice":
            option = next(
                (each for each in gap["options"] if each["key"] == given), {"right": False}
            )
            return 1.0 if option["right"] else float(option.get("weight", 0.0))
        case "word":
            return float(given == gap["right"])
        case "number":
            entry = best(numeric.fitting(gap, given))
        case _:
            entry = best(text.fitting(_comparing(gap, data), given))
    return float(entry.get("weight", 1.0)) if entry else 0.0


def _right(gap: Data) -> str | None:
    """Return what is right in one gap; None when only a pattern says it."""
    match gap["kind"]:
        case "choice":
            return next(str(each["key"]) for each in gap["options"] if each["right"])
        case "word":
            return str(gap["right"])
        case "number":
            return numeric.a_number(in_full(gap["accepted"]))
        case _:
            return text.a_text(gap["accepted"])


def _said(gap: Data, given: str, data: Data, language: str | None) -> str:
    option = next((each for each in _options(gap, data) if each["key"] == given), None)
    return text_in(option["texts"], language) if option else given


def _offered(
    options: Sequence[Data], language: str | None, scope: str, seed: int
) -> list[dict[str, str]]:
    """Return key and text of options in the order that the seed gives them."""
    by_key = {each["key"]: text_in(each["texts"], language) for each in options}
    return [{"key": key, "text": by_key[key]} for key in seed_order(seed, scope, by_key)]


def _gap_view(
    gap: Data, question: Question, words: list[dict[str, str]], language: str | None, seed: int
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": gap["key"],
        "number": int(gap["key"].removeprefix("g")),
        "kind": gap["kind"],
    }
    if gap["kind"] == "word":
        shown["options"] = words
    elif gap["kind"] == "choice":
        options = _offered(gap["options"], language, f"{question.key}/{gap['key']}", seed)
        if not question.shuffle:
            written = [each["key"] for each in gap["options"]]
            options.sort(key=lambda each: written.index(each["key"]))
        shown["options"] = options
    return shown
