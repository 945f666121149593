"""An employee's whole way: read, be quizzed, finish, and see the same figures everywhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from learn.certificates.models import Certificate
from learn.hours.models import HoursCredit
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.models import Person
from learn.progress.models import Completion, Enrolment
from learn.progress.services import withdraw
from learn.quizzes.models import Attempt, Step
from tests.support.learning import files_of_course, publish_course
from tests.support.statements import Counted


@pytest.fixture
def published(app):
    """Publish the small course."""
    return publish_course(app, datetime.now(UTC))


@pytest.fixture
def learner(published, signed_in):
    """Give the browser of somebody who has begun the course."""
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    return browser


def read_all(browser):
    for module in ("01-satu", "02-dua"):
        browser.get(f"/courses/dasar/{module}/")
        browser.submit(f"/courses/dasar/{module}/completion")


def take_final(browser, right=True):
    browser.get("/courses/dasar/quizzes/akhir/")
    browser.submit("/courses/dasar/quizzes/akhir/attempts")
    place = browser.page.url
    option = option_key(browser.page.html, "Pemerintahan" if right else "Pelayanan")
    browser.submit("answer", {"answer": option}, press="next")
    browser.submit("answer", {"answer": "20 JP" if right else "7"}, press="summary")
    browser.submit("submission")
    assert browser.page.url == place
    return browser.page


def option_key(html, word):
    """Return the value of the option whose text has `word`."""
    found = re.findall(r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">(.*?)</span>', html, re.S)
    return next(key for key, text in found if word in text)


def rows(app, query):
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(query).all()


def test_reading_everything_and_passing_completes_the_course_once(app, learner):
    read_all(learner)
    page = take_final(learner)
    assert "Lulus" in page.text or "Passed" in page.text
    (completion,) = rows(app, select(Completion))
    assert (completion.course, completion.cycle, completion.hours, completion.score) == (
        "dasar",
        1,
        6,
        1,
    )
    assert len(rows(app, select(HoursCredit))) == 1
    (certificate,) = rows(app, select(Certificate))
    assert completion.certificate == certificate.number

    take_final(learner)
    assert len(rows(app, select(Completion))) == 1
    assert len(rows(app, select(HoursCredit))) == 1


def test_the_same_figures_stand_on_record_certificate_and_public_page(app, learner):
    read_all(learner)
    take_final(learner)
    (certificate,) = rows(app, select(Certificate))
    record = learner.get("/me/record/")
    assert certificate.number in record.text
    assert certificate.number in learner.get("/me/certificates/dasar/1/").text
    public = learner.get(f"/verify/{certificate.code}")
    assert "Ni Luh Ayu" in public.text and certificate.number in public.text
    why = learner.get("/me/record/competencies/M.05/")
    assert "Dasar pelayanan" in why.text


def test_the_public_page_of_a_certificate_has_neither_number_nor_grade(app, learner, client):
    read_all(learner)
    take_final(learner)
    (certificate,) = rows(app, select(Certificate))
    page = client.get(f"/verify/{certificate.code}")
    assert page.status == 200
    assert not re.search(r"\d{18}", page.text)
    assert "100" not in page.text


def test_an_unknown_certificate_code_is_answered_in_words(client, app):
    assert client.get("/verify/NOSUCHCODE99").status == 404


def test_not_passing_completes_nothing(app, learner):
    read_all(learner)
    take_final(learner, right=False)
    assert rows(app, select(Completion)) == []


def test_a_double_click_starts_one_attempt(app, learner):
    for _ in range(2):
        learner.get("/courses/dasar/quizzes/akhir/")
        learner.submit("/courses/dasar/quizzes/akhir/attempts")
    assert len(rows(app, select(Attempt))) == 1


def test_handing_in_twice_gives_the_first_result(app, learner):
    page = take_final(learner)
    learner.post(page.url + "submission", token=True)
    (attempt,) = rows(app, select(Attempt))
    assert attempt.score == 1


def test_somebody_elses_attempt_is_not_there(learner, signed_in):
    address = take_final(learner).url
    other = signed_in(name="I Made Lain")
    assert other.get(address).status == 404
    assert other.post(address + "submission", token=True).status in {400, 404}


def test_nothing_of_a_key_is_in_an_open_attempt(learner):
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    for address in (learner.page.url, learner.page.url + "?q=2", learner.page.url + "summary/"):
        page = learner.get(address)
        assert "RAHASIA" not in page.html
        assert "l-opt--right" not in page.html


def test_a_quiz_that_never_shows_answers_shows_none_after_handing_in(learner):
    learner.get("/courses/dasar/quizzes/sekali/")
    learner.submit("/courses/dasar/quizzes/sekali/attempts")
    learner.submit("answer", {"answer": "3"}, press="summary")
    learner.submit("submission")
    assert "l-opt--wrong" not in learner.page.html
    learner.get("/courses/dasar/quizzes/sekali/")
    assert learner.post("/courses/dasar/quizzes/sekali/attempts", token=True).status == 409


def test_practice_shows_the_reason_at_once_and_then_the_answer_is_final(learner):
    learner.get("/courses/dasar/quizzes/latihan/")
    learner.submit("/courses/dasar/quizzes/latihan/attempts")
    option = option_key(learner.page.html, "Salah")
    learner.submit("answer", {"answer": option}, press="check")
    assert "RAHASIA alasan" in learner.page.html
    assert "l-opt--wrong" in learner.page.html


def test_an_answer_that_cannot_be_read_is_told_and_nothing_is_lost(learner):
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    address = learner.page.url
    page = learner.post(
        address, {"question": "spbe", "answer": "no-such-option", "place": "1"}, token=True
    )
    assert page.status == 422
    assert learner.get(address).status == 200


def test_a_module_page_asks_the_database_three_times_at_most(app, learner):
    learner.get("/courses/dasar/01-satu/")
    with Counted(app.extensions["learn"].database) as counted:
        assert learner.get("/courses/dasar/01-satu/").status == 200
    assert len(counted.statements) <= 3


@pytest.mark.parametrize(
    "address",
    ["/", "/courses/", "/courses/dasar/", "/courses/dasar/01-satu/", "/courses/dasar/quizzes/akhir/",
     "/me/record/", "/me/record/competencies/M.05/", "/account", "/help"],
)  # fmt: skip
def test_looking_at_a_page_writes_nothing(app, learner, address):
    before = entries(app)
    with Counted(app.extensions["learn"].database) as counted:
        assert learner.get(address).status == 200
    assert entries(app) == before
    assert counted.writes == []
    assert len(counted.statements) <= 9


def test_rebuilding_from_the_ledger_finds_no_difference(app, learner):
    read_all(learner)
    take_final(learner)
    database = app.extensions["learn"].database
    with database.writing() as session:
        for person_id in session.scalars(select(Person.id)).all():
            assert list(rebuild_person(session, person_id)) == []
        assert list(verify(session)) == []


def test_a_new_version_changes_nothing_that_was_earned(app, learner):
    read_all(learner)
    take_final(learner)
    (before,) = rows(app, select(Completion))
    files = files_of_course()
    files["courses/dasar/course.md"] = files["courses/dasar/course.md"].replace(
        b"hours: 6", b"hours: 9"
    )
    version = publish_course(app, datetime.now(UTC), files)
    (after,) = rows(app, select(Completion))
    assert (after.hours, after.version_id) == (6, before.version_id)
    assert version.id != before.version_id
    assert "6 JP" in learner.get("/courses/dasar/").text


def entries(app):
    return rows(app, select(func.count()).select_from(LedgerEntry))


def test_the_pass_mark_of_the_completion_rule_wins_over_the_quizs_own(app, signed_in):
    files = files_of_course()
    rule = files["courses/dasar/course.md"].replace(b"pass: 70", b"pass: 40")
    version = publish_course(app, datetime.now(UTC), {**files, "courses/dasar/course.md": rule})
    assert version.quizzes["akhir"].pass_mark == 40


def test_the_place_is_remembered_and_reaching_the_end_completes_the_module(app, learner):
    learner.get("/courses/dasar/01-satu/")
    learner.post(
        "/courses/dasar/01-satu/place", {"anchor": "bagian-pertama", "end": ""}, token=True
    )
    page = learner.get("/courses/dasar/01-satu/")
    assert 'data-place="bagian-pertama"' in page.html
    assert 'action="/courses/dasar/01-satu/completion"' in page.html
    learner.post("/courses/dasar/01-satu/place", {"anchor": "", "end": "1"}, token=True)
    assert (
        'action="/courses/dasar/01-satu/completion"'
        not in learner.get("/courses/dasar/01-satu/").html
    )


def test_a_course_is_taken_again_only_by_the_button_that_says_so(app, learner):
    read_all(learner)
    take_final(learner)
    person_id = learner.person_id
    with app.extensions["learn"].database.transaction() as session:
        withdraw(session, person_id, "dasar", 1, reason="Keliru", actor_id=1, now=datetime.now(UTC))
    learner.get("/courses/dasar/01-satu/")
    learner.post("/courses/dasar/01-satu/place", {"end": "1"}, token=True)
    assert rows(app, select(Enrolment.cycle)) == [1]
    learner.get("/courses/dasar/")
    learner.submit("/courses/dasar/enrolment")
    assert sorted(rows(app, select(Enrolment.cycle))) == [1, 2]


def test_hr_and_the_supervisor_see_why_somebody_holds_a_level(app, learner, signed_in):
    read_all(learner)
    take_final(learner)
    for role, start in (("hr", "/hr/people"), ("supervisor", "/team")):
        browser = signed_in(role, name="Ni Atasan")
        page = browser.get(f"{start}/{learner.person_id}/competencies/M.05/")
        assert "Dasar pelayanan" in page.text
        assert "Ni Luh Ayu" in page.text


@pytest.mark.parametrize("token", ["", "20200101000000##0123", "of another session"])
def test_an_expired_form_loses_nothing_and_is_sent_again_by_a_button(app, learner, token):
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    address, option = learner.page.url, option_key(learner.page.html, "Pemerintahan")
    sent = {"question": "spbe", "answer": option, "place": "1", "go": "next", "csrf_token": token}
    page = learner.post(address, sent)
    assert page.status == 400
    assert rows(app, select(Step.question)) == []
    learner.submit(address)
    assert rows(app, select(Step.question)) == ["spbe"]


def test_an_expired_form_never_shows_a_password_again(learner):
    sent = {"current": "RAHASIA lama", "new_password": "RAHASIA baru", "repeat": "RAHASIA baru"}
    page = learner.post("/account/password", {**sent, "csrf_token": "old"})
    assert page.status == 400
    assert "RAHASIA" not in page.html


def test_the_pages_own_script_gets_a_fresh_token_and_sends_again(app, learner):
    learner.get("/courses/dasar/quizzes/akhir/")
    learner.submit("/courses/dasar/quizzes/akhir/attempts")
    address, option = learner.page.url, option_key(learner.page.html, "Pemerintahan")
    sent = {"question": "spbe", "answer": option, "csrf_token": "old"}
    by_script = {"headers": {"X-Requested-With": "fetch"}}
    refused = learner.post(f"{address}answers/spbe", sent, **by_script)
    assert refused.status == 400
    again = {**sent, "csrf_token": refused.json["csrf_token"]}
    assert learner.post(f"{address}answers/spbe", again, **by_script).json["saved_at"]
    assert rows(app, select(Step.question)) == ["spbe"]


def test_the_final_test_says_what_was_gained_since_the_pre_test(learner):
    learner.client.set_cookie("learn_language", "en")
    assert "N-gain" not in take_final(learner, right=False).text
    learner.get("/courses/dasar/quizzes/sekali/")
    learner.submit("/courses/dasar/quizzes/sekali/attempts")
    learner.submit("answer", {"answer": "3"}, press="summary")
    learner.submit("submission")
    assert "N-gain" not in learner.page.text
    assert "gained 1.00 of what could be gained (N-gain, high)" in take_final(learner).text
