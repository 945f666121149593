"""The forms of mentoring: a pair, a goal, a meeting, and what a supervisor confirms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from learn.competencies.framework.catalogue import load_framework
from learn.hours.forms import load_forms
from learn.lifecycle import MAX_REASON
from learn.mentoring.log_rules import (
    MAX_GOAL,
    MAX_TEXT,
    MAX_TOPIC,
    MODES,
    GoalSaid,
    MeetingSaid,
)
from learn.mentoring.models import Goal, Meeting
from learn.mentoring.results import read_level
from learn.mentoring.rules import FORMS, MAX_AIM, Proposal
from learn.web.admin.forms import clean_text
from learn.web.forms import Boxes, Form
from learn.web.i18n import _, language, say

TIMES = ["%H:%M", "%H:%M:%S"]


def clean_lines(text: Any) -> Any:
    """Take out what no text holds, line by line."""
    return "\n".join(clean_text(line) for line in text.splitlines()) if text else ""


class Said(Form):
    """A form that says what is wrong with its fields in the words of the rules."""

    based_on = HiddenField(validators=[Length(max=10)])

    def name_fields(self, **names: str) -> None:
        """Give the fields their labels."""
        for name, label in names.items():
            if name in self:
                self[name].label.text = label


def competency_choices(codes: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return the competencies in force, or those of these codes, with their names."""
    found = [(each.code, each.name(language())) for each in load_framework().competencies]
    kept = [pair for pair in found if not codes or pair[0] in codes]
    return [(code, f"{name} ({code})") for code, name in kept]


class PairForm(Said):
    """A pair that is asked for or proposed; who proposes names both by their numbers."""

    key = HiddenField(validators=[Length(max=32)])
    mentee_number = StringField(validators=[InputRequired(), Length(max=60)], filters=[clean_text])
    mentor_number = StringField(validators=[InputRequired(), Length(max=60)], filters=[clean_text])
    mentor = SelectField()
    form = SelectField()
    starts_on = DateField(validators=[InputRequired()])
    ends_on = DateField(validators=[InputRequired()])
    competencies = Boxes()
    aim = TextAreaField(validators=[Optional(), Length(max=MAX_AIM)], filters=[clean_lines])

    def __init__(
        self, formdata: Any = None, /, *, mentors: Sequence[tuple[str, str]] | None, **known: Any
    ) -> None:
        super().__init__(formdata, **known)
        names = [(code, load_forms().form(code).name(language())) for code in FORMS]
        self.form.choices = names
        self.competencies.choices = competency_choices()
        if mentors is None:
            del self.mentor
        else:
            del self.mentee_number, self.mentor_number
            self.mentor.choices = [("", _("Let the office name one")), *mentors]
        self.name_fields(
            mentee_number=_("NIP or NI PPPK of the mentee"),
            mentor_number=_("NIP or NI PPPK of the mentor or coach"),
            mentor=_("Mentor or coach"), form=_("Form of development"), starts_on=_("First day"),
            ends_on=_("Last day"), competencies=_("Competencies aimed at"),
            aim=_("What it is for"),
        )  # fmt: skip

    def proposal(self) -> Proposal:
        """Return what the pair is to be."""
        assert self.starts_on.data is not None and self.ends_on.data is not None
        return Proposal(
            self.form.data, self.starts_on.data, self.ends_on.data,
            tuple(self.competencies.data or ()), self.aim.data or "",
        )  # fmt: skip


