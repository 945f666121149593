"""What one person of the crowd did, as entries of the chain and rows of everything derived from it.

Each method adds an entry and what the projection of its kind makes of it.  A test compares with `rebuild`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from learn.certificates.models import Certificate
from learn.certificates.services import ALPHABET, CERTIFICATE_ISSUED, CODE_LENGTH, number_of
from learn.competencies.evidence.entries import EVIDENCE_RECORDED, LEVEL_LEARNED
from learn.competencies.models import CompetencyLevel, Evidence
from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.crowd.rows import Rows
from learn.db import canonical_json, moment_text
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import COURSE, HOURS_CREDITED, course_ref
from learn.ledger.keys import GENESIS, detail_digest, digest_of
from learn.ledger.models import LedgerDetail, LedgerEntry, LedgerHead
from learn.people.models import Person, PersonNumber, Post
from learn.people.services import PERSON_ADDED, NewPerson, added_data, added_detail, person_row
from learn.progress.models import Completion, Enrolment
from learn.progress.projections import COURSE_COMPLETED, ENROLLED

_PERSON = (
    "id", "name", "title_before", "title_after", "kind", "active", "email", "unit_id", "post_title",
    "post_class", "grade", "sort_name", "created_at",
)  # fmt: skip


class Tables:
    """The tables that a crowd fills."""

    def __init__(self) -> None:
        self.people = Rows(Person.__table__, _PERSON)
        self.numbers = Rows(PersonNumber.__table__, ("number", "person_id", "kind"))
        self.posts = Rows(
            Post.__table__, ("person_id", "since", "unit_id", "title", "post_class", "grade")
        )
        self.entries = Rows(
            LedgerEntry.__table__, ("person_id", "seq", "kind", "at", "data", "detail", "digest")
        )
        self.details = Rows(LedgerDetail.__table__, ("person_id", "seq", "salt", "body"))
        self.heads = Rows(LedgerHead.__table__, ("person_id", "seq", "digest"))
        self.enrolments = Rows(
            Enrolment.__table__, ("person_id", "course", "cycle", "version_id", "enrolled_at")
        )
        self.completions = Rows(
            Completion.__table__,
            ("person_id", "course", "cycle", "version_id", "enrolled_at", "completed_at", "unit_id",
             "title", "score", "hours", "form", "valid_until", "certificate"),
        )  # fmt: skip
        self.credits = Rows(
            HoursCredit.__table__,
            ("person_id", "seq", "year", "jp", "form", "source", "ref", "credited_at"),
        )
        self.years = Rows(HoursYear.__table__, ("person_id", "year", "earned"))
        self.evidence = Rows(
            Evidence.__table__,
            ("person_id", "seq", "competency", "level", "source", "ref", "course", "cycle",
             "version_id", "recorded_at", "valid_until"),
        )  # fmt: skip
        self.levels = Rows(
            CompetencyLevel.__table__,
            ("person_id", "competency", "learned_level", "learned_at", "learned_until"),
        )
        self.certificates = Rows(
            Certificate.__table__,
            ("person_id", "course", "cycle", "number", "series", "position", "code", "issued_at"),
        )

    def all(self) -> list[Rows]:
        """Return them in an order that satisfies what refers to what."""
        return [rows for rows in vars(self).values() if isinstance(rows, Rows)]


@dataclass
class World:
    """What is the same for everybody: courses, settings, places, and the certificates given so far."""

    versions: Sequence[CourseVersion]
    settings: Settings
    now: datetime
    tables: Tables = field(default_factory=Tables)
    series: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.settings.timezone)
        self.titles = {each.course: each.title(each.language) for each in self.versions}


class History:
    """The chain of one person while it is written."""

    def __init__(self, world: World, person_id: int, new: NewPerson, random: Random) -> None:
        self.world, self.person_id, self.new, self.random = world, person_id, new, random
        self.seq, self.digest = 0, GENESIS
        self.years: dict[int, int] = {}
        self.credited: set[tuple[str, int]] = set()
        self.levels: dict[str, tuple[int, str, str | None]] = {}
        self.pieces: dict[str, list[tuple[int, date | None, str | None]]] = {}

    def begin(self, at: datetime) -> None:
        """Add the person with number and first post."""
        tables, new, moment = self.world.tables, self.new, moment_text(at)
        row = {**person_row(new, at), "id": self.person_id, "created_at": moment}
        tables.people.add(*(row[name] for name in _PERSON))
        tables.numbers.add(new.number, self.person_id, new.number_kind)
        since = new.since.isoformat() if new.since else None
        tables.posts.add(
            self.person_id, since, new.unit_id, new.post_title, new.post_class, new.grade
        )
        self._append(PERSON_ADDED, added_data(new, None), moment, added_detail(new))

    def complete(self, version: CourseVersion, cycle: int, begun: datetime, done: datetime) -> None:
        """Enrol in a course and complete it, with all that it is worth."""
        start, end = moment_text(begun), moment_text(done)
        what = {"course": version.course, "cycle": cycle, "version": version.id}
        self._append(ENROLLED, what, start)
        self.world.tables.enrolments.add(self.person_id, version.course, cycle, version.id, start)
        local = done.astimezone(self.world.zone)
        last_day = version.valid_for.add_to(local.date()) if version.valid_for else None
        until = None
        if last_day is not None:
            until = moment_text(datetime.combine(last_day, time(23, 59, 59), self.world.zone))
        title = self.world.titles[version.course]
        self._append(
            COURSE_COMPLETED,
            {**what, "title": title, "score": None, "hours": version.hours, "form": version.form,
             "unit": self.new.unit_id, "enrolled_at": start, "valid_until": until},
            end,
        )  # fmt: skip
        self._credit(version, cycle, local, end)
        self._speak_for_levels(version, cycle, last_day, until, local.date(), end)
        number = self._certify(version, cycle, local, end)
        self.world.tables.completions.add(
            self.person_id, version.course, cycle, version.id, start, end, self.new.unit_id, title,
            None, version.hours, version.form, until, number,
        )  # fmt: skip

    def end(self) -> None:
        """Write the sums and where the chain ends."""
        tables = self.world.tables
        for year, earned in self.years.items():
            tables.years.add(self.person_id, year, earned)
        for code, (level, moment, until) in self.levels.items():
            tables.levels.add(self.person_id, code, level, moment, until)
        tables.heads.add(self.person_id, self.seq, self.digest)

    def _credit(self, version: CourseVersion, cycle: int, local: datetime, end: str) -> None:
        if version.hours <= 0:
            return
        year = local.year
        if (version.course, year) in self.credited:
            return
        self.credited.add((version.course, year))
        data = {"course": version.course, "cycle": cycle, "form": version.form, "jp": version.hours,
                "year": year, "version": version.id}  # fmt: skip
        self._append(HOURS_CREDITED, data, end)
        self.world.tables.credits.add(
            self.person_id, self.seq, year, version.hours, version.form, COURSE,
            course_ref(version.course, cycle), end,
        )  # fmt: skip
        self.years[year] = self.years.get(year, 0) + version.hours

    def _speak_for_levels(
        self,
        version: CourseVersion,
        cycle: int,
        last_day: date | None,
        until: str | None,
        today: date,
        end: str,
    ) -> None:
        for outcome in version.outcomes:
            data = {"competency": outcome.competency, "level": outcome.level,
                    "course": version.course, "cycle": cycle, "version": version.id,
                    "valid_until": until}  # fmt: skip
            self._append(EVIDENCE_RECORDED, data, end)
            self.world.tables.evidence.add(
                self.person_id, self.seq, outcome.competency, outcome.level, "course",
                course_ref(version.course, cycle), version.course, cycle, version.id, end, until,
            )  # fmt: skip
            pieces = self.pieces.setdefault(outcome.competency, [])
            pieces.append((outcome.level, last_day, until[:10] if until else None))
            level = max(level for level, last, _day in pieces if last is None or last >= today)
            if level != self.levels.get(outcome.competency, (0, "", None))[0]:
                self._append(LEVEL_LEARNED, {"competency": outcome.competency, "level": level}, end)
                first = min((day for _level, _last, day in pieces if day), default=None)
                self.levels[outcome.competency] = level, end, first

    def _certify(self, version: CourseVersion, cycle: int, local: datetime, end: str) -> str | None:
        if version.hours <= 0:
            return None
        settings = self.world.settings
        series = f"{settings.certificate_series}/{local.year}"
        position = self.world.series[series] = self.world.series.get(series, 0) + 1
        number = number_of(settings, position, local.date())
        code = "".join(self.random.choices(ALPHABET, k=CODE_LENGTH))
        data = {"course": version.course, "cycle": cycle, "version": version.id, "number": number,
                "series": series, "position": position, "code": code}  # fmt: skip
        self._append(CERTIFICATE_ISSUED, data, end)
        self.world.tables.certificates.add(
            self.person_id, version.course, cycle, number, series, position, code, end
        )
        return number

    def _append(
        self,
        kind: str,
        data: Mapping[str, Any],
        moment: str,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self.seq += 1
        text, mark = canonical_json(data), None
        if detail:
            salt, body = secrets.token_hex(16), canonical_json(detail)
            self.world.tables.details.add(self.person_id, self.seq, salt, body)
            mark = detail_digest(salt, body)
        self.digest = digest_of(self.digest, self.person_id, self.seq, kind, moment, text, mark)
        self.world.tables.entries.add(
            self.person_id, self.seq, kind, moment, text, mark, self.digest
        )


def live(world: World, person_id: int, new: NewPerson, completions: int, random: Random) -> None:
    """Write what somebody did in the last four years: `completions` courses, some of them again."""
    history = History(world, person_id, new, random)
    span = 4 * 365 * 24 * 60
    begins = world.now - timedelta(minutes=span)
    history.begin(begins)
    cycles: dict[str, int] = {}
    moments = sorted(random.sample(range(24 * 60 * 7, span), completions))
    for minute, version in zip(moments, _drawn(world.versions, completions, random), strict=True):
        done = (begins + timedelta(minutes=minute)).astimezone(UTC)
        cycle = cycles[version.course] = cycles.get(version.course, 0) + 1
        history.complete(version, cycle, done - timedelta(days=random.randrange(1, 6)), done)
    history.end()


def _drawn(versions: Sequence[CourseVersion], count: int, random: Random) -> list[CourseVersion]:
    """Draw courses: each once before one comes again."""
    drawn: list[CourseVersion] = []
    while len(drawn) < count:
        drawn += random.sample(versions, min(len(versions), count - len(drawn)))
    return drawn
