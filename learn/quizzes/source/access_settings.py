"""The front matter of a quiz about access: each key, how its value is read, what would be right."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from learn.courses.frontmatter import Key, Wrong, one_of, text_value
from learn.errors import Message
from learn.quizzes.access import CLOSE_POLICIES, HARD, Access, sealed

LONGEST_PASSWORD = 100
MOST_NETWORKS = 100
MAX_DELAY = 366 * 24 * 3600
FORM = "%Y-%m-%d %H:%M"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}[:.]\d{2})(?:[:.]00)?")
_OWN = ("open", "close", "close_policy", "delay", "password", "networks", "prerequisite", "honesty")


def access_keys(seconds_of: Callable[..., int | None]) -> dict[str, Key]:
    """Return the keys; `seconds_of` reads a time such as ``20 minutes``."""
    return {
        "open": Key(_moment("00:00")),
        "close": Key(_moment("23:59")),
        "close_policy": Key(one_of(*CLOSE_POLICIES), default=HARD),
        "delay": Key(_delays(seconds_of), default=()),
        "password": Key(_password),
        "networks": Key(_networks, default=()),
        "prerequisite": Key(_rule),
        "honesty": Key(honesty_text),
    }


def taken_access(fields: dict[str, Any], scope: str, language: str) -> Access:
    """Take what is about access out of `fields` of the quiz `scope` (``course/quiz``)."""
    given = {name: fields.pop(name) for name in _OWN}
    words, statement = given["password"], given["honesty"]
    return Access(
        opens=given["open"],
        closes=given["close"],
        close_policy=given["close_policy"],
        delays=given["delay"],
        password=None if words is None else sealed(words, scope),
        networks=given["networks"],
        prerequisite=given["prerequisite"],
        honesty=None if statement is None else {language: statement},
    )


def local_moment(text: str, clock: str) -> str | None:
    """Return ``2026-12-01 08:00`` for a written moment, with `clock` for a day alone; None: it is none."""
    written = " ".join(text.split())
    if _DAY.fullmatch(written):
        written = f"{written} {clock}"
    found = _MOMENT.fullmatch(written)
    if found is None:
        return None
    plain = f"{found[1]} {found[2].replace('.', ':')}"
    try:
        year = datetime.strptime(plain, FORM).year  # noqa: DTZ007 (a moment of every unit's own zone)
    except ValueError:
        return None
    return plain if 2000 <= year < 2200 else None


def _moment(clock: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = value
        if isinstance(value, datetime):
            text = value.isoformat(" ") if value.tzinfo is None else ""
        elif isinstance(value, date):
            text = value.isoformat()
        plain = local_moment(text, clock) if isinstance(text, str) else None
        if plain is None:
            raise Wrong(
                Message("a day and time is needed, such as 2026-12-01 08:00; it is that of each learner's unit.")
            )  # fmt: skip
        return plain

    return read


def _delays(seconds_of: Callable[..., int | None]) -> Callable[[Any], tuple[int, ...]]:
    def one(value: Any) -> int:
        seconds = seconds_of(value, most=MAX_DELAY)
        return seconds or 0

    def read(value: Any) -> tuple[int, ...]:
        if not isinstance(value, dict):
            seconds = one(value)
            return (seconds,) if seconds else ()
        if not value or not set(value) <= {"first", "later"}:
            raise Wrong(Message("write a time such as 1 hour, or {first: 1 hour, later: 1 day}."))
        first, later = (one(value.get(name, "none")) for name in ("first", "later"))
        return (first, later) if first or later else ()

    return read


def _password(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Wrong(
            Message("a word is needed; put it in quotes.")
        )  # the word itself is not repeated
    words = str(value).strip()
    if len(words) > LONGEST_PASSWORD:
        raise Wrong(Message("a password has at most %(most)s characters.", most=LONGEST_PASSWORD))
    return words


def _networks(value: Any) -> tuple[str, ...]:
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not written or len(written) > MOST_NETWORKS:
        raise Wrong(Message("a list of networks is needed, such as [10.0.0.0/8, 192.168.1.20]."))
    found = []
    for place, each in enumerate(written):
        try:
            found.append(str(ipaddress.ip_network(str(each).strip(), strict=False)))
        except ValueError:
            raise Wrong(
                Message("%(name)s is not a network; write 10.0.0.0/8 or one address.",
                        name=str(each)[:60]), (place,)
            ) from None  # fmt: skip
    return tuple(dict.fromkeys(found))


def _rule(value: Any) -> Mapping[str, Any]:
    """Take the tree as it is; publishing compares it with the course."""
    rule = {"all": value} if isinstance(value, list) else value
    if not isinstance(rule, dict) or not all(isinstance(name, str) for name in rule):
        raise Wrong(Message("a rule is needed, such as quiz: {name: pretest, pass: 60}."))
    return rule


def honesty_text(value: Any) -> str | None:
    """Read true (the usual statement: an empty text), false, or a statement of one's own."""
    if isinstance(value, bool):
        return "" if value else None
    text = text_value(value)
    if len(text) > 1000:
        raise Wrong(Message("the statement is longer than 1000 characters."))
    return text
