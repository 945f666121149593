"""The few words that rendering itself puts into a text, in the language of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Words of one language that stand in a rendered text."""

    backlink: str
    table: str
    captions: str
    decimal: str
    notes: dict[str, str] = field(default_factory=dict)


ENGLISH = Words("Back to where note {} is used", "Table", "Captions", ".")
INDONESIAN = Words(
    "Kembali ke tempat catatan {} dipakai",
    "Tabel",
    "Teks",
    ",",
    {
        "note": "Catatan",
        "tip": "Kiat",
        "hint": "Petunjuk",
        "warning": "Peringatan",
        "caution": "Hati-hati",
        "attention": "Perhatian",
        "danger": "Bahaya",
        "error": "Kesalahan",
        "info": "Informasi",
        "important": "Penting",
        "question": "Pertanyaan",
        "example": "Contoh",
        "abstract": "Ringkasan",
        "summary": "Ringkasan",
        "quote": "Kutipan",
        "success": "Berhasil",
        "check": "Periksa",
        "failure": "Gagal",
        "bug": "Galat",
        "todo": "Tugas",
    },
)


def words_of(language: str) -> Words:
    """Return the words of a language; those without their own get English."""
    return INDONESIAN if language == "id" else ENGLISH


def note_title(title: str | None, classes: Sequence[str], language: str) -> str | None:
    """Return the title of a note: its own, or the word of the language when it only names the kind."""
    if title and title.lower() in classes:
        return words_of(language).notes.get(title.lower(), title)
    return title


def size_text(size_bytes: int, language: str) -> str:
    """Return a size for people: 12,3 MB, or 48 kB below one megabyte."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    return f"{size_bytes / 1_000_000:.1f} MB".replace(".", words_of(language).decimal)
