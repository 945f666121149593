"""Comparing a sheet of posts held with the history that is there: one main post at any time.

The rule for what the sheet does not name: a post that is still held ends on the day before the first
later post of the sheet; all other posts stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.people.access import Scope
from learn.people.directory import digits_of
from learn.people.imports.columns import RowError
from learn.people.imports.nearest import Nearest
from learn.people.imports.planning import Difference, HasPath, UnitToMake, chunks
from learn.people.imports.sheets import Cells, Reader, What, by_row
from learn.people.imports.tables import Table
from learn.people.models import Person, PersonNumber, Post, Unit
from learn.people.names import full_name

COMPARED = (("unit_code", "unit_code"), ("post", "title"), ("post_class", "post_class"),
            ("grade", "grade"), ("until", "until"))  # fmt: skip


@dataclass(frozen=True)
class HeldPost:
    """A post as it is or would be; `post_id` None: not there yet; `row` None: not in the sheet."""

    since: date
    until: date | None
    unit_code: str
    title: str
    post_class: str
    grade: str
    main: bool = True
    post_id: int | None = None
    row: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Return what tells it from other posts of the person."""
        return (True, self.since) if self.main else (False, self.since, self.unit_code, self.title)


@dataclass(frozen=True)
class PostChange:
    """The posts of one person that would be added or changed; `person_id` None: added by this import."""

    row: int
    person_id: int | None
    number: str
    name: str
    posts: tuple[HeldPost, ...]
    differences: tuple[tuple[date, tuple[Difference, ...]], ...]
    current: HeldPost | None


@dataclass(frozen=True)
class PostsPlan:
    """What a sheet of posts would do; `kept` counts posts here that it does not name: they stay."""

    changes: tuple[PostChange, ...] = ()
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    current: Mapping[str, HeldPost] | None = None

    @property
    def empty(self) -> bool:
        """Return whether applying it would write nothing."""
        return not self.changes


def plan_posts(
    session: Session,
    table: Table,
    *,
    reach: Scope,
    today: date,
    made: Mapping[str, UnitToMake],
    added: Mapping[str, str],
) -> PostsPlan:
    """Return what the sheet would change, with everything that is wrong in it; writes nothing.

    Parameters
    ----------
    made, added
        Units by code, and names of people by number, whom other sheets of the import add.
    """
    reader = Reader(What.POSTS, table)
    if reader.errors:
        return PostsPlan(errors=by_row(reader.errors), warnings=by_row(reader.warnings))
    return _Planner(session, reader, reach, today, made, added).plan()


@dataclass(frozen=True)
class _Who:
    """Whose posts they are: somebody here, or somebody whom this import adds."""

    key: str
    person_id: int | None
    name: str
    path: str | None


