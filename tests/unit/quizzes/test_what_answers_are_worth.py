"""What answers are worth by the rules that an author chose: weights, units, gaps, grids, judgements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.questions import InvalidAnswer, public_view
from tests.support.quizzes import FURTHER_TYPES, TYPES, question, quiz

ALL = {each.key: each for each in quiz(FURTHER_TYPES).questions}


def kind_of(each):
    return TYPES[each.type]


def score(each, answer):
    return kind_of(each).grade(each, kind_of(each).read_json(each, answer)).score


@given(st.permutations(["- (x) a", "- ( ) b {50%}", "- ( ) c {-20%}"]), st.sampled_from("abc"))
def test_the_order_of_weighted_options_does_not_matter(lines, picked):
    made = question("## q\nA?\n" + "\n".join(lines) + "\n")
    key = next(o["key"] for o in made.data["options"] if o["html"]["id"] == picked)
    assert score(made, key) == {"a": 1, "b": 0.5, "c": 0}[picked]


@given(st.permutations(["= Denpasar", "= /den.*/ {50%}", "= /.*/ {0%}"]))
def test_of_the_accepted_answers_that_fit_the_best_counts_in_any_order(lines):
    made = question("## q\nA?\n" + "\n".join(lines) + "\n")
    assert [score(made, text) for text in ("denpasar", "denmark", "bali")] == [1, 0.5, 0]


@given(st.permutations(["| a | x | |", "| b | | x |", "| c | x | |"]))
def test_the_order_of_rows_does_not_matter(lines):
    made = question("## q\nA?\n\n| | Ya | Tidak |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    yes = made.data["columns"][0]["key"]
    assert score(made, {row["key"]: yes for row in made.data["rows"]}) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("credit", "picked", "expected"),
    [
        ("proportional", "a", 0.6), ("proportional", "ab", 1), ("proportional", "abc", 0.75),
        ("proportional", "abd", 2 / 3), ("proportional", "abe", 1), ("proportional", "c", 0),
        ("right-minus-wrong", "abd", 0.5), ("right-minus-wrong", "ac", 0.35),
        ("exact", "ab", 1), ("exact", "abe", 0), ("exact", "a", 0),
    ],
)  # fmt: skip
def test_weights_go_with_every_rule_of_credit(credit, picked, expected):
    lines = "- [x] a {60%}\n- [x] b\n- [ ] c {-25%}\n- [ ] d\n- [ ] e {0%}\n"
    made = question(f"## q {{credit={credit}}}\nA?\n{lines}")
    keys = [o["key"] for o in made.data["options"] if o["html"]["id"] in picked]
    assert score(made, keys) == pytest.approx(expected)


def test_thirds_written_with_two_digits_still_make_a_whole():
    made = question("## q\nA?\n- [x] a {33.33%}\n- [x] b {33.33%}\n- [x] c {33.33%}\n- [ ] d\n")
    assert score(made, kind_of(made).right_answer(made)) == 1


@pytest.mark.parametrize(
    ("accepted", "given", "expected"),
    [
        ("20 +- 5%", "21", 1), ("20 +- 5%", "21,1", 0), ("-20 +- 10 %", "-18", 1),
        ("20 km +- 10%", "22 km", 1), ("87,5 % +- 1", "88,5%", 1), ("87,5 % +- 1 %", "86,4 %", 0),
    ],
)  # fmt: skip
def test_a_percentage_behind_the_tolerance_is_a_share_unless_the_number_is_one(
    accepted, given, expected
):
    made = question(f"## q\nA?\n= {accepted}\n")
    assert made.type == "numeric"
    assert score(made, given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("1,5 jam", 1), ("90 menit", 1), ("5400 detik", 1), ("90", 0), ("1,5", 1), ("90 jam", 0),
     ("1,5 hari", 0), ("100 menit", 0.5)],
)  # fmt: skip
def test_equal_units_are_read_as_equal(given, expected):
    made = question(
        '## q {units="1 jam = 60 menit = 3600 detik"}\nA?\n= 1,5 jam\n= 1..2 jam {50%}\n'
    )
    assert score(made, given) == expected


def test_a_required_unit_has_to_be_written():
    made = question("## q {unit=required}\nA?\n= 20 km\n")
    assert [score(made, text) for text in ("20 km", "20", "20 m")] == [1, 0, 0]
    assert kind_of(made).view(made, "id", 1) == {"unit": "required"}


def test_rights_without_a_left_are_offered_and_lefts_may_share_one():
    each = ALL["pengalih"]
    view = kind_of(each).view(each, "id", 1)
    assert sorted(o["text"] for o in view["right"]) == ["Hiasan", "Lama", "Tarif"]
    assert len(view["left"]) == 3
    assert score(each, dict.fromkeys([o["key"] for o in view["left"]], view["right"][0]["key"])) < 1


def test_each_gap_counts_the_same_and_a_partly_right_one_has_no_mark():
    each = ALL["celah"]
    kind = kind_of(each)
    grade = kind.grade(
        each,
        kind.read_json(
            each, {"g1": "1.987.654", "g3": "DEKAT", "g4": each.data["words"][1]["key"]}
        ),
    )
    assert grade.score == pytest.approx(1.5 / 5)
    assert grade.marks == {"g1": True, "g4": False}


def test_gaps_are_shown_by_number_and_cut_where_fields_stand():
    each = ALL["celah"]
    view = public_view(kind_of(each), each, language="id", seed=1)
    assert "[1]" in view["prompt_html"] and "<td>[4]</td>" in view["prompt_html"]
    assert [part["gap"] for part in view["segments"] if "gap" in part] == [
        "g1",
        "g2",
        "g3",
        "g4",
        "g5",
    ]
    assert [gap["kind"] for gap in view["gaps"]] == ["number", "choice", "text", "word", "word"]
    assert {word["text"] for word in view["words"]} == {
        "petugas",
        "tamu",
        "maklumat",
        "meja",
        "kursi",
    }
    assert kind_of(each).summary(each, {"g1": "20"}, "id") == "[1] 20"


def test_gaps_of_a_translation_keep_their_numbers_wherever_they_stand():
    made = quiz(
        "## q\nSatu {{= dua }} tiga {{ (x) ya | tidak }}.\n",
        en="---\ntitle: Q\n---\n## q\nOne {{2: (x) yes | no}} three {{1: = two }}.\n",
    ).questions[0]
    kind = kind_of(made)
    assert score(made, {"g1": "two"}) == score(made, {"g1": "dua"}) == 0.5
    assert [part["gap"] for part in kind.view(made, "en", 1)["segments"] if "gap" in part] == [
        "g2",
        "g1",
    ]
    assert {o["text"] for o in kind.view(made, "en", 1)["gaps"][1]["options"]} == {"yes", "no"}


def test_braces_in_code_and_behind_a_backslash_are_no_gap():
    made = question("## q\nTulis `{{= x }}` dan \\{{ y }} atau {{= z }}.\n")
    assert len(made.data["gaps"]) == 1
    assert "{{= x }}" in made.prompt["id"] and "{{ y }}" in made.prompt["id"]


def test_ratings_count_by_their_distance_from_the_experts():
    each = ALL["nilai"]
    calm, shout, wait = (option["key"] for option in each.data["options"])
    assert score(each, {calm: 4}) == pytest.approx(0.75 / 3)
    assert score(each, {shout: 5}) == 0
    assert score(each, {wait: 3}) == score(each, {wait: "2"}) == pytest.approx(1 / 3)
    assert score(each, {wait: 4}) == pytest.approx(0.5 / 3)
    strict = ALL["nilai-tepat"]
    assert score(strict, {strict.data["options"][0]["key"]: 3}) == 0


def test_best_and_worst_count_by_what_the_experts_say_of_them():
    each = ALL["ujung"]
    calm, shout, wait = (option["key"] for option in each.data["options"])
    assert score(each, {"best": calm, "worst": wait}) == 0.75
    assert score(each, {"best": shout, "worst": calm}) == 0
    with pytest.raises(InvalidAnswer, match="two different ones"):
        score(each, {"best": calm, "worst": calm})


def test_rows_with_several_choices_count_like_a_choice_of_several():
    each = ALL["grid-ganda"]
    first, second = each.data["rows"]
    loket, bidang, _arsip = (column["key"] for column in each.data["columns"])
    assert score(each, {first["key"]: [loket, bidang]}) == 0.25
    assert score(each, {second["key"]: [bidang, loket], first["key"]: loket}) == 1
    with pytest.raises(InvalidAnswer, match="one option only"):
        row = ALL["grid"].data["rows"][0]["key"]
        score(ALL["grid"], {row: [c["key"] for c in ALL["grid"].data["columns"]]})
