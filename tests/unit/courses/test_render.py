"""Markdown becomes safe HTML, and what is wrong in it is told with its line."""

from __future__ import annotations

import re
import threading
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from learn.courses.blocks import InvalidBlock
from learn.courses.links import Links
from learn.courses.media import describe
from learn.courses.render import PLAIN, Renderer
from learn.courses.version import placed
from learn.errors import Message

RENDERER = Renderer()
PIXEL = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x20\x00\x00\x00\x10\x08\x06\x00\x00\x00"
FILES = {name: describe(name, content) for name, content in {
    "a.png": PIXEL, "film.mp4": b"\x00\x00\x00\x20ftyp" + b"0" * 2_500_000, "film.vtt": b"WEBVTT\n",
    "suara.mp3": b"ID3", "berkas.pdf": b"%PDF-1.7",
}.items()}  # fmt: skip
LINKS = Links("x", FILES)


def render(text: str, **more):
    return RENDERER.render(text, "courses/x/01-a.md", links=LINKS, **more)


def problems(text: str) -> list[tuple[int, str]]:
    return [(each.line, str(each.message)) for each in render(text).problems if not each.warning]


class Attributes(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.pairs: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.pairs += attrs


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<iframe src='https://x'></iframe>",
    "<object data='x'></object><embed src=x>",
    "<form action='https://x'><input name=csrf_token><button>x</button></form>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import url(https://x)</style><p style='background:url(https://x)'>x</p>",
    "<details ontoggle=alert(1) open>x</details>",
    "<video src='https://x/v.mp4' onloadstart=alert(1)></video>",
    "<base href='https://x'><meta http-equiv=refresh content='0;url=https://x'><link rel=stylesheet href=x>",
    "<div data-x='{{7*7}}' onclick=alert(1)>x</div>",
    "<b title='<input>'>x</b><input type=text onfocus=alert(1) autofocus>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "# x {onclick=alert(1) style=color:red id=csrf_token}",
    "x{: onmouseover=alert(1) }",
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\n\\text{<img src=x onerror=alert(1)>}\n$$",
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    '!!! note "<script>alert(1)</script>"\n    x',
    '=== "<img src=x onerror=alert(1)>"\n    x',
    "a[^1]\n\n[^1]: <script>alert(1)</script>",
    '*[A]: "><script>alert(1)</script>\n\nA',
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "<div markdown='1' onclick='x'>\n<script>alert(1)</script>\n</div>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_reaches_a_page(text):
    html = render(text).html
    seen = Attributes(html)
    assert not set(seen.tags) & {
        "script", "style", "iframe", "object", "embed", "form", "button", "svg", "base", "meta", "link",
    }  # fmt: skip
    assert set(re.findall(r"<input[^>]*type=.(\w+)", html)) <= {"radio"}
    for name, value in seen.pairs:
        assert not name.startswith("on")
        assert name != "style"
        assert not re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE)
    assert ("id", "csrf_token") not in seen.pairs


@pytest.mark.parametrize("text", HOSTILE)
def test_sanitised_html_stays_the_same_when_it_is_read_again(text):
    html = render(text).html
    again = Attributes(html)
    assert "script" not in again.tags
    assert html.count("<script") == 0


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "JAVASCRIPT"])
def test_a_link_with_a_dangerous_scheme_is_a_problem(scheme):
    (line, message), *_rest = problems(f"a\n\n[x]({scheme}:x)")
    assert line == 3
    assert f"cannot begin with {scheme.lower()}:" in message


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "<div>\n\nx\n\n</div>", "a <br> b", "<script>x</script>"]
)
def test_raw_html_is_a_warning_and_never_a_problem(text):
    found = render(text).problems
    assert found
    assert all(problem.warning for problem in found)


def test_signs_of_less_and_more_and_code_are_no_raw_html():
    assert (
        render("1 < 2 > 0, `<b>` dan <https://denpasarkota.go.id>\n\n```html\n<b>\n```").problems
        == ()
    )