class _Planner:
    def __init__(
        self,
        session: Session,
        reader: Reader,
        reach: Scope,
        today: date,
        made: Mapping[str, UnitToMake],
        added: Mapping[str, str],
    ) -> None:
        self.reader, self.reach, self.today, self.added = reader, reach, today, added
        self.rows = list(reader.rows())
        units = list(session.scalars(select(Unit)))
        self.units: dict[str, HasPath] = {**{unit.code: unit for unit in units}, **made}
        self.nearest = Nearest(self.units)
        self.code_of = {unit.id: unit.code for unit in units}
        self.path_of = {unit.id: unit.path for unit in units}
        self.people = self._people(session)
        self.held = self._held(session)
        self.new = self.changed = self.unchanged = self.kept = 0
        self.current: dict[str, HeldPost] = {}

    def plan(self) -> PostsPlan:
        """Compare the posts of each person."""
        groups: dict[str, tuple[_Who, list[tuple[Cells, HeldPost]]]] = {}
        for cells in self.rows:
            who = self._who(cells)
            post = self._post(cells)
            if who is not None and post is not None and not cells.failed:
                groups.setdefault(who.key, (who, []))[1].append((cells, post))
        changes = [self._person(who, rows) for who, rows in groups.values()]
        return PostsPlan(
            tuple(change for change in changes if change), self.new, self.changed, self.unchanged,
            self.kept, by_row(self.reader.errors), by_row(self.reader.warnings), self.current,
        )  # fmt: skip

    def _people(self, session: Session) -> dict[str, Person]:
        numbers = {digits_of(cells.values.get("number", "")) for cells in self.rows} - {None}
        found: dict[str, Person] = {}
        for some in chunks(sorted(number for number in numbers if number)):
            query = select(PersonNumber.number, Person).join(
                Person, Person.id == PersonNumber.person_id
            )
            rows = session.execute(query.where(PersonNumber.number.in_(some)))
            found.update({row.number: row.Person for row in rows})
        return found

    def _held(self, session: Session) -> dict[int, list[HeldPost]]:
        found: dict[int, list[HeldPost]] = {}
        for some in chunks(sorted({person.id for person in self.people.values()})):
            for post in session.scalars(select(Post).where(Post.person_id.in_(some))):
                found.setdefault(post.person_id, []).append(
                    HeldPost(
                        post.since, post.until, self.code_of.get(post.unit_id, ""), post.title,
                        post.post_class, post.grade, post.main, post.id,
                    )
                )  # fmt: skip
        return found

    def _who(self, cells: Cells) -> _Who | None:
        text = cells.values.get("number", "")
        number = digits_of(text)
        if number is None:
            if not cells.failed:
                self.reader.error(cells, "number", Message("An employee number has 18 digits."))
            return None
        person = self.people.get(number)
        if person is None:
            if number in self.added:
                return _Who(number, None, self.added[number], None)
            self.reader.error(cells, "number", Message("Nobody has this number; add the person first, or in the sheet of people."))  # fmt: skip
            return None
        path = self.path_of.get(person.unit_id or 0)
        if not self.reach.reaches(path):
            message = Message("This person belongs to a unit that is not among yours.")
            self.reader.error(cells, "number", message)
            return None
        return _Who(f"#{person.id}", person.id, full_name(person.name, "", ""), path)

    def _post(self, cells: Cells) -> HeldPost | None:
        # a lone stroke is an empty day
        code, since = cells.values.get("unit_code"), cells.values.get("since") or None
        until: date | None = cells.values.get("until")
        if not code:
            self._missing(cells, "unit_code", Message("A post needs the code of its unit."))
        elif code not in self.units:
            near = self.nearest.of(code)
            message = (
                Message("There is no unit %(code)s; did you mean %(near)s?", code=code, near=near)
                if near
                else Message("There is no unit %(code)s, neither here nor in the sheet.", code=code)
            )
            self.reader.error(cells, "unit_code", message)
        if since is None:
            self._missing(cells, "since", Message("A post needs the day it starts on."))
        elif since > self.today:
            message = Message("This day is in the future; import the post when it starts.")
            self.reader.error(cells, "since", message)
        elif until is not None and until < since:
            message = Message("The last day %(until)s lies before the first day %(since)s; exchange them.",
                              until=until.isoformat(), since=since.isoformat())  # fmt: skip
            self.reader.error(cells, "until", message)
        if cells.failed or since is None or not code:
            return None
        get = cells.values.get
        return HeldPost(
            since, until, code, get("post") or "", get("post_class") or "", get("grade") or "",
            get("main", True), row=cells.row,
        )  # fmt: skip

    def _missing(self, cells: Cells, column: str, message: Message) -> None:
        if not cells.failed:
            self.reader.error(cells, column, message)

    def _person(self, who: _Who, rows: Sequence[tuple[Cells, HeldPost]]) -> PostChange | None:
        merged = {post.key: post for post in self.held.get(who.person_id or 0, ())}
        before = dict(merged)
        first: dict[tuple[object, ...], int] = {}
        for cells, post in rows:
            if post.key in first:
                message = Message("Row %(row)s is about the same post.", row=first[post.key])
                self.reader.error(cells, "since", message)
                continue
            first[post.key] = cells.row
            merged[post.key] = self._filled(post, before.get(post.key), cells)
        self._close_held(merged)
        by_number = {cells.row: cells for cells, _post in rows}
        if self._overlaps(merged.values(), by_number):
            return None
        return self._compared(who, before, merged, by_number)

    def _filled(self, post: HeldPost, held: HeldPost | None, cells: Cells) -> HeldPost:
        """Return the post of the sheet with what it leaves empty as it is held."""
        if held is None:
            return post
        said = {column for column in cells.values if column in {"post", "post_class", "grade"}}
        return replace(
            post,
            post_id=held.post_id,
            title=post.title if "post" in said else held.title,
            post_class=post.post_class if "post_class" in said else held.post_class,
            grade=post.grade if "grade" in said else held.grade,
            until=post.until if "until" in cells.values else held.until,
        )

    def _close_held(self, merged: dict[tuple[object, ...], HeldPost]) -> None:
        """End a post that the sheet does not name, and that is still held, before the next one of the sheet."""
        for key, post in list(merged.items()):
            if not post.main or post.until is not None or post.row is not None:
                continue
            later = [each.since for each in merged.values()
                     if each.main and each.row is not None and each.since > post.since]  # fmt: skip
            if later:
                merged[key] = replace(post, until=min(later) - timedelta(days=1))

    def _overlaps(self, posts: Iterable[HeldPost], rows: Mapping[int, Cells]) -> bool:
        wrong, last = False, None
        for post in sorted((each for each in posts if each.main), key=lambda each: each.since):
            if last is not None and (last.until is None or last.until >= post.since):
                named, other = (post, last) if post.row is not None else (last, post)
                column = "since" if named is post else "until"
                message = (
                    Message("Row %(row)s holds another main post at the same time; a person has one.", row=other.row)
                    if other.row is not None
                    else Message("Another main post, since %(day)s, is held at the same time; a person has one.",
                                 day=other.since.isoformat())
                )  # fmt: skip
                if named.row is not None:
                    self.reader.error(rows[named.row], column, message)
                    wrong = True
            last = post
        return wrong

    def _compared(
        self,
        who: _Who,
        before: Mapping[tuple[object, ...], HeldPost],
        merged: Mapping[tuple[object, ...], HeldPost],
        rows: Mapping[int, Cells],
    ) -> PostChange | None:
        touched: list[HeldPost] = []
        differences: list[tuple[date, tuple[Difference, ...]]] = []
        for key, post in sorted(merged.items(), key=lambda item: item[1].since):
            found = _differences(before.get(key), post)
            if post.row is None and not found:
                self.kept += 1
            elif not found:
                self.unchanged += 1
            else:
                self.new += key not in before
                self.changed += key in before
                touched.append(post)
                differences.append((post.since, found))
                self._within(post, rows)
        current = next((p for p in merged.values() if p.main and p.until is None), None)
        if current is not None:
            self.current[who.key] = current
        if not touched or any(cells.failed for cells in rows.values()):
            return None
        row = min(post.row or min(rows) for post in touched)
        number = "" if who.person_id else who.key
        return PostChange(
            row, who.person_id, number, who.name, tuple(touched), tuple(differences), current
        )

    def _within(self, post: HeldPost, rows: Mapping[int, Cells]) -> None:
        if post.row is not None and not self.reach.reaches(self.units[post.unit_code].path):
            message = Message("The unit %(code)s is not among yours.", code=post.unit_code)
            self.reader.error(rows[post.row], "unit_code", message)


def _differences(before: HeldPost | None, after: HeldPost) -> tuple[Difference, ...]:
    return tuple(
        Difference(column, _shown(getattr(before, attr)) if before else "", _shown(getattr(after, attr)))
        for column, attr in COMPARED
        if before is None or getattr(before, attr) != getattr(after, attr)
    )  # fmt: skip


def _shown(value: object) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
