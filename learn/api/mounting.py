"""The API in an application: its blueprint with every operation, errors, and headers."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from learn.api import (
    analysis,
    assignments,
    attempts,
    claims,
    completions,
    courses,
    framework,
    grading,
    hr,
    jobs,
    levels,
    match,
    me,
    mentoring,
    notices,
    openapi,
    overrides,
    people,
    problems,
    question_files,
    quiz_reports,
    records_import,
    trainings,
)
from learn.api.blueprint import BASE, api
from learn.errors import LearnError
from learn.web import headers
from learn.web.i18n import COOKIE, LANGUAGES
from learn.web.state import State

MODULES = (
    analysis,
    assignments,
    attempts,
    claims,
    completions,
    courses,
    framework,
    grading,
    hr,
    jobs,
    levels,
    match,
    me,
    mentoring,
    notices,
    openapi,
    overrides,
    people,
    question_files,
    quiz_reports,
    trainings,
    records_import,
)


def mount_api(app: Flask, _built: State, prefix: str) -> None:
    """Register the API below `prefix`; whatever goes wrong there is told as a problem document.

    Addresses and methods that the API does not have never reach its blueprint, so one hook of the
    application answers them.
    """
    base = prefix + BASE
    app.register_blueprint(api, url_prefix=base)

    @app.before_request
    def answer_what_is_no_operation() -> Response | None:
        error = request.routing_exception
        below = request.path == base or request.path.startswith(base + "/")
        if error is None or not below or isinstance(error, RequestRedirect):
            return None
        choose_language()
        return finish(problems.answer_http_error(error))


@api.before_request
def choose_language() -> None:
    """Take the language that the request asks for, unless one was chosen by hand."""
    named = LanguageAccept([each for each in request.accept_languages if each[0] != "*"])
    wanted = named.best_match(list(LANGUAGES))
    if wanted is not None and request.cookies.get(COOKIE) not in LANGUAGES:
        g.learn_language = wanted


@api.after_request
def finish(response: Response) -> Response:
    """Security headers, no keeping, and packing."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.update(["Accept-Language", "Authorization", "Cookie"])
    return headers.pack(headers.secure(response))


@api.errorhandler(LearnError)
def _learn_error(error: LearnError) -> Response:
    return problems.answer_learn_error(error)


@api.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    return problems.answer_http_error(error)


@api.errorhandler(Exception)
def _unexpected(error: Exception) -> Response:
    return problems.answer_unexpected(error)
