"""Each interaction of QTI 2.1 and 3.0 becomes the question that asks and scores the same."""

from __future__ import annotations

import base64

import pytest

from learn.errors import LearnError
from learn.interchange.model import Imported
from learn.interchange.qti.reading import read_qti
from tests.support import qti
from tests.support.quizzes import TYPES

EXPECTED = {
    "choice": """\
        ## loket-yang-salah
        Seorang warga datang ke loket **pembayaran** tanpa nomor antrean.

        Apa yang dilakukan petugas lebih dulu?

        - ( ) Menolak melayani
        - (x) Memberi nomor antrean
        - ( ) Memanggil atasan {fixed}
        """,
    "choice-multiple": """\
        ## unsur-air {points=2 shuffle=false}
        Dari unsur mana air terbuat?

        - [x] Hidrogen {75%}
        - [ ] Helium {-100%}
        - [x] Oksigen {25%}
        - [ ] Klor {-50%}
        """,
    "text-entry": """\
        ## ibu-kota {points=2}
        Apa nama ibu kota baru?

        = Nusantara
        = IKN {50%}
        """,
    "number": """\
        ## luas-ruang
        Berapa luas ruang 2,5 m kali 5 m, dalam meter persegi?

        = 12..13
        """,
    "text-entry-in-text": """\
        ## jam-layanan {case=exact}
        Loket dibuka pukul {{= delapan }} pagi.
        """,
    "inline-choice": """\
        ## dua-celah {case=exact shuffle=false points=2}
        Surat diantar ke {{ Gedung | Lantai {50%} | (x) Loket }} di Balai {{= Kota }}.
        """,
    "extended-text": """\
        ## surat-balasan {essay lines=8 points=5}
        Warga menulis bahwa ia menunggu tiga jam.

        Tulis balasan yang sopan.

        ### kunci
        Minta maaf, sebab, perbaikan.
        """,
    "match": """\
        ## dinas-dan-urusan {points=2}
        Pasangkan dinas dengan urusannya.

        - Dukcapil => Akta *kelahiran*
        - Bapenda => Pajak daerah
        - => Paspor
        """,
    "match-table": """\
        ## benar-atau-salah {matrix points=3}
        Benar atau salah?

        |  | Benar | Salah |
        | --- | --- | --- |
        | Maklumat dipasang di tempat umum. | (x) | ( ) |
        | Biaya boleh dirahasiakan. | ( ) | (x) |
        | Antrean A\\|B dipisah. | (x) | ( ) |
        """,
    "order": """\
        ## alur-surat {ordering credit=exact}
        Urutkan.

        1. Diterima
        2. Didisposisi
        3. Diarsipkan
        """,
    "associate": """\
        ## pasangan-istilah {points=2}
        Pasangkan istilah dengan kepanjangannya.

        - SOP => Prosedur baku
        - SPM => Standar pelayanan minimal
        - => Surat perintah
        """,
    "gap-match": """\
        ## kutipan {points=2}
        Lengkapi kalimat ini.

        > Pelayanan yang {{* cepat | mahal }} dan
        >
        > petugas yang {{* ramah }}.

        &nbsp;
        """,
    "upload": """\
        ## bukti {upload types=pdf}
        Unggah bukti pelatihan.
        """,
    "feedback": """\
        ## umpan-balik {points=2 shuffle=false}
        Apakah standar pelayanan wajib diumumkan?

        - (x) Ya
          > Sesuai undang-undang.
        - ( ) Tidak
          > Baca lagi pasalnya.
        - ( ) Kadang-kadang

        > UU 25/2009.

        >(x) Tepat.

        >( ) Belum tepat.
        """,
    "information": """\
        ## pengantar {description}
        **Sebelum mulai**

        Bacalah standar pelayanan.
        """,
}


def dedented(text: str) -> str:
    return "\n".join(line[8:] for line in text.split("\n"))


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("name", EXPECTED)
def test_an_item_alone_becomes_a_question(name: str, version: str) -> None:
    imported = read_qti(qti.samples(version)[f"{name}.xml"])
    assert qti.text_of(imported) == dedented(EXPECTED[name])
    questions = qti.questions_of(imported)
    assert len(questions) == len(imported.entries) == 1
    for question in questions.values():
        kind = TYPES[question.type]
        if (right := kind.right_answer(question)) is not None:
            assert kind.grade(question, right).score == 1


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_places_on_a_picture_come_with_it(version: str) -> None:
    imported = read_qti(qti.package(version))
    text = qti.text_of(imported)
    assert "- (x) Meja dekat pintu {rect=50%,10%,25%,50%}" in text
    assert "- ( ) Kasir {circle=20%,50%,10%}" in text
    assert "- Meja kanan => ![Informasi](info.png) {polygon=" in text
    assert imported.media == qti.MEDIA
    qti.questions_of(imported)


