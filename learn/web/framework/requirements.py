"""Administration: the levels that posts and classes of post require, with their history."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.models import SOURCE_CHARS, Requirement
from learn.competencies.framework.rules import LEVELS, tidy_text
from learn.competencies.requirements import edits
from learn.competencies.requirements.edits import CannotRequire, Said
from learn.competencies.requirements.lists import RequirementQuery, list_requirements
from learn.competencies.requirements.rules import usual_levels
from learn.competencies.requirements.sheets import requirement_rows
from learn.errors import LearnError, Message
from learn.exports.archives.framework import requirement_chunks, sheet_exporter
from learn.exports.formats.exporter import About
from learn.people.access import Action, Scope
from learn.people.dates import parse_date
from learn.people.models import Unit
from learn.people.posts import POST_CLASSES
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, need, now, reach, session
from learn.web.forms import Form
from learn.web.framework.forms import CONFIDENCE_NAMES
from learn.web.framework.versions import framework_page
from learn.web.i18n import _, language, local, say
from learn.web.narrowing import pages_of, unit_filter
from learn.web.state import state

PAGE = 50
FIELDS = {"level": "required_level", "post": "post_title", "unit_id": "unit"}


def _tidy(text: Any) -> Any:
    return tidy_text(text) if text else ""


class RequirementForm(Form):
    """A required level of a post or a class of post, from a day on."""

    post_class = SelectField(validators=[Optional()])
    post_title = StringField(validators=[Optional(), Length(max=255)], filters=[_tidy])
    unit = StringField(validators=[Optional(), Length(max=60)], filters=[_tidy])
    competency = SelectField(validators=[Optional()])
    required_level = SelectField(validators=[InputRequired()])
    since = DateField(validators=[InputRequired()])
    until = DateField(validators=[Optional()])
    source = StringField(validators=[Optional(), Length(max=SOURCE_CHARS)], filters=[_tidy])
    confidence = SelectField()
    ends_open = BooleanField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        spoken = language()
        self.post_class.choices = [("", _("not by class")), *POST_CLASSES.items()]
        self.competency.choices = [
            (each.code, f"{each.code} {each.name(spoken)}")
            for each in load_framework().competencies
        ]
        self.required_level.choices = [
            (str(level), f"{level} {load_framework().level_name(level, spoken)}")
            for level in LEVELS
        ]
        self.confidence.choices = [(key, say(name)) for key, name in CONFIDENCE_NAMES.items()]
        for name, (label, hint) in _words().items():
            if name in self._fields:
                self[name].label.text, self[name].description = label, hint

    def refuse(self, name: str, told: Message) -> None:
        """Say what is wrong with a field."""
        field = self._fields.get(FIELDS.get(name, name))
        if field is None:
            self.form_errors.append(say(told))
        else:
            field.errors = [*field.errors, say(told)]


def _words() -> dict[str, tuple[str, str]]:
    return {
        "post_class": (_("Class of post"), _("For all posts of the class; or name one post below.")),
        "post_title": (_("Post"), _("The title of one post, such as Analis Kependudukan.")),
        "unit": (_("Code of the unit"), _("Only there and below it. Empty: everywhere.")),
        "competency": (_("Competency"), ""), "required_level": (_("Required level"), ""),
        "since": (_("From"), _("The first day.")),
        "until": (_("Until"), _("The last day. Empty: for the time being.")),
        "source": (_("Source"), _("The regulation or decree that says so.")),
        "confidence": (_("How sure it is"), ""),
        "ends_open": (_("End the level that holds until now on the day before"), ""),
    }  # fmt: skip


@pages.get("/admin/framework/requirements/")
def framework_requirements() -> ResponseReturnValue:
    """List required levels, and the usual ones of each class of post."""
    need(Action.MANAGE_FRAMEWORK)
    asked = {name: arguments().get(name, "") for name in ("post", "post_class", "competency", "on")}
    units = unit_filter(_everywhere())
    day = parse_date(asked["on"]) if asked["on"] else None
    query = RequirementQuery(
        asked["post"], asked["post_class"], units.chosen.id if units.chosen else None,
        asked["competency"], day,
    )  # fmt: skip
    found = list_requirements(session(), query, after=arguments().get("after"), limit=PAGE)
    return framework_page(
        "requirements", lines=found.items, asked=asked, units=units, classes=POST_CLASSES,
        framework=load_framework(), confidences=CONFIDENCE_NAMES, usual=_usual(),
        problem=_("Write a date such as 2026-11-24.") if asked["on"] and day is None else "",
        turn=pages_of("framework_requirements", found.next, unit=units.code, **asked),
        filtered=bool(any(asked.values()) or units.code), today=local(now()).date(),
    )  # fmt: skip


def _everywhere() -> Scope:
    return reach(Action.MANAGE_FRAMEWORK)


def _usual() -> list[tuple[str, str, int, str]]:
    """Return each class of post with its usual level and how sure that is."""
    framework = load_framework()
    found: list[tuple[str, str, int, str]] = []
    for post in framework.posts:
        levels = {each.level for each in usual_levels(framework, post.code).values()}
        found.append((post.code, post.name(language()), max(levels, default=0), post.confidence))
    return found


@pages.get("/admin/framework/requirements/new/")
def framework_new_requirement() -> ResponseReturnValue:
    """Ask for a required level."""
    need(Action.MANAGE_FRAMEWORK)
    known = {name: arguments().get(name, "") for name in ("post_class", "competency", "unit")}
    form = RequirementForm(
        None, **known, post_title=arguments().get("post", ""), since=local(now()).date(),
        ends_open=True, confidence="high",
    )  # fmt: skip
    return _form_page(form)


def _form_page(
    form: Form, row: Requirement | None = None, status: int = 200
) -> ResponseReturnValue:  # fmt: skip
    page = framework_page(
        "requirement", form=form, row=row, classes=POST_CLASSES, framework=load_framework(),
        unit=session().get(Unit, row.unit_id) if row and row.unit_id else None,
    )  # fmt: skip
    return page, status


def _said(form: Any) -> Said:
    unit_id = unit_filter(_everywhere(), form.unit.data).chosen if form.unit.data else None
    return Said(
        form.competency.data or "", int(form.required_level.data), form.since.data, form.until.data,
        form.post_title.data or "", form.post_class.data or "", unit_id.id if unit_id else None,
        form.source.data or "", form.confidence.data,
    )  # fmt: skip


def _attempt(form: Any, act: Any) -> int:
    """Do what the form says and commit; return 0, or the status of what hindered it."""
    if not form.validate():
        return 422
    try:
        act(_said(form))
    except CannotRequire as error:
        session().rollback()
        for name, told in error.mistakes.items():
            form.refuse(name, told)
        return 422
    except LearnError as error:
        session().rollback()
        form.refuse("unit" if form.unit.data else "", error.message)
        return error.status
    session().commit()
    return 0


@pages.post("/admin/framework/requirements/new/")
def framework_add_requirement() -> ResponseReturnValue:
    """Add a required level; the one that holds until now can end the day before."""
    need(Action.MANAGE_FRAMEWORK)
    form: Any = RequirementForm(request.form)

    def act(said: Said) -> None:
        edits.add(
            session(), said, load_framework(), ends_open=bool(form.ends_open.data),
            actor_id=actor().person_id, now=now(),
        )  # fmt: skip

    status = _attempt(form, act)
    if status:
        return _form_page(form, status=status)
    flash(_("The required level is kept."), "good")
    return redirect(url_for("learn.framework_requirements"), 303)


@pages.get("/admin/framework/requirements/<int:requirement_id>/")
def framework_requirement(requirement_id: int) -> ResponseReturnValue:
    """Show one required level in a form."""
    need(Action.MANAGE_FRAMEWORK)
    row = edits.get(session(), requirement_id)
    form = RequirementForm(
        None, required_level=str(row.level), since=row.since, until=row.until, source=row.source,
        confidence=row.confidence, competency=row.competency, post_title=row.post_title,
        post_class=row.post_class,
    )  # fmt: skip
    return _form_page(form, row)


@pages.post("/admin/framework/requirements/<int:requirement_id>/")
def framework_change_requirement(requirement_id: int) -> ResponseReturnValue:
    """Correct a required level: level, days, source; what it is for stays."""
    need(Action.MANAGE_FRAMEWORK)
    row = edits.get(session(), requirement_id)
    form: Any = RequirementForm(request.form)
    del form.unit, form.competency, form.post_class, form.post_title, form.ends_open

    def act(said: Said) -> None:
        edits.change(
            session(), requirement_id, said, load_framework(), actor_id=actor().person_id, now=now()
        )

    status = _attempt_change(form, act)
    if status:
        return _form_page(form, row, status)
    flash(_("The required level is kept."), "good")
    return redirect(url_for("learn.framework_requirements"), 303)


def _attempt_change(form: Any, act: Any) -> int:
    if not form.validate():
        return 422
    said = Said(
        "", int(form.required_level.data), form.since.data, form.until.data,
        source=form.source.data or "", confidence=form.confidence.data,
    )  # fmt: skip
    try:
        act(said)
    except CannotRequire as error:
        session().rollback()
        for name, told in error.mistakes.items():
            form.refuse(name, told)
        return 422
    session().commit()
    return 0


@pages.post("/admin/framework/requirements/<int:requirement_id>/removal")
def framework_remove_requirement(requirement_id: int) -> ResponseReturnValue:
    """Take a required level away that was a mistake."""
    need(Action.MANAGE_FRAMEWORK)
    edits.remove(session(), requirement_id, actor_id=actor().person_id, now=now())
    session().commit()
    flash(_("The required level has been removed; the audit chain says what it was."), "good")
    return redirect(url_for("learn.framework_requirements"), 303)


@pages.get("/admin/framework/requirements/file.<format>")
def framework_requirements_file(format: str) -> ResponseReturnValue:
    """Send all required levels as a sheet that can be read again."""
    need(Action.MANAGE_FRAMEWORK)
    return requirements_file(format)


def requirements_file(format: str) -> Response:
    """Return the required levels as a sheet, for the page and the API."""
    exporter = sheet_exporter(state().exporters, format)
    about = About(
        Message("Required levels"), local(now()), state().settings.organiser, translate=say
    )
    chunks = requirement_chunks(requirement_rows(session()), exporter, about)
    response = Response(b"".join(chunks), content_type=exporter.mimetype)
    name = f"learn-requirements{exporter.suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
