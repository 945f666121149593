"""Employee numbers: the table of identity numbers, and what no number may do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.people.numbers import (
    InvalidNumber,
    Kind,
    Sex,
    differences,
    display,
    mask,
    parse_number,
)

TODAY = date(2026, 11, 24)


def problems_of(text: str) -> str:
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text, today=TODAY)
    return " | ".join(str(problem) for problem in caught.value.problems)


def test_a_nip_tells_birth_month_of_appointment_and_sex():
    number = parse_number("19900101 201503 1 999", today=TODAY)
    assert (number.kind, number.born, number.year, number.month, number.sex) == (
        Kind.PNS,
        date(1990, 1, 1),
        2015,
        3,
        Sex.MALE,
    )
    assert number.digits == "199001012015031999"
    assert number.warnings == ()


def test_a_ni_pppk_tells_birth_year_agreement_and_sex():
    number = parse_number("199502012023212999", today=TODAY)
    assert (number.kind, number.born, number.year, number.agreement, number.sex) == (
        Kind.PPPK,
        date(1995, 2, 1),
        2023,
        21,
        Sex.FEMALE,
    )
    assert number.month is None


def test_the_birth_date_must_be_real():
    assert "birth date" in problems_of("199313012020121001")


def test_the_serial_starts_from_001():
    assert "serial" in problems_of("199001012015031000")


def test_every_problem_of_a_number_is_told_at_once():
    told = problems_of("199001012015133999")
    assert "Digits 13-14" in told
    assert "Digit 15" in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "19900101201503199",
        "1990010120150319990",
        "19900101201503199X",
        "a" * 18,
        "١٩٩٠٠١٠١٢٠١٥٠٣١٩٩٩",
        "1990-0101-2015-03-1-999",
    ],
)
def test_a_number_is_18_ascii_digits(text):
    assert "18 digits" in problems_of(text)


@pytest.mark.parametrize(
    "text", ["199001012015031999", "19900101.201503.1.999", " 19900101 201503 1 999\n"]
)
def test_spaces_and_dots_do_not_matter(text):
    assert parse_number(text, today=TODAY).digits == "199001012015031999"


def test_nobody_is_born_in_the_future():
    assert "birth date" in problems_of("202611252027011001")


@pytest.mark.parametrize(
    ("year", "right"), [(1939, False), (1940, True), (2027, True), (2028, False)]
)
def test_the_year_of_appointment_is_from_1940_to_next_year(year, right):
    text = f"{year - 25}0101{year}011999"
    if right:
        assert parse_number(text, today=TODAY).year == year
    else:
        assert "from 1940 to 2027" in problems_of(text)


@pytest.mark.parametrize("middle", ["00", *map(str, range(13, 21))])
def test_digits_13_and_14_that_mean_nothing_need_a_trusted_import(middle):
    text = f"199001012015{middle}1999"
    assert "Digits 13-14" in problems_of(text)
    number = parse_number(text, today=TODAY, kind=Kind.PPPK)
    assert number.kind is Kind.PPPK
    assert "unusual" in str(number.warnings[0])


@pytest.mark.parametrize("middle", ["21", "22", "24", "99"])
def test_agreements_from_21_on_are_pppk(middle):
    assert parse_number(f"199001012015{middle}1999", today=TODAY).kind is Kind.PPPK


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (14, "error"),
        (15, "warning"),
        (16, "warning"),
        (17, "fine"),
        (60, "fine"),
        (61, "warning"),
        (70, "warning"),
        (71, "error"),
    ],
)
def test_an_odd_age_at_appointment_warns_and_an_impossible_one_is_refused(age, verdict):
    text = f"{2020 - age}0101202003{1}999"
    if verdict == "error":
        assert "age at appointment" in problems_of(text)
    else:
        assert bool(parse_number(text, today=TODAY).warnings) is (verdict == "warning")


def test_a_difference_to_the_hr_record_is_a_warning():
    number = parse_number("199001012015031999", today=TODAY)
    assert differences(number, born=date(1990, 1, 1), sex=Sex.MALE) == ()
    told = differences(number, born=date(1990, 1, 10), sex=Sex.FEMALE)
    assert len(told) == 2


def test_a_number_is_shown_in_groups():
    number = parse_number("199001012015031999", today=TODAY)
    assert display(number) == display(number.digits) == "19900101 201503 1 999"
    assert display("130123456") == "130123456"


def test_no_log_holds_a_whole_number():
    number = parse_number("199001012015031999", today=TODAY)
    assert mask(number) == "1990**********1999"
    assert number.digits not in f"{number} {number!r} {[number]}"
    assert mask("130123456") == "*********"


def test_no_message_quotes_the_number():
    for text in ("199001012015133999", "199313012020121001", "12345678901234567"):
        assert text[:8] not in problems_of(text)


@given(
    born=st.dates(date(1960, 1, 1), date(2000, 12, 31)),
    age=st.integers(17, 26),
    middle=st.integers(1, 12) | st.integers(21, 99),
    sex=st.sampled_from("12"),
    serial=st.integers(1, 999),
)
def test_every_well_formed_number_is_read_back(born, age, middle, sex, serial):
    digits = f"{born:%Y%m%d}{born.year + age}{middle:02}{sex}{serial:03}"
    number = parse_number(display(digits), today=TODAY)
    assert (number.digits, number.born) == (digits, born)
    assert number.kind is (Kind.PNS if middle <= 12 else Kind.PPPK)
    assert number.warnings == ()


@given(st.text() | st.from_regex(r"[0-9]{18}", fullmatch=True))
def test_any_text_is_a_number_or_a_clear_error(text):
    try:
        number = parse_number(text, today=TODAY)
    except InvalidNumber as error:
        assert error.problems
        assert str(error)
    else:
        assert number.born < TODAY + timedelta(days=1)
