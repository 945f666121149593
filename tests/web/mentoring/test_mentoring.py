"""Mentoring on pages: the whole way of a pair, what each of those concerned sees, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learn.hours.models import HoursYear
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.mentoring import pairs
from learn.mentoring.models import Goal, Meeting, Pair
from learn.mentoring.rules import Proposal
from learn.people.access import Role
from learn.people.directory import number_of
from learn.people.models import Person
from tests.support import make
from tests.support.statements import Counted

ASK = {
    "form": "NKL02", "starts_on": "2026-01-05", "ends_on": "2099-12-31", "competencies": ["M.05"],
    "aim": "Pelayanan lebih cepat",
}  # fmt: skip
MET = {
    "day": "2026-02-03", "starts": "09:00", "ends": "10:30", "mode": "place",
    "topic": "RAHASIA berdua", "notes": "Catatan RAHASIA",
}  # fmt: skip


@pytest.fixture
def learn(app):
    return app.extensions["learn"]


@pytest.fixture
def office(learn):
    with learn.database.transaction() as session:
        return make.unit(session, "A")


@pytest.fixture
def four(signed_in, office):
    """Open browsers of a mentee, somebody who may be asked, a supervisor, and somebody of HR."""
    mentor = signed_in(Role.MENTOR, unit=office, name="Ni Kadek Sri")
    mentee = signed_in(unit=office, name="Ni Luh Ayu")
    boss = signed_in(Role.SUPERVISOR, unit=office, name="I Made Arya")
    all_four = (mentee, mentor, boss, signed_in(Role.HR, unit=office))
    for browser in all_four:
        browser.client.set_cookie("learn_language", "en")
    return all_four


@pytest.fixture
def soon(app):
    """Periods are checked against the present day: they begin near it."""
    today = app.extensions["learn"].now().date()
    return {
        **ASK,
        "starts_on": (today - timedelta(days=60)).isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
    }, {**MET, "day": (today - timedelta(days=3)).isoformat()}


def ask(browser, mentor, values):
    browser.get("/mentoring/new/")
    return browser.submit("", {**values, "mentor": str(mentor.person_id)})


def press(browser, where, text, values=None):
    """Open a pair and press one of its buttons."""
    browser.get(where)
    return browser.submit(text, values or {})


def only(learn, table):
    with learn.database.reading() as session:
        return session.query(table).one()


def test_the_whole_way_of_a_pair(learn, four, soon):
    mentee, mentor, boss, _hr = four
    period, met = soon
    assert "/mentoring/" in mentee.get("/me/record/").html
    page = ask(mentee, mentor, period)
    where = page.url
    assert "Ni Kadek Sri" in page.text and page.status == 200
    assert where in mentor.get("/mentoring/").html

    press(mentor, where, "Accept")
    waiting = boss.get("/team/mentoring/?state=accepted")
    assert where in waiting.html and waiting.text.count("Waits for the supervisor") == 2, (
        "choice, row"
    )
    press(boss, where, "Confirm that it begins")
    assert only(learn, Pair).state == "active"

    mentee.get(f"{where}goals/new/")
    mentee.submit("", text="Waktu layanan 3 hari", due_on=period["ends_on"], level="2")
    assert "Waktu layanan 3 hari" in mentor.get(where).text
    mentee.get(f"{where}meetings/new/")
    mentee.submit("", met)
    assert only(learn, Meeting).state == "logged"
    press(mentor, where, "Confirm the meeting")
    assert only(learn, Pair).minutes == 90

    boss.get(f"{where}result/")
    done = boss.submit("", {"changed": "Berkas selesai dalam 3 hari", "level-M.05": "2"})
    assert "Berkas selesai" in done.text
    with learn.database.reading() as session:
        assert sum(row.earned for row in session.query(HoursYear)) == 2
        assert list(verify(session)) == []
    assert "2" in mentee.get("/me/record/competencies/M.05/").text

    boss.get(where)
    boss.submit("Take the confirmation back", reason="Keliru")
    with learn.database.transaction() as session:
        assert sum(row.earned for row in session.query(HoursYear)) == 0
        assert rebuild_person(session, mentee.person_id) == []
        session.rollback()


def active_pair(four, soon):
    """Bring a pair with a confirmed meeting to where it is active; return its address."""
    mentee, mentor, boss, _hr = four
    where = ask(mentee, mentor, soon[0]).url
    press(mentor, where, "Accept")
    press(boss, where, "Confirm that it begins")
    mentee.get(f"{where}meetings/new/")
    mentee.submit("", soon[1])
    return where


def test_only_the_two_read_what_was_spoken_of(four, soon):
    mentee, mentor, boss, hr = four
    where = active_pair(four, soon)
    assert all("RAHASIA" in browser.get(where).text for browser in (mentee, mentor))
    for browser in (boss, hr):
        page = browser.get(where)
        assert "RAHASIA" not in page.html
        assert "90" in page.text
        assert browser.get(f"{where}meetings/new/").status == 403
    ledger = hr.get(f"/hr/people/{mentee.person_id}/")
    assert "RAHASIA" not in ledger.html


def test_a_mentor_has_a_team_of_their_mentees_only_while_the_pair_is_active(
    signed_in, office, learn, four, soon
):
    mentee, _mentor, boss, _hr = four
    outsider = signed_in(name="I Ketut Alit")
    outsider.client.set_cookie("learn_language", "en")
    boss.get(f"/team/mentoring/new/?person={mentee.person_id}")
    with learn.database.reading() as session:
        number = number_of(session, outsider.person_id)
    page = boss.submit("", {**soon[0], "mentor_number": number})
    assert page.status == 200, page.text
    assert outsider.get("/team/").status == 403
    press(outsider, page.url, "Accept")
    team = outsider.get("/team/")
    assert team.status == 200 and "Ni Luh Ayu" in team.text
    assert outsider.get(f"/team/{mentee.person_id}/").status == 200
    assert outsider.get(f"/team/{boss.person_id}/").status == 404
    outsider.get(page.url)
    outsider.submit("End the pair", reason="Selesai")
    assert outsider.get(f"/team/{mentee.person_id}/").status in (403, 404)


def test_somebody_else_is_told_that_there_is_no_such_pair(signed_in, four, soon):
    where = active_pair(four, soon)
    stranger = signed_in(name="Orang lain")
    for address in (where, f"{where}goals/new/", f"{where}meetings/new/", f"{where}result/"):
        assert stranger.get(address).status == 404


def test_mistakes_are_said_at_their_fields_and_nothing_is_kept(learn, four, soon):
    mentee, mentor, *_rest = four
    page = ask(mentee, mentor, {**soon[0], "ends_on": "2020-01-01"})
    assert page.status == 422 and 'id="ends_on-error"' in page.html
    where = active_pair(four, soon)
    mentee.get(f"{where}meetings/new/")
    page = mentee.submit("", {**soon[1], "day": "2020-01-01"})
    assert page.status == 422 and 'id="day-error"' in page.html
    page = mentee.submit("", {**soon[1]})
    assert page.status == 422 and 'id="starts-error"' in page.html
    with learn.database.reading() as session:
        assert session.query(Meeting).count() == 1
        assert session.query(Pair).count() == 1


def test_who_writes_of_themselves_does_not_confirm(learn, four, soon):
    mentee, *_rest = four
    where = active_pair(four, soon)
    meeting = only(learn, Meeting)
    page = mentee.post(
        f"{where}meetings/{meeting.id}/decision/",
        {"state": "confirmed", "based_on": meeting.seq}, token=True,
    )  # fmt: skip
    assert page.status == 403
    assert only(learn, Meeting).state == "logged"


def test_two_who_act_at_once_are_told(learn, four, soon):
    _mentee, mentor, boss, _hr = four
    where = ask(_mentee, mentor, soon[0]).url
    press(mentor, where, "Accept")
    boss.get(where)
    page = boss.post(f"{where}act/", {"act": "start", "based_on": 1}, token=True)
    assert page.status == 409
    assert only(learn, Pair).state == "accepted"


@pytest.mark.parametrize("act", ["", "name", "confirm", "x", "start", "accept"])
def test_acts_that_are_not_theirs_change_nothing(learn, four, soon, act):
    mentee, mentor, *_rest = four
    where = ask(mentee, mentor, soon[0]).url
    page = mentee.post(f"{where}act/", {"act": act, "based_on": 1}, token=True)
    assert page.status in (403, 409, 422)
    assert only(learn, Pair).state == "proposed"


def test_an_office_names_the_mentor_that_was_asked_for(learn, four, soon):
    mentee, mentor, _boss, hr = four
    mentee.get("/mentoring/new/")
    where = mentee.submit("", {**soon[0], "mentor": ""}).url
    page = press(hr, where, "Name the mentor", {"number": "1"})
    assert page.status == 422
    with learn.database.reading() as session:
        number = number_of(session, mentor.person_id)
    press(hr, where, "Name the mentor", {"number": number})
    assert only(learn, Pair).state == "proposed"


def test_goals_keep_what_they_said_before(learn, four, soon):
    mentee, mentor, *_rest = four
    where = active_pair(four, soon)
    mentee.get(f"{where}goals/new/")
    mentee.submit("", text="Lima hari", due_on=soon[0]["ends_on"])
    goal = only(learn, Goal)
    mentor.get(f"{where}goals/{goal.id}/")
    page = mentor.submit("", text="Tiga hari")
    assert "Tiga hari" in page.text and "Lima hari" in page.text


def test_lists_say_what_to_do_while_they_are_empty(four):
    mentee, _mentor, boss, _hr = four
    assert "/mentoring/new/" in mentee.get("/mentoring/").html
    assert "/team/mentoring/new/" in boss.get("/team/mentoring/").html


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x", ""])
@pytest.mark.parametrize("ends", ["08:00", "10:00"])
def test_days_that_no_calendar_has_are_refused(four, soon, day, ends):
    mentee, *_rest = four
    where = active_pair(four, soon)
    mentee.get(f"{where}meetings/new/")
    assert mentee.submit("", {**soon[1], "day": day, "ends": ends}).status == 422
    mentee.get(f"{where}goals/new/")
    assert mentee.submit("", text="Ukur", due_on=day).status == 422
    mentee.get("/mentoring/new/")
    assert mentee.submit("", {**soon[0], "ends_on": day}).status == 422


def test_who_has_to_do_something_is_told_and_led_there(four, soon):
    mentee, mentor, boss, _hr = four
    where = ask(mentee, mentor, soon[0]).url
    assert where in mentor.get("/notices/").html
    assert where not in mentee.get("/notices/").html, "who asked knows it"
    press(mentor, where, "Accept")
    press(boss, where, "Confirm that it begins")
    assert mentee.get("/notices/").html.count(where) >= 1
    mentee.get(f"{where}meetings/new/")
    mentee.submit("", soon[1])
    assert "waits for your confirmation" in mentor.get("/notices/").text


def test_pages_cost_the_same_for_many_pairs_and_write_nothing(learn, four, soon, now):
    _mentee, mentor, boss, _hr = four
    for page, browser in (("/mentoring/", mentor), ("/team/mentoring/", boss), ("/team/", boss)):
        browser.get(page)
    ask(_mentee, mentor, soon[0])
    found = {
        page: _statements(learn, browser, page)
        for page, browser in (("/mentoring/", mentor), ("/team/mentoring/", boss))
    }
    with learn.database.transaction() as session:
        office = session.get_one(Person, mentor.person_id).unit_id
        for _ in range(12):
            who = make.person(session, password=None)
            who.unit_id = office
            pairs.propose(
                session, who.id, _near(),
                mentor_id=mentor.person_id, actor_id=boss.person_id, supervises=False,
                timezone="Asia/Makassar", now=learn.now(),
            )  # fmt: skip
    for page, browser in (("/mentoring/", mentor), ("/team/mentoring/", boss)):
        assert _statements(learn, browser, page) == found[page]
        assert browser.page.html.count("/mentoring/") > 12


def _near():
    today = date.today()  # noqa: DTZ011 (only near is needed)
    return Proposal("NKL02", today, today + timedelta(days=90), ("M.05",))


def _statements(learn, browser, page):
    with Counted(learn.database) as counted:
        assert browser.get(page).status == 200
    assert counted.writes == []
    return len(counted.statements)
