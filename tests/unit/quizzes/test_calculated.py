"""Calculated questions: safe arithmetic, numbers by seed that never change, all of them tried before publishing."""

import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from learn.quizzes.questions import InvalidAnswer, Question, public_view
from learn.quizzes.values.arithmetic import BadFormula, NoValue, formula
from learn.quizzes.values.parameters import number_text
from tests.support.quizzes import TYPES, quiz, read, text_of

WAIT = """\
## waktu {calculated where="n > m" decimals=1}
Ada [[n]] warga dan [[m]] loket: $\\frac{[[n]]}{[[m]]}$. Tarif [[tarif]], jumlah [[jumlah]].

- n => 10..50 step 5
- m => 5 | 12 | 60
- kelas, tarif => 1, 2500 | 2, 5000,5
- jumlah => n * tarif

= n * 45 / m JP
  > UMPAN-BENAR [[n]]
= n * 45 {40%}

> UMPAN-UMUM [[n]] dan $[[n]]^2$
>? PETUNJUK [[m]]
"""
SIMPLE = "## q {calculated}\nBerapa dua kali [[n]]?\n\n- n => 1..20\n\n= n * 2\n"
RANGE = SIMPLE.replace("= n * 2", "= n .. n * 2")
RELATIVE = SIMPLE.replace("= n * 2", "= n / 3 +- 5%")
EVERY = {key: quiz(text).questions[0] for key, text in
         {"wait": WAIT, "simple": SIMPLE, "range": RANGE, "relative": RELATIVE}.items()}  # fmt: skip
KEYS = sorted(EVERY)
KIND = TYPES["calculated"]
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
SEEDS = st.integers(0, 2**63)


def score(each, answer):
    return KIND.grade(each, KIND.read_json(each, answer)).score


def told(text, **translations):
    above = text_of("").count("\n")
    return [(p.line - above, str(p.message)) for p in read(text, **translations)[1]]


@pytest.mark.parametrize("key", KEYS)
@given(seed=SEEDS)
def test_the_right_answer_scores_one_for_every_seed(key, seed):
    each = KIND.asked(EVERY[key], seed)
    assert score(each, KIND.right_answer(each)) == 1
    assert score(each, None) == 0
    assert KIND.right_text(each)


@pytest.mark.parametrize("key", KEYS)
@given(seed=SEEDS)
def test_an_attempt_has_the_same_numbers_for_ever(key, seed):
    again = Question.from_json(json.loads(json.dumps(EVERY[key].to_json())))
    assert KIND.asked(EVERY[key], seed) == KIND.asked(again, seed)
    assert KIND.asked(KIND.asked(again, seed), seed + 1) == KIND.asked(again, seed)


def test_other_attempts_have_other_numbers_and_all_meet_the_condition():
    values = [KIND.asked(EVERY["wait"], seed).data["values"] for seed in range(60)]
    assert len({each["n"] for each in values}) > 4
    assert all(Decimal(each["n"]) > Decimal(each["m"]) for each in values)
    assert {(each["kelas"], each["tarif"]) for each in values} == {("1", "2500"), ("2", "5000.5")}
    assert all(
        Decimal(each["jumlah"]) == Decimal(each["n"]) * Decimal(each["tarif"]) for each in values
    )


def test_the_numbers_stand_in_every_text_as_its_readers_write_them():
    each = KIND.asked(EVERY["wait"], 3)
    n, m = each.data["values"]["n"], each.data["values"]["m"]
    prompt = each.prompt["id"]
    assert f"Ada {n} warga dan {m} loket" in prompt
    assert f"<mn>{n}</mn>" in prompt and f"<mn>{m}</mn>" in prompt
    assert "[[" not in json.dumps(each.to_json())
    assert f"UMPAN-UMUM {n}" in each.feedback["id"] and f"<mn>{n}</mn>" in each.feedback["id"]
    assert f"PETUNJUK {m}" in each.hints[0]["id"]
    assert f"UMPAN-BENAR {n}" in KIND.option_feedback(each, KIND.right_answer(each), "id")["answer"]
    assert [number_text(Decimal("2500.750"), language) for language in ("id", "en", None)] == [
        "2.500,75", "2,500.75", "2.500,75",
    ]  # fmt: skip


