"""The analysis by API says what the page says, to the same people."""

from __future__ import annotations

import pytest

from learn.people.access import Role
from tests.support import make
from tests.support.graded import FIRST_PERSON, large_course, take
from tests.support.learning import publish_course

PATH = "/courses/dasar/quizzes/akhir/analysis"
PEOPLE = range(FIRST_PERSON, FIRST_PERSON + 60)


@pytest.fixture
def version(app, now):
    return publish_course(app, now, large_course(6))


def test_a_trainer_gets_figures_flags_and_responses(app, caller, version, now):
    take(app, version, now, PEOPLE, astray=["q2"])
    found = caller(Role.TRAINER)("GET", PATH, headers={"Accept-Language": "en"}).json
    assert (found["whole"]["attempts"], found["version"], found["attempts"]) == (60, "", "first")
    question = found["questions"][2]
    assert question["key"] == "q2" and question["discrimination"] < 0
    assert question["flags"][0]["message"] == "The best people choose “Beta”: is the key right?"
    assert [each["text"] for each in question["responses"]] == ["Alfa", "Beta", "Gama"]


def test_one_version_and_one_unit_can_be_asked_for(app, caller, version, now):
    with app.extensions["learn"].database.transaction() as session:
        office = make.unit(session, "A")
        inside = make.person(session, unit=office, password=None).id
    take(app, version, now, [inside, *PEOPLE])
    call = caller(Role.AUDITOR)
    assert call("GET", f"{PATH}?version={version.id}").json["whole"]["attempts"] == 61
    assert call("GET", f"{PATH}?unit=A").json["whole"]["attempts"] == 1
    assert call("GET", f"{PATH}?unit=none").status_code == 404
    assert call("GET", f"{PATH}?version=none").status_code == 404
    assert call("GET", f"{PATH}?attempts=some").status_code == 422


def test_the_unit_of_an_organiser_is_all_that_they_get(app, caller, version, now):
    call = caller(Role.ORGANISER, unit="A")
    take(app, version, now, [call.person_id, *PEOPLE])
    assert call("GET", PATH).json["whole"]["attempts"] == 1


def test_very_many_attempts_that_were_never_computed_are_a_conflict(app, caller, now):
    version = publish_course(app, now, large_course(50))
    take(app, version, now, range(FIRST_PERSON, FIRST_PERSON + 450), steps=False)
    assert caller(Role.TRAINER)("GET", PATH).status_code == 409


@pytest.mark.parametrize("what", ["scores", "answers"])
def test_attempts_are_given_in_every_form_as_described(app, caller, version, now, what):
    with app.extensions["learn"].database.transaction() as session:
        inside = make.person(session, password=None).id
    take(app, version, now, [inside])
    call = caller(Role.TRAINER)
    for form in ("csv", "xlsx", "json", "jsonl"):
        reply = call("GET", f"/courses/dasar/quizzes/akhir/attempts?what={what}&format={form}")
        assert reply.status_code == 200
        assert form != "json" or len(reply.json) == (1 if what == "scores" else 6)
