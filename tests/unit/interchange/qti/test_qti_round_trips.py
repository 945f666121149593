"""Our text to QTI 3.0 and back: grading, weights, points and feedback stay; what does not is named."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learn.interchange.outgoing import typed_blocks
from learn.interchange.qti.writing import write_qti
from learn.interchange.texts import markdown_of_plain, one_line
from tests.support import qti
from tests.support.quizzes import EVERY_TYPE, TYPES

FURTHER = """\
    ## bobot {points=2.5 tags="b,c" competency=M.05 difficulty=hard}
    Mana yang **dicatat** & kenapa <5?

    - (x) Nomor
      > Ya.
    - ( ) Nama {50%}
      > Sebagian.
    - ( ) Gelar {-25%}

    > Umum.

    >(x) Hebat.

    >(~) Hampir.

    >( ) Belum.

    ## bobot-ganda
    Pilih syarat.
    - [x] KTP {60%}
    - [x] Formulir {40%}
    - [ ] Uang {-50%}
      > Jangan.
    - [ ] Foto {0%}

    >(x) Hebat.

    ## semua {credit=exact}
    Pilih.
    - [x] a
    - [x] b
    - [ ] c

    ## kurang {credit=right-minus-wrong}
    Pilih.
    - [x] a
    - [x] b
    - [ ] c

    ## angka
    Berapa?
    = 20 +- 1
      > pas
    = 15..30 {50%}
      > kurang pas
    = 99 {0%}
      > jauh

    ## teks {case=exact}
    Siapa?
    = Kota
      > ya
    = kota {50%}
    = salah {0%}
      > bukan

    ## celah
    Satu JP adalah {{= 45 }} menit; PNS wajib {{ (x) 20 | 24 {25%} | 30 }} JP di {{= Kota | ibu kota {50%} }}.

    ## kata
    Pilih {{* cepat | mahal }} dan **{{* ramah }}**.

    ## tempat {hotspot}
    Di mana?

    ![Denah](denah.png)

    - ( ) Kasir {circle=20%,50%,10%}
    - (x) Meja {rect=50%,10%,25%,50%}
    - ( ) Pintu {polygon="80%,60% 95%,60% 87.5%,95%"}

    ## label {labels}
    Beri label.

    ![Denah](denah.png)

    - Kiri => Kasir {rect=10%,10%,20%,20%}
    - Kanan => ![Info](info.png) {circle=50%,50%,10%}
    - => Lain

    ## kisi
    Benar?

    | | Benar | Salah |
    | --- | --- | --- |
    | Satu | x | |
    | Dua | | x |

    ## alur2 {ordering credit=positions}
    Urutkan.
    1. Terima
    2. Verifikasi
    3. Terbitkan

    ## baca {description}
    Bacalah `kode` dan $x^2$ ==tanda== ~~coret~~.

    - satu
    - dua

    ## esai {essay lines=5 points=4}
    Tulis.

    > umpan umum

    ### kunci
    Isi yang **baik**.

    ## unggah {upload types="pdf,jpg"}
    Unggah.

    ## survei {survey}
    Suka?
    - ( ) Ya
    - ( ) Tidak
