"""The terms of a quiz before the clock starts: told in words, asked for, and kept to."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.ledger.models import LedgerEntry
from learn.people.models import Person
from learn.people.roles import actor_of
from learn.people.signing_in.signed_in import make_token
from learn.quizzes.models import Attempt
from learn.quizzes.overrides.services import Act, Target, Wanted, set_override
from learn.web.state import State
from tests.support import make
from tests.support.learning import files_of_course, publish_course

PASSWORD = "Sungai-Ayung-88"
START = "/courses/dasar/quizzes/akhir/attempts"
PAGE = "/courses/dasar/quizzes/akhir/"
QUIZ = """\
    ---
    title: Tes akhir
    role: final
    attempts: 3
    time_limit: 20 minutes
{front}
    ---
    ## jp
    Berapa JP minimal setahun bagi PNS?
    = 20 JP
    """


@pytest.fixture
def publish(app):
    """Return a function that publishes the small course with this in the final test's front matter."""

    def published(front):
        lines = "\n".join(f"    {line}" for line in front.splitlines())
        text = QUIZ.replace("{front}", lines)
        files = files_of_course(quizzes__dasar__akhir__md="")
        files["quizzes/dasar/akhir.md"] = "\n".join(
            line.removeprefix("    ") for line in text.splitlines()
        ).encode()
        return publish_course(app, datetime.now(UTC), files)

    return published


@pytest.fixture
def learner(signed_in):
    """Give the browser of somebody of unit A who reads English."""
    browser = signed_in(name="Ni Luh Ayu")
    browser.client.set_cookie("learn_language", "en")
    return browser


@pytest.fixture
def change(app, learner):
    """Return a function that sets other terms for the learner, or for their unit."""

    def changed(*, for_unit=False, **wanted):
        state = app.extensions["learn"]
        with state.database.transaction() as session:
            person = session.get(Person, learner.person_id)
            trainer = make.person(session, "trainer", password=None)
            unit = session.get(make.Unit, person.unit_id)
            act = Act(
                actor_of(session, trainer.id), "RAHASIA: operasi", State.now(),
                lambda attempt: state.versions.get(session, attempt.version_id).quiz(attempt.quiz),
                "Asia/Makassar",
            )  # fmt: skip
            target = Target(unit=unit) if for_unit else Target(person=person)
            set_override(session, "dasar", "akhir", target, Wanted(**wanted), act)

    return changed


