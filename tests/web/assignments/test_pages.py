"""Assignments in the browser: rules with a preview, what is due, more time, the learner's own list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learn.assignments.models import Assignment, AssignmentRule
from learn.assignments.services import assign
from learn.jobs.models import Job
from learn.ledger.models import AuditEntry
from learn.people.access import Role
from learn.people.dates import local_date
from learn.web.state import State
from tests.support import make
from tests.support.learning import COURSE, publish_course
from tests.support.statements import Counted

RULE = {
    "course": COURSE, "unit": "A", "post_title": "", "post_class": "", "kind": "", "due": "after_rule",
    "days": "60", "required": "yes", "soft": "y", "repeat": "y",
}  # fmt: skip


def post(browser, where, form, **known):
    """Send a form with the token of a page that was just opened; redirects are not followed."""
    browser.get("/help")
    return browser.post(where, form, token=True, **{"follow_redirects": False, **known})


def hidden(page, name):
    """Return what a hidden field of the page holds."""
    return next(form.fields[name].values[0] for form in page.forms if name in form.fields)


@pytest.fixture
def learn(app):
    return app.extensions["learn"]


@pytest.fixture
def today(learn):
    return local_date(State.now(), "Asia/Makassar")


@pytest.fixture
def office(app, learn, now):
    publish_course(app, now)
    with learn.database.transaction() as session:
        return make.unit(session, "A")


@pytest.fixture
def sari(learn, office):
    with learn.database.transaction() as session:
        return make.person(session, name="Ni Putu Rai", unit=office, password=None).id


def give(learn, person_id, due):
    with learn.database.transaction() as session:
        assign(session, person_id, COURSE, due_at=due, actor_id=None, now=State.now())


def row_of(learn, person_id):
    with learn.database.reading() as session:
        return session.scalars(select(Assignment).where(Assignment.person_id == person_id)).one()


def test_a_rule_is_seen_before_it_is_made(learn, signed_in, sari, today):
    hr = signed_in(Role.HR)
    hr.get("/hr/assignments/new/")
    form = {**RULE, "starts_on": today.isoformat()}
    straight = post(hr, "/hr/assignments/new/", {**form, "step": "do"})
    assert "Ni Putu Rai" in straight.text  # not seen yet: it is shown instead of made
    seen = hidden(straight, "seen")
    with learn.database.reading() as session:
        assert session.scalars(select(AssignmentRule)).all() == []
    other = post(hr, "/hr/assignments/new/", {**form, "days": "30", "seen": seen, "step": "do"})
    assert hidden(other, "seen") != seen
    post(hr, "/hr/assignments/new/", {**form, "seen": seen, "step": "do"})
    with learn.database.reading() as session:
        (rule,) = session.scalars(select(AssignmentRule))
        assert (rule.course, rule.days, rule.ended_at) == (COURSE, 60, None)
        assert session.scalars(select(Job.kind)).all() == ["assignment_rule"]
        assert "assignment_rule_made" in session.scalars(select(AuditEntry.kind)).all()
    assert "/hr/assignments/1/" in hr.get("/hr/assignments/").html


def test_a_rule_is_changed_ended_and_resumed(learn, signed_in, sari, today):
    hr = signed_in(Role.HR)
    page = hr.get("/hr/assignments/new/")
    form = {**RULE, "starts_on": today.isoformat()}
    page = post(hr, "/hr/assignments/new/", {**form, "step": "preview"})
    seen = hidden(page, "seen")
    post(hr, "/hr/assignments/new/", {**form, "seen": seen, "step": "do"})
    page = hr.get("/hr/assignments/1/")
    form["based_on"] = hidden(page, "based_on")
    form["days"] = "10"
    page = post(hr, "/hr/assignments/1/", {**form, "step": "preview"})
    form["seen"] = hidden(page, "seen")
    post(hr, "/hr/assignments/1/", {**form, "step": "do"})
    again = post(hr, "/hr/assignments/1/", {**form, "step": "do"}, follow_redirects=False)
    assert again.status == 409
    for act, ended in (("end", True), ("resume", False)):
        post(hr, f"/hr/assignments/1/{act}", {})
        with learn.database.reading() as session:
            rule = session.get_one(AssignmentRule, 1)
            assert (rule.days, rule.ended_at is not None) == (10, ended)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"course": ""}, "course"),
        ({"unit": "TIADA"}, "unit"),
        ({"due": "date"}, "due_on"),
        ({"days": ""}, "days"),
        ({"days": "banyak"}, "days"),
        ({"starts_on": "kemarin"}, "starts_on"),
    ],
)
def test_what_a_rule_cannot_say_stands_at_its_field(learn, signed_in, office, today, said, words):
    hr = signed_in(Role.HR)
    hr.get("/hr/assignments/new/")
    form = {**RULE, "starts_on": today.isoformat(), "step": "preview", **said}
    page = post(hr, "/hr/assignments/new/", form)
    assert page.status == 422 and f'href="#{words}"' in page.html


def test_hr_of_one_unit_makes_rules_for_it_alone(learn, signed_in, office, today):
    hr = signed_in(Role.HR, unit=office)
    hr.get("/hr/assignments/new/")
    form = {**RULE, "starts_on": today.isoformat(), "unit": "", "step": "preview"}
    assert post(hr, "/hr/assignments/new/", form).status == 422


def test_what_is_due_stands_on_the_first_page_and_at_the_course(learn, signed_in, office, today):
    browser = signed_in(unit=office)
    give(learn, browser.person_id, today + timedelta(days=18))
    home = browser.get("/")
    assert "Dasar pelayanan" in home.text
    page = browser.get(f"/courses/{COURSE}/")
    assert f"/courses/{COURSE}/more-time/" in page.html
    sent = {"until": (today + timedelta(days=30)).isoformat(), "reason": "Dinas luar"}
    post(browser, f"/courses/{COURSE}/more-time/", sent)
    assert row_of(learn, browser.person_id).asked_until == today + timedelta(days=30)
    for wrong in ({"until": "x"}, {"until": today.isoformat()}, {"reason": ""}):
        (field,) = wrong
        reply = post(
            browser, f"/courses/{COURSE}/more-time/", {**sent, **wrong}, follow_redirects=False
        )
        assert reply.status == 422 and f"{field}-error" in reply.ids


def test_a_supervisor_sees_who_is_overdue_and_decides_about_more_time(
    learn, signed_in, office, sari, today
):
    boss = signed_in(Role.SUPERVISOR, unit=office)
    with learn.database.transaction() as session:
        then = State.now() - timedelta(days=30)
        assign(session, sari, COURSE, due_at=today - timedelta(days=2), actor_id=None, now=then)
    assert "Ni Putu Rai" in boss.get("/team/due/?within=overdue").text
    assert "Ni Putu Rai" not in boss.get("/team/due/?within=30").text
    where = f"/people/{sari}/assignments/"
    boss.get(where)
    day = today + timedelta(days=9)
    sent = {"due": day.isoformat(), "reason": "Baru kembali", "act": "move"}
    post(boss, f"{where}{COURSE}/due", sent)
    assert row_of(learn, sari).due_on == day
    reply = post(
        boss, f"{where}{COURSE}/due", {"reason": "x", "act": "refuse"}, follow_redirects=False
    )
    assert reply.status == 409
    post(boss, f"{where}{COURSE}/end", {"reason": "Pindah tugas"})
    assert row_of(learn, sari).state == "ended"
    post(boss, where, {"course": COURSE, "due": day.isoformat(), "soft": "y"})
    assert row_of(learn, sari).state == "open"


def test_nobody_assigns_themselves(learn, signed_in, office):
    boss = signed_in(Role.SUPERVISOR, unit=office)
    assert boss.get(f"/people/{boss.person_id}/assignments/").status == 403


def test_notices_are_counted_in_the_header_and_read_by_a_button(learn, signed_in, office, today):
    browser = signed_in(unit=office)
    browser.client.set_cookie("learn_language", "en")
    give(learn, browser.person_id, today + timedelta(days=18))
    page = browser.get("/notices/")
    assert "1 unread notices" in page.text
    key = hidden(page, "key")
    opened = post(browser,
        "/notices/read", {"key": key, "next": f"/courses/{COURSE}/"},
    )  # fmt: skip
    assert opened.headers["Location"].endswith(f"/courses/{COURSE}/")
    assert "unread notices" not in browser.get("/notices/").text
    away = post(browser, "/notices/read", {"next": "https://evil.test/"}, follow_redirects=False)
    assert "evil" not in away.headers["Location"]


def test_the_count_of_notices_costs_a_module_page_no_statement(learn, signed_in, office, today):
    browser = signed_in(unit=office)
    give(learn, browser.person_id, today + timedelta(days=18))
    browser.get(f"/courses/{COURSE}/01-satu/")
    with Counted(learn.database) as counted:
        browser.get(f"/courses/{COURSE}/01-satu/")
    assert len(counted.statements) <= 3


def test_lists_of_what_is_due_cost_the_same_for_one_line_and_for_many(
    learn, signed_in, office, today
):
    hr = signed_in(Role.HR)
    counts = []
    for more in (1, 30):
        with learn.database.transaction() as session:
            people = [
                make.person(session, name=f"Orang {n}", unit=office, password=None).id
                for n in range(more)
            ]
        for each in people:
            give(learn, each, today + timedelta(days=5))
        hr.get("/hr/due/")
        with Counted(learn.database) as counted:
            hr.get("/hr/due/")
        counts.append(len(counted.statements))
    assert counts[0] == counts[1] <= 8
