"""What several types share: is an answer a list of known keys, a short text; what is shown of options."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    MAX_ANSWER_LENGTH,
    Flaw,
    InvalidAnswer,
    Question,
    plain_text,
    seed_order,
    text_in,
)
from learn.quizzes.source.reading import Block

_PICTURE = re.compile(r'<img\b[^>]*?\salt="([^"]*)"[^>]*>')
_FORMULA = re.compile(r'<math\b[^>]*?\salttext="([^"]*)".*?</math>', re.DOTALL)


def read_keys(value: Any, known: Collection[str]) -> list[str]:
    """Return `value` when it is a list of different keys out of `known`."""
    if not isinstance(value, list | tuple):
        raise InvalidAnswer(Message("The answer to this question is a list of option keys."))
    if any(not isinstance(key, str) or key not in known for key in value):
        raise InvalidAnswer(Message("The answer names an option that this question does not have."))
    if len(set(value)) != len(value):
        raise InvalidAnswer(Message("The answer names an option twice."))
    return list(value)


def read_keys_in_turn(value: Any, most: int) -> list[str]:
    """Return `value` when it is a list of up to `most` keys, which may stand there several times."""
    if not isinstance(value, list | tuple) or not all(isinstance(key, str) for key in value):
        raise InvalidAnswer(Message("The answer to this question is a list of option keys."))
    if len(value) > most:
        raise InvalidAnswer(Message("The answer has at most %(most)s keys.", most=most))
    return list(value)


def read_text(value: Any) -> str | None:
    """Return `value` without spaces around it; None when nothing is left."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        value = str(value)
    return text_within(value, MAX_ANSWER_LENGTH) or None


def text_within(value: Any, most: int) -> str:
    """Return `value` without spaces around it when it is a text of at most `most` characters."""
    if not isinstance(value, str):
        raise InvalidAnswer(Message("The answer to this question is a text."))
    text = value.strip()
    if len(text) > most:
        raise InvalidAnswer(Message("An answer has at most %(most)s characters.", most=most))
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise InvalidAnswer(Message("The answer holds characters that are not text."))
    return text


def one_field(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Return the last value of a form's field; None when it is absent."""
    values = fields.get(name)
    return values[-1] if values else None


def shown(
    question: Question,
    items: Sequence[Mapping[str, Any]],
    language: str | None,
    seed: int,
    *,
    always: bool = False,
) -> list[dict[str, str]]:
    """Return key and HTML of `items`, shuffled by `seed`; a fixed one keeps its place.

    `always` shuffles even where the author's ``shuffle: false`` would show the key.
    """
    by_key = {item["key"]: item for item in items}
    order = list(by_key)
    if question.shuffle or always:
        loose = [key for key in order if not by_key[key].get("fixed")]
        moved = iter(seed_order(seed, question.key, loose))
        order = [key if by_key[key].get("fixed") else next(moved) for key in order]
    return [{"key": key, "html": text_in(by_key[key]["html"], language)} for key in order]


def spoken(html: str) -> str:
    """Return some HTML as plain text, with the words for its pictures and formulas."""
    worded = _FORMULA.sub(r" \1 ", _PICTURE.sub(r" \1 ", html))
    return plain_text(worded)


def survey_of(block: Block) -> dict[str, Any]:
    """Return what a heading with ``{survey}`` adds to a question's data; nothing otherwise."""
    return {"survey": True} if "survey" in block.attributes else {}


def twins(items: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    """Return a flaw for each item that says the same as one before it."""
    seen: set[str] = set()
    flaws = []
    for place, item in enumerate(items):
        if item["key"] in seen:
            flaws.append(Flaw(Message("Two options say the same; change or remove one."), place))
        seen.add(item["key"])
    return flaws
