"""Other terms of a quiz in the studio: who has them, setting and taking them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message, NotFound
from learn.people.access import Scope
from learn.people.directory import digits_of, find_by_number, get_person
from learn.people.models import Person, Unit
from learn.people.names import full_name
from learn.quizzes.overrides.lists import (
    OverrideLine,
    names_by_id,
    override_of,
    person_overrides,
    unit_overrides,
)
from learn.quizzes.overrides.services import Target, remove_override, set_override
from learn.quizzes.terms import effective
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, session
from learn.web.courses.reading import current_version
from learn.web.i18n import _, say
from learn.web.narrowing import UnitFilter, unit_filter, unit_options, units_reached
from learn.web.quizzes.start import quiz_of
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.override_forms import OverrideForm, filled
from learn.web.studio.overriding import act, reached, unit_within

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz

PLACE = "/studio/<course>/quizzes/<quiz>/terms"


@dataclass(frozen=True)
class TermsOf:
    """A quiz whose terms are set here, and whom the person reaches with it."""

    version: CourseVersion
    quiz: Quiz
    scope: Scope

    def page(self, **more: Any) -> dict[str, Any]:
        """Return what every page of these needs."""
        zone = ZoneInfo(state().settings.timezone)
        return {
            "version": self.version, "quiz": self.quiz, "course": self.version.course,
            "own": effective(self.quiz, (), zone), **more,
        }  # fmt: skip

    def url(self, endpoint: str = "studio_overrides", /, **more: str) -> str:
        """Return the address of one of its pages."""
        return url_for(
            f"learn.{endpoint}",
            course=self.version.course,
            quiz=self.quiz.key,
            **more,  # type: ignore[arg-type]
        )

    def target(self, person_id: int | None, unit_id: int | None) -> Target:
        """Return a person or a unit by id; raise when the reader does not reach it."""
        if person_id is not None:
            return Target(person=get_person(session(), person_id, self.scope))
        unit = session().get(Unit, unit_id) if unit_id and unit_id < 2**31 else None
        if unit is None or not self.scope.reaches(unit.path):
            raise NotFound(Message("There is no such unit, or it is not among yours."))
        return Target(unit=unit)


def terms_page(course: str, quiz: str) -> TermsOf:
    """Return the quiz, when the person may set other terms for anybody in it."""
    scope = reached(course)
    version = current_version(course)
    return TermsOf(version, quiz_of(version, quiz), scope)


@pages.get(f"{PLACE}/")
def studio_overrides(course: str, quiz: str) -> ResponseReturnValue:
    """List for whom other terms hold."""
    at = terms_page(course, quiz)
    narrowed, text, after = (
        unit_filter(at.scope),
        arguments().get("q", ""),
        arguments().get("after"),
    )
    people = person_overrides(
        session(), course, quiz, at.scope, unit=narrowed.chosen, text=text, after=after
    )
    units: list[OverrideLine] = []
    if not (text or after):
        units = unit_overrides(session(), course, quiz, at.scope, unit=narrowed.chosen)
    return render(
        "learn/studio/overrides.html",
        **at.page(),
        lines=[*units, *people.items],
        names=names_by_id(session(), (line.set_by for line in [*units, *people.items])),
        narrowed=narrowed,
        text=text,
        own_id=actor().person_id,
        turn=_turn(at, narrowed, text, after, people.next),
    )


def _turn(
    at: TermsOf, narrowed: UnitFilter, text: str, after: str | None, following: str | None
) -> dict[str, str | None]:
    kept = {name: said for name, said in (("unit", narrowed.code), ("q", text)) if said}
    return {
        "first_url": at.url(**kept) if after else None,
        "next_url": at.url(**kept, after=following) if following else None,
    }


@pages.get(f"{PLACE}/set")
def studio_override(course: str, quiz: str) -> ResponseReturnValue:
    """Ask for other terms, filled with what is set for the person or unit of the address."""
    at = terms_page(course, quiz)
    asked = arguments()
    target = None
    if asked.get("person", "").isdecimal():
        target = at.target(int(asked["person"][:18]), None)
    elif asked.get("unit"):
        target = Target(unit=unit_within(at.scope, asked["unit"]))
    known: dict[str, Any] = {}
    line = override_of(session(), course, quiz, target) if target else None
    if target is not None:
        known = _named(target)
    if line is not None:
        known |= filled(line.wanted, line.reason or "", _zone(line.target))
    return _form_page(at, OverrideForm(units=_units(at), **known), target)


def _named(target: Target) -> dict[str, Any]:
    if target.person is not None:
        return {"person": str(target.person.id)}
    return {"unit": target.unit.code if target.unit else ""}


def _units(at: TermsOf) -> list[tuple[str, str]]:
    return unit_options(units_reached(at.scope))


def _zone(target: Target) -> ZoneInfo:
    """Return the time zone of the person's unit, or the unit's."""
    unit = target.unit
    if target.person is not None and target.person.unit_id is not None:
        unit = session().get(Unit, target.person.unit_id)
    return ZoneInfo((unit.time_zone if unit else None) or state().settings.timezone)


def _form_page(
    at: TermsOf, form: OverrideForm, target: Target | None, status: int = 200
) -> ResponseReturnValue:
    page = render(
        "learn/studio/override.html", **at.page(form=form, name=target_name(target)),
    )  # fmt: skip
    return page, status


def target_name(target: Target | None) -> str:
    """Return the name of the person or unit."""
    if target is None:
        return ""
    if target.person is not None:
        return person_name(target.person)
    return target.unit.name if target.unit else ""


def person_name(person: Person) -> str:
    """Return the name with degrees."""
    return full_name(person.name, person.title_before, person.title_after)


@pages.post(f"{PLACE}/set")
def studio_set_override(course: str, quiz: str) -> ResponseReturnValue:
    """Set other terms; running attempts follow."""
    at = terms_page(course, quiz)
    form = OverrideForm(request.form, units=_units(at))
    target, problem = _chosen(at, form)
    valid = form.validate()
    if problem:
        form.form_errors.append(problem)
    if target is None or not valid or problem:
        return _form_page(at, form, _fixed(form, target), 422)
    try:
        wanted = form.wanted(_zone(target))
        set_override(session(), course, quiz, target, wanted, act(form.reason.data or ""))
    except LearnError as error:
        session().rollback()
        form.form_errors.append(say(error.message))
        return _form_page(at, form, _fixed(form, target), error.status)
    session().commit()
    flash(_("Other terms hold for %(name)s now.", name=target_name(target)), "good")
    return redirect(at.url(), 303)


def _fixed(form: OverrideForm, target: Target | None) -> Target | None:
    """Return the target when the form cannot choose another one."""
    return target if form.person.data else None


def _chosen(at: TermsOf, form: OverrideForm) -> tuple[Target | None, str]:
    """Return for whom the form is, or what is wrong with that."""
    if form.person.data and form.person.data.isdecimal():
        return at.target(int(form.person.data[:18]), None), ""
    number, code = form.number.data or "", form.unit.data or ""
    if bool(number) == bool(code):
        return None, _("Say for whom: the number of a person, or a unit.")
    if code:
        return Target(unit=unit_within(at.scope, code)), ""
    found = find_by_number(session(), number) if digits_of(number) else None
    if found is None or not at.scope.reaches(_path(found)):
        return None, _("There is nobody with this number in your units.")
    return Target(person=found), ""


def _path(person: Person) -> str | None:
    unit = session().get(Unit, person.unit_id) if person.unit_id is not None else None
    return unit.path if unit else None


@pages.get(f"{PLACE}/people/<int:person_id>/removal")
@pages.get(f"{PLACE}/units/<int:unit_id>/removal")
def studio_override_removal(
    course: str, quiz: str, person_id: int | None = None, unit_id: int | None = None
) -> ResponseReturnValue:
    """Ask before other terms are taken away, and say what holds then."""
    at = terms_page(course, quiz)
    target = at.target(person_id, unit_id)
    line = override_of(session(), course, quiz, target)
    if line is None:
        raise NotFound(Message("Nothing is set there, or it was taken away meanwhile."))
    return render(
        "learn/studio/override_removal.html", **at.page(line=line, name=target_name(target))
    )


@pages.post(f"{PLACE}/people/<int:person_id>/removal")
@pages.post(f"{PLACE}/units/<int:unit_id>/removal")
def studio_remove_override(
    course: str, quiz: str, person_id: int | None = None, unit_id: int | None = None
) -> ResponseReturnValue:
    """Take other terms away; running attempts follow."""
    at = terms_page(course, quiz)
    target = at.target(person_id, unit_id)
    remove_override(session(), course, quiz, target, act(""))
    session().commit()
    flash(_("The other terms for %(name)s are taken away.", name=target_name(target)), "good")
    return redirect(at.url(), 303)
