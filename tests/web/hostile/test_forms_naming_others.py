"""Forms of one's own unit that name people, units or numbers of another: nothing is done, nothing is told."""

from __future__ import annotations

import json
import re

import pytest

from learn.db import Base
from tests.support.browsing import Page
from tests.web.hostile.conftest import Apart
from tests.web.hostile.forms import AS_SHOWN, NAMES_NOBODY, Filled, filled
from tests.web.hostile.test_lists_apart import unpacked


def of_theirs(apart: Apart) -> set[str]:
    """Return all rows about the people of the other unit, and about that unit."""
    people, unit = {each.id for each in apart.theirs.people.values()}, apart.theirs.unit_id
    known = {"person_id": people, "mentor_id": people, "unit_id": {unit}}
    of_itself = {"learn_person": people, "learn_unit": {unit}}
    found = set()
    with apart.app.extensions["learn"].database.reading() as session:
        for table in Base.metadata.sorted_tables:
            names = {**known, **({"id": of_itself[table.name]} if table.name in of_itself else {})}
            for row in session.execute(table.select()).mappings():
                if any(row.get(name) in ids for name, ids in names.items()):
                    found.add(f"{table.name}: {tuple(row.values())}")
    return found


# one's own number and one's own unit above itself cannot be; a bulk act wants what its preview showed
ONLY_OF_OTHERS = frozenset(
    "admin_add_number admin_move_unit hr_bulk_do admin_plan_import hr_siasn_plan_results".split()
)
DIGEST = re.compile(r'name="digest"\s+value="([^"]+)"')


def send(apart: Apart, form: Filled, digest: str = "") -> tuple[Page, list[str]]:
    """Send the form; return the answer, and what of the other unit stands there that was not sent."""
    browser = apart.ours.people[form.who].browser
    address = apart.app.url_map.bind("localhost").build(
        f"learn.{form.endpoint}", form.places, "POST"
    )
    browser.get("/help")
    data = {**form.fields, "csrf_token": browser.token(), **({"digest": digest} if digest else {})}
    with browser.client.post(address, data=data, follow_redirects=True) as answer:
        page = Page(answer)
        text = unpacked(page.data).lower()
    sent = json.dumps(form.fields, default=str)
    secrets = [each for each in apart.theirs.secrets if each not in sent and each.lower() in text]
    return page, secrets


def test_every_form_at_an_address_of_its_own_is_sent_or_names_nobody(apart):
    found = {
        rule.endpoint.removeprefix("learn.")
        for rule in apart.app.url_map.iter_rules()
        if rule.endpoint.startswith("learn.")
        and not rule.arguments
        and "POST" in (rule.methods or ())
    }
    sent = {form.endpoint for form in filled(apart.ours, apart.theirs)}
    assert found - sent - NAMES_NOBODY - AS_SHOWN == set(), (
        "tests/web/hostile/forms.py: fill these forms in with somebody of the other unit, or say that they name nobody"
    )
    assert (NAMES_NOBODY | AS_SHOWN) - found == set()


@pytest.mark.parametrize("who", ["hr", "admin", "organiser", "supervisor"])
def test_a_form_that_names_another_unit_does_nothing_there_and_tells_nothing_of_it(apart, who):
    before, wrong, digest = of_theirs(apart), [], ""
    for form in filled(apart.ours, apart.theirs):
        if form.who == who:
            page, secrets = send(apart, form, digest if form.endpoint == "hr_bulk_do" else "")
            shown = DIGEST.search(page.html)
            digest = shown.group(1) if shown else ""
            if page.status >= 500 or secrets:
                wrong.append((form.endpoint, page.status, secrets))
            after = of_theirs(apart)
            wrong += [(form.endpoint, "did", row) for row in sorted(before ^ after)]
            before = after
    assert wrong == []


def test_the_same_forms_are_good_when_they_name_ones_own(apart):
    refused = [
        (form.who, form.endpoint, page.status, page.text[:500])
        for form in filled(apart.ours, apart.ours)
        if form.endpoint not in ONLY_OF_OTHERS and (page := send(apart, form)[0]).status != 200
    ]
    assert refused == [], "a form that is refused anyway proves nothing"
