"""What a person sees when something cannot be done: what happened, what is safe, what to do."""

from __future__ import annotations

import logging
import secrets

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from learn.db import in_words
from learn.errors import LearnError, Message
from learn.web.context import SignInNeeded, person_or_none, session
from learn.web.forms import TOKEN_FIELD, FormExpired, csrf_token
from learn.web.i18n import _, say
from learn.web.render import render
from learn.web.state import state

log = logging.getLogger("learn")
SECRET_FIELDS = frozenset({TOKEN_FIELD, "password", "new_password", "repeat", "code", "current"})

TITLES = {
    400: Message("This could not be read"),
    401: Message("Please sign in"),
    403: Message("This is not yours to open"),
    404: Message("There is nothing here"),
    405: Message("This cannot be done here"),
    409: Message("Something has changed in the meantime"),
    413: Message("This file is too large"),
    422: Message("This cannot be accepted"),
    429: Message("Too many attempts"),
    500: Message("Something went wrong on our side"),
    503: Message("The system is busy"),
}
TEXTS = {
    400: Message("The request was not in a form that this page understands."),
    404: Message("The address is wrong, or the page is not for you."),
    405: Message("This address is used in another way. Go back and use the button there."),
    413: Message("Choose a smaller file and send it again."),
    429: Message("Please wait a little, then try again."),
    500: Message("It has been noted. What was saved before is safe."),
    503: Message("Nothing was changed. Please try again in a moment."),
}


def answer_learn_error(error: LearnError) -> ResponseReturnValue:
    """Answer an error of Learn's own family with its message."""
    if sent_by_script():
        return _answer_script(error)
    if isinstance(error, SignInNeeded):
        return _to_sign_in()
    if isinstance(error, FormExpired):
        return _send_again(error)
    return error_page(error.status, say(error.message))


def sent_by_script() -> bool:
    """Return whether the page's own script asks, which shows the sentence where it stands."""
    return request.headers.get("X-Requested-With") == "fetch"


def _answer_script(error: LearnError) -> ResponseReturnValue:
    reply = {"message": say(error.message)}
    if isinstance(error, FormExpired):
        reply["csrf_token"] = csrf_token()  # it puts the new one in and sends again
    return jsonify(reply), error.status


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what Flask itself raises."""
    status = error.code or 500
    if status < 400:
        return error
    return error_page(status, say(TEXTS.get(status, TEXTS[400])))


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """Answer what nobody expected: a number for support, and nothing of the person in the log.

    Where two acted at once and the database ended the transaction of one, that one is told so.
    """
    known = in_words(error) if isinstance(error, DBAPIError) else None
    if known is not None:
        session().rollback()  # until then it takes no more statements
        return answer_learn_error(known)
    number = secrets.token_hex(4)
    log.error("unexpected error %s in %s", number, request.endpoint, exc_info=error)
    return error_page(500, say(TEXTS[500]), number)


def error_page(status: int, text: str, number: str | None = None) -> ResponseReturnValue:
    """Return the page for an error; `number` is what support asks for."""
    title = say(TITLES.get(status, TITLES[400 if status < 500 else 500]))
    page = render(
        "learn/errors/error.html",
        title=title, happened=text, reference=number,
    )  # fmt: skip
    return page, status


def _to_sign_in() -> ResponseReturnValue:
    people = state().people
    target = request.full_path.rstrip("?") if request.method == "GET" else url_for("learn.home")
    if people is not None:
        return redirect(people.sign_in_url(target), 303)
    return error_page(401, _("Please sign in first."))


def _send_again(error: FormExpired) -> ResponseReturnValue:
    """Show the form's fields again with a fresh token: nothing that was typed is lost."""
    if person_or_none() is None:
        return error_page(error.status, say(error.message))
    fields = [
        (name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS
    ]
    page = render("learn/errors/expired.html", fields=fields, action=request.full_path.rstrip("?"))
    return page, error.status
