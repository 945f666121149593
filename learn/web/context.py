"""The request: its database session, who is here, what they may do, and what every template sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy.orm import Session

from learn.errors import LearnError, Message
from learn.people.access import Action, Actor, Scope, can, demand, scope
from learn.people.models import Person
from learn.people.signing_in.signed_in import SignedIn
from learn.web.identity import find
from learn.web.state import state

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(LearnError):
    """Nobody is signed in; pages lead to the sign-in, the API answers 401."""

    status = 401
    code = "sign-in-needed"

    def __init__(self) -> None:
        super().__init__(Message("Please sign in first."))


def session() -> Session:
    """Return the request's session: one that only reads for a GET, one that writes otherwise.

    A view that writes commits once, at its end; what is not committed has not happened.
    """
    found: Session | None = getattr(g, "learn_session", None)
    if found is None:
        database = state().database
        found = database.reading() if request.method in SAFE else database.writing()
        g.learn_session = found
    return found


def only_read() -> None:
    """Let this request only read, though it is sent as a form: it waits for no writer and stops none."""
    g.learn_session = state().database.reading()


def take_session() -> Session:
    """Take the request's session out of it, for a file that is sent after the request; close it then."""
    found = session()
    g.pop("learn_session")
    return found


def close_session(_error: BaseException | None = None) -> None:
    """Give the request's session back at its end."""
    found: Session | None = g.pop("learn_session", None)
    if found is not None:
        found.close()


def now() -> datetime:
    """Return the moment of this request, the same for all of it."""
    found: datetime | None = getattr(g, "learn_now", None)
    if found is None:
        found = g.learn_now = state().now()
    return found


def person_or_none() -> Person | None:
    """Return who is here, or None; asks the database once a request."""
    if not hasattr(g, "learn_person"):
        found_here = find(session(), now())
        g.learn_here = found_here
        g.learn_person = found_here.person if found_here else None
        g.learn_zone = found_here.time_zone(state().settings) if found_here else None
    found: Person | None = g.learn_person
    return found


def person() -> Person:
    """Return who is here; raise `SignInNeeded` when nobody is."""
    found = person_or_none()
    if found is None:
        raise SignInNeeded
    return found


def actor() -> Actor:
    """Return who is here with the roles that count."""
    person()
    here: SignedIn = g.learn_here
    return here.actor


def here() -> SignedIn:
    """Return the sign-in: person, unit and roles."""
    person()
    found: SignedIn = g.learn_here
    return found


def may(action: Action, **target: Any) -> bool:
    """Return whether the person may do this to the target (unit_path, person_id, course)."""
    return person_or_none() is not None and can(actor(), action, **target)


def need(action: Action, **target: Any) -> None:
    """Raise unless the person may do this to the target; the message names the roles that may."""
    demand(actor(), action, **target)


def reach(action: Action) -> Scope:
    """Return everything that the person may do this to; raise when that is nothing."""
    found = scope(actor(), action)
    if found.nothing:
        need(action)
    return found


def arguments() -> Mapping[str, str]:
    """Return the query of the address, each name once, NUL signs taken out (PostgreSQL refuses them)."""
    return {key: value.replace("\x00", "").strip() for key, value in request.args.items()}
