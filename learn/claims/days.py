"""Numbers of days (minutes, sessions) as people type them: a line for each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from learn.errors import Invalid, Message

LONGEST_DAYS = 3660


def day_text(day: date) -> str:
    """Return a day as tables have it: 24-11-2026."""
    return f"{day:%d-%m-%Y}"


def read_days(text: str, starts_on: date, ends_on: date) -> dict[date, int]:
    """Return the numbers of days that somebody typed: a line for each day, its date and its number.

    One number alone counts for every day from the first to the last.

    Raises
    ------
    Invalid
        A line cannot be understood; the message names it.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and _is_number(lines[0]):
        length = min((ends_on - starts_on).days + 1, LONGEST_DAYS)
        return {starts_on + timedelta(days=n): int(lines[0]) for n in range(max(0, length))}
    days: dict[date, int] = {}
    for line in lines[:LONGEST_DAYS]:
        day, number = _read_line(line)
        days[day] = days.get(day, 0) + number
    return days


def _read_line(line: str) -> tuple[date, int]:
    parts = line.replace(":", " ").replace(";", " ").replace("=", " ").split()
    if len(parts) == 2 and _is_number(parts[1]):
        day = _read_date(parts[0])
        if day is not None:
            return day, int(parts[1])
    raise Invalid(
        Message("“%(line)s” is no date with a whole number, such as 24-11-2026 90.", line=line[:40])
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 6


def _read_date(text: str) -> date | None:
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(_is_number(part) for part in parts):
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def days_text(days: Mapping[date, int]) -> str:
    """Return numbers of days as somebody types them."""
    return "\n".join(f"{day_text(day)} {number}" for day, number in sorted(days.items()))
