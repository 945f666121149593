"""Gaps and job-person matches as records: one line for each person, the largest gap or lowest match first."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.rules import Match, job_person_match
from learn.errors import Invalid, Message
from learn.exports.columns import WHO, column
from learn.exports.filters import Filters, units_of
from learn.figures import posts
from learn.figures.counting import lines_by_person
from learn.figures.days import AsOf
from learn.figures.lists import FEW, Place, Ranked
from learn.figures.posts import Standing
from learn.figures.requirements import Requirements
from learn.figures.rules import ASSESSED, BASES, JPM, LEARNED, Levels, limits
from learn.people.directory import present_numbers
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.people.paging import NoPlace, Page, cursor_of, read_cursor

LARGEST_PAGE = 200
BAND_SETS = ("selection", "mapping")
RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class GapRecord:
    """Somebody below the level that their post requires in one competency."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    post: str
    post_class: str
    competency: str
    title: str
    basis: str
    required: int
    level: int

    @property
    def gap(self) -> int:
        """Return how many levels are missing."""
        return self.required - self.level


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """Somebody's job-person match by learned and by assessed levels; shares in percent."""

    person_id: int
    number: str | None
    name: str
    unit_code: str | None
    unit: str | None
    post: str
    post_class: str
    learned: Match
    assessed: Match | None