class GoalForm(Said):
    """A goal that can be measured."""

    text = TextAreaField(validators=[InputRequired(), Length(max=MAX_GOAL)], filters=[clean_lines])
    competency = SelectField()
    level = SelectField()
    due_on = DateField(validators=[InputRequired()])

    def __init__(self, codes: Sequence[str], formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.competency.choices = competency_choices(codes)
        self.level.choices = [("", _("No level")), *((str(n), str(n)) for n in range(1, 6))]
        self.name_fields(
            text=_("What will be reached, and how it is measured"), competency=_("Competency"),
            level=_("Level aimed at"), due_on=_("Until when"),
        )  # fmt: skip

    def said(self) -> GoalSaid:
        """Return what the goal says."""
        assert self.due_on.data is not None
        return GoalSaid(
            self.text.data or "", self.competency.data, self.due_on.data,
            read_level(self.level.data or ""),
        )  # fmt: skip


def goal_filled(codes: Sequence[str], goal: Goal, text: str) -> GoalForm:
    """Return the form as a goal says."""
    return GoalForm(
        codes, None, text=text, competency=goal.competency, due_on=goal.due_on,
        level=str(goal.level or ""), based_on=str(goal.seq),
    )  # fmt: skip


def _possible(_form: Any, field: Any) -> None:
    if field.data is not None and not 1970 <= field.data.year < 2200:
        raise ValidationError(_("Not a valid date value."))


class MeetingForm(Said):
    """A meeting that has been: when, how, about what."""

    day = DateField(validators=[InputRequired(), _possible])
    starts = TimeField(format=TIMES, validators=[InputRequired()])
    ends = TimeField(format=TIMES, validators=[InputRequired()])
    mode = RadioField()
    where = StringField(validators=[Optional(), Length(max=MAX_TOPIC)], filters=[clean_text])
    competency = SelectField()
    topic = StringField(validators=[InputRequired(), Length(max=MAX_TOPIC)], filters=[clean_text])
    notes = TextAreaField(validators=[Optional(), Length(max=MAX_TEXT)], filters=[clean_lines])
    actions = TextAreaField(validators=[Optional(), Length(max=MAX_TEXT)], filters=[clean_lines])
    shared = BooleanField()

    def __init__(self, codes: Sequence[str], formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.mode.choices = [(key, say(name)) for key, name in MODES.items()]
        if not self.mode.data:
            self.mode.data = "place"
        self.competency.choices = [("", _("No single one")), *competency_choices(codes)]
        self.name_fields(
            day=_("Day"), starts=_("From"), ends=_("Until"), mode=_("How you met"),
            where=_("Place or address"), competency=_("Competency"), topic=_("Topic"),
            notes=_("Notes"), actions=_("What each of you does next"),
            shared=_("The supervisor and HR may read topic and notes of this meeting"),
        )  # fmt: skip

    def said(self, zone: ZoneInfo) -> MeetingSaid:
        """Return the meeting, its times by the clock of `zone`; an end before the start is the next day."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        assert day is not None and starts is not None and ends is not None
        first = datetime.combine(day, starts, zone)
        last = datetime.combine(day + timedelta(days=ends < starts), ends, zone)
        return MeetingSaid(
            first, int((last - first).total_seconds() // 60), self.mode.data,
            self.competency.data or None, self.topic.data or "", self.notes.data or "",
            self.actions.data or "", self.where.data or "", bool(self.shared.data),
        )  # fmt: skip


def meeting_filled(
    codes: Sequence[str], meeting: Meeting, texts: Any, zone: ZoneInfo
) -> MeetingForm:
    """Return the form as a meeting was written down."""
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    return MeetingForm(
        codes, None, day=starts.date(), starts=starts.time(), ends=ends.time(), mode=meeting.mode,
        competency=meeting.competency or "", shared=meeting.shared, based_on=str(meeting.seq),
        **{name: texts.get(name, "") for name in ("topic", "notes", "actions", "where")},
    )  # fmt: skip


class ResultForm(Said):
    """What a supervisor confirms at the end; a level for each competency that the pair aimed at."""

    changed = TextAreaField(
        validators=[InputRequired(), Length(max=MAX_REASON)], filters=[clean_lines]
    )

    def __init__(self, codes: Sequence[str], formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.name_fields(changed=_("What changed at work"))
        self.named = competency_choices(codes)
        self.chosen = {
            code: (formdata.get(f"level-{code}", "") if formdata else "")
            for code, _name in self.named
        }

    def levels(self) -> dict[str, int]:
        """Return the levels that were chosen."""
        found = ((code, read_level(text)) for code, text in self.chosen.items())
        return {code: level for code, level in found if level is not None}