def notes(imported: Imported) -> list[tuple[str, str]]:
    return [(note.verdict, str(note.message)) for entry in imported.entries for note in entry.notes]


CHOICE = (
    '<qti-choice-interaction response-identifier="RESPONSE" max-choices="{most}"><qti-prompt>Mana?'
    '</qti-prompt><qti-simple-choice identifier="A">Satu</qti-simple-choice><qti-simple-choice '
    'identifier="B">Dua</qti-simple-choice><qti-simple-choice identifier="C">Tiga</qti-simple-choice>'
    "</qti-choice-interaction>"
)


def declared(right: str, *, several: bool = False, mapping: str = "") -> str:
    values = "".join(f"<qti-value>{each}</qti-value>" for each in right.split())
    correct = f"<qti-correct-response>{values}</qti-correct-response>" if right else ""
    cardinality = "multiple" if several else "single"
    return (
        f'<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" '
        f'base-type="identifier">{correct}{mapping}</qti-response-declaration>'
        '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>'
    )


def processed(name: str) -> str:
    return f'<qti-response-processing template="http://example.org/rptemplates/{name}"/>'


def test_all_or_nothing_stays_all_or_nothing() -> None:
    content = qti.item(
        CHOICE.format(most=0),
        before=declared("A B", several=True),
        after=processed("match_correct"),
    )
    assert "{credit=exact shuffle=false}" in qti.text_of(read_qti(content))


def test_a_share_for_each_right_one_less_each_wrong_one_is_a_rule_of_credit() -> None:
    entries = "".join(
        f'<qti-map-entry map-key="{key}" mapped-value="{worth}"/>'
        for key, worth in (("A", 1), ("B", 1), ("C", -1))
    )
    mapping = f'<qti-mapping lower-bound="0" default-value="0">{entries}</qti-mapping>'
    content = qti.item(
        CHOICE.format(most=0), before=declared("A B", several=True, mapping=mapping),
        after=processed("map_response"),
    )  # fmt: skip
    assert "{credit=right-minus-wrong points=2 shuffle=false}" in qti.text_of(read_qti(content))


def test_a_choice_that_is_not_scored_is_a_survey() -> None:
    imported = read_qti(qti.item(CHOICE.format(most=1), before=declared("")))
    assert "{survey shuffle=false}" in qti.text_of(imported)
    assert [verdict for verdict, _ in notes(imported)] == ["changed"]


