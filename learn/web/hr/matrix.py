"""HR: the matrix of people and courses, on any day, for chosen courses, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from learn.courses.version import CourseVersion
from learn.errors import Message
from learn.exports.archives.matrix import MatrixList, required_courses
from learn.exports.kinds import ExportKind
from learn.exports.lists.matrix import DONE, LAPSED, UNDER_WAY, WITHDRAWN, Cell
from learn.people.access import Action
from learn.web.blueprint import pages
from learn.web.context import arguments, reach, session
from learn.web.hr.overview import subnav
from learn.web.hr.people import FILES, Built, people_query, read_filters
from learn.web.i18n import language, saying, zone
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.render import render
from learn.web.state import state

COLUMNS = 10
MOST_CHOSEN = 40
PEOPLE_OF_A_PAGE = 25
MATRIX_FILTERS = ("unit", "on", "q", "state", "kind", "class", "band")


@pages.get("/hr/matrix/")
def hr_matrix() -> ResponseReturnValue:
    """Show how far each person is in each course."""
    asked = read_filters(arguments(), MATRIX_FILTERS)
    chosen = chosen_courses(request.args)
    all_versions = state().versions.current_all(session())
    only = arguments().get("show") == "required"
    versions = versions_of(all_versions, chosen, required_courses(session()) if only else None)
    start = _start(arguments().get("columns", ""), len(versions))
    query = _matrix_list(asked, versions[start : start + COLUMNS])
    found = query.page(session(), limit=PEOPLE_OF_A_PAGE, after=arguments().get("after"))
    kept: dict[str, Any] = {**asked, "course": chosen, "show": "required" if only else ""}
    shown = query.as_of
    return render(
        "learn/hr/matrix.html",
        units=unit_filter(reach(Action.EXPORT), asked["unit"], query.day),
        shown=shown,
        asked=asked,
        chosen=chosen,
        show=kept["show"],
        courses=[(each.course, each.title(language())) for each in all_versions],
        lines=found.items,
        versions=query.versions,
        more=len(versions) > COLUMNS,
        places_of_columns=_places(len(versions), start, kept),
        turn=pages_of("hr_matrix", found.next, **kept, columns=start),
        filtered=any(asked.values()) or bool(chosen) or only,
        places=subnav("hr_matrix", asked["unit"], shown.text),
        address=address,
    )


def chosen_courses(given: MultiDict[str, str]) -> list[str]:
    """Return the keys of the courses that were chosen, each once."""
    keys = (key.replace("\x00", "").strip()[:80] for key in given.getlist("course"))
    return [key for key in dict.fromkeys(keys) if key][:MOST_CHOSEN]


def versions_of(
    versions: Sequence[CourseVersion], chosen: Sequence[str], required: set[str] | None = None
) -> list[CourseVersion]:
    """Return the courses that were chosen, all when none of them is here; perhaps the required alone."""
    if required is not None:
        versions = [each for each in versions if each.course in required]
    found = [each for each in versions if each.course in chosen]
    return found or list(versions)


def _matrix_list(asked: Mapping[str, str], versions: Sequence[CourseVersion]) -> MatrixList:
    people = people_query(asked)
    names = (
        "scope",
        "timezone",
        "now",
        "unit",
        "day",
        "text",
        "state",
        "kind",
        "post_class",
        "band",
    )
    return MatrixList(versions=versions, **{name: getattr(people, name) for name in names})


def _places(total: int, start: int, kept: Mapping[str, Any]) -> list[tuple[int, int, str, bool]]:
    after = arguments().get("after")
    return [
        (number, min(number + COLUMNS, total),
         address("hr_matrix", **kept, after=after, columns=number), number == start)
        for number in range(0, total, COLUMNS)
    ]  # fmt: skip


def _start(text: str, total: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    return number // COLUMNS * COLUMNS if number < total else 0


def cell_words(language: str, zone: ZoneInfo) -> Callable[[Cell], str]:
    """Return what says a cell in a language, the same as on the screen; it works behind the request."""
    told = saying(language)

    def words(cell: Cell) -> str:
        day = _day(cell.day, zone)
        said = {
            DONE: Message("completed %(day)s", day=day),
            LAPSED: Message("expired %(day)s", day=day),
            WITHDRAWN: Message("withdrawn %(day)s", day=day),
            UNDER_WAY: Message("%(done)s of %(total)s", done=cell.done, total=cell.total),
        }
        parts = [said.get(cell.state, Message("not begun"))]
        if cell.overdue:
            parts.append(Message("overdue since %(day)s", day=_day(cell.due, zone)))
        elif cell.due:
            parts.append(Message("due %(day)s", day=_day(cell.due, zone)))
        return ", ".join(map(told, parts))

    return words


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d-%m-%Y}" if moment else ""


def _matrix_file(form: Any) -> Built:
    required = required_courses(session()) if form.get("show") == "required" else None
    versions = versions_of(state().versions.current_all(session()), chosen_courses(form), required)
    query = _matrix_list(read_filters(form, MATRIX_FILTERS), versions)
    kind = ExportKind(
        "matrix", Message("Progress by course"), Message("progress-by-course"),
        query.columns(cell_words(language(), zone()), language()), MatrixList,
    )  # fmt: skip
    return kind, query


FILES["matrix"] = _matrix_file
