"""Front matter: every mistake at once, each on its line, with what would be right."""

from __future__ import annotations

from datetime import date

import pytest

from learn.courses.content import COURSE_KEYS, read_course
from learn.courses.version import Period

RIGHT = {
    "title": "Pelayanan",
    "summary": "Ringkas",
    "language": "id",
    "hours": "6",
    "form": "NKL03",
    "outcomes": "[{competency: M.05, level: 2}]",
    "valid_for": "3 years",
    "complete": "{all: [{modules: all}]}",
    "enrolment": "open",
    "audience": "Semua pegawai",
    "organiser": "DINKES",
}
WRONG = {
    "title": "[a, b]",
    "summary": "{a: b}",
    "language": "Indonesia",
    "hours": "enam",
    "form": "[NKL03]",
    "outcomes": "[{competency: M.05, level: 9}]",
    "valid_for": "lama",
    "complete": "{}",
    "enrolment": "opn",
    "audience": "true",
    "organiser": "DINAS KESEHATAN",
}


def course(front: str, body: str = "Teks.", **more: str):
    files = {
        "courses/x/course.md": f"---\n{front}\n---\n{body}\n",
        "courses/x/01-a.md": "# A\n\nIsi.\n",
    }
    files |= {f"courses/x/{name}": text for name, text in more.items()}
    found, problems = read_course("x", {path: text.encode() for path, text in files.items()})
    return found, [str(problem) for problem in problems]


def test_every_key_of_a_course_is_tried_here():
    assert RIGHT.keys() == WRONG.keys() == COURSE_KEYS.keys()


def test_a_course_with_every_key_has_no_problem():
    found, problems = course("\n".join(f"{key}: {value}" for key, value in RIGHT.items()))
    assert problems == []
    assert (found.hours, found.valid_for, found.outcomes[0].level) == (6, Period(years=3), 2)


@pytest.mark.parametrize("key", RIGHT)
def test_a_misspelt_key_is_told_with_its_line_and_the_nearest_key(key):
    misspelt = key[:-1] + "x"
    lines = ["title: A"] if key != "title" else ["summary: B"]
    _found, problems = course("\n".join([*lines, f"{misspelt}: {RIGHT[key]}"]))
    assert f"courses/x/course.md:3: {misspelt} is not a key here; did you mean {key}?" in problems


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_told_with_its_key_and_line(key):
    lines = [f"{name}: {(WRONG if name == key else RIGHT)[name]}" for name in RIGHT]
    _found, problems = course("\n".join(lines))
    line = 2 + list(RIGHT).index(key)
    assert [problem.split(" ")[:2] for problem in problems] == [
        [f"courses/x/course.md:{line}:", f"{key}:"]
    ]


def test_all_mistakes_are_told_at_once():
    front = "titel: A\nhours: -1\noutcomes:\n  - {competency: M.05, level: 7}\n  - {competenc: M.1, level: 2}"
    _found, problems = course(front)
    assert [problem.split(" ")[0] for problem in problems] == [
        "courses/x/course.md:2:",
        "courses/x/course.md:1:",
        "courses/x/course.md:3:",
        "courses/x/course.md:5:",
        "courses/x/course.md:6:",
    ]


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("title: A\n\thours: 6", 3, "a tab"),
        ("title: A: B", 2, "needs quotes"),
        ("title: 'A", 2, "quote is opened"),
        ("title: [A", 2, "bracket"),
        ("title: *a", 2, "need quotes"),
        ("- title", 2, "list of lines such as title"),
        ("title: A\ntitle: B", 3, "stands here twice"),
        ("title: A\nhours: 2026-99-99", 2, "put it in quotes"),
    ],
)
def test_bad_yaml_is_told_with_its_line(front, line, words):
    _found, problems = course(front)
    assert any(problem.startswith(f"courses/x/course.md:{line}:") and words in problem
               for problem in problems), problems  # fmt: skip


def test_front_matter_that_is_not_closed_is_one_problem():
    _found, problems = read_course("x", {"courses/x/course.md": b"---\ntitle: A\n"})
    assert "is not closed" in str(problems[0])


