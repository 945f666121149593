"""Who is here, when a host's own accounts answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.ledger import append
from learn.people.fitting import fitting
from learn.people.models import OWN_SOURCE, Person
from learn.people.names import sort_name
from learn.people.services import PERSON_ADDED, change_person, find_by_number

PERSON_LINKED = "person_linked"


@dataclass(frozen=True)
class Identity:
    """Somebody as a host knows them.

    Parameters
    ----------
    key
        The host's name for the person, the same for ever; a number of an employee is not.
    name
        The bare name; degrees stand apart.
    number
        The NIP or NI PPPK, if the host vouches for it: it links somebody who was imported.
    """

    key: str | int
    name: str
    title_before: str = ""
    title_after: str = ""
    email: str | None = None
    language: str | None = None
    number: str | None = None


class PeopleSource(Protocol):
    """A host's answer to two questions: who is here, and where does one sign in."""

    def current(self) -> Identity | None:
        """Return who makes this request, or None."""

    def sign_in_url(self, next_url: str) -> str:
        """Return the address of the host's sign-in page, which leads to `next_url` afterwards."""


def person_of(session: Session, identity: Identity, source: str, *, now: datetime) -> Person:
    """Return the person of a host's account, made or linked at the first sign-in.

    The host answers for names: they follow it at each sign-in.
    """
    key = str(identity.key)
    name = fitting(Person.name, identity.name) or key
    person = session.scalar(
        select(Person).where(Person.source == source, Person.external_key == key)
    )
    if person is None and identity.number:
        person = _linked(session, identity.number, source, key, now)
    if person is None:
        return _made(session, identity, name, source, now)
    known = {
        "name": name,
        "title_before": identity.title_before or person.title_before,
        "title_after": identity.title_after or person.title_after,
        "email": identity.email or person.email,
    }
    change_person(session, person, known, actor_id=None, now=now)
    return person


def _linked(session: Session, number: str, source: str, key: str, now: datetime) -> Person | None:
    """Return the imported person with this number, linked to the account; None when there is none.

    Somebody who is linked to another account stays so: an administrator has to look at that.
    """
    person = find_by_number(session, number)
    if person is None or person.source != OWN_SOURCE:
        return None
    person.source, person.external_key = source, key
    append(session, person.id, PERSON_LINKED, {"source": source}, at=now, detail={"key": key})
    return person


def _made(session: Session, identity: Identity, name: str, source: str, now: datetime) -> Person:
    person = Person(
        source=source,
        external_key=str(identity.key),
        name=name,
        title_before=identity.title_before,
        title_after=identity.title_after,
        sort_name=sort_name(name),
        email=identity.email,
        language=identity.language,
        created_at=now,
    )
    session.add(person)
    session.flush()
    data = {"actor": None, "kind": person.kind, "source": source}
    append(session, person.id, PERSON_ADDED, data, at=now, detail={"name": name})
    return person