def local(moment):
    return (moment + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")


def attempts(app):
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(select(Attempt)).all()


def test_the_page_tells_every_term_in_words(publish, learner):
    now = datetime.now(UTC)
    publish(
        f"open: {local(now - timedelta(days=1))}\nclose: {local(now + timedelta(days=1))}\n"
        "delay: {first: 1 hour, later: 1 day}\nnavigation: sequential"
    )
    text = learner.get(PAGE).text
    for words in (
        "20 minutes", "3 of 3 left", "Opens", "Closes", "WITA", "running attempts are handed in",
        "Before the second attempt at least 1 hour must pass", "each later attempt at least 1 day",
        "cannot be opened again",
    ):  # fmt: skip
        assert words in text, words


def test_before_opening_the_page_says_when_and_nobody_starts(publish, learner, app):
    opens = datetime.now(UTC) + timedelta(days=2)
    publish(f"open: {local(opens)}")
    page = learner.get(PAGE)
    assert "You cannot start now" in page.text and "This quiz opens on" in page.text
    assert "Start the quiz" not in [
        text for form in page.forms for _n, _v, text, _a in form.buttons
    ]
    page = learner.post(START, token=True)
    assert page.status == 409 and "This quiz opens on" in page.text
    assert attempts(app) == []


def test_a_password_lets_in_and_is_told_nowhere(publish, learner, app):
    publish(f"password: {PASSWORD}")
    learner.get(PAGE)
    page = learner.submit(START, password="salah")
    assert page.status == 403 and "not the password" in page.text
    assert "Start the quiz" in page.html and "salah" not in page.html and PASSWORD not in page.html
    page = learner.submit(START, password="")
    assert page.status == 403 and "has a password" in page.text
    page = learner.submit(START, password=PASSWORD)
    assert page.status == 200 and page.url.startswith("/attempts/")
    pages = [
        PAGE,
        "/courses/dasar/",
        page.url,
        "/api/v1/courses/dasar",
        "/api/v1/courses/dasar/quizzes/akhir",
    ]
    assert all(PASSWORD not in learner.get(url).data.decode() for url in pages)
    assert len(attempts(app)) == 1


def test_passwords_cannot_be_guessed_without_end(publish, learner, app):
    publish(f"password: {PASSWORD}")
    learner.get(PAGE)
    for _ in range(app.extensions["learn"].settings.sign_in_tries):
        assert learner.submit(START, password="salah").status == 403
    page = learner.submit(START, password=PASSWORD)
    assert page.status == 429 and "wait" in page.text
    assert attempts(app) == []


def test_the_statement_of_honesty_is_asked_for_and_recorded(publish, learner, app):
    publish("honesty: Saya bekerja sendiri.")
    assert "Saya bekerja sendiri." in learner.get(PAGE).text
    page = learner.submit(START)
    assert page.status == 422 and "Tick the statement" in page.text
    assert learner.submit(START, honesty=True).status == 200
    with app.extensions["learn"].database.reading() as session:
        started = session.scalars(
            select(LedgerEntry.data).where(LedgerEntry.kind == "attempt_started")
        ).one()
    assert json.loads(started)["honesty"] is True


def test_what_must_come_first_is_linked_and_asked_for(publish, learner, app):
    publish("prerequisite:\n  - modules: [01-satu]\n  - quiz: latihan")
    page = learner.get(PAGE)
    assert page.link("Modul satu") == "/courses/dasar/01-satu/"
    assert page.link("Latihan") == "/courses/dasar/quizzes/latihan/"
    assert "Module not completed yet" in page.text
    page = learner.post(START, token=True)
    assert page.status == 409 and "Do this first: Modul satu" in page.text
    learner.get("/courses/dasar/01-satu/")
    learner.submit("/courses/dasar/01-satu/completion")
    page = learner.get(PAGE)
    assert "Module completed" in page.text and "Do this first: Latihan" in page.text
    assert "Do this first: Modul satu" not in page.text and attempts(app) == []


def test_outside_its_networks_a_quiz_is_neither_started_nor_seen(publish, learner, app):
    publish("networks: [10.0.0.0/8]")
    assert "certain networks" in learner.get(PAGE).text
    assert learner.post(START, token=True).status == 403
    inside = {"REMOTE_ADDR": "10.1.2.3"}
    learner.client.environ_base.update(inside)
    learner.get(PAGE)
    attempt = learner.submit(START).url
    learner.client.environ_base["REMOTE_ADDR"] = "192.168.1.1"
    page = learner.get(attempt)
    assert page.status == 403 and "Berapa JP" not in page.text
    page = learner.post(attempt, {"question": "jp", "answer": "20", "go": "next"}, token=True)
    assert page.status == 403
    learner.get("/help")
    learner.post(f"{attempt}submission", {"question": "jp", "answer": "20"}, token=True)
    (found,) = attempts(app)
    assert found.state == "graded" and found.score == 0


def test_other_terms_are_told_before_the_start_and_hold_from_then_on(publish, learner, change, app):
    publish("close_policy: hard")
    change(for_unit=True, attempts=4)
    change(time_limit=50 * 60)
    page = learner.get(PAGE)
    assert "Other terms hold for you" in page.text
    assert "30 minutes more: 50 minutes in all" in page.text and "(set for you)" in page.text
    assert "1 attempt more: 4 in all" in page.text and "RAHASIA" not in page.text
    learner.submit(START)
    (attempt,) = attempts(app)
    assert attempt.expires_at - attempt.started_at == timedelta(minutes=50)


def test_at_a_hard_closing_the_server_hands_in_what_is_saved(publish, learner, change, app):
    publish("close_policy: hard")
    learner.get(PAGE)
    attempt = learner.submit(START).url
    change(closes_at=datetime.now(UTC) - timedelta(minutes=5))
    (found,) = attempts(app)
    assert found.expires_at <= datetime.now(UTC)
    page = learner.get(PAGE)
    assert "running attempts are handed in" in page.text
    page = learner.get(attempt)
    assert page.status == 200


def test_the_terms_and_the_start_by_api(publish, learner, change, app):
    publish(f"password: {PASSWORD}\nhonesty: true\ndelay: 1 hour")
    change(attempts=5)
    with app.extensions["learn"].database.transaction() as session:
        token = make_token(session, learner.person_id, now=State.now(), days=1)

    def call(method, path, body=None):
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        client = app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    terms = call("GET", "/courses/dasar/quizzes/akhir").json
    assert (terms["attempts"], terms["password"], terms["delays"]) == (5, True, [3600])
    assert terms["changes"][0]["term"] == "attempts" and terms["reasons"] == []
    start = "/courses/dasar/quizzes/akhir/attempts"
    assert call("POST", start).json["code"] == "password"
    wrong = call("POST", start, {"password": "x", "honesty": True})
    assert (wrong.status_code, wrong.json["code"]) == (403, "wrong-password")
    unticked = call("POST", start, {"password": PASSWORD})
    assert (unticked.status_code, unticked.json["code"]) == (422, "honesty")
    begun = call("POST", start, {"password": PASSWORD, "honesty": True})
    assert begun.status_code == 201 and begun.json["attempts"] == 5
    assert call("POST", start).status_code == 200  # the open one goes on
    call("POST", f"/attempts/{begun.json['id']}/submission")
    again = call("POST", start, {"password": PASSWORD, "honesty": True})
    assert (again.status_code, again.json["code"]) == (409, "too-soon")
    assert call("GET", "/courses/dasar/quizzes/akhir").json["next_start_at"] is not None


def test_after_closing_the_right_answers_are_shown_and_not_before(publish, learner, change):
    publish(
        "review: after-close\nclose: 2099-01-01\nfeedback: [{from: 0, text: Baca lagi modul 2.}]"
    )
    learner.get(PAGE)
    attempt = learner.submit(START).url
    learner.get(f"{attempt}summary/")
    page = learner.submit(f"{attempt}submission")
    assert "no attempt is left or the quiz has closed" in page.text
    assert "20 JP" not in page.text and "Baca lagi modul 2." in page.text
    change(closes_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "20 JP" in learner.get(attempt).text


def test_right_answers_are_not_shown_while_another_attempt_runs(publish, learner, change):
    publish("review: after-close\nclose: 2099-01-01")
    learner.get(PAGE)
    first = learner.submit(START).url
    learner.get(f"{first}summary/")
    learner.submit(f"{first}submission")
    change(attempts=2)
    learner.get(PAGE)
    learner.submit(START)
    assert "20 JP" not in learner.get(first).text


def test_a_wrong_password_by_api_is_counted_and_is_no_reply_to_repeat(publish, learner, app):
    publish(f"password: {PASSWORD}")
    with app.extensions["learn"].database.transaction() as session:
        token = make_token(session, learner.person_id, now=State.now(), days=1)

    def start(words, key):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        path = "/api/v1/courses/dasar/quizzes/akhir/attempts"
        client = app.test_client(use_cookies=False)
        return client.post(path, json={"password": words}, headers=headers)

    assert [start("salah", "k").status_code for _ in range(2)] == [403, 403]
    assert start(PASSWORD, "another").status_code == 201
    limit = app.extensions["learn"].settings.sign_in_tries
    found = [start("salah", f"k{number}").status_code for number in range(limit + 1)]
    assert found == [403] * limit + [429]


def test_a_page_whose_clock_ran_out_goes_on_when_more_time_was_given(publish, learner, change, app):
    publish("close_policy: hard")
    learner.get(PAGE)
    attempt = learner.submit(START).url
    change(time_limit=50 * 60)
    page = learner.post(f"{attempt}submission?over=1", token=True, follow_redirects=True)
    assert page.url == attempt and attempts(app)[0].state == "open"
    change(time_limit=3)
    learner.get(attempt)
    learner.post(f"{attempt}submission?over=1", token=True)
    assert attempts(app)[0].state == "graded"
