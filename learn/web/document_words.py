"""How documents say messages and days: in the language of the installation, for everybody alike."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from learn.certificates.printing import Words
from learn.web.i18n import saying


def document_words(language: str) -> Words:
    """Return the words of documents in a language; they outlive the request."""

    def day(value: date) -> str:
        return format_date(value, "d MMMM y", locale=language)

    return Words(language, saying(language), day)
