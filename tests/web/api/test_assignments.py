"""Assignments, rules and notices by the API alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.assignments.sweeping import sweep_rule
from learn.people.dates import local_date
from learn.web.state import State

TODAY = local_date(State.now(), "Asia/Makassar")
RULE = {
    "course": "dasar", "unit": "DINKES", "starts_on": str(TODAY), "due": "after_rule", "days": 60,
}  # fmt: skip


@pytest.fixture
def hr(course, caller):
    return caller("hr", unit="DINKES")


@pytest.fixture
def ayu(course, caller):
    return caller(unit="DINKES")


def test_a_course_is_assigned_asked_about_moved_and_ended(hr, ayu):
    theirs = f"/people/{ayu.number}/assignments"
    due, later = str(TODAY + timedelta(days=9)), str(TODAY + timedelta(days=30))
    made = hr("POST", theirs, {"course": "dasar", "due_on": due})
    assert (made.status_code, made.json["days_left"], made.json["may_ask"]) == (201, 9, True)
    (notice,) = ayu("GET", "/me/notices").json["items"]
    assert "Dasar pelayanan" in notice["text"] and notice["url"].endswith("/courses/dasar/")
    asked = ayu("POST", "/me/assignments/dasar/more-time", {"until": later, "reason": "Sakit"})
    assert asked.json["asked_until"] == later
    (line,) = hr("GET", "/assignments?within=asking").json["items"]
    assert line["number"] == ayu.number
    moved = hr("PUT", f"{theirs}/dasar/due", {"due_on": later, "reason": "Baik"})
    assert (moved.json["due_on"], moved.json["asked_until"]) == (later, None)
    assert hr("POST", f"{theirs}/dasar/refusal", {"reason": "x"}).status_code == 409
    assert hr("POST", f"{theirs}/dasar/end", {"reason": "Pindah"}).json["state"] == "ended"
    assert ayu("GET", "/me/assignments").json["items"][0]["state"] == "ended"
    assert ayu("POST", "/me/notices/read", {}).json["read"] == 2
    assert ayu("GET", "/me/notices").json["unread"] == 0


def test_a_rule_is_previewed_made_changed_ended_and_resumed(hr, ayu, learn):
    found = hr("POST", "/assignment-rules/preview", RULE).json
    assert (found["people"], found["now"]) == (2, 2)
    made = hr("POST", "/assignment-rules", RULE)
    assert made.status_code == 201
    rule = made.json["rule"]
    sweep_rule(learn.database, rule, now=State.now(), timezone="Asia/Makassar")
    assert ayu("GET", "/me/assignments").json["items"][0]["rule"] == rule
    changed = {**RULE, "days": 30, "based_on": made.json["changed_at"]}
    assert hr("PUT", f"/assignment-rules/{rule}", changed).json["days"] == 30
    assert hr("PUT", f"/assignment-rules/{rule}", changed).status_code == 409
    assert hr("POST", f"/assignment-rules/{rule}/end").json["ended_at"]
    assert hr("GET", "/assignment-rules").json["items"] == []
    assert hr("POST", f"/assignment-rules/{rule}/resume").json["ended_at"] is None
    assert hr("POST", "/assignment-rules/999/end").status_code == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"course": "tiada"}, "course"),
        ({"due": "date"}, "due_on"),
        ({"due": "date", "due_on": "besok"}, "due_on"),
        ({"days": None}, "days"),
        ({"days": -1}, "days"),
        ({"starts_on": "x"}, "starts_on"),
        ({"post_class": "RAJA"}, "post_class"),
    ],
)
def test_what_a_rule_cannot_say_is_told_by_its_field(hr, said, field):
    reply = hr("POST", "/assignment-rules", {**RULE, **said})
    assert reply.status_code == 422
    assert field in {error["field"] for error in reply.json["errors"]}


def test_a_supervisor_sees_masked_numbers(hr, ayu, caller):
    hr("POST", f"/people/{ayu.number}/assignments", {"course": "dasar", "due_on": str(TODAY)})
    boss = caller("supervisor", unit="DINKES")
    assert ayu.number not in boss("GET", "/assignments").get_data(as_text=True)
