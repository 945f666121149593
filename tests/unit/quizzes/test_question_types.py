"""The types of questions: what an answer is, and what it is worth."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.grading import grade_answer
from learn.quizzes.questions import InvalidAnswer, public_view
from tests.support.quizzes import EVERY_TYPE, TYPES, key_of, question, quiz

ALL = {each.key: each for each in quiz(EVERY_TYPE).questions}
KEYS = sorted(ALL)
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=10,
)


def answers(question, draw):
    """Return an answer of the right shape."""
    view = TYPES[question.type].view(question, "id", 1)
    match question.type:
        case "single":
            return [draw(st.sampled_from([option["key"] for option in view["options"]]))]
        case "multiple":
            keys = [option["key"] for option in view["options"]]
            return draw(st.lists(st.sampled_from(keys), unique=True))
        case "ordering":
            return draw(st.permutations([option["key"] for option in view["options"]]))
        case "matching":
            lefts = [option["key"] for option in view["left"]]
            rights = [option["key"] for option in view["right"]]
            return draw(st.dictionaries(st.sampled_from(lefts), st.sampled_from(rights)))
        case _:
            return draw(
                st.text(st.characters(exclude_categories=("C",)), max_size=40)
                | st.sampled_from(["20", "20 JP", "pegawai rahasia"])
            )


def score(question, answer):
    kind = TYPES[question.type]
    return kind.grade(question, kind.read_json(question, answer)).score


@pytest.mark.parametrize("key", KEYS)
def test_the_right_answer_scores_one(key):
    each = ALL[key]
    assert score(each, TYPES[each.type].right_answer(each)) == 1


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_every_score_lies_between_nothing_and_all_and_is_always_the_same(key, data):
    each = ALL[key]
    answer = answers(each, data.draw)
    assert 0 <= score(each, answer) <= 1
    assert score(each, answer) == score(each, answer)


@pytest.mark.parametrize("key", KEYS)
@given(value=STRANGE)
def test_no_answer_raises_anything_but_that_it_is_invalid(key, value):
    each = ALL[key]
    kind = TYPES[each.type]
    try:
        answer = kind.read_json(each, value)
    except InvalidAnswer as error:
        assert str(error)
    else:
        json.dumps(answer)
        assert 0 <= kind.grade(each, answer).score <= 1
        assert kind.read_json(each, answer) == answer


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_no_form_raises_anything_but_that_it_is_invalid(key, data):
    each = ALL[key]
    kind = TYPES[each.type]
    view = kind.view(each, "id", 1)
    names = ["a", *(f"a.{o['key']}" for part in view.values() for o in part)]
    values = st.text(max_size=8) | st.sampled_from(
        [o["key"] for part in view.values() for o in part] or ["x"]
    )
    fields = data.draw(st.dictionaries(st.sampled_from(names), st.lists(values, max_size=3)))
    try:
        answer = kind.read(each, fields, "a")
    except InvalidAnswer as error:
        assert str(error)
    else:
        assert kind.read_json(each, answer) == answer


@pytest.mark.parametrize("key", KEYS)
def test_nothing_answered_is_no_answer_and_scores_nothing(key):
    each = ALL[key]
    kind = TYPES[each.type]
    assert kind.read(each, {}, "a") is None
    assert kind.read_json(each, None) is None
    assert grade_answer(each, None, TYPES).score == 0


@given(
    st.permutations(["- [x] a", "- [x] b", "- [ ] c", "- [ ] d"]), st.sets(st.sampled_from("abcd"))
)
def test_the_order_of_options_does_not_matter(lines, picked):
    sorted_one = question("## q\nA?\n- [x] a\n- [x] b\n- [ ] c\n- [ ] d\n")
    mixed_one = question("## q\nA?\n" + "\n".join(lines) + "\n")
    keys = [key_of(sorted_one, html) for html in sorted(picked)]
    assert score(sorted_one, keys) == score(mixed_one, list(reversed(keys)))


@pytest.mark.parametrize(
    ("credit", "picked", "expected"),
    [
        ("proportional", "ab", 1), ("proportional", "a", 0.5), ("proportional", "abcd", 0.5),
        ("proportional", "ac", 1 / 3), ("proportional", "c", 0),
        ("exact", "ab", 1), ("exact", "a", 0), ("exact", "abc", 0),
        ("right-minus-wrong", "ab", 1), ("right-minus-wrong", "a", 0.5),
        ("right-minus-wrong", "abc", 0.5), ("right-minus-wrong", "cd", 0),
    ],
)  # fmt: skip
def test_credit_for_a_part_follows_the_rule_that_was_chosen(credit, picked, expected):
    each = question(f"## q {{credit={credit}}}\nA?\n- [x] a\n- [x] b\n- [ ] c\n- [ ] d\n")
    assert score(each, [key_of(each, html) for html in picked]) == pytest.approx(expected)


def test_a_single_choice_takes_one_option_as_text_or_list():
    each = ALL["tunggal"]
    key = key_of(each, "Sistem Pemerintahan")
    assert score(each, key) == score(each, [key]) == 1
    with pytest.raises(InvalidAnswer, match="one option only"):
        TYPES["single"].read_json(each, [key, key_of(each, "Sistem Pelayanan")])


TEXT = "## q {attributes}\nA?\n= Tri Hita Karana\n= café\n= /b[ou]ku(-buku)?/\n"


@pytest.mark.parametrize(
    "given",
    ["tri hita karana", "  Tri   Hita\tKARANA ", "Tri Hita Karana.", "ＴＲＩ hita karana", "cafe",
     "CAFÉ", "cafe\u0301", "buku", "BUKU\u2013buku", "boku"],
)  # fmt: skip
def test_harmless_variants_of_a_text_are_right(given):
    assert score(question(TEXT.replace("{attributes}", "")), given) == 1


@pytest.mark.parametrize(
    "given", ["tri hita", "karana hita tri", "caf", "bukubuku", "buku-buku-buku"]
)
def test_another_text_is_wrong(given):
    assert score(question(TEXT.replace("{attributes}", "")), given) == 0


def test_case_and_accents_count_where_the_author_says_so():
    strict = question(TEXT.replace("{attributes}", "{case=exact accents=exact}"))
    assert [score(strict, text) for text in ("Tri Hita Karana", "tri hita karana", "café", "cafe", "Buku")] == [
        1, 0, 1, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("accepted", "given", "right"),
    [
        ("20", "20", 1), ("20", "20 JP", 1), ("20 JP", "20", 1), ("20 JP", "20jp", 1),
        ("20 JP", "20 menit", 0), ("20", "dua puluh", 0), ("20", "2 0", 1), ("20", "20,0", 1),
        ("20", "20.00", 1), ("1250,5", "1.250,5", 1), ("1250.5", "1,250.5", 1), ("1250.5", "1250,5", 1),
        ("1500000", "Rp 1.500.000", 1), ("1500000", "1,500,000", 1), ("1500", "1.500", 1),
        ("18..22", "18", 1), ("18..22", "22", 1), ("18..22", "22,1", 0), ("18..22", "17,99", 0),
        ("20 +- 1", "19", 1), ("20 +- 1", "21", 1), ("20 +- 1", "21,01", 0), ("20 ± 1", "20,5", 1),
        ("-3", "\u22123", 1), ("-5..-1", "-2", 1), ("0,5", ".5", 0), ("87,5 %", "87.5%", 1),
        ("20", "", 0), ("20", "20 20", 0), ("20", "1e999999", 0), ("20", "=20", 0),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(accepted, given, right):
    each = question(f"## q {{type=numeric}}\nA?\n= {accepted}\n")
    assert score(each, given) == right


def test_a_list_of_numbers_is_numeric_and_one_word_makes_it_text():
    assert question("## q\nA?\n= 20\n= 18..19\n").type == "numeric"
    assert question("## q\nA?\n= 20\n= dua puluh\n").type == "text"
    assert question("## q\nA?\n= 95 Tahun 2018\n").type == "text"


def test_matching_scores_each_left_side():
    each = ALL["unsur"]
    right = TYPES["matching"].right_answer(each)
    lefts = list(right)
    assert score(each, {lefts[0]: right[lefts[0]]}) == pytest.approx(1 / 3)
    assert score(each, {lefts[0]: right[lefts[1]], lefts[1]: right[lefts[1]]}) == pytest.approx(
        1 / 3
    )


def test_ordering_scores_neighbours_that_stay_together():
    each = ALL["alur"]
    one, two, three = TYPES["ordering"].right_answer(each)
    assert score(each, [three, one, two]) == 0.5
    assert score(each, [three, two, one]) == 0


def test_an_ordering_form_needs_a_place_of_its_own_for_every_item():
    each = ALL["alur"]
    one, two, three = TYPES["ordering"].right_answer(each)
    fields = {f"a.{one}": ["2"], f"a.{two}": ["1"], f"a.{three}": ["3"]}
    assert TYPES["ordering"].read(each, fields, "a") == [two, one, three]
    with pytest.raises(InvalidAnswer, match="from 1 to 3"):
        TYPES["ordering"].read(each, {**fields, f"a.{two}": ["2"]}, "a")


@pytest.mark.parametrize("key", KEYS)
def test_a_view_has_no_key_and_no_feedback(key):
    each = ALL[key]
    views = [public_view(TYPES[each.type], each, language="id", seed=seed) for seed in range(8)]
    text = json.dumps(views)
    assert not any(
        word in text for word in ("RAHASIA", "rahasia", 'right": true', "feedback", "accepted")
    )


def test_the_seed_shuffles_and_a_fixed_option_keeps_its_place():
    each = ALL["tunggal"]
    orders = [
        [option["html"] for option in TYPES["single"].view(each, "id", seed)["options"]]
        for seed in range(20)
    ]
    assert len({tuple(order) for order in orders}) == 2
    assert {order[2] for order in orders} == {"Tidak satu pun"}


def test_without_shuffling_options_stand_as_written_but_never_the_key_of_an_ordering():
    made = quiz(EVERY_TYPE, "shuffle: false\n")
    by_key = {each.key: each for each in made.questions}
    orders = {
        key: {
            tuple(
                o["html"] for o in TYPES[by_key[key].type].view(by_key[key], "id", seed)["options"]
            )
            for seed in range(12)
        }
        for key in ("ganda", "alur")
    }
    assert orders["ganda"] == {("Efektivitas", "Keamanan", "Laba", "Gengsi")}
    assert len(orders["alur"]) > 1


def test_feedback_is_that_of_the_options_that_were_picked():
    each = ALL["tunggal"]
    wrong = key_of(each, "Sistem Pelayanan")
    assert list(TYPES["single"].option_feedback(each, [wrong], "id")) == [wrong]
    assert "umpan angka" in TYPES["numeric"].option_feedback(ALL["jp"], "20", "id")["answer"]
    assert TYPES["numeric"].option_feedback(ALL["jp"], "21", "id") == {}
