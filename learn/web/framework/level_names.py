"""The draft of the framework: what its five levels are called, and where these names stand."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.drafts import Draft
from learn.competencies.framework.edits import with_level_names
from learn.competencies.framework.rules import LEVELS, SOURCE_CHARS, check, tidy_text
from learn.competencies.reading import Bilingual
from learn.competencies.requirements.reading import CONFIDENCES
from learn.web.blueprint import pages
from learn.web.forms import SelectChoice
from learn.web.framework.draft import keep, the_draft
from learn.web.framework.forms import CONFIDENCE_NAMES, DraftForm
from learn.web.framework.versions import framework_page
from learn.web.i18n import _, say

LONGEST = 60


def _form(content: Framework, formdata: Any = None, *, based_on: str) -> Any:
    """Return the form with a name in both languages for each level."""
    fields: dict[str, Any] = {}
    known: dict[str, Any] = {
        "based_on": based_on, "source": content.level_source,
        "confidence": content.level_confidence,
    }  # fmt: skip
    for level in LEVELS:
        fields[f"name_{level}_id"] = _line(
            _("Name (Indonesian)"), InputRequired(), Length(max=LONGEST)
        )
        fields[f"name_{level}_en"] = _line(_("Name (English)"), Optional(), Length(max=LONGEST))
        known[f"name_{level}_id"] = content.level_name(level, "id")
        known[f"name_{level}_en"] = content.level_name(level, "en")
    fields["source"] = _line(
        _("Source of the names of levels"), Optional(), Length(max=SOURCE_CHARS),
        hint=_("The regulation or decree that says so."),
    )  # fmt: skip
    choices = [SelectChoice(key, say(name)) for key, name in CONFIDENCE_NAMES.items()]
    fields["confidence"] = SelectField(_("How sure the names of levels are"), choices=choices)
    return type("LevelNamesForm", (DraftForm,), fields)(formdata, **known)


def _line(label: str, *validators: Any, hint: str = "") -> StringField:
    return StringField(
        label, validators=validators, description=hint,
        filters=[lambda text: tidy_text(text) if text else ""],
    )  # fmt: skip


@pages.get("/admin/framework/draft/levels/")
def framework_level_names() -> ResponseReturnValue:
    """Show the names of the levels in a form."""
    draft = the_draft()
    return _page(draft, _form(draft.content, based_on=draft.digest))


def _page(draft: Draft, form: Any, status: int = 200) -> ResponseReturnValue:
    return framework_page("level_names", draft=draft, form=form, levels=LEVELS), status


@pages.post("/admin/framework/draft/levels/")
def framework_save_level_names() -> ResponseReturnValue:
    """Keep the names of the levels in the draft."""
    draft = the_draft()
    form = _form(draft.content, request.form, based_on=draft.digest)
    if not form.validate():
        return _page(draft, form, 422)
    names = {
        level: Bilingual(form[f"name_{level}_id"].data, form[f"name_{level}_en"].data or "")
        for level in LEVELS
    }
    said = (names, form.source.data or "", CONFIDENCES[form.confidence.data])
    for each in check(with_level_names(draft.content, *said), draft.newest):
        if each.field.startswith("level_names"):
            form.refuse("", each.message)
    if form.form_errors:
        return _page(draft, form, 422)
    problem = keep(lambda content: with_level_names(content, *said), form.based_on.data or "")
    if problem is not None:
        form.refuse("", problem.message)
        return _page(draft, form, problem.status)
    flash(_("The names of the levels are kept in the draft."), "good")
    return redirect(url_for("learn.framework_draft"), 303)
