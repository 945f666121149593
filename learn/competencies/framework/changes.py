"""The difference between two versions, field by field.  Pure rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from learn.competencies.framework.catalogue import (
    HIGHEST,
    LOWEST,
    Bands,
    Competency,
    Framework,
    Succession,
)
from learn.errors import Message

Kind = Literal["added", "removed", "moved", "returned", "changed"]
KIND_NAMES: Mapping[Kind, Message] = {
    "added": Message("New"),
    "removed": Message("Retired"),
    "moved": Message("Moved to another code"),
    "returned": Message("In force again"),
    "changed": Message("Changed"),
}
FIELD_NAMES: Mapping[str, Message] = {
    "title": Message("Name of the version"),
    "regulation": Message("Regulation"),
    "code": Message("Code"),
    "kind": Message("Kind"),
    "names.id": Message("Name (Indonesian)"),
    "names.en": Message("Name (English)"),
    "definitions.id": Message("Definition (Indonesian)"),
    "definitions.en": Message("Definition (English)"),
    "aliases": Message("Other names"),
    "unit": Message("Unit"),
    "source": Message("Source of the wording"),
    "replaced_by": Message("Counts as"),
    "levels": Message("Levels"),
    "level_source": Message("Source of the names of levels"),
    "level_confidence": Message("How sure the names of levels are"),
    "bands.source": Message("Source of the bands"),
    "bands.confidence": Message("How sure the bands are"),
    "bands.selection": Message("Bands for selection and promotion"),
    "bands.mapping": Message("Bands for mapping"),
}
_LEVEL_NAMES: Mapping[str, str] = {
    "id": "Level %(level)s (Indonesian)",
    "en": "Level %(level)s (English)",
    "mandatory": "Level %(level)s: mandatory evidence",
}


@dataclass(frozen=True)
class Change:
    """One difference; without a `code` it is about the framework as a whole, `field` "" about all of it."""

    kind: Kind
    code: str
    field: str
    before: str
    after: str


def field_name(field: str) -> Message:
    """Return what a field is called: ``names.id``, ``levels.3.en`` ..."""
    if field.startswith("level_names."):
        return Message("Name of level %(level)s", level=field.partition(".")[2])
    if field.startswith("levels."):
        _levels, level, what = field.split(".")
        return Message(_LEVEL_NAMES[what], level=level)
    return FIELD_NAMES.get(field, Message(field))


def compare(old: Framework, new: Framework) -> tuple[Change, ...]:
    """Return all differences from `old` to `new`: of the whole, then by competency."""
    return (*_of_the_whole(old, new), *_of_competencies(old, new))


def _of_the_whole(old: Framework, new: Framework) -> Iterator[Change]:
    pairs = (
        ("title", old.about.title, new.about.title),
        ("regulation", old.about.regulation, new.about.regulation),
        *_pairs_of_level_names(old, new),
        ("bands.source", old.bands.source, new.bands.source),
        ("bands.confidence", old.bands.confidence, new.bands.confidence),
        *zip(
            ("bands.selection", "bands.mapping"), bands_text(old.bands), bands_text(new.bands),
            strict=True,
        ),
    )  # fmt: skip
    for field, before, after in pairs:
        if before != after:
            yield Change("changed", "", field, before, after)


def _pairs_of_level_names(old: Framework, new: Framework) -> Iterator[tuple[str, str, str]]:
    for level in range(LOWEST, HIGHEST + 1):
        before, after = (
            f"{each.level_name(level, 'id')} / {each.level_name(level, 'en')}"
            for each in (old, new)
        )
        yield f"level_names.{level}", before, after
    yield "level_source", old.level_source, new.level_source
    yield "level_confidence", old.level_confidence, new.level_confidence


def _of_competencies(old: Framework, new: Framework) -> Iterator[Change]:
    before = {each.code: each for each in (*old.retired, *old.competencies)}
    for each in new.competencies:
        former = before.get(each.code)
        if former is None:
            yield Change("added", each.code, "", "", each.names.id)
            continue
        if not old.is_in_force(each.code):
            yield Change("returned", each.code, "", former.names.id, each.names.id)
        yield from _of_fields(former, each)
    yield from _of_codes_that_went(old, new)


def _of_codes_that_went(old: Framework, new: Framework) -> Iterator[Change]:
    before = {each.code for each in old.retired}
    for each in old.competencies:
        if not new.is_in_force(each.code):
            counts = successors_text(new.successors(each.code))
            yield Change("moved" if counts else "removed", each.code, "", each.names.id, counts)
    for each in new.retired:
        counted, counts = (successors_text(one.successors(each.code)) for one in (old, new))
        if each.code in before and counted != counts:
            yield Change("changed", each.code, "replaced_by", counted, counts)


def _of_fields(old: Competency, new: Competency) -> Iterator[Change]:
    was, becomes = fields_of(old), fields_of(new)
    for field, before in was.items():
        if before != becomes.get(field, ""):
            yield Change("changed", new.code, field, before, becomes.get(field, ""))


def fields_of(each: Competency) -> dict[str, str]:
    """Return a competency as texts by field."""
    found = {
        "kind": each.kind, "names.id": each.names.id, "names.en": each.names.en,
        "definitions.id": each.definitions.id, "definitions.en": each.definitions.en,
        "aliases": " | ".join(each.aliases), "unit": each.unit, "source": each.source,
    }  # fmt: skip
    for level in each.levels:
        found[f"levels.{level.level}.id"] = level.descriptors.id
        found[f"levels.{level.level}.en"] = level.descriptors.en
        found[f"levels.{level.level}.mandatory"] = ", ".join(level.mandatory)
    return found


def successors_text(successors: tuple[Succession, ...]) -> str:
    """Return successors as a sheet writes them: ``M.10, T.X.01 (1>0, 2>1)``."""
    return ", ".join(_succession_text(each) for each in successors)


def _succession_text(each: Succession) -> str:
    differ = [
        f"{level}>{each.level(level)}"
        for level in range(LOWEST, HIGHEST + 1)
        if each.level(level) != level
    ]
    return f"{each.new} ({', '.join(differ)})" if differ else each.new


def bands_text(bands: Bands) -> tuple[str, str]:
    """Return both sets of bands in words: ``80: Memenuhi Syarat; 68: ...``."""
    selection, mapping = (
        "; ".join(f"{band.minimum_percent}: {band.labels.id} / {band.labels.en}" for band in each)
        for each in (bands.selection, bands.mapping)
    )
    return selection, mapping
