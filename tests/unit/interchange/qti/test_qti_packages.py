"""Packages: order, points and files come along; nothing in a zip is trusted, and nothing is lost silently."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from learn.errors import LearnError
from learn.interchange.model import Imported
from learn.interchange.qti.reading import read_qti
from tests.support import qti

SAMPLES = qti.samples("v3")
SPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'


def assessment(parts: str, *, attributes: str = "") -> str:
    return (
        f'<qti-assessment-test {SPACE} identifier="T" title="Ujian Loket"{attributes}>'
        f'<qti-test-part identifier="P" navigation-mode="linear" submission-mode="individual">'
        f"{parts}</qti-test-part></qti-assessment-test>"
    )


TEST = '<resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml"/>'


def notes(imported: Imported) -> list[tuple[str, str]]:
    return [(note.ident, str(note.message)) for note in imported.notes]


def of_entries(imported: Imported) -> list[tuple[str, str]]:
    return [(note.ident, str(note.message)) for entry in imported.entries for note in entry.notes]


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_every_item_of_a_package_is_counted(version: str) -> None:
    imported = read_qti(qti.package(version))
    assert len(imported.entries) == len(imported.blocks) == len(SAMPLES)
    assert {entry.ident.split("#")[0] for entry in imported.entries} == SAMPLES.keys()


def test_the_test_gives_order_points_tags_and_title() -> None:
    reference = '<qti-assessment-item-ref identifier="{0}" href="items/{0}.xml"{1}>{2}</qti-assessment-item-ref>'
    parts = (
        '<qti-assessment-section identifier="S" title="Bagian" visible="true">'
        + reference.format("upload", ' category="bukti"', "")
        + '<qti-assessment-section identifier="S2" title="Dalam" visible="true">'
        + reference.format("choice", "", '<qti-weight identifier="W" value="3"/>')
        + "</qti-assessment-section></qti-assessment-section>"
    )
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest(
                    {"A": "items/choice.xml", "B": "items/order.xml", "C": "items/upload.xml"},
                    more=TEST,
                ),
                "test.xml": assessment(parts),
                **{
                    f"items/{name}.xml": SAMPLES[f"{name}.xml"]
                    for name in ("choice", "order", "upload")
                },
            }
        )
    )
    assert [entry.key for entry in imported.entries] == ["bukti", "loket-yang-salah", "alur-surat"]
    assert imported.title == "Ujian Loket"
    assert imported.blocks[0].attributes["tags"] == "bukti"
    assert imported.blocks[1].attributes["points"] == "3"


def test_what_else_a_test_says_is_named() -> None:
    parts = (
        '<qti-time-limits max-time="600"/><qti-assessment-section identifier="S" title="x" visible="true">'
        '<qti-selection select="1"/><qti-rubric-block view="candidate"><p>Baca dulu.</p></qti-rubric-block>'
        '<qti-assessment-item-ref identifier="a" href="choice.xml"><qti-pre-condition/>'
        '</qti-assessment-item-ref><qti-assessment-item-ref identifier="b" href="choice.xml"/>'
        '<qti-assessment-item-ref identifier="c" href="hilang.xml"/>'
        '<qti-assessment-item-ref identifier="d" href="https://example.org/d.xml"/>'
        '<qti-assessment-section-ref identifier="e" href="bagian.xml"/></qti-assessment-section>'
    )
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "choice.xml"}, more=TEST),
                "test.xml": assessment(parts),
                "choice.xml": SAMPLES["choice.xml"],
            }
        )
    )
    said = " ".join(message for _ident, message in [*notes(imported), *of_entries(imported)])
    for word in ("time-limits", "selection", "Baca dulu.", "pre-condition", "twice", "hilang.xml",
                 "example.org", "bagian.xml"):  # fmt: skip
        assert word in said
    assert [entry.verdict for entry in imported.entries] == ["dropped", "refused", "refused"]


def test_a_section_in_a_file_of_its_own_is_part_of_the_order() -> None:
    section = (
        f'<qti-assessment-section {SPACE} identifier="S" title="x" visible="true">'
        '<qti-assessment-item-ref identifier="b" href="../order.xml"/></qti-assessment-section>'
    )
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "choice.xml", "B": "order.xml"}, more=TEST),
                "test.xml": assessment(
                    '<qti-assessment-section-ref identifier="S" href="sub/s.xml"/>'
                ),
                "sub/s.xml": section,
                "choice.xml": SAMPLES["choice.xml"],
                "order.xml": SAMPLES["order.xml"],
            }
        )
    )
    assert [entry.key for entry in imported.entries] == ["alur-surat", "loket-yang-salah"]


def test_a_shared_text_becomes_part_of_the_question() -> None:
    content = SAMPLES["choice.xml"].decode()
    reference = (
        '<qti-assessment-stimulus-ref identifier="s" href="teks/bacaan.xml"/><qti-item-body>'
    )
    stimulus = (
        f'<qti-assessment-stimulus {SPACE} identifier="s" title="s"><qti-stimulus-body><p>Teks bersama.</p>'
        '<p><img src="../images/denah.png" alt="Denah"/></p></qti-stimulus-body></qti-assessment-stimulus>'
    )
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "choice.xml"}),
                "choice.xml": content.replace("<qti-item-body>", reference),
                "teks/bacaan.xml": stimulus,
                **qti.PICTURES,
            }
        )
    )
    text = qti.text_of(imported)
    assert "Teks bersama." in text
    assert "![Denah](denah.png)" in text
    assert [ident for ident, _message in notes(imported)] == ["images/info.png"]


def test_an_item_that_the_manifest_does_not_name_is_taken_in_and_said() -> None:
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "choice.xml"}),
                "choice.xml": SAMPLES["choice.xml"],
                "liar.xml": SAMPLES["order.xml"],
                "rusak.xml": b"<qti-assessment-item",
            }
        )
    )
    assert [entry.verdict for entry in imported.entries] == ["kept", "changed", "refused"]
    assert imported.entries[2].ident == "rusak.xml"


def test_two_pictures_of_one_name_stay_two() -> None:
    def with_picture(folder: str) -> str:
        return SAMPLES["upload.xml"].decode().replace(
            "Unggah", f'<img src="{folder}/a.png" alt="Gambar"/> Unggah'
        )  # fmt: skip

    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "1.xml", "B": "2.xml", "C": "3.xml"}),
                "1.xml": with_picture("x"),
                "2.xml": with_picture("y"),
                "3.xml": with_picture("x"),
                "x/a.png": qti.picture(1, 1),
                "y/a.png": qti.picture(2, 2),
            }
        )
    )
    assert sorted(imported.media.values(), key=len) == [qti.picture(1, 1), qti.picture(2, 2)]
    shown = [text.text for block in imported.blocks for text in block.prompt.values()]
    assert shown[0] == shown[2] != shown[1]


@pytest.mark.parametrize(
    "name", ["../luar.png", "/etc/luar.png", "C:/luar.png", "a/../../luar.png"]
)
def test_names_that_lead_out_of_a_package_are_left_out_and_said(name: str) -> None:
    imported = read_qti(qti.package("v3", **{name: qti.picture(1, 1)}))
    assert any(name in ident and "leads out" in message for ident, message in notes(imported))
    assert qti.picture(1, 1) not in imported.media.values()


@pytest.mark.parametrize(
    "address", ["../../rahasia.png", "file:///etc/passwd", "/etc/passwd", "%2e%2e/x.png"]
)
def test_references_that_lead_out_of_a_package_find_nothing(address: str) -> None:
    content = (
        SAMPLES["upload.xml"].decode().replace("Unggah", f'<img src="{address}" alt="x"/> Unggah')
    )
    imported = read_qti(
        qti.packed({"imsmanifest.xml": qti.manifest({"A": "a/b.xml"}), "a/b.xml": content})
    )
    assert not imported.media
    assert imported.entries[0].verdict == "dropped"


def test_a_zip_in_a_zip_is_not_opened_and_is_said() -> None:
    imported = read_qti(qti.package("v3", **{"dalam.zip": qti.package("v3")}))
    assert ("dalam.zip", "An archive inside the package is not opened.") in notes(imported)
    assert len(imported.entries) == len(SAMPLES)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(LearnError, match="too large"):
        read_qti(qti.package("v3", **{"bom.png": b"\0" * 50_000_000}))


def test_a_size_that_lies_does_no_harm() -> None:
    content = qti.packed(
        {"imsmanifest.xml": qti.manifest({"A": "b.xml"}), "b.xml": b"<p>" + b"a" * 2_000_000}
    )
    real = struct.pack("<I", 2_000_003)
    assert real in content
    imported = read_qti(content.replace(real, struct.pack("<I", 100)))
    assert imported.entries[0].verdict == "refused"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 nothing", "no zip"),
        (qti.packed({"a.txt": "x"}), "imsmanifest.xml"),
        (
            qti.packed(
                {"imsmanifest.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><manifest>&b;</manifest>"}
            ),
            "entities",
        ),
        (qti.packed({"imsmanifest.xml": "<manifest"}), "well-formed"),
    ],
)
def test_a_zip_that_is_no_package_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(LearnError, match=reason):
        read_qti(content)


def test_an_encrypted_file_is_said() -> None:
    content = bytearray(
        qti.packed({"imsmanifest.xml": qti.manifest({}), "a.png": qti.picture(1, 1)})
    )
    info = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo("a.png")
    content[info.header_offset + 6] |= 1
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert any("encrypted" in message for _ident, message in notes(read_qti(bytes(content))))


def test_a_picture_that_is_none_is_not_kept_and_said() -> None:
    content = SAMPLES["upload.xml"].decode().replace("Unggah", '<img src="x.png" alt="x"/> Unggah')
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "b.xml"}),
                "b.xml": content,
                "x.png": b"<script>",
            }
        )
    )
    assert not imported.media
    assert any("x.png" in message for _ident, message in of_entries(imported))


def test_the_base_of_a_manifest_counts_for_its_addresses() -> None:
    content = qti.manifest({"A": "choice.xml"}).replace(
        "<resources>", '<resources xml:base="isi/">'
    )
    imported = read_qti(
        qti.packed({"imsmanifest.xml": content, "isi/choice.xml": SAMPLES["choice.xml"]})
    )
    assert [entry.ident for entry in imported.entries] == ["isi/choice.xml#choice"]
    assert imported.entries[0].verdict == "kept"


def test_an_item_that_is_far_too_large_is_refused_alone() -> None:
    large = (
        SAMPLES["choice.xml"]
        .decode()
        .replace("<p>Seorang", "<p>" + "besar " * 1_000_000 + "Seorang")
    )
    imported = read_qti(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest({"A": "besar.xml", "B": "order.xml"}),
                "besar.xml": large,
                "order.xml": SAMPLES["order.xml"],
                "acak.png": bytes(random.Random(1).randbytes(200_000)),
            }
        )
    )
    assert [entry.verdict for entry in imported.entries] == ["refused", "kept"]


def test_files_that_are_packed_in_another_way_are_said() -> None:
    place = io.BytesIO(qti.package("v3"))
    with zipfile.ZipFile(place, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.png", qti.picture(1, 1))
    assert any(
        "packed in a way" in message for _ident, message in notes(read_qti(place.getvalue()))
    )
