"""The columns of a list of people: their names, and how a cell of each is read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learn.errors import Invalid, Message
from learn.people.access import Role
from learn.people.dates import parse_date
from learn.people.posts import GRADES, POST_CLASSES, grade_of, post_class_of

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni", "nip_ni", "nip_baru", "ni_pppk", "nomor_induk"),
    "name": ("nama", "nama_pegawai", "nama_lengkap"),
    "title_before": ("gelar_depan",),
    "title_after": ("gelar_belakang",),
    "kind": ("status", "status_pegawai", "jenis_pegawai"),
    "unit_code": ("kode_unit", "kode_unit_kerja", "kode_opd"),
    "unit": ("unit_kerja", "nama_unit", "opd", "unit_name"),
    "parent_unit_code": ("kode_unit_induk", "kode_induk"),
    "post": ("jabatan", "nama_jabatan", "post_title"),
    "post_class": ("jenis_jabatan", "jenjang_jabatan", "jenjang"),
    "grade": ("golongan", "gol", "golongan_ruang"),
    "since": ("tmt", "tmt_jabatan"),
    "email": ("surel", "e_mail", "alamat_email"),
    "active": ("aktif", "status_aktif"),
    "role": ("peran", "roles"),
    "old_number": ("nip_lama", "ni_lama", "nomor_lama"),
}
CLEAR = "-"

_KINDS = {
    "pns": "PNS", "cpns": "CPNS", "pppk": "PPPK", "p3k": "PPPK", "pppk paruh waktu": "PPPK",
    "other": "other", "lainnya": "other", "lain": "other", "non asn": "other",
}  # fmt: skip
_ACTIVE = {
    **dict.fromkeys(("1", "y", "ya", "yes", "true", "aktif", "active", "benar"), True),
    **dict.fromkeys(
        ("0", "n", "t", "tidak", "no", "false", "nonaktif", "non aktif", "tidak aktif", "inactive",
         "salah", "pensiun", "keluar"), False,
    ),
}  # fmt: skip
_ROLES: dict[str, str] = {
    **{role.value: role.value for role in Role},
    "atasan": Role.SUPERVISOR, "atasan langsung": Role.SUPERVISOR, "pengajar": Role.TRAINER,
    "widyaiswara": Role.TRAINER, "penyelenggara": Role.ORGANISER, "panitia": Role.ORGANISER,
    "pengelola kepegawaian": Role.HR, "kepegawaian": Role.HR, "verifikator": Role.VERIFIER,
    "asesor": Role.ASSESSOR, "pengelola": Role.ADMIN, "administrator": Role.ADMIN,
    "peserta": Role.EMPLOYEE, "pegawai": Role.EMPLOYEE,
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST = {"name": 255, "title_before": 80, "title_after": 120, "unit_code": 60, "unit": 255,
            "parent_unit_code": 60, "post": 255, "email": 255}  # fmt: skip


class BadCell(Invalid):
    """A cell that cannot be read; the message says what would be right."""


@dataclass(frozen=True)
class RowError:
    """Something wrong in a sheet: the row (header = 1), the column as it is named there, and why."""

    row: int
    column: str
    message: Message

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.message}"


Found = tuple[dict[str, int], list[RowError], list[RowError]]
"""Which column of a sheet is which, then errors, then remarks on columns left out."""


def spellings(columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the column for each of its names."""
    return {spelling: name for name, more in columns.items() for spelling in (name, *more)}


def spelled(header: str) -> str:
    """Return a header as the spellings of columns have it: small letters, underscores."""
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")


_BY_SPELLING = spellings(COLUMNS)


def find_columns(headers: Sequence[str]) -> Found:
    """Return which column of a sheet of people is which."""
    found, errors, remarks = match_columns(headers, _BY_SPELLING)
    for needed in ("number", "name"):
        if needed not in found:
            also = COLUMNS[needed][0]
            message = Message("This column is missing; it can also be named %(also)s.", also=also)
            errors.append(RowError(1, needed, message))
    return found, errors, remarks


def match_columns(headers: Sequence[str], known: Mapping[str, str]) -> Found:
    """Return which column of a sheet is which, by the `spellings` of all that are known."""
    found: dict[str, int] = {}
    errors, remarks = [], []
    for position, header in enumerate(headers):
        spelling = spelled(header)
        name = known.get(spelling)
        if name is None:
            near = difflib.get_close_matches(spelling, known, n=1, cutoff=0.75)
            if near:
                message = Message("There is no column of this name; is it %(near)s?", near=near[0])
                errors.append(RowError(1, header, message))
            elif header:
                remarks.append(RowError(1, header, Message("This column is not read.")))
        elif name in found:
            message = Message("There are two columns for this: %(a)s and %(b)s.",
                              a=headers[found[name]], b=header)  # fmt: skip
            errors.append(RowError(1, header, message))
        else:
            found[name] = position
    return found, errors, remarks


def read_cell(column: str, text: str) -> Any:
    """Return what the cell says: text, date, bool or a list of roles.

    Raises
    ------
    BadCell
        It says nothing that fits the column.
    """
    if len(text) > _LONGEST.get(column, 2000):
        raise BadCell(
            Message("This is too long; at most %(n)s characters.", n=_LONGEST.get(column, 2000))
        )
    reader = _READERS.get(column)
    return reader(text) if reader else text


def _chosen(words: Mapping[str, Any], shown: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        key = re.sub(r"[\s_/-]+", " ", text.casefold()).strip()
        if key not in words:
            raise BadCell(Message("%(text)s is not known; it can be %(shown)s.",
                                  text=text, shown=shown))  # fmt: skip
        return words[key]

    return read


def _read_date(text: str) -> Any:
    day = parse_date(text.partition(" ")[0])  # a spreadsheet may give the time of day as well
    if day is None or not 1900 <= day.year <= 2200:
        raise BadCell(Message("%(text)s is not a date; write 24-11-2026 or 2026-11-24.", text=text))
    return day


def _read_email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise BadCell(Message("%(text)s is not an email address.", text=text))
    return text


def _read_class(text: str) -> str:
    code = post_class_of(text)
    if code is None:
        near = difflib.get_close_matches(text.upper(), POST_CLASSES, n=1, cutoff=0.5)
        raise BadCell(_unknown(text, near, POST_CLASSES))
    return code


def _read_grade(text: str) -> str:
    grade = grade_of(text)
    if grade is None:
        near = difflib.get_close_matches(text, GRADES, n=1, cutoff=0.6)
        raise BadCell(_unknown(text, near, ("I/a ... IV/e (PNS)", "I ... XVII (PPPK)")))
    return grade


def _unknown(text: str, near: Sequence[str], known: Any) -> Message:
    if near:
        return Message("%(text)s is not known; did you mean %(near)s?", text=text, near=near[0])
    return Message("%(text)s is not known; it can be %(shown)s.", text=text, shown=", ".join(known))


def _read_roles(text: str) -> list[str]:
    read = _chosen(_ROLES, ", ".join(Role))
    roles = {str(read(part)) for part in re.split(r"[,;|]", text) if part.strip()}
    return sorted(roles - {Role.EMPLOYEE.value})


_READERS: Mapping[str, Callable[[str], Any]] = {
    "kind": _chosen(_KINDS, "PNS, CPNS, PPPK, other"),
    "active": _chosen(_ACTIVE, "ya, tidak"),
    "since": _read_date,
    "email": _read_email,
    "post_class": _read_class,
    "grade": _read_grade,
    "role": _read_roles,
}
