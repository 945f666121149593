"""The formats that Learn writes by itself, and choosing one by name."""

from __future__ import annotations

from difflib import get_close_matches

from learn.errors import Invalid, Message
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import Exporter
from learn.exports.formats.json import Json, JsonLines
from learn.exports.formats.xlsx import Xlsx
from learn.registry import Registry

try:
    from learn.exports.formats.parquet import Parquet
except ImportError:  # its libraries are an extra
    Parquet = None  # type: ignore[assignment, misc]


def standard_exporters() -> Registry[Exporter]:
    """Return the registry with Learn's own formats; Parquet is there when its libraries are."""
    exporters: Registry[Exporter] = Registry("exporters")
    for exporter in (Csv(), Xlsx(), Json(), JsonLines()):
        exporters.add(exporter)
    if Parquet is not None:
        exporters.add(Parquet())
    return exporters


def find_exporter(
    exporters: Registry[Exporter],
    key: str | None = None,
    *,
    file_name: str = "",
    default: str = "csv",
) -> Exporter:
    """Return the exporter named `key`; without a key the one of the file's suffix, else the default.

    Raises
    ------
    Invalid
        No format has this name; the message lists those that exist.
    """
    if key is None:
        by_suffix = (each for each in exporters if file_name.lower().endswith(each.suffix))
        return next(by_suffix, exporters[default])
    found = exporters.get(key.strip().lower())
    if found is None:
        raise Invalid(_unknown(exporters, key))
    return found


def _unknown(exporters: Registry[Exporter], key: str) -> Message:
    if key.strip().lower() == "parquet":
        return Message("Parquet needs more libraries: pip install 'learn[parquet]'.")
    known = exporters.keys()
    near = get_close_matches(key.lower(), known, n=1) or ["csv"]
    return Message(
        "There is no format %(key)s; did you mean %(near)s? The formats are %(known)s.",
        key=key, near=near[0], known=", ".join(known),
    )  # fmt: skip
