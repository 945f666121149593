"""What SIASN takes: states of a record, which forms are a *kursus*, how ids and days are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from learn.errors import Message
from learn.hours.forms import Form, load_forms

PENDING, EXPORTED, ACCEPTED, FAILED = "pending", "exported", "accepted", "failed"
UNLINKED, WITHDRAWN, OTHER_FORM = "unlinked", "withdrawn", "other_form"
NEVER = ""  # withdrawn, and SIASN never heard of it

STANDINGS: Mapping[str, Message] = {
    PENDING: Message("Not exported yet"),
    FAILED: Message("Refused by SIASN"),
    EXPORTED: Message("Exported, no answer yet"),
    ACCEPTED: Message("Accepted by SIASN"),
    UNLINKED: Message("Person not linked"),
    WITHDRAWN: Message("Withdrawn here, not in SIASN"),
    OTHER_FORM: Message("Not a course record"),
}
WAITING = (PENDING, FAILED)
ALSO = (EXPORTED, ACCEPTED)

# structural training is another kind of record (diklat), which names an entry of a national table
_DIKLAT = frozenset({1})
_SIASN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
_ROW_ID = re.compile(r"([a-z_]{1,12}):([0-9]{1,18}):([0-9]{1,9}):(.{0,80})")


class RowKey(NamedTuple):
    """What names one record for good: its source, whose it is, course and number in it."""

    source: str
    person_id: int
    course: str
    number: int

    @property
    def row_id(self) -> str:
        """Return the key as one text, for a column of a sheet."""
        return f"{self.source}:{self.person_id}:{self.number}:{self.course}"


@dataclass(frozen=True)
class Issuer:
    """Who sends the records: name of the organiser, codes of agency and place in SIASN."""

    organiser: str
    agency: str = ""
    place: str = ""


def read_row_id(text: str) -> RowKey | None:
    """Return the key in a cell, or None when it is none."""
    found = _ROW_ID.fullmatch(text.strip())
    if found is None or int(found[3]) >= 2**31 or int(found[2]) >= 2**63:
        return None
    return RowKey(found[1], int(found[2]), found[4], int(found[3]))


def is_siasn_id(text: str) -> bool:
    """Return whether a text can be an id that SIASN gave: letters, digits, hyphens, 64 at most."""
    return _SIASN_ID.fullmatch(text) is not None


def is_kursus(form: Form) -> bool:
    """Return whether SIASN keeps what was learned in this form as a *kursus*."""
    return form.siasn_jenis_diklat_id is not None and form.siasn_jenis_diklat_id not in _DIKLAT


def kursus_forms() -> list[str]:
    """Return the codes of the forms that are a *kursus*."""
    return [form.code for form in load_forms().forms if is_kursus(form)]


def day_text(day: date) -> str:
    """Return a day as SIASN takes it: d-m-Y, such as 02-11-2026."""
    return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"
