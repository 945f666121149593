"""Importing units, people and posts together: one plan of all sheets, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Forbidden, Invalid, Message
from learn.people.access import EVERYTHING, Action, Actor, Scope, refusal, scope
from learn.people.dates import local_date
from learn.people.imports.columns import RowError
from learn.people.imports.planning import Difference, PlannedChange, PlannedPerson
from learn.people.imports.post_plans import HeldPost, PostChange, PostsPlan, plan_posts
from learn.people.imports.services import ImportPlan, plan_import
from learn.people.imports.sheet_plans import nothing_imported
from learn.people.imports.sheets import What, what_of
from learn.people.imports.tables import Table
from learn.people.imports.unit_plans import UnitsPlan, plan_units
from learn.people.models import Person
from learn.people.names import full_name
from learn.people.scoping import people_in

SHOWN_MISSING = 200
NOTES = frozenset({"keterangan", "explanation"})  # of the exported files, for readers
POST_FIELDS = ("post", "post_class", "grade", "unit_code", "since")


@dataclass(frozen=True)
class Missing:
    """People here whom a list of people does not name: they stay.  `names` are the first of them."""

    count: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetError:
    """Something wrong in one of the sheets; `sheet` is its name, empty in a CSV file."""

    sheet: str
    error: RowError


@dataclass(frozen=True)
class WorkbookPlan:
    """What an import of all its sheets would do.  With `errors` it does nothing."""

    units: UnitsPlan = field(default_factory=UnitsPlan)
    people: ImportPlan = field(default_factory=ImportPlan)
    posts: PostsPlan = field(default_factory=PostsPlan)
    sheets: tuple[What, ...] = ()
    missing: Missing = field(default_factory=Missing)
    errors: tuple[SheetError, ...] = ()
    warnings: tuple[SheetError, ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether applying it would write nothing."""
        return self.units.empty and self.people.empty and self.posts.empty

    def refuse_errors(self) -> None:
        """Raise `Invalid` when there are errors: nothing is half imported."""
        if self.errors:
            raise Invalid(nothing_imported(self.errors))


def plan_workbook(
    session: Session,
    tables: Sequence[Table],
    *,
    actor: Actor | None,
    now: datetime,
    settings: Settings,
) -> WorkbookPlan:
    """Return what importing these sheets would do, with everything that is wrong in them; writes nothing.

    Which sheet is which is told by its columns. A lone sheet that is none of them is read as people.
    `actor` None is the operator of the command line, who reaches everything.

    Raises
    ------
    Forbidden
        The actor imports nobody.
    """
    reach = EVERYTHING if actor is None else scope(actor, Action.IMPORT_PEOPLE)
    if reach.nothing:
        raise Forbidden(refusal(Action.IMPORT_PEOPLE))
    found, errors, warnings = _sheets(tables)
    today = local_date(now, settings.timezone)
    units, people, posts = UnitsPlan(), ImportPlan(), PostsPlan()
    if What.UNITS in found:
        units = plan_units(session, found[What.UNITS], reach=reach)
    if What.PEOPLE in found:
        people = plan_import(
            session, found[What.PEOPLE], actor=actor, now=now, settings=settings, made=units.made
        )
    if What.POSTS in found:
        posts = plan_posts(
            session, found[What.POSTS], reach=reach, today=today, made=units.made,
            added={planned.new.number: planned.new.name for planned in people.new},
        )  # fmt: skip
        people, posts = _governed(people, posts)
    plans = ((What.UNITS, units), (What.PEOPLE, people), (What.POSTS, posts))
    for what, plan in plans:
        name = found[what].name if what in found else ""
        errors.extend(SheetError(name, each) for each in plan.errors)
        warnings.extend(SheetError(name, each) for each in plan.warnings)
    missing = _missing(session, reach, people) if What.PEOPLE in found else Missing()
    return WorkbookPlan(units, people, posts, tuple(found), missing, tuple(errors), tuple(warnings))


def _sheets(
    tables: Sequence[Table],
) -> tuple[dict[What, Table], list[SheetError], list[SheetError]]:
    """Return the sheets by what they hold; two of a kind are an error, others are not read."""
    found: dict[What, Table] = {}
    errors: list[SheetError] = []
    warnings: list[SheetError] = []
    for table in tables:
        if table.name.casefold() in NOTES and len(tables) > 1:
            continue
        what = what_of(table)
        if what is None and (len(tables) == 1 or not (found or table is not tables[-1])):
            what = What.PEOPLE  # whose columns are then named as missing
        if what is None:
            message = Message("This sheet is not read: its columns are none of an import.")
            warnings.append(SheetError(table.name, RowError(1, "", message)))
        elif what in found:
            message = Message(
                "The sheet %(name)s holds the same kind of rows; put them into one.",
                name=found[what].name,
            )
            errors.append(SheetError(table.name, RowError(1, "", message)))
        else:
            found[what] = table
    return found, errors, warnings


