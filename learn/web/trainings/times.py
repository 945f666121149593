"""When trainings are, in words and by the clock of the unit that holds them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from learn.people.dates import ZONE_NAMES
from learn.trainings.models import Training, TrainingSession
from learn.web.i18n import _, language, short_date, weekday


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day there: 08.30."""
    return moment.astimezone(zone).strftime("%H.%M" if language() == "id" else "%H:%M")


def zone_name(moment: datetime, zone: ZoneInfo) -> str:
    """Return what people call the time zone: WITA."""
    return str(ZONE_NAMES.get(zone.key) or moment.astimezone(zone).tzname())


def when(training: Training, sitting: TrainingSession) -> str:
    """Return when a session is: Selasa, 1 Desember 2026, 08.30–11.30 WITA."""
    zone = ZoneInfo(training.time_zone)
    return _(
        "%(day)s, %(start)s–%(end)s %(zone)s",
        day=weekday(sitting.starts_at.astimezone(zone).date()),
        start=clock(sitting.starts_at, zone),
        end=clock(sitting.ends_at, zone),
        zone=zone_name(sitting.starts_at, zone),
    )


def moment_words(training: Training, moment: datetime) -> str:
    """Return a moment there: 01-12-2026 08.30 WITA."""
    zone = ZoneInfo(training.time_zone)
    day = short_date(moment.astimezone(zone).date())
    return f"{day} {clock(moment, zone)} {zone_name(moment, zone)}"


def span(training: Training) -> str:
    """Return the days of a training: 01-12-2026, or from the first to the last."""
    zone = ZoneInfo(training.time_zone)
    first, last = (each.astimezone(zone).date() for each in (training.starts_at, training.ends_at))
    return short_date(first) if first == last else f"{short_date(first)} – {short_date(last)}"
