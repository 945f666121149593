"""Levels by API: why they are held, and what cannot be is told by its field."""

from __future__ import annotations

import pytest

from learn.web.state import State
from tests.web.api.conftest import walk


@pytest.fixture
def learner(course, caller):
    found = caller(unit="DINKES")
    walk(found)
    return found


def today() -> str:
    return str(State.now().date())


def test_why_a_level_is_held_names_rule_evidence_and_what_is_missing(learner, caller):
    boss, assessor = caller("supervisor", unit="DINKES"), caller("assessor", unit="DINKES")
    theirs = f"/people/{learner.number}"
    seen = {
        "competency": "M.05",
        "level": 3,
        "observed_on": today(),
        "note": "Melayani",
        "key": "k",
    }
    first = boss("POST", f"{theirs}/confirmations", seen)
    assert first.status_code == 201
    assert boss("POST", f"{theirs}/confirmations", seen).json == first.json
    found = {"levels": {"M.05": 4, "M.01": 2}, "assessed_on": today(), "instrument": "interview"}
    assert len(assessor("POST", f"{theirs}/assessments", found).json["recorded"]) == 2
    told = learner("GET", "/me/competencies/M.05").json
    assert (told["learned_level"], told["assessed_level"]) == (3, 4)
    assert {each["source"] for each in told["pieces"]} == {"course", "confirmation"}
    assert told["assessments"][0]["state"] == "counts" and told["rule"]
    assert told["next"]["level"] == 4 and told["next"]["needs_evidence"] is True
    assert boss("GET", f"{theirs}/competencies/M.05").json == told
    assert learner("GET", "/me/competencies/X.99").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [{"levels": {"M.05": 0}}, {"levels": {"M.05": 6}}, {"levels": {"X.99": 3}}, {"levels": {}},
     {"assessed_on": "2999-01-01"}, {"assessed_on": "kemarin"}, {"assessed_on": "9999-12-31"},
     {"valid_until": "1999-01-01"}, {"instrument": "dadu"}],
)  # fmt: skip
def test_an_assessment_that_cannot_be_is_refused(learner, caller, changed):
    assessor = caller("assessor", unit="DINKES")
    found = {"levels": {"M.05": 3}, "assessed_on": today(), "instrument": "interview", **changed}
    assert assessor("POST", f"/people/{learner.number}/assessments", found).status_code in {
        400,
        422,
    }
    assert learner("GET", "/me/competencies/M.05").json["assessments"] == []


def test_nobody_does_anything_about_themselves(caller):
    me = caller("assessor", "supervisor", "admin", unit="DINKES")
    mine = f"/people/{me.number}"
    found = {"levels": {"M.05": 3}, "assessed_on": today(), "instrument": "interview"}
    seen = {"competency": "M.05", "level": 3, "observed_on": today(), "note": "Melayani"}
    assert me("POST", f"{mine}/assessments", found).status_code == 403
    assert me("POST", f"{mine}/confirmations", seen).status_code == 403
    sheet = f"nip,kompetensi,tingkat,tanggal\n{me.number},M.05,3,{today()}\n"
    reply = me("POST", "/assessments/imports", data=sheet, content_type="text/csv")
    assert reply.status_code == 422
    assert me("GET", "/me/competencies/M.05").json["assessed_level"] is None


def test_a_suspension_with_days_reversed_or_of_nothing_is_refused(learner, caller):
    office = caller("hr", unit="DINKES")
    seq = learner("GET", "/me/competencies/M.05").json["pieces"][0]["seq"]
    act = f"/people/{learner.number}/levels/evidence/{seq}/acts"
    wrong = {"act": "suspend", "begins": "2026-12-02", "ends": "2026-12-01", "reason": "x"}
    assert office("POST", act, wrong).status_code == 422
    assert office("POST", act, {"act": "suspend"}).status_code == 422
    assert office("POST", act, {"act": "resume"}).status_code == 409
    assert office("POST", act, {"act": "withdraw", "reason": "x"}).status_code == 409
    nothing = f"/people/{learner.number}/levels/assessment/99999/acts"
    assert office("POST", nothing, {"act": "suspend", "reason": "x"}).status_code == 404
    assert office("POST", act, {"act": "suspend", "reason": "Periksa"}).status_code == 200
    told = learner("GET", "/me/competencies/M.05").json
    assert (told["learned_level"], told["pieces"][0]["reason"]) == (0, "suspended")
