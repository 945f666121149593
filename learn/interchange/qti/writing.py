"""QTI 3.0 out: a package of items, the test that orders them, and the files they show."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from learn.errors import LearnError, Message
from learn.interchange.model import TAGGED, Exported, unique
from learn.interchange.qti.linesout import (
    HELD,
    choice,
    description,
    essay,
    judgement,
    matching,
    matrix,
    ordering,
    upload,
)
from learn.interchange.qti.markup import clean
from learn.interchange.qti.picturesout import hotspot, labels
from learn.interchange.qti.scoring import element
from learn.interchange.qti.sheets import NAMESPACE, Sheet, Write
from learn.interchange.qti.typedout import gaps, numeric, text
from learn.quizzes.source.reading import Block

WRITERS: Mapping[str, Write] = {
    "single": choice, "multiple": choice, "text": text, "numeric": numeric, "matching": matching,
    "matrix": matrix, "ordering": ordering, "gaps": gaps, "hotspot": hotspot, "labels": labels,
    "essay": essay,
    "sjt": judgement, "upload": upload, "description": description,
}  # fmt: skip
MANIFEST = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
TEST = "test.xml"
_TIME = (2000, 1, 1, 0, 0, 0)


def write_qti(blocks: Sequence[Block], title: str, media: Mapping[str, bytes]) -> Exported:
    """Return the questions as a QTI 3.0 package."""
    out: list[Sheet] = []
    items: dict[str, Element] = {}
    sheets: dict[str, Sheet] = {}
    for block in blocks:
        sheet = Sheet(block, "QTI", media=media)
        name = unique(identifier_of(block.key), set(items))
        made = _item(sheet, name)
        if made is not None:
            items[name], sheets[name] = made, sheet
        out.append(sheet)
    shown = dict.fromkeys(file for sheet in sheets.values() for file in sheet.shown)
    files = {
        "imsmanifest.xml": _file(_manifest(sheets, list(shown))),
        TEST: _file(_test(sheets, title)),
        **{f"items/{name}.xml": _file(made, flat=True) for name, made in items.items()},
        **{f"media/{file}": media[file] for file in shown},
    }
    entries = tuple(sheet.entry() for sheet in out)
    return Exported("qti", _zip(files), entries, (), ".zip", "application/zip")


def identifier_of(key: str) -> str:
    """Return a key as an identifier of XML, which begins with a letter."""
    return key if key[:1].isalpha() else f"q-{key}"


def _item(sheet: Sheet, name: str) -> Element | None:
    """Return the item of a question; None when there is nothing like it in QTI."""
    write = WRITERS.get(sheet.type)
    try:
        held = write(sheet) if write else None
    except LearnError as error:  # what no quiz could publish
        sheet.note("refused", error.message)
        held = None
    if held is None:
        if not any(note.verdict == "refused" for note in sheet.notes):
            sheet.refuse()
        return None
    sheet.lose_all_but(HELD | held)
    sheet.lose_languages()
    return sheet.item(name)


def _test(sheets: Mapping[str, Sheet], title: str) -> Element:
    references = [_reference(name, sheet) for name, sheet in sheets.items()]
    section = element("assessment-section", *references, identifier="questions", visible="true")
    section.set("title", clean(title) or "Learn")
    part = element("test-part", section, identifier="part", navigation_mode="nonlinear",
                   submission_mode="simultaneous")  # fmt: skip
    made = element("assessment-test", part, identifier="test", tool_name="Learn")
    made.set("title", clean(title) or "Learn")
    made.set("xmlns", NAMESPACE)
    return made


def _reference(name: str, sheet: Sheet) -> Element:
    """Return an item's place in the test, with its points and its categories."""
    attributes = sheet.block.attributes
    made = element("assessment-item-ref", identifier=name, href=f"items/{quote(name)}.xml")
    plain = [_category(tag) for tag in sheet.tags]
    for tag, written in zip(sheet.tags, plain, strict=True):
        if written != tag and not tag.startswith(_TAGGED):
            sheet.change(Message("The tag %(tag)s became %(now)s.", tag=tag, now=written))
    if plain:
        made.set("category", " ".join(plain))
    points = attributes.get("points", "1").replace(",", ".")
    if points != "1":
        made.append(element("weight", identifier="points", value=points))
    return made


_TAGGED = tuple(f"{name}:" for name in TAGGED)


def _category(tag: str) -> str:
    """Return a tag as an identifier, in which no colon may be."""
    name, _, value = tag.partition(":")
    joined = f"{name}.{value}" if tag.startswith(_TAGGED) else tag
    return clean("-".join(joined.replace(":", "-").split()))


def _manifest(sheets: Mapping[str, Sheet], shown: Sequence[str]) -> Element:
    made = Element("manifest", {"xmlns": MANIFEST, "identifier": "package"})
    metadata = SubElement(made, "metadata")
    SubElement(metadata, "schema").text = "QTI Package"
    SubElement(metadata, "schemaversion").text = "3.0.0"
    SubElement(made, "organizations")
    resources = SubElement(made, "resources")
    files = {file: f"file-{at}" for at, file in enumerate(shown, 1)}
    needs = [f"item-{name}" for name in sheets]
    _resource(resources, "resource-test", "imsqti_test_xmlv3p0", TEST, needs)
    for name, sheet in sheets.items():
        mine = [files[file] for file in sheet.shown]
        _resource(resources, f"item-{name}", "imsqti_item_xmlv3p0", f"items/{name}.xml", mine)
    for file, name in files.items():
        _resource(resources, name, "webcontent", f"media/{file}", [])
    return made


def _resource(parent: Element, name: str, kind: str, path: str, needs: Sequence[str]) -> None:
    made = SubElement(parent, "resource", {"identifier": name, "type": kind, "href": quote(path)})
    SubElement(made, "file", {"href": quote(path)})
    for each in needs:
        SubElement(made, "dependency", {"identifierref": each})


def _file(root: Element, *, flat: bool = False) -> bytes:
    if not flat:  # within an item spaces are part of its texts
        indent(root)
    made: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return made + b"\n"


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
