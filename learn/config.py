"""Every setting of Learn: its name, default and meaning.

A setting is looked for in the host's ``app.config``, then in the environment, then in a ``.env`` file
of the working directory, and is read once at start.
"""

from __future__ import annotations

import os
import re
import secrets
import string
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from learn.errors import LearnError, Message


class BadSetting(LearnError):
    """A LEARN_* setting has a value that cannot be used."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _flag(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("true or false")


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("a time zone such as Asia/Makassar") from error
    return text


def _language(text: str) -> str:
    if text not in {"id", "en"}:
        raise ValueError("id or en")
    return text


_NUMBER_FIELDS = {"number", "series", "year", "month"}
_NEEDED_FIELDS = {"number", "series", "year"}  # without one of them a number could come twice


def _number_pattern(text: str) -> str:
    right = (
        "text with {number}, {series} and {year}, perhaps {month}, such as {number:05d}/{series}/{year}; "
        "40 signs at most"
    )
    try:
        places = [place for place in string.Formatter().parse(text) if place[1] is not None]
    except ValueError as error:
        raise ValueError(right) from error
    names = {name for _text, name, _form, _conversion in places}
    forms = all(
        not conversion and re.fullmatch(r"(0[1-9]d)?" if name == "number" else "", form or "")
        for _text, name, form, conversion in places
    )
    if len(text) > 40 or not _NEEDED_FIELDS <= names <= _NUMBER_FIELDS or not forms:
        raise ValueError(right)
    return text


def _series(text: str) -> str:
    if len(text) > 40 or not text.isprintable():
        raise ValueError("40 signs at most")
    return text


def _code(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,64}", text):
        raise ValueError("letters, digits, hyphens, dots and underscores, 64 at most")
    return text


def _days(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdecimal() or int(text) > 36500:
        raise ValueError("a number of days, 0 to 36500")
    return int(text)


def _mail_url(text: str) -> str:
    if not re.fullmatch(r"smtps?://([^@/\s]+@)?[^@/\s]+/?", text):
        raise ValueError("smtp://name:password@host:587, or smtps://... for TLS from the start")
    return text


def _mail_from(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError("an address such as learn@example.go.id")
    return text


def _digest(text: str) -> str:
    if text not in {"daily", "weekly", "off"}:
        raise ValueError("daily, weekly or off")
    return text


@dataclass(frozen=True)
class Setting:
    """One LEARN_* setting: how its text is read, what it is when nothing is said, what it means."""

    name: str
    read: Callable[[str], Any]
    default: Any
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("LEARN_DATA_DIR", Path, Path("learn-data"), "Folder for the database, keys and media."),
    Setting("LEARN_DATABASE_URL", str, "", "Database address; empty: SQLite in the data folder."),
    Setting("LEARN_SECRET_KEY", str, "", "Signs sessions; empty: made once, kept in the data folder."),
    Setting("LEARN_LEDGER_KEY", str, "", "Keys the ledger's digests (HMAC-SHA-256); empty: plain SHA-256."),
    Setting("LEARN_PLUGINS", _words, (), "Plugins to switch on, by entry point name, with commas."),
    Setting("LEARN_TIMEZONE", _zone, "Asia/Makassar", "Time zone where a unit names none (WITA)."),
    Setting("LEARN_LANGUAGE", _language, "id", "Language for those who chose none, and of commands."),
    Setting("LEARN_LAYOUT", str, "", "A host template to stand in; empty: Learn's own layout."),
    Setting("LEARN_SITE_NAME", str, "Learn", "Name shown in the header and on certificates."),
    Setting("LEARN_ORGANISER", str, "BKPSDM Kota Denpasar", "Organiser named on certificates."),
    Setting("LEARN_CERTIFICATE_SERIES", _series, "LEARN/BKPSDM", "The organiser's series of certificate numbers."),
    Setting("LEARN_CERTIFICATE_NUMBER", _number_pattern, "{number:05d}/{series}/{year}",
            "How a certificate number is written; {month} (Roman) may stand in it too."),
    Setting("LEARN_REPEAT_HOURS", _flag, False, "Credit JP again for a course repeated in the same year."),
    Setting("LEARN_CERTIFICATE_SIGNER", str, "Kepala BKPSDM", "Who signs certificates."),
    Setting("LEARN_SIASN_AGENCY", _code, "", "Code of the agency in SIASN (instansiId)."),
    Setting("LEARN_SIASN_PLACE", _code, "", "Code of the place in SIASN (lokasiId); may be empty."),
    Setting("LEARN_SIGN_FILE", str, "", "PKCS#12 file that signs certificates; empty: they are not signed."),
    Setting("LEARN_SIGN_PASSWORD", str, "", "Password of that file."),
    Setting("LEARN_BASE_URL", str, "", "Public address for links in files and QR codes; empty: the request's."),
    Setting("LEARN_SESSION_HOURS", int, 12, "Hours after which a sign-in ends by itself."),
    Setting("LEARN_CODE_DAYS", int, 14, "Days a one-time code may be used."),
    Setting("LEARN_SIGN_IN_TRIES", int, 8, "Failed sign-ins of one number in 15 minutes before a pause."),
    Setting("LEARN_COOKIE_SECURE", _flag, False, "Send cookies over HTTPS only; set it behind TLS."),
    Setting("LEARN_TRUSTED_PROXIES", int, 0, "Number of proxies in front whose headers are believed."),
    Setting("LEARN_MAX_UPLOAD_MB", int, 50, "Largest upload in megabytes."),
    Setting("LEARN_ACCESS_LOG_DAYS", _days, 730, "Days that who looked at whose record is kept; 0: for ever."),
    Setting("LEARN_RETENTION_DAYS", _days, 0,
            "Days after which names and texts leave the entries of people who have left; 0: never."),
    Setting("LEARN_JOB_DAYS", _days, 7, "Days that the result file of a job is kept."),
    Setting("LEARN_EXPORT_AT_ONCE", int, 50_000,
            "Rows of an export that are sent at once; more become a job in the background."),
    Setting("LEARN_MENTOR_HOURS", _flag, False,
            "Whether a confirmed pair brings its mentor the same JP as its mentee."),
    Setting("LEARN_FIGURES_LIVE", int, 1000,
            "Up to so many people HR's figures are counted at each look; of more they are made beforehand."),
    Setting("LEARN_FIGURES_MINUTES", int, 60, "Minutes after which figures made beforehand are made anew."),
    Setting("LEARN_FIGURES_DAYS", _days, 62,
            "Days of which figures are kept for each; of days before, those at the end of a month."),
    Setting("LEARN_MAIL_URL", _mail_url, "",
            "SMTP server for notices: smtp://name:password@host:587 or smtps://...; empty: no mail."),
    Setting("LEARN_MAIL_FROM", _mail_from, "", "Address that mails come from; needed with LEARN_MAIL_URL."),
    Setting("LEARN_DIGEST", _digest, "weekly",
            "How often supervisors are told what is overdue: daily, weekly or off."),
    Setting("LEARN_RENEWAL_KEEPS_DATE", _flag, False,
            "A course renewed before it lapses is valid from its old last day on, not from the day it was completed."),
    Setting("LEARN_TIME_LIMIT_GRACE_SECONDS", int, 30, "Seconds after a quiz's time limit still accepted."),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The settings of one application, read and checked; a field for each LEARN_* name."""

    data_dir: Path
    database_url: str
    secret_key: str
    ledger_key: str
    plugins: tuple[str, ...]
    timezone: str
    language: str
    layout: str
    site_name: str
    organiser: str
    certificate_series: str
    certificate_number: str
    repeat_hours: bool
    certificate_signer: str
    siasn_agency: str
    siasn_place: str
    sign_file: str
    sign_password: str
    base_url: str
    session_hours: int
    code_days: int
    sign_in_tries: int
    cookie_secure: bool
    trusted_proxies: int
    max_upload_mb: int
    access_log_days: int
    retention_days: int
    figures_live: int
    figures_minutes: int
    figures_days: int
    job_days: int
    export_at_once: int
    mentor_hours: bool
    mail_url: str
    mail_from: str
    digest: str
    renewal_keeps_date: bool
    time_limit_grace_seconds: int


