"""HTML of other systems becomes Markdown that shows the same, and Markdown goes out as plain HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.interchange.rendering import html_of
from learn.interchange.texts import markdown_of, markdown_of_plain
from tests.support.quizzes import RENDERER


def names(address):
    return (
        address.removeprefix("@@PLUGINFILE@@/") if address.startswith("@@PLUGINFILE@@/") else None
    )


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <b>b</b> <i>c</i></p>", "a **b** *c*"),
        ("H<sub>2</sub>O x<sup>2</sup>", "H~2~O x^2^"),
        ("<sup>two words</sup>", "<sup>two words</sup>"),
        ("a<br>b", "a\n\nb"),
        ("<h2>a</h2>b", "**a**\n\nb"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n    - b"),
        ("<ol start='3'><li>a<li>b</ol>", "3. a\n4. b"),
        ("<pre><code class='language-py'>a\n\nb</code></pre>", "```py\na\n\nb\n```"),
        ("<table><tr><th>a</th><th>b|</th></tr><tr><td>1</td><td>2</td></tr></table>",
         "| a | b\\| |\n| --- | --- |\n| 1 | 2 |"),
        ("<table><tr><td colspan='2'>a</td></tr></table>", '<table><tr><td colspan="2">a</td></tr></table>'),
        ("a <a href='https://x.y/z'>b</a>", "a [b](https://x.y/z)"),
        ("<img src='@@PLUGINFILE@@/a%20b.png' alt='c]'>", "![c\\]](<a b.png>)"),
        (r"\(x_1\) \[y\]", "$x_1$ $y$"),
        ("<p>- a</p><p>1. b</p><p># c</p><p>&gt; d</p>", "\\- a\n\n1\\. b\n\n\\# c\n\n\\> d"),
        ("2 * 3, a_b, *c*, {d}, $5", "2 * 3, a_b, \\*c\\*, \\{d}, \\$5"),
        ("<blockquote>a</blockquote>", "> a"),
        ("<p>&lt;b&gt; &amp;amp;</p>", "&lt;b> &amp;amp;"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(html, markdown):
    assert markdown_of(html, names).markdown == markdown


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<iframe src='https://youtu.be/x'></iframe>", "https://youtu.be/x"),
        ("<a href='javascript:1'>a</a>", "javascript:1"),
        ("<img src='https://x.y/z.png' alt='a'>", "elsewhere"),
        ("<img src='@@PLUGINFILE@@/a.png'>", "no description"),
        ("<img src='b.png' alt='a'>", "not in what was imported"),
    ],
)
def test_what_is_left_out_is_named(html, said):
    assert said in str(markdown_of(html, names).notes[0])


TEXT = st.text("*_`[](){}<>&#+-.!|$^~=:\\/\"' 1ab\n", max_size=30)


@given(TEXT)
def test_plain_text_shows_as_it_is(text):
    made = RENDERER.render(markdown_of_plain(text)).text
    assert made.split() == text.split()


@given(TEXT)
def test_what_goes_out_as_html_comes_back(text):
    html = html_of(markdown_of_plain(text))
    again = html_of(markdown_of(html).markdown)
    assert again.split() == html.split()


def test_pictures_get_their_address_and_scripts_stay_away():
    html = html_of(
        "![a](b.png) <script>alert(1)</script> [c](javascript:1)", lambda name: f"@@{name}"
    )
    assert 'src="@@b.png"' in html and "script" not in html
