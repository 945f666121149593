"""Reading a CASE 1.0 package into a draft; every mistake is told with the identifier and the field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from learn.competencies.framework.case import LEVEL_TYPE, TYPES
from learn.competencies.framework.catalogue import (
    HIGHEST,
    Competency,
    Framework,
    Kind,
    Level,
    Succession,
)
from learn.competencies.framework.edits import new_competency
from learn.competencies.framework.rules import (
    LEVELS,
    MOST_COMPETENCIES,
    code_message,
    is_code,
    tidy_code,
    tidy_text,
)
from learn.competencies.framework.sheets import Reading, Wrong, read_successors
from learn.competencies.reading import Bilingual
from learn.errors import Invalid, Message

DOCUMENT, ITEMS, TIES = "CFDocument", "CFItems", "CFAssociations"
MOST_ITEMS = 40_000
KINDS: Mapping[str, Kind] = {
    "managerial": "managerial",
    "sociocultural": "sociocultural",
    "technical": "technical",
}
assert set(KINDS) == set(TYPES)


class NoPackage(Invalid):
    """The file is no CASE package; the message says what one begins with."""

    code = "no-case-package"


@dataclass
class _Found:
    """The items and ties of a package, and what is wrong with them."""

    document: str
    items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    parents: dict[str, tuple[str, int]] = field(default_factory=dict)
    english: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    translations: set[str] = field(default_factory=set)
    replaced: list[Mapping[str, Any]] = field(default_factory=list)
    errors: list[Wrong] = field(default_factory=list)

    def wrong(self, key: str, column: str, message: Message) -> None:
        """Note a mistake."""
        self.errors.append(Wrong(tidy_text(key)[:80] or "–", column, message))


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON of a package.

    Raises
    ------
    NoPackage
        It is no JSON, or no CFPackage.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise NoPackage(Message("The file is not in UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise NoPackage(
            Message("The file is not JSON: line %(line)s, column %(column)s.",
                    line=error.lineno, column=error.colno)
        ) from None  # fmt: skip
    except (ValueError, RecursionError):
        raise NoPackage(Message("The file is nested too deeply or holds numbers that are none.")) from None  # fmt: skip
    wanted = {DOCUMENT: dict, ITEMS: list, TIES: list}
    if not isinstance(found, dict) or any(
        not isinstance(found.get(name), kind) for name, kind in wanted.items()
    ):
        raise NoPackage(
            Message("A CASE package is an object with CFDocument, CFItems and CFAssociations.")
        )
    if len(found[ITEMS]) > MOST_ITEMS or len(found[TIES]) > 3 * MOST_ITEMS:
        raise NoPackage(
            Message("The package is too large: at most %(most)s items.", most=MOST_ITEMS)
        )
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def read_package(content: bytes, draft: Framework) -> Reading:
    """Return the draft with what the package says; competencies that it does not name stay.

    Raises
    ------
    NoPackage
        The file is none.
    """
    parsed = parse(content)
    found = _Found(_text(parsed[DOCUMENT], "identifier"))
    for place, item in enumerate(parsed[ITEMS], 1):
        _take_item(found, item, place)
    for place, tie in enumerate(parsed[TIES], 1):
        _take_tie(found, tie, place)
    result, codes = draft, dict[str, str]()
    children = _children(found)
    named = [(key, item) for key, item in found.items.items() if _is_competency(found, key, item)]
    if len(named) + len(draft.competencies) > 2 * MOST_COMPETENCIES:
        told = Message("A framework holds at most %(most)s competencies.", most=MOST_COMPETENCIES)
        found.wrong(found.document, ITEMS, told)
        named = []
    for key, item in named:
        result = _with_item(result, found, key, item, children.get(key, []), codes)
    result = _with_ties(result, found, codes)
    return Reading(draft if found.errors else result, found.errors, len(found.items))


def _take_item(found: _Found, item: Any, place: int) -> None:
    key = _text(item, "identifier")
    if not key:
        found.wrong(f"{ITEMS}[{place}]", "identifier", Message("The identifier is missing."))
    elif key in found.items:
        found.wrong(key, "identifier", Message("This identifier stands twice."))
    else:
        found.items[key] = item
        if not _text(item, "fullStatement") and item.get("CFItemType") != LEVEL_TYPE:
            found.wrong(key, "fullStatement", Message("The text is missing."))


def _take_tie(found: _Found, tie: Any, place: int) -> None:
    key = _text(tie, "identifier") or f"{TIES}[{place}]"
    kind = _text(tie, "associationType")
    origin, target = (_end(tie, side) for side in ("originNodeURI", "destinationNodeURI"))
    if kind in {"replacedBy", "exactMatchOf"}:
        found.replaced.append(tie)
        return
    if kind not in {"isChildOf", "isTranslationOf"}:
        return
    if origin not in found.items:
        told = Message("The package has no item with this identifier.")
        found.wrong(key, "originNodeURI", told)
    elif target not in found.items and target != found.document:
        told = Message("The package has no item with this identifier.")
        found.wrong(key, "destinationNodeURI", told)
    elif kind == "isTranslationOf":
        found.english[target] = found.items[origin]
        found.translations.add(origin)
    else:
        number = tie.get("sequenceNumber")
        found.parents[origin] = (target, number if isinstance(number, int) else 0)


def _is_competency(found: _Found, key: str, item: Mapping[str, Any]) -> bool:
    if key in found.translations or item.get("CFItemType") == LEVEL_TYPE:
        return False
    parent = found.parents.get(key)
    return parent is None or parent[0] == found.document


def _children(found: _Found) -> dict[str, list[tuple[int, str]]]:
    below: dict[str, list[tuple[int, str]]] = {}
    for key, (parent, number) in found.parents.items():
        if parent != found.document:
            below.setdefault(parent, []).append((number, key))
    return {parent: sorted(keys) for parent, keys in below.items()}


def _with_item(
    draft: Framework, found: _Found, key: str, item: Mapping[str, Any],
    children: list[tuple[int, str]], codes: dict[str, str],
) -> Framework:  # fmt: skip
    code = tidy_code(_text(item, "humanCodingScheme"))
    if not is_code(code):
        found.wrong(key, "humanCodingScheme", code_message(code))
        return draft
    if code in codes.values():
        found.wrong(key, "humanCodingScheme", Message("The code %(code)s stands twice.", code=code))
        return draft
    codes[key] = code
    known = {each.code: each for each in (*draft.retired, *draft.competencies)}
    before = known.get(code) or new_competency(code)
    more = _more(item)
    english = found.english.get(key, {})
    no_english = _more(english).get("empty") is True
    after = replace(
        before, kind=_kind(found, key, item, before),
        names=Bilingual(
            _text(item, "fullStatement"), "" if no_english else _text(english, "fullStatement")
        ),
        definitions=Bilingual(_text(item, "notes"), _text(english, "notes")),
        aliases=tuple(_texts(item.get("conceptKeywords"))),
        unit=tidy_text(str(more.get("unit", before.unit))),
        source=tidy_text(str(more.get("source", before.source))),
        levels=_levels(found, key, before, children),
    )  # fmt: skip
    retired = more.get("state") == "retired"
    return _placed(draft, after, retired=retired)


def _placed(draft: Framework, after: Competency, *, retired: bool) -> Framework:
    def with_it(here: tuple[Competency, ...]) -> tuple[Competency, ...]:
        if any(each.code == after.code for each in here):
            return tuple(after if each.code == after.code else each for each in here)
        return (*here, after)

    def without_it(here: tuple[Competency, ...]) -> tuple[Competency, ...]:
        return tuple(each for each in here if each.code != after.code)

    if retired:
        return replace(
            draft, competencies=without_it(draft.competencies), retired=with_it(draft.retired)
        )
    return replace(
        draft, competencies=with_it(draft.competencies), retired=without_it(draft.retired),
        successions=tuple(each for each in draft.successions if each.old != after.code),
    )  # fmt: skip


def _kind(found: _Found, key: str, item: Mapping[str, Any], before: Competency) -> Kind:
    text = _text(item, "CFItemType").casefold()
    if text and text not in KINDS and before.names.id == "":
        return "technical"  # another agency's word for it
    return KINDS.get(text, before.kind)


def _levels(
    found: _Found, key: str, before: Competency, children: list[tuple[int, str]]
) -> tuple[Level, ...]:  # fmt: skip
    if not children:
        return before.levels
    if len(children) > HIGHEST:
        told = Message("A competency has five levels; here are %(count)s.", count=len(children))
        found.wrong(key, ITEMS, told)
        return before.levels
    numbered = dict(children)
    if len(numbered) < len(children) or any(number not in LEVELS for number in numbered):
        numbered = {place: child for place, (_number, child) in enumerate(children, 1)}
    made = []
    for level in LEVELS:
        child = numbered.get(level)
        item = found.items[child] if child else {}
        english = found.english.get(child, {}) if child else {}
        texts = Bilingual(_text(item, "fullStatement"), _text(english, "fullStatement"))
        made.append(Level(level, texts, tuple(_texts(_more(item).get("mandatory")))))
    return tuple(made)


def _with_ties(draft: Framework, found: _Found, codes: Mapping[str, str]) -> Framework:
    """Return the draft with what became of earlier codes; ties to codes that are in force say nothing."""
    named = dict(codes)
    said: dict[str, list[Succession]] = {}
    for tie in found.replaced:
        for each in _succession(draft, found, tie, named):
            if all(one.new != each.new for one in said.setdefault(each.old, [])):
                said[each.old].append(each)
    kept = tuple(each for each in draft.successions if each.old not in said)
    added = tuple(each for successors in said.values() for each in successors)
    return replace(draft, successions=(*kept, *added))


def _succession(
    draft: Framework, found: _Found, tie: Mapping[str, Any], named: Mapping[str, str]
) -> Iterator[Succession]:
    key = _text(tie, "identifier") or "-"
    old, new = (named.get(_end(tie, side), "") for side in ("originNodeURI", "destinationNodeURI"))
    for side, code in (("originNodeURI", old), ("destinationNodeURI", new)):
        if not code:
            told = Message("The package has no item with this identifier.")
            found.wrong(key, side, told)
    if not old or not new or draft.is_in_force(old):
        return
    levels = _more(tie).get("levels")
    steps = ", ".join(f"{a}>{b}" for a, b in levels.items()) if isinstance(levels, dict) else ""
    read = read_successors(old, f"{new} ({steps})" if steps else new)
    if read is None:
        told = Message("A level is a whole number from 1 to 5; 0 says that it does not count.")
        found.wrong(key, "extensions.levels", told)
        return
    yield from read


def _text(item: Any, name: str) -> str:
    value = item.get(name) if isinstance(item, Mapping) else None
    return tidy_text(value) if isinstance(value, str) else ""


def _texts(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else ():
        text = tidy_text(each) if isinstance(each, str) else ""
        if text:
            yield text


def _more(item: Any) -> Mapping[str, Any]:
    more = item.get("extensions") if isinstance(item, Mapping) else None
    return more if isinstance(more, Mapping) else {}


def _end(tie: Any, side: str) -> str:
    return _text(tie.get(side) if isinstance(tie, Mapping) else None, "identifier")
