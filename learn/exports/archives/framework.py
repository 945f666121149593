"""Files of the framework: sheets in every format that Learn writes, and CASE packages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from learn.competencies.framework.case import package
from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.sheets import rows_of
from learn.errors import Invalid, Message
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.exporter import About, Exporter
from learn.exports.lists.framework import COMPETENCIES, REQUIREMENTS
from learn.registry import Registry

CASE = "case"
CASE_TYPE, CASE_SUFFIX = "application/json", ".json"
SHEET_FORMATS = ("csv", "xlsx")


def file_of_version(
    framework: Framework,
    format: str,
    exporters: Registry[Exporter],
    *,
    organiser: str,
    made_at: datetime,
    changed_at: datetime,
    translate: Callable[[Message], str] = str,
) -> tuple[bytes, str, str]:
    """Return a version as a file: its bytes, media type and suffix.

    Raises
    ------
    Invalid
        The format is none of csv, xlsx and case.
    """
    if format == CASE:
        made = package(framework, creator=organiser, changed_at=changed_at)
        text = json.dumps(made, ensure_ascii=False, indent=1)
        return text.encode("utf-8", "replace"), CASE_TYPE, CASE_SUFFIX
    exporter = sheet_exporter(exporters, format)
    about = About(Message("Competencies"), made_at, organiser, translate=translate)
    return b"".join(competency_chunks(framework, exporter, about)), exporter.mimetype, exporter.suffix  # fmt: skip


def sheet_exporter(exporters: Registry[Exporter], format: str) -> Exporter:
    """Return the exporter of a sheet that can be read again."""
    if format not in SHEET_FORMATS:
        known = ", ".join((*SHEET_FORMATS, CASE))
        raise Invalid(
            Message("There is no format %(format)s here; write one of %(known)s.",
                    format=format[:20], known=known)
        )  # fmt: skip
    return find_exporter(exporters, format)


def competency_chunks(framework: Framework, exporter: Exporter, about: About) -> Iterator[bytes]:
    """Yield the sheet of competencies."""
    return exporter.chunks(COMPETENCIES, rows_of(framework), about=about)


def requirement_chunks(
    rows: Iterable[dict[str, Any]], exporter: Exporter, about: About
) -> Iterator[bytes]:
    """Yield the sheet of required levels."""
    return exporter.chunks(REQUIREMENTS, rows, about=about)
