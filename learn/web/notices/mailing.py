"""Notices as mails: a sentence in the person's language and the way to the page, nothing personal beyond it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.notices.mailing import Letter, send_mails
from learn.notices.models import Notice
from learn.people.models import Person
from learn.people.names import full_name
from learn.web.i18n import LANGUAGES, saying
from learn.web.notices.own import words_of
from learn.web.state import State

SUBJECT = "%(site)s: a notice for you"


def send_waiting_mails(built: State, now: datetime) -> int:
    """Send the mails that wait, where a mail server is configured; return how many went out."""
    settings = built.settings
    if not settings.mail_url or not settings.mail_from:
        return 0

    def compose(session: Session, notice: Notice, person: Person) -> Letter:
        return letter(built, session, notice, person)

    return send_mails(built.database, settings.mail_url, settings.mail_from, compose, now=now)


def letter(built: State, session: Session, notice: Notice, person: Person) -> Letter:
    """Return a notice as a mail in the person's language."""
    settings = built.settings
    language = person.language if person.language in LANGUAGES else settings.language
    say = saying(language or settings.language)
    (line,) = words_of(session, built, [notice], language or settings.language)
    name = full_name(person.name, person.title_before, person.title_after)
    parts = [say(Message("Dear %(name)s,", name=name)), say(line.text)]
    if settings.base_url:
        address = f"{settings.base_url.rstrip('/')}/notices/"
        parts.append(say(Message("More: %(address)s", address=address)))
    parts.append(say(Message("This mail was sent by %(site)s; nobody reads answers to it.", site=settings.site_name)))  # fmt: skip
    return Letter(say(Message(SUBJECT, site=settings.site_name)), "\n\n".join(parts) + "\n")
