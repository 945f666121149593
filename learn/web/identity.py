"""Who is here: Learn's own accounts by Flask-Login, or a host's people by its `PeopleSource`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, g, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session

from learn.people.signing_in.signed_in import SignedIn, find_known, find_signed_in
from learn.people.source import Identity
from learn.web.state import State, state


class Here(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: one sign-in of one person; its id is the sign-in's, so it can be ended."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        """Return the id of the sign-in, which is what the session cookie carries."""
        return self.signed_in.key


class OwnAccounts:
    """The people source of Learn on its own: its accounts, signed in with Flask-Login."""

    key = "learn"

    def current(self) -> Identity | None:
        """Return who is signed in."""
        if not current_user.is_authenticated or current_user.signed_in is None:
            return None
        person = current_user.signed_in.person
        return Identity(str(person.id), person.name)

    def sign_in_url(self, next_url: str) -> str:
        """Return the sign-in page, which leads back to `next_url`."""
        return url_for("learn.sign_in", next=next_url)


def start_flask_login(app: Flask) -> None:
    """Let Flask-Login find sign-ins in Learn's table."""
    manager = LoginManager()
    manager.session_protection = None  # the sign-in row is what is checked and can be ended
    manager.init_app(app, add_context_processor=False)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(sign_in_id: str) -> Here | None:
        session, now = g.learn_finding
        found = find_signed_in(session, sign_in_id, now)
        return Here(found) if found else None


def find(session: Session, now: datetime) -> SignedIn | None:
    """Return who is here with their roles, in one statement; None when nobody is known."""
    people = state().people
    if isinstance(people, OwnAccounts):
        g.learn_finding = (session, now)
        return current_user.signed_in if current_user.is_authenticated else None
    identity = people.current() if people is not None else None
    if identity is None:
        return None
    return find_known(session, source_key(people), str(identity.key), now)


def source_key(people: Any) -> str:
    """Return the name under which a host's people are kept."""
    return str(getattr(people, "key", "host"))


def forget() -> None:
    """Take it out again."""
    logout_user()


def uses_own_accounts(built: State | None = None) -> bool:
    """Return whether people sign in with Learn's own accounts."""
    return isinstance((built or state()).people, OwnAccounts)


def remember_id(sign_in_id: str) -> None:
    """Put a sign-in that was just made into the session cookie, as Flask-Login reads it."""
    login_user(_JustMade(sign_in_id))


class _JustMade(UserMixin):  # type: ignore[misc]
    """A sign-in by its id alone, for the answer that sets the cookie; a page that fails in it knows nobody."""

    signed_in = None

    def __init__(self, sign_in_id: str) -> None:
        self.id = sign_in_id
