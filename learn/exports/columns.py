"""The columns of each kind of record: stable keys, names and meanings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from learn.errors import Message
from learn.exports.exporter import Column, Kind


def _column(key: str, kind: Kind, title: str, meaning: str, value: Any = None) -> Column:
    return Column(key, Message(title), Message(meaning), kind, value or attrgetter(key))


def _day(name: str) -> Callable[[Any], date | None]:
    get = attrgetter(name)

    def day(record: Any) -> date | None:
        moment: datetime | None = get(record)
        return None if moment is None else moment.date()

    return day


def _hundred(record: Any) -> float | None:
    return None if record.score is None else round(record.score * 100, 2)


WHO = (
    _column("number", "text", "Employee number", "NIP or NI PPPK held now: 18 digits, as text."),
    _column("name", "text", "Name", "Full name with degrees."),
)

COMPLETIONS = (
    *WHO,
    _column("unit_code", "text", "Unit code", "Code of the unit on the day of completion."),
    _column("unit", "text", "Unit", "Name of that unit."),
    _column("course", "text", "Course key", "Key of the course, which never changes."),
    _column("title", "text", "Course", "Title of the course when it was completed."),
    _column("version", "text", "Version", "Digest of the course version that it was completed on."),
    _column("started_at", "date", "Started", "Local date on which the person began this cycle.", _day("started_at")),
    _column("completed_at", "date", "Completed", "Local date of completion.", _day("completed_at")),
    _column("score", "decimal", "Score", "From 0 to 100 with two decimals; empty where nothing is graded.", _hundred),
    _column("hours", "integer", "Hours (JP)", "Learning hours (JP, 45 minutes each) credited for it."),
    _column("form", "text", "Form", "Form of development, such as NKL03 for e-learning."),
    _column("certificate", "text", "Certificate", "Number of the certificate."),
    _column("valid_until", "date", "Valid until", "Last local date on which it is valid; empty: for ever.", _day("valid_until")),
    _column("status", "text", "Status", "valid, expired or withdrawn."),
)  # fmt: skip

COMPETENCIES = (
    *WHO,
    _column("unit_code", "text", "Unit code", "Code of the unit where the person is now."),
    _column("unit", "text", "Unit", "Name of that unit."),
    _column("post_class", "text", "Class of post", "It decides which level is required."),
    _column("competency", "text", "Competency code", "Code in the competency framework, such as M.05."),
    _column("title", "text", "Competency", "Name of the competency."),
    _column("learned", "integer", "Learned level", "0 to 5, from courses passed; it is no official level."),
    _column("assessed", "integer", "Assessed level", "1 to 5, given by an assessor and still valid; empty: none."),
    _column("required", "integer", "Required level", "1 to 5, asked of the class of post; empty: none."),
    _column("gap", "integer", "Gap", "Required minus learned level, never below 0; empty where nothing is required."),
    _column("courses", "text", "Courses", "Keys of the courses that are evidence.", lambda record: ", ".join(record.courses)),
)  # fmt: skip

HOURS = (
    *WHO,
    _column("unit_code", "text", "Unit code", "Code of the unit where the person is now."),
    _column("unit", "text", "Unit", "Name of that unit."),
    _column("kind", "text", "Kind of employee", "PNS, CPNS, PPPK or other."),
    _column("year", "integer", "Year", "Calendar year, by local dates."),
    _column("earned", "integer", "Earned (JP)", "Verified learning hours (JP) of the year."),
    _column("target", "integer", "Target (JP)", "At least for PNS, at most for PPPK; empty: no figure."),
    _column("missing", "integer", "Missing (JP)", "JP still missing to the floor; 0 where none are."),
    _column("status", "text", "Status", "fulfilled or short (PNS), within or over (PPPK), no_target."),
)  # fmt: skip

# the same keys as learn.people.columns, so that the file can be imported again
PEOPLE = (
    WHO[0],
    _column("name", "text", "Name", "Name without degrees."),
    _column("title_before", "text", "Degree before", "Degrees that stand before the name."),
    _column("title_after", "text", "Degree after", "Degrees that stand after the name."),
    _column("kind", "text", "Kind of employee", "PNS, CPNS, PPPK or other."),
    _column("unit_code", "text", "Unit code", "Code of the unit where the person is now."),
    _column("unit", "text", "Unit", "Name of that unit."),
    _column("parent_unit_code", "text", "Code of the unit above", "Code of the unit above that unit."),
    _column("post", "text", "Post", "Title of the main post."),
    _column("post_class", "text", "Class of post", "It decides which level is required."),
    _column("grade", "text", "Grade", "Golongan, such as III/a or IX."),
    _column("since", "date", "Since", "Local date since which the main post is held (TMT)."),
    _column("email", "text", "Email", "Address for messages."),
    _column("active", "flag", "Active", "Whether the person may sign in and counts in reports."),
    _column("role", "text", "Roles", "Roles held now on that unit, with commas.", lambda record: ", ".join(record.roles)),
)  # fmt: skip
