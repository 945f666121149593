"""Whatever a file holds, the answer is a list of questions or a clear message, never an error, and soon."""

from __future__ import annotations

import base64
import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.errors import LearnError
from learn.interchange.checking import checked
from learn.interchange.formats import READABLE, read_questions, write_questions
from learn.interchange.model import BadFile
from learn.interchange.outgoing import typed_blocks
from learn.interchange.texts import markdown_of
from tests.support.quizzes import RENDERER, TYPES
from tests.unit.interchange.conftest import SAMPLES

NAMES = ["every-form.gift", "every-type.moodle.xml"]
WORDS = [b"{", b"}", b"=", b"~", b"::", b"#", b"####", b"%50%", b"->", b"\\", b"<", b">", b"&", b"<text>", b"</text>",
         b"<answer>", b"[[1]]", b"{1:SA:=a}", b"\xff", b"\x00", b"\n\n", b"..", b"1e999", b"]]>", b"&#0;", b"\xf0\x9f\x98\x80",
         b"fraction=\"x\"", b"NaN", b"{=a}", b"//", b"$CATEGORY:", b"ANSWER: A", b"A. ", b"@@PLUGINFILE@@/"]  # fmt: skip


def check_survives(content, format_=None):
    """Read a file, and write what it gave, as any door would do."""
    try:
        imported = checked(read_questions(content, format_), TYPES, RENDERER).imported
    except LearnError:
        return
    blocks = typed_blocks(imported.blocks, TYPES)
    for each in ("gift", "moodle-xml", "aiken"):
        write_questions(each, blocks, "Judul", imported.media)


def mutated(content, seed):
    """Return a sample with some bytes changed, cut, doubled, or with words in them."""
    chance = random.Random(seed)
    made = bytearray(content)
    for _time in range(chance.randint(1, 12)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + chance.randint(1, 40)] = b""
            case 1:
                made[at:at] = chance.choice(WORDS)
            case 2:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                made[at:at] = made[at : at + chance.randint(1, 200)]
    return bytes(made)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(seed=st.integers(0, 10**9))
def test_mutated_samples(name, seed):
    check_survives(mutated((SAMPLES / name).read_bytes(), seed))


@pytest.mark.parametrize("format_", [*READABLE, None])
@settings(max_examples=40)
@given(
    content=st.one_of(
        st.binary(max_size=200), st.lists(st.sampled_from(WORDS), max_size=20).map(b"".join)
    )
)
def test_random_bytes(format_, content):
    check_survives(content, format_)


@settings(max_examples=60)
@given(inner=st.lists(st.sampled_from(WORDS), max_size=12).map(b"".join))
def test_random_answers(inner):
    check_survives(b"::a:: text {" + inner + b"}")
    text = base64.b64encode(inner).decode()
    for kind in (
        "multichoice",
        "cloze",
        "ddwtos",
        "numerical",
        "calculated",
        "ddmarker",
        "matching",
    ):
        check_survives(
            f"<quiz><question type='{kind}'><questiontext><text>[[1]] {{1:SA:=a}} x</text></questiontext>"
            f"<file name='a.png' encoding='base64'>{text}</file><answer fraction='{len(inner)}'><text>{len(inner)}</text></answer>"
            f"<dragbox><text>{text}</text></dragbox><drop><shape>circle</shape><coords>{text}</coords></drop>"
            "</question></quiz>".encode()
        )


@given(html=st.lists(st.sampled_from(["<p>", "</p>", "<b>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "x", " ",
                                      "<img src=a>", "<a href='javascript:x'>", "<!--", "-->", "&amp;", "<pre>", "*", "<br>",
                                      "</b>", "<svg>", "<script>", "</script>", "`", "[", "](", "|"]), max_size=30).map("".join))  # fmt: skip
