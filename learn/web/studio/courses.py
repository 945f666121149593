"""The studio: the courses that somebody may write, and beginning a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from learn.courses.content import COURSE_KEY, COURSE_KEYS
from learn.courses.frontmatter import read_front_matter
from learn.errors import LearnError
from learn.people.access import Action, Scope
from learn.publishing.drafts import start_draft
from learn.publishing.models import CoursePointer, Draft, DraftFile, Version
from learn.publishing.skeletons import name_of
from learn.publishing.trees import tree_digest
from learn.web.blueprint import pages
from learn.web.context import may, need, now, person, reach, session
from learn.web.forms import Form, SelectChoice
from learn.web.i18n import LANGUAGES, _, language, say
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import names_of

LONGEST_TITLE = 200


@dataclass(frozen=True)
class StudioCourse:
    """A course in the list: its draft and what of it is published.

    `problems` is None when nobody has looked lately.
    """

    key: str
    title: str
    edited_at: datetime
    edited_by: str
    number: int | None
    published_at: datetime | None
    differs: bool
    problems: int | None


@pages.get("/studio/")
def studio() -> ResponseReturnValue:
    """List the courses that the person may edit, those that were edited last first."""
    person()
    return render(
        "learn/studio/studio.html",
        courses=_courses(reach(Action.EDIT_COURSE)),
        may_create=may(Action.CREATE_COURSE),
    )


def _courses(scope: Scope) -> list[StudioCourse]:
    query = (
        select(Draft, Version.id, Version.number, Version.published_at, Version.sources)
        .outerjoin(CoursePointer, CoursePointer.course == Draft.course)
        .outerjoin(Version, Version.id == CoursePointer.version_id)
        .order_by(Draft.edited_at.desc(), Draft.course)
    )
    if not (scope.everything or scope.all_courses):
        query = query.where(Draft.course.in_(scope.courses))
    rows = session().execute(query).all()
    names = names_of(row.Draft.edited_by for row in rows)
    versions = state().versions.get_all(session(), [row.id for row in rows if row.id])
    titles = _titles([row.Draft.course for row in rows if not row.id])
    titles |= {version.course: version.title(language()) for version in versions.values()}
    return [_course(row, titles.get(row.Draft.course), names) for row in rows]


def _titles(courses: list[str]) -> dict[str, str]:
    """Return the titles of courses that were never published, as their drafts say them."""
    paths = [f"courses/{course}/course.md" for course in courses]
    query = select(DraftFile.course, DraftFile.path, DraftFile.text)
    rows = session().execute(query.where(DraftFile.path.in_(paths))).all()
    fronts = {row.course: read_front_matter(row.path, row.text or "", COURSE_KEYS) for row in rows}
    return {course: front.values["title"] for course, front in fronts.items()}


def _course(row: Any, title: str | None, names: dict[int, str]) -> StudioCourse:
    draft: Draft = row.Draft
    return StudioCourse(
        key=draft.course,
        title=title or draft.course,
        edited_at=draft.edited_at,
        edited_by=names.get(draft.edited_by or 0, ""),
        number=row.number,
        published_at=row.published_at,
        differs=row.sources is None or tree_digest(row.sources) != draft.digest,
        problems=state().drafts.problems_known(draft.course, draft.digest),
    )


class NewCourseForm(Form):
    """A new course: its title, its key and its language."""

    title = StringField(validators=[InputRequired(), Length(max=LONGEST_TITLE)])
    key = StringField(validators=[Optional(), Length(max=80), Regexp(COURSE_KEY)])
    main_language = RadioField(
        choices=[SelectChoice(*each) for each in LANGUAGES.items()], default="id"
    )


def _labelled(form: Any) -> Any:
    form.title.label.text = _("Title of the course")
    form.key.label.text = _("Key")
    form.key.description = _(
        "Small letters, digits and hyphens. It stands in addresses and records and stays for ever; "
        "when you leave it empty, it is made from the title."
    )
    form.key.validators[-1].message = _(
        "Write it with small letters, digits and hyphens, such as pelayanan-prima."
    )
    form.main_language.label.text = _("Main language")
    return form


@pages.get("/studio/new")
def studio_new() -> ResponseReturnValue:
    """Show the form for a new course."""
    person()
    need(Action.CREATE_COURSE)
    return render("learn/studio/new.html", form=_labelled(NewCourseForm()))


@pages.post("/studio/new")
def studio_create() -> ResponseReturnValue:
    """Begin a course with a first module and a quiz that can be published as they are."""
    who = person()
    need(Action.CREATE_COURSE)
    form = _labelled(NewCourseForm(request.form))
    status = 422
    if form.validate():
        title = form.title.data.replace("\x00", "").strip()
        key = form.key.data or name_of(title)
        try:
            if not key:
                form.key.errors = [_("Write a key; none can be made from this title.")]
                return render("learn/studio/new.html", form=form), status
            start_draft(
                session(), state().storage, key, title, form.main_language.data,
                actor_id=who.id, now=now(),
            )  # fmt: skip
            session().commit()
        except LearnError as error:
            form.form_errors.append(say(error.message))
            status = error.status
        else:
            flash(_("The course is begun. Only you and other trainers see it so far."), "good")
            return redirect(url_for("learn.studio_course", course=key), 303)
    return render("learn/studio/new.html", form=form), status
