"""My team: a supervisor's own people, how far they are, and the record of each."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.queries import standings_of_many
from learn.errors import Forbidden
from learn.exports import overview
from learn.exports.lists.matrix import matrix
from learn.people.access import Action, Scope, refusal, scope
from learn.people.directory import get_person, list_people, person_card
from learn.people.models import Person
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, now, person, session
from learn.web.hr.overview import the_year
from learn.web.i18n import local
from learn.web.levels.why import competency_page, target_of
from learn.web.mentoring.team import waiting_pairs
from learn.web.narrowing import address, pages_of
from learn.web.noting import noted
from learn.web.record.own import record_of
from learn.web.render import render
from learn.web.state import state
from learn.web.trainings.team import asked_here

PAGE = 25


def team_scope() -> Scope:
    """Return the people whose records somebody reads, themselves left out.

    Raises
    ------
    Forbidden
        There are none.
    """
    person()
    found = scope(actor(), Action.READ_RECORDS)
    others = tuple(each for each in found.person_ids if each != actor().person_id)
    found = replace(found, person_ids=others)
    if found.nothing:
        raise Forbidden(refusal(Action.READ_RECORDS))
    return found


@pages.get("/team/")
def team() -> ResponseReturnValue:
    """List one's people with JP, progress, last completion and gaps."""
    reached, text, year = team_scope(), arguments().get("q", ""), the_year()
    found = list_people(
        session(), reached, text=text, after=arguments().get("after"), limit=PAGE,
        also=Person.id != actor().person_id,
    )  # fmt: skip
    people = [line.person for line in found.items]
    ids = [each.id for each in people]
    versions = state().versions.current_all(session())
    standings = standings_of_many(session(), ids, on=local(now()).date())
    return render(
        "learn/team/team.html",
        lines=found.items,
        versions=versions,
        cells=matrix(session(), ids, versions, now=now()),
        hours=overview.hours_of(session(), ids, year.number),
        last=overview.last_completions(session(), ids),
        gaps={each: sum(bool(row.gap) for row in rows) for each, rows in standings.items()},
        year=year,
        text=text,
        turn=pages_of("team", found.next, q=text),
        waiting=waiting_pairs(),
        sees_pairs=may(Action.READ_PAIRS),
        may_assign=may(Action.ASSIGN),
        approves=may(Action.APPROVE),
        may_see_map=may(Action.READ_FIGURES),
        sign_ups=asked_here(),
        today=now(),
        address=address,
    )


@pages.get("/team/<int:person_id>/")
def team_person(person_id: int) -> ResponseReturnValue:
    """Show the record of one of one's people: grades and JP, never single answers."""
    who = noted(get_person(session(), person_id, team_scope()), readings.RECORD)
    return render(
        "learn/team/person.html",
        record=record_of(who),
        card=person_card(session(), who),
        framework=load_framework(),
        back=url_for("learn.team"),
        may_confirm=target_of(who).may(Action.CONFIRM_LEVELS),
        may_assign=target_of(who).may(Action.ASSIGN),
        may_propose=target_of(who).may(Action.PROPOSE_PAIRS),
        moment=now(),
        today=now(),
    )


@pages.get("/team/<int:person_id>/competencies/<code>/")
def team_competency(person_id: int, code: str) -> ResponseReturnValue:
    """Say why one of one's people holds a level, as they are told themselves."""
    who = noted(get_person(session(), person_id, team_scope()), readings.COMPETENCY)
    return competency_page(who, code, back=url_for("learn.team_person", person_id=who.id))
