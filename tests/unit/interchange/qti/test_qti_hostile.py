"""Whatever an item or a package holds: questions with a report, or a clear refusal; never another error."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from copy import deepcopy
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from learn.errors import LearnError
from learn.interchange.checking import checked
from learn.interchange.model import BadFile
from learn.interchange.qti.reading import read_qti
from tests.support import qti
from tests.support.quizzes import RENDERER, TYPES

VERSIONS = ("v2", "v3")
WILD = (
    "", "\0", "RESPONSE", "-1", "0", "1e999", "NaN", "99999999999999999999", "true", "x y", "../..", "}}", "{{",
    "`", "$", "|", "=>", "<", "&", "\u202e", "\ue000", "0,0,0", "1,2,3,4", "poly", "multiple", "single", "ordered",
    "float", "string", "pair", "A B", "\n## soal\n", "- (x) a", "\n= 1", "> x", "{50%}", "/a+/", "x" * 5000,
)  # fmt: skip


def check_taken(content: bytes) -> None:
    """Take a file in, and all that comes of it through a quiz; only a `BadFile` may come."""
    try:
        imported = read_qti(content)
    except BadFile:
        return
    assert len(imported.entries) >= len(imported.blocks)
    for entry in imported.entries:
        assert entry.key or entry.verdict == "refused"
    checked(imported, TYPES, RENDERER)


def changed(root: Element, luck: random.Random) -> None:
    """Change one thing in a tree."""
    elements = list(root.iter())
    one, other = luck.choice(elements), luck.choice(elements)
    wild = luck.choice(WILD).replace("\0", "")
    name = luck.choice([*one.attrib, "identifier"])
    acts: list[Callable[[], object]] = [
        lambda: one.set(name, wild),
        lambda: one.attrib.pop(name, None),
        lambda: setattr(one, "text", wild),
        lambda: setattr(one, "tail", wild),
        lambda: one.remove(luck.choice(list(one))) if len(one) else None,
        lambda: one.append(deepcopy(other)),
        lambda: setattr(one, "tag", other.tag),
    ]
    luck.choice(acts)()


@pytest.mark.parametrize("version", VERSIONS)
def test_items_changed_at_random_bring_questions_or_a_refusal(version: str) -> None:
    for name, content in qti.samples(version).items():
        luck = random.Random(f"{version}/{name}")
        for _turn in range(25):
            root = ElementTree.fromstring(content)
            for _change in range(luck.randint(1, 4)):
                changed(root, luck)
            try:
                broken = ElementTree.tostring(root)
            except (ValueError, TypeError):
                continue
            check_taken(
                qti.packed(
                    {
                        "imsmanifest.xml": qti.manifest({"A": "a.xml"}),
                        "a.xml": broken,
                        **qti.PICTURES,
                    }
                )
            )


def test_bytes_changed_at_random_bring_questions_or_a_refusal() -> None:
    luck = random.Random(7)
    whole = qti.package("v3")
    plain = qti.samples("v3")["feedback.xml"]
    for content in (whole, plain):
        for _turn in range(150):
            broken = bytearray(content)
            for _change in range(luck.randint(1, 6)):
                broken[luck.randrange(len(broken))] = luck.randrange(256)
            check_taken(bytes(broken[: luck.choice([len(broken), luck.randrange(len(broken))])]))


def test_manifests_and_tests_changed_at_random_bring_questions_or_a_refusal() -> None:
    luck = random.Random(11)
    test = (
        '<assessmentTest identifier="T" title="t"><testPart identifier="P"><assessmentSection identifier="S" '
        'title="s"><assessmentItemRef identifier="R" href="a.xml" category="x"><weight identifier="W" value="2"/>'
        '</assessmentItemRef><assessmentSectionRef identifier="Q" href="s.xml"/></assessmentSection></testPart>'
        "</assessmentTest>"
    )
    more = '<resource identifier="T" type="imsqti_test_xmlv2p1" href="t.xml"/>'
    for _turn in range(150):
        roots = [
            ElementTree.fromstring(each) for each in (qti.manifest({"A": "a.xml"}, more=more), test)
        ]
        for root in roots:
            changed(root, luck)
        files = dict(
            zip(("imsmanifest.xml", "t.xml"), map(ElementTree.tostring, roots), strict=True)
        )
        check_taken(qti.packed({**files, "a.xml": qti.samples("v3")["choice.xml"], "s.xml": test}))


def test_sections_that_name_each_other_end() -> None:
    section = '<assessmentSection identifier="S"><assessmentSectionRef identifier="a" href="{}.xml"/></assessmentSection>'
    check_taken(
        qti.packed(
            {
                "imsmanifest.xml": qti.manifest(
                    {}, more='<resource type="imsqti_test" href="t.xml"/>'
                ),
                "t.xml": '<assessmentTest><assessmentSectionRef href="a.xml"/></assessmentTest>',
                "a.xml": section.format("b"),
                "b.xml": section.format("a"),
            }
        )
    )


def test_an_item_that_scores_without_end_is_given_up_soon() -> None:
    options = "".join(
        f'<qti-simple-choice identifier="o{at}">Pilihan {at}</qti-simple-choice>'
        for at in range(50)
    )
    right = "".join(f"<qti-value>o{at}</qti-value>" for at in range(25))
    rule = (
        '<qti-set-outcome-value identifier="SCORE"><qti-sum>'
        + '<qti-base-value base-type="float">1</qti-base-value>' * 200
        + "</qti-sum></qti-set-outcome-value>"
    )
    content = qti.item(
        f'<qti-choice-interaction response-identifier="R" max-choices="0">{options}</qti-choice-interaction>',
        before='<qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier">'
        f"<qti-correct-response>{right}</qti-correct-response></qti-response-declaration>"
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>',
        after=f"<qti-response-processing>{rule * 300}</qti-response-processing>",
    )
    begun = time.perf_counter()
    imported = read_qti(content)
    assert time.perf_counter() - begun < 20
    assert imported.entries[0].verdict == "changed"


def test_a_refusal_is_a_sentence_and_no_path_of_this_machine() -> None:
    with pytest.raises(LearnError) as caught:
        read_qti(b"PK\x03\x04" + b"\xff" * 100)
    assert "/" not in str(caught.value)


def test_options_without_end_are_answered_soon() -> None:
    options = "".join(
        f'<qti-simple-choice identifier="o{at}">Pilihan {at}</qti-simple-choice>'
        for at in range(20_000)
    )
    content = qti.item(
        f'<qti-choice-interaction response-identifier="R" max-choices="1">{options}</qti-choice-interaction>',
        before='<qti-response-declaration identifier="R" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>o1</qti-value></qti-correct-response></qti-response-declaration>"
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>',
    )
    start = time.monotonic()
    check_taken(content)
    assert time.monotonic() - start < 20