def _governed(people: ImportPlan, posts: PostsPlan) -> tuple[ImportPlan, PostsPlan]:
    """Return both plans with posts left to the sheet of posts, where it names them.

    Both may say the post that is held now, and then have to say the same. Somebody new gets that post
    with the entry that adds them.
    """
    current = posts.current or {}
    errors = list(people.errors)
    added = {change.number for change in posts.changes if change.person_id is None}
    new = [
        _new_of(each, current.get(each.new.number), errors) if each.new.number in added else each
        for each in people.new
    ]
    changed = [
        kept
        for each in people.changed
        if (kept := _change_of(each, current.get(f"#{each.person_id}"), errors)) is not None
    ]
    unchanged = people.unchanged + len(people.changed) - len(changed)
    plan = replace(
        people, new=tuple(new), changed=tuple(changed), unchanged=unchanged,
        errors=tuple(sorted(errors, key=lambda each: each.row)),
    )  # fmt: skip
    left = (_without_first(each) for each in posts.changes)
    return plan, replace(posts, changes=tuple(each for each in left if each.posts))


def _without_first(change: PostChange) -> PostChange:
    if change.person_id is not None:
        return change
    return replace(change, posts=tuple(each for each in change.posts if each != change.current))


def _new_of(planned: PlannedPerson, post: HeldPost | None, errors: list[RowError]) -> PlannedPerson:
    if planned.unit_code and post is not None and planned.unit_code != post.unit_code:
        errors.append(_differs(planned.row, "unit_code", post.unit_code))
    if post is None:
        if planned.roles:
            message = Message("A role needs the code of the unit that it is granted on.")
            errors.append(RowError(planned.row, "role", message))
        new = replace(planned.new, post_title="", post_class="", grade="")
        return replace(planned, new=new, unit_code=None)
    new = replace(
        planned.new, post_title=post.title, post_class=post.post_class, grade=post.grade,
        since=post.since,
    )  # fmt: skip
    return replace(planned, new=new, unit_code=post.unit_code)


def _change_of(
    change: PlannedChange, post: HeldPost | None, errors: list[RowError]
) -> PlannedChange | None:
    if post is None or change.post is None:
        return change
    said = {
        "unit_code": change.post.unit_code, "post": change.post.title,
        "post_class": change.post.post_class, "grade": change.post.grade,
    }  # fmt: skip
    there = {
        "unit_code": post.unit_code, "post": post.title, "post_class": post.post_class,
        "grade": post.grade,
    }  # fmt: skip
    wrong = next((name for name in said if said[name] != there[name]), None)
    if wrong is not None:
        errors.append(_differs(change.row, wrong, there[wrong]))
        return change
    left: tuple[Difference, ...] = tuple(
        each for each in change.differences if each.field not in POST_FIELDS
    )
    return replace(change, post=None, differences=left) if left else None


def _differs(row: int, column: str, there: str) -> RowError:
    message = Message(
        "The sheet of posts says %(there)s for the post held now.", there=there or "-"
    )
    return RowError(row, column, message)


def _missing(session: Session, reach: Scope, people: ImportPlan) -> Missing:
    """Return the active people within reach whom the list does not name.

    Names are looked for only where the list holds at least half of them: then it is meant to be whole.
    """
    here = people_in(reach), Person.active
    total = session.scalar(select(func.count()).select_from(Person).where(*here)) or 0
    named = len(people.people)
    if people.errors or total <= named or named * 2 < total:
        return Missing(0 if people.errors else max(0, total - named))
    query = select(Person.id, Person.name, Person.title_before, Person.title_after).where(*here)
    count, names = 0, list[str]()
    for row in session.execute(query.order_by(Person.sort_name, Person.id)):
        if row.id not in people.people:
            count += 1
            if len(names) < SHOWN_MISSING:
                names.append(full_name(row.name, row.title_before, row.title_after))
    return Missing(count, tuple(names))


def grouped(errors: Sequence[SheetError]) -> list[tuple[SheetError, int, tuple[int, ...]]]:
    """Return errors of one kind together, the most frequent first: an example, their count, the first rows.

    Errors are of one kind where sheet, column and sentence are the same, whatever stands in its places.
    """
    groups: dict[tuple[str, str, str], list[SheetError]] = {}
    for each in errors:
        key = (each.sheet, each.error.column, each.error.message.msgid)
        groups.setdefault(key, []).append(each)
    found = sorted(groups.values(), key=len, reverse=True)
    return [
        (some[0], len(some), tuple(sorted({each.error.row for each in some})[:10]))
        for some in found
    ]