def test_rules_that_are_not_known_are_named_and_the_declared_answer_counts() -> None:
    rules = "<qti-response-processing><qti-custom-operator/></qti-response-processing>"
    imported = read_qti(qti.item(CHOICE.format(most=1), before=declared("B"), after=rules))
    assert "- (x) Dua" in qti.text_of(imported)
    assert "<custom-operator>" in notes(imported)[0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (qti.item("<p>a</p>", before='<qti-template-declaration identifier="T" cardinality="single" '
                  'base-type="integer"/>'), "made by a template"),
        (qti.item('<qti-slider-interaction response-identifier="RESPONSE"/>'), "<slider-interaction>"),
        (qti.item('<qti-portable-custom-interaction response-identifier="R"/>'), "portable-custom"),
        (qti.item(CHOICE.format(most=1)), "No response is declared for RESPONSE"),
        (qti.item(CHOICE.format(most=1), before=declared("")
                  + '<qti-response-declaration identifier="X" cardinality="single" base-type="string"/>',
                  after=processed("match_correct")), "does not say which option is right"),
        (qti.item(CHOICE.format(most=1) * 2, before=declared("A")), "several interactions"),
        (b'<assessmentItem identifier="x" title="x"/>', "no body"),
        (qti.item(CHOICE.format(most=1), before=declared("A")).replace(b'adaptive="false"',
                  b'adaptive="true"'), "adaptive"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_question_is_refused_by_name_with_the_reason(
    content: bytes, reason: str
) -> None:
    imported = read_qti(content)
    assert not imported.blocks
    (entry,) = imported.entries
    assert entry.verdict == "refused"
    assert entry.name
    assert reason in str(entry.notes[-1].message)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "well-formed"),
        (b"<assessmentItem>", "well-formed"),
        (b"<questestinterop/>", "QTI 1.2"),
        (b"<qti-assessment-test/>", "whole package"),
        (b"<html/>", "<html>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><assessmentItem>&b;</assessmentItem>', "entities"),
        (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><assessmentItem/>', "document type"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><assessmentItem>&x;</assessmentItem>',
         "entities"),
        (b"<assessmentItem>" + b"<p>" * 300 + b"</p>" * 300 + b"</assessmentItem>", "nested"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_item_is_refused_with_a_clear_reason(content: bytes, reason: str) -> None:
    with pytest.raises(LearnError, match=reason):
        read_qti(content)


def test_pictures_of_the_net_are_not_fetched_and_are_named() -> None:
    body = '<p><img src="https://example.org/a.png" alt="Peta"/></p>' + CHOICE.format(most=1)
    imported = read_qti(qti.item(body, before=declared("A"), after=processed("match_correct")))
    assert any(
        "example.org" in message for verdict, message in notes(imported) if verdict == "dropped"
    )
    assert not imported.media


def test_feedback_for_a_case_that_is_not_known_is_named_with_its_text() -> None:
    modal = (
        '<qti-modal-feedback outcome-identifier="LAIN" identifier="x" show-hide="show">'
        "<qti-content-body><p>Coba lagi besok.</p></qti-content-body></qti-modal-feedback>"
    )
    content = qti.item(
        CHOICE.format(most=1), before=declared("A"), after=processed("match_correct") + modal
    )
    assert any("Coba lagi besok" in message for _verdict, message in notes(read_qti(content)))


def test_a_mapping_counts_when_neither_rules_nor_a_right_answer_are_there() -> None:
    entries = (
        '<qti-map-entry map-key="B" mapped-value="2"/><qti-map-entry map-key="C" mapped-value="1"/>'
    )
    mapping = f'<qti-mapping default-value="0">{entries}</qti-mapping>'
    text = qti.text_of(
        read_qti(qti.item(CHOICE.format(most=1), before=declared("", mapping=mapping)))
    )
    assert "- (x) Dua\n- ( ) Tiga {50%}" in text


def test_pictures_within_the_text_become_files_of_their_own() -> None:
    def picture(side: int) -> str:
        content = base64.b64encode(qti.picture(side, side)).decode()
        return f'<p><img src="data:image/png;base64,{content}" alt="Gambar {side}"/></p>'

    choice = CHOICE.replace("Mana?", picture(1)).replace("Satu", picture(2)).format(most=1)
    imported = read_qti(qti.item(choice, before=declared("A"), after=processed("match_correct")))
    assert sorted(imported.media.values(), key=len) == sorted(
        [qti.picture(1, 1), qti.picture(2, 2)], key=len
    )
    text = qti.text_of(imported)
    assert all(f"]({name})" in text for name in imported.media)
    qti.questions_of(imported)


def test_modal_feedback_under_one_variable_goes_to_the_options_that_show_it() -> None:
    rules = (
        "<qti-response-processing><qti-response-condition><qti-response-if><qti-match>"
        '<qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>'
        '<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value>'
        '</qti-set-outcome-value><qti-set-outcome-value identifier="FEEDBACK"><qti-base-value '
        'base-type="identifier">correct</qti-base-value></qti-set-outcome-value></qti-response-if>'
        '<qti-response-else><qti-set-outcome-value identifier="FEEDBACK"><qti-base-value '
        'base-type="identifier">incorrect</qti-base-value></qti-set-outcome-value></qti-response-else>'
        "</qti-response-condition></qti-response-processing>"
        + "".join(
            f'<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="{name}" show-hide="show">'
            f"<qti-content-body><p>{text}</p></qti-content-body></qti-modal-feedback>"
            for name, text in (("correct", "Bagus."), ("incorrect", "Ulangi."))
        )
    )
    outcome = '<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier"/>'
    content = qti.item(CHOICE.format(most=1), before=declared("B") + outcome, after=rules)
    text = qti.text_of(read_qti(content))
    assert "- (x) Dua\n  > Bagus." in text
    assert ">( ) Ulangi." in text


def test_formulas_come_as_tex_where_the_item_has_it() -> None:
    maths = (
        '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:semantics><m:msup><m:mi>x</m:mi><m:mn>2'
        '</m:mn></m:msup><m:annotation encoding="application/x-tex">x^{2}</m:annotation></m:semantics></m:math>'
    )
    body = f"<p>Berapa {maths}?</p>" + CHOICE.format(most=1)
    text = qti.text_of(
        read_qti(qti.item(body, before=declared("A"), after=processed("match_correct")))
    )
    assert "Berapa $x^{2}$?" in text


def test_formulas_without_tex_stay_formulas() -> None:
    maths = "<math><semantics><mi>y</mi><annotation encoding='text/plain'>why</annotation></semantics></math>"
    body = f"<p>Berapa {maths}?</p>" + CHOICE.format(most=1)
    text = qti.text_of(
        read_qti(qti.item(body, before=declared("A"), after=processed("match_correct")))
    )
    assert "<mi>y</mi>" in text
    assert "why" not in text
