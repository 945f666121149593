"""Forms: WTForms with a token against forgery, and its messages in the person's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, g, request, session
from wtforms import Form as BaseForm
from wtforms import SelectMultipleField
from wtforms.csrf.session import SessionCSRF
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.widgets import CheckboxInput, ListWidget

from learn.errors import LearnError, Message, Mistakes
from learn.web import i18n
from learn.web.state import state

__all__ = ["Boxes", "Form", "FormExpired", "SelectChoice", "TokenForm", "check_token", "csrf_token"]

TOKEN_HEADER = "X-CSRFToken"  # noqa: S105 (the name of a header)
TOKEN_FIELD = "csrf_token"  # noqa: S105 (the name of a field)


class FormExpired(LearnError):
    """The form's token is missing, too old or of another session; nothing was changed."""

    status = 400
    code = "form-expired"

    def __init__(self) -> None:
        super().__init__(
            Message(
                "This form is too old or was opened before you signed in. Please send it again."
            )
        )


class Translated:
    """What WTForms asks for texts: Learn's own catalogue (WTForms ships no Indonesian)."""

    def gettext(self, text: str) -> str:
        """Translate one text."""
        return i18n.translations(i18n.language()).gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate by number."""
        return i18n.translations(i18n.language()).ngettext(singular, plural, n)


class Form(BaseForm):
    """The base of all forms; `csrf_token` is a field of each."""

    class Meta:
        """How WTForms makes and checks the token."""

        csrf = True
        csrf_class = SessionCSRF
        csrf_field_name = TOKEN_FIELD

        @property
        def csrf_secret(self) -> bytes:
            """Return the key that signs tokens."""
            return str(current_app.secret_key).encode()

        @property
        def csrf_context(self) -> Any:
            """Return where the session's part of the token is kept."""
            return session

        @property
        def csrf_time_limit(self) -> timedelta:
            """Return how long a token holds: as long as a sign-in."""
            return timedelta(hours=state().settings.session_hours)

        def get_translations(self, _form: BaseForm) -> Translated:
            """Return the catalogue of the request's language."""
            return Translated()

    def take(self, error: LearnError, field: str = "") -> None:
        """Show what the rules refused: each mistake at its field, anything else at `field` or above all."""
        mistakes = error.mistakes if isinstance(error, Mistakes) else {field: error.message}
        for name, message in mistakes.items():
            if name in self:
                self[name].errors = [*self[name].errors, i18n.say(message)]
            else:
                self.form_errors.append(i18n.say(message))


class Boxes(SelectMultipleField):
    """Several choices, each a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TokenForm(Form):
    """A form that is only a button."""


def csrf_token() -> str:
    """Return the request's token, for a hidden field or the header ``X-CSRFToken``."""
    found: str | None = getattr(g, "learn_csrf_token", None)
    if found is None:
        field = TokenForm()[TOKEN_FIELD]
        found = g.learn_csrf_token = str(field.current_token)  # type: ignore[attr-defined]
    return found


def check_token() -> None:
    """Raise `FormExpired` unless the request carries a good token, as a field or as a header."""
    sent = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    form = TokenForm(data={}, formdata=_OneField(sent))
    if not form.validate():
        raise FormExpired


class _OneField(dict[str, str]):
    """Form data with the token alone."""

    def __init__(self, token: str) -> None:
        super().__init__({TOKEN_FIELD: token})

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
