"""What the front matter of a quiz may say: each key, how its value is read, what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from learn.courses.frontmatter import Key, Wrong, flag, one_of, text_value, whole_number
from learn.errors import Message
from learn.quizzes.analysis.instruments import INSTRUMENTS
from learn.quizzes.attempts.review import PARTS, POLICIES, REVIEW_PHASES
from learn.quizzes.behaviours import DEFAULT_PENALTY, DEFAULT_TRIES
from learn.quizzes.questions import DIFFICULTIES
from learn.quizzes.quiz import GRADE_POLICIES, NAVIGATIONS, PAGES, ROLES, Draw, Shows
from learn.quizzes.source.access_settings import access_keys
from learn.quizzes.source.attributes import percent
from learn.quizzes.source.bands import written_bands
from learn.quizzes.source.blocks import KEY

MAX_ATTEMPTS = 1000
MAX_DRAW = 500
MAX_TRIES = 10
_DAY = 24 * 3600
MAX_SECONDS = 7 * _DAY

FIELDS: Mapping[str, str] = {"title": "titles", "pass": "pass_mark", "feedback": "bands"}
"""Keys whose field in `Quiz` has another name."""

TRANSLATED = frozenset({"title", "feedback", "honesty"})
"""Keys that a translation says in its own words."""

_UNITS = {
    "second": 1, "detik": 1, "sec": 1, "s": 1,
    "minute": 60, "menit": 60, "min": 60, "m": 60,
    "hour": 3600, "jam": 3600, "h": 3600,
    "day": _DAY, "hari": _DAY, "d": _DAY,
}  # fmt: skip
_DURATION = re.compile(r"(\d{1,6})\s*([a-z]+)")
_POOL = re.compile(rf"(?:{KEY.pattern}/)?{KEY.pattern}")


def schema(behaviours: Iterable[str]) -> dict[str, Key]:
    """Return the keys of a quiz's front matter; `behaviours` are those that are registered."""
    return {
        "title": Key(_title, required=True),
        "pass": Key(_pass_mark, default=70),
        "attempts": Key(_attempts),
        "time_limit": Key(seconds_of),
        "behaviour": Key(one_of(*behaviours), default="deferred"),
        "role": Key(one_of(*ROLES)),
        "module": Key(text_value),
        "draw": Key(_draw, default=()),
        "pool": Key(_pool, default=()),
        "shuffle": Key(flag, default=True),
        "review": Key(_review, default="after-submit"),
        "grade": Key(one_of(*GRADE_POLICIES), default="best"),
        "tries": Key(whole_number(1, MAX_TRIES), default=DEFAULT_TRIES),
        "penalty": Key(_penalty, default=DEFAULT_PENALTY),
        "page": Key(one_of(*PAGES), default="one"),
        "navigation": Key(one_of(*NAVIGATIONS), default="free"),
        "feedback": Key(written_bands, default=()),
        "anonymous_grading": Key(flag, default=False),
        "instrument": Key(one_of(*INSTRUMENTS), default=""),
        "evidence": Key(_evidence, default=()),
        **access_keys(seconds_of),
    }


def _title(value: Any) -> str:
    text = text_value(value)
    if len(text) > 200:
        raise Wrong(Message("a title has at most 200 characters."))
    return text


