"""HR: rules that assign courses, each shown with what it would do before it is made or changed."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from learn.assignments.models import OPEN, Assignment, AssignmentRule
from learn.assignments.queries import MOST_COUNTED, OVERDUE, count_due
from learn.assignments.reach import Preview, preview
from learn.assignments.regular import ask_for_sweep
from learn.assignments.ruling import (
    BadRule,
    RuleMoved,
    Wanted,
    change_rule,
    checked,
    end_rule,
    make_rule,
    resume_rule,
    rule_of,
    rules_within,
)
from learn.errors import LearnError, NotFound
from learn.people.access import Action, Scope
from learn.people.models import Unit
from learn.people.posts import POST_CLASSES
from learn.web.assignments.forms import RuleForm, empty_fields, fields_of, mark_of
from learn.web.blueprint import pages
from learn.web.context import actor, now, only_read, reach, session
from learn.web.hr.overview import subnav
from learn.web.i18n import _, language, local, say
from learn.web.narrowing import UnitFilter, address, unit_filter
from learn.web.render import render
from learn.web.state import state

STAGES = (OVERDUE, "7", "30", "90")


def course_choices() -> list[tuple[str, str]]:
    """Return the published courses for a select, by title."""
    versions = state().versions.current_all(session())
    return sorted(((each.course, each.title(language())) for each in versions), key=lambda x: x[1])


@pages.get("/hr/assignments/")
def hr_assignments() -> ResponseReturnValue:
    """List the rules, with how many open assignments each holds, and what is due."""
    scope = reach(Action.ASSIGN_BY_RULE)
    units = unit_filter(scope)
    path = units.chosen.path if units.chosen else None
    rules = rules_within(session(), scope)
    return render(
        "learn/assignments/rules.html",
        units=units,
        rules=[
            line for line in rules if path is None or (line[1] and line[1].path.startswith(path))
        ],
        ended=rules_within(session(), scope, ended=True)[:20],
        held=_held([rule.id for rule, _unit in rules]),
        due={
            stage: count_due(session(), scope, now=now(), within=stage, path=path)
            for stage in STAGES
        },
        most=MOST_COUNTED,
        titles=dict(course_choices()),
        classes=POST_CLASSES,
        today=now(),
        places=subnav("hr_assignments", units.code),
        address=address,
    )


def _held(rule_ids: list[int]) -> dict[int, int]:
    rows = session().execute(
        select(Assignment.rule_id, func.count())
        .where(Assignment.rule_id.in_(rule_ids), Assignment.state == OPEN)
        .group_by(Assignment.rule_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


@pages.get("/hr/assignments/new/")
def hr_assignment_new() -> ResponseReturnValue:
    """Show the form of a new rule."""
    scope = reach(Action.ASSIGN_BY_RULE)
    units = unit_filter(scope)
    known = empty_fields(local(now()).date(), units)
    return _page(RuleForm(None, course_choices(), **known), units)


@pages.post("/hr/assignments/new/")
def hr_assignment_make() -> ResponseReturnValue:
    """Show what a rule would do; make it when that was seen."""
    return _plan(None)


@pages.get("/hr/assignments/<int:rule_id>/")
def hr_assignment(rule_id: int) -> ResponseReturnValue:
    """Show a rule, to be changed or ended."""
    scope = reach(Action.ASSIGN_BY_RULE)
    rule = rule_of(session(), rule_id, scope)
    unit = session().get(Unit, rule.unit_id) if rule.unit_id is not None else None
    form = RuleForm(None, course_choices(), **fields_of(rule, unit))
    return _page(form, unit_filter(scope), rule=rule)


@pages.post("/hr/assignments/<int:rule_id>/")
def hr_assignment_change(rule_id: int) -> ResponseReturnValue:
    """Show what the changed rule would do; change it when that was seen."""
    return _plan(rule_id)


def _plan(rule_id: int | None) -> ResponseReturnValue:
    doing = request.form.get("step") == "do"
    if not doing:
        only_read()
    scope = reach(Action.ASSIGN_BY_RULE)
    units = unit_filter(scope, "")
    rule = rule_of(session(), rule_id, scope) if rule_id is not None else None
    form = RuleForm(request.form, course_choices())
    wanted = _wanted(form, scope, units)
    if wanted is None:
        return _page(form, units, rule=rule), 422
    if doing and form.seen.data == mark_of(wanted):
        try:
            return _do(form, wanted, rule)
        except LearnError as error:
            session().rollback()
            form.form_errors.append(say(error.message))
            return _page(form, units, rule=rule), error.status
    form.seen.data = mark_of(wanted)
    found = preview(session(), wanted, rule.id if rule else None, now=now())
    return _page(form, units, rule=rule, found=found)


def _wanted(form: RuleForm, scope: Scope, units: UnitFilter) -> Wanted | None:
    """Return what the rule is to say, or None with every mistake at its field."""
    fine, unit = form.validate(), None
    try:
        unit = unit_filter(scope, form.unit.data or "").chosen
    except NotFound as error:
        form.unit.errors = [say(error.message)]
        return None
    if unit is None and not scope.everything:
        form.unit.errors = [_("Choose one of your units.")]
        return None
    if not fine:
        return None
    try:
        return checked(form.wanted(unit), courses=dict(course_choices()))
    except BadRule as error:
        for name, message in error.mistakes.items():
            form[name].errors = [say(message)]
        return None


def _do(form: RuleForm, wanted: Wanted, rule: AssignmentRule | None) -> ResponseReturnValue:
    if rule is None:
        rule = make_rule(session(), wanted, actor_id=actor().person_id, now=now())
        flash(_("The rule has been made. It is being applied in the background."), "good")
    else:
        try:
            based_on = datetime.fromisoformat(form.based_on.data or "")
        except ValueError:
            raise RuleMoved from None
        change_rule(
            session(), rule, wanted, based_on=based_on, actor_id=actor().person_id, now=now()
        )
        flash(_("The rule has been changed. It is being applied in the background."), "good")
    ask_for_sweep(session(), rule, now=now(), timezone=state().settings.timezone)
    session().commit()
    return redirect(url_for("learn.hr_assignments"), 303)


@pages.post("/hr/assignments/<int:rule_id>/end")
def hr_assignment_end(rule_id: int) -> ResponseReturnValue:
    """End a rule, with its open assignments."""
    rule = rule_of(session(), rule_id, reach(Action.ASSIGN_BY_RULE))
    end_rule(session(), rule, actor_id=actor().person_id, now=now())
    ask_for_sweep(session(), rule, now=now(), timezone=state().settings.timezone)
    session().commit()
    flash(_("The rule has ended. Its open assignments end in the background."), "good")
    return redirect(url_for("learn.hr_assignments"), 303)


@pages.post("/hr/assignments/<int:rule_id>/resume")
def hr_assignment_resume(rule_id: int) -> ResponseReturnValue:
    """Let a rule that has ended assign again."""
    rule = rule_of(session(), rule_id, reach(Action.ASSIGN_BY_RULE))
    resume_rule(session(), rule, actor_id=actor().person_id, now=now())
    ask_for_sweep(session(), rule, now=now(), timezone=state().settings.timezone)
    session().commit()
    flash(_("The rule assigns again. It is being applied in the background."), "good")
    return redirect(url_for("learn.hr_assignment", rule_id=rule_id), 303)


def _page(
    form: RuleForm,
    units: UnitFilter,
    *,
    rule: AssignmentRule | None = None,
    found: Preview | None = None,
) -> str:
    return render(
        "learn/assignments/rule.html",
        form=form,
        units=units,
        rule=rule,
        found=found,
        held=_held([rule.id]).get(rule.id, 0) if rule else 0,
        address=address,
    )