def dotenv(path: Path) -> dict[str, str]:
    """Return the LEARN_* lines (``NAME=value``) of a .env file; an absent file has none."""
    if not path.is_file():
        return {}
    pairs = (
        line.partition("=")[::2]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("LEARN_")
    )
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def read_settings(
    config: Mapping[str, Any],
    environ: Mapping[str, str] | None = None,
    env_file: Path | None = None,
) -> Settings:
    """Return the settings from the host's `config`, the environment and a .env file, in that order.

    Raises
    ------
    BadSetting
        A value has the wrong form; the message says what would be right.
    """
    environ = os.environ if environ is None else environ
    written = {**dotenv(env_file or Path(".env")), **environ}
    values = {
        setting.name.removeprefix("LEARN_").lower(): _value(setting, config, written)
        for setting in SETTINGS
    }
    data_dir = Path(values["data_dir"]).expanduser().absolute()
    values["data_dir"] = data_dir
    values["database_url"] = values["database_url"] or f"sqlite:///{data_dir / 'learn.db'}"
    return Settings(**values)


def _value(setting: Setting, config: Mapping[str, Any], written: Mapping[str, str]) -> Any:
    raw = config.get(setting.name, written.get(setting.name))
    if raw is None or raw == "":
        return setting.default
    if not isinstance(raw, str):
        return raw
    try:
        return setting.read(raw)
    except ValueError as error:
        raise BadSetting(
            Message("%(name)s is %(value)s; it takes %(right)s.",
                    name=setting.name, value=raw, right=str(error))
        ) from error  # fmt: skip


def kept_secret(settings: Settings) -> str:
    """Return the secret key: the one set, or the one made once and kept in the data folder (0600)."""
    if settings.secret_key:
        return settings.secret_key
    return kept_file(settings.data_dir, "secret-key", lambda: secrets.token_urlsafe(48))


def kept_file(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return what a secret file (0600) of the folder holds, made once and by one process alone."""
    path = folder / name
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(make())
    try:
        os.link(temporary, path)  # whole or not at all, and the first process wins
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()
    return path.read_text(encoding="ascii").strip()