"""


@pytest.mark.parametrize("text", [EVERY_TYPE, FURTHER], ids=["first", "further"])
def test_every_type_that_qti_knows_comes_back_and_its_right_answer_counts_in_full(
    text: str,
) -> None:
    journey = qti.journey(text)
    assert journey.after.keys() == journey.before.keys()
    for key, question in journey.before.items():
        other = journey.after[key]
        assert (other.type, other.points, other.prompt) == (
            question.type,
            question.points,
            question.prompt,
        )
        assert (other.feedback, other.outcomes) == (question.feedback, question.outcomes)
        assert (other.competency, other.tags, other.difficulty) == (
            question.competency, question.tags, question.difficulty,
        )  # fmt: skip
        right = TYPES[question.type].right_answer(question)
        if right is not None:
            assert journey.grades(key, right) == (1, 1)
            kind = TYPES[question.type]
            assert kind.option_feedback(question, right, "id") == kind.option_feedback(
                other, right, "id"
            )


def test_most_types_come_back_with_the_same_data() -> None:
    journey = qti.journey(FURTHER)
    other = {"angka", "tempat", "label"}  # the same in other words: ranges, rounded places
    for key in journey.before.keys() - other:
        assert journey.after[key].data == journey.before[key].data, key
    assert [entry.verdict for entry in journey.exported.entries] == ["kept"] * len(journey.before)


def test_what_has_no_equal_is_refused_with_its_name() -> None:
    blocks = qti.blocks_of(
        """\
        ## kasus {sjt ask=best-worst}
        Warga marah.
        - Menenangkan => 5
        - Diam => 1
        """
    )
    (entry,) = write_qti(typed_blocks(blocks, TYPES), "x", {}).entries
    assert (entry.name, entry.verdict) == ("kasus", "refused")


def test_ratings_go_out_as_a_table_whose_pairs_are_worth_what_the_ratings_are() -> None:
    journey = qti.journey(
        """\
        ## kasus {sjt scale=1..5}
        Warga marah.
        - Menenangkan => 4..5
        - Diam => 1
        """
    )
    assert journey.after["kasus"].type == "matrix"
    with zipfile.ZipFile(io.BytesIO(journey.exported.content)) as archive:
        item = archive.read("items/kasus.xml").decode()
    worths = dict(re.findall(r'map-key="(l\d r\d)" mapped-value="([\d.]+)"', item))
    question = journey.before["kasus"]
    first, second = (each["key"] for each in question.data["options"])
    kind = TYPES["sjt"]
    for one, other in itertools.product(range(1, 6), range(1, 6)):
        score = kind.grade(question, kind.read_json(question, {first: one, second: other})).score
        total = float(worths[f"l1 r{one}"]) + float(worths[f"l2 r{other}"])
        assert total == pytest.approx(score)


def test_what_stays_behind_is_named() -> None:
    journey = qti.journey(
        """\
        ## satu {penalty=20 units="1 JP = 45 menit"}
        Berapa?
        = 20 JP
        = 900 menit

        >? Ingat UU.

        ## dua
        Siapa?
        = Kota
        = /ko.a/
        """
    )
    said = [str(note.message) for entry in journey.exported.entries for note in entry.notes]
    for word in ("jp", "900 menit", "units=1 JP", "hints", "penalty=20", "/ko.a/"):
        assert any(word in message for message in said), word


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp", "Zs"),
                  exclude_characters="\ufeff"),
    min_size=1, max_size=12,
)  # fmt: skip
PLAIN = st.text(st.sampled_from("abcdefgh éü<>&\"'.,!?;:%()"), min_size=1, max_size=20).map(
    lambda text: "x" + " ".join(text.split())
)


def option(text: str) -> str:
    """Return a text that Markdown shows as it is, as the import of any text writes it."""

    return one_line(markdown_of_plain(text)) or "x"


@st.composite
def choices(draw: st.DrawFn) -> tuple[str, bool, int]:
    """Return the text of a choice, whether several may be picked, and how many options it has."""
    texts = draw(st.lists(WORDS.map(option), min_size=2, max_size=6, unique_by=str.casefold))
    several = draw(st.booleans())
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=len(texts)))
    lines = []
    if several:
        credit = draw(st.sampled_from(["proportional", "exact", "right-minus-wrong", "weights"]))
        head = f" {{credit={credit}}}" if credit != "weights" else ""
        shares = _shares(draw, len(right))
        for at, text in enumerate(texts):
            weight = ""
            if credit == "weights":
                share = shares.pop() if at in right else -draw(st.integers(0, 100))
                weight = f" {{{share}%}}"
            lines.append(f"- [{'x' if at in right else ' '}] {text}{weight}")
    else:
        head, the_one = "", min(right)
        for at, text in enumerate(texts):
            weight = draw(st.sampled_from(["", " {50%}", " {33.333%}", " {-20%}"]))
            lines.append(
                f"- ({'x' if at == the_one else ' '}) {text}{'' if at == the_one else weight}"
            )
    if draw(st.booleans()):
        lines[0] += "\n  > Umpan *balik* & <sebab>."
    body = "\n".join(lines)
    return f"## soal{head}\nMana?\n\n{body}\n\n>(x) Tepat.\n", several, len(texts)


def _shares(draw: st.DrawFn, count: int) -> list[int]:
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]


@settings(max_examples=40)
@given(made=choices(), data=st.data())
def test_a_choice_grades_every_answer_the_same(made: tuple[str, bool, int], data: Any) -> None:
    text, several, count = made
    journey = qti.journey(text)
    keys = [each["key"] for each in journey.before["soal"].data["options"]]
    assert keys == [each["key"] for each in journey.after["soal"].data["options"]]
    picked = data.draw(st.sets(st.sampled_from(keys), min_size=1, max_size=count if several else 1))
    before, after = journey.grades("soal", sorted(picked))
    assert after == pytest.approx(before, abs=1e-4)


@settings(max_examples=20)
@given(texts=st.lists(PLAIN, min_size=1, max_size=4, unique_by=str.casefold), given_text=PLAIN)
def test_a_text_grades_every_answer_the_same(texts: list[str], given_text: str) -> None:
    lines = "\n".join(f"= {text}{'' if at == 0 else ' {50%}'}" for at, text in enumerate(texts))
    journey = qti.journey(f"## soal {{text}}\nApa?\n\n{lines}\n")
    for answer in (*texts, texts[0].upper(), given_text):
        before, after = journey.grades("soal", answer)
        assert after == pytest.approx(before)


@settings(max_examples=20)
@given(
    ranges=st.lists(st.tuples(st.integers(-500, 500), st.integers(0, 40)), min_size=1, max_size=3),
    probe=st.integers(-600, 600),
)
def test_a_number_grades_every_answer_the_same(ranges: list[tuple[int, int]], probe: int) -> None:
    lines = [
        f"= {low / 4}..{(low + width) / 4}{'' if at == 0 else ' {50%}'}"
        for at, (low, width) in enumerate(ranges)
    ]
    journey = qti.journey("## soal {numeric}\nBerapa?\n\n" + "\n".join(lines) + "\n")
    for answer in (
        probe / 4,
        *(low / 4 for low, _ in ranges),
        *((low + width) / 4 for low, width in ranges),
    ):
        before, after = journey.grades("soal", f"{answer:.4f}")
        assert after == pytest.approx(before)


@settings(max_examples=15)
@given(
    steps=st.lists(WORDS.map(option), min_size=2, max_size=7, unique_by=str.casefold),
    data=st.data(),
)
def test_an_order_grades_every_answer_the_same(steps: list[str], data: Any) -> None:
    credit = data.draw(st.sampled_from(["neighbours", "positions", "exact"]))
    lines = "\n".join(f"{at}. {step}" for at, step in enumerate(steps, 1))
    journey = qti.journey(f"## soal {{ordering credit={credit}}}\nUrutkan.\n\n{lines}\n")
    keys = [each["key"] for each in journey.before["soal"].data["items"]]
    order = data.draw(st.permutations(keys))
    before, after = journey.grades("soal", order)
    assert after == pytest.approx(before)


@settings(max_examples=15)
@given(
    lefts=st.lists(WORDS.map(option), min_size=2, max_size=5, unique_by=str.casefold),
    rights=st.lists(WORDS.map(option), min_size=2, max_size=5, unique_by=str.casefold),
    data=st.data(),
)
def test_pairs_grade_every_answer_the_same(lefts: list[str], rights: list[str], data: Any) -> None:
    pairs = [f"- {left} => {rights[at % len(rights)]}" for at, left in enumerate(lefts)]
    pairs += [f"- => {right}" for right in rights[len(lefts) :]]
    journey = qti.journey("## soal\nPasangkan.\n\n" + "\n".join(pairs) + "\n")
    left_keys = [
        pair["left"]["key"] for pair in journey.before["soal"].data["pairs"] if pair["left"]
    ]
    right_keys = [pair["right"]["key"] for pair in journey.before["soal"].data["pairs"]]
    answer = {left: data.draw(st.sampled_from(right_keys)) for left in left_keys}
    before, after = journey.grades("soal", answer)
    assert after == pytest.approx(before)


@settings(max_examples=15)
@given(answers=st.lists(st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?", fullmatch=True), min_size=2, max_size=4,
                        unique=True), tried=st.from_regex(r"[a-z]{1,8}", fullmatch=True))  # fmt: skip
def test_gaps_grade_every_answer_the_same(answers: list[str], tried: str) -> None:
    typed = " lalu ".join(f"{{{{= {text} }}}}" for text in answers)
    listed = " | ".join(f"({'x' if at == 0 else ' '}) {text}" for at, text in enumerate(answers))
    journey = qti.journey(f"## soal\nTulis {typed} dan {{{{ {listed} }}}}.\n")
    right = TYPES["gaps"].right_answer(journey.before["soal"])
    assert journey.grades("soal", right) == (1, 1)
    before, after = journey.grades("soal", {**right, "g1": tried})
    assert after == pytest.approx(before)


def test_feedback_of_wrong_answers_is_that_of_before() -> None:
    journey = qti.journey(FURTHER)
    question, other = journey.before["angka"], journey.after["angka"]
    kind = TYPES["numeric"]
    for answer in ("20", "16", "99", "50"):
        before = kind.option_feedback(question, answer, "id")
        assert kind.option_feedback(other, answer, "id") == before
    assert re.search("jauh", str(kind.option_feedback(other, "99", "id")))


def test_a_unit_stands_behind_the_field_and_comes_back() -> None:
    journey = qti.journey("## soal\nBerapa?\n\n= 18..22 JP\n= 30 JP {50%}\n")
    for answer in ("20", "20 jp", "20 menit", "30 JP"):
        before, after = journey.grades("soal", answer)
        assert after == before
    assert journey.after["soal"].prompt == journey.before["soal"].prompt
