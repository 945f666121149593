"""The list of an older system as it is read: its columns, and each row as a record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.claims.days import LONGEST_DAYS
from learn.claims.rules import (
    FIRST_DAY,
    JP_OF_A_DAY,
    MAX_CERTIFICATE,
    MAX_ORGANISER,
    MAX_TITLE,
    MOST_JP,
    certificate_mark,
)
from learn.errors import Message
from learn.hours.forms import Form, load_forms
from learn.people.access import Scope
from learn.people.directory import digits_of
from learn.people.imports.columns import BadCell, RowError, match_columns, read_cell, spellings
from learn.people.imports.nearest import Nearest
from learn.people.imports.planning import chunks
from learn.people.imports.tables import NumberCell, Table
from learn.people.models import Person, PersonNumber
from learn.people.scoping import people_in

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni", "nip_ni", "nip_baru", "ni_pppk", "nomor_induk"),
    "form": ("bentuk", "jenis", "jenis_diklat", "jenisdiklatid"),
    "title": ("judul", "nama_kegiatan", "nama_diklat", "nama_kursus", "namakursus"),
    "organiser": ("penyelenggara", "institusi_penyelenggara", "institusipenyelenggara"),
    "starts_on": ("mulai", "tanggal_mulai", "tanggalkursus", "tanggal_kursus"),
    "ends_on": ("selesai", "tanggal_selesai", "tanggalselesaikursus", "tanggal_selesai_kursus"),
    "hours": ("jp", "jumlah_jp", "jumlah_jam", "jumlahjam"),
    "certificate": ("nomor_sertifikat", "nomor_sertipikat", "nomorsertipikat", "no_sertifikat"),
}
NEEDED = ("number", "form", "title", "ends_on", "hours")
MOST = {"title": MAX_TITLE, "organiser": MAX_ORGANISER, "certificate": MAX_CERTIFICATE}


@dataclass(frozen=True)
class ImportedRecord:
    """A record to be brought in, with its row and whose it is."""

    row: int
    person_id: int
    name: str
    number: str
    form: str
    title: str
    organiser: str
    starts_on: date
    ends_on: date
    hours: int
    certificate: str

    @property
    def key(self) -> str:
        """Return what tells it from other records of the person: the same row again has the same key."""
        parts = (self.form, self.starts_on, self.ends_on, self.hours, self.title, self.organiser,
                 self.certificate)  # fmt: skip
        said = "\0".join(" ".join(str(part).casefold().split()) for part in parts)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def mark(self) -> str | None:
        """Return the digest that tells equal certificates."""
        return certificate_mark(self.organiser, self.certificate)


class Forms:
    """The forms by each name that they have, gathered once for all rows."""

    def __init__(self) -> None:
        forms = load_forms().forms
        self.by_name: dict[str, Form] = {}
        for form in forms:
            siasn = str(form.siasn_jenis_diklat_id or "")
            for name in (form.code, siasn, form.name("id"), form.name("en")):
                if name:
                    self.by_name.setdefault(name.casefold(), form)
        self._said = {
            name.casefold(): name for each in forms for name in (each.code, each.name("id"))
        }
        self._nearest = Nearest(self._said, cutoff=0.5)

    def near(self, wanted: str) -> str | None:
        """Return the code or name that may have been meant."""
        return self._said.get(self._nearest.of(wanted) or "")


@dataclass
class Reading:
    """A list that is being read, with what was found wrong so far."""

    table: Table
    places: Mapping[str, int]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    forms: Forms = field(default_factory=Forms)

    def error(self, row: int, column: str, message: Message) -> None:
        """Note what hinders the import of this row."""
        self.failed.add(row)
        self.errors.append(RowError(row, self._named(column), message))

    def warn(self, row: int, column: str, message: Message) -> None:
        """Note what is worth a look."""
        self.warnings.append(RowError(row, self._named(column), message))

    def _named(self, column: str) -> str:
        place = self.places.get(column)
        return column if place is None else self.table.headers[place]

    def cells(self, texts: Sequence[str]) -> dict[str, str]:
        """Return the cells of a row by column."""
        return {name: texts[at] if at < len(texts) else "" for name, at in self.places.items()}


def read_records(
    session: Session, table: Table, *, scope: Scope, actor_id: int | None, today: date
) -> tuple[Reading, list[ImportedRecord]]:
    """Return what was found wrong, and each row that can be read as a record; one's own are refused."""
    places, errors, remarks = match_columns(table.headers, spellings(COLUMNS))
    for needed in NEEDED:
        if needed not in places:
            also = COLUMNS[needed][0]
            message = Message("This column is missing; it can also be named %(also)s.", also=also)
            errors.append(RowError(1, needed, message))
    reading = Reading(table, places, list(errors), list(remarks))
    if errors:
        return reading, []
    read = [(row, reading.cells(texts)) for row, texts in table.rows]
    people = _people(session, scope, [cells["number"] for _row, cells in read])
    records = (_record(reading, row, cells, people, actor_id, today) for row, cells in read)
    return reading, [record for record in records if record is not None]


