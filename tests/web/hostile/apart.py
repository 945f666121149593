"""Two units far apart, with the same things in each: what those of Anggrek must never get at is Bakung's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from learn.assignments.ruling import Wanted, make_rule
from learn.assignments.services import ask_for_time, assign
from learn.bulk.models import BulkBatch, BulkItem
from learn.claims.documents import Document
from learn.competencies.assessments.services import Found, assess
from learn.competencies.models import Evidence
from learn.competencies.prior import services as prior
from learn.competencies.prior.services import Asked
from learn.exports.column_sets import save_set
from learn.exports.kinds import KINDS
from learn.jobs.models import Job
from learn.notices.models import Notice
from learn.people.access import Role
from learn.people.models import Person, Unit
from learn.people.signing_in.signed_in import make_token
from learn.privacy import corrections
from learn.quizzes.models import AnswerFile
from learn.quizzes.overrides.services import Act, Target, set_override
from learn.quizzes.overrides.services import Wanted as Terms
from learn.trainings import planning
from learn.web.state import State
from tests.support import make, trainings
from tests.support.browsing import Browser
from tests.support.files import PDF
from tests.web.api.conftest import Caller, walk

COURSE, QUIZ, QUESTION = "dasar", "esai", "alasan"
DIGEST = hashlib.sha256(PDF).hexdigest()


@dataclass
class Somebody:
    """A person: by the API, and by a browser."""

    id: int
    number: str
    call: Caller
    browser: Browser


@dataclass
class Side:
    """A unit, its people by what they are, and where its things stand: places of addresses by name."""

    word: str
    code: str
    unit_id: int = 0
    people: dict[str, Somebody] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)

    @property
    def learner(self) -> Somebody:
        return self.people["learner"]

    @property
    def secrets(self) -> list[str]:
        """Return what names its people and things: the word in all names and texts, and the numbers."""
        return [self.word, *(each.number for each in self.people.values())]


def side(app: Flask, word: str, *, roles: tuple[Role, ...], drafts: int) -> Side:
    """Build a unit with people of these roles and one of each thing; `drafts` moves its numbers."""
    learn: State = app.extensions["learn"]
    made = Side(word, f"OPD-{len(word)}")
    with learn.database.transaction() as session:
        unit = make.unit(session, made.code)
        made.unit_id = unit.id  # its name and code are no secret
        people = {"learner": (), "colleague": (), **{str(role): (role,) for role in roles}}
        for name, granted in people.items():
            made.people[name] = _somebody(app, session, unit, name, word, granted)
    _do_as_learner(made, drafts)
    _mentoring(made)
    with learn.database.transaction() as session:
        _things_of_the_person(learn, session, made)
        _things_of_the_unit(learn, session, made)
    _sign_in(made)
    _approvals(made)
    return made


def _somebody(
    app: Flask, session: Session, unit: Unit, name: str, word: str, roles: tuple[Role, ...]
) -> Somebody:
    number = make.nip()
    course = {Role.TRAINER: "lain"}
    person = make.person(
        session, *(role for role in roles if role not in course), name=f"I {name.title()} {word}",
        number=number, unit=unit,
    )  # fmt: skip
    for role in set(roles) & set(course):
        make.grant_role(session, person, role, course=course[role], actor=None, now=make.JOINED)
    call = Caller(app, make_token(session, person.id, now=State.now(), days=30))
    call.person_id, call.number = person.id, number
    return Somebody(person.id, number, call, Browser(app))


def _sign_in(made: Side) -> None:
    for each in made.people.values():
        page = each.browser.sign_in(each.number, make.PASSWORD)
        assert "/sign-in" not in page.address, page.text
        each.browser.client.set_cookie("learn_language", "en")


def _do_as_learner(made: Side, drafts: int) -> None:
    """Let the learner complete the course, begin an attempt, and hand in a claim."""
    call, word = made.learner.call, made.word
    claim = {
        "form": "KL08", "title": f"Kursus {word}", "organiser": f"LAN {word}", "starts_on": "2026-01-05",
        "ends_on": "2026-01-06", "declared_jp": 4,
    }  # fmt: skip
    for number in range(drafts):
        call("POST", "/me/claims", {**claim, "title": f"{claim['title']} {number}"})
    walk(call)
    attempt = call("POST", f"/courses/{COURSE}/quizzes/{QUIZ}/attempts").json["id"]
    answer = {"answer": f"Karena {word} berhak tahu."}
    assert call("PUT", f"/attempts/{attempt}/answers/{QUESTION}", answer).status_code == 200
    call("POST", f"/attempts/{attempt}/submission")
    made.places["attempt_id"] = attempt
    number = call("POST", "/me/claims", claim).json["claim"]
    where = f"/me/claims/{number}"
    call("POST", f"{where}/document", data=PDF, content_type="application/octet-stream")
    sent = call("POST", f"{where}/submission", {"based_on": call("GET", where).json["seq"]})
    assert sent.status_code == 200, sent.json
    made.places |= {"claim_id": number}


def _mentoring(made: Side) -> None:
    """Bring a pair to where it is active, with a goal and a meeting."""
    mentee, mentor, word = made.learner.call, made.people["mentor"], made.word
    today = State.now().date()
    said = {
        "starts_on": str(today - timedelta(days=30)), "ends_on": str(today + timedelta(days=90)),
        "competencies": ["M.05"], "aim": f"Tujuan {word}", "mentor": mentor.number,
    }  # fmt: skip
    pair = mentee("POST", "/me/mentoring", said).json["pair"]
    where = f"/people/{mentee.number}/mentoring/{pair}"
    for call, act in ((mentor.call, "accept"), (made.people["supervisor"].call, "start")):
        done = call(
            "POST", f"{where}/acts", {"act": act, "based_on": call("GET", where).json["seq"]}
        )
        assert done.status_code == 200, done.json
    goal = {"text": f"Sasaran {word}", "competency": "M.05", "due_on": said["ends_on"]}
    made.places["goal_id"] = mentee("POST", f"{where}/goals", goal).json["goals"][0]["goal"]
    met = {
        "starts_at": f"{today - timedelta(days=3)}T02:00:00Z",
        "minutes": 60,
        "topic": f"Topik {word}",
    }
    noted = mentee("POST", f"{where}/meetings", met).json["meetings_noted"]
    made.places |= {"pair_id": pair, "meeting_id": noted[0]["meeting"]}


def _approvals(made: Side) -> None:
    """Let the supervisor confirm what a course asks of the learner; the colleague's waits."""
    for name in ("learner", "colleague"):
        made.people[name].call("POST", "/courses/lain/enrolment")
    boss = made.people["supervisor"].browser
    page = boss.get("/team/approvals/")
    (asked,) = (
        form.action for form in page.forms if f"/approvals/{made.learner.id}/" in form.action
    )
    boss.submit(asked)
    page = boss.get("/team/approvals/given/")
    (given,) = (form.action for form in page.forms if f"/given/{made.learner.id}/" in form.action)
    made.places |= {
        "mark": asked.rstrip("/").rpartition("/")[2],
        "approval_id": given.split("/")[5],
    }


