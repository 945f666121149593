"""Languages: Learn's own translation domain beside a host's, and dates and numbers in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request

from learn.errors import Message
from learn.people.dates import ZONE_NAMES
from learn.web.state import state

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
FOLDER = Path(__file__).resolve().parents[1] / "translations"
COOKIE = "learn_language"


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """Return Learn's catalogue in `language`; English is the language of the source."""
    return Translations.load(FOLDER, [language], domain="learn")


def gettext_in(language: str) -> Callable[[str], str]:
    """Return the function that translates a msgid into `language`."""
    return translations(language).gettext


def language() -> str:
    """Return the language of this request: chosen by cookie, kept with the person, or the default."""
    if not has_request_context():
        return state().settings.language
    found: str | None = getattr(g, "learn_language", None)
    if found is None:
        found = g.learn_language = _language_of_request()
    return found


def _language_of_request() -> str:
    person = getattr(g, "learn_person", None)
    kept = person.language if person is not None else None
    for wanted in (request.cookies.get(COOKIE), kept):
        if wanted in LANGUAGES:
            return str(wanted)
    return state().settings.language


def gettext(msgid: str, **params: Any) -> str:
    """Translate a msgid into the language of the request and fill in its named places."""
    text = translations(language()).gettext(msgid)
    return text % params if params else text % ()


def ngettext(singular: str, plural: str, num: int, **params: Any) -> str:
    """Translate by number; ``num`` is a named place too."""
    text = translations(language()).ngettext(singular, plural, num)
    return text % {"num": num, **params}


def say(message: Message | str) -> str:
    """Return a message in the language of the request."""
    if isinstance(message, Message):
        return message.translate(translations(language()).gettext)
    return translations(language()).gettext(message)


def saying(language: str) -> Callable[[Message], str]:
    """Return what translates messages into a language, with no request at hand."""
    gettext = gettext_in(language)
    return lambda message: message.translate(gettext)


_ = gettext


def zone() -> ZoneInfo:
    """Return the time zone of the person's unit, or the installation's."""
    name = getattr(g, "learn_zone", None) if has_request_context() else None
    return ZoneInfo(name or state().settings.timezone)


def local(moment: datetime) -> datetime:
    """Return a moment in the person's time zone."""
    return moment.astimezone(zone())


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def date_text(value: date | datetime | None) -> str:
    """Return a day in words: 17 Agustus 2026."""
    return "" if value is None else format_date(_day(value), "d MMMM y", locale=language())


def short_date(value: date | datetime | None) -> str:
    """Return a day for tables: 17-08-2026."""
    return "" if value is None else format_date(_day(value), "dd-MM-y", locale=language())


def weekday(value: date | datetime) -> str:
    """Return a day with its name: Selasa, 24 November 2026."""
    return format_date(_day(value), "EEEE, d MMMM y", locale=language())


def time_text(value: datetime | None) -> str:
    """Return the time of day with the zone that people know: 08.30 WITA."""
    if value is None:
        return ""
    place = zone()
    clock = format_time(
        value.astimezone(place).time(),
        "HH.mm" if language() == "id" else "HH:mm",
        locale=language(),
    )
    return f"{clock} {ZONE_NAMES.get(place.key, value.astimezone(place).tzname())}"


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """Return a number as it is written: 1.234,5."""
    if value is None:
        return "–"
    pattern = "#,##0.###" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=language())


def percent(share: float | None) -> str:
    """Return a share from 0 to 1 as a whole percentage: 82 %."""
    return "–" if share is None else f"{number(round(share * 100))}%"


def grade(share: float | None) -> str:
    """Return a score from 0 to 1 as a grade from 0 to 100, one decimal at most: 86 or 66,7."""
    return number(None) if share is None else number(round(share * 100, 1))