def test_the_answer_counts_within_rounding_tolerance_range_and_unit():
    each = KIND.asked(EVERY["wait"], 1)
    values = {name: Decimal(text) for name, text in each.data["values"].items()}
    exact = values["n"] * 45 / values["m"]
    right = f"{exact:.1f}".replace(".", ",")
    assert score(each, f"{right} JP") == score(each, right) == score(each, str(exact)[:12]) == 1
    assert score(each, f"{right} menit") == 0
    assert score(each, str(exact + 1)[:12]) == 0
    assert score(each, str(values["n"] * 45)) == 0.4
    low = KIND.asked(EVERY["range"], 1)
    n = Decimal(low.data["values"]["n"])
    assert [score(low, str(x)) for x in (n - 1, n, n * 2, n * 2 + 1)] == [0, 1, 1, 0]
    near = KIND.asked(EVERY["relative"], 1)
    third = Decimal(near.data["values"]["n"]) / 3
    assert score(near, f"{third * Decimal('1.049'):.6f}") == 1
    assert score(near, f"{third * Decimal('1.06'):.6f}") == 0


@pytest.mark.parametrize("key", KEYS)
@given(value=STRANGE, text=st.text(max_size=40), seed=SEEDS)
def test_no_answer_raises_anything_but_that_it_is_invalid(key, value, text, seed):
    for each in (EVERY[key], KIND.asked(EVERY[key], seed)):
        for act in (
            lambda each=each: KIND.read_json(each, value),
            lambda each=each: KIND.read(each, {"a": [text]}, "a"),
        ):
            try:
                answer = act()
            except InvalidAnswer as error:
                assert str(error)
            else:
                assert 0 <= KIND.grade(each, answer).score <= 1
                assert KIND.read_json(each, answer) == answer


@pytest.mark.parametrize("key", KEYS)
def test_a_view_has_no_formula_no_answer_and_no_feedback(key):
    for seed in range(6):
        each = KIND.asked(EVERY[key], seed)
        view = public_view(KIND, each, language="id", seed=seed)
        text = json.dumps(view)
        assert not any(
            word in text for word in ("UMPAN", "PETUNJUK", "accepted", "formula", "values", "[[")
        )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", "5"), ("(1 + 2) * 3", "9"), ("2 ** 10", "1024"), ("7 // 2", "3"), ("-7 // 2", "-4"),
        ("-7 % 3", "2"), ("round(2.5)", "3"), ("round(2.345, 2)", "2.35"), ("0.1 + 0.2", "0.3"), ("min(3, 1, 2)", "1"),
        ("max(n, 1)", "50"), ("abs(-3)", "3"), ("floor(-1.2) + ceil(1.2)", "0"), ("sqrt(16)", "4"), ("+n", "50"),
    ],
)  # fmt: skip
def test_arithmetic_is_that_of_school_in_decimal_numbers(text, value):
    assert formula(text).value({"n": Decimal(50)}) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "__import__('os')", "n.x", "n[0]", "lambda: 1", "1if n else 2", "n if n else 1", "(n for n in x)", "a=1",
     "0x10", "1e5", "1_0", "min()", "round(1,2,3)", "n n", "f(2)", "'a'*3", "1.2.3", "n<3", "("*150, "-"*150+"1",
     "n,2", "None", "True", "x:=1", "not n", "é", "n\n+1", "f'{n}'", "*n", "min(*n)", "min(n, key=n)", "9"*16],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(BadFormula):
        formula(text)


@pytest.mark.parametrize("text", ["1 / 0", "1 % 0", "1 // 0", "0 ** 0", "2 ** 101", "10 ** 20 ** 3", "sqrt(-1)",
                                  "(-8) ** 0.5", "10 ** 30 * 10", "round(1, 13)", "round(1, 0.5)"])  # fmt: skip
def test_what_has_no_value_is_told_as_such(text):
    with pytest.raises(NoValue):
        formula(text).value({})


