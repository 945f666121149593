"""A certificate as PDF: one page, its fonts inside, everything readable however long it is."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from learn.certificates.drawing import SANS, TEXT_WIDTH, Block, broken, draw, fitted
from learn.certificates.printing import Sheet

SHEET = Sheet(
    language="id",
    organiser="BKPSDM Kota Denpasar",
    title="Sertifikat",
    number="Nomor: 00001/LEARN/BKPSDM/2026",
    given="diberikan kepada",
    name="Dr. I Made Arta, S.Kom., M.T.",
    statement="atas kelulusan pelatihan",
    course="Teknologi Informasi untuk Pelayanan Publik",
    facts=("6 JP", "Selesai 24 November 2026"),
    outcomes_title="Kompetensi",
    outcomes=("Pelayanan Publik (M.05), tingkat 2",),
    signed_at="Denpasar, 24 November 2026",
    signer_post="Kepala BKPSDM",
    signer_name="I Wayan Sudiana, S.H.",
    signer_detail="Pembina Utama Muda",
    verify="Periksa di",
    code="Kode: ABCD2345EFGH",
    address="https://belajar.example.go.id/verify/ABCD2345EFGH",
    footer="Tanpa tanda tangan elektronik tersertifikasi.",
    accent="#0f5c63",
)


def text_of(content: bytes) -> str:
    (page,) = PdfReader(BytesIO(content)).pages
    return " ".join(page.extract_text().split())


def test_the_same_certificate_is_the_same_bytes():
    assert draw(SHEET) == draw(SHEET)


def test_every_text_stands_on_the_one_page():
    text = text_of(draw(SHEET))
    for part in (
        "BKPSDM KOTA DENPASAR", "SERTIFIKAT", SHEET.number, SHEET.name, SHEET.course, "6 JP",
        SHEET.outcomes[0], SHEET.signer_name, SHEET.signer_post, SHEET.code, SHEET.address,
        SHEET.footer,
    ):  # fmt: skip
        assert part in text


def test_all_fonts_are_inside_so_that_every_printer_shows_the_same():
    (page,) = PdfReader(BytesIO(draw(SHEET))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_the_document_says_its_title_and_language():
    reader = PdfReader(BytesIO(draw(SHEET)))
    assert SHEET.name in reader.metadata.title
    assert reader.metadata.author == SHEET.organiser
    assert reader.root_object["/Lang"] == "id"


@pytest.mark.parametrize(
    "name",
    [
        "I",
        "Ni Luh Putu Ayu Made Ketut Suryaningsih Kusumadewi Purnamasari, S.Sos., M.Si., Ph.D., CHRP.",
        "Nyoman " * 40,
        "A" * 300,
        "Ketut\u0301 D\u2019Ārya Ḥasan Đặng",
        "I \x00Made\n\u202eArta",
        "王小明",
    ],
)
def test_every_name_fits_on_one_page(name):
    content = draw(replace(SHEET, name=name, course=name, signer_name=name))
    assert len(PdfReader(BytesIO(content)).pages) == 1


def test_a_letter_made_of_two_signs_is_put_together():
    assert "Ketuté" in text_of(draw(replace(SHEET, name="Ketute\u0301")))


def test_many_outcomes_shrink_the_middle_and_none_is_lost():
    many = tuple(f"Kompetensi teknis nomor {number}, tingkat 3" for number in range(16))
    text = text_of(
        draw(replace(SHEET, outcomes=many, name=SHEET.name * 3, course=SHEET.course * 3))
    )
    assert all(line in text for line in many)


@pytest.mark.parametrize("text", ["Sebuah judul", "Judul yang panjang " * 9, "W" * 400])
def test_no_line_is_wider_than_its_place(text):
    draw(SHEET)  # loads the fonts
    size, lines = fitted(Block(text, 20, lines=3), 1.0)
    assert all(stringWidth(line, SANS, size) <= TEXT_WIDTH for line in lines)
    assert " ".join(lines).split() == text.split()


def test_lines_are_broken_into_about_the_same_width():
    draw(SHEET)
    lines = broken("satu dua tiga empat lima enam tujuh", SANS, 12, 150)
    assert len(lines) == 2
    widths = [stringWidth(line, SANS, 12) for line in lines]
    assert max(widths) < 1.6 * min(widths)


def test_a_stamp_says_that_it_does_not_hold():
    assert "DICABUT" in text_of(draw(replace(SHEET, stamp="Dicabut")))
