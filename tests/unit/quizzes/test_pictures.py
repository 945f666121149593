"""Questions about places on a picture: pointing at them, and putting labels to them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.questions import InvalidAnswer, public_view
from tests.support.pictures import TYPES, question, told

HOTSPOT = """\
## loket {hotspot}
Di mana warga mengambil nomor?

![Denah lobi](denah.png)

- (x) Meja kiri {rect=10%,20%,30%,25%}
  > RAHASIA benar
- ( ) Meja tengah {circle=400,300,60}
- ( ) Sudut kanan {polygon="70%,10% 90%,10% 90%,60%"}

> RAHASIA umum
"""
SEVERAL = HOTSPOT.replace("( )", "[ ]").replace("(x)", "[x]").replace("[ ] Meja", "[x] Meja")
LABELS = """\
## nama {labels}
Beri nama.

![Denah lobi](denah.png)

- Meja kiri => Loket {rect=10%,20%,30%,25%}
- Meja tengah => Informasi {circle=400,300,60}
- => Toilet
"""
EVERY = {"hotspot": question(HOTSPOT), "several": question(SEVERAL), "labels": question(LABELS)}
KEYS = sorted(EVERY)
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def score(each, answer):
    kind = TYPES[each.type]
    return kind.grade(each, kind.read_json(each, answer)).score


@pytest.mark.parametrize("key", KEYS)
def test_the_right_answer_scores_one_and_nothing_scores_nothing(key):
    each = EVERY[key]
    assert score(each, TYPES[each.type].right_answer(each)) == 1
    assert score(each, None) == 0


@pytest.mark.parametrize("key", KEYS)
@given(data=st.data())
def test_every_choice_of_places_has_a_score_from_nothing_to_all(key, data):
    each = EVERY[key]
    view = TYPES[each.type].view(each, "id", 1)
    if key == "labels":
        keys = [[part["key"] for part in view[side]] for side in ("left", "right")]
        answer = data.draw(st.dictionaries(*map(st.sampled_from, keys)))
    else:
        options = st.sampled_from([option["key"] for option in view["options"]])
        answer = data.draw(st.lists(options, unique=True, max_size=3 if key == "several" else 1))
    assert 0 <= score(each, answer) <= 1
    assert score(each, answer) == score(each, answer)


@pytest.mark.parametrize("key", KEYS)
@given(value=STRANGE, text=st.text(max_size=40))
def test_no_answer_raises_anything_but_that_it_is_invalid(key, value, text):
    each = EVERY[key]
    kind = TYPES[each.type]
    fields = {name: [text] for name in ("a", *(f"a.{area['key']}" for area in each.data["areas"]))}
    for act in (lambda: kind.read_json(each, value), lambda: kind.read(each, fields, "a")):
        try:
            answer = act()
        except InvalidAnswer as error:
            assert str(error)
        else:
            assert 0 <= kind.grade(each, answer).score <= 1
            assert kind.read_json(each, answer) == answer


@pytest.mark.parametrize("key", KEYS)
def test_a_view_shows_picture_areas_and_names_but_no_key(key):
    each = EVERY[key]
    views = [public_view(TYPES[each.type], each, language="id", seed=seed) for seed in range(6)]
    text = json.dumps(views)
    assert not any(word in text for word in ("RAHASIA", '"right": true', "feedback"))
    assert all('alt="Denah lobi"' in view["image"]["html"] for view in views)
    assert all("<img" not in view["prompt_html"] for view in views)
    places = "left" if key == "labels" else "options"
    for view in views:
        assert [area["key"] for area in view["areas"]] == [each["key"] for each in view[places]]


def test_areas_are_kept_in_pixels_whatever_they_were_written_in():
    areas = {area["kind"]: area["at"] for area in EVERY["hotspot"].data["areas"]}
    assert areas == {
        "rect": [80, 120, 240, 150],
        "circle": [400, 300, 60],
        "polygon": [560, 60, 720, 60, 720, 360],
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("![Denah lobi](denah.png)", "", 1, "needs a picture"),
        ("![Denah lobi]", "![]", 4, "needs a text that says what it shows"),
        (
            "![Denah lobi](denah.png)",
            "![](denah.png){.decorative}",
            2,
            "text that says what it shows",
        ),
        ("denah.png)", "lepas.svg)", 2, "size of this picture is not known"),
        ("denah.png)", "tiada.png)", 4, "no file"),
        (" {circle=400,300,60}", "", 8, "Say where on the picture"),
        ("{circle=400,300,60}", "{circle=400,300,60 rect=1,2,3,4}", 8, "once"),
        ("{circle=400,300,60}", "{circle=400,300}", 8, "percent or pixels"),
        ("{circle=400,300,60}", "{circle=400,x,60}", 8, "percent or pixels"),
        ("{circle=400,300,60}", "{circle=790,300,60}", 8, "does not lie on the picture"),
        ("{rect=10%,20%,30%,25%}", "{rect=80%,20%,30%,25%}", 6, "does not lie on the picture"),
        ("{rect=10%,20%,30%,25%}", "{rect=10%,20%,0%,25%}", 6, "no size"),
        ("70%,10% 90%,10% 90%,60%", "70%,10% 80%,10% 90%,10%", 9, "no size"),
        ("Meja tengah ", " ", 8, "needs a text"),
        ("- ( ) Meja", "- [ ] Meja", 8, "either"),
        ("(x)", "( )", 1, "No option is marked as right"),
        ("Di mana warga mengambil nomor?\n", "", 3, "besides its picture"),
        ("{hotspot}", "{hotspot outlines=none}", 1, "outlines is one of shown, hidden"),
    ],
)
def test_what_is_wrong_with_a_hotspot_is_told_with_its_line(old, new, line, message):
    assert old in HOTSPOT
    found = told(HOTSPOT.replace(old, new, 1))
    assert any(at == line and message in text for at, text in found), found


def test_a_label_that_belongs_nowhere_has_no_area_and_others_need_one():
    assert any(
        "nowhere" in text for _line, text in told(LABELS.replace("Toilet", "Toilet {rect=1,2,3,4}"))
    )
    assert any(
        "Say where" in text for _line, text in told(LABELS.replace(" {circle=400,300,60}", ""))
    )


def test_labels_score_each_place():
    each = EVERY["labels"]
    right = TYPES["labels"].right_answer(each)
    first, second = right
    assert score(each, {first: right[first], second: right[first]}) == 0.5


ENGLISH = """\
---
title: Quiz
---
## loket {hotspot}
Where do people take a number?

![Plan of the lobby](denah.png)

- (x) Left desk {rect=10%,20%,30%,25%}
- ( ) Middle desk {circle=400,300,60}
- ( ) Right corner {polygon="70%,10% 90%,10% 90%,60%"}
"""


def test_each_language_has_its_own_names_and_picture_text():
    each = question(HOTSPOT, en=ENGLISH)
    view = TYPES["hotspot"].view(each, "en", 1)
    assert 'alt="Plan of the lobby"' in view["image"]["html"]
    assert {option["html"] for option in view["options"]} == {
        "Left desk",
        "Middle desk",
        "Right corner",
    }


def test_areas_and_size_of_the_picture_are_the_same_in_all_languages():
    assert any(
        "differs" in text for _line, text in told(HOTSPOT, en=ENGLISH.replace("300,60", "300,61"))
    )
    assert any(
        "same size" in text for _line, text in told(HOTSPOT, en=ENGLISH.replace("denah", "besar"))
    )