def _people(session: Session, scope: Scope, texts: Sequence[str]) -> dict[str, Person]:
    numbers = sorted({number for text in texts if (number := digits_of(text))})
    found: dict[str, Person] = {}
    for some in chunks(numbers):
        rows = session.execute(
            select(PersonNumber.number, Person)
            .join(Person, Person.id == PersonNumber.person_id)
            .where(PersonNumber.number.in_(some), people_in(scope))
        )
        found.update({row.number: row.Person for row in rows})
    return found


def _record(
    reading: Reading,
    row: int,
    cells: Mapping[str, str],
    people: Mapping[str, Person],
    actor_id: int | None,
    today: date,
) -> ImportedRecord | None:
    person = _whose(reading, row, cells["number"], people, actor_id)
    form = _form(reading, row, cells["form"])
    ends = _day(reading, row, "ends_on", cells["ends_on"])
    starts = _day(reading, row, "starts_on", cells["starts_on"]) if cells.get("starts_on") else ends
    hours = _hours(reading, row, cells["hours"])
    for column, most in MOST.items():
        if len(cells.get(column, "")) > most:
            reading.error(row, column, Message("At most %(most)s letters.", most=most))
    if not cells["title"].strip():
        reading.error(row, "title", Message("Write what it was called."))
    if starts and ends and hours is not None:
        _check_days(reading, row, starts, ends, hours, today)
    if row in reading.failed or not (person and form and starts and ends) or hours is None:
        return None
    return ImportedRecord(
        row, person.id, person.name, digits_of(cells["number"]) or "", form.code,
        cells["title"].strip(), cells.get("organiser", "").strip(), starts, ends, hours,
        cells.get("certificate", "").strip(),
    )  # fmt: skip


def _whose(
    reading: Reading,
    row: int,
    text: str,
    people: Mapping[str, Person],
    actor_id: int | None,
) -> Person | None:
    number = digits_of(text)
    if isinstance(text, NumberCell):
        reading.error(row, "number", Message("This is a number; format the column as text, a spreadsheet keeps 15 digits."))  # fmt: skip
    elif number is None:
        reading.error(row, "number", Message("An employee number has 18 digits."))
    elif number not in people:
        reading.error(row, "number", Message("Nobody among your people has this number."))
    elif people[number].id == actor_id:
        reading.error(row, "number", Message("Nobody decides their own claim; somebody else verifies it."))  # fmt: skip
    else:
        return people[number]
    return None


def _form(reading: Reading, row: int, text: str) -> Form | None:
    """Return the form by its code, its number in SIASN or its name."""
    wanted = " ".join(text.casefold().split())
    found = reading.forms.by_name.get(wanted)
    if found is not None:
        return found
    near = reading.forms.near(wanted)
    message = (
        Message("%(text)s is not known; did you mean %(near)s?", text=text[:60], near=near)
        if near
        else Message("%(text)s is no form of development; it can be a code such as KL06.", text=text[:60])
    )  # fmt: skip
    reading.error(row, "form", message)
    return None


def _day(reading: Reading, row: int, column: str, text: str) -> date | None:
    if not text:
        reading.error(row, column, Message("The day is missing."))
        return None
    try:
        day: date = read_cell("since", text)
    except BadCell as error:
        reading.error(row, column, error.message)
        return None
    return day


def _hours(reading: Reading, row: int, text: str) -> int | None:
    plain = text.removesuffix(",0").removesuffix(".0").removesuffix(",00").removesuffix(".00")
    if plain.isascii() and plain.isdecimal() and len(plain) <= 6:
        return int(plain)
    message = Message(
        "JP are a whole number, not %(text)s; round them down.", text=text[:20] or "-"
    )
    reading.error(row, "hours", message)
    return None


def _check_days(
    reading: Reading, row: int, starts: date, ends: date, hours: int, today: date
) -> None:
    days = (ends - starts).days + 1
    most = min(MOST_JP, max(1, days) * JP_OF_A_DAY)
    if starts < FIRST_DAY:
        reading.error(row, "starts_on", Message("The first day is before 1970."))
    elif days < 1:
        reading.error(row, "ends_on", Message("The last day is before the first day; exchange them."))  # fmt: skip
    elif days > LONGEST_DAYS:
        reading.error(row, "ends_on", Message("From the first to the last day it is more than ten years."))  # fmt: skip
    elif ends > today:
        reading.error(row, "ends_on", Message("The last day is in the future; claim it when it is over."))  # fmt: skip
    elif hours > most:
        reading.error(row, "hours", Message("JP are a whole number from 0 to %(most)s for these days.", most=most))  # fmt: skip
