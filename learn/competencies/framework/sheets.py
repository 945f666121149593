"""The framework as a sheet: a row for each level of each competency, read into a draft.

What the sheet does not name stays as it is, and so does an empty cell; a lone ``-`` empties. Nothing is
taken when anything is wrong: every mistake is told with row and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from learn.competencies.framework.catalogue import Competency, Framework, Kind, Level, Succession
from learn.competencies.framework.changes import successors_text
from learn.competencies.framework.edits import new_competency
from learn.competencies.framework.rules import (
    LEVELS,
    MOST_COMPETENCIES,
    NAME_CHARS,
    SOURCE_CHARS,
    TEXT_CHARS,
    code_message,
    is_code,
    tidy_code,
    tidy_text,
)
from learn.competencies.reading import Bilingual
from learn.errors import Message
from learn.people.imports.tables import Table

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("kode",), "state": ("status",), "kind": ("jenis",),
    "name_id": ("nama",), "name_en": ("nama_en",),
    "definition_id": ("definisi",), "definition_en": ("definisi_en",),
    "aliases": ("nama_lain",), "unit": ("unit_kerja",), "source": ("sumber",),
    "replaced_by": ("digantikan_oleh",), "level": ("tingkat",),
    "descriptor_id": ("uraian",), "descriptor_en": ("uraian_en",), "mandatory": ("bukti_wajib",),
}  # fmt: skip
"""Each column with its Indonesian name; only `code` is needed."""
OF_LEVELS = ("descriptor_id", "descriptor_en", "mandatory")
STATES = {"active": True, "aktif": True, "retired": False, "dihentikan": False}
KINDS: Mapping[str, Kind] = {
    "managerial": "managerial", "manajerial": "managerial",
    "sociocultural": "sociocultural", "sosial kultural": "sociocultural",
    "technical": "technical", "teknis": "technical",
}  # fmt: skip
LONGEST = {
    "name_id": NAME_CHARS, "name_en": NAME_CHARS, "source": SOURCE_CHARS, "unit": 60,
    "definition_id": TEXT_CHARS, "definition_en": TEXT_CHARS, "aliases": TEXT_CHARS,
    "replaced_by": TEXT_CHARS, "descriptor_id": TEXT_CHARS, "descriptor_en": TEXT_CHARS,
    "mandatory": TEXT_CHARS,
}  # fmt: skip
EMPTIED = "-"
_SUCCESSOR = re.compile(r"\s*([^\s,(]+)\s*(?:\(([^)]*)\))?\s*")
_STEP = re.compile(r"\s*([0-9]+)\s*>\s*([0-9]+)\s*")


@dataclass(frozen=True)
class Wrong:
    """A mistake in a file: the row of the sheet, or the identifier of an item, and the column."""

    row: int | str
    column: str
    message: Message


@dataclass
class Reading:
    """What a file makes of a draft; with `errors`, nothing is to be taken from it."""

    content: Framework
    errors: list[Wrong] = field(default_factory=list)
    rows: int = 0


@dataclass
class _Group:
    """The rows of one competency: what they say of it, and of its levels."""

    row: int
    said: dict[str, tuple[int, str]] = field(default_factory=dict)
    levels: dict[int, tuple[int, dict[str, str]]] = field(default_factory=dict)


def columns_of(
    headers: Sequence[str], known: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> tuple[dict[str, int], list[Wrong]]:
    """Return where each column stands; headers may be in either language, in any order."""
    by_name = {name: key for key, more in known.items() for name in (key, *more)}
    found: dict[str, int] = {}
    errors: list[Wrong] = []
    for position, header in enumerate(headers):
        name = "_".join(header.strip().casefold().split())
        key = by_name.get(name)
        if not name:
            continue
        if key is None:
            near = get_close_matches(name, by_name, n=1, cutoff=0)
            told = Message("There is no such column; did you mean %(near)s?", near=near[0])
            errors.append(Wrong(1, header[:40], told))
        elif key in found:
            errors.append(Wrong(1, header[:40], Message("This column stands twice.")))
        else:
            found[key] = position
    errors += [
        Wrong(1, name, Message("This column is missing.")) for name in needed if name not in found
    ]
    return found, errors


def read_competencies(table: Table, content: Framework) -> Reading:
    """Return the draft `content` with what the sheet says, or all that is wrong with the sheet."""
    positions, errors = columns_of(table.headers, COLUMNS, ("code",))
    if errors:
        return Reading(content, errors, len(table.rows))
    reading = Reading(content, [], len(table.rows))
    groups = _grouped(table, positions, reading)
    if len(groups) + len(content.competencies) > 2 * MOST_COMPETENCIES:
        told = Message("A framework holds at most %(most)s competencies.", most=MOST_COMPETENCIES)
        reading.errors.append(Wrong(1, "code", told))
    if reading.errors:
        return reading
    for code, group in groups.items():
        reading.content = _with_group(reading.content, code, group, reading)
    if reading.errors:
        reading.content = content
    return reading


def _grouped(table: Table, positions: Mapping[str, int], reading: Reading) -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for row, cells in table.rows:
        said = {
            key: tidy_text(cells[position]) if position < len(cells) else ""
            for key, position in positions.items()
        }
        if len(cells) > len(table.headers) and any(cells[len(table.headers) :]):
            told = Message(
                "This row has more cells than there are columns; does a character need quotes?"
            )
            reading.errors.append(Wrong(row, "code", told))
            continue
        code = tidy_code(said.pop("code"))
        if not is_code(code):
            reading.errors.append(Wrong(row, "code", code_message(code)))
            continue
        _add_row(groups.setdefault(code, _Group(row)), row, said, reading)
    return groups


def _add_row(group: _Group, row: int, said: dict[str, str], reading: Reading) -> None:
    for key, text in said.items():
        if len(text) > LONGEST.get(key, TEXT_CHARS):
            told = Message(
                "This text has %(count)s signs; at most %(most)s.", count=len(text),
                most=LONGEST.get(key, TEXT_CHARS),
            )  # fmt: skip
            reading.errors.append(Wrong(row, key, told))
    level = said.pop("level", "")
    of_level = {key: said.pop(key) for key in OF_LEVELS if said.get(key)}
    _add_level(group, row, level, of_level, reading)
    for key, text in said.items():
        before = group.said.get(key)
        if text and before is not None and before[1] != text:
            told = Message("Row %(row)s says something else about this competency.", row=before[0])
            reading.errors.append(Wrong(row, key, told))
        elif text:
            group.said.setdefault(key, (row, text))


def _add_level(
    group: _Group, row: int, text: str, said: dict[str, str], reading: Reading
) -> None:  # fmt: skip
    if not text:
        if said:
            told = Message("Write for which level this is: a whole number from 1 to 5.")
            reading.errors.append(Wrong(row, "level", told))
        return
    level = level_of(text)
    if level is None:
        told = Message("“%(text)s” is no level; write a whole number from 1 to 5.", text=text[:20])
        reading.errors.append(Wrong(row, "level", told))
    elif level in group.levels:
        told = Message("Row %(row)s has the same competency and level.", row=group.levels[level][0])
        reading.errors.append(Wrong(row, "level", told))
    else:
        group.levels[level] = (row, said)


def level_of(text: str) -> int | None:
    """Return the level from 1 to 5 that is written, or None."""
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def _with_group(content: Framework, code: str, group: _Group, reading: Reading) -> Framework:
    said = group.said

    def wrong(column: str, message: Message) -> None:
        reading.errors.append(Wrong(said.get(column, (group.row, ""))[0], column, message))

    known = {each.code: each for each in (*content.retired, *content.competencies)}
    before = known.get(code) or new_competency(code)
    if code not in known and "name_id" not in said:
        wrong("name_id", Message("The code is new, so it needs an Indonesian name."))
    active = STATES.get(_text(said, "state").casefold() or "active")
    kind = KINDS.get(_text(said, "kind").casefold() or before.kind)
    if active is None:
        wrong("state", Message("Write active or retired."))
    if kind is None:
        wrong("kind", Message("Write managerial, sociocultural or technical."))
    if "state" not in said:
        active = code not in {each.code for each in content.retired}
    after = replace(
        before, kind=kind or before.kind, unit=_over(said, "unit", before.unit),
        source=_over(said, "source", before.source),
        names=_both(said, "name", before.names),
        definitions=_both(said, "definition", before.definitions),
        aliases=_listed(said, "aliases", before.aliases, r"\|"),
        levels=tuple(_level(level, group.levels) for level in _five(before)),
    )  # fmt: skip
    placed = _placed(content, after, bool(active))
    return _succeeded(placed, code, said, wrong)


def _placed(content: Framework, after: Competency, active: bool) -> Framework:
    """Return the draft with the competency in its place, among those in force or those retired."""
    where, other = ("competencies", "retired") if active else ("retired", "competencies")
    here: tuple[Competency, ...] = getattr(content, where)
    there: tuple[Competency, ...] = getattr(content, other)
    if any(each.code == after.code for each in here):
        here = tuple(after if each.code == after.code else each for each in here)
    else:
        here = (*here, after)
    left = tuple(each for each in there if each.code != after.code)
    changes: dict[str, Any] = {where: here, other: left}
    return replace(content, **changes)


def _succeeded(
    content: Framework, code: str, said: Mapping[str, tuple[int, str]], wrong: Any
) -> Framework:
    text = _text(said, "replaced_by")
    if content.is_in_force(code):
        if text not in {"", EMPTIED}:
            wrong("replaced_by", Message("Only a retired competency has successors."))
        kept = tuple(each for each in content.successions if each.old != code)
        return replace(content, successions=kept)
    if not text:
        return content
    successors = () if text == EMPTIED else read_successors(code, text)
    if successors is None:
        told = Message(
            "Write the codes with commas between, where levels differ with them: M.10, T.X.01 (1>0, 2>1)."
        )
        wrong("replaced_by", told)
        return content
    kept = tuple(each for each in content.successions if each.old != code)
    return replace(content, successions=(*kept, *successors))


def read_successors(old: str, text: str) -> tuple[Succession, ...] | None:
    """Return the successors that are written ``M.10, T.X.01 (1>0, 2>1)``; None: it is something else."""
    found: list[Succession] = []
    at = 0
    while at < len(text):
        match = _SUCCESSOR.match(text, at)
        if match is None or (match.end() < len(text) and text[match.end()] != ","):
            return None
        code, steps = tidy_code(match[1]), _steps(match[2] or "")
        if not is_code(code) or steps is None:
            return None
        found.append(Succession(old, code, steps))
        at = match.end() + 1
    return tuple(found)


def _steps(text: str) -> dict[int, int] | None:
    found: dict[int, int] = {}
    for part in text.split(",") if text.strip() else ():
        match = _STEP.fullmatch(part)
        if match is None or match[1] not in {"1", "2", "3", "4", "5"} or len(match[2]) > 1:
            return None
        if int(match[2]) not in (0, *LEVELS):
            return None
        found[int(match[1])] = int(match[2])
    return found


def _five(before: Competency) -> Iterator[Level]:
    there = {each.level: each for each in before.levels}
    for level in LEVELS:
        yield there.get(level) or Level(level, Bilingual("", ""))


def _level(before: Level, said: Mapping[int, tuple[int, dict[str, str]]]) -> Level:
    row, cells = said.get(before.level, (0, {}))
    texts = {key: (row, text) for key, text in cells.items()}
    return replace(
        before,
        descriptors=_both(texts, "descriptor", before.descriptors),
        mandatory=_listed(texts, "mandatory", before.mandatory, ","),
    )


def _text(said: Mapping[str, tuple[int, str]], key: str) -> str:
    return said.get(key, (0, ""))[1]


def _over(said: Mapping[str, tuple[int, str]], key: str, before: str) -> str:
    text = _text(said, key)
    return "" if text == EMPTIED else text or before


def _both(said: Mapping[str, tuple[int, str]], key: str, before: Bilingual) -> Bilingual:
    return Bilingual(_over(said, f"{key}_id", before.id), _over(said, f"{key}_en", before.en))


def _listed(
    said: Mapping[str, tuple[int, str]], key: str, before: tuple[str, ...], sign: str
) -> tuple[str, ...]:
    text = _text(said, key)
    if not text:
        return before
    parts = (tidy_text(part) for part in re.split(sign, text))
    return () if text == EMPTIED else tuple(dict.fromkeys(part for part in parts if part))


def rows_of(framework: Framework) -> Iterator[dict[str, str | int]]:
    """Yield a version as the rows of the sheet, by column; reading them again changes nothing."""
    for each in (*framework.competencies, *framework.retired):
        common: dict[str, str | int] = {
            "code": each.code,
            "state": "active" if framework.is_in_force(each.code) else "retired",
            "kind": each.kind, "name_id": each.names.id, "name_en": each.names.en,
            "definition_id": each.definitions.id, "definition_en": each.definitions.en,
            "aliases": " | ".join(each.aliases), "unit": each.unit, "source": each.source,
            "replaced_by": successors_text(framework.successors(each.code)),
        }  # fmt: skip
        for level in each.levels:
            yield common | {
                "level": level.level, "descriptor_id": level.descriptors.id,
                "descriptor_en": level.descriptors.en, "mandatory": ", ".join(level.mandatory),
            }  # fmt: skip
