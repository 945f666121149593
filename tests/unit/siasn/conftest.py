"""A city with completed courses, and people whom SIASN knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learn.db import Database
from learn.people.access import EVERYTHING
from learn.people.models import Person
from learn.siasn.models import SiasnPerson
from learn.siasn.queries import SiasnQuery
from learn.siasn.rules import Issuer
from tests.support import make, records

Ask = Callable[..., SiasnQuery]
Done = Callable[..., Person]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def ask(now: datetime) -> Ask:
    """Return a function that makes a query: ask(standings=("accepted",))."""

    def ask(**known: Any) -> SiasnQuery:
        return SiasnQuery(
            **{"scope": EVERYTHING, "timezone": "Asia/Makassar", "now": now,
               "issuer": Issuer("BKPSDM Kota Denpasar", "A5EB03", "L1")} | known
        )  # fmt: skip

    return ask


@pytest.fixture
def done(session: Session, now: datetime) -> Done:
    """Return a function that makes somebody with a completed course: done("S1", form="KL06")."""

    def done(siasn_id: str | None = None, *, unit: Any = None, name: str = "Ni Wayan Sari",
             form: str = "NKL03", **course: Any) -> Person:  # fmt: skip
        person = make.person(session, unit=unit, name=name, password=None)
        version = records.version(**course)
        object.__setattr__(version, "form", form)
        records.complete(session, person, version, now=now)
        if siasn_id:
            session.add(SiasnPerson(person_id=person.id, siasn_id=siasn_id, set_at=now))
            session.flush()
        return person

    return done
