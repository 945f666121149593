"""Builders for tests of people: a small city, and made-up numbers (serial 9xx)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.people.access import Actor, Role
from learn.people.models import Person, Unit
from learn.people.roles import actor_of, grant_role
from learn.people.services import add_person
from learn.people.units import create_unit

GOOD_PASSWORD = "kelinci hijau makan es serut"


def nip(serial: int) -> str:
    """Return a valid made-up NIP; a different one for each serial below 8000."""
    day, last = divmod(serial, 100)
    return f"19{60 + day // 28:02d}01{day % 28 + 1:02d}1995031{900 + last:03d}"


@dataclass
class City:
    """A root with two offices; the first has a section.  `add` makes people, `office` their roles."""

    session: Session
    settings: Settings
    now: datetime
    root: Unit
    health: Unit
    clinic: Unit
    roads: Unit
    count: int = 0

    def add(self, unit: Unit | None = None, name: str = "I Made Arta", **known: Any) -> Person:
        self.count += 1
        return add_person(
            self.session, number=known.pop("number", nip(self.count)), name=name, unit=unit,
            actor_id=None, now=self.now, settings=self.settings, **known,
        )  # fmt: skip

    def officer(self, role: Role, unit: Unit | None) -> Actor:
        person = self.add(unit or self.root, name=f"Ni {role.title()}")
        grant_role(self.session, person, role, unit=unit, actor=None, now=self.now)
        return actor_of(self.session, person.id)

    def later(self, **time: float) -> datetime:
        return self.now + timedelta(**time)


def make_city(session: Session, settings: Settings, now: datetime) -> City:
    """Make the units."""

    def unit(code: str, name: str, parent: Unit | None = None) -> Unit:
        return create_unit(session, code=code, name=name, parent=parent, actor_id=None, now=now)

    root = unit("KOTA", "Pemerintah Kota")
    health = unit("DINKES", "Dinas Kesehatan", root)
    clinic = unit("DINKES.1", "Puskesmas Satu", health)
    roads = unit("DPUPR", "Dinas Pekerjaan Umum", root)
    return City(session, settings, now, root, health, clinic, roads)
