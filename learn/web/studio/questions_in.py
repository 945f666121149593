"""Questions of other systems in the studio: first a report of every question, then an explicit choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learn.errors import Conflict, Invalid, LearnError, Message
from learn.interchange.formats import READABLE, WRITABLE
from learn.interchange.model import VERDICTS, Entry, Exported, Imported
from learn.quizzes.source.writing import grammar_of, written
from learn.web.blueprint import pages
from learn.web.context import now, only_read, person, session
from learn.web.forms import Form
from learn.web.i18n import _, ngettext, say
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import OpenDraft

if TYPE_CHECKING:
    from learn.publishing.question_files import Arrived

FORMAT_NAMES = {"gift": "GIFT", "aiken": "Aiken", "moodle-xml": "Moodle XML", "qti": "QTI"}
_MOST_SHOWN = 200
"""Questions whose text a report shows; of all it says what became of them."""


class ImportForm(Form):
    """A file of questions, and the quiz that they go into."""

    file = FileField()
    quiz = StringField(validators=[InputRequired(), Length(max=64)])
    format = SelectField(validators=[Optional()], choices=[])


def doors() -> Any:
    """Return the module that takes questions in and out; only who does so waits for it to load."""
    return import_module("learn.publishing.question_files")


@dataclass(frozen=True)
class EntryLine:
    """What became of one question; `text` is how it stands in the quiz."""

    entry: Entry
    notes: list[tuple[str, str, int]]
    text: str


def _form(quiz: str = "", formdata: Any = None) -> Any:
    form: Any = ImportForm(formdata, quiz=quiz)
    form.file.label.text = _("File with questions")
    form.file.description = _(
        "GIFT, Aiken, Moodle XML, or QTI 2.1 and 3.0. Nothing is taken in before you have seen the report."
    )
    form.quiz.label.text = _("Quiz")
    form.quiz.description = _(
        "The key of a quiz of this course, which gets the questions at its end; a new key begins a new quiz."
    )
    form.format.label.text = _("Format")
    form.format.choices = [
        ("", _("as the file shows")),
        *((key, FORMAT_NAMES[key]) for key in READABLE),
    ]
    return form


@pages.get("/studio/<course>/questions")
def studio_import(course: str) -> ResponseReturnValue:
    """Show the form for a file of questions."""
    form = _form(request.args.get("quiz", "")[:64])
    return render("learn/studio/import.html", **OpenDraft(course).page("course"), form=form)


@pages.post("/studio/<course>/questions")
def studio_check_import(course: str) -> ResponseReturnValue:
    """Report what became of each question; the draft is not touched."""
    only_read()
    open_draft = OpenDraft(course)
    form = _form(formdata=request.form)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not form.validate() or not content:
        if not content:
            form.file.errors = [_("Choose a file.")]
        return render("learn/studio/import.html", **open_draft.page("course"), form=form), 422
    try:
        arrived = _arrived(course, form.quiz.data.strip(), content, form.format.data or None)
    except LearnError as error:
        form.file.errors = [say(error.message)]
        return render(
            "learn/studio/import.html", **open_draft.page("course"), form=form
        ), error.status
    imported = arrived.imported
    return render(
        "learn/studio/imported.html",
        **open_draft.page("course"),
        quiz=form.quiz.data.strip(),
        format=form.format.data or "",
        format_name=FORMAT_NAMES.get(imported.format, imported.format),
        lines=_lines(imported),
        notes=[(note.verdict, say(note.message)) for note in imported.notes],
        counts=[(verdict, imported.counted(verdict)) for verdict in VERDICTS],
        is_new=arrived.is_new,
        seen=arrived.seen,
        more=arrived.quizzes[1:],
        digest=state().storage.put(content) if imported.blocks else "",
    )


def _arrived(course: str, quiz: str, content: bytes, format_: str | None) -> Arrived:
    standards = state().standards()
    imported = doors().read_file(content, standards, format_)
    arrived: Arrived = doors().try_import(session(), imported, course, quiz, standards)
    return arrived


def _lines(imported: Imported) -> list[EntryLine]:
    grammars = {kind.key: kind.grammar for kind in state().question_types}
    texts = {
        block.key: written(block, grammar_of(block, grammars))
        for block in imported.blocks[:_MOST_SHOWN]
    }
    return [
        EntryLine(
            entry,
            [(note.verdict, say(note.message), note.line) for note in entry.notes],
            texts.get(entry.key, ""),
        )
        for entry in imported.entries
    ]


@pages.post("/studio/<course>/questions/take")
def studio_take_import(course: str) -> ResponseReturnValue:
    """Add the chosen questions of the file to the quiz."""
    who = person()
    OpenDraft(course)
    content = state().storage.get(request.form.get("digest", ""))
    if content is None:
        raise Invalid(Message("The uploaded file is no longer here; please upload it again."))
    quiz = request.form.get("quiz", "").strip()
    standards = state().standards()
    imported = _chosen(doors().read_file(content, standards, request.form.get("format") or None))
    if not imported.blocks:
        flash(_("Nothing was taken in; all drafts are as they were."))
        return redirect(url_for("learn.studio_course", course=course, _anchor="quizzes"), 303)
    arrived = doors().try_import(session(), imported, course, quiz, standards)
    if request.form.get("seen", "") != arrived.seen:  # also the second of two clicks
        raise Conflict(
            Message("The quiz was changed meanwhile; nothing was added. Read the file again.")
        )
    doors().take_in(session(), state().storage, arrived, actor_id=who.id, now=now())
    session().commit()
    flash(ngettext("%(num)s question was added to the quiz.",
                   "%(num)s questions were added to the quiz.", len(imported.blocks)), "good")  # fmt: skip
    return redirect(url_for("learn.studio_check", course=course), 303)


def _chosen(imported: Imported) -> Imported:
    """Return what was ticked; questions are counted in the order of the file."""
    wanted = set(request.form.getlist("take"))
    keys = [block.key for block in imported.blocks]
    blocks = tuple(block for number, block in enumerate(imported.blocks) if str(number) in wanted)
    left = {block.key for block in blocks}
    entries = tuple(
        entry for entry in imported.entries if entry.key in left or entry.key not in keys
    )
    return replace(imported, blocks=blocks, entries=entries)


@pages.get("/studio/<course>/quizzes/<quiz>/export")
def studio_export_quiz(course: str, quiz: str) -> ResponseReturnValue:
    """Show in which formats a quiz can be taken away, and what one of them would lose."""
    open_draft = OpenDraft(course)
    chosen = request.args.get("format", "")
    made, problem = None, ""
    if chosen in WRITABLE:
        try:
            made = _exported(course, quiz, chosen)
        except LearnError as error:
            problem = say(error.message)
    return render(
        "learn/studio/export_quiz.html",
        **open_draft.page("course"),
        quiz=quiz,
        formats=[(key, FORMAT_NAMES[key]) for key in WRITABLE],
        chosen=chosen if made or problem else "",
        problem=problem,
        lines=_losses(made),
        notes=[say(note.message) for note in made.notes] if made else [],
    )


def _exported(course: str, quiz: str, format_: str) -> Exported:
    made: Exported = doors().export_quiz(
        session(), state().storage, course, quiz, format_, state().standards()
    )
    return made


def _losses(made: Exported | None) -> list[EntryLine]:
    entries = made.entries if made else ()
    return [
        EntryLine(entry, [(note.verdict, say(note.message), note.line) for note in entry.notes], "")
        for entry in entries
        if entry.notes
    ]


@pages.get("/studio/<course>/quizzes/<quiz>/export/<format>")
def studio_download_quiz(course: str, quiz: str, format: str) -> ResponseReturnValue:
    """Send the questions of a quiz as a file of another system."""
    OpenDraft(course)
    made = _exported(course, quiz, format)
    name = f"{course}-{quiz}{made.suffix}"
    answer = Response(made.content, mimetype=made.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
