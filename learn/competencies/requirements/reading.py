"""Required levels: reading those in force on a day, for one person or many in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Confidence, Framework, load_framework
from learn.competencies.framework.models import Requirement
from learn.competencies.requirements.rules import (
    Period,
    Place,
    Required,
    Rule,
    levels_of,
    post_key_of,
    required_at,
)
from learn.people.models import Person, Post, Unit

MOST_NAMED = 400
"""How many titles a statement names; with more, it reads all rules in force on the day."""
CONFIDENCES: dict[str, Confidence] = {"high": "high", "medium": "medium", "low": "low"}


def required_levels_for(
    session: Session,
    post_title: str,
    post_class: str,
    *,
    on: date,
    unit_path: str = "",
    framework: Framework | None = None,
) -> dict[str, int]:
    """Return the level that a post requires on a day, by code of the competency; one statement."""
    place = Place(unit_path, post_title, post_class)
    return levels_of(required_at_places(session, [place], on=on, framework=framework)[place])


def required_levels_of_many(
    session: Session,
    person_ids: Collection[int],
    *,
    on: date,
    framework: Framework | None = None,
) -> dict[int, dict[str, int]]:
    """Return the levels that each person's post requires on a day; three statements, however many."""
    places = places_of(session, person_ids, on=on)
    required = required_at_places(session, set(places.values()), on=on, framework=framework)
    by_place = {place: levels_of(each) for place, each in required.items()}
    return {person_id: by_place[place] for person_id, place in places.items()}


def required_at_places(
    session: Session,
    places: Iterable[Place],
    *,
    on: date,
    framework: Framework | None = None,
) -> dict[Place, dict[str, Required]]:
    """Return what each place requires on a day and what says so; one statement, however many."""
    wanted, chosen = set(places), framework or load_framework()
    rules = _rules_for(session, wanted, on)
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        by_key.setdefault(_key(rule.post_key, rule.post_class), []).append(rule)
    return {
        place: required_at(
            place,
            (
                *by_key.get(_key(post_key_of(place.post_title), ""), ()),
                *by_key.get(_key("", place.post_class), ()),
            ),
            chosen,
            on=on,
        )
        for place in wanted
    }


def _key(post_key: str, post_class: str) -> str:
    return f"p:{post_key}" if post_key else f"c:{post_class}"


def _rules_for(session: Session, places: set[Place], on: date) -> list[Rule]:
    keys = {post_key_of(place.post_title) for place in places} - {""}
    classes = {place.post_class for place in places} - {""}
    if not keys and not classes:
        return []
    query = select(Requirement).where(
        Requirement.since <= on, or_(Requirement.until.is_(None), Requirement.until >= on)
    )
    if len(keys) + len(classes) <= MOST_NAMED:
        of_class = and_(Requirement.post_key == "", Requirement.post_class.in_(classes))
        query = query.where(or_(Requirement.post_key.in_(keys), of_class))
    return [rule_of(row) for row in session.scalars(query)]


def rule_of(row: Requirement) -> Rule:
    """Return a row as the rules see it."""
    return Rule(
        row.competency, row.level, Period(row.since, row.until), row.unit_id, row.post_key,
        row.post_class, row.source, CONFIDENCES[row.confidence], row.id,
    )  # fmt: skip


def place_of(person: Person, unit: Unit | None) -> Place:
    """Return where somebody stands now."""
    return Place(unit.path if unit else "", person.post_title, person.post_class)


def places_of(session: Session, person_ids: Collection[int], *, on: date) -> dict[int, Place]:
    """Return where people stood on a day by the main post held then; two statements.

    Somebody without a dated post that day is taken to stand where they stand now.
    """
    now_held = session.execute(
        select(Person.id, Person.post_title, Person.post_class, Unit.path)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(person_ids))
    )
    found = {row.id: Place(row.path or "", row.post_title, row.post_class) for row in now_held}
    then_held = session.execute(
        select(Post.person_id, Post.title, Post.post_class, Unit.path)
        .join(Unit, Unit.id == Post.unit_id)
        .where(
            Post.person_id.in_(person_ids),
            Post.main,
            Post.since <= on,
            or_(Post.until.is_(None), Post.until >= on),
        )
        .order_by(Post.person_id, Post.since)
    )
    for row in then_held:
        found[row.person_id] = Place(row.path, row.title, row.post_class)
    return found
