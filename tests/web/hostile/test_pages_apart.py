"""Every page that names something, asked for by every role of one unit with the things of another.

`tests/web/hostile/pages.py` says of each page what its address names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.routing import Rule

from learn.people.access import Role
from learn.people.models import RoleGrant
from tests.support.browsing import Browser
from tests.web.hostile.apart import Side
from tests.web.hostile.conftest import Apart, changes
from tests.web.hostile.pages import OF_THE_WHOLE, SHOWN, THEIRS

NAMES = ("learner", *(str(role) for role in Role if role != Role.EMPLOYEE))
FIRST = {
    "module": "01-satu", "path": "course.md", "version_id": "v", "form": "KL08", "kind": "PNS", "key": "x",
    "requirement_id": 1, "token": "0" * 32, "series": "LEARN", "part": 1, "name": "a.png", "format": "csv",
}  # fmt: skip
FILLED = {
    "act": "accept",
    "reason": "Uji",
    "based_on": "1",
    "number": "1",
    "name": "Uji",
    "go": "1",
}


def rules(app) -> list[Rule]:
    """Return the rules of pages that name something."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("learn.")]
    return sorted((rule for rule in found if rule.arguments), key=lambda rule: rule.rule)


def name(rule: Rule) -> str:
    return rule.endpoint.removeprefix("learn.")


def places(apart: Apart, rule: Rule, side: Side | None = None) -> Mapping[str, Any]:
    """Return what fills the address, wherever it is somebody's: theirs unless `side` is named."""
    side = side or apart.theirs
    known = {**FIRST, **side.places}
    if name(rule) == "admin_end_role":
        with apart.app.extensions["learn"].database.reading() as session:
            officer = side.people["hr"].id
            grant = session.query(RoleGrant).filter_by(person_id=officer).one()
            known |= {"person_id": officer, "seq": grant.seq}
    if name(rule) == "assessment_document":
        known["seq"] = known["assessment_seq"]
    if name(rule) in {"framework_version", "framework_file"}:
        known["number"] = 1
    if name(rule) in {"hr_list_download", "hr_match_download", "studio_add", "studio_do_add"}:
        known["what"] = {"hr_list_download": "people", "hr_match_download": "people"}.get(name(rule), "module")  # fmt: skip
    return {place: known[place] for place in rule.arguments}


@dataclass(frozen=True)
class Told:
    """An answer: its status, and all its text with the headers (a page is not read further)."""

    status: int
    text: str


def ask(browser: Browser, rule: Rule, address: str, token: str) -> Iterator[Told]:
    """Ask for an address in each way that its rule takes."""
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        sent = {"data": {**FILLED, "csrf_token": token}} if method == "POST" else {}
        with browser.client.open(address, method=method, **sent) as answer:
            text = answer.get_data().decode("utf-8", "replace")
            yield Told(answer.status_code, f"{answer.headers}{text}")


def shown(apart: Apart, answer: Told) -> list[str]:
    """Return what of the other unit stands in an answer."""
    text = answer.text.lower()
    return [secret for secret in apart.theirs.secrets if secret.lower() in text]


def test_every_page_that_names_something_stands_in_one_table(apart):
    known = [*THEIRS, *OF_THE_WHOLE, *SHOWN]
    found = {name(rule) for rule in rules(apart.app)}
    assert found - set(known) == set(), (
        "tests/web/hostile/pages.py: say what these pages name. THEIRS if it belongs to a person or a unit "
        "(and give it to both units in apart.py), OF_THE_WHOLE if a role on one unit must not reach it, "
        "SHOWN with the reason if anybody may open it."
    )
    assert (sorted(set(known)), set(known) - found) == (sorted(known), set())


@pytest.mark.parametrize("role", NAMES)
def test_nobody_of_one_unit_gets_at_a_thing_of_another(apart, role):
    browser, wrong, before = apart.ours.people[role].browser, [], apart.rows()
    browser.get("/help")
    token, urls = browser.token(), apart.app.url_map.bind("localhost")
    for rule in rules(apart.app):
        if name(rule) in SHOWN:
            continue
        address = urls.build(rule.endpoint, places(apart, rule))
        for page in ask(browser, rule, address, token):
            if page.status not in (403, 404) or shown(apart, page):
                wrong.append((name(rule), address, page.status, shown(apart, page)))
    assert wrong == []
    assert changes(before, apart.rows()) == []


@pytest.mark.parametrize("role", NAMES)
def test_what_may_be_opened_shows_nothing_of_another_unit(apart, role):
    browser, wrong = apart.ours.people[role].browser, []
    browser.get("/help")
    token, urls = browser.token(), apart.app.url_map.bind("localhost")
    for rule in rules(apart.app):
        if name(rule) not in SHOWN:
            continue
        address = urls.build(rule.endpoint, places(apart, rule))
        for page in ask(browser, rule, address, token):
            if page.status >= 500 or shown(apart, page):
                wrong.append((name(rule), address, page.status, shown(apart, page)))
    assert wrong == []


def test_each_thing_is_there_for_somebody_of_its_own_unit(apart):
    urls, gone = apart.app.url_map.bind("localhost"), []
    for rule in rules(apart.app):
        if name(rule) not in THEIRS or "GET" not in (rule.methods or ()):
            continue
        address = urls.build(rule.endpoint, places(apart, rule))
        if not any(_opens(each.browser, address) for each in apart.theirs.people.values()):
            gone.append((name(rule), address))
    assert gone == [], "what is not there proves nothing when others are refused"


def _opens(browser: Browser, address: str) -> bool:
    with browser.client.get(address) as answer:
        return answer.status_code in (200, 302, 303)


def crossed(apart: Apart, rule: Rule) -> Iterator[str]:
    """Yield the addresses that name things of both units: one of theirs among ours, and the other way."""
    theirs, ours = places(apart, rule), places(apart, rule, apart.ours)
    different = sorted(place for place in theirs if theirs[place] != ours[place])
    urls = apart.app.url_map.bind("localhost")
    if len(different) > 1:
        for place in different:
            yield urls.build(rule.endpoint, {**ours, place: theirs[place]})
            if len(different) > 2:
                yield urls.build(rule.endpoint, {**theirs, place: ours[place]})


@pytest.mark.parametrize("role", ["learner", "supervisor", "mentor", "organiser", "hr", "admin"])
def test_a_thing_of_theirs_behind_a_person_of_ours_is_not_there(apart, role):
    browser, wrong, before = apart.ours.people[role].browser, [], apart.rows()
    browser.get("/help")
    token, asked = browser.token(), 0
    for rule in rules(apart.app):
        for address in crossed(apart, rule) if name(rule) in THEIRS else ():
            for page in ask(browser, rule, address, token):
                asked += (
                    1  # a form that is not filled in is told before what it is about is looked for
                )
                if page.status not in (403, 404, 422) or shown(apart, page):
                    wrong.append((name(rule), address, page.status, shown(apart, page)))
    assert wrong == []
    assert changes(before, apart.rows()) == []
    assert asked > 50
