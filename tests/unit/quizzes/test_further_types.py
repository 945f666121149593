"""Weights, units, gaps, grids, judgements and surveys: what an answer is, what it is worth, what is shown."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import question_review
from learn.quizzes.attempts.review import EVERYTHING
from learn.quizzes.grading import grade_answer
from learn.quizzes.questions import InvalidAnswer, Question, public_view
from tests.support.quizzes import ENGINE, FURTHER_TYPES, TYPES, UNGRADED, quiz

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


def turn_options(data):
    for option in data["options"]:
        option["right"] = not option["right"]


def turn_rows(data):
    for row in data["rows"]:
        row["right"] = [data["columns"][0]["key"]]


def turn_ratings(data):
    for option in data["options"]:
        option["low"] = option["high"] = 3


def turn_gaps(data):
    data["gaps"][3]["right"] = data["words"][-1]["key"]
    turn_options(data["gaps"][1])


TURNS = {
    "single": turn_options, "multiple": turn_options, "matrix": turn_rows, "sjt": turn_ratings,
    "gaps": turn_gaps,
}  # fmt: skip
"""By type what makes other options the right ones."""


TWO_LANGUAGES = [
    ("- (x) Ya {100%}\n- ( ) Tidak {50%}", "- (x) Yes {100%}\n- ( ) No {50%}", ["Yes", "No"]),
    ("- a => Satu\n- b => Dua\n- => Tiga", "- x => One\n- y => Two\n- => Three", ["x", "One", "Three"]),
    ("Isi {{ (x) ya | tidak }}, {{* kata | lain }}.", "Fill {{ (x) yes | no }}, {{* word | other }}.",
     ["Fill ", "yes", "word", "other"]),
    ("| S | Ya | Tidak |\n|---|---|---|\n| Satu | x | |", "| S | Yes | No |\n|---|---|---|\n| One | x | |",
     ["Yes", "No", "One"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "other", "said"), TWO_LANGUAGES)
def test_every_type_is_shown_in_the_language_that_is_read(body, other, said):
    text = "---\ntitle: Q\n---\n## q\nWhat?\n\n"
    made = quiz(f"## q\nApa?\n\n{body}\n", en=f"{text}{other}\n").questions[0]
    shown = json.dumps(public_view(kind_of(made), made, language="en", seed=1))
    assert all(each in shown for each in [*said, "What?"])
    assert kind_of(made).summary(made, kind_of(made).right_answer(made), "en")


def test_a_judgement_is_shown_in_the_language_that_is_read():
    made = quiz(
        "## q {sjt}\nApa?\n- Menenangkan => 5\n- Membentak => 1\n",
        en="---\ntitle: Q\n---\n## q {sjt}\nWhat?\n- Calm down => 5\n- Shout => 1\n",
    ).questions[0]
    summary = kind_of(made).summary(made, kind_of(made).right_answer(made), "en")
    assert summary == "Calm down: 5; Shout: 1"


@pytest.mark.parametrize("key", KEYS)
def test_views_do_not_tell_right_from_wrong(key):
    each = ALL[key]
    view = kind_of(each).view(each, "id", 3)
    changed = Question.from_json(json.loads(json.dumps(each.to_json())))
    TURNS.get(each.type, len)(changed.data)
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
