"""Aiken is read line by line, and holds no more than plain single choices."""

from __future__ import annotations

from learn.interchange.checking import checked
from learn.interchange.formats import read_questions, write_questions
from learn.interchange.outgoing import typed_blocks
from learn.quizzes.source.blocks import cut
from learn.quizzes.source.reading import Problems
from learn.quizzes.source.writing import written
from tests.support.quizzes import RENDERER, TYPES


def test_every_question_is_named_with_its_line(sample):
    imported = checked(read_questions(sample("choices.aiken.txt")), TYPES, RENDERER).imported
    assert imported.format == "aiken"
    assert [(each.line, each.verdict) for each in imported.entries] == [
        (1, "kept"), (6, "kept"), (14, "refused"), (18, "refused"), (23, "refused"),
    ]  # fmt: skip
    assert [str(each.notes[0].message) for each in imported.entries[2:]] == [
        "Behind the options stands ANSWER: with the letter of one.",
        "Two options have the same letter.",
        "A question has a text and options such as A. text.",
    ]
    assert written(imported.blocks[1]).split("\n")[1:-1] == [
        "Mana yang bukan asas &lt;pelayanan>?", "(menurut UU 25/2009)", "",
        "- ( ) Keterbukaan", "- (x) Laba * dan gengsi", "- ( ) Kesetaraan",
    ]  # fmt: skip


def test_what_it_holds_comes_back(sample):
    imported = checked(read_questions(sample("choices.aiken.txt")), TYPES, RENDERER).imported
    made = write_questions("aiken", typed_blocks(imported.blocks, TYPES), "Judul", {})
    again = checked(read_questions(made.content), TYPES, RENDERER)
    assert [each.items[0].text["id"].text for each in again.imported.blocks] == [
        each.items[0].text["id"].text for each in imported.blocks
    ]
    for key, each in again.questions.items():
        rights = [option["right"] for option in each.data["options"]]
        assert rights == [
            item.marked for item in next(b for b in imported.blocks if b.key == key).items
        ]


def test_what_it_cannot_hold_is_named():
    problems = Problems()
    text = "## a\n**x**\n- (x) b\n  > f\n- ( ) c {50%}\n\n## d\nx\n= e\n"
    made = write_questions(
        "aiken", typed_blocks(cut("a.md", text, 1, "id", problems).blocks, TYPES), "J", {}
    )
    told = [[str(note.message) for note in each.notes] for each in made.entries]
    assert told == [
        ["Aiken holds no feedback.", "Aiken holds no weights.",
         "Aiken holds plain text only; marks and pictures stay here."],
        ["Aiken has no question such as {text}."],
    ]  # fmt: skip
