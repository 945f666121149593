"""The columns of each kind of record: stable keys, names and meanings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from learn.errors import Message
from learn.exports.formats.exporter import Column, Kind


def column(
    key: str,
    kind: Kind,
    title: Message,
    meaning: Message,
    value: Callable[[Any], Any] | None = None,
) -> Column:
    """Return a column; its value is the record's attribute `key` unless `value` says otherwise."""
    return Column(key, title, meaning, kind, value or attrgetter(key))


def _day(name: str) -> Callable[[Any], date | None]:
    get = attrgetter(name)

    def day(record: Any) -> date | None:
        moment: datetime | None = get(record)
        return None if moment is None else moment.date()

    return day


def hundred(share: float | None) -> float | None:
    """Return a share from 0 to 1 as files have it: from 0 to 100 with two decimals."""
    return None if share is None else round(share * 100, 2)


WHO = (
    column(
        "number",
        "text",
        Message("Employee number"),
        Message("NIP or NI PPPK held now: 18 digits, as text."),
    ),
    column("name", "text", Message("Name"), Message("Full name with degrees.")),
)

COMPLETIONS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit on the day of completion.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("course", "text", Message("Course key"), Message("Key of the course, which never changes.")),
    column("title", "text", Message("Course"), Message("Title of the course when it was completed.")),
    column("version", "text", Message("Version"), Message("Digest of the course version that it was completed on.")),
    column("started_at", "date", Message("Started"), Message("Local date on which the person began this cycle."), _day("started_at")),
    column("completed_at", "date", Message("Completed"), Message("Local date of completion."), _day("completed_at")),
    column("score", "decimal", Message("Score"), Message("From 0 to 100 with two decimals; empty where nothing is graded."), lambda record: hundred(record.score)),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours (JP, 45 minutes each) credited for it.")),
    column("form", "text", Message("Form"), Message("Form of development, such as NKL03 for e-learning.")),
    column("certificate", "text", Message("Certificate"), Message("Number of the certificate.")),
    column("valid_until", "date", Message("Valid until"), Message("Last local date on which it is valid; empty: for ever."), _day("valid_until")),
    column("status", "text", Message("Status"), Message("valid, expired or withdrawn.")),
)  # fmt: skip

COMPETENCIES = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("post_class", "text", Message("Class of post"), Message("It decides which level is required.")),
    column("competency", "text", Message("Competency code"), Message("Code in the competency framework, such as M.05.")),
    column("title", "text", Message("Competency"), Message("Name of the competency.")),
    column("learned", "integer", Message("Learned level"), Message("0 to 5, from evidence that counts; it is not an official level.")),
    column("assessed", "integer", Message("Assessed level"), Message("1 to 5, given by an assessor and still valid; empty: none.")),
    column("required", "integer", Message("Required level"), Message("1 to 5, asked of the class of post; empty: none.")),
    column("gap", "integer", Message("Gap"), Message("Required minus learned level, never below 0; empty where nothing is required.")),
    column("courses", "text", Message("Courses"), Message("Keys of the courses that are evidence."), lambda record: ", ".join(record.courses)),
    column("assessed_gap", "integer", Message("Gap (required − assessed)"), Message("Required minus assessed level, never below 0; empty where nothing is required or assessed.")),
    column("learned_until", "date", Message("Learned until"), Message("Last day on which the learned level holds if nothing happens; empty: for ever.")),
    column("assessed_state", "text", Message("State of the assessment"), Message("none, valid, suspended or lapsed.")),
    column("assessed_on", "date", Message("Assessed"), Message("Day of the newest assessment.")),
    column("assessed_until", "date", Message("Assessment valid until"), Message("Last day on which the assessment is valid; empty: for ever.")),
    column("suspended", "flag", Message("Suspended"), Message("Whether evidence or the assessment is suspended today.")),
)  # fmt: skip

