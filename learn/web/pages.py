"""All pages together: the blueprint with every view, what templates see, and errors."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException

from learn.errors import LearnError, NotFound
from learn.web import errors, headers, static
from learn.web.account.privacy import notice_waits
from learn.web.blueprint import pages
from learn.web.context import SAFE, close_session, person_or_none
from learn.web.forms import check_token
from learn.web.i18n import LANGUAGES, language
from learn.web.navigation import navigation, tabs
from learn.web.notices.own import unread_here
from learn.web.state import State, state

VIEWS = (
    "figures_here",
    "framework_here",
    "health",
    "home",
    "jobs",
    "noting",
    "team",
    "account.corrections",
    "account.my_data",
    "account.privacy",
    "account.signing",
    "admin.certificate_design",
    "admin.hours_figures",
    "admin.measures",
    "admin.overview",
    "admin.people",
    "admin.people_import",
    "admin.roles",
    "admin.units",
    "assignments.due",
    "assignments.person",
    "assignments.rules",
    "claims.own",
    "claims.verification",
    "courses.reading",
    "framework.draft",
    "framework.edit",
    "framework.imports",
    "framework.level_names",
    "framework.requirements",
    "framework.requirements_in",
    "framework.versions",
    "hr.bulk",
    "hr.bulk_past",
    "hr.completions",
    "hr.export",
    "hr.match",
    "hr.match_index",
    "hr.matrix",
    "hr.overview",
    "hr.people",
    "hr.person",
    "hr.records_import",
    "hr.siasn",
    "hr.siasn_sheets",
    "levels.assessing",
    "levels.imports",
    "levels.prior",
    "levels.why",
    "mentoring.acts",
    "mentoring.approvals",
    "mentoring.own",
    "mentoring.team",
    "notices.own",
    "quizzes.answer_files",
    "quizzes.attempts",
    "quizzes.grading",
    "quizzes.grading_one",
    "quizzes.start",
    "record.badges",
    "record.certificates",
    "record.own",
    "studio.adding",
    "studio.analysis",
    "studio.attempts",
    "studio.course",
    "studio.courses",
    "studio.files",
    "studio.override_sheets",
    "studio.overrides",
    "studio.preview",
    "studio.publish",
    "studio.questions_in",
    "studio.regrading",
    "studio.results",
    "studio.upload",
    "studio.versions",
    "trainings.attendance",
    "trainings.organising",
    "trainings.sheets",
    "trainings.taking_part",
    "trainings.team",
)
"""Modules below `learn.web` that add views to the blueprint, or what happens before and after each request."""

for _name in VIEWS:
    import_module(f"learn.web.{_name}")

pages.add_url_rule("/static/<path:name>", "static_file", static.static_file)
pages.add_url_rule("/media/<digest>/<path:name>", "media_file", static.media_file)
pages.add_url_rule("/sw.js", "service_worker", static.service_worker)


def mount_pages(app: Flask, built: State, prefix: str) -> None:
    """Register all pages below `prefix`, and what they need around them."""
    app.register_blueprint(pages, url_prefix=prefix or None)
    for page in built.pages:
        app.add_url_rule(prefix + page.path, f"learn.{page.key}", page.view)
    app.teardown_appcontext(close_session)


@pages.before_request
def refuse_impossible_addresses() -> None:
    """What no database can hold is nowhere: a NUL sign in a text, a number beyond 8 bytes."""
    for part in (request.view_args or {}).values():
        if (isinstance(part, str) and "\0" in part) or (isinstance(part, int) and part >= 2**63):
            raise NotFound(errors.TEXTS[404])


@pages.before_request
def refuse_forged_forms() -> None:
    """Whatever changes something carries the token."""
    if request.method not in SAFE:
        check_token()


@pages.after_request
def finish(response: Response) -> Response:
    """Security headers, then packing."""
    return headers.pack(headers.secure(response))


@pages.errorhandler(LearnError)
def _learn_error(error: LearnError) -> Any:
    return errors.answer_learn_error(error)


@pages.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Any:
    return errors.answer_http_error(error)


@pages.errorhandler(Exception)
def _unexpected(error: Exception) -> Any:
    return errors.answer_unexpected(error)


@pages.context_processor
def what_templates_see() -> dict[str, Any]:
    """Return the person, the places and the choices that every page shows."""
    places = navigation()
    theme = request.cookies.get("learn_theme", "auto")
    settings = state().settings
    return {
        "language": language(),
        "languages": LANGUAGES,
        "theme": theme if theme in {"light", "dark"} else "auto",
        "site_name": settings.site_name,
        "layout": settings.layout or None,
        "service_worker_url": url_for("learn.service_worker"),
        "person": person_or_none(),
        "notice_waits": notice_waits(),
        "unread_notices": unread_here(),
        "nav": places,
        "tabs": tabs(places),
    }
