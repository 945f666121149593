"""One course in the studio: its texts in their order, what is wrong with it, and taking it along."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Message, NotFound
from learn.publishing.drafts import FileNow, delete_file, reorder_modules
from learn.publishing.history import versions_of
from learn.publishing.services import export_zip
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.i18n import _, language
from learn.web.quizzes.grading import has_manual, waiting_answers
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import OpenDraft, file_url, problem_lines


@dataclass
class TextGroup:
    """A text in all its languages: the course's own, a module or a quiz.

    `languages` are pairs of a language code ("" for the main one) and the address of its editor.
    """

    kind: str
    key: str
    title: str
    languages: list[tuple[str, str]] = field(default_factory=list)
    path: str = ""
    problems: int = 0
    module: str = ""
    preview: str = ""

    @property
    def url(self) -> str:
        """Return the editor of the main text."""
        return file_url(self.path) if self.path else self.languages[0][1]


def text_groups(open_draft: OpenDraft) -> list[TextGroup]:
    """Return all texts of a course: course.md, the modules in their order, the quizzes."""
    groups: dict[tuple[str, str], TextGroup] = {}
    for file in open_draft.files:
        if not file.path.endswith(".md"):
            continue
        kind, key, code = _place(file)
        group = groups.setdefault((kind, key), TextGroup(kind, key, key))
        group.languages.append((code, file_url(file.path)))
        if not code:
            group.path = file.path
        group.problems += sum(problem.path == file.path for problem in open_draft.problems)
    order = {"course": 0, "module": 1, "quiz": 2, "other": 3}
    found = sorted(groups.values(), key=lambda each: (order[each.kind], each.key))
    for group in found:
        _describe(group, open_draft)
    return found


def _place(file: FileNow) -> tuple[str, str, str]:
    """Return kind, key and language code of a text by its name."""
    folder, _course, name = file.path.split("/")
    key, _dot, code = name.removesuffix(".md").partition(".")
    if folder == "quizzes":
        return ("other" if key == "README" else "quiz"), key, code
    if key == "course":
        return "course", key, code
    return ("module" if key[:2].isdigit() and "-" in key else "other"), key, code


def _describe(group: TextGroup, open_draft: OpenDraft) -> None:
    version, course = open_draft.version, open_draft.course
    if version is None:
        return
    if group.kind == "course":
        group.title, group.preview = version.title(language()), url_for(
            "learn.studio_preview", course=course
        )  # fmt: skip
    elif group.kind == "module" and (module := version.module(group.key)):
        group.title = module.title(language())
        group.preview = url_for("learn.studio_preview_module", course=course, module=group.key)
    elif group.kind == "quiz" and (quiz := version.quiz(group.key)):
        group.title, group.module = quiz.title(language()), quiz.module or ""
        group.preview = url_for("learn.studio_preview_quiz", course=course, quiz=group.key)


@pages.get("/studio/<course>/")
def studio_course(course: str) -> ResponseReturnValue:
    """Show the texts of a course, with the buttons that add, order and take away."""
    open_draft = OpenDraft(course)
    groups = text_groups(open_draft)
    current = next((line for line in versions_of(session(), course) if line.current), None)
    return render(
        "learn/studio/course.html",
        **open_draft.page("course"),
        about=[group for group in groups if group.kind in {"course", "other"}],
        modules=[group for group in groups if group.kind == "module"],
        quizzes=[group for group in groups if group.kind == "quiz"],
        media=open_draft.media(),
        current=current,
        to_grade=waiting_answers().get(course, 0),
        graded_by_people=open_draft.version is not None and has_manual(open_draft.version),
        file_url=file_url,
    )


@pages.get("/studio/<course>/check")
def studio_check(course: str) -> ResponseReturnValue:
    """Show everything that is wrong, each with its line, as a link into the editor."""
    open_draft = OpenDraft(course)
    texts = {file.path: file.text for file in open_draft.files}
    return render(
        "learn/studio/check.html",
        **open_draft.page("check"),
        problems=problem_lines(open_draft.problems, texts),
        warnings=problem_lines(open_draft.warnings, texts),
    )


@pages.post("/studio/<course>/order")
def studio_order(course: str) -> ResponseReturnValue:
    """Move a module up or down: all are numbered anew, and what names them follows."""
    who, open_draft = person(), OpenDraft(course)
    keys = [group.key for group in text_groups(open_draft) if group.kind == "module"]
    direction, _stroke, module = request.form.get("move", "").partition(":")
    if module not in keys or direction not in {"up", "down"}:
        raise NotFound(Message("This course has no such module; it may have been renamed."))
    place = keys.index(module)
    other = min(len(keys) - 1, max(0, place + (1 if direction == "down" else -1)))
    keys[place], keys[other] = keys[other], keys[place]
    reorder_modules(
        session(), state().storage, course, keys, seen=request.form.get("seen", ""),
        actor_id=who.id, now=now(),
    )  # fmt: skip
    session().commit()
    flash(_("The modules are in their new order; links to them were adapted."), "good")
    return redirect(url_for("learn.studio_course", course=course, _anchor="modules"), 303)


@pages.get("/studio/<course>/delete/<path:path>")
def studio_delete(course: str, path: str) -> ResponseReturnValue:
    """Ask before a file is taken away, and say what still names it."""
    open_draft = OpenDraft(course)
    file = open_draft.file(path)
    return render(
        "learn/studio/delete.html",
        **open_draft.page("course"),
        file=file,
        named_in=[each.path for each in open_draft.files if _names(each, file)],
        file_url=file_url,
    )


def _names(text: FileNow, file: FileNow) -> bool:
    """Return whether a text seems to name a file: a picture by its name, a module or quiz by its key."""
    name = file.path.rpartition("/")[2].removesuffix(".md")
    return text.path != file.path and text.text is not None and name in text.text


@pages.post("/studio/<course>/delete/<path:path>")
def studio_do_delete(course: str, path: str) -> ResponseReturnValue:
    """Take a file out of the draft; versions that have it keep it."""
    who, open_draft = person(), OpenDraft(course)
    delete_file(
        session(), course, open_draft.file(path).path, seen=request.form.get("seen", ""),
        actor_id=who.id, now=now(),
    )  # fmt: skip
    session().commit()
    flash(_("%(name)s was deleted from the draft.", name=path.rpartition("/")[2]), "good")
    return redirect(url_for("learn.studio_course", course=course), 303)


@pages.get("/studio/<course>/export.zip")
def studio_export(course: str) -> ResponseReturnValue:
    """Send the draft as a zip that another Learn, or a folder, takes in."""
    OpenDraft(course)
    content = export_zip(session(), state().storage, course)
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={course}.zip"
    return response
