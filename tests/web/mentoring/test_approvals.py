"""A course that is completed only when somebody confirms that it was applied at work."""

from __future__ import annotations

import pytest

from learn.people.access import Role
from learn.progress.models import Completion
from learn.progress.services import complete_module
from learn.publishing.checking import check_files
from learn.publishing.standards import own_standards
from tests.support import make
from tests.support.learning import COURSE, files_of_course, publish_course

TEXT = "Menerapkan standar pelayanan di unit kerja"
RULE = f"""\
    ---
    title: Dasar pelayanan
    language: id
    hours: 6
    form: NKL03
    complete:
      all:
        - modules: all
        - approval: {{by: supervisor, text: "{TEXT}"}}
    ---
    Untuk semua pegawai.
    """


@pytest.fixture
def learn(app, now):
    publish_course(app, now, files_of_course() | RULED)
    return app.extensions["learn"]


RULED = {"courses/dasar/course.md": "\n".join(line[4:] for line in RULE.split("\n")).encode()}


@pytest.fixture
def office(learn):
    with learn.database.transaction() as session:
        return make.unit(session, "A")


def completed(learn, person_id):
    with learn.database.reading() as session:
        return session.get(Completion, (person_id, COURSE, 1)) is not None


def do_modules(learn, person_id, now):
    with learn.database.transaction() as session:
        version = learn.versions.current(session, COURSE)
        for module in version.modules:
            complete_module(
                session, person_id, version, module.key, settings=learn.settings, now=now
            )


def test_the_learner_sees_what_is_missing_and_the_supervisor_confirms_it(
    learn, signed_in, office, now
):
    mine, boss = signed_in(unit=office, name="Ni Luh Ayu"), signed_in(Role.SUPERVISOR, unit=office)
    do_modules(learn, mine.person_id, now)
    page = mine.get(f"/courses/{COURSE}/")
    assert TEXT in page.text
    assert not completed(learn, mine.person_id)
    page = boss.get("/team/approvals/")
    assert TEXT in page.text and "Ni Luh Ayu" in page.text
    form = next(form for form in page.forms if f"/team/approvals/{mine.person_id}/" in form.action)
    page = boss.submit(form.action)
    assert page.status == 200 and f"/team/approvals/{mine.person_id}/" not in page.html
    assert completed(learn, mine.person_id)
    assert boss.post(form.action, {}, token=True).status == 303, "again changes nothing"


def test_nobody_confirms_themselves_or_others_people(learn, signed_in, office, now):
    boss = signed_in(Role.SUPERVISOR, unit=office)
    other = signed_in(Role.SUPERVISOR, unit=office)
    with learn.database.transaction() as session:
        beside = make.unit(session, "B")
    stranger = signed_in(Role.SUPERVISOR, unit=beside)
    do_modules(learn, boss.person_id, now)
    assert f"/team/approvals/{boss.person_id}/" not in boss.get("/team/approvals/").html
    page = other.get("/team/approvals/")
    action = next(f.action for f in page.forms if f"/team/approvals/{boss.person_id}/" in f.action)
    assert boss.post(action, {}, token=True).status == 403
    assert stranger.post(action, {}, token=True).status == 404
    assert not completed(learn, boss.person_id)


def confirm(boss, who):
    """Let a supervisor confirm what the course asks; return the address that takes it back."""
    page = boss.get("/team/approvals/")
    boss.submit(
        next(f.action for f in page.forms if f"/team/approvals/{who.person_id}/" in f.action)
    )
    page = boss.get("/team/approvals/given/")
    return next(f.action for f in page.forms if f"/given/{who.person_id}/" in f.action)


def test_who_confirmed_takes_it_back_with_a_reason_and_the_learner_is_told(
    learn, signed_in, office, now
):
    mine, boss = signed_in(unit=office, name="Ni Luh Ayu"), signed_in(Role.SUPERVISOR, unit=office)
    for browser in (mine, boss):
        browser.client.set_cookie("learn_language", "en")
    mine.post(f"/courses/{COURSE}/enrolment", {}, token=True)
    action = confirm(boss, mine)
    page = boss.get("/team/approvals/given/")
    assert "Ni Luh Ayu" in page.text and TEXT in page.text and "course completed" not in page.text
    page = boss.post(action, {"reason": "  "}, token=True)
    assert page.status == 422 and "Give a reason" in page.text
    page = boss.post(action, {"reason": "Keliru " * 400}, token=True)
    assert page.status == 422 and "Keliru Keliru" in page.text, "what was typed is kept"
    assert boss.post(action, {"reason": "Belum terbukti"}, token=True).status == 303
    assert action not in boss.get("/team/approvals/given/").html
    assert "Ni Luh Ayu" in boss.get("/team/approvals/").text, "it waits anew"
    assert boss.post(action, {"reason": "Lagi"}, token=True).status == 409
    assert "was taken back" in mine.get("/notices/").text
    do_modules(learn, mine.person_id, now)
    assert not completed(learn, mine.person_id)


def test_a_completion_that_followed_stays_and_the_list_says_so(learn, signed_in, office, now):
    mine, boss = signed_in(unit=office, name="Ni Luh Ayu"), signed_in(Role.SUPERVISOR, unit=office)
    boss.client.set_cookie("learn_language", "en")
    do_modules(learn, mine.person_id, now)
    action = confirm(boss, mine)
    assert "course completed" in boss.get("/team/approvals/given/").text
    assert boss.post(action, {"reason": "Keliru"}, token=True).status == 303
    assert completed(learn, mine.person_id)


def test_nobody_takes_back_what_somebody_else_confirmed(learn, signed_in, office, now):
    mine, boss = signed_in(unit=office), signed_in(Role.SUPERVISOR, unit=office)
    other = signed_in(Role.SUPERVISOR, unit=office)
    with learn.database.transaction() as session:
        beside = make.unit(session, "B")
    stranger = signed_in(Role.SUPERVISOR, unit=beside)
    do_modules(learn, mine.person_id, now)
    action = confirm(boss, mine)
    assert action not in other.get("/team/approvals/given/").html
    assert other.post(action, {"reason": "x"}, token=True).status == 403
    assert stranger.post(action, {"reason": "x"}, token=True).status == 404
    assert boss.post(action.rsplit("/", 2)[0] + "/999/", {"reason": "x"}, token=True).status == 404


def test_a_mark_that_no_course_asks_for_is_nothing(learn, signed_in, office, now):
    boss = signed_in(Role.SUPERVISOR, unit=office)
    assert boss.post(f"/team/approvals/{boss.person_id}/none/", {}, token=True).status == 404


@pytest.mark.parametrize(
    ("leaf", "says"),
    [
        ("approval: {by: hr, text: x}", "supervisor or mentor"),
        ("hours: {form: NKL99, jp: 4}", "NKL99"),
        ("prior: {competency: X.99, level: 2}", "X.99"),
    ],
)
def test_mistakes_stand_with_file_and_line_before_publishing(leaf, says):
    text = (
        RULED["courses/dasar/course.md"]
        .decode()
        .replace(f'approval: {{by: supervisor, text: "{TEXT}"}}', leaf)
    )
    files = files_of_course() | {"courses/dasar/course.md": text.encode()}
    problems = [str(each) for each in check_files(files, own_standards())]
    line = text.split("\n").index(f"    - {leaf}") + 1
    assert [
        p for p in problems if says in p and p.startswith(f"courses/dasar/course.md:{line}:")
    ], problems
