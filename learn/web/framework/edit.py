"""Administration: editing the competencies of a draft: texts, codes, retiring, coming back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework import edits
from learn.competencies.framework.catalogue import Competency, Framework, Succession, load_framework
from learn.competencies.framework.changes import successors_text
from learn.competencies.framework.drafts import Draft
from learn.competencies.framework.rules import Finding, check
from learn.competencies.framework.sheets import read_successors
from learn.errors import Message
from learn.web.blueprint import pages
from learn.web.forms import Form
from learn.web.framework.draft import keep, the_draft, unit_codes
from learn.web.framework.forms import (
    CodeForm,
    CompetencyForm,
    NewCompetencyForm,
    SuccessorsForm,
    filled,
    said_competency,
)
from learn.web.framework.versions import framework_page
from learn.web.i18n import _

FIELDS = {
    "names.id": "name_id", "names.en": "name_en", "definitions.id": "definition_id",
    "definitions.en": "definition_en",
}  # fmt: skip


@pages.get("/admin/framework/draft/competencies/new/")
def framework_new() -> ResponseReturnValue:
    """Ask for a competency to be added."""
    draft = the_draft()
    form = NewCompetencyForm(None, based_on=draft.digest, kind="technical")
    return _new_page(form)


def _new_page(form: Form, status: int = 200) -> ResponseReturnValue:
    page = framework_page(
        "competency",
        form=form,
        code="",
        code_form=None,
        draft=None,
        framework=load_framework(),
    )
    return page, status


@pages.post("/admin/framework/draft/competencies/new/")
def framework_add() -> ResponseReturnValue:
    """Add a competency to the draft."""
    draft = the_draft()
    form: Any = NewCompetencyForm(request.form)
    if not form.validate():
        return _new_page(form, 422)
    made = said_competency(form, form.code.data)
    if not _is_good(form, draft.content, draft, made):
        return _new_page(form, 422)
    problem = keep(lambda content: edits.added(content, made), form.based_on.data or "")
    if problem is not None:
        form.refuse("code", problem.message)
        return _new_page(form, problem.status)
    flash(_("%(code)s has been added to the draft.", code=made.code), "good")
    return redirect(url_for("learn.framework_draft"), 303)


@pages.get("/admin/framework/draft/competencies/<code>/")
def framework_competency(code: str) -> ResponseReturnValue:
    """Show a competency of the draft in a form; one that is retired with what it counts as."""
    draft = the_draft()
    if not draft.content.is_in_force(code):
        return _former_page(draft, edits.retired(draft.content, code))
    found = edits.in_force(draft.content, code)
    return _competency_page(draft, code, filled(found, draft.digest))


def _competency_page(
    draft: Draft, code: str, form: Any, code_form: Any = None, status: int = 200
) -> ResponseReturnValue:
    page = framework_page(
        "competency", draft=draft, form=form, code=code, framework=draft.content,
        code_form=code_form or CodeForm(None, based_on=draft.digest),
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/draft/competencies/<code>/")
def framework_save(code: str) -> ResponseReturnValue:
    """Keep the texts of a competency in the draft."""
    draft = the_draft()
    edits.in_force(draft.content, code)
    form: Any = CompetencyForm(request.form)
    if not form.validate():
        return _competency_page(draft, code, form, status=422)
    made = said_competency(form, code)
    if not _is_good(form, edits.changed(draft.content, made), draft, made):
        return _competency_page(draft, code, form, status=422)
    problem = keep(lambda content: edits.changed(content, made), form.based_on.data or "")
    if problem is not None:
        form.refuse("", problem.message)
        return _competency_page(draft, code, form, status=problem.status)
    flash(_("%(code)s is kept in the draft.", code=code), "good")
    return redirect(url_for("learn.framework_draft"), 303)


def _is_good(form: Any, content: Framework, draft: Draft, made: Competency) -> bool:
    """Let the fields say what cannot stay; a text that is still missing may come later."""
    if not content.is_in_force(made.code):
        content = replace(content, competencies=(*content.competencies, made))
    found = [
        each for each in check(content, draft.newest, units=unit_codes())
        if each.code == made.code and not each.warning and not _is_missing(each, made)
    ]  # fmt: skip
    for each in found:
        form.refuse(_field_of(each), each.message)
    return not found


def _is_missing(finding: Finding, made: Competency) -> bool:
    """Return whether it is a text that is not written yet: a draft may wait for it."""
    missing = {f"levels.{each.level}.id" for each in made.levels if not each.descriptors.id}
    if not made.definitions.id:
        missing.add("definitions.id")
    return finding.field in missing


def _field_of(finding: Finding) -> str:
    if finding.field.startswith("levels.") and finding.field.count(".") == 2:
        _levels, level, what = finding.field.split(".")
        return f"mandatory_{level}" if what == "mandatory" else f"descriptor_{what}_{level}"
    return FIELDS.get(finding.field, finding.field)


@pages.post("/admin/framework/draft/competencies/<code>/code")
def framework_rename(code: str) -> ResponseReturnValue:
    """Give a competency another code; what was earned before counts under it."""
    draft = the_draft()
    form: Any = CodeForm(request.form)
    found = edits.in_force(draft.content, code)
    new = form.code.data or ""
    if form.validate():
        problem = keep(
            lambda content: edits.renamed(content, code, new, published=draft.published),
            form.based_on.data or "",
        )
        if problem is None:
            flash(_("%(old)s is %(new)s in the draft.", old=code, new=new), "good")
            return redirect(url_for("learn.framework_draft"), 303)
        form.refuse("code", problem.message)
    return _competency_page(draft, code, filled(found, draft.digest), form, 422)


@pages.get("/admin/framework/draft/competencies/<code>/retirement/")
def framework_retirement(code: str) -> ResponseReturnValue:
    """Ask what the evidence on a competency counts as when it is no longer in force."""
    draft = the_draft()
    found = edits.in_force(draft.content, code)
    return _retirement_page(draft, found, SuccessorsForm(None, based_on=draft.digest))


def _retirement_page(
    draft: Draft, found: Competency, form: Any, status: int = 200
) -> ResponseReturnValue:  # fmt: skip
    page = framework_page(
        "retirement", draft=draft, competency=found, form=form,
        published=found.code in draft.published, former=not draft.content.is_in_force(found.code),
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/draft/competencies/<code>/retirement/")
def framework_retire(code: str) -> ResponseReturnValue:
    """Retire a competency in the draft; one that was never published goes altogether."""
    draft = the_draft()
    found = edits.in_force(draft.content, code)
    form: Any = SuccessorsForm(request.form)
    successors = _read(form, code)
    if successors is not None:
        content = edits.without(draft.content, code, successors, published=draft.published)
        if _good_successors(form, content, draft, code):
            problem = keep(lambda _content: content, form.based_on.data or "")
            if problem is None:
                flash(_("%(code)s is retired in the draft.", code=code), "good")
                return redirect(url_for("learn.framework_draft"), 303)
            form.refuse("", problem.message)
    return _retirement_page(draft, found, form, 422)


def _read(form: Any, code: str) -> tuple[Succession, ...] | None:
    if not form.validate():
        return None
    found = read_successors(code, form.replaced_by.data or "")
    if found is None:
        told = Message(
            "Write the codes with commas between, where levels differ with them: M.10, T.X.01 (1>0, 2>1)."
        )
        form.refuse("replaced_by", told)
    return found


def _good_successors(form: Any, content: Framework, draft: Draft, code: str) -> bool:
    found = [
        each for each in check(content, draft.newest)
        if each.field == "replaced_by" and each.code == code and not each.warning
    ]  # fmt: skip
    for each in found:
        form.refuse("replaced_by", each.message)
    return not found


def _former_page(draft: Draft, found: Competency) -> ResponseReturnValue:
    counts = successors_text(draft.content.successors(found.code))
    form = SuccessorsForm(None, based_on=draft.digest, replaced_by=counts)
    return _retirement_page(draft, found, form)


@pages.post("/admin/framework/draft/competencies/<code>/successors")
def framework_succeed(code: str) -> ResponseReturnValue:
    """Say anew what evidence on an earlier code counts as."""
    draft = the_draft()
    found = edits.retired(draft.content, code)
    form: Any = SuccessorsForm(request.form)
    successors = _read(form, code)
    if successors is not None:
        content = edits.with_successors(draft.content, code, successors)
        if _good_successors(form, content, draft, code):
            problem = keep(lambda _content: content, form.based_on.data or "")
            if problem is None:
                flash(_("%(code)s is kept in the draft.", code=code), "good")
                return redirect(url_for("learn.framework_draft"), 303)
            form.refuse("", problem.message)
    return _retirement_page(draft, found, form, 422)


@pages.post("/admin/framework/draft/competencies/<code>/return")
def framework_return(code: str) -> ResponseReturnValue:
    """Put an earlier competency in force again, in the draft."""
    draft = the_draft()
    edits.retired(draft.content, code)
    problem = keep(lambda content: edits.back(content, code), request.form.get("based_on", ""))
    if problem is not None:
        found = edits.retired(draft.content, code)
        form = SuccessorsForm(None, based_on=draft.digest)
        form.refuse("", problem.message)
        return _retirement_page(draft, found, form, problem.status)
    flash(_("%(code)s is in force again in the draft.", code=code), "good")
    return redirect(url_for("learn.framework_draft"), 303)
