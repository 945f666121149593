"""Answers that a person grades: a text of one's own, or files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from learn.errors import Message
from learn.quizzes.attempts.answers import Mark
from learn.quizzes.handed_in.files import (
    DEFAULT_BYTES,
    DEFAULT_KINDS,
    KINDS,
    LARGEST_BYTES,
    MOST_FILES,
    FileRules,
    read_files,
    read_size,
    size_text,
)
from learn.quizzes.questions import (
    Answer,
    Flaw,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
    text_in,
)
from learn.quizzes.source.reading import Block, Grammar
from learn.quizzes.types.rubrics import parse_rubric, rubric_flaws, shown_rubric
from learn.quizzes.types.shapes import one_field, text_within

MAX_ESSAY_LENGTH = 50_000
DEFAULT_LINES, MOST_LINES = 10, 60
MOST_WORDS = 10_000
MODEL_KEYS = ("kunci", "key")
"""The section that says what a good answer holds; only those who grade read it."""

_WORDS = re.compile(r"(\d{1,5})?\.\.(\d{1,5})?")
FILE_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {"files": (), "types": (), "size": ()}


class Graded(QuestionType):
    """What essays and uploads have in common: a rubric, a model answer, files, and a person who grades."""

    items = "pair"
    grammar = Grammar(sections=True)
    manual = True
    default_files: ClassVar[int] = 0

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return rubric, model answer and the rules for files."""
        return {
            "rubric": parse_rubric(block.items, context),
            "rubric_shown": block.attributes.get("rubric") == "shown",
            "model": _model(block, context),
            "files": _rules(block, context, self.default_files).to_json(),
        }

    def check(self, data: Mapping[str, Any]) -> list[Flaw]:
        """Return what is wrong in the rubric."""
        return rubric_flaws(data["rubric"])

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return what files may come in, and the rubric where learners may see it."""
        rules = FileRules.of(question.data)
        found: dict[str, Any] = {}
        if rules.most:
            found["files"] = {
                "most": rules.most,
                "kinds": list(rules.kinds),
                "size_bytes": rules.size_bytes,
                "accept": rules.accept,
            }
        if question.data["rubric_shown"] and question.data["rubric"]:
            found["rubric"] = shown_rubric(question.data["rubric"], language)
        return found

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return nothing: a person gives the mark."""
        return Grade(0.0)

    def right_answer(self, question: Question) -> Answer:
        """Return none: no answer is the right one."""
        return None

    def criteria(
        self, question: Question, mark: Mark | None, language: str | None
    ) -> list[dict[str, Any]]:
        """Return the criteria of the rubric, each with the level that was given."""
        chosen = mark.rubric if mark is not None else {}
        return shown_rubric(question.data["rubric"], language, chosen) if chosen else []


class Essay(Graded):
    """A text of any length, with files beside it when the heading says so.

    The answer is the text; where files may come with it, an object of ``text`` and ``files``.
    """

    key, template = "essay", "learn/quizzes/types/essay.html"
    attributes = {"lines": (), "words": (), "rubric": ("shown", "hidden"), **FILE_ATTRIBUTES}

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return besides how much room there is, and how many words are wanted."""
        low, high = _word_range(block, context)
        lines = _count(block, context, "lines", DEFAULT_LINES, MOST_LINES)
        return {**super().parse(block, context), "lines": lines, "words": [low, high]}

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the text of the field, and the files that the form keeps."""
        text = (one_field(fields, name) or "").replace("\r\n", "\n")
        if not FileRules.of(question.data).most:
            return self.read_json(question, text)
        return self.read_json(question, {"text": text, "files": kept_files(fields, name)})

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the text, or text and files; a lone text has no files."""
        rules = FileRules.of(question.data)
        parts = value if isinstance(value, Mapping) else {"text": value}
        if not parts.keys() <= {"text", "files"} or ("files" in parts and not rules.most):
            raise InvalidAnswer(Message("The answer to this question is a text."))
        said = parts.get("text")
        text = "" if said is None else text_within(said, MAX_ESSAY_LENGTH)
        files = read_files(parts.get("files"), rules)
        if not text and not files:
            return None
        return {"text": text, "files": files} if rules.most else text

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return besides the room and the number of words."""
        low, high = question.data["words"]
        room = {"lines": question.data["lines"], "words": {"least": low, "most": high}}
        return {**super().view(question, language, seed), **room}

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return the text, and the names of files."""
        if isinstance(answer, Mapping):
            text = {"text": answer["text"]} if answer["text"] else {}
            return {**text, **_names(answer["files"])}
        return {} if answer is None else {"text": str(answer)}


class Upload(Graded):
    """Files; the answer is an object of ``files``."""

    key, template = "upload", "learn/quizzes/types/upload.html"
    attributes = {"rubric": ("shown", "hidden"), **FILE_ATTRIBUTES}
    default_files = 1

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return the files that the form keeps."""
        return self.read_json(question, {"files": kept_files(fields, name)})

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return the files; a lone list is one of files too."""
        if value is None:
            return None
        found = value if isinstance(value, Mapping) else {"files": value}
        if not found.keys() <= {"files"}:
            raise InvalidAnswer(Message("The answer to this question is a list of files."))
        files = read_files(found.get("files"), FileRules.of(question.data))
        return {"files": files} if files else None

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return the names of the files."""
        return _names(answer["files"]) if answer else {}