def test_any_html_becomes_markdown(html):
    made = markdown_of(html)
    assert RENDERER.render(made.markdown).html.count("<script") == 0


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<quiz><question type="essay"><name><text>&c;</text></name></question></quiz>"""
EXTERNAL = b"""<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay">
<questiontext><text>&x;</text></questiontext></question></quiz>"""


@pytest.mark.parametrize(
    "content", [ENTITIES, EXTERNAL, b"<!DOCTYPE quiz SYSTEM 'http://x/y.dtd'><quiz/>"]
)
def test_entities_and_external_references_are_refused(content):
    with pytest.raises(BadFile, match="declares entities or a document type"):
        read_questions(content)


def test_deep_xml_is_refused():
    with pytest.raises(BadFile, match="nested too deeply"):
        read_questions(b"<quiz>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</quiz>")


def test_too_large_a_file_is_refused():
    with pytest.raises(BadFile, match="larger than"):
        read_questions(b"x" * 60_000_001)


def test_a_file_of_50_mb_does_not_need_ten_times_its_memory():
    picture = b"\x89PNG\r\n\x1a\n" + bytes(1_000_000)
    one = (b"<question type='description'><name><text>a</text></name><questiontext format='html'><text>x</text>"
           b"<file name='a.png' encoding='base64'>" + base64.b64encode(picture) + b"</file></questiontext></question>")  # fmt: skip
    content = b"<quiz>" + one * 37 + b"</quiz>"
    assert len(content) > 49_000_000
    tracemalloc.start()
    imported = read_questions(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(imported.entries) == 37 and peak < 60_000_000


@pytest.mark.parametrize(
    "text",
    ["{" * 50_000, "::a:: b {" + "=a " * 20_000 + "}", "a\n" * 50_000, "[html]" + "<b>" * 20_000 + "{T}",
     "::" * 50_000, "a {#" + "1..2 " * 20_000 + "}", "\\" * 100_000, "//" * 50_000,
     "a {\n" + "\n" * 100_000, "//" + "[id:" * 50_000 + "\na {T}", "[markdown]" + "![" * 50_000 + "{T}",
     "a <a" + "<a" * 50_000 + " {T}", "[html]" + "<!--" * 50_000 + "{T}", "[html]" + "<a b='" * 20_000 + "{T}",
     "[html]" + "\\\\(" * 40_000 + "{T}"],
)  # fmt: skip
def test_long_texts_are_answered_soon(text):
    start = time.monotonic()
    check_survives(text.encode())
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "html", ["<![foo[x]]>", "<![ x", "<![ x>", "<![if a]>b<![endif]>", "<!x", "&#" + "9" * 5000 + ";",
             "<a href='&#" + "9" * 5000 + ";'>x</a>"],
)  # fmt: skip
def test_html_that_is_none_is_read_all_the_same(html):
    check_survives(f"::a:: [html]<p>Lihat {html}</p>{{T}}".encode())
    markdown_of(html)


def test_pictures_inside_of_texts_never_take_each_others_place():
    def question(name, size):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="9"></svg>'
        code = base64.b64encode(svg.encode()).decode()
        return f'::{name}::[html]<p>x <img src="data:image/svg+xml;base64,{code}" alt="y"></p>{{T}}'

    imported = read_questions(f"{question('a', 7)}\n\n{question('b', 8)}".encode())
    texts = [block.prompt["id"].text for block in imported.blocks]
    shown = [next(name for name in imported.media if f"({name})" in text) for text in texts]
    assert [b'width="7"' in imported.media[shown[0]], b'width="8"' in imported.media[shown[1]]] == [
        True,
        True,
    ]


def test_a_picture_inside_of_a_text_runs_no_script():
    svg = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"></svg>').decode()
    text = f'::a::[html]<p>x <img src="data:image/svg+xml;base64,{svg}" alt="y"></p>{{T}}'
    imported = read_questions(text.encode())
    assert imported.media == {} and "is not kept" in str(imported.entries[0].notes)
