"""What people are told about assignments: words, links, and the keys that make each notice once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from learn.assignments.models import Assignment
from learn.assignments.rules import OVERDUE
from learn.errors import Message
from learn.notices.kinds import Data, NoticeKind, Target, register
from learn.notices.services import Told, notify, notify_many
from learn.people.dates import MONTHS

ASSIGNED, DUE_SOON, DUE_PASSED = "course_assigned", "course_due", "course_overdue"
DATE_CHANGED, TIME_REFUSED, TIME_WANTED = "due_changed", "more_time_refused", "more_time_wanted"
LAPSES, LAPSED, DIGEST = "completion_lapses", "completion_lapsed", "overdue_digest"
SHOWN = 5


def day_words(day: date) -> Message:
    """Return a day in words: 12 December 2026."""
    return Message(
        "%(day)s %(month)s %(year)s", day=day.day, month=MONTHS[day.month - 1], year=day.year
    )


def _day(data: Data) -> Message:
    return day_words(date.fromisoformat(data["due"]))


def tell_assigned(session: Session, row: Assignment, *, now: datetime) -> None:
    """Tell somebody that a course was assigned to them."""
    data = {
        "course": row.course, "due": row.due_on.isoformat() if row.due_on else None,
        "required": row.required,
    }  # fmt: skip
    key = f"assigned:{row.course}:{row.cycle}:{row.seq}"
    notify(session, row.person_id, ASSIGNED, data, now=now, key=key)


def tell_decided(
    session: Session, row: Assignment, *, refused: bool, asked: bool, now: datetime
) -> None:
    """Tell somebody that their due date was moved, or that it was not."""
    data = {
        "course": row.course, "due": row.due_on.isoformat() if row.due_on else None,
        "asked": asked,
    }  # fmt: skip
    kind = TIME_REFUSED if refused else DATE_CHANGED
    notify(session, row.person_id, kind, data, now=now, key=f"moved:{row.course}:{row.seq}")


def tell_asked(
    session: Session, row: Assignment, supervisors: Sequence[int], *, now: datetime
) -> None:
    """Tell supervisors that somebody asks for more time."""
    until = row.asked_until.isoformat() if row.asked_until else None
    data = {"course": row.course, "due": until, "person": row.person_id, "people": [row.person_id]}
    key = f"asked:{row.course}:{row.person_id}:{row.seq}"
    told = [Told(each, TIME_WANTED, data, key) for each in supervisors]
    if told:
        notify_many(session, told, now=now)


def reminder(row: Assignment, stage: int | str) -> Told:
    """Return the reminder of a stage: 90, 30 or 7 days, or ``overdue``."""
    due = row.due_on.isoformat() if row.due_on else ""
    data = {"course": row.course, "due": due, "required": row.required}
    kind = DUE_PASSED if stage == OVERDUE else DUE_SOON
    return Told(row.person_id, kind, data, f"due:{row.course}:{row.cycle}:{due}:{stage}")


def lapse_reminder(person_id: int, course: str, cycle: int, day: date, stage: int | str) -> Told:
    """Return the reminder that a completion lapses, for whom the course is not assigned."""
    data = {"course": course, "due": day.isoformat()}
    kind = LAPSED if stage == OVERDUE else LAPSES
    return Told(person_id, kind, data, f"lapse:{course}:{cycle}:{stage}")


def _assigned_words(data: Data) -> Message:
    if data["due"] and data["required"]:
        return Message("You have to complete %(title)s by %(day)s.", title=data["title"], day=_day(data))  # fmt: skip
    if data["required"]:
        return Message("You have to complete %(title)s.", title=data["title"])
    return Message("%(title)s is recommended to you.", title=data["title"])


def _moved_words(data: Data) -> Message:
    if not data["due"]:
        return Message("%(title)s has no due date any more.", title=data["title"])
    return Message("The due date of %(title)s is now %(day)s.", title=data["title"], day=_day(data))


def _digest_words(data: Data) -> Message:
    people, courses = data["count"], data["assignments"]
    names = ", ".join(dict.fromkeys(data.get("names", ())))
    if people == 1:
        return Message(
            "1 of your people is overdue with mandatory courses (%(courses)s): %(names)s",
            courses=courses, names=names,
        )  # fmt: skip
    if people > SHOWN:
        return Message(
            "%(people)s of your people are overdue with mandatory courses (%(courses)s): %(names)s and others",
            people=people, courses=courses, names=names,
        )  # fmt: skip
    return Message(
        "%(people)s of your people are overdue with mandatory courses (%(courses)s): %(names)s",
        people=people, courses=courses, names=names,
    )  # fmt: skip


def _course(data: Data) -> Target:
    return Target("course", {"course": data["course"]})


register(NoticeKind(ASSIGNED, "flag", _assigned_words, _course))
register(
    NoticeKind(
        DUE_SOON, "clock",
        lambda data: Message("%(title)s is due on %(day)s.", title=data["title"], day=_day(data)),
        _course,
    )
)  # fmt: skip
register(
    NoticeKind(
        DUE_PASSED, "alert-triangle",
        lambda data: Message(
            "%(title)s was due on %(day)s. You can still complete it.", title=data["title"],
            day=_day(data),
        ),
        _course,
    )
)  # fmt: skip
register(NoticeKind(DATE_CHANGED, "calendar", _moved_words, _course))
register(
    NoticeKind(
        TIME_REFUSED, "calendar",
        lambda data: Message(
            "The due date of %(title)s stays %(day)s: more time was not given.",
            title=data["title"], day=_day(data),
        ),
        _course,
    )
)  # fmt: skip
register(
    NoticeKind(
        TIME_WANTED,
        "clock",
        lambda data: Message(
            "%(name)s asks for more time for %(title)s: until %(day)s.",
            name=", ".join(data["names"]), title=data["title"], day=_day(data),
        ),
        lambda data: Target("assignments_person", {"person_id": data["person"]}),
    )
)  # fmt: skip
register(
    NoticeKind(
        LAPSES, "clock",
        lambda data: Message(
            "Your completion of %(title)s is valid until %(day)s. You can take the course again now.",
            title=data["title"], day=_day(data),
        ),
        _course,
    )
)  # fmt: skip
register(
    NoticeKind(
        LAPSED, "alert-triangle",
        lambda data: Message(
            "Your completion of %(title)s was valid until %(day)s. Take the course again to renew it.",
            title=data["title"], day=_day(data),
        ),
        _course,
    )
)  # fmt: skip
register(
    NoticeKind(
        DIGEST, "users", _digest_words, lambda _data: Target("team_due", {"within": OVERDUE})
    )
)
