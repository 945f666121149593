"""Local dates: "today" is a date of the place, never of the server."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

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
