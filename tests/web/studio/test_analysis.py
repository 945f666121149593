"""What trainers see of attempts: figures, flags and charts, of whom they may see, without a write."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learn.people.access import Role
from learn.upkeep import sweep
from tests.support import make
from tests.support.graded import FIRST_PERSON, large_course, take
from tests.support.learning import publish_course
from tests.support.statements import Counted

LANGUAGE = "/language"
PAGE = "/studio/dasar/results/akhir/"
ONE = range(FIRST_PERSON, FIRST_PERSON + 60)


@pytest.fixture
def version(app, now):
    return publish_course(app, now, large_course(6))


@pytest.fixture
def taken(app, version, now):
    take(app, version, now, ONE, astray=["q2"])


@pytest.fixture
def trainer(signed_in):
    browser = signed_in(Role.TRAINER)
    browser.post(LANGUAGE, {"language": "en"}, token=True)
    return browser


def test_the_page_says_first_which_questions_are_probably_wrong(trainer, taken):
    page = trainer.get(PAGE)
    assert page.status == 200
    assert "The best people choose “Beta”: is the key right?" in page.text
    assert "3. Pertanyaan nomor 2?" in page.text
    assert "60 of 60 people" in page.text
    assert page.html.count("<svg viewBox") >= 2 and " style=" not in page.html


def test_a_question_is_shown_with_its_key_its_answers_and_the_line_of_its_text(trainer, taken):
    trainer.get(PAGE)
    page = trainer.click("Pertanyaan nomor 2?")
    assert page.status == 200 and page.url.endswith("/questions/q2/")
    for text in (
        "Pertanyaan nomor 2?",
        "Alfa",
        "Beta",
        "Gama",
        "quizzes/dasar/akhir.md",
        "line 18",
    ):
        assert text in page.text
    assert "Check the key first." in page.text


def test_looking_writes_nothing_and_costs_as_much_with_more_attempts(app, trainer, version, now):
    database = app.extensions["learn"].database

    def statements(url):
        trainer.get(url)
        with Counted(database) as counted:
            assert trainer.get(url).status == 200
        assert counted.writes == []
        return len(counted.statements)

    take(app, version, now, ONE)
    few = [statements(url) for url in (PAGE, f"{PAGE}questions/q1/")]
    take(app, version, now, range(FIRST_PERSON + 100, FIRST_PERSON + 200))
    assert [statements(url) for url in (PAGE, f"{PAGE}questions/q1/")] == few
    assert max(few) <= 14


def test_questions_are_sorted_by_a_figure_and_back(trainer, taken):
    first = trainer.get(f"{PAGE}?sort=discrimination")
    assert first.html.index("questions/q2/", first.html.index('id="questions"')) < first.html.index(
        "questions/q1/", first.html.index('id="questions"')
    )
    last = trainer.get(f"{PAGE}?sort=-discrimination")
    assert last.html.index("questions/q1/", last.html.index('id="questions"')) < last.html.index(
        "questions/q2/", last.html.index('id="questions"')
    )
    assert 'aria-sort="descending"' in last.html


@pytest.mark.parametrize(
    "query", ["attempts=nonsense", "sort=nonsense", "attempts=best", "attempts=all", "version="]
)
def test_whatever_is_asked_in_the_address_gets_a_page(trainer, taken, query):
    assert trainer.get(f"{PAGE}?{query}").status == 200


@pytest.mark.parametrize("query", ["version=none", "unit=none", "version=%00"])
def test_what_is_not_there_is_not_found(trainer, taken, query):
    assert trainer.get(f"{PAGE}?{query}").status in (200, 404)
    assert trainer.get(f"{PAGE}questions/none/").status == 404


def test_a_quiz_that_nobody_took_says_so(trainer, version):
    assert "No attempt has been graded yet" in trainer.get(PAGE).text


def test_who_is_granted_a_unit_sees_figures_of_its_people_alone(app, signed_in, version, now):
    with app.extensions["learn"].database.transaction() as session:
        office = make.unit(session, "A")
        inside = [make.person(session, unit=office, password=None).id for _ in range(3)]
    take(app, version, now, [*inside, *ONE])
    browser = signed_in(Role.ORGANISER, unit=office)
    browser.post(LANGUAGE, {"language": "en"}, token=True)
    assert "3 of 3 people" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}analysis", token=True).status == 404
    everybody = signed_in(Role.AUDITOR)
    everybody.post(LANGUAGE, {"language": "en"}, token=True)
    assert "63 of 63 people" in everybody.get(PAGE).text
    assert "3 of 3 people" in everybody.get(f"{PAGE}?unit=A").text


def test_very_many_attempts_are_analysed_once_and_kept_with_their_time(app, trainer, now):
    version = publish_course(app, now, large_course(50))
    take(app, version, now, range(FIRST_PERSON, FIRST_PERSON + 450), steps=False)
    page = trainer.get(PAGE)
    assert "The figures have not been computed yet" in page.text
    page = trainer.submit("Compute the figures")
    assert "From 450 attempts, computed on" in page.text
    take(app, version, now, range(FIRST_PERSON + 500, FIRST_PERSON + 510), steps=False)
    assert "From 450 attempts, computed on" in trainer.get(PAGE).text
    assert "From 460 attempts, computed on" in trainer.submit("Compute again").text


def test_a_part_of_very_many_is_refused_until_it_is_small(app, signed_in, now):
    version = publish_course(app, now, large_course(50))
    with app.extensions["learn"].database.transaction() as session:
        office, other = make.unit(session, "A"), make.unit(session, "B")
        people = [make.person(session, unit=office, password=None).id for _ in range(2)]
        small = make.person(session, unit=other, password=None).id
        session.flush()
        crowd = [make.person(session, unit=office, password=None).id for _ in range(400)]
    take(app, version, now, [*people, small, *crowd], steps=False)
    browser = signed_in(Role.AUDITOR)
    browser.post(LANGUAGE, {"language": "en"}, token=True)
    assert "Too many attempts for a part of the people" in browser.get(f"{PAGE}?unit=A").text
    assert "1 of 1 person" in browser.get(f"{PAGE}?unit=B").text


def test_what_takes_too_long_to_wait_for_is_made_by_the_regular_work(app, trainer, now):
    version = publish_course(app, now, large_course(50))
    take(app, version, now, range(FIRST_PERSON, FIRST_PERSON + 2_050), steps=False)
    trainer.get(PAGE)
    page = trainer.submit("Compute the figures")
    assert "The figures are being computed" in page.text
    sweep(app.extensions["learn"], now + timedelta(minutes=1))
    assert "From 2,050 attempts, computed on" in trainer.get(PAGE).text


def test_who_took_it_stands_on_a_page_of_its_own(trainer, taken):
    trainer.get(PAGE)
    page = trainer.click("Attempts")
    assert page.status == 200 and page.url == f"{PAGE}attempts/"
