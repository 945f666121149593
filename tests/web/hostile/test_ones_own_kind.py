"""Things of one's own unit, but of somebody else: colleagues, other mentors, other offices; and deciding about oneself."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from learn.people.models import Person, Unit
from learn.people.services import set_post
from learn.trainings import codes, planning
from learn.web.state import State
from tests.support.browsing import Browser
from tests.support.files import PDF
from tests.web.hostile import operations
from tests.web.hostile.apart import COURSE, DIGEST, QUIZ, Somebody
from tests.web.hostile.conftest import Apart, changes
from tests.web.hostile.pages import THEIRS
from tests.web.hostile.test_operations_apart import NAMING
from tests.web.hostile.test_operations_apart import ask as ask_operation
from tests.web.hostile.test_pages_apart import ask, name, places, rules

# a training is for all of the unit that it is offered to
OF_EVERYBODY = frozenset(
    "training training_calendar training_check_in training_sign_off training_sign_up".split()
)
OPERATIONS_OF_EVERYBODY = frozenset("one_training sign_up sign_off".split())


def test_a_colleague_gets_at_nothing_of_another(apart):
    browser, wrong, before = apart.ours.people["colleague"].browser, [], apart.rows()
    browser.get("/help")
    token, urls = browser.token(), apart.app.url_map.bind("localhost")
    for rule in rules(apart.app):
        if name(rule) in THEIRS - OF_EVERYBODY:
            address = urls.build(rule.endpoint, places(apart, rule, apart.ours))
            statuses = [page.status for page in ask(browser, rule, address, token)]
            if not set(statuses) <= {403, 404}:
                wrong.append((name(rule), statuses))
    assert wrong == []
    assert changes(before, apart.rows()) == []


def test_a_colleague_gets_at_nothing_of_another_by_the_api(apart):
    call, wrong, before = apart.ours.people["colleague"].call, [], apart.rows()
    known = {**operations.places(apart.ours.places, apart.ours.code), "code": apart.ours.code}
    for made in NAMING:
        if made.name in operations.THEIRS - OPERATIONS_OF_EVERYBODY:
            with ask_operation(apart, call, made, known) as answer:
                if answer.status_code not in (403, 404):
                    wrong.append((made.name, answer.status_code))
    assert wrong == []
    assert changes(before, apart.rows()) == []


@pytest.mark.parametrize("who", ["admin", "auditor", "supervisor", "organiser"])
def test_jobs_files_and_sets_of_columns_are_of_whoever_made_them(apart, who):
    browser, of_hr, before = apart.ours.people[who].browser, apart.ours.places, apart.rows()
    call = apart.ours.people[who].call
    browser.get("/help")
    token = {"csrf_token": browser.token()}
    job, columns = of_hr["job_id"], of_hr["set_id"]
    assert browser.get(f"/jobs/{job}/file").status == 404
    assert browser.post(f"/jobs/{job}/cancellation", token).status == 404
    assert browser.post(f"/hr/export/columns/{columns}/removal", token).status in (403, 404)
    for method, path in (("GET", ""), ("GET", "/file"), ("POST", "/cancellation")):
        assert call(method, f"/jobs/{job}{path}").status_code == 404
    assert changes(before, apart.rows()) == []


def test_a_mentor_reads_their_mentee_and_no_colleague_of_theirs(apart):
    mentor, colleague = apart.ours.people["mentor"], apart.ours.people["colleague"]
    assert mentor.call("GET", f"/people/{apart.ours.learner.number}/record").status_code == 200
    assert mentor.call("GET", f"/people/{colleague.number}/record").status_code in (403, 404)
    assert mentor.browser.get(f"/team/{colleague.id}/").status in (403, 404)


def own_things(who: Somebody) -> dict[str, Any]:
    """Let somebody hand in a claim of their own; return where it stands."""
    claim = {
        "form": "KL08", "title": "Kursus sendiri", "organiser": "LAN", "starts_on": "2026-02-05", "ends_on": "2026-02-06",
        "declared_jp": 4,
    }  # fmt: skip
    number = who.call("POST", "/me/claims", claim, key="own").json["claim"]
    where = f"/me/claims/{number}"
    who.call(
        "POST", f"{where}/document", key="own-d", data=PDF, content_type="application/octet-stream"
    )
    seq = who.call("GET", where).json["seq"]
    sent = who.call("POST", f"{where}/submission", {"based_on": seq})
    return {"claim": number, "seq": sent.json["seq"]}


@pytest.mark.parametrize("who", ["supervisor", "verifier", "assessor", "hr", "admin", "organiser"])
def test_nobody_decides_about_themselves(apart, who):
    me, today = apart.ours.people[who], str(State.now().date())
    own = own_things(me)
    before, theirs, one = apart.rows(), f"/people/{me.number}", {"reason": "Uji"}
    seen = {"competency": "M.05", "level": 4, "observed_on": today, "note": "Bagus"}
    found = {"levels": {"M.05": 5}, "assessed_on": today, "instrument": "interview"}
    pair = {
        "starts_on": today,
        "ends_on": str(State.now().date() + timedelta(days=90)),
        "mentor": apart.ours.people["mentor"].number,
    }
    asked = (
        ("POST", f"{theirs}/claims/{own['claim']}/decision", {"act": "accept", "based_on": own["seq"]}),
        ("POST", f"{theirs}/assignments", {"course": COURSE}),
        ("POST", f"{theirs}/assessments", found),
        ("POST", f"{theirs}/confirmations", seen),
        ("POST", f"{theirs}/mentoring", pair),
        ("PUT", f"/courses/{COURSE}/quizzes/{QUIZ}/overrides{theirs}", {"attempts": 9, **one}),
    )  # fmt: skip
    statuses = {path: me.call(method, path, body).status_code for method, path, body in asked}
    told = statuses.pop(f"{theirs}/mentoring")
    assert told in (403, 404, 422), "for oneself one asks: POST /me/mentoring"
    assert {path for path, status in statuses.items() if status not in (403, 404)} == set()
    assert changes(before, apart.rows()) == []


def test_a_participant_records_nobody_and_a_code_counts_for_its_reader_alone(apart):
    learn: State = apart.app.extensions["learn"]
    here = (
        f"/trainings/{apart.ours.places['training_id']}/sessions/{apart.ours.places['session_id']}"
    )
    marks = {"marks": [{"number": apart.ours.people["colleague"].number, "state": "present"}]}
    assert apart.ours.learner.call("POST", f"{here}/attendance", marks).status_code == 403
    with learn.database.reading() as session:
        (sitting, *_rest) = planning.sessions_of(session, apart.ours.places["training_id"])
        code = codes.long_code(sitting.secret, sitting.id, codes.window_of(State.now()))
    before = apart.rows()
    for stranger in (apart.theirs.learner, apart.ours.people["colleague"]):
        refused = stranger.call("POST", f"{here}/here", {"code": code})
        assert refused.status_code in (403, 404, 409, 422), refused.json
        assert apart.ours.word not in refused.get_data(as_text=True)
    assert changes(before, apart.rows()) == []
    assert apart.ours.learner.call("POST", f"{here}/here", {"code": code}).status_code in (200, 201)
    added = [row for row in changes(before, apart.rows()) if row.startswith("learn_attendance:")]
    assert len(added) == 1


def test_hr_takes_nothing_back_for_somebody_who_has_moved_out_of_reach(apart):
    office, who = apart.ours.people["hr"].call, apart.ours.people["colleague"]
    body = {"act": "enrol", "course": COURSE, "targets": [{"number": who.number}]}
    shown = office("POST", "/bulk/preview", body).json
    assert shown["count"] == 1, shown
    batch = office("POST", "/bulk", {**body, "digest": shown["digest"]}).json["batch"]
    move(apart, who)
    before = apart.rows()["learn_enrolment"]
    undone = office("POST", f"/bulk/{batch}/undo")
    assert undone.status_code == 409
    assert apart.rows()["learn_enrolment"] == before


def move(apart: Apart, who: Somebody) -> None:
    """Let somebody take up a post in the other unit."""
    learn: State = apart.app.extensions["learn"]
    with learn.database.transaction() as session:
        unit = session.get_one(Unit, apart.theirs.unit_id)
        person = session.get_one(Person, who.id)
        set_post(
            session,
            person,
            unit=unit,
            since=State.now().date(),
            actor_id=None,
            now=State.now(),
            settings=learn.settings,
        )


def test_a_sheet_that_waits_is_its_senders_alone(apart):
    sender, other = apart.ours.people["hr"].browser, apart.ours.people["admin"].browser
    sender.get("/admin/import/")
    sheet = io.BytesIO(b"nip,nama,kode_unit\n123,Nama Rahasia,OPD-7\n"), "a.csv"
    page = sender.submit("/admin/import/", file=sheet)
    (errors,) = {href for _text, href in page.links if "/errors/" in href}
    assert "18 digits" in sender.get(errors).html
    assert other.get(errors).status == 409 and "18 digits" not in other.get(errors).text


def test_to_know_the_digest_of_a_document_is_not_enough(apart):
    stranger = Browser(apart.app)
    for browser in (
        stranger,
        apart.theirs.people["trainer"].browser,
        apart.ours.people["admin"].browser,
    ):
        assert browser.get(f"/media/{DIGEST}/ijazah.pdf").status == 404
    trainer = apart.ours.people["trainer"].browser
    assert trainer.get(f"/studio/lain/media/{DIGEST}/ijazah.png").status == 404
