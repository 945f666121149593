"""Cases that branch: the path so far is shown and nothing beyond; an ending says what it is worth."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.quizzes.questions import InvalidAnswer, public_view
from learn.quizzes.types.branching import Map
from tests.support.quizzes import TYPES, question, read, text_of

CASE = """\
## warga-marah {scenario scales="empati,prosedur"}
Seorang warga datang dengan marah.

> UMPAN-UMUM

### mulai
Warga berteriak di loket.

- Dengarkan sampai selesai => didengar {empati=2 prosedur=1}
  > Warga mulai tenang. AKIBAT-DENGAR
- Minta warga antre lagi => antre {empati=-1}
  > AKIBAT-ANTRE

> UMPAN-MULAI

### didengar
NASKAH-DIDENGAR Warga bercerita.

- Catat dan beri nomor pengaduan => selesai-baik {prosedur=2}
  > AKIBAT-CATAT
- Janjikan besok selesai => selesai-buruk {prosedur=-2}

### antre
NASKAH-ANTRE Warga makin marah.

- Minta maaf dan dengarkan => didengar {empati=1}
- Panggil petugas keamanan => selesai-buruk

### selesai-baik {end score=100}
NASKAH-BAIK Warga berterima kasih.

### selesai-buruk {end score=20}
NASKAH-BURUK Warga melapor ke media.