def _things_of_the_person(learn: State, session: Session, made: Side) -> None:
    """Add what stands in the learner's own record."""
    who, now, word = made.learner.id, State.now(), made.word
    learn.storage.put(PDF)
    session.add(
        AnswerFile(
            person_id=who, attempt_id=made.places["attempt_id"], question=QUESTION, name=f"{word}.pdf", digest=DIGEST,
            media_type="application/pdf", size=len(PDF), at=now,
        )
    )  # fmt: skip
    document = Document(DIGEST, "application/pdf", f"{word}.pdf")
    asked = prior.ask(session, who, Asked("M.05", 3, f"S2 {word}"), [document], key="k", now=now)
    correction = corrections.ask(session, who, field="name", right=f"Nama {word}", now=now)
    today = now.date()
    found = Found({"M.05": 3}, today, None, "interview", note=f"Catatan {word}")
    assessor = made.people["assessor"].id
    rows = assess(session, who, found, actor_id=assessor, today=today, now=now, document=document)
    evidence = session.query(Evidence.seq).filter_by(person_id=who).order_by(Evidence.seq).first()
    session.add(Notice(person_id=who, key=word, kind="assigned", data={"course": COURSE}, at=now))
    made.places |= {
        "person_id": who, "number": made.learner.number, "request_id": asked.id,
        "correction_id": correction.id, "seq": evidence.seq, "question": QUESTION, "digest": DIGEST,
        "assessment_seq": rows[0].seq, "place": 1, "what": "evidence", "course": COURSE, "cycle": 1, "code": "M.05", "quiz": QUIZ,
    }  # fmt: skip


def _things_of_the_unit(learn: State, session: Session, made: Side) -> None:
    """Add what the office and the organisers of the unit have made."""
    now, word = State.now(), made.word
    unit, office = session.get_one(Unit, made.unit_id), made.people["hr"].id
    training = trainings.published(
        session, unit, title=f"Pelatihan {word}", place=f"Aula {word}", organiser=f"Bidang {word}",
        sittings=(trainings.sitting(now - timedelta(minutes=5)), trainings.sitting(now + timedelta(days=1))),
    )  # fmt: skip
    trainings.signed_up(session, training, made.learner.id, now)
    sitting = planning.sessions_of(session, training.id)[0]
    for who in (made.learner.id, made.people["colleague"].id):
        assign(session, who, "k3", due_at=now.date() + timedelta(days=9), actor_id=office, now=now)
    until = now.date() + timedelta(days=60)
    ask_for_time(session, made.learner.id, "k3", until=until, reason=f"Sakit {word}", now=now)
    rule = make_rule(
        session, Wanted(COURSE, now.date(), unit_id=unit.id, days=60), actor_id=office, now=now
    )
    batch = BulkBatch(
        act="enrol", params={"course": COURSE}, filters={}, actor_id=office, made_at=now, state="done",
        total=1, acted=1, left_out=[],
    )  # fmt: skip
    job = Job(
        kind="of-a-plugin", data={}, actor_id=office, state="done", made_at=now, media_type="text/csv",
        file=learn.results.put(f"isi {word}".encode()), file_name=f"{word}.csv",
    )  # fmt: skip
    session.add_all([batch, job])
    session.flush()
    session.add(
        BulkItem(batch_id=batch.id, number=1, person_id=made.learner.id, made="1", state="acted")
    )
    act = Act(
        None, f"Terapi {word}", now, lambda _attempt: None, "Asia/Makassar"
    )  # no attempt runs
    for target in (Target(person=session.get_one(Person, made.learner.id)), Target(unit=unit)):
        set_override(session, COURSE, QUIZ, target, Terms(attempts=7), act)
    columns = save_set(
        session,
        KINDS["completions"],
        f"Kolom {word}",
        ["name"],
        person_id=office,
        unit=unit,
        now=now,
    )
    made.places |= {
        "training_id": training.id, "session_id": sitting.id, "rule_id": rule.id, "batch_id": batch.id,
        "job_id": job.id, "set_id": columns.id, "unit_id": unit.id,
    }  # fmt: skip
