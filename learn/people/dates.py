"""Local dates: "today" is a date of the place, never of the server.  Moments and lengths of time in words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from learn.errors import Message

ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
MONTHS = (
    Message("January"), Message("February"), Message("March"), Message("April"), Message("May"),
    Message("June"), Message("July"), Message("August"), Message("September"), Message("October"),
    Message("November"), Message("December"),
)  # fmt: skip
DAYS = (
    Message("Monday"), Message("Tuesday"), Message("Wednesday"), Message("Thursday"),
    Message("Friday"), Message("Saturday"), Message("Sunday"),
)  # fmt: skip
_LENGTHS = (
    (86_400, Message("1 day"), "%(n)s days"),
    (3_600, Message("1 hour"), "%(n)s hours"),
    (60, Message("1 minute"), "%(n)s minutes"),
    (1, Message("1 second"), "%(n)s seconds"),
)
_FORMS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")


def local_date(moment: datetime, time_zone: str) -> date:
    """Return the date that `moment` has in `time_zone`."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def parse_date(text: str) -> date | None:
    """Return the date that is written as 2026-11-24, 24-11-2026, 24/11/2026 or 24.11.2026, or None."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
    return None


def moment_words(moment: datetime, zone: ZoneInfo) -> Message:
    """Return a moment in words, in the time of `zone`: Tuesday, 1 December 2026, 08:00 WITA."""
    there = moment.astimezone(zone)
    return Message(
        "%(weekday)s, %(day)s %(month)s %(year)s, %(hour)s:%(minute)s %(zone)s",
        weekday=DAYS[there.weekday()], day=there.day, month=MONTHS[there.month - 1],
        year=there.year, hour=f"{there.hour:02d}", minute=f"{there.minute:02d}",
        zone=ZONE_NAMES.get(zone.key, there.tzname()),
    )  # fmt: skip


def length_words(seconds: float) -> Message:
    """Return a length of time in words, in its two largest units: 1 hour 30 minutes."""
    rest, parts = max(1, round(seconds)), list[Message]()
    for size, one, many in _LENGTHS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(one if count == 1 else Message(many, n=count))
    if len(parts) == 1:
        return parts[0]
    return Message("%(larger)s %(smaller)s", larger=parts[0], smaller=parts[1])
