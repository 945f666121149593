"""Administration: the draft of the next version: what stands in it, what it changes, publishing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from learn.competencies.framework import drafts
from learn.competencies.framework.catalogue import Framework, load_framework
from learn.competencies.framework.changes import KIND_NAMES, successors_text
from learn.competencies.framework.drafts import Draft, NotPublishable
from learn.competencies.framework.edits import with_bands
from learn.competencies.framework.rules import Finding, check
from learn.competencies.impact import Impact, changed_codes, impact_of
from learn.competencies.models import Evidence
from learn.errors import Conflict, LearnError
from learn.people.access import Action
from learn.people.dates import local_date
from learn.people.listing import names_of
from learn.people.models import Unit
from learn.publishing.models import CoursePointer
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, need, now, session
from learn.web.framework.forms import PublishForm, bands_form, said_bands
from learn.web.framework.lists import listed
from learn.web.framework.versions import framework_page
from learn.web.framework_here import forget_framework_here
from learn.web.i18n import _, date_text, local, say
from learn.web.state import state

SHOWN_UNITS = 12
MOST_AT_ONCE = 100_000
"""With more pieces of evidence, whom a draft would concern is reckoned when somebody asks for it."""


@dataclass(frozen=True)
class Concerned:
    """Whom a draft would concern: the figures, and the names of the units that concern most."""

    impact: Impact
    units: list[tuple[str, int, int]]


def the_draft() -> Draft:
    """Return the draft for somebody who may edit it."""
    need(Action.MANAGE_FRAMEWORK)
    return drafts.draft_of(session())


def findings_of(draft: Draft) -> list[Finding]:
    """Return what is wrong with a draft, or worth a look, beside the units and courses that there are."""
    return check(draft.content, draft.newest, units=unit_codes(), courses=_courses())


def unit_codes() -> frozenset[str]:
    """Return the codes of all units."""
    return frozenset(session().scalars(select(Unit.code)))


def _courses() -> frozenset[str]:
    query = select(CoursePointer.course).where(CoursePointer.version_id.is_not(None))
    return frozenset(session().scalars(query))


@pages.get("/admin/framework/draft/")
def framework_draft() -> ResponseReturnValue:
    """Show the draft: its competencies, those retired, what is wrong with it."""
    need(Action.MANAGE_FRAMEWORK)
    draft = drafts.read_draft(session())
    if draft is None:
        return redirect(url_for("learn.framework"))
    changes = draft.changes
    found = findings_of(draft)
    wrong = {each.code for each in found if not each.warning}
    edited_by = names_of(session(), [draft.edited_by]) if draft.edited_by else {}
    return framework_page(
        "draft", draft=draft, content=draft.content, listed=listed(draft.content, "framework_draft"), findings=found, wrong=wrong, changes=changes,
        changed={change.code: KIND_NAMES[change.kind] for change in reversed(changes)},
        counts={each.code: successors_text(draft.content.successors(each.code))
                for each in draft.content.retired},
        edited_by=edited_by.get(draft.edited_by or 0, ""),
    )  # fmt: skip


@pages.get("/admin/framework/draft/changes/")
def framework_changes() -> ResponseReturnValue:
    """Show the difference, what is wrong, whom it would concern, and the form that publishes."""
    draft = the_draft()
    about = draft.content.about
    form = PublishForm(
        None, based_on=draft.digest, title=about.title, regulation=about.regulation,
        in_force_from=local_date(now(), state().settings.timezone),
    )  # fmt: skip
    return _changes_page(draft, form)


def _changes_page(draft: Draft, form: Any, status: int = 200) -> ResponseReturnValue:
    found = findings_of(draft)
    mistakes = [each for each in found if not each.warning]
    page = framework_page(
        "changes", draft=draft, form=form, changes=draft.changes, kinds=KIND_NAMES,
        findings=found, mistakes=mistakes, **_whom(draft.content, mistakes),
    )  # fmt: skip
    return page, status


def _whom(proposed: Framework, mistakes: list[Finding]) -> dict[str, Any]:
    """Return whom the draft would concern; or that it is many to be reckoned, and is so on request."""
    if mistakes:
        return {"concerned": None, "many": False}
    asked = arguments().get("affected") == "yes"
    many = not asked and _is_much(changed_codes(load_framework(), proposed), proposed)
    return {"concerned": None if many else _concerned(proposed), "many": many}


def _is_much(codes: Iterable[str], proposed: Framework) -> bool:
    read = {old for code in codes for old in proposed.codes_read_for(code)}
    some = select(Evidence.seq).where(Evidence.competency.in_(read)).limit(MOST_AT_ONCE + 1)
    count = session().scalar(select(func.count()).select_from(some.subquery()))
    return (count or 0) > MOST_AT_ONCE


def _concerned(proposed: Framework) -> Concerned:
    impact = impact_of(session(), proposed, on=local(now()).date(), current=load_framework())
    by_unit = sorted(impact.by_unit(), key=lambda each: -(each[1] + each[2]))[:SHOWN_UNITS]
    ids = [unit for unit, _rise, _fall in by_unit if unit is not None]
    rows = session().execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    names: dict[int, str] = {row.id: row.name for row in rows}
    units = [(names.get(unit or 0, _("Without a unit")), up, down) for unit, up, down in by_unit]
    return Concerned(impact, units)


@pages.post("/admin/framework/draft/changes/")
def framework_publish() -> ResponseReturnValue:
    """Publish the draft: from its first day it is what counts, and it never changes."""
    draft = the_draft()
    form: Any = PublishForm(request.form)
    if not form.validate():
        return _changes_page(draft, form, 422)
    try:
        row = drafts.publish(
            session(), based_on=form.based_on.data or "", title=form.title.data or "",
            regulation=form.regulation.data or "", in_force_from=form.in_force_from.data,
            units=unit_codes(), actor_id=actor().person_id, now=now(),
            time_zone=state().settings.timezone,
        )  # fmt: skip
    except LearnError as error:
        session().rollback()
        form.refuse("" if isinstance(error, NotPublishable | Conflict) else "in_force_from",
                    error.message)  # fmt: skip
        return _changes_page(drafts.draft_of(session()), form, error.status)
    session().commit()
    forget_framework_here()
    day = date_text(row.in_force_from)
    flash(_("Version %(number)s is published, in force from %(day)s.", number=row.number, day=day), "good")  # fmt: skip
    return redirect(url_for("learn.framework"), 303)


@pages.post("/admin/framework/draft/removal")
def framework_remove() -> ResponseReturnValue:
    """Give up the draft."""
    need(Action.MANAGE_FRAMEWORK)
    try:
        drafts.remove(
            session(), based_on=request.form.get("based_on", ""), actor_id=actor().person_id,
            now=now(),
        )  # fmt: skip
    except LearnError as error:
        flash(say(error.message), "late")
        return redirect(url_for("learn.framework"), 303)
    session().commit()
    flash(_("The draft has been removed."), "good")
    return redirect(url_for("learn.framework"), 303)


@pages.get("/admin/framework/draft/bands/")
def framework_bands() -> ResponseReturnValue:
    """Show the bands of the job-person match in a form."""
    draft = the_draft()
    return _bands_page(draft, bands_form(draft.content.bands, based_on=draft.digest))


def _bands_page(draft: Draft, form: Any, status: int = 200) -> ResponseReturnValue:
    bands = draft.content.bands
    sets = (
        ("selection", _("For selection and promotion"), bands.selection),
        ("mapping", _("For mapping"), bands.mapping),
    )
    return framework_page("bands", draft=draft, form=form, sets=sets), status


@pages.post("/admin/framework/draft/bands/")
def framework_save_bands() -> ResponseReturnValue:
    """Keep the bands in the draft."""
    draft = the_draft()
    form = bands_form(draft.content.bands, request.form, based_on=draft.digest)
    valid = form.validate()
    bands = said_bands(form, draft.content.bands) if valid else None
    if bands is None:
        return _bands_page(draft, form, 422)
    content = with_bands(draft.content, bands)
    wrong = [each for each in check(content, draft.newest) if each.field.startswith("bands.")]
    for each in wrong:
        form.refuse("", each.message)
    if wrong:
        return _bands_page(draft, form, 422)
    problem = keep(lambda content: with_bands(content, bands), form.based_on.data or "")
    if problem is not None:
        form.refuse("", problem.message)
        return _bands_page(draft, form, problem.status)
    flash(_("The bands are kept in the draft."), "good")
    return redirect(url_for("learn.framework_draft"), 303)


def keep(edit: Callable[[Framework], Framework], based_on: str) -> LearnError | None:
    """Edit the draft and commit; return what hindered it."""
    try:
        content = edit(drafts.draft_of(session()).content)
        drafts.save(session(), content, based_on=based_on, actor_id=actor().person_id, now=now())
    except LearnError as error:
        session().rollback()
        return error
    session().commit()
    return None
