"""All pages together: the blueprint with every view, what templates see, and errors."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException

from learn.errors import LearnError, NotFound

# most of these are imported for their views, which stand in the blueprint from then on
from learn.web import (  # noqa: F401
    account,
    admin,
    admin_people,
    admin_roles,
    admin_units,
    answer_files,
    assessing,
    assignments,
    assignments_person,
    attempts,
    badges,
    bulk,
    bulk_pages,
    certificate_design,
    certificates,
    claims,
    competencies,
    corrections,
    courses,
    due,
    errors,
    figures_here,
    framework,
    framework_draft,
    framework_edit,
    framework_here,
    framework_import,
    framework_requirements,
    framework_requirements_in,
    grading,
    grading_one,
    headers,
    health,
    home,
    hours_figures,
    hr,
    hr_export,
    hr_lists,
    hr_matrix,
    hr_people,
    hr_person,
    jobs,
    levels_import,
    match,
    match_index,
    mentoring,
    mentoring_acts,
    mentoring_approvals,
    mentoring_team,
    my_data,
    notices,
    noting,
    people_import,
    prior,
    privacy,
    quizzes,
    record,
    records_import,
    siasn,
    siasn_sheets,
    static,
    studio,
    studio_adding,
    studio_analysis,
    studio_attempts,
    studio_course,
    studio_files,
    studio_override_sheets,
    studio_overrides,
    studio_preview,
    studio_publish,
    studio_questions_in,
    studio_regrading,
    studio_results,
    studio_upload,
    studio_versions,
    team,
    trainings,
    trainings_attendance,
    trainings_manage,
    trainings_sheets,
    trainings_team,
    verification,
)
from learn.web.blueprint import pages
from learn.web.context import SAFE, close_session, person_or_none
from learn.web.forms import check_token
from learn.web.i18n import LANGUAGES, language
from learn.web.navigation import navigation, tabs
from learn.web.notices import unread_here
from learn.web.privacy import notice_waits
from learn.web.state import State, state

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
