"""Taking course folders in as a zip: first a report of what it would do, then an explicit choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, StringField
from wtforms.validators import Length, Optional, Regexp

from learn.courses.content import COURSE_KEY
from learn.errors import Invalid, LearnError, Message
from learn.people.access import Action
from learn.publishing.arrivals import EDITED, NEW, SAME, Arrival, arrivals
from learn.publishing.services import push_tree
from learn.publishing.trees import files_of, unzip
from learn.web.blueprint import pages
from learn.web.context import may, now, only_read, person, reach, session
from learn.web.forms import Form
from learn.web.i18n import _, ngettext, say
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import ProblemLine, problem_lines
from learn.web.studio.texts import DiffLine, diff_lines


class UploadForm(Form):
    """A zip, and the key for one whose files lie at its top."""

    file = FileField()
    key = StringField(validators=[Optional(), Length(max=80), Regexp(COURSE_KEY)])


@dataclass(frozen=True)
class ArrivalLine:
    """A course of the zip as the report shows it."""

    arrival: Arrival
    allowed: bool
    problems: list[ProblemLine]
    lines: list[DiffLine]

    @property
    def serious(self) -> int:
        """Return how many problems hinder publishing."""
        return sum(not problem.warning for problem in self.problems)


def _form(formdata: Any = None) -> Any:
    form: Any = UploadForm(formdata)
    form.file.label.text = _("Zip file")
    form.file.description = _(
        "It holds courses/ and quizzes/, or the folder of one course. Nothing is taken in before "
        "you have seen the report."
    )
    form.key.label.text = _("Key of the course")
    form.key.description = _("Only for a zip whose files lie at its top, without a folder.")
    form.key.validators[-1].message = _("Write it with small letters, digits and hyphens.")
    return form


def _allowed(arrival: Arrival) -> bool:
    if arrival.state == NEW:
        return may(Action.CREATE_COURSE)
    return may(Action.EDIT_COURSE, course=arrival.course)


@pages.get("/studio/upload")
def studio_upload() -> ResponseReturnValue:
    """Show the form for a zip."""
    person()
    reach(Action.EDIT_COURSE)
    return render("learn/studio/upload.html", form=_form())


@pages.post("/studio/upload")
def studio_check_upload() -> ResponseReturnValue:
    """Report what taking the zip in would do; no draft is touched."""
    only_read()
    person()
    reach(Action.EDIT_COURSE)
    form = _form(request.form)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not form.validate():
        return render("learn/studio/upload.html", form=form), 422
    if not content:
        form.file.errors = [_("Choose a file.")]
        return render("learn/studio/upload.html", form=form), 422
    try:
        found = arrivals(
            session(), state().storage, content, state().standards(), course=form.key.data or None
        )
    except LearnError as error:
        form.file.errors = [say(error.message)]
        return render("learn/studio/upload.html", form=form), error.status
    return render(
        "learn/studio/arrivals.html",
        lines=[_line(arrival) for arrival in found],
        digest=state().storage.put(content),
        key=form.key.data or "",
    )


def _line(arrival: Arrival) -> ArrivalLine:
    return ArrivalLine(
        arrival, _allowed(arrival), problem_lines(arrival.problems, {}),
        diff_lines(arrival.difference),
    )  # fmt: skip


@pages.post("/studio/upload/take")
def studio_take_upload() -> ResponseReturnValue:
    """Make the chosen courses of the zip drafts; an edited draft that is replaced is kept as a version."""
    who = person()
    reach(Action.EDIT_COURSE)
    content = state().storage.get(request.form.get("digest", ""))
    if content is None:
        raise Invalid(Message("The uploaded file is no longer here; please upload it again."))
    key = request.form.get("key") or None
    found = arrivals(session(), state().storage, content, state().standards(), course=key)
    files = unzip(content, course=key)
    taken = []
    for arrival in found:
        chosen = request.form.get(f"take-{arrival.course}", "")
        if arrival.state == SAME or chosen not in {"yes", "replace"} or not _allowed(arrival):
            continue
        push_tree(
            session(), state().storage, arrival.course, files_of(arrival.course, files),
            actor_id=who.id, now=now(), force=arrival.state == EDITED and chosen == "replace",
        )  # fmt: skip
        taken.append(arrival.course)
    session().commit()
    if not taken:
        flash(_("Nothing was taken in; all drafts are as they were."))
        return redirect(url_for("learn.studio"), 303)
    flash(ngettext("%(num)s course was taken in as a draft.",
                   "%(num)s courses were taken in as drafts.", len(taken)), "good")  # fmt: skip
    if len(taken) > 1:
        return redirect(url_for("learn.studio"), 303)
    return redirect(url_for("learn.studio_check", course=taken[0]), 303)
