"""What goes out is QTI 3.0 by its rules: order and names of elements, attributes, identifiers, the manifest."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from defusedxml.ElementTree import fromstring

from learn.interchange.outgoing import typed_blocks
from learn.interchange.qti.writing import write_qti
from tests.support import qti
from tests.support.quizzes import EVERY_TYPE, TYPES

ITEM = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
PACKAGE = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}"
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
ORDER = (
    "qti-response-declaration", "qti-outcome-declaration", "qti-item-body", "qti-response-processing",
    "qti-modal-feedback",
)  # fmt: skip
REQUIRED = {
    "qti-assessment-item": {"identifier", "title", "adaptive", "time-dependent"},
    "qti-assessment-test": {"identifier", "title"},
    "qti-assessment-section": {"identifier", "title", "visible"},
    "qti-assessment-item-ref": {"identifier", "href"},
    "qti-test-part": {"identifier", "navigation-mode", "submission-mode"},
    "qti-response-declaration": {"identifier", "cardinality", "base-type"},
    "qti-outcome-declaration": {"identifier", "cardinality", "base-type"},
    "qti-map-entry": {"map-key", "mapped-value"},
    "qti-simple-choice": {"identifier"},
    "qti-simple-associable-choice": {"identifier", "match-max"},
    "qti-inline-choice": {"identifier"},
    "qti-gap": {"identifier"},
    "qti-gap-text": {"identifier", "match-max"},
    "qti-gap-img": {"identifier", "match-max"},
    "qti-hotspot-choice": {"identifier", "shape", "coords"},
    "qti-associable-hotspot": {"identifier", "shape", "coords", "match-max"},
    "qti-modal-feedback": {"outcome-identifier", "identifier", "show-hide"},
    "qti-rubric-block": {"view", "use"},
    "qti-base-value": {"base-type"},
    "qti-equal": {"tolerance-mode"},
    "qti-string-match": {"case-sensitive"},
    "qti-index": {"n"},
    "qti-weight": {"identifier", "value"},
    "img": {"src", "alt"},
}
INLINE = {"qti-text-entry-interaction", "qti-inline-choice-interaction", "qti-gap"}
LIST = """\
    ## 1-angka-dulu {points=3 tags="dua kata,titik.dua"}
    Gambar ![Denah lobi](denah.png) dan <mark>x</mark> $x < 2$.

    | a | b |
    | --- | --- |
    | 1 | 2 |

    - ( ) Satu & dua
      > <b>tebal</b>
    - (x) ![Info](info.png)
"""


def files() -> dict[str, bytes]:
    """Return all files of a package with every type that goes out."""
    blocks = qti.blocks_of(EVERY_TYPE) + qti.blocks_of(MORE) + qti.blocks_of(LIST)
    exported = write_qti(typed_blocks(blocks, TYPES), 'Ujian "A" & <B>', qti.MEDIA)
    assert exported.suffix == ".zip"
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


MORE = """\
    ## celah
    Satu JP adalah {{= 45 }} menit; PNS wajib {{ (x) 20 | 24 {25%} | 30 }} JP di {{= Kota }}.

    ## kata
    Pilih {{* cepat | mahal }} dan **{{* ramah }}**.

    ## tempat {hotspot}
    Di mana?

    ![Denah](denah.png)

    - [x] Kasir {circle=20%,50%,10%}
    - [x] Meja {rect=50%,10%,25%,50%}
    - [ ] Pintu {polygon="80%,60% 95%,60% 87.5%,95%"}

    ## label {labels}
    Beri label.

    ![Denah](denah.png)

    - Kiri => Kasir {rect=10%,10%,20%,20%}
    - Kanan => ![Info](info.png) {circle=50%,50%,10%}

    ## kisi
    Benar?

    | | Benar | Salah |
    | --- | --- | --- |
    | Satu | x | |
    | Dua | | x |

    ## esai {essay lines=5 points=4}
    Tulis.

    > umpan umum

    ### kunci
    Isi yang **baik**.

    ## unggah {upload types="pdf,jpg"}
    Unggah.

    ## baca {description}
    Bacalah ~~coret~~.
