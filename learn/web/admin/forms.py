"""The forms of administrators, with labels in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learn.people.access import ROLE_NAMES, Role
from learn.people.models import KINDS
from learn.people.numbers import Kind
from learn.people.posts import GRADES, POST_CLASSES
from learn.web.forms import Form
from learn.web.i18n import _, say

Choices = Sequence[tuple[str, str]]


def clean_text(text: Any) -> Any:
    """Take out what no name holds, and what a database refuses."""
    return "".join(sign for sign in text if sign.isprintable()).strip() if text else ""


def _text(longest: int, *, needed: bool = False) -> Field:
    validators: list[Any] = [InputRequired()] if needed else [Optional()]
    return StringField(validators=[*validators, Length(max=longest)], filters=[clean_text])


class LabelledForm(Form):
    """A form that names its fields in the language of the request."""

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        names = labels()
        for field in self:
            if field.name in names:
                field.label.text = names[field.name]


def with_own_ids(forms: Mapping[str, Form]) -> Mapping[str, Form]:
    """Give the fields of several forms of one page ids of their own, so that labels find them."""
    for key, form in forms.items():
        for field in form:
            field.id = field.label.field_id = f"{key}-{field.name}"
    return forms


def labels() -> Mapping[str, str]:
    """Return the names of all fields of these forms."""
    return {
        "number": _("NIP or NI PPPK"), "name": _("Name without degrees"),
        "title_before": _("Degrees before the name"), "title_after": _("Degrees after the name"),
        "kind": _("Kind of employee"), "email": _("Email"), "active": _("Active: may sign in and counts in reports"),
        "unit": _("Unit"), "post_title": _("Post"), "post_class": _("Class of post"),
        "grade": _("Grade (golongan)"), "since": _("Since (TMT)"), "number_kind": _("Kind of number"),
        "valid_from": _("Valid from"), "code": _("Code"), "unit_name": _("Name of the unit"), "type": _("Kind of unit"),
        "parent": _("Belongs to"), "role": _("Role"), "course": _("Course (of a trainer)"),
        "with_password": _("Also for those who have a password already"),
    }  # fmt: skip


class PersonForm(LabelledForm):
    """Name, degrees, kind and address of a person."""

    name = _text(255, needed=True)
    title_before = _text(80)
    title_after = _text(120)
    kind = SelectField()
    email = _text(255)

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.kind.choices = [(kind, _("Other") if kind == "other" else kind) for kind in KINDS]


class EditForm(PersonForm):
    """What of a person can be corrected."""

    active = BooleanField()


class PostForm(LabelledForm):
    """A dated post in a unit."""

    unit = SelectField(validators=[InputRequired()])
    post_title = _text(255)
    post_class = SelectField()
    grade = SelectField()
    since = DateField(validators=[InputRequired()])

    def __init__(self, formdata: Any = None, /, *, units: Choices, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.unit.choices = list(units)
        self.post_class.choices = [("", _("not known")), *POST_CLASSES.items()]
        self.grade.choices = [("", _("not known")), *((grade, grade) for grade in GRADES)]


class NewPersonForm(PersonForm):
    """Somebody who is added by hand, with number and first post."""

    number = _text(60, needed=True)
    unit = SelectField(validators=[InputRequired()])
    post_title = _text(255)
    post_class = SelectField()
    grade = SelectField()
    since = DateField(validators=[Optional()])

    def __init__(self, formdata: Any = None, /, *, units: Choices, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.unit.choices = list(units)
        self.post_class.choices = [("", _("not known")), *POST_CLASSES.items()]
        self.grade.choices = [("", _("not known")), *((grade, grade) for grade in GRADES)]


class NumberForm(LabelledForm):
    """A new employee number; the one held now becomes history."""

    number = _text(60, needed=True)
    valid_from = DateField(validators=[Optional()])
    number_kind = SelectField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.number_kind.choices = [("", _("as the number says")), *((kind, kind) for kind in Kind)]


class GrantForm(LabelledForm):
    """A role on a unit; a trainer's on a course or on all."""

    role = SelectField(validators=[InputRequired()])
    unit = SelectField()
    course = SelectField()

    def __init__(
        self, formdata: Any = None, /, *, units: Choices, courses: Choices, **known: Any
    ) -> None:
        super().__init__(formdata, **known)
        self.role.choices = [
            (role.value, say(ROLE_NAMES[role])) for role in Role if role != Role.EMPLOYEE
        ]
        self.unit.choices = list(units)
        self.course.choices = [("", _("all courses")), *courses]


class CodesForm(LabelledForm):
    """For whom one-time codes are made."""

    unit = SelectField(validators=[InputRequired()])
    with_password = BooleanField()

    def __init__(self, formdata: Any = None, /, *, units: Choices, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.unit.choices = list(units)


class NewUnitForm(LabelledForm):
    """A unit below another one."""

    code = _text(60, needed=True)
    unit_name = _text(255, needed=True)
    type = _text(40)
    parent = SelectField(validators=[InputRequired()])

    def __init__(self, formdata: Any = None, /, *, units: Choices, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.parent.choices = list(units)


class RenameUnitForm(LabelledForm):
    """Another name of a unit."""

    unit_name = _text(255, needed=True)


class MoveUnitForm(LabelledForm):
    """Another place of a unit."""

    parent = SelectField(validators=[InputRequired()])

    def __init__(self, formdata: Any = None, /, *, units: Choices, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.parent.choices = list(units)
