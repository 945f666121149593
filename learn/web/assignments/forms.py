"""The form of a rule of assignment: what was typed, as what the rule says."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from learn.assignments.models import AssignmentRule
from learn.assignments.rules import DUE_WORDS, MOST_DAYS, Due
from learn.assignments.ruling import Wanted
from learn.db import canonical_json
from learn.people.models import KINDS, Unit
from learn.people.posts import POST_CLASSES
from learn.web.admin.forms import clean_text
from learn.web.forms import Form
from learn.web.i18n import _, say
from learn.web.narrowing import UnitFilter


class RuleForm(Form):
    """Whom a rule is for, which course it assigns, and until when."""

    course = SelectField(validators=[InputRequired()])
    unit = StringField(validators=[Optional(), Length(max=60)], filters=[clean_text])
    post_title = StringField(validators=[Optional(), Length(max=255)], filters=[clean_text])
    post_class = SelectField()
    kind = SelectField()
    new_only = BooleanField()
    starts_on = DateField(validators=[InputRequired()])
    due = SelectField()
    due_on = DateField(validators=[Optional()])
    days = IntegerField(validators=[Optional(), NumberRange(0, MOST_DAYS)])
    required = SelectField()
    soft = BooleanField()
    repeat = BooleanField()
    based_on = HiddenField()
    seen = HiddenField()

    def __init__(self, formdata: Any, courses: list[tuple[str, str]], **known: Any) -> None:
        super().__init__(formdata, **known)
        self.course.choices = [("", _("Choose a course")), *courses]
        self.post_class.choices = [("", _("Every class")), *POST_CLASSES.items()]
        self.kind.choices = [
            ("", _("Every kind")),
            *((kind, _("Other") if kind == "other" else kind) for kind in KINDS),
        ]
        self.due.choices = [(str(key), say(words)) for key, words in DUE_WORDS.items()]
        self.required.choices = [("yes", _("Mandatory")), ("no", _("Recommended"))]
        for field, name in self._names():
            field.label.text = name

    def _names(self) -> list[tuple[Any, str]]:
        return [
            (self.course, _("Course")), (self.unit, _("Unit, with all below it")),
            (self.post_title, _("Post")), (self.post_class, _("Class of post")),
            (self.kind, _("Kind of employee")),
            (self.new_only, _("Only people whose first post begins on that day or later")),
            (self.starts_on, _("The rule begins on")), (self.due, _("Due")),
            (self.due_on, _("Due date")), (self.days, _("Number of days")),
            (self.required, _("Mandatory or recommended")),
            (self.soft, _("People may ask for more time")),
            (self.repeat, _("Assign it again when the completion lapses")),
        ]  # fmt: skip

    def wanted(self, unit: Unit | None) -> Wanted:
        """Return what the rule is to say; it is not checked yet."""
        return Wanted(
            course=self.course.data or "", starts_on=self.starts_on.data or date.min,
            unit_id=unit.id if unit else None, post_title=self.post_title.data or "",
            post_class=self.post_class.data or "", kind=self.kind.data or "",
            new_only=bool(self.new_only.data), due=self.due.data or Due.NONE,
            due_on=self.due_on.data, days=self.days.data, required=self.required.data == "yes",
            soft=bool(self.soft.data), repeat=bool(self.repeat.data),
        )  # fmt: skip


def fields_of(rule: AssignmentRule, unit: Unit | None) -> dict[str, Any]:
    """Return what a rule says, as its form shows it."""
    names = ("course", "post_title", "post_class", "kind", "new_only", "starts_on", "due", "due_on",
             "days", "soft", "repeat")  # fmt: skip
    return {
        **{name: getattr(rule, name) for name in names},
        "unit": unit.code if unit else "",
        "required": "yes" if rule.required else "no",
        "based_on": rule.changed_at.isoformat(),
    }


def empty_fields(today: date, units: UnitFilter) -> dict[str, Any]:
    """Return what the form of a new rule begins with."""
    return {
        "starts_on": today, "due": Due.AFTER_RULE, "days": 60, "required": "yes", "soft": True,
        "repeat": True, "unit": units.code,
    }  # fmt: skip


def mark_of(wanted: Wanted) -> str:
    """Return what tells whether a rule is the one that was previewed."""
    said = {name: str(getattr(wanted, name)) for name in Wanted.__dataclass_fields__}
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()[:32]
