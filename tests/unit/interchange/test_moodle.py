"""Moodle XML: every standard type in and out, files with it, and every loss named."""

from __future__ import annotations

import base64

import pytest

from learn.interchange.checking import checked
from learn.interchange.formats import read_questions, write_questions
from learn.interchange.model import BadFile
from learn.interchange.moodle.formulas import ours, theirs
from learn.interchange.outgoing import typed_blocks
from learn.quizzes.source.blocks import cut
from learn.quizzes.source.reading import Problems
from learn.quizzes.source.writing import grammar_of, written
from tests.support.quizzes import RENDERER, TYPES

GRAMMARS = {kind.key: kind.grammar for kind in TYPES}
NAME = "every-type.moodle.xml"


@pytest.fixture(scope="module")
def read(sample):
    """Give the sample as it was read and tried."""
    return checked(read_questions(sample(NAME)), TYPES, RENDERER)


def question(kind, inner, text="x"):
    """Return a file with one question."""
    return (f'<quiz><question type="{kind}"><name><text>q</text></name><questiontext format="html"><text>'
            f"{text}</text></questiontext>{inner}</question></quiz>").encode()  # fmt: skip


def one(kind, inner, text="x"):
    """Return the lines of one question and the notes to it."""
    imported = checked(read_questions(question(kind, inner, text)), TYPES, RENDERER).imported
    notes = [str(note.message) for note in imported.entries[0].notes]
    lines = [written(block, grammar_of(block, GRAMMARS)) for block in imported.blocks]
    return "".join(lines), notes


def out(text, media=None):
    """Return the XML of a quiz's questions, and the notes by key."""
    problems = Problems()
    blocks = typed_blocks(cut("a.md", text, 1, "id", problems, GRAMMARS).blocks, TYPES)
    assert not problems.found
    made = write_questions("moodle-xml", blocks, "Judul", media or {})
    return made.content.decode(), {
        each.name: [str(note.message) for note in each.notes] for each in made.entries
    }


def test_every_standard_type_is_read(read):
    assert {each.name: (each.type, each.verdict) for each in read.imported.entries} == {
        "Standar pelayanan": ("single", "changed"), "Asas": ("multiple", "kept"),
        "Maklumat": ("single", "kept"), "Singkatan": ("text", "changed"), "Jarak": ("numeric", "changed"),
        "Unsur": ("matching", "kept"), "Pengantar": ("description", "kept"), "Esai": ("essay", "kept"),
        "Unggah": ("upload", "kept"), "Celah": ("gaps", "dropped"), "Seret kata": ("gaps", "kept"),
        "Pilih kata": ("gaps", "kept"), "Alur": ("ordering", "kept"), "Label": ("labels", "changed"),
        "Penanda": ("labels", "changed"), "Hitung": ("calculated", "kept"),
        "Pilihan hitung": ("", "refused"), "Stack": ("", "refused"), "Acak": ("", "refused"),
    }  # fmt: skip
    assert [each.ident for each in read.imported.entries][:2] == [
        "question[1] (STD-1)",
        "question[2]",
    ]
    assert read.imported.title == "Dasar"


def test_the_right_answer_of_each_is_worth_all(read):
    for key, each in read.questions.items():
        kind = TYPES[each.type]
        if kind.scored and not kind.manual:
            asked = kind.asked(each, 7)
            assert kind.grade(asked, kind.right_answer(asked)).score == 1, key


def test_what_goes_out_comes_back(read):
    blocks = typed_blocks(read.imported.blocks, TYPES)
    made = write_questions("moodle-xml", blocks, read.imported.title, read.imported.media)
    again = read_questions(made.content)
    assert again.media == read.imported.media and again.title == read.imported.title
    texts = [[written(each, grammar_of(each, GRAMMARS)) for each in some if each.key not in ("label", "hitung")]
             for some in (read.imported.blocks, again.blocks)]  # fmt: skip
    assert texts[0] == texts[1]


def test_files_lie_beside_the_quiz_under_good_names(read):
    assert set(read.imported.media) == {"loket-depan.png", "denah.png"}
    assert "![Loket depan](loket-depan.png)" in read.imported.blocks[0].prompt["id"].text


