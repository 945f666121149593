"""Administration: the tree of units."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import Conflict, LearnError, Message, NotFound
from learn.people.access import Action
from learn.people.listing import people_by_unit
from learn.people.models import Unit
from learn.people.units import create_unit, move_unit, rename_unit
from learn.web.admin.forms import MoveUnitForm, NewUnitForm, RenameUnitForm, with_own_ids
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, now, reach, session
from learn.web.forms import Form
from learn.web.i18n import _
from learn.web.narrowing import unit_named, unit_options, units_reached
from learn.web.render import render

Tree = list[tuple[int, Unit]]


def _tree() -> Tree:
    return units_reached(reach(Action.MANAGE_PEOPLE))


@pages.get("/admin/units/")
def admin_units() -> ResponseReturnValue:
    """Show the tree, with a form for another unit."""
    tree = _tree()
    parent = arguments().get("below", "")
    form = NewUnitForm(units=unit_options(tree), parent=parent)
    return _units_page(tree, form)


def _units_page(tree: Tree, form: Form, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/units.html",
        tree=tree,
        people=people_by_unit(session(), reach(Action.MANAGE_PEOPLE)),
        form=form,
        places=subnav("admin_units"),
    )
    return page, status


@pages.post("/admin/units/")
def admin_add_unit() -> ResponseReturnValue:
    """Add a unit below another one."""
    tree = _tree()
    form: Any = NewUnitForm(request.form, units=unit_options(tree))
    if not form.validate():
        return _units_page(tree, form, 422)
    try:
        unit = create_unit(
            session(), code=form.code.data, name=form.unit_name.data, type=form.type.data,
            parent=unit_named(tree, form.parent.data), actor_id=actor().person_id, now=now(),
        )  # fmt: skip
    except LearnError as error:
        form.take(error, "code" if isinstance(error, Conflict) else "")
        return _units_page(tree, form, error.status)
    session().commit()
    flash(_("The unit %(name)s has been added.", name=unit.name), "good")
    return redirect(url_for("learn.admin_units"), 303)


@pages.get("/admin/units/<int:unit_id>/")
def admin_unit(unit_id: int) -> ResponseReturnValue:
    """Show a unit with the forms that rename and move it."""
    tree = _tree()
    return _unit_page(tree, _unit(tree, unit_id))


def _unit(tree: Tree, unit_id: int) -> Unit:
    found = next((unit for _depth, unit in tree if unit.id == unit_id), None)
    if found is None:
        raise NotFound(Message("There is no such unit, or it is not among yours."))
    return found


def _unit_page(
    tree: Tree, unit: Unit, *, rename: Form | None = None, move: Form | None = None,
    status: int = 200,
) -> ResponseReturnValue:  # fmt: skip
    by_id = {each.id: each for _depth, each in tree}
    parent = by_id.get(unit.parent_id or 0)
    others = _elsewhere(tree, unit)
    forms = {
        "rename": rename or RenameUnitForm(unit_name=unit.name),
        "move": move
        or MoveUnitForm(units=unit_options(others), parent=parent.code if parent else ""),
    }
    page = render(
        "learn/admin/unit.html",
        unit=unit,
        above=[
            each for _depth, each in tree if unit.path.startswith(each.path) and each is not unit
        ],
        **with_own_ids(forms),
        movable=unit.parent_id is not None and bool(others),
        parts=[each for _depth, each in tree if each.parent_id == unit.id],
        people=people_by_unit(session(), reach(Action.MANAGE_PEOPLE)).get(unit.id, 0),
        places=subnav("admin_units"),
    )
    return page, status


def _elsewhere(tree: Tree, unit: Unit) -> Tree:
    """Return the units that it can be moved below: neither itself nor its own parts."""
    return [(depth, each) for depth, each in tree if not each.path.startswith(unit.path)]


@pages.post("/admin/units/<int:unit_id>/name/")
def admin_rename_unit(unit_id: int) -> ResponseReturnValue:
    """Give a unit another name."""
    tree = _tree()
    unit, form = _unit(tree, unit_id), RenameUnitForm(request.form)
    if not form.validate():
        return _unit_page(tree, unit, rename=form, status=422)
    rename_unit(session(), unit, str(form.unit_name.data), actor_id=actor().person_id, now=now())
    return _changed(unit, _("The unit has been renamed."))


@pages.post("/admin/units/<int:unit_id>/place/")
def admin_move_unit(unit_id: int) -> ResponseReturnValue:
    """Put a unit, with all below it, under another one."""
    tree = _tree()
    unit = _unit(tree, unit_id)
    form: Any = MoveUnitForm(request.form, units=unit_options(_elsewhere(tree, unit)))
    if not form.validate():
        return _unit_page(tree, unit, move=form, status=422)
    try:
        parent = unit_named(tree, form.parent.data)
        move_unit(session(), unit, parent, actor_id=actor().person_id, now=now())
    except LearnError as error:
        form.take(error, "parent")
        return _unit_page(tree, unit, move=form, status=error.status)
    return _changed(unit, _("The unit has been moved, with all below it."))


def _changed(unit: Unit, text: str) -> ResponseReturnValue:
    unit_id = unit.id
    session().commit()
    flash(text, "good")
    return redirect(url_for("learn.admin_unit", unit_id=unit_id), 303)
