"""Units and the history of posts as records, with the columns that the import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learn.errors import Invalid, Message
from learn.exports.columns import WHO, column
from learn.exports.filters import Filters, units_of
from learn.exports.keyset import Line
from learn.exports.lists.people import PeopleBatches
from learn.people.models import Post, Unit
from learn.people.names import full_name
from learn.people.scoping import units_in


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit with its place and its days."""

    unit_code: str
    unit: str
    parent_unit_code: str | None
    type: str
    time_zone: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A post that somebody held or holds; open while it has no last day."""

    person_id: int
    number: str | None
    name: str
    unit_code: str
    unit: str
    post: str
    post_class: str
    grade: str
    since: date
    until: date | None
    main: bool


@dataclass(frozen=True, kw_only=True)
class UnitQuery(Filters):
    """Units, each after the one that it stands below; closed ones too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course or self.since or self.until:
            raise Invalid(Message("Units are narrowed by a unit alone."))

    def stream(self, session: Session) -> Iterator[UnitRecord]:
        """Yield all of them: there are few."""
        above = aliased(Unit)
        query = (
            select(Unit, above.code.label("parent"))
            .outerjoin(above, above.id == Unit.parent_id)
            .where(units_in(self.scope))
            .order_by(Unit.path)
        )
        if self.unit:
            query = query.where(units_of(session, self.unit))
        for row in session.execute(query):
            unit: Unit = row.Unit
            yield UnitRecord(
                unit.code, unit.name, row.parent, unit.type, unit.time_zone, unit.valid_from,
                unit.valid_to,
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PostQuery(PeopleBatches[PostRecord]):
    """All posts of people, the first one first; of those who have left too.

    The days narrow it to posts held on one of them.
    """

    active: bool | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.course:
            raise Invalid(Message("Posts belong to no course."))

    def _records(self, session: Session, lines: Sequence[Line]) -> Iterable[PostRecord]:
        query = (
            select(Post, Unit.code, Unit.name)
            .join(Unit, Unit.id == Post.unit_id)
            .where(Post.person_id.in_([line.id for line in lines]))
            .order_by(Post.since, Post.id)
        )
        if self.since:
            query = query.where(Post.until.is_(None) | (Post.until >= self.since))
        if self.until:
            query = query.where(Post.since <= self.until)
        held: dict[int, list[tuple[Post, str, str]]] = {}
        for post, code, name in session.execute(query):
            held.setdefault(post.person_id, []).append((post, code, name))
        for line in lines:
            for post, code, name in held.get(line.id, ()):
                yield PostRecord(
                    line.id, line.number, full_name(line.name, line.title_before, line.title_after),
                    code, name, post.title, post.post_class, post.grade, post.since, post.until,
                    post.main,
                )  # fmt: skip


UNITS = (
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit, which tells which it is.")),
    column("unit", "text", Message("Unit"), Message("Name of the unit.")),
    column("parent_unit_code", "text", Message("Code of the unit above"), Message("Code of the unit above; empty: the top.")),
    column("type", "text", Message("Kind of unit"), Message("Such as dinas, bidang or puskesmas.")),
    column("time_zone", "text", Message("Time zone"), Message("WIB, WITA, WIT or a name such as Asia/Makassar.")),
    column("valid_from", "date", Message("Valid from"), Message("First local day of the unit; empty: not known.")),
    column("valid_to", "date", Message("Valid to"), Message("Last local day of a unit that was closed.")),
)  # fmt: skip
POSTS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit of the post.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("post", "text", Message("Post"), Message("Title of the post.")),
    column("post_class", "text", Message("Class of post"), Message("It decides which level is required.")),
    column("grade", "text", Message("Grade"), Message("Golongan, such as III/a or IX.")),
    column("since", "date", Message("Since"), Message("First local day of the post (TMT).")),
    column("until", "date", Message("Until"), Message("Last local day; empty: held now.")),
    column("main", "flag", Message("Main post"), Message("Whether it is the main post; a person has one at a time.")),
)  # fmt: skip