ENDLESS = {
    "brackets": "[" * 12_000,
    "links": "[a](b" * 6_000,
    "pictures": "![" * 6_000,
    "emphasis": "*a **b " * 3_000,
    "quotes": ">" * 5_000 + " x",
    "lists": "\n".join("    " * depth + "- a" for depth in range(400)),
    "headings": "# a\n" * 20_000,
    "dollars": "$a " * 20_000,
    "tags": "<a " * 12_000,
    "braces": "${" + "{" * 15_000 + "$",
    "a file of 200 kB": "kata " * 39_999,
    "one line of spaces": " " * 190_000 + "x",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_hostile_length_is_refused_or_rendered_within_two_seconds(kind):
    RENDERER.render("warm")
    start = time.process_time()
    render(ENDLESS[kind])
    assert time.process_time() - start < 2


def test_twelve_thousand_brackets_are_a_problem_with_a_line():
    (line, message) = problems("a\n\n" + "[" * 12_000)[0]
    assert (line, "brackets" in message) == (3, True)


@pytest.mark.parametrize("text", ["[a]({})", "![a]({})", "## {}", "{}", "<a href='{}'>x</a>"])
def test_the_number_of_no_sign_is_a_problem_with_a_line(text):
    (line, message) = problems("a\n\n" + text.format("&#" + "9" * 5000 + ";"))[0]
    assert (line, "number" in message) == (3, True)


def test_a_picture_needs_a_text_unless_it_is_decorative():
    assert problems("![ada](a.png)\n\n![](a.png){.decorative}") == []
    assert [line for line, _message in problems("x\n\n![](a.png)")] == [3]


def test_a_picture_has_its_size_and_an_immutable_address_and_is_lazy():
    html = render("![Peta](a.png)").html
    digest = FILES["a.png"].digest
    for part in (
        'width="32"',
        'height="16"',
        'loading="lazy"',
        f'src="/__learn__/media/{digest}/a.png"',
    ):
        assert part in html
    assert f'src="/learn/media/{digest}/a.png"' in placed(html, "/learn")
    assert f'src="/media/{digest}/a.png"' in placed(html, "")


@pytest.mark.parametrize("target", ["b.png", "https://x.id/a.png", "/a.png", "../a.png"])
def test_a_picture_comes_from_beside_the_text(target):
    assert [line for line, _message in problems(f"![x]({target})")] == [1]


def test_a_missing_picture_is_told_with_the_nearest_name():
    assert "did you mean film.mp4?" in problems("![x](flim.mp4)")[0][1]


def test_a_film_is_played_on_demand_with_captions_and_its_size():
    html = render("![Sambutan](film.mp4)").html
    for part in (
        "<video",
        'preload="none"',
        "controls",
        "<track",
        "film.vtt",
        "2,5 MB",
        "<figcaption",
    ):
        assert part in html
    assert "2.5 MB" in render("![Welcome](film.mp4)", language="en").html
    assert "<audio" in render("![Rekaman](suara.mp3)").html


def test_a_document_is_linked_with_its_size():
    assert "(1 kB)" in render("[Formulir](berkas.pdf)").html


def test_links_between_modules_and_quizzes_get_their_addresses():
    html = render(
        "[a](02-b.md#c) [q](quiz:uji) [q](../../quizzes/x/uji.md) [l](../lain/) [k](course.md)"
    ).html
    assert re.findall(r'href="([^"]*)"', html) == [
        "/__learn__/courses/x/02-b/#c",
        "/__learn__/courses/x/quizzes/uji/",
        "/__learn__/courses/x/quizzes/uji/",
        "/__learn__/courses/lain/",
        "/__learn__/courses/x/",
    ]


def test_links_out_say_so():
    html = render("[a](https://bkn.go.id)").html
    assert '<a class="external" href="https://bkn.go.id" rel="noopener">' in html


def test_an_unknown_command_of_maths_is_a_problem_on_its_line():
    assert problems("a\n\n$x$ dan $\\tidakada$")[0][0] == 3
    assert problems("a\n\n$$\n\\frac{1\n$$")[0][0] == 4


def test_maths_is_mathml_that_tells_its_source():
    html = render("$\\frac{a}{b} < 1$").html
    assert '<math alttext="\\frac{a}{b} &lt; 1" display="inline">' in html
    assert "<mfrac>" in html


def test_a_dollar_in_text_is_no_maths():
    assert "<math" not in render("Harganya $5 dan $6 saja.").html


def test_headings_that_jump_are_a_warning_on_their_line():
    found = render("## a\n\n#### b").problems
    assert [(problem.line, problem.warning) for problem in found] == [(3, True)]


def test_the_outline_has_the_headings_of_level_two_and_three():
    toc = render("## Satu & dua\n\n### Tiga\n\n#### Empat\n\n## Lima").toc
    assert [(h.level, h.anchor, h.text) for h in toc] == [
        (2, "satu-dua", "Satu & dua"),
        (3, "tiga", "Tiga"),
        (2, "lima", "Lima"),
    ]


def test_tables_align_without_styles_and_scroll_by_keyboard():
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |").html
    assert 'align="right"' in html
    assert "style" not in html
    assert 'class="table-scroll"' in html
    assert 'tabindex="0"' in html


def test_boxes_and_tabs_are_the_only_inputs():
    html = render('- [ ] a\n- [x] b\n\n=== "A"\n    x\n=== "B"\n    y\n\n<input type="text">').html
    assert re.findall(r"<input[^>]*>", html) == [
        '<input type="checkbox" aria-label="Tugas" disabled>',
        '<input type="checkbox" aria-label="Tugas" disabled checked>',
        '<input type="radio" name="__tabbed_1" id="__tabbed_1_1" checked>',
        '<input type="radio" name="__tabbed_1" id="__tabbed_1_2">',
    ]


def test_words_of_the_renderer_are_in_the_language_of_the_text():
    text = "!!! note\n    a[^1]\n\n[^1]: b"
    assert "Catatan" in render(text).html
    assert "Kembali ke" in render(text).html
    assert "Note" in render(text, language="en").html
    assert "Back to" in render(text, language="en").html


def test_the_plain_text_has_the_words_and_no_markup():
    made = render("## Judul\n\nSatu *dua* [tiga](02-b.md).\n\n- [ ] empat")
    assert made.text == "Judul Satu dua tiga . empat".replace(" .", ".")
    assert (made.words, made.minutes) == (5, 1)


def test_threads_share_a_renderer_without_mixing_texts():
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(10):
            html = RENDERER.render(f"## {name}{number}\n\n{name}[^1]\n\n[^1]: {name}").html
            if any(other in html for other in "ABCD" if other != name):
                wrong.append(html)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


class Shout:
    key = "shout"

    def html(self, options, body):
        if not body.strip():
            raise InvalidBlock(Message("Write something into the block."))
        if "boom" in body:
            raise RuntimeError
        return f'<div class="block-shout" onclick="x">{options.get("by", "")}{body.upper()}<script>x</script></div>'


def test_a_block_of_a_plugin_is_sanitised_like_the_page_around_it():
    html = Renderer([Shout()]).render('```shout by="Ida "\nhalo\n```').html
    assert html.strip() == '<div class="block-shout">Ida HALO</div>'


def test_a_block_that_refuses_or_fails_is_a_problem_on_its_line():
    found = Renderer([Shout()]).render("a\n\n```shout\n```\n\n```shout\nboom\n```").problems
    assert [problem.line for problem in found] == [3, 6]


def test_a_short_text_has_no_paragraph_around_it():
    assert RENDERER.render_inline("*a*").html == "<em>a</em>"


def test_more_tabs_than_can_be_shown_are_a_problem():
    assert problems("\n".join(f'=== "{number}"\n    x\n' for number in range(8))) == []
    assert len(problems("\n".join(f'=== "{number}"\n    x\n' for number in range(9)))) == 1


@pytest.mark.parametrize(
    "target",
    ["/__learn__//evil.id/x", "//evil.id", "/\\evil.id", "\\\\evil.id"],
)
def test_an_address_of_our_own_cannot_lead_out_in_disguise(target):
    html = placed(render(f'<a href="{target}">x</a> <img src="{target}">').html, "")
    assert not re.search(r"""(?:href|src)="(?:/[/\\]|\\)""", html)
    markdown = placed(render(f"[x](<{target}>)").html, "")
    assert not re.search(r"""(?:href|src)="(?:/[/\\]|\\)""", markdown)


@pytest.mark.parametrize("address", ["/sign-out", "https://x.id/a.png", "//x.id/a.png", "02-b.md"])
def test_raw_html_loads_only_files_of_the_course(address):
    assert "src" not in render(f'<img src="{address}"><video src="{address}"></video>').html
    assert "/media/" in render('<img src="a.png">').html


def test_a_picture_that_lost_its_file_leaves_nothing_and_an_undescribed_one_is_silent():
    assert "<img" not in render('Kata <img src="https://x/a.png" onerror="x"> lagi.').html
    assert 'alt=""' in render('Kata <img src="a.png"> lagi.').html


@settings(max_examples=300, deadline=None)
@given(st.from_regex(PLAIN, fullmatch=True))
@example("a - b")
@example("a--b...")
@example("A. satu")
@example("x(y) z%")
def test_a_plain_line_becomes_what_the_whole_conversion_makes_of_it(text):
    whole = RENDERER.render(f"{text}\n")  # the line end keeps it off the short way
    short = RENDERER.render(text)
    assert (short.html, short.text, short.toc) == (whole.html, whole.text, whole.toc)
    assert short.problems == whole.problems
