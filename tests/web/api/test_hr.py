"""HR's lists and bulk acts by the API."""

import pytest

from learn.people.access import Role
from tests.web.api.conftest import walk


@pytest.fixture
def learner(course, caller):
    """Somebody of unit DINKES who completed the course."""
    found = caller(unit="DINKES")
    walk(found)
    return found


@pytest.fixture
def hr(learner, caller):
    return caller(Role.HR, unit="DINKES")


def test_the_list_of_people_says_how_their_hours_stand(hr, learner):
    items = hr("GET", "/hr/people?unit=DINKES").json["items"]
    [found] = [each for each in items if each["number"] == learner.number]
    assert found["hours"] == 6
    assert found["target"] - found["hours"] == found["missing"]
    short = hr("GET", "/hr/people?state=idle").json["items"]
    assert learner.number not in {each["number"] for each in short}
    assert hr("GET", "/hr/people?on=2999-01-01").status_code == 422
    assert hr("GET", "/hr/people?state=x").status_code in {200, 422}
    assert hr("GET", "/hr/overdue").json["items"] == []


def test_a_bulk_act_is_previewed_done_and_undone(hr, learner, caller):
    other = caller(unit="DPUPR")
    body = {
        "act": "assign", "course": "dasar", "due": "",
        "targets": [{"number": each} for each in (learner.number, other.number, hr.number)],
    }  # fmt: skip
    shown = hr("POST", "/bulk/preview", body).json
    assert shown["count"] == 0
    assert {each["number"] for each in shown["left"]} == {learner.number, other.number, hr.number}
    wrong = [{"number": learner.number, "course": "dasar", "cycle": 1}]
    body = {"act": "withdraw", "reason": "Versi keliru", "targets": wrong}
    shown = hr("POST", "/bulk/preview", body).json
    assert shown == {"digest": shown["digest"], "count": 1, "left": []}
    assert hr("POST", "/bulk", {**body, "digest": "0" * 64}).status_code == 409
    done = hr("POST", "/bulk", {**body, "digest": shown["digest"]})
    assert done.status_code == 201
    assert done.json["items"] == {"acted": 1}
    assert hr("GET", "/hr/people?state=idle").json["items"]
    batch = done.json["batch"]
    assert hr("GET", "/bulk").json["items"][0]["batch"] == batch
    assert hr("POST", f"/bulk/{batch}/undo").json["items"] == {"taken_back": 1}
    assert hr("POST", f"/bulk/{batch}/undo").status_code == 409


def test_a_bulk_act_of_somebody_else_is_not_there(hr, learner, caller):
    wrong = [{"number": learner.number, "course": "dasar", "cycle": 1}]
    body = {"act": "withdraw", "reason": "Keliru", "targets": wrong}
    digest = hr("POST", "/bulk/preview", body).json["digest"]
    batch = hr("POST", "/bulk", {**body, "digest": digest}).json["batch"]
    stranger = caller(Role.ADMIN, unit="DPUPR")
    assert stranger("GET", f"/bulk/{batch}").status_code == 404
    assert stranger("POST", f"/bulk/{batch}/undo").status_code == 404


@pytest.mark.parametrize("act", ["codes", "x", ""])
def test_codes_are_shown_on_a_page_alone(hr, learner, act):
    body = {"act": act, "targets": [{"number": learner.number}]}
    assert hr("POST", "/bulk/preview", body).status_code == 404