def _pass_mark(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise Wrong(Message("a number from 0 to 100 is needed, such as 70."))
    return value


def _penalty(value: Any) -> float:
    share = percent(str(value)) if isinstance(value, int | float | str) else None
    if share is None or share < 0:
        raise Wrong(Message("a share from 0 to 100 percent is needed, such as 33."))
    return share


def _attempts(value: Any) -> int | None:
    if value == "unlimited":
        return None
    return whole_number(1, MAX_ATTEMPTS)(value)


def seconds_of(value: Any, *, most: int = MAX_SECONDS) -> int | None:
    """Return the seconds of a text such as ``20 minutes`` or ``1 jam 30 menit``; None for ``none``."""
    if value == "none":
        return None
    text = value.casefold().strip() if isinstance(value, str) else ""
    parts = _DURATION.findall(text)
    rest = re.sub(r"[\s,]+|\b(?:and|dan)\b", "", _DURATION.sub("", text))
    units = [unit if unit in _UNITS else unit.removesuffix("s") for _number, unit in parts]
    if not parts or rest or any(unit not in _UNITS for unit in units):
        raise Wrong(Message("a number with a unit is needed, such as 20 minutes."))
    seconds = sum(int(part[0]) * _UNITS[unit] for part, unit in zip(parts, units, strict=True))
    if not 10 <= seconds <= most:
        raise Wrong(
            Message("a time from 10 seconds to %(days)s days is needed.", days=most // _DAY)
        )
    return seconds


def _pool(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names:
        raise Wrong(Message("a list of quizzes is needed, such as [bank, other-course/bank]."))
    for place, name in enumerate(names):
        if not isinstance(name, str) or not _POOL.fullmatch(name):
            raise Wrong(
                Message("%(name)s is not a quiz; write bank or other-course/bank.", name=name),
                (place,),
            )
    return tuple(dict.fromkeys(names))


def _evidence(value: Any) -> tuple[Shows, ...]:
    if not isinstance(value, list) or not value:
        raise Wrong(Message("write a list such as [{competency: M.05, level: 2, share: 70}]."))
    found = []
    for place, each in enumerate(value):
        try:
            found.append(_shows(each))
        except Wrong as error:
            raise Wrong(error.message, (place, *error.spot)) from error
    named = [(each.competency.casefold(), each.level) for each in found]
    if len(set(named)) < len(named):
        raise Wrong(Message("the same competency and level stand here twice."))
    return tuple(found)


def _shows(value: Any) -> Shows:
    if not isinstance(value, dict) or not {"competency", "level"} <= set(value) <= _SHOWS:
        raise Wrong(Message("write {competency: M.05, level: 2, share: 70}."))
    level, share = whole_number(1, 5)(value["level"]), value.get("share", 70)
    if isinstance(share, bool) or not isinstance(share, int | float) or not 1 <= share <= 100:
        raise Wrong(Message("a share from 1 to 100 percent is needed, such as 70."))
    return Shows(text_value(value["competency"]), level, share)


_SHOWS = {"competency", "level", "share"}
_DRAWN_BY = ("tag", "competency", "difficulty")


def _draw(value: Any) -> tuple[Draw, ...]:
    if not isinstance(value, list):
        return (Draw(whole_number(1, MAX_DRAW)(value)),)
    draws = []
    for place, each in enumerate(value):
        try:
            draws.append(_one_draw(each))
        except Wrong as error:
            raise Wrong(error.message, (place, *error.spot)) from error
    if not draws or sum(draw.count for draw in draws) > MAX_DRAW:
        raise Wrong(Message("from 1 to %(most)s questions can be drawn.", most=MAX_DRAW))
    return tuple(draws)


def _one_draw(value: Any) -> Draw:
    if not isinstance(value, dict) or not set(value) <= {"count", *_DRAWN_BY}:
        raise Wrong(Message("write a number, or a list such as [{tag: basic, count: 5}]."))
    if "count" not in value:
        raise Wrong(Message("count is missing; write {tag: basic, count: 5}."))
    named = {name: text_value(value[name]) for name in _DRAWN_BY if name in value}
    if "difficulty" in named:
        one_of(*DIFFICULTIES)(named["difficulty"])
    return Draw(whole_number(1, MAX_DRAW)(value["count"]), **named)


def _review(value: Any) -> str | Mapping[str, list[str]]:
    if isinstance(value, str):
        return one_of(*POLICIES)(value)
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        value = {phase: parts for each in value for phase, parts in each.items()}
    if not isinstance(value, dict) or not value:
        raise Wrong(
            Message(
                "write %(known)s, or a list for each phase, such as {after-submit: [answer, score]}.",
                known=", ".join(POLICIES),
            )
        )
    return {
        one_of(*REVIEW_PHASES)(phase): [one_of(*PARTS)(part) for part in _listed(parts)]
        for phase, parts in value.items()
    }


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
