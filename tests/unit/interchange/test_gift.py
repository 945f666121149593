"""GIFT is read whole, and everything that is not as it was is said with its line."""

from __future__ import annotations

import pytest

from learn.errors import LearnError
from learn.interchange.checking import checked
from learn.interchange.formats import format_of, read_questions, write_questions
from learn.interchange.gift import read_gift
from learn.interchange.outgoing import typed_blocks
from learn.quizzes.source.writing import grammar_of, written
from tests.support.quizzes import RENDERER, TYPES

GRAMMARS = {kind.key: kind.grammar for kind in TYPES}


def lines(text, key=None):
    """Return the lines of a question, or of the only one."""
    blocks = read_gift(text).blocks
    block = next(each for each in blocks if key in (None, each.key))
    return written(block, grammar_of(block, GRAMMARS)).split("\n")[1:-1]


def told(imported, key):
    entry = next(each for each in imported.entries if key in (each.key, each.name))
    return entry.verdict, [(note.line, str(note.message)) for note in entry.notes]


def test_every_form_is_read(sample):
    imported = checked(read_questions(sample("every-form.gift")), TYPES, RENDERER).imported
    assert [(each.line, each.name, each.type, each.verdict) for each in imported.entries] == [
        (5, "pilihan", "single", "kept"), (13, "benar-salah", "single", "kept"),
        (15, "salah", "single", "kept"), (17, "angka", "numeric", "kept"),
        (19, "rentang", "numeric", "kept"), (21, "banyak-angka", "numeric", "changed"),
        (28, "singkat", "text", "kept"), (30, "pasangan", "matching", "kept"),
        (36, "ganda", "multiple", "kept"), (39, "Ibu kota Provinsi Bali adalah sejak", "single", "kept"),
        (41, "esai", "essay", "kept"), (43, "esai-berumpan", "essay", "kept"),
        (46, "uraian", "description", "kept"), (49, "dua-celah", "gaps", "kept"),
        (51, "rumus", "text", "kept"), (53, "tanpa-tanda", "", "refused"),
        (55, "terbuka", "", "refused"), (57, "terakhir", "single", "kept"),
    ]  # fmt: skip
    assert imported.blocks[0].attributes["tags"] == "standar,dasar,Pelayanan/Dasar"
    assert imported.blocks[-1].attributes["tags"] == "Lain"
    assert imported.entries[0].ident == "STD-1"


def test_signs_behind_backslashes_are_themselves(sample):
    question = read_questions(sample("every-form.gift")).blocks[0]
    assert question.prompt["id"].text == "Apa isi **standar**: biaya \\{resmi} \\~ tarif?"
    assert question.items[0].text["id"].text == "Persyaratan = syarat"
    assert question.items[2].text["id"].text == "&lt;Laba>"
    assert question.feedback["id"].text == "Lihat UU 25/2009. Pasal 21."


def test_a_formula_stays_a_formula(sample):
    rumus = next(
        each for each in read_questions(sample("every-form.gift")).blocks if each.key == "rumus"
    )
    assert rumus.prompt["id"].text == "Hitung $\\frac{a}{b}$ sekarang."


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a {T#salah#benar}", ["- (x) Benar", "  > benar", "- ( ) Salah", "  > salah"]),
        ("a {FALSE#salah}", ["- ( ) Benar", "  > salah", "- (x) Salah"]),
        ("a {#3:2}", ["= 3 +- 2"]),
        ("a {#1..5}", ["= 3 +- 2"]),
        ("a {#0.125}", ["= 0.1250"]),
        ("a {#=3 =%50%4}", ["= 3", "= 4 {50%}"]),
        ("a {=b*c}", ["= /b.*c/"]),
        ("a {=b\\\\*c}", ["= b*c"]),
        ("a {=/b/}", ["= /\\/b\\//"]),
        ("a {=x {50%}\n}", None),
        ("a {=b -> c =d -> e}", ["- b => c", "- d => e"]),
        ("a {~%50%b ~%50%c ~%-50%d}", ["- [x] b", "- [x] c", "- [ ] d"]),
        ("a {~%60%b ~%40%c ~d}", ["- [x] b {60%}", "- [x] c {40%}", "- [ ] d {0%}"]),
        ("a {=b ~%-33.333%c}", ["- (x) b", "- ( ) c {-33.333%}"]),
    ],
)
def test_answers(text, right):
    if right is None:
        assert read_gift(text).entries[0].verdict == "refused"
    else:
        assert lines(text)[2:] == right


def test_a_missing_word_leaves_a_blank():
    assert lines("Ibu kota {=Jakarta ~Bandung} kini.")[0] == "Ibu kota \\_\\_\\_\\_\\_ kini."


def test_empty_lines_inside_braces_do_not_end_a_question():
    imported = read_gift("a {=b\n\n~c\n}\n\nd {T}")
    assert [(each.line, each.type) for each in imported.entries] == [(1, "single"), (6, "single")]


def test_keys_are_unique_and_names_are_words():
    imported = read_gift(
        "::Soal Satu!:: a {T}\n\n::soal-satu:: b {T}\n\nApa *itu* {T}\n\n::???::c{T}"
    )
    assert [each.key for each in imported.blocks] == ["soal-satu", "soal-satu-2", "apa-itu", "q1"]


def test_two_right_options_of_one_are_said():
    imported = read_gift("a {=b =c ~d}")
    assert told(imported, "a")[0] == "changed"
    assert "one alone" in told(imported, "a")[1][0][1]


def test_a_picture_has_to_be_put_beside_the_quiz():
    verdict, notes = told(read_gift("::k::[markdown]a ![b](c.png) {T}"), "k")
    assert (verdict, notes) == ("changed", [(1, "Put the file c.png beside the quiz.")])
    verdict, notes = told(
        read_gift('::k::[html]a <img src\\="@@PLUGINFILE@@/c.png" alt\\="b"> {T}'), "k"
    )
    assert verdict == "dropped" and "c.png" in notes[0][1]


def test_windows_files_are_read_and_said():
    imported = read_questions("Caf\xe9? {T}".encode("cp1252"))
    assert imported.blocks[0].prompt["id"].text == "Caf\xe9?"
    assert imported.notes[0].verdict == "changed"
    assert read_questions("a? {T}".encode("utf-16")).blocks


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"::a:: b {T}", "gift"),
        (b"// x\n$CATEGORY: a", "gift"),
        (b"Apa?\nA. x\nB. y\nANSWER: A\n", "aiken"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<quiz>", "moodle-xml"),
        (b"<assessmentItem xmlns='x'>", "qti"),
        (b"<qti-assessment-item>", "qti"),
        (b"<imscp:manifest xmlns:imscp='x'>", "qti"),
        (b"PK\x03\x04", "qti"),
    ],
)
def test_the_content_says_the_format(content, key):
    assert format_of(content) == key


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"\x00\x01", b"<html>", b"// only\n", b"\xff\xfe"]
)
def test_what_is_no_question_file_is_refused_in_words(content):
    with pytest.raises(LearnError):
        read_questions(content)


def test_the_title_goes_along_as_the_category():
    blocks = read_gift("$CATEGORY: $course$/top/Bank/Dasar // SPBE\n\n::a:: b {T}")
    assert blocks.title == "Dasar - SPBE" and "tags" not in blocks.blocks[0].attributes
    made = write_questions("gift", typed_blocks(blocks.blocks, TYPES), "Evaluasi akhir", {})
    again = read_gift(made.content.decode())
    assert again.title == "Evaluasi akhir" and "tags" not in again.blocks[0].attributes
