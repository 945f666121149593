"""My learning: the one next thing, the courses under way, and what the year has brought so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learn.assignments.models import Assignment
from learn.assignments.queries import open_of
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import CompetencyLevel
from learn.hours.accounts import YearAccount, year_accounts
from learn.hours.rules import jp_year
from learn.progress.models import Completion, Place
from learn.progress.queries import CourseProgress, all_progress, completions_of
from learn.web.blueprint import pages
from learn.web.claims.verification import waiting_claims
from learn.web.context import now, person, session
from learn.web.courses.outline import OutlineItem, done_modules, next_item, outline
from learn.web.i18n import language, local, zone
from learn.web.quizzes.grading import waiting_answers
from learn.web.render import render
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion


@dataclass(frozen=True)
class MyCourse:
    """A course that the person has begun: how far, and what comes next."""

    version: CourseVersion
    done: int
    total: int
    next: OutlineItem | None
    completion: Completion | None
    touched: float


@dataclass(frozen=True)
class MustDo:
    """A course that the person has to complete, or is recommended to: how far, and until when."""

    version: CourseVersion
    row: Assignment
    done: int
    total: int


@pages.get("/")
def home() -> ResponseReturnValue:
    """Show what is next, what is under way and what was reached."""
    who = person()
    mine = _my_courses(who.id)
    open_ones = [course for course in mine if course.completion is None]
    must_do = _must_do(who.id, mine)
    this_year = jp_year(now(), zone().key)
    account: YearAccount = year_accounts(
        session(), who.id, who.kind, who.post_class, this_year=this_year,
        today=local(now()).date(), zone=zone().key,
    )[0]  # fmt: skip
    return render(
        "learn/home/home.html",
        today=now(),
        day=local(now()).date(),
        must_do=must_do,
        greeting=_part_of_day(),
        current=next((course for course in open_ones if course.next), None),
        open_courses=open_ones,
        finished=[course for course in mine if course.completion is not None],
        account=account,
        newest=_newest_levels(who.id),
        suggestions=[each.version for each in must_do]
        or ([] if mine else state().versions.current_all(session())[:3]),
        to_grade=sum(waiting_answers().values()),
        to_verify=waiting_claims(),
    )


def _must_do(person_id: int, mine: list[MyCourse]) -> list[MustDo]:
    """Return what is assigned and open, the first due first."""
    versions = {version.course: version for version in state().versions.current_all(session())}
    begun = {course.version.course: course for course in mine if course.completion is None}
    found = []
    for row in open_of(session(), person_id):
        if row.course in versions:
            version, course = versions[row.course], begun.get(row.course)
            total = course.total if course else len(version.modules)
            found.append(MustDo(version, row, course.done if course else 0, total))
    return found


def _part_of_day() -> str:
    hour = local(now()).hour
    ends = ((4, "evening"), (11, "morning"), (15, "day"), (18, "afternoon"))
    return next((name for end, name in ends if hour < end), "evening")


def _my_courses(person_id: int) -> list[MyCourse]:
    progress = all_progress(session(), person_id)
    versions = {version.course: version for version in state().versions.current_all(session())}
    places = {
        place.course: place
        for place in session().scalars(select(Place).where(Place.person_id == person_id))
    }
    completions = {
        (row.course, row.cycle): row
        for row in completions_of(session(), person_id)
        if row.withdrawn_at is None
    }
    mine = [
        _my_course(
            versions[course],
            found,
            places.get(course),
            completions.get((course, found.cycle or 0)),
        )
        for course, found in progress.items()
        if course in versions
    ]
    return sorted(mine, key=lambda course: course.touched, reverse=True)


def _my_course(
    version: CourseVersion,
    progress: CourseProgress,
    place: Place | None,
    completion: Completion | None,
) -> MyCourse:
    lines = outline(version, progress)
    done, total = done_modules(lines)
    moments = [item.completed_at or item.started_at for item in progress.modules.values()]
    moments += [item.completed_at or item.started_at for item in progress.quizzes.values()]
    moments += [place.at] if place else []
    touched = max((moment.timestamp() for moment in moments), default=0.0)
    step = None if completion else next_item(lines, place.module if place else None)
    return MyCourse(version, done, total, step, completion, touched)


def _newest_levels(person_id: int) -> list[tuple[str, CompetencyLevel]]:
    rows = session().scalars(
        select(CompetencyLevel)
        .where(CompetencyLevel.person_id == person_id, CompetencyLevel.learned_level > 0)
        .order_by(CompetencyLevel.learned_at.desc())
        .limit(3)
    )
    named = ((load_framework().find(row.competency), row) for row in rows)
    return [(found.name(language()), row) for found, row in named if found is not None]
