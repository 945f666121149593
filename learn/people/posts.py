"""Classes of posts and grades (golongan): their codes, and how people write them.

Source: reference tables of SIASN (golongan), UU 20/2023 and PermenPANRB 38/2017 (classes of posts),
Perpres 98/2020 (grades of PPPK).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

POST_CLASSES: Mapping[str, str] = {
    "JPT_UTAMA": "Jabatan Pimpinan Tinggi Utama",
    "JPT_MADYA": "Jabatan Pimpinan Tinggi Madya",
    "JPT_PRATAMA": "Jabatan Pimpinan Tinggi Pratama",
    "ADMINISTRATOR": "Jabatan Administrator",
    "PENGAWAS": "Jabatan Pengawas",
    "PELAKSANA": "Jabatan Pelaksana",
    "JF_UTAMA": "Jabatan Fungsional Ahli Utama",
    "JF_MADYA": "Jabatan Fungsional Ahli Madya",
    "JF_MUDA": "Jabatan Fungsional Ahli Muda",
    "JF_PERTAMA": "Jabatan Fungsional Ahli Pertama",
    "JF_PENYELIA": "Jabatan Fungsional Penyelia",
    "JF_MAHIR": "Jabatan Fungsional Mahir",
    "JF_TERAMPIL": "Jabatan Fungsional Terampil",
    "JF_PEMULA": "Jabatan Fungsional Pemula",
}

PNS_GRADES = tuple(
    f"{group}/{room}"
    for group, rooms in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
    for room in rooms
)
PPPK_GRADES = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV",
    "XVI", "XVII",
)  # fmt: skip
GRADES = (*PNS_GRADES, *PPPK_GRADES)


def post_class_of(text: str) -> str | None:
    """Return the code of a class written as code or in words ("JF Ahli Muda"), or None."""
    return _CLASSES.get(_squeezed(text))


def grade_of(text: str) -> str | None:
    """Return the grade as it is written officially ("iii.A" is III/a), or None."""
    compact = re.sub(r"[\s./-]", "", text).upper()
    return _GRADES.get(compact)


def _squeezed(text: str) -> str:
    words = re.sub(r"[\W_]+", " ", text).upper().split()
    ignored = {"JABATAN", "AHLI", "KEAHLIAN", "KETERAMPILAN"}
    short = " ".join(word for word in words if word not in ignored)
    return short.replace("PIMPINAN TINGGI", "JPT").replace("FUNGSIONAL", "JF")


_CLASSES = {
    _squeezed(spelling): code
    for code, words in POST_CLASSES.items()
    for spelling in (code, words, words.removeprefix("Jabatan Fungsional "))
}
_GRADES = {grade.replace("/", "").upper(): grade for grade in GRADES}