@given(st.text(st.sampled_from("n1 0.+-*/%()<>=!,abmixdor"), max_size=60), st.booleans())
def test_no_text_does_anything_but_compute_or_be_refused(text, condition):
    try:
        read_one = formula(text, condition=condition)
    except BadFormula:
        return
    assume(read_one.names <= {"n"})
    try:
        value = (
            read_one.holds({"n": Decimal(3)}) if condition else read_one.value({"n": Decimal(3)})
        )
    except NoValue:
        return
    assert isinstance(value, bool) if condition else value.is_finite()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("1..20", "20..1", 4, "from the smaller to the larger"),
        ("1..20", "1..20 step 0", 4, "from the smaller to the larger"),
        ("1..20", "1..9999999", 4, "at most 100000 numbers"),
        ("1..20", "1.500..2", 4, "can be read as two numbers"),
        ("1..20", "banyak", 4, "There is no parameter banyak"),
        ("- n", "- min", 4, "no name for a parameter"),
        ("- n", "- n, m", 4, "Each set has a number for n, m"),
        ("- n => 1..20\n", "- n => 1..20\n- n => 2 | 3\n", 5, "stands there twice"),
        ("- n => 1..20\n", "", 2, "[[n]] stands for no parameter"),
        ("= n * 2", "= n / (n - 7) +- 1%", 6, "With n = 7 this has no value: it divides by zero"),
        ("= n * 2", "= n ** 99", 6, "the number grows too large"),
        ("= n * 2", "= n / 3", 6, "more than 6 decimals"),
        ("= n * 2", "= n * 2 .. n", 6, "the range runs backwards"),
        ("= n * 2", "= n * k", 6, "There is no parameter k here; known are n"),
        ("= n * 2", "= n * 2 +- 1 - n", 6, "the tolerance is negative"),
        ("= n * 2", "= n ** ", 6, "no formula"),
        ("= n * 2", "= n * 2 {50%}", 1, "No answer is worth 100%"),
        ("= n * 2\n", "", 1, "No answer is accepted"),
        ("{calculated}", '{calculated where="n > 30"}', 1, "Hardly any numbers meet"),
        ("{calculated}", '{calculated where="n"}', 1, "A condition compares numbers"),
        ("{calculated}", '{calculated where="k > 1"}', 1, "There is no parameter k"),
        ("{calculated}", "{calculated decimals=9}", 1, "decimals is one of"),
        ("[[n]]", "[[n]] dan [[k]]", 2, "[[k]] stands for no parameter"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_before_publishing(old, new, line, message):
    assert old in SIMPLE
    found = told(SIMPLE.replace(old, new, 1))
    assert any(at == line and message in text for at, text in found), found


def test_a_condition_keeps_out_what_has_no_value():
    text = SIMPLE.replace("= n * 2", "= 20 / (n - 7) +- 1%").replace(
        "{calculated}", '{calculated where="n != 7"}'
    )
    each = quiz(text).questions[0]
    assert {KIND.asked(each, seed).data["values"]["n"] for seed in range(300)} == {
        str(n) for n in range(1, 21) if n != 7
    }


ENGLISH = """\
---
title: Quiz
---
## q {calculated}
What is twice [[n]]?

- n => 1..20

= n * 2
"""


def test_each_language_asks_with_the_same_numbers():
    big = SIMPLE.replace("1..20", "1000 | 2000")
    made, problems = read(big, en=ENGLISH.replace("1..20", "1000 | 2000"))
    assert made is not None, [str(problem) for problem in problems]
    prompts = KIND.asked(made.questions[0], 1).prompt
    assert (
        prompts["id"].replace("Berapa dua kali", "What is twice").replace(".", ",") == prompts["en"]
    )
    assert any(
        "same in all languages" in text
        for _l, text in told(SIMPLE, en=ENGLISH.replace("1..20", "1..21"))
    )
    assert any(
        "same in all languages" in text
        for _l, text in told(SIMPLE, en=ENGLISH.replace("n * 2", "n * 3"))
    )