> UMPAN-BURUK
"""
SCALES = CASE.replace("{end score=100}", "{end}").replace("{end score=20}", "{end}")
BOTH = CASE.replace("{scenario", "{scenario by=both")
ROUND = CASE.replace("{scenario", "{scenario steps=6").replace("=> selesai-buruk\n", "=> mulai\n")
BACK = CASE.replace("{scenario", "{scenario back=allowed")
EVERY = {key: question(text) for key, text in
         {"ending": CASE, "scales": SCALES, "both": BOTH, "round": ROUND, "back": BACK}.items()}  # fmt: skip
KEYS = sorted(EVERY)
KIND = TYPES["scenario"]
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def path(each, *texts):
    """Return the keys of these choices, told by how they begin."""
    keys = []
    for text in texts:
        node = Map(each.data).walk(keys).node
        keys.append(next(c["key"] for c in node["choices"] if c["html"]["id"].startswith(text)))
    return keys


def score(each, keys):
    return KIND.grade(each, KIND.read_json(each, keys)).score


def told(text, **translations):
    above = text_of("").count("\n")
    return [(p.line - above, str(p.message)) for p in read(text, **translations)[1]]


@pytest.mark.parametrize("key", KEYS)
def test_the_best_path_scores_one_and_an_open_one_nothing(key):
    each = EVERY[key]
    right = KIND.right_answer(each)
    assert score(each, right) == 1
    assert all(KIND.grade(each, right).marks.values())
    assert score(each, right[:-1]) == score(each, None) == 0
    assert "Catat dan beri nomor" in KIND.right_text(each)


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_every_path_has_a_score_from_nothing_to_all_and_shows_only_what_it_came_to(key, data):
    each = EVERY[key]
    keys = []
    while options := KIND.view_of_answer(each, keys, "id")["node"]["options"]:
        if not data.draw(st.booleans(), "go on") and len(keys) > 1:
            break
        keys.append(data.draw(st.sampled_from([option["key"] for option in options])))
        assert KIND.read_json(each, keys) == keys
        assert 0 <= score(each, keys) <= 1
        assert score(each, keys) == score(each, list(keys))
    assert len(keys) <= each.data["steps"]
    walked = Map(each.data).walk(keys)
    came_to = {step.node["key"] for step in walked.steps} | {walked.node["key"]}
    text = json.dumps(public_view(KIND, each, language="id", seed=1, answer=keys or None))
    for node in each.data["nodes"]:
        assert (json.dumps(node["html"]["id"])[1:-1] in text) == (node["key"] in came_to)
    assert not any(word in text for word in ("UMPAN", "effects", '"to"', '"score"', "didengar"))
    chosen = {step.choice["key"] for step in walked.steps}
    shown = {option["key"] for option in KIND.view_of_answer(each, keys, "id")["node"]["options"]}
    for choice in (choice for node in each.data["nodes"] for choice in node["choices"]):
        assert (choice["key"] in text) == (choice["key"] in chosen | shown)
        then = choice["then"].get("id")
        assert not then or (json.dumps(then)[1:-1] in text) == (choice["key"] in chosen)


@pytest.mark.parametrize("key", KEYS)
@given(
    value=STRANGE,
    path=st.text(max_size=30),
    go=st.text(max_size=12) | st.sampled_from(["back:0", "back:99"]),
)
def test_no_answer_raises_anything_but_that_it_is_invalid(key, value, path, go):
    each = EVERY[key]
    for act in (
        lambda: KIND.read_json(each, value),
        lambda: KIND.read(each, {"a.path": [path], "a.go": [go]}, "a"),
    ):
        try:
            answer = act()
        except InvalidAnswer as error:
            assert str(error)
        else:
            assert KIND.read_json(each, answer) == answer
            assert 0 <= KIND.grade(each, answer).score <= 1


def test_a_form_adds_the_choice_whose_button_was_pressed():
    each = EVERY["ending"]
    first, second = path(each, "Dengarkan", "Catat")
    assert KIND.read(each, {}, "a") is None
    assert KIND.read(each, {"a.path": [""], "a.go": [first]}, "a") == [first]
    assert KIND.read(each, {"a.path": [first], "a.go": [second]}, "a") == [first, second]
    assert KIND.read(each, {"a.path": [first]}, "a") == [first]
    assert KIND.read(each, {"a.path": [f"{first} {second}"], "a.go": ["back:1"]}, "a") == [first]


def test_a_choice_that_was_made_stays_unless_the_author_says_otherwise():
    each = EVERY["ending"]
    first, second = path(each, "Dengarkan", "Catat")
    other = path(each, "Minta")
    assert KIND.refusal(each, [first], [first, second]) is None
    for after in (None, other, [second]):
        assert "stays" in str(KIND.refusal(each, [first], after))
        assert KIND.refusal(EVERY["back"], [first], after) is None


def test_a_case_can_be_checked_at_its_end():
    each = EVERY["round"]
    assert not KIND.is_finished(each, None)
    assert KIND.is_finished(each, path(each, "Dengarkan", "Catat"))
    circle = path(each, "Minta", "Panggil") * 3
    assert KIND.is_finished(each, circle)
    assert KIND.view_of_answer(each, circle, "id")["node"]["options"] == []
    with pytest.raises(InvalidAnswer, match="at most 6"):
        KIND.read_json(each, [*circle, circle[0]])


def test_a_path_of_an_older_version_goes_as_far_as_this_one_has_it():
    each = EVERY["ending"]
    old = [*path(each, "Dengarkan"), "o123456789", *path(each, "Minta")]
    assert KIND.grade(each, old).score == 0
    assert len(KIND.view_of_answer(each, old, "id")["path"]) == 1
    assert list(KIND.parts(each, old)) == ["mulai"]


def test_the_score_is_that_of_the_ending_of_the_scales_or_the_mean_of_both():
    bad = [
        path(each, "Dengarkan", "Janjikan")
        for each in (EVERY["ending"], EVERY["scales"], EVERY["both"])
    ]
    assert score(EVERY["ending"], bad[0]) == 0.2
    assert score(EVERY["scales"], bad[1]) == pytest.approx(1 / 5)
    assert score(EVERY["both"], bad[2]) == pytest.approx((0.2 + 1 / 5) / 2)
    assert KIND.grade(EVERY["both"], bad[2]).scales == {"empati": 2, "prosedur": -1}


def test_a_choice_is_marked_by_whether_a_better_one_was_there():
    each = EVERY["ending"]
    keys = path(each, "Minta", "Minta", "Janjikan")
    assert list(KIND.grade(each, keys).marks.values()) == [
        True,
        True,
        False,
    ]  # the ending alone counts
    both = EVERY["both"]
    assert list(KIND.grade(both, path(both, "Minta", "Minta", "Janjikan")).marks.values()) == [
        False, True, False,
    ]  # fmt: skip


def test_what_was_chosen_is_told_by_node_and_guessing_has_a_mean():
    each = EVERY["ending"]
    assert KIND.parts(each, path(each, "Dengarkan", "Catat")) == {
        "mulai": "Dengarkan sampai selesai",
        "didengar": "Catat dan beri nomor pengaduan",
    }
    assert KIND.guess(each) == pytest.approx((0.6 + (0.6 + 0.2) / 2) / 2)
    assert "UMPAN-MULAI" in KIND.option_feedback(each, None, "id")["answer"]
    bad = KIND.option_feedback(each, path(each, "Dengarkan", "Janjikan"), "id")["answer"]
    assert "UMPAN-MULAI" in bad and "UMPAN-BURUK" in bad


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("=> antre ", "=> anter ", 11, "perhaps antre?"),
        ("empati=-1", "empat=-1", 11, "The scale empat is not declared"),
        ("empati=-1", "empati=banyak", 11, "What a choice counts is written {empati=2}"),
        ("=> antre {empati=-1}", "=> didengar", 23, "No path leads to antre"),
        ("{end score=20}", "", 32, "dead end"),
        ("{end score=20}", "{end}", 32, "needs a score"),
        ("{end score=20}", "{end score=120}", 32, "from 0 to 100"),
        ("{end score=20}", "{ending}", 32, "ending is unknown"),
        ("score=100", "score=90", 1, "comes to 90"),
        ("{end score=100}", "{end score=100}\nA.\n\n- Lagi => mulai", 29, "An ending has no choices"),
        ("=> selesai-buruk\n", "=> mulai\n", 6, "limit the choices"),
        ("NASKAH-ANTRE Warga makin marah.", "", 23, "needs a text"),
        ("### antre", "### didengar", 23, "twice, first on line 19"),
        ("- Minta maaf dan dengarkan => didengar {empati=1}", "- ( ) Minta maaf", 26, "where it leads"),
        ("\n> UMPAN-UMUM", "- Buka => mulai", 3, "below a ### heading"),
        ("{scenario ", "{scenario steps=0 ", 1, "steps is a number from 1 to 100"),
        ("{scenario ", "{scenario steps=1 ", 1, "more than steps allows"),
        ("{scenario ", "{scenario by=scales ", 29, "The scales alone count"),
        ("Janjikan besok selesai", "Catat dan beri nomor pengaduan", 21, "Two choices say the same"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_map_is_told_with_its_line(old, new, line, message):
    assert old in CASE
    found = told(CASE.replace(old, new, 1))
    assert any(at == line and message in text for at, text in found), found


def test_nodes_without_an_exit_and_circles_that_gain_are_refused():
    lost = CASE.replace("=> selesai-baik {prosedur=2}", "=> antre").replace(
        "=> didengar {empati=1}", "=> antre"
    )
    lost = lost.replace("=> selesai-buruk\n", "=> antre\n")
    assert any("From antre no path leads" in text for _line, text in told(lost))
    gains = BOTH.replace("{scenario", "{scenario steps=6").replace(
        "=> selesai-buruk\n", "=> mulai {empati=9}\n"
    )
    assert any("gains points each time" in text for _line, text in told(gains))
    none = CASE.replace("{end score=100}", "").replace("{end score=20}", "")
    assert any("has no ending" in text for _line, text in told(none))
    assert any("needs sections" in text for _line, text in told("## q {scenario}\nA.\n"))


ENGLISH = """\
---
title: Quiz
---
## warga-marah {scenario}
A citizen comes in anger.

