"""The sessions of a training as a calendar file (RFC 5545), for any calendar program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from learn.trainings.models import Training, TrainingSession
from learn.trainings.rules import State

WIDTH = 74  # bytes of a line, without its end


def calendar_file(
    training: Training, sittings: Sequence[TrainingSession], *, url: str, now: datetime
) -> bytes:
    """Return the file; a cancelled training says so, and later files replace earlier ones."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Learn//Trainings//ID", "METHOD:PUBLISH"]
    for number, sitting in enumerate(sittings, 1):
        lines += _event(training, sitting, f"{number}/{len(sittings)}", url, now)
    lines.append("END:VCALENDAR")
    return b"".join(b"\r\n ".join(_folded(line)) + b"\r\n" for line in lines)


def _event(
    training: Training, sitting: TrainingSession, number: str, url: str, now: datetime
) -> list[str]:
    place = ", ".join(part for part in (training.place, sitting.room) if part)
    cancelled = training.state == State.CANCELLED
    return [
        "BEGIN:VEVENT",
        f"UID:training-{training.id}-{sitting.id}@learn",
        f"DTSTAMP:{_moment(now)}",
        f"SEQUENCE:{training.revision}",
        f"DTSTART:{_moment(sitting.starts_at)}",
        f"DTEND:{_moment(sitting.ends_at)}",
        f"SUMMARY:{_text(f'{training.title} ({number})')}",
        f"LOCATION:{_text(place or training.link)}",
        f"DESCRIPTION:{_text(url)}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    kept = " ".join(text.split())
    for sign in ("\\", ";", ","):
        kept = kept.replace(sign, f"\\{sign}")
    return kept


def _folded(line: str) -> Iterator[bytes]:
    """Yield the line in pieces of at most 75 bytes that never cut a letter."""
    piece = b""
    for letter in line:
        encoded = letter.encode("utf-8", "replace")
        if len(piece) + len(encoded) > WIDTH:
            yield piece
            piece = b""
        piece += encoded
    yield piece
