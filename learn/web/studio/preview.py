"""The draft as a learner would see it: course page, modules and quizzes; it writes nothing."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Invalid, Message
from learn.progress import services
from learn.quizzes.terms import effective
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.courses.outline import worth_of
from learn.web.courses.reading import module_of
from learn.web.i18n import language, zone
from learn.web.quizzes.start import quiz_of
from learn.web.render import render
from learn.web.state import state
from learn.web.static import YEAR
from learn.web.studio.drafts import OpenDraft, file_url
from learn.web.studio.questions import question_previews

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion


def _version(open_draft: OpenDraft) -> CourseVersion:
    if open_draft.version is None:
        raise Invalid(
            Message("course.md cannot be read yet; put its problems right, then look again.")
        )
    return open_draft.version


@pages.get("/studio/<course>/preview/")
def studio_preview(course: str) -> ResponseReturnValue:
    """Show the course page of the draft."""
    open_draft = OpenDraft(course)
    version = _version(open_draft)
    return render(
        "learn/studio/preview_course.html",
        **open_draft.page("preview"),
        version=version,
        description=open_draft.shown(version.description(language())),
        outline=_outline(version),
        explained=services.explain(session(), None, version, person().id, now=now()),
        titles=_titles(version),
        worth=worth_of(version),
        file_url=file_url,
    )


def _titles(version: CourseVersion) -> dict[str, str]:
    titles = {module.key: module.title(language()) for module in version.modules}
    return titles | {quiz.key: quiz.title(language()) for quiz in version.quizzes.values()}


def _outline(version: CourseVersion) -> list[dict[str, object]]:
    """Return the lines of the outline in the learner's order, banks left out."""
    course = version.course

    def quiz_lines(module: str | None, *roles: str) -> list[dict[str, object]]:
        return [
            {
                "kind": "quiz", "key": quiz.key, "title": quiz.title(language()),
                "count": quiz.question_count, "role": quiz.role,
                "url": url_for("learn.studio_preview_quiz", course=course, quiz=quiz.key),
            }
            for quiz in version.quizzes_of(module)
            if quiz.role != "bank" and ((quiz.role in roles) if roles else quiz.role != "pretest")
        ]  # fmt: skip

    lines = quiz_lines(None, "pretest")
    for module in version.modules:
        url = url_for("learn.studio_preview_module", course=course, module=module.key)
        lines.append({"kind": "module", "key": module.key, "title": module.title(language()),
                      "minutes": module.minutes, "url": url})  # fmt: skip
        lines += quiz_lines(module.key)
    return lines + quiz_lines(None)


@pages.get("/studio/<course>/preview/<module>/")
def studio_preview_module(course: str, module: str) -> ResponseReturnValue:
    """Show a module of the draft as it will be read."""
    open_draft = OpenDraft(course)
    version = _version(open_draft)
    shown = module_of(version, module)
    before, after = version.around(module)
    return render(
        "learn/studio/preview_module.html",
        **open_draft.page("preview"),
        version=version,
        module=shown,
        body=open_draft.shown(shown.html(language())),
        before=before,
        after=after,
        file_url=file_url,
    )


@pages.get("/studio/<course>/preview/quizzes/<quiz>/")
def studio_preview_quiz(course: str, quiz: str) -> ResponseReturnValue:
    """Show a quiz of the draft as the learner sees it, all questions at once; nothing is handed in."""
    open_draft = OpenDraft(course)
    version = _version(open_draft)
    shown = version.quiz(quiz)
    if shown is None or shown.role != "bank":
        shown = quiz_of(version, quiz)
    intro = shown.intro.get(language()) or next(iter(shown.intro.values()), "")
    return render(
        "learn/studio/preview_quiz.html",
        **open_draft.page("preview"),
        version=version,
        quiz=shown,
        terms=effective(shown, (), zone()),
        intro=open_draft.shown(intro),
        questions=question_previews(open_draft, shown, language()),
        file_url=file_url,
    )


@pages.get("/studio/<course>/media/<digest>/<name>")
def studio_media(course: str, digest: str, name: str) -> ResponseReturnValue:
    """Answer a picture or other file of the draft; it runs nothing."""
    open_draft = OpenDraft(course)
    file = next((each for each in open_draft.media() if each.digest == digest), None)
    if file is None:
        abort(404)
    content = file.text.encode() if file.text is not None else state().storage.get(digest)
    if content is None:
        abort(404)
    kind = mimetypes.guess_type(file.path)[0] or "application/octet-stream"
    response = Response(content, mimetype=kind)
    response.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return response
