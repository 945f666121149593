"""The form of a claim: the fields that its form of development asks for, and what was typed in them."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import DateField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from learn.claims.days import days_text, read_days
from learn.claims.documents import DOCUMENT_RULES, Document, take_document
from learn.claims.models import Claim
from learn.claims.rules import (
    MAX_CERTIFICATE,
    MAX_NOTE,
    MAX_ORGANISER,
    MAX_TITLE,
    CannotClaim,
    Said,
    fields_of,
)
from learn.claims.services import Texts, said_in
from learn.errors import Invalid, LearnError, Message
from learn.hours.forms import Form as Development
from learn.quizzes.handed_in.files import size_text
from learn.web.admin.forms import clean_text
from learn.web.context import session
from learn.web.forms import Form
from learn.web.i18n import _, say
from learn.web.state import state

FIGURES = ("declared_jp", "semesters", "minutes", "sessions")


def _lines(text: Any) -> Any:
    return "\n".join(clean_text(line) for line in text.splitlines()) if text else ""


class ClaimForm(Form):
    """What was done, by whom it was held, when, and the figures that count."""

    key = HiddenField(validators=[Length(max=32)])
    based_on = HiddenField(validators=[Length(max=10)])
    title = StringField(validators=[InputRequired(), Length(max=MAX_TITLE)], filters=[clean_text])
    organiser = StringField(
        validators=[InputRequired(), Length(max=MAX_ORGANISER)], filters=[clean_text]
    )
    starts_on = DateField(validators=[InputRequired()])
    ends_on = DateField(validators=[InputRequired()])
    declared_jp = StringField(filters=[clean_text])
    semesters = StringField(filters=[clean_text])
    minutes = TextAreaField(filters=[_lines])
    sessions = TextAreaField(filters=[_lines])
    certificate = StringField(
        validators=[Optional(), Length(max=MAX_CERTIFICATE)], filters=[clean_text]
    )
    document = FileField()
    note = TextAreaField(validators=[Optional(), Length(max=MAX_NOTE)], filters=[_lines])

    def __init__(self, development: Development, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.development = development
        for name in set(FIGURES) - set(fields_of(development.jp)):
            del self[name]
        names, hints = _names(), _hints()
        for field in self:
            if field.name in names:
                field.label.text = names[field.name]
            field.description = hints.get(field.name, "")

    def refuse(self, name: str, message: Message) -> None:
        """Say what is wrong with a field."""
        field = self._fields.get(name, self.ends_on)
        field.errors = [*field.errors, say(message)]


def _names() -> dict[str, str]:
    return {
        "title": _("What was it called?"), "organiser": _("Who held it?"),
        "starts_on": _("First day"), "ends_on": _("Last day"),
        "declared_jp": _("Hours (JP)"), "semesters": _("Number of semesters"),
        "minutes": _("Minutes of each day"), "sessions": _("Sessions of each day"),
        "certificate": _("Number of the certificate"), "document": _("Document"),
        "note": _("Note for the verifier"),
    }  # fmt: skip


def _hints() -> dict[str, str]:
    days = _("A line for each day, such as 24-11-2026 90. One number alone counts for every day.")
    return {
        "title": _("As on the certificate or the invitation."),
        "declared_jp": _("A whole number, as on the certificate or in the curriculum."),
        "minutes": days,
        "sessions": days,
        "document": _("PDF, JPG or PNG, at most %(size)s.",
                      size=size_text(DOCUMENT_RULES.size_bytes)),
    }  # fmt: skip


def filled(development: Development, claim: Claim, texts: Texts) -> ClaimForm:
    """Return the form as a claim says."""
    said = said_in(claim, texts)
    return ClaimForm(
        development, None, title=said.title, organiser=said.organiser, starts_on=said.starts_on,
        ends_on=said.ends_on, certificate=said.certificate, note=said.note,
        declared_jp="" if said.declared_jp is None else str(said.declared_jp),
        semesters="" if said.semesters is None else str(said.semesters),
        minutes=days_text(said.minutes), sessions=days_text(said.sessions), based_on=str(claim.seq),
    )  # fmt: skip


def read_claim(form: ClaimForm) -> Said | None:
    """Return what was typed; None when something cannot be understood, which the fields then say."""
    valid = form.validate()
    figures: dict[str, Any] = {}
    for name in fields_of(form.development.jp):
        try:
            figures[name] = _figure(form, name)
        except LearnError as error:
            form.refuse(name, error.message)
    if not valid or any(field.errors for field in form):
        return None
    assert form.starts_on.data is not None and form.ends_on.data is not None
    return Said(
        form.development.code, str(form.title.data), str(form.organiser.data), form.starts_on.data,
        form.ends_on.data, form.certificate.data or "", form.note.data or "", **figures,
    )  # fmt: skip


def _figure(form: ClaimForm, name: str) -> Any:
    text = (form[name].data or "").strip()
    if name in {"minutes", "sessions"}:
        first, last = form.starts_on.data, form.ends_on.data
        return read_days(text, first, last) if first and last else {}
    return read_whole(text)


def read_whole(text: str) -> int | None:
    """Return the whole number that was typed; None for nothing.

    Raises
    ------
    Invalid
        It is no whole number of 0 or more.
    """
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise Invalid(Message("Write a whole number, without a sign and without decimals."))
    return int(text)


def read_document(form: ClaimForm) -> Document | None:
    """Take in the document that came with the form; None when none came, or the field says why not."""
    sent = request.files.get("document")
    if sent is None or not sent.filename:
        return None
    content = sent.stream.read(DOCUMENT_RULES.size_bytes + 1)
    try:
        return take_document(session(), state().storage, sent.filename, content)
    except LearnError as error:
        form.refuse("document", error.message)
        return None


def show_mistakes(form: ClaimForm, error: LearnError) -> None:
    """Let the fields say what a claim was refused for."""
    mistakes = error.mistakes if isinstance(error, CannotClaim) else {"title": error.message}
    for name, message in mistakes.items():
        form.refuse(name, message)