def test_two_files_of_one_name_are_two():
    def picture(extra):
        content = base64.b64encode(b"\x89PNG\r\n\x1a\n" + extra).decode()
        return (f'<question type="description"><name><text>a</text></name><questiontext format="html"><text>'
                f'&lt;img src="@@PLUGINFILE@@/a.png" alt="b"&gt;</text><file name="a.png" encoding="base64">{content}'
                "</file></questiontext></question>")  # fmt: skip

    imported = read_questions(f"<quiz>{picture(b'1')}{picture(b'2')}</quiz>".encode())
    names = [each.prompt["id"].text for each in imported.blocks]
    assert names[0] == "![b](a.png)" and names[1].startswith("![b](a-") and len(imported.media) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "of a kind that a page does not show"),
        ("a.png", b"not a picture", "The content is not that of a .png file."),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not kept"),
    ],
)
def test_a_file_that_no_page_may_show_is_dropped_by_name(name, content, said):
    file = f'<file name="{name}" encoding="base64">{base64.b64encode(content).decode()}</file>'
    text = (
        question("description", "")
        .decode()
        .replace("</text></questiontext>", f"</text>{file}</questiontext>")
    )
    imported = read_questions(text.encode())
    assert not imported.media
    assert any(said in str(note.message) for note in imported.entries[0].notes)


def test_an_element_that_nobody_knows_is_named():
    _text, notes = one("essay", "<strange>1</strange>")
    assert notes == ["<strange> is left out."]


@pytest.mark.parametrize(
    ("kind", "inner", "said"),
    [
        ("truefalse", "", "which of true and false"),
        ("shortanswer", "", "No answer is accepted."),
        ("numerical", "<answer fraction='100'><text>abc</text></answer>", "abc is not a number"),
        ("cloze", "", "There is no gap in the text."),
        ("ddwtos", "", "There is no gap in the text."),
        ("ddmarker", "", "The picture of the question is missing."),
        ("calculated", "<answer fraction='100'><text>system({a})</text></answer>", "system({a})"),
        ("multichoice", "", "A choice needs at least two options."),
        ("matching", "", "at least two pairs"),
        ("ordering", "", "at least two items"),
    ],
)
def test_a_question_that_is_not_whole_is_refused_with_the_reason(kind, inner, said):
    text, notes = one(kind, inner)
    assert not text and said in " ".join(notes)


def test_a_cloze_of_every_kind():
    text, notes = one(
        "cloze", "", "a {2:SA:=b~%50%c*~*#no} d {:MCV:=e~f~%25%g} h {1:NM:=3:0.5} i {1:SAC:=J}"
    )
    assert (
        "a {{= b | /c.*/ {50%} }} d {{ (x) e | f | g {25%} }} h {{= 3 +- 0.5 }} i {{= J }}" in text
    )
    assert "different weights" in notes[1] and "Case mattered" in " ".join(notes)


def test_a_cloze_that_cannot_be_names_its_gap():
    text, notes = one("cloze", "", "a {1:SA:=b} c {1:MULTIRESPONSE:=d~e}")
    assert not text and notes == ["The gap number 2 cannot be one here."]


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("{a}*{b}", "a * b"), ("pow({a},2)", "a ** 2"), ("sqrt({a b})", "sqrt(a_b)"), ("fmod({a},3)", "a % 3"),
        ("sin({a})", None), ("{a", None), ("__import__('os')", None), ("{a}" * 500, None), ("{1}", None),
    ],
)  # fmt: skip
def test_formulas_are_spelt_as_here(there, here):
    assert ours(there) == here


def test_formulas_are_spelt_as_there():
    assert (
        theirs("a ** 2 + b % 3 - a // 2", {"a": "a", "b": "b"})
        == "pow({a}, 2) + fmod({b}, 3) - floor({a} / 2)"
    )
    assert theirs("c", {"a": "a"}) is None


def test_what_moodle_cannot_hold_is_named():
    xml, notes = out("## a {survey}\nx\n- ( ) b\n- ( ) c\n\n## d {credit=exact}\nx\n- [x] b\n- [ ] c\n\n"
                     "## e\nx\n= /[a-z]+/\n= b\n\n## f\n![g](h.png)\n- (x) b {fixed}\n- ( ) c\n")  # fmt: skip
    assert notes["a"] == ["Moodle XML has no question such as {single}."]
    assert "Credit exact became weights" in notes["d"][0]
    assert "says more than * can" in notes["e"][0]
    assert set(notes["f"]) == {
        "The file h.png is not beside the quiz.", "Moodle XML does not hold {fixed}.",
    }  # fmt: skip
    assert xml.count("<question ") == 4


