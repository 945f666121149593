"""Adding and changing people, their numbers and posts.  Services flush, never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Conflict, Invalid, Message
from learn.ledger import append
from learn.ledger.opening import open_chains
from learn.people.dates import local_date
from learn.people.directory import (
    PersonCard,
    PersonLine,
    digits_of,
    find_by_number,
    get_person,
    list_people,
    number_of,
    person_card,
    units_above,
)
from learn.people.fitting import fitting
from learn.people.models import KINDS, Person, PersonNumber, Post, Unit
from learn.people.names import sort_name, tidy
from learn.people.numbers import Kind, parse_number
from learn.people.paging import Page

PERSON_ADDED, PERSON_CHANGED = "person_added", "person_changed"
NUMBER_ADDED, POST_SET = "number_added", "post_set"
CHANGEABLE = ("name", "title_before", "title_after", "kind", "active", "email", "language")

__all__ = [
    "NewPerson",
    "Page",
    "PersonCard",
    "PersonLine",
    "add_number",
    "add_people",
    "add_person",
    "added_data",
    "added_detail",
    "change_person",
    "digits_of",
    "find_by_number",
    "get_person",
    "list_people",
    "number_of",
    "person_card",
    "person_row",
    "post_row",
    "set_post",
    "units_above",
]


@dataclass(frozen=True)
class NewPerson:
    """What is known of somebody who is added; `number` is 18 digits that were checked before."""

    number: str
    name: str
    number_kind: str = Kind.PNS
    title_before: str = ""
    title_after: str = ""
    kind: str = "PNS"
    active: bool = True
    email: str | None = None
    unit_id: int | None = None
    post_title: str = ""
    post_class: str = ""
    grade: str = ""
    since: date | None = None


def add_person(
    session: Session,
    *,
    number: str,
    name: str,
    kind: str | None = None,
    unit: Unit | None = None,
    actor_id: int | None,
    now: datetime,
    settings: Settings,
    **known: Any,
) -> Person:
    """Add one person with a number that is checked here; `known` are other fields of `NewPerson`.

    Raises
    ------
    InvalidNumber, Invalid, Conflict
        The number has the wrong form; the name is empty; somebody holds or held the number.
    """
    today = local_date(now, settings.timezone)
    parsed = parse_number(number, today=today)
    if not tidy(name):
        raise Invalid(Message("A person needs a name."))
    if find_by_number(session, parsed.digits) is not None:
        raise Conflict(Message("This number belongs to somebody already."))
    new = NewPerson(
        number=parsed.digits,
        name=fitting(Person.name, name),
        number_kind=parsed.kind.value,
        kind=kind or parsed.kind.value,
        unit_id=unit.id if unit else None,
        **{"since": today, **_fitted(known)},
    )
    (person_id,) = add_people(session, [new], actor_id=actor_id, now=now)
    return session.get_one(Person, person_id)


def add_people(
    session: Session, people: Sequence[NewPerson], *, actor_id: int | None, now: datetime
) -> list[int]:
    """Add many people, each with number, first post and the entry that says so; return their ids."""
    if not people:
        return []
    ids = list(
        session.scalars(
            insert(Person).returning(Person.id, sort_by_parameter_order=True),
            [person_row(new, now) for new in people],
        )
    )
    pairs = list(zip(ids, people, strict=True))
    session.execute(
        insert(PersonNumber),
        [
            {"number": new.number, "person_id": person_id, "kind": new.number_kind}
            for person_id, new in pairs
        ],
    )
    posts = [post_row(person_id, new) for person_id, new in pairs if new.unit_id is not None]
    if posts:
        session.execute(insert(Post), posts)
    openings = [
        (person_id, added_data(new, actor_id), added_detail(new)) for person_id, new in pairs
    ]
    open_chains(session, PERSON_ADDED, openings, at=now)
    return ids


def _fitted(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a person with their texts made fit."""
    return {
        name: fitting(getattr(Person, name), value) if isinstance(value, str) else value
        for name, value in fields.items()
    }


def added_data(new: NewPerson, actor_id: int | None) -> dict[str, Any]:
    """Return what the entry says of somebody who is added."""
    return {
        "actor": actor_id,
        "kind": new.kind,
        "unit": new.unit_id,
        "class": new.post_class,
        "grade": new.grade,
        "since": new.since.isoformat() if new.since else None,
    }


def added_detail(new: NewPerson) -> dict[str, Any]:
    """Return the names and texts of the entry of somebody who is added."""
    return {"number": new.number, "name": new.name, "post": new.post_title}


def person_row(new: NewPerson, now: datetime) -> dict[str, Any]:
    """Return the columns of somebody who is added."""
    names = ("name", "title_before", "title_after", "kind", "active", "email", "unit_id",
             "post_title", "post_class", "grade")  # fmt: skip
    row = {name: getattr(new, name) for name in names}
    return {**row, "sort_name": sort_name(new.name), "created_at": now}


