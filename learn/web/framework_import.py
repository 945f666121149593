"""Administration: competencies from a file into the draft; first shown, then taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies import framework_drafts as drafts
from learn.competencies.framework import Framework
from learn.competencies.framework_body import body_of
from learn.competencies.framework_case_in import read_package
from learn.competencies.framework_changes import KIND_NAMES, Change, compare
from learn.competencies.framework_drafts import newest
from learn.competencies.framework_rules import Finding, check
from learn.competencies.framework_sheets import COLUMNS, Reading, read_competencies
from learn.competencies.framework_versions import content_of, number_at
from learn.errors import LearnError
from learn.exports.framework import COMPETENCIES
from learn.people.access import Action
from learn.people.tables import read_table
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.framework import framework_page
from learn.web.framework_draft import unit_codes
from learn.web.i18n import _, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.state import state

SHOWN = 200


@dataclass(frozen=True)
class ImportPlan:
    """What a file would make of the draft (or of the newest version, where there is no draft)."""

    reading: Reading
    base: Framework
    changes: tuple[Change, ...]
    findings: list[Finding]

    @property
    def mark(self) -> str:
        """What tells this plan from another one."""
        both = body_of(self.base) + body_of(self.reading.content) + repr(self.reading.errors)
        return hashlib.sha256(both.encode("utf-8", "replace")).hexdigest()[:32]


def is_package(content: bytes, name: str) -> bool:
    """Return whether a file is to be read as a CASE package: it is JSON by its name or its beginning."""
    return name.lower().endswith(".json") or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def plan_framework(content: bytes, name: str) -> ImportPlan:
    """Return what a file would change; nothing is kept.

    Raises
    ------
    LearnError
        It is neither a sheet nor a package.
    """
    draft = drafts.read_draft(session())
    latest = content_of(session(), newest(session()))
    base = draft.content if draft else latest
    if is_package(content, name):
        reading = read_package(content, base)
    else:
        reading = read_competencies(read_table(content, name), base)
    found = check(reading.content, latest, units=unit_codes())
    return ImportPlan(reading, base, compare(base, reading.content), found)


def take_framework(plan: ImportPlan) -> None:
    """Keep what was planned in the draft, which is begun where there is none."""
    draft = drafts.read_draft(session())
    if draft is None:
        draft = drafts.begin(session(), actor_id=actor().person_id, now=now())
    drafts.save(
        session(), plan.reading.content, based_on=draft.digest, actor_id=actor().person_id,
        now=now(),
    )  # fmt: skip


@pages.get("/admin/framework/import/")
def framework_import() -> ResponseReturnValue:
    """Ask for the file and say what stands in it."""
    need(Action.MANAGE_FRAMEWORK)
    return _ask()


def _ask(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = framework_page(
        "import", problem=problem, most_mb=state().settings.max_upload_mb,
        columns=[(column, COLUMNS[column.key][0]) for column in COMPETENCIES],
        current=number_at(session(), now()), draft=drafts.read_draft(session()),
    )  # fmt: skip
    return page, status


@pages.post("/admin/framework/import/")
def framework_plan() -> ResponseReturnValue:
    """Show what the file would change in the draft; nothing is kept yet."""
    only_read()
    need(Action.MANAGE_FRAMEWORK)
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not content:
        return _ask(_("Choose a file first."), 422)
    name = sent.filename or ""
    try:
        plan = plan_framework(content, name)
    except LearnError as error:
        return _ask(say(error.message), error.status)
    token = "" if plan.reading.errors or not plan.changes else keep(content, name)
    return _show(plan, name, token)


def _show(plan: ImportPlan, name: str, token: str, remark: str = "") -> ResponseReturnValue:
    page = framework_page(
        "import_plan", plan=plan, token=token, remark=remark, shown=SHOWN, kinds=KIND_NAMES,
        file_name="".join(sign for sign in name if sign.isprintable())[:120],
    )  # fmt: skip
    return page, 422 if plan.reading.errors else 200


@pages.post("/admin/framework/import/apply")
def framework_apply() -> ResponseReturnValue:
    """Take what was shown into the draft; when something changed meanwhile, show it again instead."""
    need(Action.MANAGE_FRAMEWORK)
    path = kept(request.form.get("token", ""))
    plan = plan_framework(path.read_bytes(), path.name)
    if plan.reading.errors or plan.mark != request.form.get("mark"):
        remark = _("Something has changed since you looked. This is what the file would do now.")
        token = "" if plan.reading.errors else token_of(path)
        return _show(plan, _("The file that you sent"), token, remark)
    take_framework(plan)
    session().commit()
    path.unlink(missing_ok=True)
    flash(_("The file stands in the draft. Look at the difference before you publish."), "good")
    return redirect(url_for("learn.framework_draft"), 303)
