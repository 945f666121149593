"""Sending notices by mail: from the outbox that stands beside them, tried again with growing pauses.

A mail is written in the transaction of its notice and sent after it. Its Message-ID is made of what it
tells, so that a mail that goes out twice because a process died in between is one to every mail program.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learn.db import Database
from learn.notices.models import Mail, Notice
from learn.people.models import Person

log = logging.getLogger("learn")
AT_ONCE = 50
MOST_TRIES = 8
CLAIM = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=5)
SECONDS = 20
Key = tuple[int, str]


@dataclass(frozen=True)
class Letter:
    """What a mail says; no personal numbers stand in it."""

    subject: str
    body: str


@dataclass(frozen=True)
class Waiting:
    """A mail to be sent now."""

    key: Key
    address: str
    letter: Letter
    tries: int


Composing = Callable[[Session, Notice, Person], Letter]


def send_mails(
    database: Database, url: str, sender: str, compose: Composing, *, now: datetime
) -> int:
    """Send the mails that wait, some at a time; return how many went out.

    Parameters
    ----------
    url
        ``smtp://name:password@host:port``, or ``smtps://`` for TLS from the start.
    compose
        Puts a notice into the words of the person.
    """
    waiting, sent = _claimed(database, compose, now), 0
    if not waiting:
        return 0
    try:
        with _server(url) as server:
            while waiting:
                sent += _send(database, server, sender, waiting[0], now)
                waiting.pop(0)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("the mail server cannot be used: %s", error)
        for mail in waiting:  # those that were sent before it broke off are out already
            _note(database, mail, now, problem=str(error))
    return sent


def _claimed(database: Database, compose: Composing, now: datetime) -> list[Waiting]:
    """Return mails that nobody else is sending; who has no address is left out for good."""
    with database.reading() as session:
        rows = session.execute(
            select(Mail, Notice, Person)
            .join(Notice, (Notice.person_id == Mail.person_id) & (Notice.key == Mail.key))
            .join(Person, Person.id == Mail.person_id)
            .where(Mail.next_try_at <= now)
            .order_by(Mail.next_try_at)
            .limit(AT_ONCE)
        ).all()
        found = [
            Waiting((mail.person_id, mail.key), person.email or "", compose(session, notice, person), mail.tries)
            for mail, notice, person in rows
        ]  # fmt: skip
    return [mail for mail in found if _claim(database, mail, now)]


def _claim(database: Database, mail: Waiting, now: datetime) -> bool:
    with database.transaction() as session:
        if not mail.address:
            _set(session, mail.key, next_try_at=None, problem="no address")
            return False
        taken = session.execute(
            update(Mail)
            .where(Mail.person_id == mail.key[0], Mail.key == mail.key[1], Mail.next_try_at <= now)
            .values(next_try_at=now + CLAIM, tries=Mail.tries + 1)
            .returning(Mail.key)
        ).all()
        return bool(taken)


def _server(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _send(
    database: Database, server: smtplib.SMTP, sender: str, mail: Waiting, now: datetime
) -> bool:
    try:
        server.send_message(_message(mail, sender, now), sender, [mail.address])
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _text in error.recipients.values())
        _note(database, mail, now, problem=f"refused: {code}", final=code >= 500)
        return False
    except smtplib.SMTPResponseException as error:
        final = error.smtp_code >= 500
        _note(database, mail, now, problem=f"refused: {error.smtp_code}", final=final)
        return False
    except ValueError as error:  # an address or a subject that no mail can have
        _note(database, mail, now, problem=str(error), final=True)
        return False
    with database.transaction() as session:
        _set(session, mail.key, sent_at=now, next_try_at=None, problem="")
    return True


def _message(mail: Waiting, sender: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(mail.letter.subject.split())
    message["From"], message["To"] = sender, mail.address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(mail.key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.letter.body)
    return message


def message_id(key: Key, sender: str) -> str:
    """Return the id of a mail: always the same for the same notice of the same person."""
    digest = hashlib.sha256(f"{key[0]}:{key[1]}".encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _note(
    database: Database, mail: Waiting, now: datetime, *, problem: str, final: bool = False
) -> None:
    """Keep why it failed; try again after a pause that doubles, until it has failed too often."""
    over = final or mail.tries + 1 >= MOST_TRIES
    pause = FIRST_PAUSE * 2**mail.tries
    with database.transaction() as session:
        _set(session, mail.key, next_try_at=None if over else now + pause, problem=problem[:200])


def _set(session: Session, key: Key, **values: object) -> None:
    session.execute(
        update(Mail).where(Mail.person_id == key[0], Mail.key == key[1]).values(**values)
    )