### mulai
The citizen shouts.

- Listen to the end => didengar {empati=2 prosedur=1}
  > Calm returns.
- Ask to queue again => antre {empati=-1}

### didengar
The citizen talks.

- Take notes => selesai-baik {prosedur=2}
- Promise => selesai-buruk {prosedur=-2}

### antre
More anger.

- Say sorry => didengar {empati=1}
- Call security => selesai-buruk

### selesai-baik {end score=100}
Thanks.

### selesai-buruk {end score=20}
To the media.
"""


def test_each_language_tells_the_same_case_in_its_own_words():
    made, problems = read(CASE, en=ENGLISH)
    assert made is not None, [str(problem) for problem in problems]
    each = made.questions[0]
    seen = KIND.view_of_answer(each, path(each, "Dengarkan"), "en")
    assert seen["path"][0]["chosen"]["html"] == "Listen to the end"
    assert "Calm returns" in seen["path"][0]["then"]["html"]
    assert "The citizen talks" in seen["node"]["html"]
    assert KIND.right_text(each, "en") == "Listen to the end \u2192 Take notes"


def test_a_translation_leads_where_the_main_language_does():
    other = ENGLISH.replace("=> antre {", "=> didengar {")
    assert any("leads to antre" in text for _line, text in told(CASE, en=other))
    assert any(
        "differs" in text for _line, text in told(CASE, en=ENGLISH.replace("score=20", "score=30"))
    )


@st.composite
def maps(draw):
    """Return the data of a case with nodes, choices and effects at random, sound or not."""
    count = draw(st.integers(2, 6))
    keys = [f"n{at}" for at in range(count)]
    by = draw(st.sampled_from(["ending", "scales", "both"]))
    nodes = []
    for key in keys:
        end = key != "n0" and (key == keys[-1] or draw(st.booleans()))
        targets = [] if end else draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3))
        choices = [
            {"key": f"{key}-{at}", "item": at, "html": {"id": f"{key} {at}"}, "to": to, "then": {},
             "effects": {"a": draw(st.integers(-3, 3))}}
            for at, to in enumerate(targets)
        ]  # fmt: skip
        score = draw(st.sampled_from([0, 0.5, 1, 1])) if end and by != "scales" else None
        nodes.append(
            {
                "key": key,
                "html": {"id": key},
                "feedback": {},
                "end": end,
                "score": score,
                "choices": choices,
            }
        )
    data = {
        "nodes": nodes,
        "scales": ["a"],
        "by": by,
        "steps": draw(st.integers(2, 12)),
        "limited": draw(st.booleans()),
        "back": False,
    }
    reached = Map(data).reached()
    return {**data, "nodes": [node for node in nodes if node["key"] in reached]}


@settings(max_examples=400)
@given(data=maps(), turns=st.lists(st.integers(0, 2), max_size=12))
def test_a_map_without_flaws_has_a_path_worth_all_and_none_worth_more(data, turns):
    case = Map(data)
    if KIND.check(data):
        return
    best = case.best_path()
    walked = case.walk(best)
    assert walked.ended and len(best) <= data["steps"]
    assert case.score(walked) == pytest.approx(1)
    path = []
    for turn in turns:
        choices = case.walk(path).node["choices"]
        if choices:
            path.append(choices[turn % len(choices)]["key"])
    assert 0 <= case.score(case.walk(path)) <= 1
    assert 0 <= case.mean_score() <= 1
