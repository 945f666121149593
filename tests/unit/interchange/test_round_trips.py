"""Our questions go to another system and come back: what the format holds is what it was."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from learn.interchange.checking import checked
from learn.interchange.formats import read_questions, write_questions
from learn.interchange.model import Draft, Intake, item
from learn.interchange.outgoing import typed_blocks
from learn.interchange.shapes import (
    Option,
    Range,
    fill_choice,
    fill_matching,
    fill_numeric,
    fill_text,
    fill_true_false,
    number_of,
)
from learn.interchange.texts import markdown_of_plain
from learn.quizzes.questions import plain_text
from tests.support.quizzes import RENDERER, TYPES

FORMATS = ["gift", "moodle-xml"]
FEW = settings(max_examples=25)
SIGNS = "~=#{}:\\*_<>&$[]()!-+.1|^`\"'% /aBcdé\u00a0"
PLAIN = (
    st.text(SIGNS, min_size=1, max_size=14).map(lambda text: " ".join(text.split())).filter(bool)
)
LINES = st.lists(PLAIN, min_size=1, max_size=3).map("\n\n".join)
MARKDOWN = LINES.map(markdown_of_plain)
SHARES = st.sampled_from([0.0, 50.0, -25.0, 33.333])
NUMBERS = st.decimals(-9999, 9999, places=3)


def options(least=2, most=4):
    """Return different option texts."""
    return st.lists(
        PLAIN,
        min_size=least,
        max_size=most,
        unique_by=lambda text: " ".join(text.split()).casefold(),
    )


def sent(format_, drafts):
    """Return the questions before and after a journey, by key."""
    intake = Intake("test")
    for draft in drafts:
        intake.keep(draft)
    before = checked(intake.finished(), TYPES, RENDERER)
    assume(len(before.questions) == len(drafts))
    blocks = typed_blocks(before.imported.blocks, TYPES)
    made = write_questions(format_, blocks, "Judul", {})
    back = checked(read_questions(made.content, format_), TYPES, RENDERER)
    told = [str(note.message) for entry in back.imported.entries for note in entry.notes]
    assert back.questions.keys() == before.questions.keys(), (told, made.content.decode())
    return before.questions, back.questions


def words(texts):
    return plain_text(texts["id"])


def same_texts(one, other):
    assert words(one.prompt) == words(other.prompt)
    assert {key: plain_text(text) for key, text in one.feedback.items()} == {
        key: plain_text(text) for key, text in other.feedback.items()
    }
    assert (one.type, one.tags, one.competency) == (other.type, other.tags, other.competency)


def draft_of(prompt, **more):
    return Draft("soal", prompt=prompt, tags=["satu", "competency:M.05"], **more)


@pytest.mark.parametrize("format_", FORMATS)
@FEW
@given(prompt=MARKDOWN, feedback=MARKDOWN, texts=options(), data=st.data(), single=st.booleans())
def test_choices(format_, prompt, feedback, texts, data, single):
    shares = [100.0, *(data.draw(SHARES) for _ in texts[1:])]
    notes = [data.draw(MARKDOWN) for _ in texts]
    draft = draft_of(prompt, feedback=feedback)
    made = [
        Option(markdown_of_plain(text), share, note)
        for text, share, note in zip(texts, shares, notes, strict=True)
    ]
    fill_choice(draft, made, single=single)
    before, after = sent(format_, [draft])
    one, other = before["soal"], after["soal"]
    same_texts(one, other)
    kind = TYPES[one.type]
    mine, theirs = one.data["options"], other.data["options"]
    assert [words(each["html"]) for each in mine] == [words(each["html"]) for each in theirs]
    assert [words(each["feedback"]) for each in mine] == [
        words(each["feedback"]) for each in theirs
    ]
    places = range(len(mine))
    for count in range(1, 2 if single else len(mine) + 1):
        for picked in combinations(places, count):
            scores = [
                kind.grade(
                    question,
                    kind.read_json(
                        question, [question.data["options"][at]["key"] for at in picked]
                    ),
                ).score
                for question in (one, other)
            ]
            assert scores[0] == pytest.approx(scores[1], abs=0.0002)


@pytest.mark.parametrize("format_", FORMATS)
@FEW
@given(prompt=MARKDOWN, right=st.booleans(), wrong=MARKDOWN, good=st.one_of(st.just(""), MARKDOWN))
def test_true_or_false(format_, prompt, right, wrong, good):
    draft = draft_of(prompt)
    fill_true_false(draft, right, (good, wrong))
    before, after = sent(format_, [draft])
    same_texts(before["soal"], after["soal"])
    said = [
        [
            (words(each["html"]), each["right"], each["feedback"] and words(each["feedback"]))
            for each in question.data["options"]
        ]
        for question in (before["soal"], after["soal"])
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("format_", FORMATS)
@FEW
@given(prompt=MARKDOWN, texts=options(1), data=st.data(), wrong=st.one_of(st.just(""), MARKDOWN))
def test_short_texts(format_, prompt, texts, data, wrong):
    draft = draft_of(prompt, outcomes={"wrong": wrong})
    fill_text(draft, [Option(text, 100.0 if not at else data.draw(st.sampled_from([100.0, 50.0])))
                      for at, text in enumerate(texts)], wildcards=False)  # fmt: skip
    before, after = sent(format_, [draft])
    same_texts(before["soal"], after["soal"])
    kind = TYPES["text"]
    for text in [*texts, "sesuatu yang lain"]:
        scores = [
            kind.grade(each, kind.read_json(each, text)).score
            for each in (before["soal"], after["soal"])
        ]
        assert scores[0] == scores[1], text
    assert {key: plain_text(each["id"]) for key, each in before["soal"].outcomes.items()} == {
        key: plain_text(each["id"]) for key, each in after["soal"].outcomes.items()
    }


@pytest.mark.parametrize("format_", FORMATS)
@FEW
@given(
    prompt=MARKDOWN,
    ends=st.lists(st.tuples(NUMBERS, st.decimals(0, 99, places=3)), min_size=1, max_size=3),
)
def test_numbers(format_, prompt, ends):
    draft = draft_of(prompt)
    fill_numeric(
        draft,
        [
            Range(middle - by, middle + by, 100 if not at else 50)
            for at, (middle, by) in enumerate(ends)
        ],
    )
    before, after = sent(format_, [draft])
    same_texts(before["soal"], after["soal"])
    kind = TYPES["numeric"]
    for middle, by in ends:
        for number in (middle, middle - by, middle + by, middle + by + Decimal("0.0001")):
            text = f"{number:f}0".replace(".", ",")
            scores = [
                kind.grade(each, kind.read_json(each, text)).score
                for each in (before["soal"], after["soal"])
            ]
            assert scores[0] == scores[1], number


@pytest.mark.parametrize("format_", FORMATS)
@FEW
@given(prompt=MARKDOWN, lefts=options(2), rights=options(4, 4), data=st.data())
def test_pairs(format_, prompt, lefts, rights, data):
    draft = draft_of(prompt)
    pairs = [
        (markdown_of_plain(left), markdown_of_plain(right))
        for left, right in zip(lefts, rights, strict=False)
    ]
    pairs += [("", markdown_of_plain(right)) for right in rights[len(lefts) :]]
    fill_matching(draft, pairs)
    before, after = sent(format_, [draft])
    same_texts(before["soal"], after["soal"])
    said = [
        [
            (each["left"] and words(each["left"]["html"]), words(each["right"]["html"]))
            for each in question.data["pairs"]
        ]
        for question in (before["soal"], after["soal"])
    ]
    assert said[0] == said[1]


@FEW
@given(prompt=MARKDOWN, steps=options(2), credit=st.sampled_from(["", "positions", "exact"]))
def test_steps(prompt, steps, credit):
    draft = draft_of(prompt, type="ordering", attributes={"credit": credit} if credit else {})
    draft.items = [item("number", markdown_of_plain(step), marked=True) for step in steps]
    before, after = sent("moodle-xml", [draft])
    same_texts(before["soal"], after["soal"])
    said = [
        [words(each["html"]) for each in question.data["items"]]
        for question in (before["soal"], after["soal"])
    ]
    assert said[0] == said[1]
    assert before["soal"].data.get("credit") == after["soal"].data.get("credit")


WORD = st.text("abcdefgh", min_size=1, max_size=6)


@FEW
@given(
    parts=st.lists(WORD, min_size=2, max_size=4),
    gaps=st.lists(st.tuples(st.sampled_from("=(*"), st.lists(WORD, min_size=2, max_size=3, unique=True)), min_size=1, max_size=3),
    exact=st.booleans(),
)  # fmt: skip
def test_gaps(parts, gaps, exact):
    shapes = {"=": "{{{{= {0} }}}}", "(": "{{{{ (x) {0} }}}}", "*": "{{{{* {1} }}}}"}
    made = [shapes[sign].format(" | ".join(texts), texts[0]) for sign, texts in gaps]
    prompt = "Awal " + " dan ".join(made) + " akhir " + " ".join(parts)
    draft = draft_of(
        prompt,
        type="gaps",
        attributes={"case": "exact"} if exact and any(s == "=" for s, _t in gaps) else {},
    )
    before, after = sent("moodle-xml", [draft])
    kind, one, other = TYPES["gaps"], before["soal"], after["soal"]
    assert len(one.data["gaps"]) == len(other.data["gaps"])
    assert kind.grade(other, kind.right_answer(other)).score == 1
    said = [kind.summary(question, kind.right_answer(question), "id") for question in (one, other)]
    assert said[0] == said[1]


@given(st.sampled_from(["0.125", "1.5", "-3", "1e3", "12345.678"]))
def test_a_number_is_read_in_one_way(text):
    draft = draft_of("x")
    number = number_of(text)
    fill_numeric(draft, [Range(number, number)])
    before, _after = sent("gift", [draft])
    assert Decimal(before["soal"].data["accepted"][0]["low"]) == number
