"""One record as a row of SIASN's *kursus*, and the columns of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from learn.errors import Message
from learn.exports.formats.exporter import Column, Kind
from learn.hours.forms import load_forms
from learn.siasn.rules import Issuer, RowKey, day_text

LONGEST_ORGANISER = 255


@dataclass(slots=True)
class SiasnRow:
    """One record and what SIASN knows of it; days are local.

    `standing` is its place in the lists (see `rules.STANDINGS`), `kept_id` the id that SIASN gave it.
    """

    key: RowKey
    issuer: Issuer
    name: str
    unit: str | None
    title: str
    form: str
    hours: int
    certificate: str | None
    begins: date
    ends: date
    person_siasn_id: str | None
    standing: str
    kept_id: str | None = None
    message: str | None = None
    batch: int | None = None


def _diklat_id(row: SiasnRow) -> str | None:
    found = load_forms().find(row.form)
    return str(found.siasn_jenis_diklat_id) if found and found.siasn_jenis_diklat_id else None


def _flag(row: SiasnRow) -> str | None:
    found = load_forms().find(row.form)
    return found.siasn_flag if found else None


def hours_for_siasn(jp: int) -> int:
    """Return ``jumlahJam``: JP, unless HR said that one of them stands for other minutes; never 0."""
    forms = load_forms()
    minutes = forms.measure("siasn_hours").values["minutes"]
    return max(1, int(jp * forms.minutes_per_jp / minutes))


_CELLS: Mapping[str, tuple[Kind, Message, Message, Callable[[SiasnRow], Any]]] = {
    "id": ("text", Message("Id in SIASN"),
           Message("Id that SIASN gave this record; empty: it is new there."),
           lambda row: row.kept_id),
    "pnsOrangId": ("text", Message("Id of the person"),
                   Message("Id of the person in SIASN, which is not the NIP."),
                   lambda row: row.person_siasn_id),
    "instansiId": ("text", Message("Agency"), Message("Code of the agency in SIASN."),
                   lambda row: row.issuer.agency or None),
    "lokasiId": ("text", Message("Place"), Message("Code of the place in SIASN; may be empty."),
                 lambda row: row.issuer.place or None),
    "institusiPenyelenggara": ("text", Message("Organiser"), Message("Name of the organiser."),
                               lambda row: row.issuer.organiser[:LONGEST_ORGANISER]),
    "jenisDiklatId": ("text", Message("Form"),
                      Message("Form of development as SIASN numbers it; 16 is e-learning."),
                      _diklat_id),
    "jenisKursus": ("text", Message("National course name"),
                    Message("Id in the national list of course names; empty."),
                    lambda _row: None),
    "jenisKursusSertipikat": ("text", Message("Flag of the form"), Message("T, F or P."), _flag),
    "namaKursus": ("text", Message("Course"),
                   Message("Title of the course when it was completed."), lambda row: row.title),
    "nomorSertipikat": ("text", Message("Certificate"), Message("Number of the certificate."),
                        lambda row: row.certificate),
    "tahunKursus": ("integer", Message("Year"), Message("Year of the last day."),
                    lambda row: row.ends.year),
    "tanggalKursus": ("text", Message("First day"), Message("Day-month-year."),
                      lambda row: day_text(row.begins)),
    "tanggalSelesaiKursus": ("text", Message("Last day"), Message("Day-month-year."),
                             lambda row: day_text(row.ends)),
    "jumlahJam": ("integer", Message("Hours (JP)"), Message("Learning hours (JP)."),
                  lambda row: hours_for_siasn(row.hours)),
    "rowId": ("text", Message("Row of Learn"),
              Message("Names the record here, for the sheet of results; SIASN does not need it."),
              lambda row: row.key.row_id),
}  # fmt: skip

COLUMNS = tuple(
    Column(key, title, meaning, kind, value)
    for key, (kind, title, meaning, value) in _CELLS.items()
)