"""


@pytest.fixture(scope="module")
def package() -> dict[str, bytes]:
    return files()


def items(package: dict[str, bytes]) -> Iterator[tuple[str, object]]:
    for name, content in package.items():
        if name.startswith("items/"):
            yield name, fromstring(content, forbid_dtd=True)


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def test_every_file_is_listed_in_the_manifest_and_every_listed_file_is_there(
    package: dict[str, bytes],
) -> None:
    root = fromstring(package["imsmanifest.xml"])
    assert root.tag == f"{PACKAGE}manifest"
    assert [local(each.tag) for each in root] == ["metadata", "organizations", "resources"]
    listed = {unquote(each.get("href")) for each in root.iter(f"{PACKAGE}file")}
    assert listed == package.keys() - {"imsmanifest.xml"}
    resources = root.findall(f"{PACKAGE}resources/{PACKAGE}resource")
    names = [each.get("identifier") for each in resources]
    assert len(set(names)) == len(names)
    needed = {each.get("identifierref") for each in root.iter(f"{PACKAGE}dependency")}
    assert needed <= set(names)
    assert {each.get("type") for each in resources} == {
        "imsqti_test_xmlv3p0", "imsqti_item_xmlv3p0", "webcontent",
    }  # fmt: skip


def test_the_test_names_every_item_once_in_the_order_of_the_quiz(package: dict[str, bytes]) -> None:
    root = fromstring(package["test.xml"])
    references = [unquote(each.get("href")) for each in root.iter(f"{ITEM}qti-assessment-item-ref")]
    assert references == [name for name in package if name.startswith("items/")]
    assert root.get("title") == 'Ujian "A" & <B>'
    for each in root.iter(f"{ITEM}qti-assessment-item-ref"):
        assert all(NAME.fullmatch(word) for word in (each.get("category") or "").split())


def test_items_have_their_parts_in_the_order_of_the_specification(
    package: dict[str, bytes],
) -> None:
    for name, root in items(package):
        assert root.tag == f"{ITEM}qti-assessment-item"
        found = [ORDER.index(local(each.tag)) for each in root]
        assert found == sorted(found), name


def test_elements_have_the_attributes_that_they_need_and_identifiers_are_names(
    package: dict[str, bytes],
) -> None:
    for name, content in package.items():
        if not name.endswith(".xml") or name == "imsmanifest.xml":
            continue
        for each in fromstring(content).iter():
            tag = local(each.tag)
            assert REQUIRED.get(tag, set()) <= set(each.attrib), (name, tag)
            for attribute in ("identifier", "response-identifier", "outcome-identifier"):
                if attribute in each.attrib:
                    assert NAME.fullmatch(each.get(attribute)), (name, tag)
            if tag.endswith("-interaction"):
                assert each.get("response-identifier"), name


def test_responses_and_outcomes_that_are_named_are_declared(package: dict[str, bytes]) -> None:
    for name, root in items(package):
        responses = {
            each.get("identifier") for each in root.iter(f"{ITEM}qti-response-declaration")
        }
        outcomes = {each.get("identifier") for each in root.iter(f"{ITEM}qti-outcome-declaration")}
        for each in root.iter():
            if each.get("response-identifier"):
                assert each.get("response-identifier") in responses, name
            if each.get("outcome-identifier"):
                assert each.get("outcome-identifier") in outcomes, name
            if local(each.tag) in (
                "qti-variable",
                "qti-set-outcome-value",
                "qti-map-response",
                "qti-correct",
            ):
                assert each.get("identifier") in responses | outcomes, name


def test_options_of_an_item_have_identifiers_of_their_own(package: dict[str, bytes]) -> None:
    for name, root in items(package):
        for interaction in root.iter():
            if local(interaction.tag).endswith("-interaction"):
                names = [
                    each.get("identifier") for each in interaction.iter() if each.get("identifier")
                ]
                assert len(set(names)) == len(names), name


def test_right_answers_name_options_that_are_there(package: dict[str, bytes]) -> None:
    for name, root in items(package):
        for declared in root.iter(f"{ITEM}qti-response-declaration"):
            if declared.get("base-type") not in ("identifier", "pair", "directedPair"):
                continue
            known = {each.get("identifier") for each in root.find(f"{ITEM}qti-item-body").iter()}
            for value in declared.iter(f"{ITEM}qti-value"):
                assert set(value.text.split()) <= known, name


def test_texts_stand_in_blocks_where_blocks_are_needed(package: dict[str, bytes]) -> None:
    for name, root in items(package):
        for body in (*root.iter(f"{ITEM}qti-item-body"), *root.iter(f"{ITEM}qti-content-body")):
            assert not (body.text or "").strip(), name
            for each in body:
                assert not (each.tail or "").strip(), name
                assert local(each.tag) not in INLINE | {"span", "em", "img", "a"}, name


def test_files_that_items_show_are_in_the_package(package: dict[str, bytes]) -> None:
    for name, root in items(package):
        for each in root.iter(f"{ITEM}img"):
            assert unquote(each.get("src")).replace("../", "") in package, name


def test_the_same_quiz_gives_the_same_bytes(package: dict[str, bytes]) -> None:
    assert files() == package
