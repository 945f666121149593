"""Places in lists: what a cursor holds comes back as it was, and nothing else comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.people.paging import NoPlace, cursor_of, read_cursor

MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 999)
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(MOMENTS, st.dates(), NUMBERS, TEXTS)
def test_a_place_comes_back_as_it_was(moment: datetime, day: date, number: int, text: str) -> None:
    place = (moment, day, number, text)
    assert read_cursor(cursor_of(*place), datetime, date, int, str) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T09:00:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+12:00",
    ],
)
def test_what_is_no_moment_with_a_zone_is_no_place(text: str) -> None:
    with pytest.raises(NoPlace):
        read_cursor(cursor_of(text), datetime)


@pytest.mark.parametrize("text", ["", "24-11-2026", "2026-11-31", "2026-11-24T09:00:00"])
def test_what_is_no_day_is_no_place(text: str) -> None:
    with pytest.raises(NoPlace):
        read_cursor(cursor_of(text), date)


@pytest.mark.parametrize(("key", "types"), [((1,), (str,)), (("a",), (int,)), ((1,), (datetime,)), ((1, 2), (int,))])  # fmt: skip
def test_a_place_of_another_list_is_none(
    key: tuple[int | str, ...], types: tuple[type, ...]
) -> None:
    with pytest.raises(NoPlace):
        read_cursor(cursor_of(*key), *types)