def post_row(person_id: int, new: NewPerson) -> dict[str, Any]:
    """Return the columns of the first post of somebody who is added."""
    if new.since is None:
        raise ValueError("a first post needs the day it starts on")
    return {
        "person_id": person_id,
        "since": new.since,
        "unit_id": new.unit_id,
        "title": new.post_title,
        "post_class": new.post_class,
        "grade": new.grade,
    }


def change_person(
    session: Session,
    person: Person,
    changes: Mapping[str, Any],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change fields of `CHANGEABLE`; what was there before stays in the entry's detail.

    Raises
    ------
    Invalid
        The name would be empty, or the kind is unknown.
    """
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"not changed here: {', '.join(sorted(unknown))}")
    if "name" in changes and not tidy(changes["name"]):
        raise Invalid(Message("A person needs a name."))
    if changes.get("kind", person.kind) not in KINDS:
        raise Invalid(Message("The kind is one of %(kinds)s.", kinds=", ".join(KINDS)))
    changes = _fitted(changes)
    before = {name: getattr(person, name) for name in changes}
    different = {name: value for name, value in changes.items() if before[name] != value}
    if not different:
        return
    for name, value in different.items():
        setattr(person, name, value)
    person.sort_name = sort_name(person.name)
    append(
        session,
        person.id,
        PERSON_CHANGED,
        {"actor": actor_id, "fields": sorted(different)},
        at=now,
        detail={"before": {name: before[name] for name in different}, "after": different},
    )


def add_number(
    session: Session,
    person: Person,
    number: str,
    *,
    valid_from: date | None = None,
    kind: Kind | None = None,
    actor_id: int | None,
    now: datetime,
    settings: Settings,
) -> PersonNumber:
    """Give the person a new number; the one held until now becomes history.

    Raises
    ------
    InvalidNumber, Conflict
        The number has the wrong form; it belongs or belonged to somebody, perhaps to this person.
    """
    today = local_date(now, settings.timezone)
    parsed, start = parse_number(number, today=today, kind=kind), valid_from or today
    if find_by_number(session, parsed.digits) is not None:
        raise Conflict(Message("This number belongs to somebody already."))
    current = session.scalar(
        select(PersonNumber).where(
            PersonNumber.person_id == person.id, PersonNumber.valid_to.is_(None)
        )
    )
    if current is not None:
        last_day = start - timedelta(days=1)
        current.valid_to = max(last_day, current.valid_from or last_day)
        session.flush()
    added = PersonNumber(
        number=parsed.digits, person_id=person.id, kind=parsed.kind.value, valid_from=start
    )
    session.add(added)
    append(
        session,
        person.id,
        NUMBER_ADDED,
        {"actor": actor_id, "kind": parsed.kind.value, "from": start.isoformat()},
        at=now,
        detail={"number": parsed.digits},
    )
    return added


def set_post(
    session: Session,
    person: Person,
    *,
    unit: Unit,
    title: str = "",
    post_class: str = "",
    grade: str = "",
    since: date,
    actor_id: int | None,
    now: datetime,
    settings: Settings,
) -> Post:
    """Give the person a main post from `since` on; the one held until then ends the day before.

    The same first day corrects that post; an earlier one too, when no other post is in between.

    Raises
    ------
    Invalid
        It starts in the future, or before or during a post that is over.
    """
    if since > local_date(now, unit.time_zone or settings.timezone):
        raise Invalid(Message("The post starts in the future. Enter it on that day."))
    post, title = _post_from(session, person.id, since), fitting(Post.title, title)
    post.unit_id, post.title, post.post_class, post.grade = unit.id, title, post_class, grade
    session.add(post)
    person.unit_id, person.post_title = unit.id, title
    person.post_class, person.grade = post_class, grade
    append(
        session,
        person.id,
        POST_SET,
        {
            "actor": actor_id,
            "unit": unit.id,
            "class": post_class,
            "grade": grade,
            "since": since.isoformat(),
        },
        at=now,
        detail={"title": title},
    )
    return post


def _post_from(session: Session, person_id: int, since: date) -> Post:
    """Return the main post that starts on `since`: the current one corrected, or a new one after it."""
    held = session.scalars(
        select(Post)
        .where(Post.person_id == person_id, Post.main, or_(Post.until.is_(None), Post.until >= since))
        .order_by(Post.since)
    ).all()  # fmt: skip
    if len(held) > 1 or (held and held[0].until is not None):
        raise Invalid(
            Message(
                "Another post was held on %(day)s and later; a new one starts after it.",
                day=since.isoformat(),
            )
        )
    if held and since <= held[0].since:
        held[0].since = since
        return held[0]
    if held:
        held[0].until = since - timedelta(days=1)
        session.flush()
    return Post(person_id=person_id, since=since, main=True)
