"""Weights, units, gaps, grids, judgements and surveys: what an answer is, what it is worth, what is shown."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.answers import Answers
from learn.quizzes.grading import grade_answer
from learn.quizzes.questions import InvalidAnswer, Question, public_view
from learn.quizzes.results import question_review
from learn.quizzes.review import EVERYTHING
from tests.support.quizzes import ENGINE, FURTHER_TYPES, TYPES, UNGRADED, question, quiz, read

GRADED = {each.key: each for each in quiz(FURTHER_TYPES).questions}
ASKED = {each.key: each for each in quiz(UNGRADED).questions}
ALL = {**GRADED, **ASKED}
KEYS = sorted(ALL)
NAUGHTY = st.sampled_from(
    ["", " ", "\x00", "\ud800", "x" * 5000, "'; DROP TABLE--", "<script>", "{{7*7}}", "%s%n", "\u202e",
     "1e999999", "NaN", "-0", "９", "..", "\n\r\t", "null", "[]", "💥" * 300]
)  # fmt: skip
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | NAUGHTY
    | st.binary(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=10,
)  # fmt: skip
KNOWN = {
    "g1": ["1987654", "1987654 menit", "20"], "g3": ["rahasiapura", "rahasia x", "dekat", "x"],
}  # fmt: skip


def kind_of(each):
    return TYPES[each.type]


def score(each, answer):
    return kind_of(each).grade(each, kind_of(each).read_json(each, answer)).score


def choices(each):
    """Return, for answers by key, what each key can get."""
    view = kind_of(each).view(each, "id", 1)
    match each.type:
        case "gaps":
            return {
                gap["key"]: [option["key"] for option in gap["options"]]
                if "options" in gap else KNOWN[gap["key"]]
                for gap in view["gaps"]
            }  # fmt: skip
        case "matrix":
            columns = [column["key"] for column in view["columns"]]
            return dict.fromkeys([row["key"] for row in view["rows"]], columns)
        case "matching":
            rights = [right["key"] for right in view["right"]]
            return dict.fromkeys([left["key"] for left in view["left"]], rights)
        case "sjt" if view["ask"] == "rating":
            return dict.fromkeys([option["key"] for option in view["options"]], view["scale"])
        case "sjt":
            keys = [option["key"] for option in view["options"]]
            return {"best": keys, "worst": keys}
    return None


def an_answer(each, draw):
    """Return an answer of the right shape."""
    by_key = choices(each)
    if by_key is not None:
        picked = draw(st.sets(st.sampled_from(sorted(by_key))))
        return {key: draw(st.sampled_from(by_key[key])) for key in picked}
    view = kind_of(each).view(each, "id", 1)
    if "options" not in view:
        return draw(
            st.sampled_from(["1987654 km", "1,95e6 km", "1987654000 m", "12", "dekatrahasia"])
        )
    keys = [option["key"] for option in view["options"]]
    match each.type:
        case "single":
            return [draw(st.sampled_from(keys))]
        case "ordering":
            return draw(st.permutations(keys))
    return draw(st.lists(st.sampled_from(keys), unique=True))


@pytest.mark.parametrize("key", sorted(GRADED))
def test_the_right_answer_scores_one(key):
    each = GRADED[key]
    assert score(each, kind_of(each).right_answer(each)) == 1


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_every_score_lies_between_nothing_and_all_and_is_always_the_same(key, data):
    each = ALL[key]
    answer = an_answer(each, data.draw) if each.type != "description" else None
    try:
        given = kind_of(each).read_json(each, answer)
    except InvalidAnswer as error:
        assert "two different ones" in str(error)
        return
    first, second = (kind_of(each).grade(each, given) for _ in range(2))
    assert first == second and 0 <= first.score <= 1
    stored = Question.from_json(json.loads(json.dumps(each.to_json())))
    assert kind_of(each).grade(stored, given) == first


@pytest.mark.parametrize("key", KEYS)
@given(value=STRANGE, data=st.data())
def test_no_answer_raises_anything_but_that_it_is_invalid(key, value, data):
    each = ALL[key]
    by_key = choices(each)
    if by_key and data.draw(st.booleans()):
        value = {data.draw(st.sampled_from(sorted(by_key))): value}
    kind = kind_of(each)
    try:
        answer = kind.read_json(each, value)
    except InvalidAnswer as error:
        assert str(error)
    else:
        json.dumps(answer)
        assert 0 <= kind.grade(each, answer).score <= 1
        assert kind.read_json(each, answer) == answer
        assert isinstance(kind.summary(each, answer, "id"), str)
        assert isinstance(kind.option_feedback(each, answer, "id"), dict)


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_no_form_raises_anything_but_that_it_is_invalid(key, data):
    each = ALL[key]
    kind = kind_of(each)
    view = kind.view(each, "id", 1)
    parts = [o for part in view.values() if isinstance(part, list) for o in part]
    keys = [o["key"] for o in parts if isinstance(o, dict) and "key" in o]
    names = st.sampled_from(["a", "a.best", "a.worst", "a.", *(f"a.{key}" for key in keys)])
    values = st.text(max_size=8) | NAUGHTY | st.sampled_from([*keys, "1", "5", "20"])
    fields = data.draw(st.dictionaries(names, st.lists(values, max_size=3)))
    try:
        answer = kind.read(each, fields, "a")
    except InvalidAnswer as error:
        assert str(error)
    else:
        assert kind.read_json(each, answer) == answer


@pytest.mark.parametrize("key", KEYS)
def test_nothing_answered_is_no_answer_and_scores_nothing(key):
    each = ALL[key]
    assert kind_of(each).read(each, {}, "a") is None
    assert kind_of(each).read_json(each, None) is None
    assert grade_answer(each, None, TYPES).score == 0
    assert kind_of(each).summary(each, None, "id") == ""


@pytest.mark.parametrize("key", sorted(GRADED))
@given(data=st.data())
def test_what_a_form_sends_is_what_the_api_takes(key, data):
    each = GRADED[key]
    by_key = choices(each)
    if by_key is None:
        return
    answer = an_answer(each, data.draw)
    fields = {f"a.{part}": [str(value)] for part, value in answer.items()}
    try:
        expected = kind_of(each).read_json(each, answer)
    except InvalidAnswer:
        return
    assert kind_of(each).read(each, fields, "a") == expected


@pytest.mark.parametrize("key", sorted(GRADED))
def test_a_guess_is_what_random_answers_score_in_the_mean(key):
    each = GRADED[key]
    by_key = choices(each)
    typed = each.type == "gaps"
    if by_key is None or each.data.get("several"):
        assert 0 <= kind_of(each).guess(each) < 1
        return
    scores = []
    for values in product(
        *([None] if typed and part in KNOWN else by_key[part] for part in by_key)
    ):
        answer = {
            part: value for part, value in zip(by_key, values, strict=True) if value is not None
        }
        if each.data.get("ask") == "best-worst" and answer["best"] == answer["worst"]:
            continue
        scores.append(score(each, answer))
    assert kind_of(each).guess(each) == pytest.approx(sum(scores) / len(scores))


SECRETS = (
    "RAHASIA",
    "ahasia",
    "1987654",
    "feedback",
    "accepted",
    "weight",
    '"right": true',
    '"low"',
)


@pytest.mark.parametrize("key", KEYS)
def test_no_view_and_no_page_has_a_byte_of_the_key(key, page):
    each = ALL[key]
    for seed in range(6):
        view = public_view(kind_of(each), each, language="id", seed=seed)
        shown = json.dumps(view) + page(view)
        assert not any(secret in shown for secret in SECRETS)


def turn(data, kind):
    """Make other options the right ones."""
    match kind:
        case "single" | "multiple":
            for option in data["options"]:
                option["right"] = not option["right"]
        case "matrix":
            for row in data["rows"]:
                row["right"] = [data["columns"][0]["key"]]
        case "sjt":
            for option in data["options"]:
                option["low"] = option["high"] = 3
        case "gaps":
            data["gaps"][3]["right"] = data["words"][-1]["key"]
            for option in data["gaps"][1]["options"]:
                option["right"] = not option["right"]


@pytest.mark.parametrize("key", KEYS)
def test_views_do_not_tell_right_from_wrong(key):
    each = ALL[key]
    view = kind_of(each).view(each, "id", 3)
    changed = Question.from_json(json.loads(json.dumps(each.to_json())))
    turn(changed.data, each.type)
    assert kind_of(each).view(changed, "id", 3) == view


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("answered", ["right", "nothing", "some"])
def test_every_page_and_review_can_be_rendered_and_labels_every_field(key, answered, page):
    each = ALL[key]
    kind = kind_of(each)
    answer = kind.right_answer(each) if answered == "right" else None
    if answered == "some" and choices(each):
        part, values = next(iter(choices(each).items()))
        answer = kind.read_json(each, {part: values[-1]})
    view = public_view(kind, each, language="id", seed=1)
    fields = page(view, answer)
    inputs = fields.count("<input") + fields.count("<select") + fields.count("<textarea")
    assert fields.count("<label") + fields.count("aria-label=") >= inputs
    assert inputs or each.type == "description"
    answers = Answers(given={key: answer})
    for parts in product((False, True), repeat=3):
        show = type(EVERYTHING)(True, *parts)
        review = question_review(each, answers, quiz(), ENGINE, "id", show)
        text = page(view, answer, review, disabled=True)
        assert " style=" not in text
        assert "ahasia" not in text or show.feedback or show.right or answer is not None
    if answered == "right" and key in GRADED:
        assert "l-opt--wrong" not in text


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


@pytest.mark.parametrize("key", sorted(ASKED))
def test_what_is_only_asked_is_neither_right_nor_wrong(key, page):
    each = ASKED[key]
    kind = kind_of(each)
    assert not kind.is_scored(each) and kind.right_answer(each) is None
    answer = None if each.type == "description" else _some_answer(each)
    review = question_review(each, Answers(given={key: answer}), quiz(), ENGINE, "id", EVERYTHING)
    assert "verdict" not in review and "score" not in review and not review["marks"]
    text = page(public_view(kind, each, language="id", seed=1), answer, review)
    assert not any(
        word in text for word in ("Your answer, ", "Not right", "l-opt--wrong", "right answer")
    )


def _some_answer(each):
    view = kind_of(each).view(each, "id", 1)
    match each.type:
        case "single" | "multiple":
            return [view["options"][0]["key"]]
        case "matrix":
            return {view["rows"][0]["key"]: view["columns"][0]["key"]}
    return "7"


def test_surveys_and_descriptions_count_nothing(taking):
    taking = taking("", FURTHER_TYPES + UNGRADED)
    attempt = taking.start()
    for each in taking.quiz.questions:
        if each.key in GRADED:
            taking.save(attempt, each.key, kind_of(each).right_answer(each))
    taking.submit(attempt)
    assert taking.shown(attempt)["score"] == 1


PROBLEMS = [
    ("## q\nA?\n- (x) a {50%}\n- ( ) b\n", 6, "is worth 100%"),
    ("## q\nA?\n- (x) a\n- ( ) b {100%}\n", 7, "mark it with an x"),
    ("## q\nA?\n- (x) a\n- ( ) b {500%}\n", 7, "between -100% and 100%"),
    ("## q\nA?\n- [x] a {60%}\n- [x] b {30%}\n", 4, "come to 90.0%"),
    ("## q\nA?\n- [x] a {100%}\n- [x] b\n- [ ] c\n", 4, "nothing is left"),
    ("## q\nA?\n- [x] a\n- [ ] b {50%}\n", 7, "mark it with an x"),
    ("## q\nA?\n- [x] a {-50%}\n- [x] b\n", 6, "adds something"),
    ("## q {survey}\nA?\n- ( ) a\n- (x) b\n", 7, "In a survey no option is right"),
    ("## q {survey}\nA?\n= a\n", 6, "In a survey no answer is right"),
    ("## q {survey=yes}\nA?\n- ( ) a\n- ( ) b\n", 4, "stands alone"),
    ("## q\nA?\n= a {50%}\n", 4, "No answer is worth 100%"),
    ("## q\nA?\n= a\n= b {-50%}\n", 7, "costs nothing"),
    ('## q {units="km"}\nA?\n= 20\n', 4, "equal amounts"),
    ('## q {units="1 km = 0 m"}\nA?\n= 20\n', 4, "equal amounts"),
    ("## q {unit=required}\nA?\n= 20\n", 4, "needs an answer with its unit"),
    ("## q\nA?\n= 20 km +- 1 m\n", 6, "differ in unit"),
    ("## q\nA?\n- a => 1\n- b => 2\n- => 2\n", 8, "stands there already"),
    ("## q\nA?\n- a => 1\n- b => 2\n- c =>\n", 8, "Both sides"),
    ("## q {ordering}\nA?\n1. a\n2. b\n- => c\n", 8, "has lines such as"),
    ("## q {sjt}\nA?\n- a => 1\n- => 2\n", 7, "Both sides"),
    ("## q {sjt}\nA?\n- a => 1\n- b => 4,5\n", 7, "whole number from 1 to 5"),
    ("## q {sjt scale=1..4}\nA?\n- a => 1\n- b => 5\n", 7, "whole number from 1 to 4"),
    ("## q {sjt}\nA?\n- a => 1\n- b => tinggi\n", 7, "is not a number"),
    ("## q {sjt scale=5..1}\nA?\n- a => 1\n- b => 2\n", 4, "whole numbers"),
    ("## q {sjt ask=best-worst}\nA?\n- a => 2\n- b => 2\n", 4, "as good"),
    ("## q {description}\nA?\n- ( ) a\n", 6, "has no options"),
    ("## q\nA {{= x }}\nb {{= y\n", 6, "on the same line"),
    ("## q\nA {{= x }}\nb {{}}\n", 6, "A gap is written"),
    ("## q\nA {{= x }}\nb {{ a | b }}\n", 6, "One option of a gap is right"),
    ("## q\nA {{= x }}\nb {{ (x) a }}\n", 6, "at least two options"),
    ("## q\nA {{= x }}\nb {{= /(/ }}\n", 6, "pattern"),
    ("## q\nA {{= x }}\nb {{= 1.500 }}\n", 6, "two numbers"),
    ("## q\nA {{= x }}\nb {{* y }}\n", 6, "two words at least"),
    ("## q\nA {{= x }}\nb {{1: = y }}\n", 5, "numbered 1 to 2"),
    ("## q\nA {{= x }}\nb [l {{= y }}](https://go.id)\n", 6, "cannot stand in a link"),
    ("## q\nA {{= x }}\nb {{= y {500%} }}\n", 6, "between 0% and 100%"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | | |\n", 10, "no right choice"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x | x |\n", 10, "several right"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| p | x | |\n", 10, "twice"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x |\n", 10, "has 2 cells"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x | ? |\n", 10, "here stands ?"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| | x | |\n", 10, "begins with its statement"),
    ("## q\nA?\n\n| | a | a |\n|---|---|---|\n| p | x | |\n", 7, "the same head"),
    ("## q {survey}\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n", 9, "In a survey no choice"),
    ("## q\n\n| | a | b |\n|---|---|---|\n| p | x | |\n", 4, "above the table"),
    ("## q {matrix}\nA?\n", 4, "A grid is a table"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "said"), PROBLEMS)
def test_a_problem_is_told_with_its_line(body, line, said):
    made, problems = read(body)
    assert made is None
    assert [(problem.line, said in str(problem.message)) for problem in problems][:1] == [
        (line, True)
    ]


@pytest.mark.parametrize(
    ("body", "other", "line"),
    [
        ("## q\nA {{= x }} {{ (x) a | b }}\n", "## q\nB\n{{ a | (x) b }} {{= x }}\n", 6),
        ("## q\nA {{= x }}\n", "## q\nB\n", 5),
        ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n",
         "## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | | x |\n", 5),
        ("## q\nA?\n- a => 1\n- b => 2\n", "## q\nA?\n- a => 1\n- => 2\n", 7),
        ("## q\nA?\n- (x) a\n- ( ) b {50%}\n", "## q\nA?\n- (x) a\n- ( ) b\n", 7),
    ],
)  # fmt: skip
def test_a_translation_that_says_something_else_is_told(body, other, line):
    made, problems = read(body, en=f"---\ntitle: Q\n---\n{other}")
    assert made is None
    assert [problem.line for problem in problems if problem.path.endswith(".en.md")] == [line]