def test_control_signs_never_make_bad_xml():
    xml, _notes = out("## a\nx \x0b\x0c y \ufffe\n\n- (x) b\n- ( ) c\n")
    assert read_questions(xml.encode()).entries


def test_competency_and_difficulty_travel_as_tags():
    xml, notes = out("## a {competency=M.05 difficulty=easy tags=b}\nx\n- (x) b\n- ( ) c\n")
    assert notes["a"] == []
    assert read_questions(xml.encode()).blocks[0].attributes == {
        "competency": "M.05", "difficulty": "easy", "tags": "b",
    }  # fmt: skip


def test_a_file_without_questions_is_refused():
    with pytest.raises(BadFile):
        read_questions(
            b'<quiz><question type="category"><category><text>a</text></category></question></quiz>'
        )


STRANGE = [
    ("numerical", f"<answer fraction='100'><text>{'9' * 29}</text><tolerance>{'9' * 29}.123</tolerance></answer>", "x"),
    ("numerical", "<answer fraction='100'><text>1</text></answer><units><unit><multiplier>1e-20</multiplier>"
     "<unit_name>{}= &lt;b&gt;</unit_name></unit></units>", "x"),
    ("essay", "<defaultgrade>1e20</defaultgrade><penalty>-5</penalty>", "x"),
    ("essay", "<tags><tag><text>{}\"'=,\n\n## x</text></tag></tags>", "x"),
    ("essay", "<attachments>1e9</attachments><maxbytes>1e20</maxbytes><responsefieldlines>1e20</responsefieldlines>", "x"),
    ("essay", "<graderinfo format='html'><text>### kunci\n## q</text></graderinfo><minwordlimit>9</minwordlimit>", "x"),
    ("multichoice", "<answer fraction='1e400'><text>a</text></answer><answer fraction='nan'><text>b</text></answer>", "x"),
    ("calculated", "<answer fraction='100'><text>{a}**{a}**{a}</text></answer>", "{a} {=pow(9,pow(9,pow(9,9)))}"),
    ("calculated", "<answer fraction='100'><text>" + "(" * 90 + "{a}" + ")" * 90 + "</text></answer>", "{a}"),
    ("calculated", "<answer fraction='100'><text>{a}</text></answer><dataset_definitions><dataset_definition><name><text>a"
     "</text></name><decimals><text>1e20</text></decimals><minimum><text>-1e25</text></minimum><maximum><text>1e25"
     "</text></maximum></dataset_definition></dataset_definitions>", "{a}"),
    ("ordering", "<answer fraction='nan'><text>a</text></answer><answer fraction='x'><text>b</text></answer>", "x"),
    ("cloze", "", "a {1:SA:=}}x{{~=|} {1:MC:=a}}|~{{b}"),
    ("gapselect", "<selectoption><text>a|b}}</text></selectoption><selectoption><text>(x) c</text></selectoption>", "[[1]]"),
    ("ddwtos", "<dragbox><text>a|b}}</text></dragbox><dragbox><text>c,d</text></dragbox>", "[[1]] [[1]]"),
    ("shortanswer", "<answer fraction='100'><text>" + "a*" * 200 + "</text></answer><answer fraction='100'><text>/(/</text></answer>", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inner", "text"), STRANGE)
def test_strange_values_are_taken_or_refused_in_words(kind, inner, text):
    imported = checked(read_questions(question(kind, inner, text)), TYPES, RENDERER).imported
    (entry,) = imported.entries
    assert entry.key or entry.notes
    for format_ in ("gift", "moodle-xml", "aiken"):
        write_questions(format_, typed_blocks(imported.blocks, TYPES), "Judul", imported.media)


def test_a_place_to_point_at_goes_out_as_a_marker(read):
    text = ("## a {hotspot}\nMana loket?\n\n![Denah](denah.png)\n\n- (x) Kiri {rect=10%,10%,20%,20%}\n"
            "- ( ) Kanan {circle=70%,50%,10%}\n")  # fmt: skip
    xml, notes = out(text, read.imported.media)
    assert notes["a"] == [
        "A place to point at is a marker to drag over there.",
        "The places have no names over there.",
    ]
    again = read_questions(xml.encode()).blocks[0]
    assert [(item.other["id"].text, dict(item.attributes)) for item in again.items] == [
        ("Kiri", {"rect": "4,3,8,6"}), ("Kanan", {}),
    ]  # fmt: skip
