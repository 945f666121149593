"""The forms of assessing and confirming: levels by competency, days, the instrument, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import DateField, FileField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from learn.claims.documents import DOCUMENT_RULES, Document, take_document
from learn.competencies.assessments.services import INSTRUMENTS, MAX_NOTE, CannotAssess, Found
from learn.competencies.framework.catalogue import Competency, load_framework
from learn.errors import LearnError, Message
from learn.lifecycle import MAX_REASON
from learn.quizzes.handed_in.files import size_text
from learn.web.context import session
from learn.web.forms import Form
from learn.web.i18n import _, language, say
from learn.web.state import state

PREFIX = "level-"


def lines(text: Any) -> Any:
    """Take out of a text what no page shows, line by line."""
    if not text:
        return ""
    return "\n".join(
        "".join(sign for sign in line if sign.isprintable()) for line in text.splitlines()
    ).strip()


class AssessForm(Form):
    """When and how somebody was assessed; the levels themselves are read from the fields beside."""

    key = HiddenField(validators=[Length(max=32)])
    assessed_on = DateField(validators=[InputRequired()])
    valid_until = DateField(validators=[Optional()])
    instrument = SelectField(validators=[InputRequired()])
    note = TextAreaField(validators=[Optional(), Length(max=MAX_NOTE)], filters=[lines])
    document = FileField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.instrument.choices = [(key, say(name)) for key, name in INSTRUMENTS.items()]
        self.level_errors: dict[str, str] = {}
        for name, label in _names().items():
            self[name].label.text = label
        self.document.description = _("PDF, JPG or PNG, at most %(size)s.",
                                      size=size_text(DOCUMENT_RULES.size_bytes))  # fmt: skip

    def refuse(self, name: str, message: Message) -> None:
        """Say what is wrong with a field, or with the level of a competency."""
        field = self._fields.get(name)
        if field is None:
            self.level_errors[name] = say(message)
        else:
            field.errors = [*field.errors, say(message)]


def _names() -> dict[str, str]:
    return {
        "assessed_on": _("Day of the assessment"), "valid_until": _("Valid until"),
        "instrument": _("How it was assessed"), "note": _("Note"), "document": _("Report"),
    }  # fmt: skip


def typed_levels(sent: Mapping[str, str]) -> dict[str, str]:
    """Return what was chosen for each competency, by its code; nothing for those left out."""
    return {
        each.code: text
        for each in load_framework().competencies
        if (text := sent.get(PREFIX + each.code, "").strip())
    }


def read_found(form: AssessForm) -> Found | None:
    """Return what the form says; None when something cannot be understood, which the fields then say."""
    levels = {}
    for code, text in typed_levels(request.form).items():
        if text.isascii() and text.isdecimal() and len(text) < 3:
            levels[code] = int(text)
        else:
            form.refuse(code, Message("A level is a whole number from 1 to 5."))
    if not form.validate() or form.level_errors:
        return None
    assert form.assessed_on.data is not None
    return Found(
        levels, form.assessed_on.data, form.valid_until.data, form.instrument.data or "",
        form.note.data or "", key=(form.key.data or "")[:32] or "-",
    )  # fmt: skip


def read_report(form: AssessForm) -> Document | None:
    """Take in the report that came with the form; None when none came, or the field says why not."""
    sent = request.files.get("document")
    if sent is None or not sent.filename:
        return None
    try:
        return take_document(
            session(),
            state().storage,
            sent.filename,
            sent.stream.read(DOCUMENT_RULES.size_bytes + 1),
        )
    except LearnError as error:
        form.refuse("document", error.message)
        return None


def show_mistakes(form: AssessForm, error: LearnError) -> None:
    """Let the fields say what an assessment was refused for."""
    mistakes = error.mistakes if isinstance(error, CannotAssess) else {"assessed_on": error.message}
    for name, message in mistakes.items():
        form.refuse(name, message)


class ConfirmForm(Form):
    """What a supervisor saw: the level, the day, and in words."""

    key = HiddenField(validators=[Length(max=32)])
    competency = SelectField(validators=[InputRequired()])
    level = SelectField(validators=[InputRequired()])
    observed_on = DateField(validators=[InputRequired()])
    note = TextAreaField(validators=[InputRequired(), Length(max=MAX_REASON)], filters=[lines])
    valid_until = DateField(validators=[Optional()])

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        framework = load_framework()
        self.competency.choices = competency_choices(framework.competencies)
        self.level.choices = [
            (str(number), f"{number}. {framework.level_name(number, language())}")
            for number in range(1, 6)
        ]
        names = {
            "competency": _("Competency"), "level": _("Level"),
            "observed_on": _("Day on which you saw it"), "note": _("What you saw"),
            "valid_until": _("Valid until"),
        }  # fmt: skip
        for name, label in names.items():
            self[name].label.text = label


def competency_choices(competencies: tuple[Competency, ...]) -> list[tuple[str, str]]:
    """Return the choices of a competency, with code and name."""
    return [(each.code, f"{each.code} {each.name(language())}") for each in competencies]
