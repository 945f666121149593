"""The framework as a package of CASE 1.0 (1EdTech Competencies and Academic Standards Exchange).

Competencies are items below the document, levels are items below their competency, in the order of
their `sequenceNumber`; English texts are items of their own, tied by `isTranslationOf`. What became of
an earlier code is `replacedBy`, and `exactMatchOf` besides where nothing but the code changed.
Identifiers are made from the codes (UUID version 5), so they are the same in every package.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from learn.competencies.framework.catalogue import Competency, Framework, Level, Succession
from learn.competencies.framework.changes import successors_text

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:learn:competency-framework")
LEVEL_TYPE, FORMER = "Level", "Deprecated"
TYPES = {"managerial": "Managerial", "sociocultural": "Sociocultural", "technical": "Technical"}
MEDIATYPE = "application/json"


def identifier(*parts: object) -> str:
    """Return the identifier of a thing, the same whenever it is asked for."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


def package(framework: Framework, *, creator: str, changed_at: datetime) -> dict[str, Any]:
    """Return a version as a CFPackage."""
    return _Package(framework, creator, changed_at).made()


class _Package:
    """One package in the making."""

    def __init__(self, framework: Framework, creator: str, changed_at: datetime) -> None:
        self.framework, self.creator = framework, creator
        self.changed = changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        self.document = identifier("document", framework.version)
        self.title = framework.about.title or framework.about.regulation
        self.items: list[dict[str, Any]] = []
        self.ties: list[dict[str, Any]] = []

    def made(self) -> dict[str, Any]:
        """Return the whole package."""
        named = [*self.framework.competencies, *self.framework.retired]
        for place, each in enumerate(named, 1):
            self._competency(each, place)
        for tie in self.framework.successions:
            self._succession(tie)
        return {
            "CFDocument": self._head(), "CFItems": self.items, "CFAssociations": self.ties,
            "CFDefinitions": {"CFItemTypes": list(self._types())},
        }  # fmt: skip

    def _head(self) -> dict[str, Any]:
        about = self.framework.about
        return {
            "identifier": self.document, "uri": uri(self.document), "creator": self.creator,
            "title": self.title, "lastChangeDateTime": self.changed, "version": about.version,
            "description": about.regulation, "notes": about.note.id, "language": "id",
            "adoptionStatus": "Adopted", "frameworkType": "Competency",
            "CFPackageURI": link(identifier("package", about.version), self.title),
        }  # fmt: skip

    def _competency(self, each: Competency, place: int) -> None:
        active = self.framework.is_in_force(each.code)
        more: dict[str, Any] = {
            "humanCodingScheme": each.code, "CFItemType": TYPES[each.kind],
            "notes": each.definitions.id,
            "conceptKeywords": list(each.aliases),
            "extensions": {
                "state": "active" if active else "retired", "unit": each.unit,
                "source": each.source,
                "replaced_by": successors_text(self.framework.successors(each.code)),
            },
        }  # fmt: skip
        if not active:
            more["statusEndDate"] = self.changed[:10]
        item = self._item(identifier("competency", each.code), each.names.id, "id", more)
        self._tie("isChildOf", item, link(self.document, self.title), place)
        if each.names.en or each.definitions.en:
            english = self._item(
                identifier("competency", each.code, "en"), each.names.en or each.names.id, "en",
                {"notes": each.definitions.en, "extensions": {"empty": not each.names.en}},
            )  # fmt: skip
            self._tie("isTranslationOf", english, link_of(item))
        for level in each.levels:
            self._level(each, level, item)

    def _level(self, each: Competency, level: Level, parent: dict[str, Any]) -> None:
        more = {
            "humanCodingScheme": f"{each.code}/{level.level}", "CFItemType": LEVEL_TYPE,
            "abbreviatedStatement": self.framework.level_name(level.level, "id"),
            "extensions": {"mandatory": list(level.mandatory)},
        }  # fmt: skip
        key = ("level", each.code, level.level)
        item = self._item(identifier(*key), level.descriptors.id, "id", more)
        self._tie("isChildOf", item, link_of(parent), level.level)
        if level.descriptors.en:
            english = self._item(identifier(*key, "en"), level.descriptors.en, "en", {})
            self._tie("isTranslationOf", english, link_of(item))

    def _succession(self, each: Succession) -> None:
        old, new = (
            link(identifier("competency", code), code, code) for code in (each.old, each.new)
        )
        levels = {str(level): counted for level, counted in sorted(each.levels.items())}
        kinds = ("replacedBy",) if levels else ("replacedBy", "exactMatchOf")
        for kind in kinds:
            self.ties.append(
                {
                    "identifier": identifier(kind, each.old, each.new),
                    "uri": uri(identifier(kind, each.old, each.new)),
                    "associationType": kind, "originNodeURI": old, "destinationNodeURI": new,
                    "lastChangeDateTime": self.changed,
                    "CFDocumentURI": link(self.document, self.title),
                    **({"extensions": {"levels": levels}} if levels else {}),
                }
            )  # fmt: skip

    def _item(self, key: str, text: str, language: str, more: dict[str, Any]) -> dict[str, Any]:
        item = {
            "identifier": key, "uri": uri(key), "fullStatement": text, "language": language,
            "lastChangeDateTime": self.changed, "CFDocumentURI": link(self.document, self.title),
            **more,
        }  # fmt: skip
        self.items.append(item)
        return item

    def _tie(
        self, kind: str, item: dict[str, Any], other: dict[str, Any], place: int | None = None
    ) -> None:  # fmt: skip
        key = identifier(kind, item["identifier"], other["identifier"])
        tie: dict[str, Any] = {
            "identifier": key, "uri": uri(key), "associationType": kind,
            "originNodeURI": link_of(item), "destinationNodeURI": other,
            "lastChangeDateTime": self.changed, "CFDocumentURI": link(self.document, self.title),
        }  # fmt: skip
        if place is not None:
            tie["sequenceNumber"] = place
        self.ties.append(tie)

    def _types(self) -> Iterator[dict[str, Any]]:
        for place, title in enumerate((*TYPES.values(), LEVEL_TYPE), 1):
            key = identifier("type", title)
            yield {
                "identifier": key, "uri": uri(key), "title": title, "description": title,
                "hierarchyCode": str(place), "typeCode": title,
                "lastChangeDateTime": self.changed,
            }  # fmt: skip


def uri(key: str) -> str:
    """Return the address of a thing that has no page: its UUID as a URN."""
    return f"urn:uuid:{key}"


def link(key: str, title: str, code: str = "") -> dict[str, Any]:
    """Return a reference to a thing of a package."""
    return {"title": title or code or key, "identifier": key, "uri": uri(key)}


def link_of(item: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to an item."""
    return link(item["identifier"], item["fullStatement"], item.get("humanCodingScheme", ""))
