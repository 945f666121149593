"""Essays and uploads: how they are written, what an answer to them is, and what learners never see."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.handed_in.files import MOST_FILES
from learn.quizzes.questions import InvalidAnswer, public_view
from learn.quizzes.types.essay import MAX_ESSAY_LENGTH, count_words
from learn.quizzes.types.rubrics import chosen_levels, share_of
from tests.support.quizzes import TYPES, question, read

ESSAY = """\
    ## alasan {essay lines=8 words=20..200 points=10}
    Mengapa maklumat pelayanan wajib ditempel?

    - Kejelasan => 3: RAHASIA jelas | 1,5: RAHASIA cukup | 0: RAHASIA tidak
    - Isi *pokok* => 5: RAHASIA lengkap | 0: RAHASIA kosong

    > RAHASIA umpan umum.

    ### kunci
    RAHASIA jawaban contoh:

    - RAHASIA satu
    """
BOTH = '## berkas {essay files=2 types="pdf,jpg" size="1 MB"}\nTulis atau kirim.\n'
UPLOAD = "## unggah {upload files=3}\nKirim foto maklumat.\n"
DIGEST, OTHER = "a" * 64, "b" * 64
ALL = {
    name: question(text) for name, text in (("essay", ESSAY), ("both", BOTH), ("upload", UPLOAD))
}
STRANGE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.just(DIGEST),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["text", "files", "digest", "name", "size", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def problems(text):
    return [str(problem.message) for problem in read(text)[1]]


@pytest.mark.parametrize("name", ALL)
@given(value=STRANGE)
def test_no_answer_raises_anything_but_that_it_is_invalid(name, value):
    each = ALL[name]
    kind = TYPES[each.type]
    try:
        answer = kind.read_json(each, value)
    except InvalidAnswer as error:
        assert str(error)
    else:
        json.dumps(answer)
        assert kind.read_json(each, answer) == answer
        assert kind.grade(each, answer).score == 0
        assert isinstance(kind.summary(each, answer), str)


@pytest.mark.parametrize("name", ALL)
@given(
    fields=st.dictionaries(
        st.sampled_from(["a", "a.kept", "a.go", "a.files", "b"]),
        st.lists(
            st.text(max_size=8) | st.sampled_from([DIGEST, OTHER, f"remove:{DIGEST}"]), max_size=4
        ),
    )
)
def test_no_form_raises_anything_but_that_it_is_invalid(name, fields):
    each = ALL[name]
    kind = TYPES[each.type]
    try:
        answer = kind.read(each, fields, "a")
    except InvalidAnswer as error:
        assert str(error)
    else:
        assert kind.read_json(each, answer) == answer


def test_nothing_written_and_nothing_sent_is_no_answer():
    for each in ALL.values():
        kind = TYPES[each.type]
        assert kind.read(each, {"a": [" \n "]}, "a") is None
        assert kind.read_json(each, None) is None


def test_an_essay_is_a_text_and_with_files_both():
    assert TYPES["essay"].read(ALL["essay"], {"a": ["Satu.\r\nDua. "]}, "a") == "Satu.\nDua."
    fields = {"a": ["Lihat berkas."], "a.kept": [DIGEST, OTHER], "a.go": [f"remove:{OTHER}"]}
    answer = TYPES["essay"].read(ALL["both"], fields, "a")
    assert answer == {"text": "Lihat berkas.", "files": [{"digest": DIGEST, "name": "", "size": 0}]}
    assert TYPES["essay"].summary(ALL["essay"], "Satu.") == "Satu."


def test_an_essay_without_files_takes_none_and_no_answer_takes_too_many():
    with pytest.raises(InvalidAnswer, match="a text"):
        TYPES["essay"].read_json(ALL["essay"], {"text": "a", "files": [DIGEST]})
    digests = [f"{n:064x}" for n in range(4)]
    with pytest.raises(InvalidAnswer, match="at most 3 files"):
        TYPES["upload"].read_json(ALL["upload"], digests)
    with pytest.raises(InvalidAnswer, match=str(MAX_ESSAY_LENGTH)):
        TYPES["essay"].read_json(ALL["essay"], "a" * (MAX_ESSAY_LENGTH + 1))


def test_words_are_counted_between_spaces():
    assert [count_words(text) for text in ("", "satu", " satu  dua\ntiga ")] == [0, 1, 3]


def test_what_learners_see_of_an_essay_says_nothing_of_rubric_and_model_answer():
    shown = public_view(TYPES["essay"], ALL["essay"], language="id", seed=1)
    assert "RAHASIA" not in json.dumps(shown)
    assert (shown["lines"], shown["words"]) == (8, {"least": 20, "most": 200})
    open_rubric = question(ESSAY.replace("points=10", "points=10 rubric=shown"))
    told = json.dumps(public_view(TYPES["essay"], open_rubric, language="id", seed=1))
    assert "RAHASIA jelas" in told and "RAHASIA jawaban" not in told and "umpan" not in told


def test_a_rubric_gives_the_share_of_the_points_of_its_best_levels():
    rubric = ALL["essay"].data["rubric"]
    levels = {each["key"]: [level["key"] for level in each["levels"]] for each in rubric}
    shares = [share_of(rubric, {key: keys[at] for key, keys in levels.items()}) for at in (0, -1)]
    assert shares == [1, 0]
    middle = dict(
        zip(levels, [levels[next(iter(levels))][1], levels[list(levels)[1]][0]], strict=True)
    )
    assert share_of(rubric, chosen_levels(rubric, middle)) == pytest.approx(6.5 / 8)


@given(value=STRANGE)
def test_no_levels_raise_anything_but_that_they_are_invalid(value):
    with pytest.raises(InvalidAnswer):
        chosen_levels(ALL["essay"].data["rubric"], value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## a {essay words=300..100}\nA?\n", "words is a range"),
        ("## a {essay words=many}\nA?\n", "words is a range"),
        ("## a {essay lines=0}\nA?\n", "lines is a whole number"),
        ("## a {essay types=pdf}\nA?\n", "types and size need files"),
        ('## a {upload types="pdf,exe"}\nA?\n', "types are some of"),
        ('## a {upload size="1 TB"}\nA?\n', "size is up to"),
        (f"## a {{upload files={MOST_FILES + 1}}}\nA?\n", "files is a whole number"),
        ("## a {essay rubric=visible}\nA?\n", "rubric is one of"),
        ("## a {essay}\nA?\n- Isi => bagus\n", "levels such as"),
        ("## a {essay}\nA?\n- Isi => 3: bagus\n", "2 to 10 levels"),
        ("## a {essay}\nA?\n- Isi => 0: a | 0: b\n", "has points"),
        ("## a {essay}\nA?\n- Isi => 1: a | 0: b\n- Isi => 1: a | 0: b\n", "stands there twice"),
        ("## a {essay}\nA?\n- Isi => 1: a | 1: a\n", "say the same"),
        ("## a {essay}\nA?\n### lain\nX\n", "one section"),
        ("## a {essay}\nA?\n### kunci\nX\n- b => 1: a | 0: b\n", "stand before"),
        ("## a {essay}\nA?\n- (x) ya\n- ( ) tidak\n", "lines such as"),
    ],
)
def test_what_is_wrong_in_the_text_is_told(text, said):
    assert any(said in problem for problem in problems(text)), problems(text)


def test_both_languages_have_the_same_levels():
    english = "---\ntitle: Quiz\n---\n## a {essay}\nWhy?\n- Content => %s\n\n### kunci\nModel.\n"
    text = "## a {essay}\nA?\n- Isi => 3: penuh | 0: kosong\n\n### kunci\nContoh.\n"
    quiz, found = read(text, en=english % "3: full | 0: empty")
    assert not found
    (criterion,) = quiz.questions[0].data["rubric"]
    assert criterion["levels"][0]["html"] == {"id": "penuh", "en": "full"}
    for wrong in ("2: full | 0: empty", "3: full", "3: full | 1: half | 0: empty"):
        assert read(text, en=english % wrong)[1]


def test_the_example_in_the_documentation_can_be_published():
    page = Path(__file__).parents[3] / "docs" / "writing-courses.md"
    (text,) = re.findall(r"```markdown\n(## keluhan \{essay.*?)```", page.read_text("utf-8"), re.S)
    quiz, found = read(text)
    assert not found
    assert [each.type for each in quiz.questions] == ["essay", "upload"]
    assert quiz.questions[0].data["model"]
