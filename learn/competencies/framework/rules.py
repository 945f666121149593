"""What a version of the framework must be before it is published.  Pure rules; each says what is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from learn.competencies.framework.catalogue import (
    HIGHEST,
    LOWEST,
    Band,
    Competency,
    Framework,
    Succession,
)
from learn.competencies.reading import Bilingual, twice
from learn.errors import Message

CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}(\.[A-Z0-9]{1,12}){1,3}")
CODE_CHARS, NAME_CHARS, TEXT_CHARS, SOURCE_CHARS = 20, 120, 1000, 255
MOST_COMPETENCIES, MOST_ALIASES, MOST_MANDATORY = 2000, 10, 10
LEVELS = tuple(range(LOWEST, HIGHEST + 1))
_LEADING = re.compile(r"^['\s]+")


@dataclass(frozen=True)
class Finding:
    """Something about a version: `code` and `field` say where; a `warning` hinders nothing."""

    code: str
    field: str
    message: Message
    warning: bool = False


def tidy_text(text: str) -> str:
    """Return a text as versions hold it: one line, signs that can be seen, no mark of a spreadsheet."""
    if not text.isprintable():  # most are, and sheets have very many
        text = "".join(sign if sign.isprintable() else " " for sign in text.replace("\ufeff", ""))
    tidy = " ".join(text.split())
    return tidy if tidy[:1] != "'" else _LEADING.sub("", tidy)


def tidy_code(text: str) -> str:
    """Return a code as it is written: capitals, without spaces."""
    return tidy_text(text).replace(" ", "").upper()


def is_code(text: str) -> bool:
    """Return whether the text can be the code of a competency."""
    return len(text) <= CODE_CHARS and CODE.fullmatch(text) is not None


def code_message(text: str) -> Message:
    """Return the sentence about a code that cannot be one."""
    return Message(
        "%(code)s cannot be a code: write capitals and digits with dots between, such as T.DUKCAPIL.01, at most %(most)s signs.",
        code=text[:40] or "–", most=CODE_CHARS,
    )  # fmt: skip


def check(
    framework: Framework,
    previous: Framework,
    *,
    units: Collection[str] | None = None,
    courses: Collection[str] | None = None,
) -> list[Finding]:
    """Return everything that is wrong or worth a look in what is to follow on `previous`.

    `units` and `courses` are the codes and keys that there are; None: they are not compared.
    """
    return [
        *_of_codes(framework),
        *(finding for each in framework.competencies for finding in _of_texts(each)),
        *(finding for each in framework.competencies for finding in _of_names(each, units, courses)),
        *_of_former(framework, previous),
        *_of_successions(framework),
        *_of_level_names(framework),
        *_of_bands("selection", framework.bands.selection),
        *_of_bands("mapping", framework.bands.mapping),
    ]  # fmt: skip


def _of_codes(framework: Framework) -> Iterator[Finding]:
    if not framework.competencies:
        yield Finding("", "code", Message("A framework needs at least one competency."))
    if len(framework.competencies) > MOST_COMPETENCIES:
        told = Message(
            "There are %(count)s competencies; a framework holds at most %(most)s.",
            count=len(framework.competencies), most=MOST_COMPETENCIES,
        )  # fmt: skip
        yield Finding("", "code", told)
    named = [*framework.competencies, *framework.retired]
    for code in twice(each.code for each in named):
        yield Finding(code, "code", Message("The code %(code)s stands twice.", code=code))
    codes = {each.code.casefold() for each in named}
    aliases = [alias.casefold() for each in framework.competencies for alias in each.aliases]
    for alias in twice(aliases):
        told = Message("The other name %(alias)s stands twice; it can mean only one.", alias=alias)
        yield Finding("", "aliases", told)
    for each in framework.competencies:
        for alias in each.aliases:
            if alias.casefold() in codes:
                told = Message("The other name %(alias)s is the code of a competency.", alias=alias)
                yield Finding(each.code, "aliases", told)


def _of_texts(each: Competency) -> Iterator[Finding]:
    if not is_code(each.code):
        yield Finding(each.code, "code", code_message(each.code))
    yield from _text(each.code, "names", each.names, NAME_CHARS)
    yield from _text(each.code, "definitions", each.definitions, TEXT_CHARS)
    if tuple(level.level for level in each.levels) != LEVELS:
        told = Message("A competency has the levels 1, 2, 3, 4 and 5, each once and in this order.")
        yield Finding(each.code, "levels", told)
    for level in each.levels:
        yield from _text(each.code, f"levels.{level.level}", level.descriptors, TEXT_CHARS)


def _text(code: str, field: str, text: Bilingual, most: int) -> Iterator[Finding]:
    for language, words in (("id", text.id), ("en", text.en)):
        if len(words) > most:
            told = Message(
                "This text has %(count)s signs; at most %(most)s.", count=len(words), most=most
            )
            yield Finding(code, f"{field}.{language}", told)
    if not text.id:
        yield Finding(code, f"{field}.id", Message("The Indonesian text is missing."))
    elif not text.en:
        told = Message("The English text is missing; the Indonesian one is shown instead.")
        yield Finding(code, f"{field}.en", told, warning=True)


def _of_names(
    each: Competency, units: Collection[str] | None, courses: Collection[str] | None
) -> Iterator[Finding]:
    if each.unit and each.kind != "technical":
        told = Message("Only a technical competency belongs to a unit.")
        yield Finding(each.code, "unit", told)
    if each.unit and units is not None and each.unit not in units:
        told = Message("There is no unit with the code %(code)s.", code=each.unit)
        yield Finding(each.code, "unit", told)
    if len(each.source) > SOURCE_CHARS:
        told = Message("This text is too long: at most %(most)s signs.", most=SOURCE_CHARS)
        yield Finding(each.code, "source", told)
    if len(each.aliases) > MOST_ALIASES or any(len(alias) > NAME_CHARS for alias in each.aliases):
        told = Message(
            "At most %(count)s other names of at most %(most)s signs each.",
            count=MOST_ALIASES, most=NAME_CHARS,
        )  # fmt: skip
        yield Finding(each.code, "aliases", told)
    yield from _of_mandatory(each, courses)


def _of_mandatory(each: Competency, courses: Collection[str] | None) -> Iterator[Finding]:
    for level in each.levels:
        field = f"levels.{level.level}.mandatory"
        if len(level.mandatory) > MOST_MANDATORY or any(len(m) > 100 for m in level.mandatory):
            told = Message("At most %(most)s pieces of mandatory evidence.", most=MOST_MANDATORY)
            yield Finding(each.code, field, told)
        for key in level.mandatory:
            if courses is not None and ":" not in key and key not in courses:
                told = Message("There is no published course %(course)s yet.", course=key)
                yield Finding(each.code, field, told, warning=True)


def _of_former(framework: Framework, previous: Framework) -> Iterator[Finding]:
    """Say what no longer counts: codes without a successor, and codes that are simply gone."""
    known = {each.code for each in (*framework.competencies, *framework.retired)}
    for each in (*previous.competencies, *previous.retired):
        if each.code not in known:
            told = Message(
                "The code %(code)s is missing; a code that was published stays readable: retire it.",
                code=each.code,
            )
            yield Finding(each.code, "code", told)
    for each in framework.retired:
        if not framework.counts_as(each.code, HIGHEST):
            told = Message(
                "%(code)s has no successor: evidence for it stays readable and counts nowhere.",
                code=each.code,
            )
            yield Finding(each.code, "replaced_by", told, warning=True)


def _of_successions(framework: Framework) -> Iterator[Finding]:
    retired = {each.code for each in framework.retired}
    known = retired | {each.code for each in framework.competencies}
    for each in framework.successions:
        for message in _wrong_succession(framework, each, retired, known):
            yield Finding(each.old, "replaced_by", message)
    pairs = [f"{each.old}>{each.new}" for each in framework.successions]
    for pair in twice(pairs):
        told = Message("%(pair)s stands twice among the successors.", pair=pair.replace(">", " → "))
        yield Finding(pair.partition(">")[0], "replaced_by", told)


def _wrong_succession(
    framework: Framework, each: Succession, retired: Collection[str], known: Collection[str]
) -> Iterator[Message]:
    if framework.is_in_force(each.old):
        yield Message(
            "%(code)s is in force, so it has no successor; retire it first.", code=each.old
        )
    elif each.old not in retired:
        yield Message("There is no competency with the code %(code)s.", code=each.old)
    if each.new not in known:
        yield Message("There is no competency with the code %(code)s.", code=each.new)
    if each.old == each.new or each.old in _after(framework, each.new):
        yield Message("The successors of %(code)s lead back to itself.", code=each.old)
    if any(level not in LEVELS for level in each.levels) or any(
        not 0 <= level <= HIGHEST for level in each.levels.values()
    ):
        yield Message("A level is a whole number from 1 to 5; 0 says that it does not count.")
        return
    counted = [each.level(level) for level in LEVELS]
    if any(lower > higher for lower, higher in pairwise(counted)):
        yield Message(
            "From %(old)s to %(new)s a higher level must not count less than a lower one.",
            old=each.old, new=each.new,
        )  # fmt: skip


def _after(framework: Framework, code: str) -> set[str]:
    found, waiting = set[str](), [code]
    while waiting:
        news = {each.new for each in framework.successors(waiting.pop())} - found
        found |= news
        waiting += news
    return found


def _of_level_names(framework: Framework) -> Iterator[Finding]:
    names = {level: framework.level_name(level, "id") for level in LEVELS}
    for level, name in names.items():
        if not name or len(name) > NAME_CHARS:
            told = Message("A level needs a name of 1 to %(most)s signs.", most=NAME_CHARS)
            yield Finding("", f"level_names.{level}", told)
    for name in twice(each.casefold() for each in names.values() if each):
        told = Message("Two levels are called %(name)s; each needs a name of its own.", name=name)
        yield Finding("", "level_names", told)


def _of_bands(name: str, bands: tuple[Band, ...]) -> Iterator[Finding]:
    bounds = [band.minimum_percent for band in bands]
    if bounds != sorted(set(bounds), reverse=True) or bounds[-1:] != [0]:
        told = Message("Lower bounds must fall from band to band, and the last one is 0.")
        yield Finding("", f"bands.{name}", told)
    if any(not 0 <= bound <= 100 for bound in bounds):
        told = Message("A lower bound is a whole number from 0 to 100.")
        yield Finding("", f"bands.{name}", told)
    if any(not band.labels.id for band in bands):
        yield Finding("", f"bands.{name}", Message("Each band needs a name."))
