"""Builders with defaults: a test names only what matters to it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from learn.config import Settings, read_settings
from learn.people.models import Account, Person, Unit
from learn.people.roles import grant_role
from learn.people.services import add_person
from learn.people.signing_in.passwords import hash_password
from learn.people.units import create_unit, root_unit

PASSWORD = "kucing hijau makan es serut"
JOINED = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
_serials = itertools.count(1)


def settings() -> Settings:
    """Return the settings where nothing is set."""
    return read_settings({}, environ={}, env_file=Path("/nowhere"))


def nip(serial: int | None = None) -> str:
    """Return a valid made-up NIP; a different one for each serial below 8000."""
    day, last = divmod(next(_serials) if serial is None else serial, 100)
    return f"19{60 + day // 28:02d}01{day % 28 + 1:02d}1995031{900 + last:03d}"


def unit(session: Session, code: str, parent: Unit | None = None) -> Unit:
    """Make a unit; without a parent it stands below the agency itself."""
    above = parent or root_unit(session, now=JOINED)
    return create_unit(
        session, code=code, name=f"Dinas {code}", parent=above, actor_id=None, now=JOINED
    )


def person(
    session: Session,
    *roles: str,
    name: str = "Ni Wayan Sari",
    number: str = "",
    unit: Unit | None = None,
    password: str | None = PASSWORD,
) -> Person:
    """Make a person with these roles on `unit` (the agency itself when none is named)."""
    place = unit or root_unit(session, now=JOINED)
    made = add_person(
        session,
        number=number or nip(),
        name=name,
        unit=place,
        actor_id=None,
        now=JOINED,
        settings=settings(),
    )
    for role in roles:
        grant_role(session, made, role, unit=place, actor=None, now=JOINED)
    if password:
        known = Account(person_id=made.id, password_hash=_hashed(password), changed_at=JOINED)
        session.add(known)
    session.flush()
    return made


@cache
def _hashed(password: str) -> str:
    """Return the hash of a password, made once in a process: each takes as long as it should."""
    return hash_password(password)
