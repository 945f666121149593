"""Files beside a text: their size, their kind, and pictures that would do something."""

from __future__ import annotations

import pytest

from learn.courses.media import describe, media_problems, picture_size, svg_problems
from tests.support.files import JPG, png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}</svg>'


def test_an_ordinary_svg_has_no_problem_and_tells_its_size():
    content = SVG.format(
        '<defs><path id="a" d="M0 0"/></defs><use href="#a" fill="url(#b)"/>'
    ).encode()
    assert svg_problems(content) == []
    assert picture_size("svg", content) == (40, 20)
    assert picture_size("svg", b"<svg width='12px' height='7.6' viewBox='0 0 1 1'>") == (12, 8)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onclick="alert(1)"/>',
        "<foreignObject><body/></foreignObject>",
        '<use href="https://x/y.svg#a"/>',
        '<image xlink:href="https://x/y.png"/>',
        '<image href="data:image/svg+xml;base64,AA"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        "<style>@import 'https://x';</style>",
        "<style>a{fill:url(https://x)}</style>",
        '<rect style="fill:url(https://x#a)"/>',
        '<rect fill="url(//x#a)"/>',
        "<g",
    ],
)
def test_an_svg_that_runs_or_loads_something_is_a_problem(inside):
    found = svg_problems(SVG.format("\n" + inside).encode())
    assert found
    assert all(line >= 1 for line, _message in found)


@pytest.mark.parametrize("encoding", ["utf-7", "big5", "none", "idna", "rot13", "unicode_escape"])
def test_an_svg_in_an_encoding_of_its_own_is_refused(encoding):
    content = f'<?xml version="1.0" encoding="{encoding}"?>{SVG.format("")}'.encode()
    assert [(line, "UTF-8" in str(why)) for line, why in svg_problems(content)] == [(1, True)]


def test_an_svg_with_a_style_sheet_from_elsewhere_is_a_problem():
    content = '<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="https://x/y.xsl"?>'
    assert [line for line, _ in svg_problems((content + SVG.format("")).encode())] == [2]


def test_an_svg_with_entities_is_refused_before_they_grow():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'
    assert "ENTITY" in str(svg_problems(bomb.encode())[0][1])


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "a.gif", "a.webp", "a.mp4", "a.webm", "a.pdf", "a.vtt"]
)
def test_a_file_is_what_its_name_says(name):
    assert media_problems(name, b"<html><script>") != []


def test_sizes_are_read_from_the_heads_of_pictures():
    gif = b"GIF89a\x10\x00\x08\x00"
    jpeg = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x00\x00"
    webp = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x07\x00\x00"
    assert [picture_size(kind, content) for kind, content in
            (("gif", gif), ("jpg", jpeg), ("webp", webp))] == [(16, 8)] * 3  # fmt: skip


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp", "svg"])
def test_a_broken_head_has_no_size(suffix):
    assert picture_size(suffix, b"\xff\xd8\xff") is None
    assert describe(f"a.{suffix}", b"").width is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png(50_000, 50_000)),
        ("a.png", png(2**31 - 1, 2**31 - 1)),
        ("a.gif", b"GIF89a\xff\xff\xff\xff\x00\x00\x00"),
        ("a.jpg", JPG.replace(b"\x08\x00\x01\x00\x01", b"\x08\xff\xff\xff\xff")),
    ],
)
def test_a_picture_that_would_fill_the_memory_of_who_reads_is_a_problem(name, content):
    ((_line, message),) = media_problems(name, content)
    assert "too many to be shown" in str(message)