EVIDENCE = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("competency", "text", Message("Competency code"), Message("Code in the competency framework, such as M.05.")),
    column("level", "integer", Message("Level"), Message("1 to 5: it counts for this level and all below it.")),
    column("source", "text", Message("Source"), Message("course, quiz, training, mentoring, confirmation, import or prior.")),
    column("ref", "text", Message("For"), Message("What it was, such as course and cycle, or course and quiz.")),
    column("course", "text", Message("Course key"), Message("Key of the course, where it belongs to one.")),
    column("version", "text", Message("Version"), Message("Digest of the course version that it was earned on.")),
    column("framework", "text", Message("Framework"), Message("Version of the competency framework that was in force.")),
    column("actor", "text", Message("Recorded by"), Message("Name of who confirmed or accepted it; empty where it follows by itself.")),
    column("observed_on", "date", Message("Observed"), Message("Day on which a supervisor saw the behaviour.")),
    column("recorded_at", "date", Message("Recorded"), Message("Local date."), _day("recorded_at")),
    column("valid_until", "date", Message("Valid until"), Message("Last local date on which it is valid; empty: for ever.")),
    column("suspended_from", "date", Message("Suspended from"), Message("First day of the last suspension.")),
    column("suspended_until", "date", Message("Suspended until"), Message("Last day of it; empty: until further notice.")),
    column("withdrawn_at", "date", Message("Withdrawn"), Message("Local date.")),
    column("state", "text", Message("State"), Message("counts, lapsed, suspended or withdrawn.")),
)  # fmt: skip

HOURS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("kind", "text", Message("Kind of employee"), Message("PNS, CPNS, PPPK or other.")),
    column("year", "integer", Message("Year"), Message("Calendar year, by local dates.")),
    column("earned", "integer", Message("Earned (JP)"), Message("Verified learning hours (JP) of the year.")),
    column("target", "integer", Message("Target (JP)"), Message("At least for PNS, at most for PPPK; empty: no figure.")),
    column("missing", "integer", Message("Missing (JP)"), Message("JP still missing to the floor; 0 where none are.")),
    column("status", "text", Message("Status"), Message("fulfilled or short (PNS), within or over (PPPK), no_target.")),
)  # fmt: skip

CLAIMS = (
    *WHO,
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("claim", "integer", Message("Claim"), Message("Number of the claim, unique for the person.")),
    column("form", "text", Message("Form"), Message("Form of development, such as KL06 for a seminar.")),
    column("siasn_form", "integer", Message("SIASN form"), Message("jenisDiklatId of SIASN; empty for formal education.")),
    column("title", "text", Message("Title"), Message("What it was called; empty where it was erased.")),
    column("organiser", "text", Message("Organiser"), Message("Who held it.")),
    column("certificate", "text", Message("Certificate"), Message("Number of the certificate.")),
    column("starts_on", "date", Message("First day"), Message("Local date.")),
    column("ends_on", "date", Message("Last day"), Message("Local date; it decides the year.")),
    column("hours", "integer", Message("Hours (JP)"), Message("Learning hours (JP, 45 minutes each) credited for it.")),
    column("accepted_at", "date", Message("Accepted"), Message("Local date on which somebody else accepted it."), _day("accepted_at")),
)  # fmt: skip

# the same keys as learn.people.imports.columns, so that the file can be imported again
PEOPLE = (
    WHO[0],
    column("name", "text", Message("Name"), Message("Name without degrees.")),
    column("title_before", "text", Message("Degree before"), Message("Degrees that stand before the name.")),
    column("title_after", "text", Message("Degree after"), Message("Degrees that stand after the name.")),
    column("kind", "text", Message("Kind of employee"), Message("PNS, CPNS, PPPK or other.")),
    column("unit_code", "text", Message("Unit code"), Message("Code of the unit where the person is now.")),
    column("unit", "text", Message("Unit"), Message("Name of that unit.")),
    column("parent_unit_code", "text", Message("Code of the unit above"), Message("Code of the unit above that unit.")),
    column("post", "text", Message("Post"), Message("Title of the main post.")),
    column("post_class", "text", Message("Class of post"), Message("It decides which level is required.")),
    column("grade", "text", Message("Grade"), Message("Golongan, such as III/a or IX.")),
    column("since", "date", Message("Since"), Message("Local date since which the main post is held (TMT).")),
    column("email", "text", Message("Email"), Message("Address for messages.")),
    column("active", "flag", Message("Active"), Message("Whether the person may sign in and counts in reports.")),
    column("role", "text", Message("Roles"), Message("Roles held now on that unit, with commas."), lambda record: ", ".join(record.roles)),
)  # fmt: skip