def test_aliases_cannot_make_a_value_grow_without_end():
    front = "title: A\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"
    _found, problems = course(front)
    assert len(problems) == 1


@pytest.mark.parametrize(
    "front",
    [r'title: "a\ud800"', r'title: "a\0"', r'"k\udfff": a', r'outcomes: [{"\ud800": M.05}]'],
)
def test_an_escape_cannot_bring_in_what_cannot_be_stored(front):
    _, problems = course(f"summary: a\n{front}")
    assert [problem.split(": ", 1)[0] for problem in problems] == ["courses/x/course.md:3"]
    assert "control character" in problems[0]
    assert problems[0].encode()


def test_an_empty_completion_rule_is_refused():
    _found, problems = course("title: A\ncomplete:")
    assert problems == [
        "courses/x/course.md:3: complete: the rule is empty; write all: with - modules: all below it."
    ]


def test_a_number_as_title_is_text():
    found, _problems = course("title: 2026")
    assert found.texts["id"].title == "2026"


def test_windows_line_ends_and_a_byte_order_mark_change_no_line():
    text = "\ufeff---\r\ntitle: A\r\nhours: enam\r\n---\r\nTeks\r\n"
    files = {"courses/x/course.md": text.encode(), "courses/x/01-a.md": b"# A\n"}
    _found, problems = read_course("x", files)
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3 years", Period(3)),
        ("3 tahun", Period(3)),
        ("18 bulan", Period(0, 18)),
        ("90 days", Period(0, 0, 90)),
        ("2 minggu", Period(0, 0, 14)),
        ("1 year 6 months", Period(1, 6)),
    ],
)
def test_a_period_is_written_in_words(text, period):
    found, problems = course(f"title: A\nvalid_for: {text}")
    assert (found.valid_for, problems) == (period, [])


def test_a_period_after_the_29th_of_february_ends_on_the_28th():
    assert Period(years=1).add_to(date(2028, 2, 29)) == date(2029, 2, 28)
    assert Period(months=1).add_to(date(2026, 12, 31)) == date(2027, 1, 31)
    assert Period(days=90).add_to(date(2026, 11, 24)) == date(2027, 2, 22)


def test_what_belongs_to_the_whole_course_is_not_said_in_a_translation():
    _found, problems = course("title: A", **{"course.en.md": "---\ntitle: A\nhours: 6\n---\n"})
    assert problems == [
        "courses/x/course.en.md:3: hours belongs in course.md, once for all languages."
    ]


def test_a_translation_without_its_main_text_is_a_problem():
    _found, problems = course("title: A", **{"02-b.en.md": "# B\n"})
    assert problems == [
        "courses/x/02-b.en.md:1: 02-b.md is missing; a translation needs the main text."
    ]


def test_the_first_heading_is_the_title_when_front_matter_has_none():
    found, _problems = course("title: A", **{"02-b.md": "\n# Judul\n\nIsi\n"})
    text = found.modules[1].texts["id"]
    assert (text.title, text.body.strip(), text.body_line) == ("Judul", "Isi", 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"# A\n\n\xff", "not UTF-8"),
        (b"a" * 200_001, "larger than 200 kB"),
        (b"# A\x00", "control"),
    ],
)
def test_a_file_that_is_no_text_is_a_problem_and_the_others_are_still_checked(content, words):
    files = {
        "courses/x/course.md": b"---\ntitle: A\n---\n",
        "courses/x/01-a.md": content,
        "courses/x/02-b.md": b"---\nminutes: 0\n---\n# B\n",
    }
    _found, problems = read_course("x", files)
    assert any(words in str(problem) and "01-a" in problem.path for problem in problems)
    assert any("02-b.md" in problem.path for problem in problems)


def test_other_files_are_ignored():
    _found, problems = course(
        "title: A", **{"catatan.txt": "x", "README.md": "\x00", "x.docx": "y"}
    )
    assert problems == []
