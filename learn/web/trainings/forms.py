"""The form of a training: what is typed, in the clock of the unit, and the plan that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from learn.errors import Message
from learn.hours.forms import load_forms
from learn.people.models import Unit
from learn.trainings.rules import CannotHold, Plan, Sitting
from learn.web.admin.forms import clean_text
from learn.web.forms import Form, SelectChoice, Translated
from learn.web.i18n import _, language, say

EVENING, DAWN = time(18), time(6)
BLANK_ROWS = 2
MOST_ROWS = 60


class SittingForm(PlainForm):
    """One session: its day, its clock times, where and with whom."""

    id = HiddenField()
    day = DateField(validators=[Optional()])
    start = TimeField(validators=[Optional()])
    end = TimeField(validators=[Optional()])
    room = StringField(filters=[clean_text])
    trainer = StringField(filters=[clean_text])

    class Meta:
        """Messages in the person's language."""

        def get_translations(self, _form: PlainForm) -> Translated:
            """Return the catalogue of the request's language."""
            return Translated()

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was typed into this row."""
        return not any(
            (field.raw_data and field.raw_data[0].strip())
            for field in (self.day, self.start, self.end)
        )

    @property
    def is_whole(self) -> bool:
        """Return whether day and times can be read."""
        return None not in (self.day.data, self.start.data, self.end.data)


class TrainingForm(Form):
    """A training as it is planned; `audience` are codes of units."""

    based_on = HiddenField()
    unit = SelectField()
    course = SelectField()
    title = StringField(validators=[Length(max=300)], filters=[clean_text])
    form = SelectField()
    declared_jp = IntegerField(validators=[Optional()])
    outcomes = TextAreaField(validators=[Length(max=2000)])
    organiser = StringField(validators=[InputRequired(), Length(max=255)], filters=[clean_text])
    about = TextAreaField(validators=[Length(max=2000)])
    sessions = FieldList(FormField(SittingForm), max_entries=MOST_ROWS)
    place = StringField(validators=[Length(max=255)], filters=[clean_text])
    link = StringField(validators=[Length(max=500)], filters=[clean_text])
    capacity = IntegerField(validators=[InputRequired()])
    waiting_list = BooleanField()
    approval = BooleanField()
    opens_at = DateTimeLocalField(
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()]
    )
    closes_at = DateTimeLocalField(
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=[Optional()]
    )
    audience = StringField(validators=[InputRequired(), Length(max=4000)], filters=[clean_text])
    share = IntegerField(validators=[InputRequired()])

    def __init__(self, formdata: Any = None, /, *, units: Sequence[tuple[str, str]] = (),
                 courses: Sequence[tuple[str, str]] = (), **known: Any) -> None:  # fmt: skip
        super().__init__(formdata, **known)
        self.unit.choices = [SelectChoice(*each) for each in units]
        self.course.choices = [SelectChoice("", _("None: a training on its own"))]
        self.course.choices += [SelectChoice(*each) for each in courses]
        self.form.choices = [SelectChoice(*each) for each in form_choices()]
        if not units:
            del self.unit
        for field in self:
            field.label.text = _labels().get(field.name, field.label.text)
            field.description = _hints().get(field.name, "")

    def refuse(self, name: str, message: Message) -> None:
        """Say what is wrong with a field."""
        field = self._fields.get(name, self.title)
        field.errors = [*field.errors, say(message)]


def form_choices() -> list[tuple[str, str]]:
    """Return the forms of development that a training can be of."""
    forms = [each for each in load_forms().forms if each.group != "formal"]
    return [(each.code, f"{each.code} · {each.name(language())}") for each in forms]


def _labels() -> dict[str, str]:
    return {
        "unit": _("Held by the unit"), "course": _("Course"), "title": _("Title"),
        "form": _("Form of development"), "declared_jp": _("Hours (JP)"),
        "outcomes": _("Competencies"), "organiser": _("Organiser"), "about": _("About it"),
        "sessions": _("Sessions"), "place": _("Venue"), "link": _("Address online"),
        "capacity": _("Places"), "waiting_list": _("Keep a waiting list when all places are taken"),
        "approval": _("The supervisor has to approve each sign-up"),
        "opens_at": _("Sign up from"), "closes_at": _("Sign up until"),
        "audience": _("Units whose people may sign up"),
        "share": _("Attendance needed, in per cent"),
    }  # fmt: skip


def _hints() -> dict[str, str]:
    return {
        "course": _("Its hours, competencies and certificate come when the course is completed."),
        "title": _("Empty: the title of the course."),
        "declared_jp": _("As in the curriculum. Empty: counted from the minutes of each day."),
        "outcomes": _("A line for each competency with its level, such as M.01 2."),
        "sessions": _("An end before 06.00 of a session that begins after 18.00 is on the next day."),
        "link": _("Shown to participants with a confirmed place only."),
        "opens_at": _("Empty: as soon as it is published."),
        "closes_at": _("Empty: until the last session ends."),
        "share": _("Minutes present, of all planned minutes."),
    }  # fmt: skip


def filled(plan: Plan, zone: ZoneInfo, invited: Sequence[Unit], **known: Any) -> TrainingForm:
    """Return the form as a plan says."""
    sessions = [
        {
            "id": str(each.id or ""), "day": each.starts_at.astimezone(zone).date(),
            "start": each.starts_at.astimezone(zone).time(),
            "end": each.ends_at.astimezone(zone).time(), "room": each.room, "trainer": each.trainer,
        }
        for each in plan.sittings
    ]  # fmt: skip
    form = TrainingForm(
        None, course=plan.course or "", title=plan.title, form=plan.form,
        declared_jp=plan.declared_jp,
        outcomes="\n".join(f"{code} {level}" for code, level in plan.outcomes),
        organiser=plan.organiser, about=plan.about, place=plan.place, link=plan.link,
        capacity=plan.capacity, waiting_list=plan.waiting_list, approval=plan.approval,
        opens_at=_there(plan.opens_at, zone), closes_at=_there(plan.closes_at, zone),
        audience=",".join(unit.code for unit in invited), share=plan.share, sessions=sessions, **known,
    )  # fmt: skip
    add_rows(form)
    return form


def add_rows(form: TrainingForm) -> None:
    """Add empty rows for more sessions."""
    for _number in range(BLANK_ROWS):
        if len(form.sessions) < MOST_ROWS:
            form.sessions.append_entry()


def _there(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def _here(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment else None


def read_plan(
    form: TrainingForm, zone: ZoneInfo, units: dict[str, Unit], title_of: dict[str, str]
) -> Plan | None:
    """Return the plan that was typed; None when something cannot be understood, which the fields say.

    Parameters
    ----------
    units
        All units by code.
    title_of
        Titles of courses by key.
    """
    valid = form.validate()
    sittings = _sittings(form, zone)
    outcomes = _outcomes(form)
    audience = _audience(form, units)
    if not valid or sittings is None or outcomes is None or audience is None:
        return None
    course = form.course.data or None
    return Plan(
        form.title.data or title_of.get(course or "", ""), form.form.data,
        form.organiser.data or "", form.capacity.data or 0, tuple(sittings), audience, course,
        None if course else form.declared_jp.data, () if course else outcomes,
        form.about.data or "", form.place.data or "", form.link.data or "",
        bool(form.waiting_list.data), bool(form.approval.data), _here(form.opens_at.data, zone),
        _here(form.closes_at.data, zone), form.share.data or 0,
    )  # fmt: skip


def _sittings(form: TrainingForm, zone: ZoneInfo) -> list[Sitting] | None:
    found: list[Sitting] = []
    for number, entry in enumerate(form.sessions, 1):
        row: SittingForm = entry.form
        if row.is_blank:
            continue
        if not row.is_whole:
            form.refuse(
                "sessions",
                Message("Session %(number)s needs a day, a start and an end.", number=number),
            )
            return None
        day, start, end = row.day.data, row.start.data, row.end.data
        assert day is not None and start is not None and end is not None
        found.append(_sitting(row, day, start, end, zone))
    return found


def _sitting(row: SittingForm, day: date, start: time, end: time, zone: ZoneInfo) -> Sitting:
    last = day + timedelta(days=1) if start >= EVENING and end <= DAWN else day
    known = str(row.id.data or "")
    return Sitting(
        datetime.combine(day, start, zone), datetime.combine(last, end, zone),
        row.room.data or "", row.trainer.data or "",
        int(known) if known.isascii() and known.isdecimal() and len(known) < 10 else None,
    )  # fmt: skip


def _outcomes(form: TrainingForm) -> tuple[tuple[str, int], ...] | None:
    found: list[tuple[str, int]] = []
    for line in (form.outcomes.data or "").splitlines():
        parts = line.split()
        if not parts:
            continue
        if (
            len(parts) != 2
            or not parts[1].isascii()
            or not parts[1].isdecimal()
            or len(parts[1]) > 2
        ):
            message = Message(
                "“%(text)s” is no competency with a level, such as M.01 2.", text=line[:40]
            )
            form.refuse("outcomes", message)
            return None
        found.append((parts[0].upper(), int(parts[1])))
    return tuple(found)


def _audience(form: TrainingForm, units: dict[str, Unit]) -> tuple[int, ...] | None:
    codes = [each.strip() for each in (form.audience.data or "").split(",") if each.strip()]
    unknown = [code for code in codes if code not in units]
    if unknown:
        form.refuse("audience", Message("There is no unit %(code)s.", code=unknown[0][:40]))
        return None
    return tuple(units[code].id for code in codes)


def show_mistakes(form: TrainingForm, error: CannotHold) -> None:
    """Show each mistake at its field."""
    for name, message in error.mistakes.items():
        form.refuse(name, message)
