"""Every worked example of the domain's reference, by its sections, each with the figures that ship.

The rules behind them have tests of their own; here one finds each example, and that it comes out as it
is written there. The row for SIASN (7) is `tests/unit/siasn/test_rows.py`, the simulation on its page (8)
`tests/web/hr/test_match.py`, classes and gain on a result (9) `tests/web/admin/test_measures.py`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.rules import Piece, gap, job_person_match, learned_level
from learn.figures.professionalism import Inputs, index_of
from learn.hours.forms import shipped_forms
from learn.hours.rules import Activity, convert, year_status
from learn.people.numbers import InvalidNumber, Kind, Sex, display, parse_number
from learn.quizzes.analysis.gain import n_gain, shown_gain
from learn.quizzes.analysis.instruments import ADKAR, SKM, readiness, satisfaction
from learn.siasn.rules import day_text
from learn.web.i18n import date_text, number, saying, short_date, time_text

FORMS, FRAMEWORK = shipped_forms(), load_framework()
TODAY = date(2026, 11, 24)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


# 1. Locale rules


def test_dates_times_and_numbers_are_written_as_in_indonesia(app):
    at = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    with app.test_request_context("/"):
        assert (date_text(at), short_date(at)) == ("24 November 2026", "24-11-2026")
        assert time_text(at) == "08.30 WITA"
        assert (number(87.5), number(1250)) == ("87,5", "1.250")
    assert day_text(date(2026, 11, 2)) == "02-11-2026"  # for SIASN


# 2.3 Numbers of employees


def test_19900101_201503_1_999_is_a_pns_born_in_1990_appointed_in_march_2015_a_man():
    found = parse_number("19900101 201503 1 999", today=TODAY)
    assert (found.kind, found.born, found.sex) == (Kind.PNS, date(1990, 1, 1), Sex.MALE)
    assert (found.year, found.month) == (2015, 3)
    assert display(found) == "19900101 201503 1 999"


def test_199502012023212999_is_a_pppk_born_in_1995_of_2023_a_woman():
    found = parse_number("199502012023212999", today=TODAY)
    assert (found.kind, found.born, found.sex) == (Kind.PPPK, date(1995, 2, 1), Sex.FEMALE)
    assert (found.year, found.month) == (2023, None)


@pytest.mark.parametrize(("text", "problems"), [
    ("199313012020121001", ["Tanggal lahir"]),
    ("199001012015031000", ["Nomor urut"]),
    ("199001012015133999", ["13", "Digit ke-15"]),
])  # fmt: skip
def test_a_number_that_cannot_be_is_refused_with_its_reason(text, problems):
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text, today=TODAY)
    told = " ".join(map(saying("id"), caught.value.problems))
    assert all(each.casefold() in told.casefold() for each in problems), told


# 4. Competencies


@pytest.mark.parametrize(("post", "level", "total"), [
    ("JPT_UTAMA", 5, 45), ("JPT_MADYA", 5, 45), ("JPT_PRATAMA", 4, 36), ("ADMINISTRATOR", 3, 27),
    ("PENGAWAS", 2, 18), ("PELAKSANA", 1, 9), ("JF_UTAMA", 5, 45), ("JF_MADYA", 4, 36),
    ("JF_MUDA", 3, 27), ("JF_PERTAMA", 2, 18), ("JF_PENYELIA", 2, 18), ("JF_MAHIR", 2, 18),
    ("JF_TERAMPIL", 1, 9), ("JF_PEMULA", 1, 9),
])  # fmt: skip
def test_each_class_of_post_requires_one_level_in_nine_competencies(post, level, total):
    required = FRAMEWORK.required_levels(post)
    assert (set(required.values()), sum(required.values()), len(required)) == ({level}, total, 9)


def test_an_administrator_with_24_of_27_has_a_match_of_88_89_and_three_gaps():
    required = FRAMEWORK.required_levels("ADMINISTRATOR")
    attained = dict(zip(required, (3, 2, 3, 3, 2, 3, 2, 3, 3), strict=True))
    match = job_person_match(attained, required)
    assert (match.attained, match.required, match.percent) == (24, 27, Decimal("88.89"))
    assert match.selection.label("id") == "Memenuhi Syarat"
    assert match.mapping.label("id") == "Cukup Optimal"
    assert [each.competency for each in match.gaps] == ["M.02", "M.05", "M.07"]
    assert all(
        gap(required[each.competency], attained[each.competency]) == 1 for each in match.gaps
    )


def test_a_first_course_at_level_2_shows_learned_level_2():
    assert learned_level([Piece(2, "spbe")], on=TODAY) == 2


# 5. JP, with the examples of the forms of development


@pytest.mark.parametrize(("form", "activity", "jp"), [
    ("KL06", Activity(minutes={MONDAY: 360}), 8),  # 08.30-15.30 with an hour of lunch
    ("KL11", Activity(minutes={MONDAY: 100}), 2),
    ("NKL02", Activity(sessions={MONDAY: 2, TUESDAY: 1}), 4),
    ("NKL03", Activity(declared_jp=6, minutes={MONDAY: 95}), 6),
], ids=["a seminar of six hours", "a briefing of 100 minutes", "three sessions on two days",
        "an e-learning course of 6 JP in 95 minutes"])  # fmt: skip
def test_the_examples_of_the_forms_come_out(form, activity, jp):
    assert convert(FORMS.form(form), activity) == jp


def test_a_pns_with_6_and_8_and_4_jp_is_at_90_percent_and_kurang_2_jp():
    status = year_status("PNS", 6 + 8 + 4, forms=FORMS)
    assert (status.earned, status.share, status.met, status.missing) == (18, 0.9, False, 2)
    assert "kurang 2 JP" in saying("id")(status.message)


def test_a_pppk_is_shown_against_at_most_24_jp_with_a_warning_alone():
    status = year_status("PPPK", 26, forms=FORMS)
    assert (status.warning, status.met) == (True, True)
    assert str(status.message) == "26 of at most 24 JP: 2 JP above the limit"


# 8. IP-ASN


def test_a_pengawas_without_pkp_has_an_index_of_70_rendah_and_after_it_85_tinggi():
    without = Inputs("structural", "S1", "good", "none", False, 24, True)
    found = index_of(without, FORMS)
    parts = (found.qualification, found.competence, found.performance, found.discipline)
    assert parts == (15, 25, 25, 5) and (found.total, found.label.id) == (70, "rendah")
    after = index_of(Inputs("structural", "S1", "good", "none", True, 24, True), FORMS)
    assert (after.total, after.label.id) == (85, "tinggi")


def test_70_is_rendah_and_71_is_sedang():
    bands = FORMS.measure("index_bands")
    told = [bands.classes[bands.class_of(Decimal(each))].id for each in ("70.0", "71.0")]
    assert told == ["rendah", "sedang"]


# 9. Grades


def test_a_grade_of_90_00_is_memuaskan():
    classes = FORMS.measure("pass_classes")
    assert classes.classes[classes.class_of(90.0)].id == "Memuaskan"
    assert classes.classes[classes.class_of(90.01)].id == "Sangat Memuaskan"


def test_from_55_to_82_the_n_gain_is_0_60_sedang_and_at_100_there_is_none():
    gain = n_gain(0.55, 0.82)
    assert gain is not None and shown_gain(gain) == Decimal("0.60")
    classes = FORMS.measure("gain_classes")
    assert classes.classes[classes.class_of(gain)].id == "sedang"
    assert n_gain(1, 1) is None


# 11. Readiness for change


def test_the_readiness_of_the_example_is_3_32_index_58_with_its_barrier_at_desire():
    keys = [scale.key for scale in ADKAR.scales]
    found = readiness(dict(zip(keys, (4.2, 2.8, 3.5, 3.1, 3.0), strict=True)))
    assert (round(found.mean, 2), round(found.index, 1)) == (3.32, 58.0)
    assert found.barrier == "desire"


# 12. Public satisfaction


def test_the_skm_of_the_example_is_84_14_b_with_u8_and_u3_lowest():
    keys = [scale.key for scale in SKM.scales]
    means = dict(zip(keys, (3.42, 3.31, 3.10, 3.88, 3.35, 3.46, 3.52, 3.05, 3.20), strict=True))
    found = satisfaction(means)
    assert round(sum(means.values()), 2) == 30.29
    assert (round(found.index, 4), found.converted) == (3.3656, Decimal("84.14"))
    assert (found.grade, saying("id")(found.performance)) == ("B", "Baik")
    assert found.lowest[:2] == ("u8", "u3")
    with pytest.raises(ValueError, match="sum to 1"):  # 0.111 would make it 84.05
        satisfaction(means, dict.fromkeys(means, 0.111))
