"""Finding people: by number, one by one, and in lists that are narrowed to a scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from learn.errors import Message, NotFound
from learn.people.access import Grant, Scope
from learn.people.models import Person, PersonNumber, Post, Unit
from learn.people.names import full_name, sort_name
from learn.people.numbers import EIGHTEEN_DIGITS, display, mask
from learn.people.paging import Page, page_of
from learn.people.roles import CHUNK, grants_of
from learn.people.scoping import people_in, people_under

Lines = Select[Person, str, str]


@dataclass(frozen=True)
class PersonLine:
    """A person in a list: the row, the unit's name, and the number as the reader may see it."""

    person: Person
    unit_name: str
    number: str

    @property
    def full_name(self) -> str:
        """Return the name with degrees."""
        return full_name(self.person.name, self.person.title_before, self.person.title_after)


@dataclass(frozen=True)
class PersonCard:
    """All that the page of one person shows about who they are."""

    person: Person
    full_name: str
    number: str
    numbers: Sequence[PersonNumber]
    units: Sequence[Unit]
    posts: Sequence[tuple[Post, Unit]]
    grants: Sequence[Grant]


def digits_of(text: str) -> str | None:
    """Return the 18 digits of a number as somebody typed it, or None when it is none."""
    digits = re.sub(r"[\s.]", "", text[:60])
    return digits if EIGHTEEN_DIGITS.fullmatch(digits) else None


def find_by_number(session: Session, text: str) -> Person | None:
    """Return who holds or once held this number, or None; spaces and dots do not matter."""
    digits = digits_of(text)
    if digits is None:
        return None
    return session.scalar(
        select(Person)
        .join(PersonNumber, PersonNumber.person_id == Person.id)
        .where(PersonNumber.number == digits)
    )


def get_person(session: Session, person_id: int, scope: Scope) -> Person:
    """Return the person with this id.

    Raises
    ------
    NotFound
        There is none, or not within `scope`: which of both is not told.
    """
    person = None
    if 0 < person_id < 2**63:
        person = session.scalar(select(Person).where(Person.id == person_id, people_in(scope)))
    if person is None:
        raise NotFound(Message("There is no such person, or they are not in your units."))
    return person


def number_of(session: Session, person_id: int) -> str | None:
    """Return the number that the person holds now: 18 bare digits, or None."""
    return session.scalar(
        select(PersonNumber.number).where(
            PersonNumber.person_id == person_id, PersonNumber.valid_to.is_(None)
        )
    )


def numbers_of(session: Session, person_id: int) -> list[PersonNumber]:
    """Return all numbers that the person holds or held, the present one first."""
    return list(
        session.scalars(
            select(PersonNumber)
            .where(PersonNumber.person_id == person_id)
            .order_by(PersonNumber.valid_to.is_not(None), PersonNumber.valid_from.desc())
        )
    )


def present_numbers(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers that these people hold now, by id."""
    found: dict[int, str] = {}
    for start in range(0, len(person_ids), CHUNK):
        rows = session.execute(
            select(PersonNumber.person_id, PersonNumber.number).where(
                PersonNumber.person_id.in_(person_ids[start : start + CHUNK]),
                PersonNumber.valid_to.is_(None),
            )
        )
        found.update({row.person_id: row.number for row in rows})
    return found


def person_card(session: Session, person: Person, *, whole_number: bool = False) -> PersonCard:
    """Return who the person is, with numbers, units from the root, posts and roles."""
    numbers = numbers_of(session, person.id)
    posts = session.execute(
        select(Post, Unit)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.person_id == person.id)
        .order_by(Post.since.desc(), Post.id.desc())
    ).all()
    now_held = numbers[0].number if numbers else ""
    return PersonCard(
        person=person,
        full_name=full_name(person.name, person.title_before, person.title_after),
        number=display(now_held) if whole_number else mask(now_held),
        numbers=numbers,
        units=units_above(session, person.unit_id),
        posts=[(row.Post, row.Unit) for row in posts],
        grants=grants_of(session, person.id),
    )


def units_above(session: Session, unit_id: int | None) -> list[Unit]:
    """Return the units from the root to this one."""
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    if unit is None:
        return []
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    found = session.scalars(select(Unit).where(Unit.id.in_(ids))).all()
    return sorted(found, key=lambda unit: ids.index(unit.id))


def list_people(
    session: Session,
    scope: Scope,
    *,
    unit: Unit | None = None,
    text: str | None = None,
    active: bool | None = True,
    after: str | None = None,
    limit: int = 50,
    whole_numbers: bool = False,
    also: ColumnElement[bool] | None = None,
) -> Page[PersonLine]:
    """Return a page of the people within `scope`, by name.

    Parameters
    ----------
    unit
        Only people of this unit and those below it.
    text
        Words of the name, or a whole number (also one held once).
    active
        Only active people; False: only the others; None: both.
    after
        The cursor of a page that was given before.
    also
        A further condition on `Person`.
    """
    query = _people_lines().where(people_in(scope))
    if also is not None:
        query = query.where(also)
    if active is not None:
        query = query.where(Person.active.is_(active))
    if unit is not None:
        query = query.where(people_under(unit.path))
    if text:
        query = query.where(*named(text))
    page = page_of(session, query, (Person.sort_name, Person.id), after=after, limit=limit)
    return page.of(
        lambda row: PersonLine(row.Person, row.name or "", _shown(row.number, whole_numbers))
    )


def _people_lines() -> Lines:
    return (
        select(Person, Unit.name, PersonNumber.number)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(
            PersonNumber,
            (PersonNumber.person_id == Person.id) & PersonNumber.valid_to.is_(None),
        )
    )


def named(text: str) -> list[ColumnElement[bool]]:
    """Return the conditions on `Person` of a search by words of the name, or by a whole number."""
    digits = digits_of(text)
    if digits is not None:
        holders = select(PersonNumber.person_id).where(PersonNumber.number == digits)
        return [Person.id.in_(holders)]
    readable = "".join(sign if sign.isprintable() else " " for sign in text[:100])
    return [
        Person.sort_name.contains(word, autoescape=True) for word in sort_name(readable).split()
    ]


def _shown(number: str | None, whole: bool) -> str:
    return "" if number is None else number if whole else mask(number)
