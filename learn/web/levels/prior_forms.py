"""The forms of prior learning: what is asked with which documents, and what becomes of it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import request
from wtforms import DateField, HiddenField, MultipleFileField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from learn.claims.documents import DOCUMENT_RULES, Document, take_document
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.prior.queries import RequestLine
from learn.competencies.prior.services import MAX_ABOUT, MOST_DOCUMENTS, Asked
from learn.errors import LearnError, Message
from learn.lifecycle import MAX_REASON
from learn.quizzes.handed_in.files import size_text
from learn.web.context import session
from learn.web.forms import Form
from learn.web.i18n import _, language, say
from learn.web.levels.assessing_forms import competency_choices, lines
from learn.web.state import state


def level_choices(highest: int = 5) -> list[tuple[str, str]]:
    """Return the choices of a level, with its name."""
    framework = load_framework()
    return [
        (str(number), f"{number}. {framework.level_name(number, language())}")
        for number in range(1, highest + 1)
    ]


class AskForm(Form):
    """The competency, the level, what was done, and the documents that show it."""

    key = HiddenField(validators=[Length(max=32)])
    based_on = HiddenField(validators=[Length(max=10)])
    competency = SelectField(validators=[InputRequired()])
    level = SelectField(validators=[InputRequired()])
    about = TextAreaField(validators=[InputRequired(), Length(max=MAX_ABOUT)], filters=[lines])
    documents = MultipleFileField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.competency.choices = competency_choices(load_framework().competencies)
        self.level.choices = level_choices()
        names = {
            "competency": _("Competency"), "level": _("Level that you ask for"),
            "about": _("What did you do that shows this level?"), "documents": _("Documents"),
        }  # fmt: skip
        for name, label in names.items():
            self[name].label.text = label
        self.about.description = _(
            "For example a degree, an earlier post, or a project, with dates."
        )
        self.documents.description = _(
            "1 to %(most)s files: PDF, JPG or PNG, at most %(size)s each.",
            most=MOST_DOCUMENTS, size=size_text(DOCUMENT_RULES.size_bytes),
        )  # fmt: skip

    @property
    def asked(self) -> Asked:
        """Return what is asked; the form has to be valid."""
        return Asked(str(self.competency.data), int(self.level.data or 0), self.about.data or "")

    @property
    def its_key(self) -> str:
        """Return what the form calls itself."""
        return (self.key.data or "")[:32] or secrets.token_hex(16)

    def refuse(self, message: Message) -> None:
        """Say what is wrong with the request."""
        self.form_errors.append(say(message))


def read_documents(form: AskForm, kept: RequestLine | None = None) -> list[Document]:
    """Take in the documents that came; without any, those of the request that is corrected stay."""
    sent = [file for file in request.files.getlist("documents") if file.filename]
    if not sent and kept is not None:
        return [Document(*each) for each in kept.documents]
    problems: list[str] = []
    if not 0 < len(sent) <= MOST_DOCUMENTS:
        message = Message("Add 1 to %(most)s documents: PDF, or photographs as JPG or PNG.",
                          most=MOST_DOCUMENTS)  # fmt: skip
        form.documents.errors = [say(message)]
        return []
    taken = []
    for file in sent:
        try:
            content = file.stream.read(DOCUMENT_RULES.size_bytes + 1)
            taken.append(take_document(session(), state().storage, file.filename or "", content))
        except LearnError as error:
            problems.append(f"{(file.filename or '')[:60]}: {say(error.message)}")
    form.documents.errors = problems
    return taken


class ReviewForm(Form):
    """What becomes of a request: the level that is recognised, until when, and why."""

    based_on = HiddenField(validators=[Length(max=10)])
    level = SelectField(validators=[Optional()])
    valid_until = DateField(validators=[Optional()])
    reason = TextAreaField(validators=[Optional(), Length(max=MAX_REASON)], filters=[lines])

    def __init__(self, highest: int, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.level.choices = level_choices(highest)
        names = {
            "level": _("Level that is recognised"), "valid_until": _("Valid until"),
            "reason": _("Reason"),
        }  # fmt: skip
        for name, label in names.items():
            self[name].label.text = label
        self.valid_until.description = _("Empty: for ever.")
        self.reason.description = _("Needed to return or reject; the person reads it.")

    def refuse(self, message: Message) -> None:
        """Say what is wrong with the decision."""
        self.form_errors.append(say(message))