def kept_files(fields: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """Return the digests that a form keeps: those it has, without the one that its button takes away."""
    away = {value.removeprefix("remove:") for value in fields.get(f"{name}.go", ())}
    return [digest for digest in fields.get(f"{name}.kept", ()) if digest not in away]


def files_in(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the files of an answer."""
    return list(answer.get("files", ())) if isinstance(answer, Mapping) else []


def count_words(text: str) -> int:
    """Return how many words a text has, as the page counts them."""
    return len(text.split())


def _names(files: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {file["digest"]: file["name"] for file in files}


def _model(block: Block, context: ParseContext) -> dict[str, str]:
    """Return the model answer as HTML by language."""
    for section in block.sections:
        if section.key not in MODEL_KEYS:
            context.problems.add(section.path, section.line, Message(
                "A question that a person grades has one section, ### %(key)s, for those who grade.",
                key=MODEL_KEYS[0]))  # fmt: skip
        elif section.items or section.feedback:
            context.problems.add(section.path, section.line, Message(
                "The rubric and the feedback stand before ### %(key)s.", key=section.key))  # fmt: skip
    found = next((each for each in block.sections if each.key in MODEL_KEYS), None)
    return context.html(found.prompt) if found else {}


def _rules(block: Block, context: ParseContext, default: int) -> FileRules:
    """Return what the heading says of files."""
    said = block.attributes
    if not default and "files" not in said and {"types", "size"} & said.keys():
        _wrong(block, context, Message("types and size need files, as in {files=1}."))
    kinds = [each.strip().lower() for each in said.get("types", "").split(",") if each.strip()]
    kinds = ["jpg" if each == "jpeg" else each for each in kinds]
    if any(each not in KINDS for each in kinds):
        known = ", ".join(KINDS)
        _wrong(block, context, Message("types are some of %(known)s, as in {types=\"pdf,jpg\"}.", known=known))  # fmt: skip
    size = read_size(said["size"]) if said.get("size") else DEFAULT_BYTES
    if size is None:
        most = size_text(LARGEST_BYTES)
        _wrong(block, context, Message("size is up to %(most)s, as in {size=\"5 MB\"}.", most=most))  # fmt: skip
    known_kinds = tuple(dict.fromkeys(each for each in kinds if each in KINDS))
    return FileRules(
        _count(block, context, "files", default, MOST_FILES),
        known_kinds or DEFAULT_KINDS,
        size or DEFAULT_BYTES,
    )


def _count(block: Block, context: ParseContext, name: str, default: int, most: int) -> int:
    text = block.attributes.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= most:
        _wrong(block, context, Message("%(name)s is a whole number from 1 to %(most)s.",
                                       name=name, most=most))  # fmt: skip
        return default
    return int(text)


def _word_range(block: Block, context: ParseContext) -> tuple[int | None, int | None]:
    text = block.attributes.get("words")
    if not text:
        return None, None
    found = _WORDS.fullmatch(text)
    low, high = (int(each) if each else None for each in found.groups()) if found else (None, None)
    if (low is None and high is None) or max(low or 0, high or 0) > MOST_WORDS or (
        high is not None and (low or 1) > high
    ):  # fmt: skip
        _wrong(
            block, context, Message("words is a range, as in {words=100..300} or {words=..300}.")
        )
        return None, None
    return low, high


def _wrong(block: Block, context: ParseContext, message: Message) -> None:
    context.problems.add(block.path, block.line, message)


def model_html(question: Question, language: str | None) -> str:
    """Return the model answer for those who grade; empty without one."""
    return text_in(question.data.get("model", {}), language)
