"""Adding to a course: a module, a quiz, a translation, a picture with the words that describe it."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from learn.courses.content import COURSE_KEY
from learn.courses.media import GOOD_NAME, MAX_MEDIA_BYTES, is_media, media_problems, suffix_of
from learn.errors import Conflict, LearnError, Message, NotFound
from learn.publishing.drafts import save_file
from learn.publishing.skeletons import module_text, name_of, quiz_text, translation_text
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.forms import Form, SelectChoice
from learn.web.i18n import _, language, say
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.course import text_groups
from learn.web.studio.drafts import OpenDraft, file_url

LANGUAGE = re.compile(r"^[a-z]{2,3}$")
PICTURES = frozenset({"png", "jpg", "jpeg", "webp", "gif", "svg"})


class ModuleForm(Form):
    """A new module."""

    title = StringField(validators=[InputRequired(), Length(max=200)])


class QuizForm(Form):
    """A new quiz: its title, what it is for, and the module it belongs to."""

    title = StringField(validators=[InputRequired(), Length(max=200)])
    key = StringField(validators=[Optional(), Length(max=60), Regexp(COURSE_KEY)])
    role = RadioField(default="module")
    module = SelectField(validators=[Optional()])


class LanguageForm(Form):
    """A text in another language."""

    text = SelectField()
    code = StringField(validators=[InputRequired(), Regexp(LANGUAGE)], default="en")


class MediaForm(Form):
    """A picture, a recording, a film or a document, with the words that stand for it."""

    file = FileField()
    alt = StringField(validators=[Length(max=300)])
    decorative = BooleanField()


def module_form(formdata: Any = None) -> Any:
    """Return the form with its labels in the language of the request."""
    form: Any = ModuleForm(formdata)
    form.title.label.text = _("Title of the module")
    return form


def quiz_form(open_draft: OpenDraft, formdata: Any = None) -> Any:
    """Return the form with the modules of the course."""
    form: Any = QuizForm(formdata)
    form.title.label.text = _("Title of the quiz")
    form.key.label.text = _("Key")
    form.key.description = _("Leave it empty to have it made from the title.")
    form.key.validators[-1].message = _("Write it with small letters, digits and hyphens.")
    form.role.label.text = _("What is it for?")
    form.role.choices = [
        SelectChoice("module", _("Quiz of a module: what was understood")),
        SelectChoice("final", _("Final test: passing the course may need it")),
        SelectChoice("pretest", _("Pre-test: what is known before; counts for nothing")),
        SelectChoice("practice", _("Practice: each answer is checked at once")),
        SelectChoice("bank", _("Question bank: a pool that other quizzes draw from")),
    ]
    form.module.label.text = _("Module that it belongs to")
    form.module.choices = [SelectChoice("", _("None: the course as a whole"))] + [
        SelectChoice(group.key, group.title)
        for group in text_groups(open_draft)
        if group.kind == "module"
    ]
    return form


def language_form(open_draft: OpenDraft, formdata: Any = None) -> Any:
    """Return the form with all texts that could be translated."""
    form: Any = LanguageForm(formdata)
    form.text.label.text = _("Text to translate")
    form.text.choices = [
        SelectChoice(group.path, group.title) for group in text_groups(open_draft) if group.path
    ]
    form.code.label.text = _("Language")
    form.code.description = _("A code of two or three letters, such as en, ban or jv.")
    form.code.validators[-1].message = _("Write a code of two or three small letters, such as en.")
    return form


def media_form(formdata: Any = None) -> Any:
    """Return the form with its labels in the language of the request."""
    form: Any = MediaForm(formdata)
    form.file.label.text = _("File")
    form.file.description = _(
        "A picture (PNG, JPEG, WebP, GIF, SVG), a film (MP4, WebM), a recording (MP3, Ogg), captions "
        "(VTT) or a document (PDF). Keep pictures under 500 kB: many readers have a slow link."
    )
    form.alt.label.text = _("What it shows")
    form.alt.description = _(
        "For people who cannot see it: say in a sentence what a reader should take from it."
    )
    form.decorative.label.text = _("It is mere decoration and needs no description")
    return form


def _forms(open_draft: OpenDraft, what: str, formdata: Any = None) -> Any:
    if what == "module":
        return module_form(formdata)
    if what == "quiz":
        return quiz_form(open_draft, formdata)
    if what == "language":
        return language_form(open_draft, formdata)
    return media_form(formdata)


def _page(open_draft: OpenDraft, what: str, form: Any, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/studio/add.html", **open_draft.page("course"), what=what, form=form,
        media=open_draft.media() if what == "media" else [], file_url=file_url,
    )  # fmt: skip
    return page, status


@pages.get("/studio/<course>/add/<any(module, quiz, language, media):what>")
def studio_add(course: str, what: str) -> ResponseReturnValue:
    """Show the form for what is to be added."""
    open_draft = OpenDraft(course)
    return _page(open_draft, what, _forms(open_draft, what))


@pages.post("/studio/<course>/add/<any(module, quiz, language):what>")
def studio_do_add(course: str, what: str) -> ResponseReturnValue:
    """Add a text to the draft and open it in the editor."""
    open_draft = OpenDraft(course)
    form = _forms(open_draft, what, request.form)
    if not form.validate():
        return _page(open_draft, what, form, 422)
    try:
        path, text = _new_text(open_draft, what, form)
        _save(open_draft, path, text.encode("utf-8", "replace"))
    except LearnError as error:
        form.form_errors.append(say(error.message))
        return _page(open_draft, what, form, error.status)
    return redirect(file_url(path), 303)


def _new_text(open_draft: OpenDraft, what: str, form: Any) -> tuple[str, str]:
    course, main = open_draft.course, open_draft.language
    if what == "language":
        return _translation(open_draft, form.text.data, form.code.data)
    title = form.title.data.replace("\x00", "").strip()
    groups = text_groups(open_draft)
    if what == "module":
        numbers = [int(group.key.split("-")[0]) for group in groups if group.kind == "module"]
        name = name_of(title) or "modul"
        path = f"courses/{course}/{max(numbers, default=0) + 1:02d}-{name}.md"
        return path, module_text(title, main)
    key = form.key.data or name_of(title) or "kuis"
    role, module = form.role.data, form.module.data or None
    return f"quizzes/{course}/{key}.md", quiz_text(title, main, role=role, module=module)


def _translation(open_draft: OpenDraft, path: str, code: str) -> tuple[str, str]:
    if code == open_draft.language:
        raise Conflict(Message("This is the main language of the course already."))
    main = open_draft.file(path)
    titles = {group.path: group.title for group in text_groups(open_draft)}
    new = f"{path.removesuffix('.md')}.{code}.md"
    return new, translation_text(main.text or "", titles.get(path, ""))


def _save(open_draft: OpenDraft, path: str, content: bytes) -> None:
    if any(file.path == path for file in open_draft.files):
        raise Conflict(Message("There is already a file %(path)s.", path=path))
    save_file(
        session(), state().storage, open_draft.course, path, content, seen=None,
        actor_id=person().id, now=now(),
    )  # fmt: skip
    session().commit()


@pages.post("/studio/<course>/add/media")
def studio_add_media(course: str) -> ResponseReturnValue:
    """Take a file in, checked by its content, and show the Markdown that puts it into a text."""
    open_draft = OpenDraft(course)
    form = media_form(request.form)
    sent = request.files.get("file")
    name = _good_name(sent.filename or "") if sent else ""
    content = sent.read(MAX_MEDIA_BYTES + 1) if sent else b""
    wrong = _wrong_media(name, content, form)
    if wrong:
        field, text = wrong
        form.validate()
        field.errors = [*field.errors, text]
        return _page(open_draft, "media", form, 422)
    try:
        _save(open_draft, f"courses/{course}/{name}", content)
    except LearnError as error:
        form.validate()
        form.file.errors = [say(error.message)]
        return _page(open_draft, "media", form, error.status)
    flash(_("%(name)s was added.", name=name), "good")
    alt = " ".join(form.alt.data.replace("\x00", "").split())[:300]
    return redirect(
        url_for("learn.studio_show_media", course=course, name=name, alt=alt or None), 303
    )


def _good_name(filename: str) -> str:
    """Return the name that a file gets here: what a link may hold, whatever it was called before."""
    stem, _dot, suffix = filename.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return f"{name_of(stem) or 'berkas'}.{suffix.lower()}" if suffix and stem else ""


def _wrong_media(name: str, content: bytes, form: Any) -> tuple[Any, str] | None:
    if not content:
        return form.file, _("Choose a file.")
    if not is_media(name) or not GOOD_NAME.match(name):
        return form.file, _("Files of this kind cannot be shown in a course.")
    found = media_problems(name, content)
    if found:
        return form.file, say(found[0][1])
    picture = suffix_of(name) in PICTURES
    if picture and not form.decorative.data and not (form.alt.data or "").strip():
        return form.alt, _("Say what the picture shows, or mark it as decoration.")
    return None


@pages.get("/studio/<course>/media/show/<name>")
def studio_show_media(course: str, name: str) -> ResponseReturnValue:
    """Show a file of the draft and the Markdown to paste."""
    open_draft = OpenDraft(course)
    file = next((each for each in open_draft.media() if each.path.endswith(f"/{name}")), None)
    if file is None:
        raise NotFound(Message("There is no file %(path)s in this draft.", path=name))
    alt = " ".join(request.args.get("alt", "").replace("\x00", "").split())[:300]
    return render(
        "learn/studio/media.html",
        **open_draft.page("course"),
        file=file,
        name=name,
        picture=suffix_of(name) in PICTURES,
        markdown=markdown_of(name, alt),
        alt=alt,
        language=language(),
        file_url=file_url,
    )


def markdown_of(name: str, alt: str) -> str:
    """Return the Markdown that shows a file; brackets in the words lose their meaning."""
    words = re.sub(r"([\\\[\]])", r"\\\1", alt)
    if suffix_of(name) == "pdf":
        return f"[{words or name}]({name})"
    if not words and suffix_of(name) in PICTURES:
        return f"![]({name}){{.decorative}}"
    return f"![{words}]({name})"
