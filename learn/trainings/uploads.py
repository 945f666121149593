"""Attendance from a sheet: numbers with a presence, first shown as a difference, then recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Invalid, LearnError, Message
from learn.people.directory import digits_of
from learn.people.imports.columns import RowError, match_columns, spellings
from learn.people.imports.sheet_plans import SheetPlan
from learn.people.imports.tables import NumberCell, Table
from learn.people.models import Person, PersonNumber
from learn.people.names import full_name
from learn.trainings.attendance import Mark, differs
from learn.trainings.models import Seat, Training, TrainingSession
from learn.trainings.planning import sessions_of
from learn.trainings.queries import attendance_of
from learn.trainings.rules import PRESENCE_NAMES, Place, Presence, minutes_given

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni_pppk", "nomor", "nomor_pegawai"),
    "session": ("sesi", "pertemuan"),
    "state": ("kehadiran", "status", "attendance", "hadir", "keterangan"),
    "minutes": ("menit", "durasi"),
}
WORDS: Mapping[str, Presence] = {
    "present": Presence.PRESENT, "hadir": Presence.PRESENT, "h": Presence.PRESENT,
    "late": Presence.LATE, "terlambat": Presence.LATE, "t": Presence.LATE,
    "absent": Presence.ABSENT, "tidak hadir": Presence.ABSENT, "alpa": Presence.ABSENT,
    "a": Presence.ABSENT,
    "excused": Presence.EXCUSED, "izin": Presence.EXCUSED, "sakit": Presence.EXCUSED,
    "i": Presence.EXCUSED, "s": Presence.EXCUSED,
}  # fmt: skip
KEPT_DIGITS = 15  # of a number in a spreadsheet


@dataclass(frozen=True)
class Change:
    """What a row would record: of whom, at which session (from 1), and both sides for people."""

    row: int
    about: str
    session: int
    before: Message | None
    after: Message
    mark: Mark


@dataclass(frozen=True)
class Upload(SheetPlan[Change]):
    """What a sheet of attendance would do."""

    @property
    def corrects(self) -> bool:
        """Return whether something that was recorded would change: that needs a reason."""
        return any(each.before is not None for each in self.changes)

    def by_session(self) -> dict[int, list[Mark]]:
        """Return the marks of each session, by its place in the order."""
        found: dict[int, list[Mark]] = {}
        for each in self.changes:
            found.setdefault(each.session, []).append(each.mark)
        return found


@dataclass(frozen=True)
class _Row:
    row: int
    number: str
    session: int
    presence: Presence
    minutes: int | None


class _Reading:
    """A sheet that is being read, with what was found wrong so far."""

    def __init__(self, table: Table, sittings: Sequence[TrainingSession]) -> None:
        self.table, self.sittings = table, sittings
        self.places, self.errors, self.warnings = match_columns(table.headers, spellings(COLUMNS))
        needed = ["number", "state", *(["session"] if len(sittings) > 1 else [])]
        for name in needed:
            if name not in self.places:
                message = Message("This column is missing; it can also be named %(also)s.",
                                  also=COLUMNS[name][0])  # fmt: skip
                self.errors.append(RowError(1, name, message))

    def error(self, row: int, column: str, message: Message) -> None:
        """Note what is wrong in a row."""
        place = self.places.get(column)
        name = column if place is None else self.table.headers[place]
        self.errors.append(RowError(row, name, message))

    def rows(self) -> Iterator[_Row]:
        """Yield the rows that can be understood."""
        for row, cells in self.table.rows:
            said = {
                name: cells[place] if place < len(cells) else ""
                for name, place in self.places.items()
            }
            read = self._row(row, said)
            if read is not None:
                yield read

    def _row(self, row: int, said: Mapping[str, str]) -> _Row | None:
        number = self._number(row, said["number"])
        session = self._session(row, said.get("session", ""))
        presence = WORDS.get(" ".join(said["state"].casefold().split()))
        if presence is None:
            words = "hadir, terlambat, tidak hadir, izin"
            self.error(row, "state", Message("%(text)s is not known; it can be %(shown)s.",
                                             text=said["state"][:40] or "–", shown=words))  # fmt: skip
        if number is None or session is None or presence is None:
            return None
        text = said.get("minutes", "")
        try:
            minutes = _whole(text)
            minutes_given(presence, self.sittings[session - 1].minutes, minutes)
        except LearnError as error:
            self.error(row, "minutes", error.message)
            return None
        return _Row(row, number, session, presence, minutes)

    def _number(self, row: int, text: str) -> str | None:
        if isinstance(text, NumberCell) and len(text) > KEPT_DIGITS:
            self.error(row, "number", Message("This is a number; format the column as text, a spreadsheet keeps 15 digits."))  # fmt: skip
            return None
        digits = digits_of(text)
        if digits is None:
            self.error(row, "number", Message("A number has 18 digits."))
        return digits

    def _session(self, row: int, text: str) -> int | None:
        most = len(self.sittings)
        if not text and most == 1:
            return 1
        if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= most:
            return int(text)
        self.error(row, "session", Message("Sessions are numbered from 1 to %(most)s.", most=most))
        return None


def _whole(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise Invalid(Message("Minutes are a whole number."))
    return int(text)


def plan_upload(session: Session, training: Training, table: Table) -> Upload:
    """Return what a sheet would record, with everything that is wrong in it; writes nothing.

    A row says number, session (from 1, by time; where there are several), presence and, if not all
    of it, the minutes.
    """
    sittings = sessions_of(session, training.id)
    reading = _Reading(table, sittings)
    if reading.errors:
        return Upload(errors=tuple(reading.errors), warnings=tuple(reading.warnings))
    rows = list(reading.rows())
    people = _participants(session, training, [each.number for each in rows])
    known = attendance_of(session, training.id, sorted({who.id for who in people.values()}))
    changes: list[Change] = []
    unchanged, seen = 0, dict[tuple[int, int], int]()
    for each in rows:
        who = people.get(each.number)
        if who is None:
            reading.error(
                each.row, "number", Message("Nobody with this number has a confirmed place.")
            )
        elif (who.id, each.session) in seen:
            reading.error(each.row, "number", Message("Row %(row)s is about the same person and session.",
                                                      row=seen[who.id, each.session]))  # fmt: skip
        else:
            seen[who.id, each.session] = each.row
            sitting = sittings[each.session - 1]
            before = known.get((who.id, sitting.id))
            minutes = minutes_given(each.presence, sitting.minutes, each.minutes)
            if not differs(before, each.presence, minutes):
                unchanged += 1
                continue
            changes.append(Change(
                each.row, full_name(who.name, who.title_before, who.title_after), each.session,
                _shown(before.state, before.minutes) if before else None,
                _shown(each.presence, minutes), Mark(who.id, each.presence.value, minutes),
            ))  # fmt: skip
    errors = tuple(sorted(reading.errors, key=lambda error: error.row))
    return Upload(tuple(changes), unchanged, errors, tuple(reading.warnings))


def _shown(presence: str, minutes: int) -> Message:
    return Message(
        "%(state)s, %(minutes)s minutes", state=PRESENCE_NAMES[presence], minutes=minutes
    )


def _participants(
    session: Session, training: Training, numbers: Sequence[str]
) -> dict[str, Person]:
    """Return those with a confirmed place, by the numbers that they hold or held."""
    found: dict[str, Person] = {}
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), 500):
        query = (
            select(PersonNumber.number, Person)
            .join(Person, Person.id == PersonNumber.person_id)
            .join(Seat, Seat.person_id == Person.id)
            .where(
                PersonNumber.number.in_(wanted[start : start + 500]),
                Seat.training_id == training.id,
                Seat.state == Place.CONFIRMED,
            )
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found
