"""Mentoring by programs: the whole way, privacy of what was spoken, and mistakes by field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.people.access import Role
from learn.web.state import State

TODAY = State.now().date()
PERIOD = {
    "starts_on": str(TODAY - timedelta(days=30)), "ends_on": str(TODAY + timedelta(days=90)),
    "competencies": ["M.05"], "aim": "Pelayanan lebih cepat",
}  # fmt: skip
MET = {
    "starts_at": f"{TODAY - timedelta(days=3)}T02:00:00Z", "minutes": 90, "topic": "RAHASIA topik",
    "notes": "RAHASIA catatan",
}  # fmt: skip


@pytest.fixture
def four(caller):
    """Give a mentee, a mentor, a supervisor and somebody of HR, all of one unit."""
    roles = ((), (Role.MENTOR,), (Role.SUPERVISOR,), (Role.HR,))
    return [caller(*granted, unit="DINKES") for granted in roles]


def act(call, where, name, **more):
    seq = call("GET", where).json["seq"]
    return call("POST", f"{where}/acts", {"act": name, "based_on": seq, **more})


def begun(four):
    """Bring a pair to where it is active; return its address."""
    mentee, mentor, boss, _hr = four
    made = mentee("POST", "/me/mentoring", {**PERIOD, "mentor": mentor.number})
    assert made.status_code == 201, made.json
    where = f"/people/{mentee.number}/mentoring/{made.json['pair']}"
    assert act(mentor, where, "accept").json["state"] == "accepted"
    assert act(boss, where, "start").json["state"] == "active"
    return where


def test_a_pair_from_the_request_to_the_hours(four):
    mentee, mentor, boss, _hr = four
    where = begun(four)
    goal = {"text": "Tiga hari", "competency": "M.05", "level": 2, "due_on": PERIOD["ends_on"]}
    (made,) = mentee("POST", f"{where}/goals", goal).json["goals"]
    judged = {"state": "reached", "based_on": made["seq"]}
    assert (
        mentor("POST", f"{where}/goals/{made['goal']}/state", judged).json["goals"][0]["state"]
        == "reached"
    )
    (met,) = mentee("POST", f"{where}/meetings", MET).json["meetings_noted"]
    one = f"{where}/meetings/{met['meeting']}"
    own = mentee("POST", f"{one}/decision", {"state": "confirmed", "based_on": met["seq"]})
    assert own.status_code == 403
    agreed = mentor("POST", f"{one}/decision", {"state": "confirmed", "based_on": met["seq"]})
    assert (agreed.json["meetings"], agreed.json["hours_so_far"]) == (1, 2)
    result = {
        "changed": "Lebih cepat",
        "levels": {"M.05": 2},
        "based_on": boss("GET", where).json["seq"],
    }
    assert boss("POST", f"{where}/result", result).json["hours"] == 2
    record = mentee("GET", "/me/record").json
    assert record["hours"][0]["earned"] == 2
    taken = act(boss, where, "take_back", reason="Keliru")
    assert (taken.json["state"], taken.json["hours"]) == ("ended", 0)


def test_only_the_two_read_what_was_noted(four, caller):
    mentee, mentor, boss, hr = four
    where = begun(four)
    mentee("POST", f"{where}/meetings", MET)
    for call in (mentee, mentor):
        assert call("GET", where).json["meetings_noted"][0]["topic"] == "RAHASIA topik"
    for call in (boss, hr):
        reply = call("GET", where)
        assert "RAHASIA" not in reply.get_data(as_text=True)
        assert reply.json["meetings_noted"][0]["minutes"] == 90
    assert caller(unit="DINKES")("GET", where).status_code == 404
    assert caller(Role.HR, unit="DPUPR")("GET", where).status_code == 404


def test_a_mentor_reads_the_record_only_while_the_pair_is_active(four):
    mentee, mentor, *_rest = four
    record = f"/people/{mentee.number}/record"
    assert mentor("GET", record).status_code in (403, 404)
    where = begun(four)
    assert mentor("GET", record).status_code == 200
    assert "mentor" in mentor("GET", "/me").json["roles"]
    act(mentor, where, "end", reason="Selesai")
    assert mentor("GET", record).status_code in (403, 404)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"), ({"starts_on": "kemarin"}, "starts_on"),
        ({"form": "KL06"}, "form"), ({"competencies": ["X.1"]}, "competencies"),
        ({"mentor": "199001012015031999"}, "mentor"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_field(four, changed, field):
    reply = four[0]("POST", "/me/mentoring", PERIOD | changed)
    assert reply.status_code == 422
    assert field in [error["field"] for error in reply.json["errors"]]


@pytest.mark.parametrize(
    "changed",
    [{"starts_at": "2026-11-24"}, {"starts_at": "x"}, {"minutes": 0}, {"minutes": 999}, {"topic": ""},
     {"starts_at": "9999-12-31T23:59:59Z"}],
)  # fmt: skip
def test_meetings_that_cannot_be_are_refused(four, changed):
    where = begun(four)
    assert four[0]("POST", f"{where}/meetings", MET | changed).status_code == 422
    assert four[0]("GET", where).json["meetings_noted"] == []


def test_an_old_sight_is_no_ground_to_act(four):
    where = begun(four)
    reply = four[2]("POST", f"{where}/acts", {"act": "end", "based_on": 1, "reason": "x"})
    assert reply.status_code == 409