@dataclass(frozen=True, slots=True)
class Known:
    """One person of a batch: who, where, and their levels."""

    standing: Standing
    name: str
    number: str | None
    unit: Unit | None
    levels: Levels
    required: Mapping[str, int]

    def who(self) -> dict[str, Any]:
        """Return what every record says of a person."""
        return {
            "person_id": self.standing.id, "number": self.number, "name": self.name,
            "unit_code": self.unit.code if self.unit else None,
            "unit": self.unit.name if self.unit else None,
            "post": self.standing.post_title, "post_class": self.standing.post_class,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RankedQuery(Filters, ABC, Generic[RecordT]):
    """Records of people in the order of a list behind the figures.

    Parameters
    ----------
    day
        The day that they are shown as of; None: today.
    basis
        By ``learned`` or by ``assessed`` levels.
    few
        Up to so many people are counted at each look.
    """

    day: date | None = None
    basis: str = LEARNED
    language: str = "id"
    few: int = FEW

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self.as_of  # a day that has not come is refused at once
        if self.since or self.until or self.course:
            raise Invalid(
                Message("Gaps and matches are of one day; a unit and that day narrow them.")
            )

    @property
    def as_of(self) -> AsOf:
        """Return the day that the list is of."""
        return AsOf(self.now, self.timezone, self.day)

    def page(self, session: Session, *, limit: int = 50, after: str | None = None) -> Page[RecordT]:
        """Return the records that follow the cursor `after`."""
        limit = max(1, min(limit, LARGEST_PAGE))
        lists = self._lists(session)
        start, place = _read(after, len(lists)) if after else (0, None)
        found: list[tuple[int, Place]] = []
        for index in range(start, len(lists)):
            behind = place if index == start else None
            wanted = limit + 1 - len(found)
            some = lists[index].page(session, after=behind, limit=wanted)
            found += [(index, each) for each in some]
            if len(found) > limit:
                break
        shown = found[:limit]
        records = [
            record
            for index in sorted({index for index, _place in shown})
            for record in self._of(session, lists[index], [p for i, p in shown if i == index])
        ]
        if len(found) <= limit:
            return Page(records)
        index, last = shown[-1]
        return Page(records, cursor_of(index, *last))

    def stream(self, session: Session) -> Iterator[RecordT]:
        """Return all records in the same order."""
        lists = self._lists(session)
        return (
            record
            for each in lists
            for places in each.stream(session)
            for record in self._of(session, each, places)
        )

    def is_live(self, session: Session) -> bool:
        """Return whether it is counted at this moment."""
        return self._lists(session)[0].is_live(session)

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        return [
            *super().described(),
            (Message("As of"), self.as_of.day.isoformat()),
            (Message("By"), self.basis),
        ]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        return {**super().data(), "basis": self.basis, "day": self.as_of.day.isoformat()}

    @abstractmethod
    def _lists(self, session: Session) -> list[Ranked]:
        """Return the lists, one after the other."""

    @abstractmethod
    def _record(self, ranked: Ranked, known: Known) -> RecordT | None:
        """Return the record of one person; None for somebody who left the list meanwhile."""

    def _ranked(self, session: Session, what: str, **more: Any) -> Ranked:
        path = None
        if self.unit:
            path = session.scalar(select(Unit.path).where(Unit.code == self.unit))
            if path is None:
                units_of(session, self.unit)  # says which unit is nearest
        return Ranked(
            self.scope, self.as_of, load_framework(), self.basis, what, path, few=self.few, **more
        )

    def _of(self, session: Session, ranked: Ranked, places: Sequence[Place]) -> Iterator[RecordT]:
        ids = [place.person_id for place in places]
        known = known_of(session, ids, self.as_of)
        for person_id in ids:
            if person_id in known:
                record = self._record(ranked, known[person_id])
                if record is not None:
                    yield record


@dataclass(frozen=True, kw_only=True)
class GapQuery(RankedQuery[GapRecord]):
    """People below the required level of a competency (None: of one after the other)."""

    competency: str | None = None

    def _lists(self, session: Session) -> list[Ranked]:
        framework = load_framework()
        codes = [each.code for each in framework.competencies]
        if self.competency:
            codes = [framework.competency(self.competency).code]
        return [self._ranked(session, code) for code in codes]

    def _record(self, ranked: Ranked, known: Known) -> GapRecord | None:
        code, required = ranked.what, known.required.get(ranked.what, 0)
        level = known.levels.by(self.basis).get(code, 0)
        if level >= required:
            return None
        title = load_framework().competency(code).name(self.language)
        return GapRecord(**known.who(), competency=code, title=title, basis=self.basis,
                         required=required, level=level)  # fmt: skip

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        more = [(Message("Competency"), self.competency)] if self.competency else []
        return [*super().described(), *more]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        return {**super().data(), **({"competency": self.competency} if self.competency else {})}


@dataclass(frozen=True, kw_only=True)
class MatchQuery(RankedQuery[MatchRecord]):
    """People by their job-person match, the lowest first; `band` is a set and a key, as ``mapping:optimal``."""

    band: str | None = None

    def _lists(self, session: Session) -> list[Ranked]:
        low, high = (0, None) if not self.band else self._limits(self.band)
        return [self._ranked(session, JPM, low=low, high=high, rising=True)]

    def _limits(self, band: str) -> tuple[int, int | None]:
        name, _, key = band.partition(":")
        bands = load_framework().bands
        found = limits(key, getattr(bands, name)) if name in BAND_SETS else None
        if found is None:
            known = [f"{each}:{b.key}" for each in BAND_SETS for b in getattr(bands, each)]
            raise Invalid(
                Message("There is no band %(band)s; the bands are %(known)s.", band=band[:40],
                        known=", ".join(known))
            )  # fmt: skip
        return found

    def _record(self, ranked: Ranked, known: Known) -> MatchRecord | None:
        if not known.required:
            return None
        learned = job_person_match(known.levels.learned, known.required)
        told = {c: n for c, n in known.levels.assessed.items() if c in known.required}
        assessed = job_person_match(told, known.required) if told else None
        return MatchRecord(**known.who(), learned=learned, assessed=assessed)

    def described(self) -> list[tuple[Message, str]]:
        """Return what narrows the list, for the file itself."""
        return [*super().described(), *([(Message("Band"), self.band)] if self.band else [])]

    def data(self) -> dict[str, str]:
        """Return what narrows the list, for the audit chain."""
        return {**super().data(), **({"band": self.band} if self.band else {})}


def known_of(session: Session, ids: Iterable[int], as_of: AsOf) -> dict[int, Known]:
    """Return who these people are and what they can do on a day, in some statements for all."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    framework = load_framework()
    query = posts.standing_on(as_of, None).where(Person.id.in_(wanted))
    people = [Standing(*row) for row in session.execute(query)]
    required = Requirements(session, as_of, framework)
    lines = lines_by_person(session, as_of, framework, people, required)
    names = {
        row.id: full_name(row.name, row.title_before, row.title_after)
        for row in session.execute(
            select(Person.id, Person.name, Person.title_before, Person.title_after).where(
                Person.id.in_(wanted)
            )
        )
    }
    numbers = present_numbers(session, wanted)
    unit_ids = {who.unit_id for who in people if who.unit_id is not None}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}
    return {
        who.id: Known(who, names[who.id], numbers.get(who.id), units.get(who.unit_id or 0), levels,
                      required.of(who))
        for who, levels, _lines in lines
    }  # fmt: skip


def _read(after: str, lists: int) -> tuple[int, Place]:
    index, rank, name, person_id = read_cursor(after, int, int, str, int)
    if not 0 <= index < lists:
        raise NoPlace
    return index, Place(rank, name, person_id)


def read_options(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a query that texts by name ask for: basis, competency or band."""
    basis = given.get("basis", LEARNED)
    if basis not in BASES:
        raise Invalid(
            Message("There is no basis %(basis)s; it is learned or assessed.", basis=basis[:20])
        )
    return {"basis": basis}


def gap_options(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a `GapQuery`."""
    code = given.get("competency")
    return {
        **read_options(given),
        "competency": load_framework().competency(code).code if code else None,
    }


def match_options(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a `MatchQuery`."""
    return {**read_options(given), "band": given.get("band")}


def _percent(match: Match | None) -> float | None:
    return float(match.percent) if match and match.percent is not None else None


def _band(basis: str, name: str) -> Any:
    def key(record: MatchRecord) -> str | None:
        match = record.learned if basis == LEARNED else record.assessed
        band = getattr(match, name) if match else None
        return band.key if band else None

    return key


_PLACE = (
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit on the day of the list.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("post", "text", Message("Post"), Message("Title of the post held on that day.")),
    column("post_class", "text", Message("Class of post"), Message("It decides which level is required.")),
)  # fmt: skip
GAP_COLUMNS = (
    *WHO,
    *_PLACE,
    column("competency", "text", Message("Competency code"), Message("Code in the competency framework, such as M.05.")),
    column("title", "text", Message("Competency"), Message("Name of the competency.")),
    column("basis", "text", Message("By"), Message("learned or assessed: which level is compared.")),
    column("required", "integer", Message("Required level"), Message("1 to 5, asked of the post.")),
    column("level", "integer", Message("Level"), Message("0 to 5, the level that is held.")),
    column("gap", "integer", Message("Gap"), Message("Required minus held level: what is to be developed.")),
)  # fmt: skip
MATCH_COLUMNS = (
    *WHO,
    *_PLACE,
    column("required", "integer", Message("Sum required"), Message("Sum of the levels that the post requires."), lambda r: r.learned.required),
    column("learned", "integer", Message("Sum learned"), Message("Sum of the learned levels in the required competencies."), lambda r: r.learned.attained),
    column("learned_jpm", "decimal", Message("JPM by learned levels"), Message("Sum learned / sum required x 100, two decimals; it is not an official result."), lambda r: _percent(r.learned)),
    column("learned_selection", "text", Message("Band for selection, learned"), Message("Key of the band; the unrounded share decides."), _band(LEARNED, "selection")),
    column("learned_mapping", "text", Message("Band for mapping, learned"), Message("Key of the band; the unrounded share decides."), _band(LEARNED, "mapping")),
    column("assessed", "integer", Message("Sum assessed"), Message("Sum of the assessed levels that hold; empty: nobody assessed them."), lambda r: r.assessed.attained if r.assessed else None),
    column("assessed_jpm", "decimal", Message("JPM by assessed levels"), Message("Sum assessed / sum required x 100, two decimals; competencies that were not assessed count as 0."), lambda r: _percent(r.assessed)),
    column("assessed_selection", "text", Message("Band for selection, assessed"), Message("Key of the band; the unrounded share decides."), _band(ASSESSED, "selection")),
    column("assessed_mapping", "text", Message("Band for mapping, assessed"), Message("Key of the band; the unrounded share decides."), _band(ASSESSED, "mapping")),
    column("gaps", "text", Message("Gaps"), Message("Competencies below the required level by learned levels, largest first, with the levels missing."), lambda r: ", ".join(f"{g.competency} ({g.size})" for g in r.learned.gaps)),
)  # fmt: skip
