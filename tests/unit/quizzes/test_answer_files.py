"""Files that are handed in: known by their content, never by their names, and never more than they seem."""

import io
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from learn.errors import Message
from learn.quizzes.handed_in.files import (
    KINDS,
    FileRules,
    RefusedFile,
    checked_file,
    read_size,
    safe_name,
    size_text,
)
from tests.support.files import HIDDEN, HOSTILE, JPG, PDF, WHOLE, bomb, pdf_of_packed, png

ALL = FileRules(3, tuple(KINDS), 5_000_000)


@pytest.mark.parametrize("suffix", WHOLE)
def test_a_whole_file_of_each_kind_comes_in_with_the_type_of_its_content(suffix):
    handed = checked_file(f"berkas.{suffix}", WHOLE[suffix], ALL)
    assert (handed.name, handed.media_type) == (f"berkas.{suffix}", KINDS[suffix].media_type)


@pytest.mark.parametrize("what", [*HOSTILE, *HIDDEN])
def test_nothing_comes_in_that_is_more_or_less_than_it_seems(what):
    for suffix in WHOLE:
        with pytest.raises(RefusedFile) as refused:
            checked_file(f"tugas.{suffix}", {**HOSTILE, **HIDDEN}[what], ALL)
        assert isinstance(refused.value.message, Message)


def test_a_document_that_unpacks_to_far_too_much_is_refused_without_unpacking():
    with pytest.raises(RefusedFile, match="unpacks"):
        checked_file("tugas.docx", bomb(), ALL)


def test_a_name_that_says_something_else_gets_the_suffix_of_the_content():
    assert checked_file("tugas.exe", PDF, ALL).name == "tugas.exe.pdf"
    assert checked_file("foto.JPEG", JPG, ALL).name == "foto.JPEG"


def test_a_kind_that_the_question_does_not_name_is_refused_and_the_message_says_which_are():
    with pytest.raises(RefusedFile, match="png, docx"):
        checked_file("tugas.pdf", PDF, FileRules(1, ("png", "docx")))


def test_a_file_that_is_too_large_is_refused_with_the_size_that_would_do():
    with pytest.raises(RefusedFile, match="larger than 1 kB"):
        checked_file("tugas.pdf", PDF + b" " * 2000, FileRules(1, ("pdf",), 1000))


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_content_and_no_name_raises_anything_but_a_refusal(content, name):
    try:
        handed = checked_file(name, content, ALL)
    except RefusedFile as error:
        assert str(error)
    else:
        assert handed.name


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_no_damage_to_a_file_raises_anything_but_a_refusal(suffix, data):
    content = bytearray(WHOLE[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        checked_file("a", bytes(content), ALL)
    except RefusedFile as error:
        assert str(error)


@given(st.text(max_size=300))
def test_a_safe_name_has_no_folder_no_control_sign_and_a_length_that_fits(name):
    made = safe_name(name)
    assert 0 < len(made) <= 101
    assert not set(made) & set('/\\:*?"<>|\n\r\t\x00\u202e')
    assert not made.startswith(".") and safe_name(made) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\sari\\tugas akhir.pdf", "tugas akhir.pdf"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("con.pdf", "_con.pdf"),
        (".htaccess", "htaccess"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_names_are_made_safe(name, made):
    assert safe_name(name) == made


@pytest.mark.parametrize(
    ("text", "size"),
    [("5 MB", 5_000_000), ("500kB", 500_000), ("1,5 mb", 1_500_000), ("21 MB", None), ("5", None),
     ("0 kB", None), ("viel", None)],
)  # fmt: skip
def test_sizes_are_read_as_they_are_written(text, size):
    assert read_size(text) == size


def test_sizes_are_told_as_they_are_read():
    assert [size_text(size) for size in (5_000_000, 1_400_000, 300_000, 10)] == [
        "5 MB", "1.4 MB", "300 kB", "1 kB",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n" + b"stream\n" * 2_000_000 + b"%%EOF",
        b"%PDF-1.4\n" + b"stream endstream " * 800_000 + b"%%EOF",
        b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00abcd\x35\x87\x5e\xd4" * 1_000_000,
        b"\x00\x00\x00\x08ftyp" * 2_000_000,
        b"<" * 15_000_000,
        b"%PDF-1.4\n/ObjStm " + b"obj<<>>stream\n" * 1_000_000 + b"%%EOF",
        b"%PDF-1.4\n" + b"<</Type/ObjStm>>stream\n5 0 endstream " * 400_000 + b"%%EOF",
        pdf_of_packed(b" " * 60_000_000),
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 3_000_000,
        b"\xff\xd8\xff" + b"PK\x05\x06" * 3_000_000,
        b"PK\x03\x04" + b"PK\x01\x02" + b"\x00" * 14_000_000 + b"PK\x05\x06" + b"\x00" * 18,
    ],
    ids=[
        "streams",
        "short streams",
        "chunks",
        "boxes",
        "signs",
        "no objects",
        "objects",
        "a bomb",
        "segments",
        "ends",
        "parts",
    ],
)
def test_no_file_takes_long_to_look_at(content):
    begun = process_time()
    with suppress(RefusedFile):
        checked_file("a", content, FileRules(1, tuple(KINDS), 20_000_000))
    assert process_time() - begun < 3


@pytest.mark.parametrize(
    "content",
    [
        pdf_of_packed(b"<< /Type /Catalog >>"),
        pdf_of_packed(b"<< /Type /Catalog >>", b"/Filter [ /FlateDecode ]"),
        b"\xef\xbb\xbf\r\n" + PDF,
        PDF.replace(b"trailer <<", b"trailer << /Encrypt 9 0 R"),
        PDF.replace(
            b"/Type", b"/Title (JavaScript, /JSON, stream) /URI (https://x/Launch/JavaScript) /Type"
        ),
    ],
    ids=["packed", "packed in a list", "behind an empty line", "locked", "words alike"],
)
def test_a_pdf_as_ordinary_programs_write_it_comes_in(content):
    assert checked_file("sertifikat.pdf", content, ALL).media_type == "application/pdf"


def test_a_pdf_with_an_outline_comes_in():
    page = io.BytesIO()
    drawing = Canvas(page, pageCompression=1)
    drawing.drawString(72, 720, "Sertifikat")
    drawing.bookmarkPage("satu")
    drawing.addOutlineEntry("Satu", "satu")
    drawing.save()
    assert checked_file("sertifikat.pdf", page.getvalue(), ALL).media_type == "application/pdf"


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_as_ordinary_programs_write_it_comes_in(format, mode):
    out = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert(mode).save(out, format, progressive=True)
    assert checked_file("foto", out.getvalue(), ALL).media_type == f"image/{format.lower()}"


def test_a_picture_of_too_many_dots_is_refused_with_its_size():
    with pytest.raises(RefusedFile, match="50000 by 50000 dots"):
        checked_file("foto.png", png(50_000, 50_000), ALL)
