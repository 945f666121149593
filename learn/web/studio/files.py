"""The editor: a text of the draft, its preview and its problems side by side; saving never loses a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.courses.source import MAX_BYTES
from learn.errors import Conflict, Invalid, LearnError, Message
from learn.publishing.drafts import EditedMeanwhile, FileNow, save_file, typed_text
from learn.publishing.services import compile_edited
from learn.publishing.trees import difference
from learn.quizzes.questions import text_in
from learn.web.blueprint import pages
from learn.web.context import now, only_read, person, session
from learn.web.i18n import _, language, say, time_text
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import OpenDraft, ProblemLine, file_url, problem_lines
from learn.web.studio.questions import QuestionPreview, question_previews
from learn.web.studio.texts import DiffLine, diff_lines

if TYPE_CHECKING:
    from learn.publishing.compiler import Compiled
    from learn.quizzes.quiz import Quiz

MOST_QUESTIONS = 60
"""So many questions are shown beside the text; a page of its own shows all."""


@dataclass(frozen=True)
class FilePreview:
    """How a text would look, and what is wrong with it."""

    path: str
    html: str
    questions: list[QuestionPreview]
    quiz: Quiz | None
    problems: list[ProblemLine]
    intro: str = ""

    @property
    def left_out(self) -> int:
        """Return how many questions are not shown here."""
        return len(self.quiz.questions) - len(self.questions) if self.quiz else 0

    @property
    def kind(self) -> str:
        """Return what the text is: quiz, picture, captions or text."""
        if self.path.startswith("quizzes/") and self.path.endswith(".md"):
            return "quiz"
        return {"svg": "picture", "vtt": "captions"}.get(self.path.rpartition(".")[2], "text")


def file_preview(open_draft: OpenDraft, path: str, text: str, compiled: Compiled) -> FilePreview:
    """Return the preview of a text out of the compiled course that holds it."""
    problems = [problem for problem in compiled.problems if problem.path == path]
    quiz, questions = None, []
    if path.startswith("quizzes/"):
        key, _dot, code = path.rpartition("/")[2].removesuffix(".md").partition(".")
        quiz = compiled.quizzes.get(key)
        own = f"{open_draft.course}/{key}"
        questions = question_previews(
            open_draft, quiz, code or open_draft.language, own, MOST_QUESTIONS
        )
    html = open_draft.shown(compiled.pages.get(path, ""))
    intro = open_draft.shown(text_in(quiz.intro, language())) if quiz else ""
    lines = problem_lines(problems, {path: text})
    return FilePreview(path, html, questions, quiz, lines, intro)


@pages.get("/studio/<course>/files/<path:path>")
def studio_file(course: str, path: str) -> ResponseReturnValue:
    """Show a text in the editor, at ``?line=`` when a problem leads there."""
    open_draft = OpenDraft(course)
    file = open_draft.file(path)
    if file.text is None:
        name = path.rpartition("/")[2]
        return redirect(url_for("learn.studio_show_media", course=course, name=name))
    shown = file_preview(open_draft, path, file.text, open_draft.compiled)
    return _editor(open_draft, file, file.text, shown)


def _editor(
    open_draft: OpenDraft, file: FileNow, text: str, shown: FilePreview, **more: Any
) -> str:
    path = file.path
    main, _dot, _rest = path.rpartition("/")[2].partition(".")
    stem = f"{path.rpartition('/')[0]}/{main}."
    values = {
        "file": file, "text": text, "revision": file.digest, "shown": shown, "unsaved": False,
        "name": path.rpartition("/")[2],
        "line": request.args.get("line", type=int),
        "translations": [each.path for each in open_draft.files
                      if each.path.startswith(stem) and each.path.endswith(".md")],
        "media": [each for each in open_draft.media() if each.path.startswith("courses/")],
        "learner_url": _learner_url(open_draft, path),
        "file_url": file_url,
    }  # fmt: skip
    return render("learn/studio/file.html", **{**open_draft.page("course"), **values, **more})


def _learner_url(open_draft: OpenDraft, path: str) -> str:
    """Return the page on which a learner would see the text; empty when there is none."""
    version, course = open_draft.version, open_draft.course
    folder, _course, name = path.split("/")
    key = name.partition(".")[0]
    if version is None or not path.endswith(".md"):
        return ""
    if folder == "quizzes":
        known = version.quiz(key) is not None
        return url_for("learn.studio_preview_quiz", course=course, quiz=key) if known else ""
    if key == "course":
        return url_for("learn.studio_preview", course=course)
    known = version.module(key) is not None
    return url_for("learn.studio_preview_module", course=course, module=key) if known else ""


def _typed() -> str:
    """Return the text as it was typed, without NUL signs (no database takes them all)."""
    return request.form.get("text", "").replace("\x00", "")


def _size_checked(text: str) -> str:
    if len(text) > MAX_BYTES:
        raise Invalid(Message("The text is larger than 200 kB; divide it into several files."))
    return text


@pages.post("/studio/<course>/files/<path:path>")
def studio_save(course: str, path: str) -> ResponseReturnValue:
    """Save the text, or (with another button) show its preview and keep it in the form."""
    if request.form.get("go", "save") != "save":
        only_read()
        return _preview_page(OpenDraft(course), path)
    open_draft = OpenDraft(course)
    file = open_draft.file(path)
    try:
        _save(open_draft, file)
    except EditedMeanwhile as error:
        return _conflict_page(open_draft, path, error)
    except LearnError as error:
        shown = file_preview(open_draft, path, _typed(), open_draft.compiled)
        page = _editor(open_draft, file, _typed(), shown, problem=error, unsaved=True,
                       revision=request.form.get("revision", ""))  # fmt: skip
        return page, error.status
    session().commit()
    flash(_("Saved in the draft."), "good")
    return redirect(file_url(path), 303)


def _save(open_draft: OpenDraft, file: FileNow) -> FileNow:
    if file.text is None:
        raise Conflict(Message("This file is not text that can be edited here."))
    content = typed_text(_size_checked(_typed()), file.text)
    return save_file(
        session(), state().storage, open_draft.course, file.path, content,
        seen=request.form.get("revision", ""), actor_id=person().id, now=now(),
    )  # fmt: skip


def _conflict_page(open_draft: OpenDraft, path: str, error: EditedMeanwhile) -> ResponseReturnValue:
    theirs, mine = error.extra["theirs"] or "", error.extra["mine"] or ""
    page = render(
        "learn/studio/conflict.html",
        **open_draft.page("course"),
        path=path,
        mine=mine,
        theirs=theirs,
        seen=error.extra["seen"] or "",
        lines=_lines(theirs, mine, path),
        file_url=file_url,
    )
    return page, error.status


def _lines(theirs: str, mine: str, path: str) -> list[DiffLine]:
    return diff_lines(difference({path: theirs}, {path: mine}))


@pages.post("/studio/<course>/autosave/<path:path>")
def studio_autosave(course: str, path: str) -> ResponseReturnValue:
    """Save what is being typed (sent by the page itself); a text that is newer here is not overwritten."""
    open_draft = OpenDraft(course)
    try:
        saved = _save(open_draft, open_draft.file(path))
    except EditedMeanwhile as error:
        words = _("Somebody else changed this text. Press Save to see both; yours is kept here.")
        return jsonify(message=words, mine=error.extra["mine"], theirs=error.extra["theirs"],
                       seen=error.extra["seen"]), error.status  # fmt: skip
    except LearnError as error:
        return jsonify(message=say(error.message)), error.status
    session().commit()
    return jsonify(saved_at=time_text(now()), fields={"revision": saved.digest})


@pages.post("/studio/<course>/render/<path:path>")
def studio_render(course: str, path: str) -> ResponseReturnValue:
    """Answer the preview and the problems of what is being typed; nothing is saved."""
    only_read()
    open_draft = OpenDraft(course)
    open_draft.file(path)
    return render(
        "learn/studio/_preview.html", shown=_rendered(open_draft, path), language=language()
    )


def _preview_page(open_draft: OpenDraft, path: str) -> ResponseReturnValue:
    shown = _rendered(open_draft, path)
    revision = request.form.get("revision", "")
    file = open_draft.file(path)
    return _editor(
        open_draft, file, _typed(), shown, revision=revision,
        unsaved=typed_text(_typed(), file.text) != (file.text or "").encode(), previewed=True,
    )  # fmt: skip


def _rendered(open_draft: OpenDraft, path: str) -> FilePreview:
    text = _size_checked(_typed()).replace("\r\n", "\n")
    compiled = compile_edited(
        session(), state().storage, open_draft.course, path, text, state().standards()
    )
    return file_preview(open_draft, path, text, compiled)
