"""Numbers of people stand whole in HR's own lists alone: whoever else opens a page or a file sees a part."""

from __future__ import annotations

import pytest

from learn.api.operations import OPERATIONS
from tests.web.hostile import operations
from tests.web.hostile.apart import COURSE, QUIZ
from tests.web.hostile.conftest import Apart
from tests.web.hostile.pages import SHOWN, THEIRS
from tests.web.hostile.test_lists_apart import pages as pages_without_a_name
from tests.web.hostile.test_lists_apart import unpacked
from tests.web.hostile.test_operations_apart import ask
from tests.web.hostile.test_pages_apart import name, places, rules

OTHERS = ("learner", "colleague", "supervisor", "mentor", "trainer", "organiser", "verifier", "assessor")  # fmt: skip

# who holds a training has the list of those who came, which a sheet of attendance is matched by
OF_ATTENDANCE = frozenset("organise_participants organise_template".split())
# whoever decides about somebody by the API names them by their number, which these lists give for it
TO_DECIDE = frozenset(
    "claims claim_of_person prior_requests pairs_of_people pair_of_person session_attendance".split()
)


def addresses(apart: Apart) -> list[str]:
    """Return every page that can be opened, with one's own unit's things in its address."""
    urls = apart.app.url_map.bind("localhost")
    named = [
        urls.build(rule.endpoint, places(apart, rule, apart.ours))
        for rule in rules(apart.app)
        if name(rule) in {*THEIRS, *SHOWN} - OF_ATTENDANCE and "GET" in (rule.methods or ())
    ]
    return [*pages_without_a_name(apart), *named]


def others(apart: Apart, who: str) -> list[str]:
    """Return the numbers of everybody else."""
    return [each.number for role, each in apart.ours.people.items() if role != who]


@pytest.mark.parametrize("who", OTHERS)
def test_no_page_shows_the_whole_number_of_somebody_else(apart, who):
    browser, wrong, opened = apart.ours.people[who].browser, [], 0
    for address in addresses(apart):
        with browser.client.get(address) as answer:
            text, opened = unpacked(answer.get_data()), opened + (answer.status_code == 200)
        wrong += [(address, number) for number in others(apart, who) if number in text]
    assert wrong == []
    assert opened > 30


@pytest.mark.parametrize("who", OTHERS)
def test_no_reply_of_the_api_shows_the_whole_number_of_somebody_else(apart, who):
    call, wrong = apart.ours.people[who].call, []
    known = operations.places(apart.ours.places, apart.ours.code)
    for made in OPERATIONS:
        if made.writes or made.name in TO_DECIDE:
            continue
        with ask(apart, call, made, known) as answer:
            text = unpacked(answer.get_data())
        sought = apart.ours.learner.number if "number" in made.parts else ""
        found = [each for each in others(apart, who) if each in text and each != sought]
        wrong += [(made.name, each) for each in found]
    assert wrong == []


def test_a_file_of_attempts_has_whole_numbers_for_who_may_export_the_people_in_it(apart):
    number = apart.ours.learner.number
    for who, whole in (("hr", True), ("auditor", True), ("organiser", False)):
        browser = apart.ours.people[who].browser
        browser.get("/help")
        sent = {"what": "scores", "format": "csv", "csrf_token": browser.token()}
        page = browser.post(f"/studio/{COURSE}/results/{QUIZ}/export", sent)
        assert page.status == 200 and apart.ours.word in page.html
        assert (number in page.html) is whole
        asked = f"/courses/{COURSE}/quizzes/{QUIZ}/attempts?what=answers&format=csv"
        with apart.ours.people[who].call("GET", asked) as answer:
            assert (number in answer.get_data(as_text=True)) is whole
