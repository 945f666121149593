"""Blocks are written as text that gives the same blocks again."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.source.blocks import cut
from learn.quizzes.source.reading import Block, Grammar, Item, Passage, Problems, Section
from learn.quizzes.source.writing import grammar_of, written, written_blocks, written_file
from tests.support.quizzes import EVERY_TYPE, RENDERER, TYPES, text_of

GRAMMARS = {kind.key: kind.grammar for kind in TYPES}
NUMBERED = {**GRAMMARS, "parts": Grammar(True, True, frozenset({"*"}))}


def blocks_of(text: str, grammars=NUMBERED) -> tuple[list[Block], list]:
    problems = Problems()
    found = cut("a.md", text, 1, "id", problems, grammars)
    return list(found.blocks), problems.found


def plain(value):
    """Return a block without lines and paths."""
    if isinstance(value, Passage):
        return value.text
    if isinstance(value, Block | Section | Item):
        return {
            name: plain(getattr(value, name))
            for name in value.__dataclass_fields__
            if name not in ("line", "path")
        }
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if hasattr(value, "items"):
        return {key: plain(each) for key, each in value.items()}
    return value


def test_every_type_is_written_as_it_was_read():
    before, problems = blocks_of(textwrap.dedent(EVERY_TYPE))
    assert not problems
    after, problems = blocks_of(written_blocks(before, NUMBERED))
    assert not problems
    assert plain(tuple(after)) == plain(tuple(before))


FULL = """\
## satu {type=parts points=2 tags="a b,c" penalty=33}
Soal pertama

> kutipan di tengah

```
## bukan soal
- (x) bukan pilihan
```

lanjut

- (x) A {fixed 50%}
  > benar

    kode

- ( )
    ```
    x = 1

    > y
    ```
  > salah
  >
  > dua paragraf
- ( ) B \\{bukan} {-25%}
    - anak
    \\(x) c

> umum
>
> > kutipan

>(x) Bagus
> sekali
>(~) Hampir

>( ) Belum

>? petunjuk satu
>? petunjuk dua

### simpul {ending}
Teks
1. langkah {x=1}
2. dua

> umpan
"""


def test_all_that_a_block_may_hold_is_written():
    before, problems = blocks_of(FULL.replace("\n\n    kode\n", ""))
    assert not problems
    assert before[0].sections and before[0].hints and before[0].outcomes
    text = written(before[0], grammar_of(before[0], NUMBERED))
    after, problems = blocks_of(text)
    assert not problems, text
    assert plain(after[0]) == plain(before[0]), text


PIECES = st.sampled_from(
    [
        "## k", "## a {x=1}", "### s", "- (x) a", "- ( ) b", "- [x] c", "- [ ] d", "= 20", "= a => b", "- a => b",
        "- a => b {c}", "1. eins", "2) zwei {w=1}", "> q", "  > f", ">? h", ">(x) r", ">(~)", ">( ) w", "```", "~~~", "",
        "text", "    code", "  more", "{= 4 }", "(x) nearly", "- x", "* y", "`a => b`", "a {50%}", "- (x) k {50%}",
        "- ( ) {fixed}", "\\{a}", "= /x/", "= c {50%}", "# t", "---", "\ttab", "<b>", "&nbsp;",
    ]
)  # fmt: skip


FENCES = ("```", "~~~")


@given(st.lists(PIECES, max_size=14), st.sampled_from(["", " {parts}", " {ordering}"]))
def test_what_can_be_cut_can_be_written(lines, kind):
    before, problems = blocks_of(f"## k{kind}\n" + "\n".join(lines))
    if (
        problems
        or not before
        or not before[0].prompt
        or any(_spread(item) for item in before[0].items)
    ):
        return
    block = before[0]
    text = written(block, grammar_of(block, NUMBERED))
    if sum(map(text.count, FENCES)) != sum(map("\n".join(lines).count, FENCES)):
        return  # an open fence was closed
    after, problems = blocks_of(text)
    assert not problems, text
    assert [plain(each) for each in after] == [plain(block)], text


def _spread(item: Item) -> bool:
    """Whether an answer or a pair goes over several lines, which are written as one."""
    texts = [*item.text.values()]
    return item.kind in ("answer", "pair") and any("\n" in each.text for each in texts)


TEXTS = st.lists(
    st.one_of(PIECES, st.text(max_size=12)), min_size=1, max_size=6
).map("\n".join).map(lambda text: text.replace("\f", "").replace("\v", ""))  # fmt: skip


def _passages(text: str):
    return {"id": Passage(text, "", 1)} if text.strip() else {}


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(["radio", "box"]), st.booleans())
def test_no_text_becomes_anything_else(prompt, first, second, feedback, kind, fixed):
    made = {name: _passages(text) for name, text in
            (("prompt", prompt), ("first", first), ("second", second), ("feedback", feedback))}  # fmt: skip
    if not all(made.values()):
        return
    attributes = {"fixed": ""} if fixed else {}
    items = (
        Item(kind, "", 1, made["first"], marked=True, attributes=attributes, feedback=made["feedback"]),
        Item(kind, "", 1, made["second"]),
    )  # fmt: skip
    block = Block("k", "", 1, {"points": "2"}, made["prompt"], items, made["feedback"])
    text = written(block)
    after, problems = blocks_of(text)
    assert not [each for each in problems if not each.warning], text
    assert [each.key for each in after] == ["k"], text
    found = after[0]
    assert [(item.kind, item.marked, item.attributes) for item in found.items] == [
        (kind, True, attributes), (kind, False, {}),
    ], text  # fmt: skip
    assert bool(found.feedback) and bool(found.items[0].feedback) and not found.items[1].feedback


@pytest.mark.parametrize(
    "prompt", ["- (x) a", "= b", "- a => b", "(x) c", ">? d", ">(x) e", "## f", "1. g", "[ ] h"]
)
def test_an_escaped_line_shows_what_it_said(prompt):
    block = Block("k", "", 1, {"type": "ordering"}, _passages(prompt), (), {})
    after, problems = blocks_of(written(block, GRAMMARS["ordering"]))
    assert not problems
    shown = RENDERER.render(after[0].prompt["id"].text).text
    told = prompt.lstrip("-> ") if prompt[0] in "->" else prompt
    assert shown.replace(" ", "").endswith(told.replace(" ", ""))


def test_a_quotation_at_the_end_is_not_taken_for_feedback():
    block = Block("k", "", 1, {}, _passages("a\n\n> q"), (), _passages("f"))
    after, problems = blocks_of(written(block))
    assert not problems
    assert after[0].feedback["id"].text == "f"
    assert "> q" in after[0].prompt["id"].text
    after, _problems = blocks_of(written(replace(block, feedback={})))
    assert not after[0].feedback


def test_a_file_has_its_title_whatever_it_is():
    text = written_file('Judul: "x" # y', [], settings={"role": "bank"})
    assert text.startswith('---\ntitle: "Judul: \\"x\\" # y"\nrole: "bank"\n---\n')
    assert text_of("")  # the same frame that tests write
