"""Ids of people in SIASN, from a sheet: first a plan that shows everything, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.ledger import audit
from learn.people.access import Scope
from learn.people.directory import digits_of
from learn.people.imports.columns import CLEAR
from learn.people.imports.planning import chunks
from learn.people.imports.tables import NumberCell, Table
from learn.people.models import Person, PersonNumber
from learn.people.numbers import mask
from learn.people.scoping import people_in
from learn.siasn.models import SiasnPerson
from learn.siasn.sheets import Change, Plan, Sheet, by_row, open_sheet

PEOPLE_LINKED = "siasn_people_linked"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("nip", "ni", "nip_ni", "nip_baru", "ni_pppk", "nomor_induk"),
    "siasn_id": ("pnsorangid", "pns_orang_id", "id_siasn", "siasnid", "id_pns"),
}


@dataclass(frozen=True)
class Link(Change):
    """The id that a person would get; None takes it away."""

    person_id: int
    siasn_id: str | None


def plan_people(session: Session, table: Table, *, scope: Scope) -> Plan:
    """Return what the sheet would change, with everything that is wrong in it; writes nothing.

    An empty id changes nothing; a lone - takes the id away. People are known by any number they held.
    """
    sheet = open_sheet(table, COLUMNS, (("number",), ("siasn_id",)))
    if sheet.errors:
        return Plan(errors=tuple(sheet.errors), warnings=tuple(sheet.warnings))
    asked = _read(sheet)
    people = _people(session, scope, [number for _row, number, _id in asked])
    ids = _known_ids(session, [person.id for person in people.values()])
    owners = _owners(session, [siasn_id for _row, _number, siasn_id in asked if siasn_id])
    links, unchanged = _links(sheet, asked, people, ids, owners)
    return Plan(tuple(links), unchanged, by_row(sheet.errors), by_row(sheet.warnings))


Asked = tuple[int, str, str | None]


def _read(sheet: Sheet) -> list[Asked]:
    """Return row, number and id (None: take it away) of each row that says something."""
    found: list[Asked] = []
    for row, cells in sheet.rows():
        number = digits_of(cells["number"])
        if isinstance(cells["number"], NumberCell):
            sheet.error(row, "number", Message("This is a number; format the column as text, a spreadsheet keeps 15 digits."))  # fmt: skip
        elif number is None:
            sheet.error(row, "number", Message("An employee number has 18 digits."))
        elif cells["siasn_id"] == CLEAR:
            found.append((row, number, None))
        elif digits_of(cells["siasn_id"]):
            sheet.error(row, "siasn_id", Message("This is an employee number; the id of a person in SIASN is another one."))  # fmt: skip
        elif cells["siasn_id"]:
            siasn_id = sheet.siasn_id(row, "siasn_id", cells["siasn_id"])
            found += [(row, number, siasn_id)] if siasn_id else []
    return found


def _people(session: Session, scope: Scope, numbers: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for some in chunks(sorted(set(numbers))):
        rows = session.execute(
            select(PersonNumber.number, Person)
            .join(Person, Person.id == PersonNumber.person_id)
            .where(PersonNumber.number.in_(some), people_in(scope))
        )
        found.update({row.number: row.Person for row in rows})
    return found


def _known_ids(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(sorted(set(person_ids))):
        query = select(SiasnPerson.person_id, SiasnPerson.siasn_id)
        rows = session.execute(query.where(SiasnPerson.person_id.in_(some)))
        found.update({row.person_id: row.siasn_id for row in rows})
    return found


def _owners(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Return whose the ids are now, also outside the reader's units."""
    found: dict[str, int] = {}
    for some in chunks(sorted(set(ids))):
        query = select(SiasnPerson.siasn_id, SiasnPerson.person_id)
        rows = session.execute(query.where(SiasnPerson.siasn_id.in_(some)))
        found.update({row.siasn_id: row.person_id for row in rows})
    return found


def _links(
    sheet: Sheet,
    asked: Sequence[Asked],
    people: Mapping[str, Person],
    ids: Mapping[int, str],
    owners: Mapping[str, int],
) -> tuple[list[Link], int]:
    links: list[Link] = []
    rows_of_people: dict[int, int] = {}
    rows_of_ids: dict[str, int] = {}
    unchanged = 0
    for row, number, siasn_id in asked:
        person = people.get(number)
        if person is None:
            sheet.error(row, "number", Message("Nobody among your people has this number."))
            continue
        if person.id in rows_of_people:
            sheet.error(row, "number", Message("Row %(row)s is about the same person.", row=rows_of_people[person.id]))  # fmt: skip
            continue
        rows_of_people[person.id] = row
        if siasn_id is not None and siasn_id in rows_of_ids:
            sheet.error(row, "siasn_id", Message("The same id stands in row %(row)s.", row=rows_of_ids[siasn_id]))  # fmt: skip
        elif siasn_id is not None and owners.get(siasn_id, person.id) != person.id:
            sheet.error(row, "siasn_id", Message("Somebody else has this id already."))
        elif ids.get(person.id) == siasn_id:
            unchanged += 1
        else:
            before = ids.get(person.id, "")
            about = f"{person.name} ({mask(number)})"
            links.append(Link(row, about, before, siasn_id or "", person.id, siasn_id))
        if siasn_id is not None:
            rows_of_ids.setdefault(siasn_id, row)
    return links, unchanged


def apply_people(session: Session, plan: Plan, *, actor_id: int | None, now: datetime) -> None:
    """Do all that the plan says, in this transaction; a plan that changes nothing writes nothing.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    plan.refuse_errors()
    links = [change for change in plan.changes if isinstance(change, Link)]
    if not links:
        return
    for link in links:
        known = session.get(SiasnPerson, link.person_id)
        if known is not None and link.siasn_id is None:
            session.delete(known)
        elif known is not None and link.siasn_id is not None:
            known.siasn_id, known.set_at = link.siasn_id, now
        elif link.siasn_id is not None:
            session.add(SiasnPerson(person_id=link.person_id, siasn_id=link.siasn_id, set_at=now))
    session.flush()
    removed = sum(link.siasn_id is None for link in links)
    data = {"linked": len(links) - removed, "removed": removed}
    audit(session, PEOPLE_LINKED, data, actor_id=actor_id, at=now)
