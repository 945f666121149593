"""Quiz files: what they may say, and one clear sentence with its line for every mistake."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.source.bank import Draw, Quiz, SourceFile
from learn.quizzes.source.blocks import cut
from learn.quizzes.source.reading import Problems
from learn.quizzes.values.numbers import looks_numeric
from tests.support.quizzes import EVERY_TYPE, TYPES, quiz, read, read_files, text_of

ONE = """
## satu
Tanya?
- (x) Ya
- ( ) Tidak
"""
MALFORMED = {
    "no right option": ("## q\nA?\n- ( ) a\n- ( ) b\n", 4, "No option is marked as right"),
    "two right ones": ("## q\nA?\n- (x) a\n- (x) b\n", 7, "A second option is marked as right"),
    "empty left side": ("## q {calculated}\nA?\n- => 1..9\n= 2\n", 6, "Both sides of => need a text"),
    "empty right side": ("## q\nA?\n- a =>\n- c => d\n", 6, "Both sides of => need a text"),
    "one pair": ("## q\nA?\n- a => b\n", 4, "at least two pairs"),
    "same left twice": ("## q\nA?\n- a => b\n- a => c\n", 7, "This left side stands there twice"),
    "one right side": ("## q\nA?\n- a => b\n- c => b\n", 4, "same right side"),
    "empty prompt": ("## q\n- (x) a\n- ( ) b\n", 4, "has no text before its options"),
    "duplicate key": ("## q\nA?\n= a\n\n## q\nB?\n= b\n", 8, "stands there twice, first on line 4"),
    "option without text": ("## q\nA?\n- (x) a\n- ( )\n", 7, "needs a text"),
    "option that is only a flag": ("## q\nA?\n- (x) a\n- ( ) {fixed}\n", 7, "needs a text"),
    "answer without text": ("## q\nA?\n=\n= b\n", 6, "needs a text"),
    "same option twice": ("## q\nA?\n- (x) a\n- ( ) a\n", 7, "Two options say the same"),
    "only one option": ("## q\nA?\n- (x) a\n", 4, "at least two options"),
    "options after the feedback": (
        "## q\nA?\n- (x) a\n\n> umpan\n- ( ) b\n", 8, "General feedback stands after the last",
    ),
    "text after the feedback": (
        "## q\nA?\n- (x) a\n- ( ) b\n\n> umpan\n\nlagi\n", 11, "nothing more can stand",
    ),
    "text between options": ("## q\nA?\n- (x) a\n\nlagi\n- ( ) b\n", 8, "belongs to no option"),
    "a bullet between options": ("## q\nA?\n- (x) a\n- lain\n- ( ) b\n", 7, "belongs to no option"),
    "feedback of a pair": ("## q\nA?\n- a => b\n  > umpan\n- c => d\n", 7, "no feedback of its own"),
    "option without a bullet": ("## q\nA?\n(x) a\n- ( ) b\n", 6, "An option is written"),
    "option without a space": ("## q\nA?\n- (x) a\n- ( )b\n", 7, "An option is written"),
    "mixed kinds": ("## q\nA?\n- (x) a\n- [ ] b\n", 7, "one kind of options"),
    "mixed answers": ("## q\nA?\n- (x) a\n= b\n", 7, "one kind of options"),
    "no options": ("## q\nA?\n", 4, "has no options and no answers"),
    "numbers without ordering": ("## q\nA?\n1. a\n2. b\n", 4, "{ordering}"),
    "ordering of one": ("## q {ordering}\nA?\n1. a\n", 4, "at least two items"),
    "ordering of twins": ("## q {ordering}\nA?\n1. a\n2. a\n", 7, "Two options say the same"),
    "ordering with options": ("## q {ordering}\nA?\n- (x) a\n", 6, "lines such as 1. step"),
    "text with options": ("## q {type=text}\nA?\n- (x) a\n", 6, "lines such as = answer"),
    "backward range": ("## q\nA?\n= 22..18\n", 6, "runs backwards"),
    "bad tolerance": ("## q\nA?\n= 20 +- x\n", 6, "is not a number"),
    "negative tolerance": ("## q\nA?\n= 20 +- -1\n", 6, "is negative"),
    "ambiguous number": ("## q\nA?\n= 1.500\n", 6, "can be read as two numbers"),
    "no number": ("## q {type=numeric}\nA?\n= dua puluh\n", 6, "is not a number"),
    "bad pattern": ("## q\nA?\n= a\n= /a(b/\n", 7, "does not close a bracket"),
    "dangerous pattern": ("## q\nA?\n= /(?=a)a/\n", 6, "only (?: )"),
    "unknown attribute": ("## q {point=2}\nA?\n= a\n", 4, "point is not a key here; did you mean points?"),
    "unknown word": ("## q {orderin}\nA?\n= a\n", 4, "orderin is not a key here"),
    "attribute of another type": ("## q {credit=exact}\nA?\n= a\n", 4, "credit is not a key here"),
    "bad credit": ("## q {credit=half}\nA?\n- [x] a\n- [ ] b\n", 4, "credit is one of"),
    "bad points": ("## q {points=0}\nA?\n= a\n", 4, "points is a number above 0"),
    "points without value": ("## q {points}\nA?\n= a\n", 4, "points needs a value"),
    "unclosed attributes": ("## q {points=2\nA?\n= a\n", 4, "cannot be read"),
    "unclosed quote": ('## q {tags="a}\nA?\n= a\n', 4, "cannot be read"),
    "attribute twice": ("## q {points=1 points=2}\nA?\n= a\n", 4, "stands there twice"),
    "bad shuffle": ("## q {shuffle=maybe}\nA?\n= a\n", 4, "shuffle is true or false"),
    "nearly a type": ("## q {type=singel}\nA?\n- (x) a\n- ( ) b\n", 4, "did you mean single?"),
    "later type": ("## q {type=hologram}\nA?\n= a\n", 4, "not known to this version"),
    "no key": ("##\nA?\n= a\n", 4, "begins with ## and a key"),
    "key with spaces": ("## Soal Satu\nA?\n= a\n", 4, "## soal-satu"),
    "unknown flag": ("## q\nA?\n- (x) a {fixd}\n- ( ) b\n", 6, "{fixed} keeps it"),
    "no question": ("Hanya pembuka.\n", 4, "has no question"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_block_is_told_with_its_line(name):
    body, line, words = MALFORMED[name]
    made, problems = read(body)
    assert made is None
    assert (line, True) in [(each.line, words in str(each.message)) for each in problems], problems


FRONT = {
    "pass": ("pass: 170", "a number from 0 to 100"),
    "pass text": ("pass: tinggi", "a number from 0 to 100"),
    "attempts": ("attempts: 0", "a whole number from 1"),
    "time without unit": ("time_limit: 20", "a number with a unit"),
    "time unit": ("time_limit: 20 parsec", "a number with a unit"),
    "time too short": ("time_limit: 1 s", "from 10 seconds to 7 days"),
    "behaviour": ("behaviour: defered", "did you mean deferred?"),
    "behaviour of another kind": ("behaviour: sure", "one of deferred, immediate"),
    "role": ("role: exam", "one of pretest"),
    "draw": ("draw: none", "a whole number from 1"),
    "draw list": ("draw: [{tag: dasar}]", "count is missing"),
    "draw key": ("draw: [{tags: dasar, count: 1}]", "write a number, or a list"),
    "pool": ("pool: [A/b/c]", "is not a quiz"),
    "shuffle": ("shuffle: 3", "true or false"),
    "review": ("review: later", "is one of"),
    "review phase": ("review: {after-all: [score]}", "did you mean after-close?"),
    "review part": ("review: {after-submit: [scores]}", "did you mean score?"),
    "grade": ("grade: bests", "did you mean best?"),
    "unknown": ("atempts: 3", "did you mean attempts?"),
    "bank with limit": ("role: bank\ntime_limit: 5 min", "never taken by itself"),
}


@pytest.mark.parametrize("name", FRONT)
def test_a_wrong_front_matter_says_what_would_be_right(name):
    front, words = FRONT[name]
    made, problems = read(ONE, front + "\n")
    assert made is None
    assert [problem.line for problem in problems] == [2 + len(front.split("\n"))]
    assert words in str(problems[0].message)


def test_all_problems_come_at_once_and_in_the_order_of_lines():
    _made, problems = read("## q\nA?\n- ( ) a\n- ( ) b\n\n## r\nB?\n= 3..1\n", "pas: 3\n")
    assert [problem.line for problem in problems] == [3, 5, 12]
    assert str(problems[0]).startswith("quizzes/kursus/kuis.md:3: ")


@pytest.mark.parametrize(
    "text", ["", "---", "---\n", "---\n- a\n---\n", "---\ntitle: [\n---\n", "## q\n"]
)
def test_a_file_without_front_matter_is_a_problem_and_no_crash(text):
    made, problems = read_files({"id": SourceFile("q.md", text)})
    assert made is None and problems


def test_defaults_are_those_of_the_manual():
    made = quiz(ONE)
    assert (made.pass_mark, made.attempts, made.time_limit) == (70, None, None)
    assert (made.behaviour, made.role, made.review, made.grade) == (
        "deferred", "final", "after-submit", "best",
    )  # fmt: skip
    assert made.shuffle and made.questions[0].points == 1


def test_front_matter_fills_the_quiz():
    made = quiz(
        ONE,
        "pass: 62.5\nattempts: 3\ntime_limit: 1 jam 30 menit\nmodule: 04-pengaduan\ndraw:\n"
        "  - {tag: dasar, count: 5}\n  - {competency: M.05, count: 2}\npool: [bank, lain/bank]\n"
        "shuffle: false\nreview: {after-submit: [answer, score], after-close: [right]}\ngrade: last\n",
    )
    assert (made.pass_mark, made.attempts, made.time_limit) == (62.5, 3, 5400)
    assert (made.role, made.module, made.grade) == ("module", "04-pengaduan", "last")
    assert made.draw == (Draw(5, tag="dasar"), Draw(2, competency="M.05"))
    assert made.pool == ("bank", "lain/bank")
    assert made.questions[0].shuffle is False
    assert made.review == {"after-submit": ["answer", "score"], "after-close": ["right"]}


def test_practice_is_immediate_whatever_the_file_says():
    made, problems = read(ONE, "role: practice\nbehaviour: deferred\n")
    assert made is not None and made.behaviour == "immediate"
    assert [problem.warning for problem in problems] == [True]


def test_types_are_found_by_the_form_of_their_options():
    kinds = {each.key: each.type for each in quiz(EVERY_TYPE).questions}
    assert kinds == {
        "tunggal": "single", "ganda": "multiple", "jp": "numeric", "singkatan": "text",
        "unsur": "matching", "alur": "ordering", "maklumat": "single",
    }  # fmt: skip


def test_attributes_of_the_heading_are_read():
    first = quiz(EVERY_TYPE).questions[0]
    assert (first.points, first.competency, first.tags) == (2, "M.05", ("spbe", "dasar"))


def test_fenced_code_in_a_prompt_is_left_alone():
    made = quiz(
        "## q\nApa hasilnya?\n\n```\n## bukan-soal\n- (x) bukan opsi\n= bukan {{ }}\n```\n\n= 5\n"
    )
    assert [each.key for each in made.questions] == ["q"]
    assert "bukan opsi" in made.questions[0].prompt["id"]


def test_an_option_may_go_on_over_several_lines_and_hold_code():
    made = quiz(
        "## q\nA?\n- (x) satu\n  masih satu\n\n  ```\n  - ( ) kode\n  ```\n- ( ) dua\n  > umpan\n  > lagi\n"
    )
    first, second = made.questions[0].data["options"]
    assert "masih satu" in first["html"]["id"] and "- ( ) kode" in first["html"]["id"]
    assert "umpan" in second["feedback"]["id"] and "lagi" in second["feedback"]["id"]


def test_feedback_after_an_empty_line_is_general():
    made = quiz("## q\nA?\n- (x) a\n  > khusus\n- ( ) b\n\n> umum\n>\n> dua\n")
    assert "khusus" in made.questions[0].data["options"][0]["feedback"]["id"]
    assert "umum" in made.questions[0].feedback["id"] and "dua" in made.questions[0].feedback["id"]


def test_a_text_before_the_first_question_is_the_introduction():
    assert "Baca dulu" in quiz("Baca dulu.\n" + ONE).intro["id"]


def test_plain_lists_and_links_belong_to_the_prompt():
    made = quiz(
        "## q\nA:\n\n- satu\n- [x](https://contoh.go.id)\n- `a => b`\n\nMana?\n\n- (x) a\n- ( ) b\n"
    )
    assert made.questions[0].prompt["id"].count("<li>") == 3


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    text = text_of(EVERY_TYPE)
    windows, _problems = read_files(
        {"id": SourceFile("q.md", "\ufeff" + text.replace("\n", "\r\n"))}
    )
    plain, _problems = read_files({"id": SourceFile("q.md", text)})
    assert windows == plain


def test_a_quiz_survives_json_without_a_loss():
    made = quiz(EVERY_TYPE, "draw: [{tag: dasar, count: 1}]\nreview: {after-submit: [score]}\n")
    assert Quiz.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_option_keys_stay_when_options_move_and_tell_nothing_of_place():
    one = quiz("## q\nA?\n- (x) a\n- ( ) b\n").questions[0].data["options"]
    two = quiz("## q\nA?\n- ( ) b\n- (x) a\n").questions[0].data["options"]
    assert [option["key"] for option in one] == [option["key"] for option in reversed(two)]


EN = """\
    ---
    title: Quiz
    ---
    ## satu
    Ask?
    - (x) Yes
    - ( ) No
    """


def test_another_language_brings_its_texts_to_the_same_keys():
    made = quiz(ONE, en=EN)
    assert made.titles == {"id": "Kuis", "en": "Quiz"}
    options = made.questions[0].data["options"]
    assert [option["html"]["en"] for option in options] == ["Yes", "No"]
    assert options[0]["key"] == quiz(ONE).questions[0].data["options"][0]["key"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("## satu", "## dua"), "is not in the main language"),
        (("    - ( ) No\n", ""), "has 1 options here and 2"),
        (("(x) Yes", "( ) Yes"), "differs from the main language"),
        (("title: Quiz", "title: Quiz\n    pass: 90"), "pass differs"),
        (("## satu", "## satu {points=3}"), "differs from the main language"),
    ],
)
def test_another_language_that_says_otherwise_is_a_problem(change, words):
    made, problems = read(ONE, en=EN.replace(*change))
    assert made is None
    assert any(words in str(each) and each.path.endswith(".en.md") for each in problems)


def test_typed_answers_of_all_languages_are_accepted():
    made = quiz("## q\nA?\n= dua\n", en="---\ntitle: Quiz\n---\n## q\nB?\n= two\n")
    assert [each["text"] for each in made.questions[0].data["accepted"]] == ["dua", "two"]


@given(st.text(st.sampled_from("-*()[]xX =>#`~\n {}\\/:1.|a\t\r\x00é\u2028"), max_size=120))
def test_no_text_makes_the_reader_stumble(body):
    made, problems = read(body)
    assert (made is None) == any(not each.warning for each in problems)
    assert all(each.line >= 1 for each in problems)


@pytest.mark.parametrize(
    "line",
    ["- " + " " * 50_000 + "=", "`" * 50_000, "` `` " * 10_000, "- (x) a" + " " * 50_000 + "{", "{" * 50_000,
     "## q " + " " * 50_000 + "x", "= " + "1" * 50_000, "= 1" + "," * 50_000, "$" * 50_000, "> " * 20_000],
)  # fmt: skip
def test_a_monstrous_line_is_cut_in_no_time(line):
    start = time.perf_counter()
    cut("q.md", f"## q\nA?\n{line}\n- (x) a\n- ( ) b\n", 4, "id", Problems())
    looks_numeric(line[2:])
    assert time.perf_counter() - start < 1


LINES = st.sampled_from(
    ["## q", "## q {ordering}", "## r", "Tanya?", "- (x) a", "- ( ) b", "- ( )", "- [x] c", "- a => b",
     "- => b", "= 20", "= x", "=", "1. a", "2.", "  > umpan", "> umum", "  lagi", "```", "", "- (x) a {fixed}"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.lists(LINES, max_size=12))
def test_no_pair_of_languages_makes_the_reader_stumble(mine, theirs):
    english = "---\ntitle: Quiz\n---\n" + "\n".join(theirs)
    made, problems = read("\n".join(mine), en=english)
    assert (made is None) == any(not each.warning for each in problems)
    if made is not None:
        assert Quiz.from_json(json.loads(json.dumps(made.to_json()))) == made
        for each in made.questions:
            answer = TYPES[each.type].right_answer(each)
            assert TYPES[each.type].grade(each, answer).score == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("\n## q\nA?\n- (x) a\n" + "".join(f"- ( ) pilihan {n}\n" for n in range(15_000)), "at most 100 options"),
        ("\n".join(f"## q{n}\nA?\n- (x) a{n}\n- ( ) b\n" for n in range(2_000)), "at most 500 questions"),
    ],
)  # fmt: skip
def test_more_than_a_person_can_answer_is_refused_in_time(body, words):
    start = time.process_time()
    _quiz, problems = read(body)
    assert words in " ".join(str(problem) for problem in problems)
    assert time.process_time() - start < 2
