"""Who may do what: every operation with every role, tokens, sessions, and nobody at all."""

import hashlib
import re
from datetime import timedelta

import pytest

from learn.api.operations import OPERATIONS
from learn.assignments.ruling import Wanted, make_rule
from learn.assignments.services import ask_for_time, assign
from learn.bulk.models import BulkBatch
from learn.claims.documents import Document
from learn.competencies.models import Evidence
from learn.competencies.prior import services as prior
from learn.competencies.prior.services import Asked
from learn.jobs.models import Job
from learn.people.access import Role
from learn.people.directory import find_by_number
from learn.people.models import Person, Unit
from learn.people.roles import grant_role
from learn.people.signing_in.signed_in import end_tokens, make_token
from learn.quizzes.models import AnswerFile, Attempt
from learn.trainings import codes, planning
from learn.web.state import State
from tests.support import make, trainings
from tests.support.files import PDF
from tests.web.api.conftest import BASE, Caller, walk

DIGEST = hashlib.sha256(PDF).hexdigest()
SHEET = "NIP;Nama\n{number};Ni Made Rai\n"
EVERYBODY = frozenset(Role)
OFFICE = frozenset({Role.HR, Role.ADMIN})
EDITORS = frozenset({Role.TRAINER, Role.ADMIN})
GRADERS = frozenset({Role.TRAINER, Role.ASSESSOR, Role.ADMIN})
VERIFIERS = OFFICE | {Role.VERIFIER}
EXPORTERS = OFFICE | {Role.AUDITOR}
READERS = EXPORTERS | {Role.SUPERVISOR, Role.VERIFIER, Role.ASSESSOR}

# operation: who may do it to somebody within their unit (others get 403, or 404 where a person is named)
TABLE = {
    "me": EVERYBODY, "my_record": EVERYBODY, "my_data": EVERYBODY, "courses": EVERYBODY, "course": EVERYBODY,
    "enrol": EVERYBODY, "set_progress": EVERYBODY, "start_attempt": EVERYBODY,
    "attempt": EVERYBODY, "save_answer": EVERYBODY, "check_answer": EVERYBODY, "leave_question": EVERYBODY,
    "submit_attempt": EVERYBODY, "send_file": EVERYBODY,
    "read_file": GRADERS, "answers_of_course": GRADERS, "mark_answer": GRADERS,
    "people": READERS | {Role.ORGANISER},
    "record_of_person": READERS, "match_of_person": READERS,
    "match_of_unit": EXPORTERS | {Role.SUPERVISOR, Role.ASSESSOR, Role.ORGANISER},
    "completions": READERS,
    "hr_people": EXPORTERS, "overdue_assignments": EXPORTERS,
    "preview_bulk": OFFICE | {Role.ORGANISER}, "do_bulk": OFFICE | {Role.ORGANISER},
    "undo_bulk": OFFICE | {Role.ORGANISER},
    "bulk_acts": VERIFIERS | {Role.ORGANISER}, "bulk_act": VERIFIERS | {Role.ORGANISER},
    "analysis": EXPORTERS | {Role.TRAINER, Role.ORGANISER},
    "running": EXPORTERS | {Role.TRAINER, Role.ORGANISER},
    "export_attempts": EXPORTERS | {Role.TRAINER, Role.ORGANISER},
    "regrade_quiz": {Role.TRAINER},
    "quiz_terms": EVERYBODY,
    "overrides": EDITORS, "set_person_override": EDITORS, "set_unit_override": EDITORS,
    "remove_person_override": EDITORS, "remove_unit_override": EDITORS,
    "import_overrides": EDITORS,
    "import_questions": {Role.TRAINER}, "export_questions": {Role.TRAINER},
    "import_people": OFFICE,
    **dict.fromkeys(
        """frameworks framework_in_force framework_version framework_mapping framework_file requirements
        required requirements_sheet""".split(), EVERYBODY,
    ),
    # the framework is one for all: a role granted on a part of the agency does not change it
    "import_framework": frozenset(), "import_required_levels": frozenset(),
    "withdraw_completion": OFFICE,
    "my_claims": EVERYBODY, "create_claim": EVERYBODY, "my_claim": EVERYBODY,
    "change_claim": EVERYBODY, "send_claim_document": EVERYBODY, "submit_claim": EVERYBODY,
    "withdraw_claim": EVERYBODY, "read_my_document": EVERYBODY,
    "claims": VERIFIERS, "claim_of_person": VERIFIERS, "read_document": VERIFIERS,
    "decide_claim": VERIFIERS,
    **dict.fromkeys("my_assignments ask_more_time my_notices read_notices".split(), EVERYBODY),
    **dict.fromkeys(
        """assignments_of_person assign_course move_due refuse_more_time end_assignment
        due_assignments""".split(), OFFICE | {Role.SUPERVISOR},
    ),
    **dict.fromkeys(
        """assignment_rules preview_rule make_assignment_rule change_assignment_rule
        end_assignment_rule resume_assignment_rule""".split(), OFFICE,
    ),
    "my_mentoring": EVERYBODY, "ask_for_mentor": EVERYBODY,
    "pairs_of_people": EXPORTERS | {Role.SUPERVISOR, Role.ORGANISER},
    "pair_of_person": EXPORTERS | {Role.SUPERVISOR, Role.ORGANISER},
    "propose_pair": OFFICE | {Role.SUPERVISOR, Role.ORGANISER},
    "act_on_pair": {Role.SUPERVISOR}, "confirm_pair": {Role.SUPERVISOR},
    # only the two of a pair write in it
    **dict.fromkeys(
        "set_goal change_goal judge_goal note_meeting correct_meeting decide_meeting".split(),
        frozenset(),
    ),
    "my_competency": EVERYBODY, "my_requests": EVERYBODY, "competency_of_person": READERS,
    "assess_person": {Role.ASSESSOR, Role.ADMIN}, "confirm_person": {Role.SUPERVISOR},
    "act_on_level": OFFICE, "import_levels": OFFICE,
    "prior_requests": {Role.ASSESSOR, Role.VERIFIER, Role.ADMIN},
    "decide_request": {Role.ASSESSOR, Role.VERIFIER, Role.ADMIN},
    "trainings": EVERYBODY, "one_training": EVERYBODY, "sign_up": EVERYBODY, "sign_off": EVERYBODY,
    "check_in": EVERYBODY,
    "held_trainings": OFFICE | {Role.ORGANISER, Role.TRAINER},
    "session_attendance": OFFICE | {Role.ORGANISER},
    "record_attendance": OFFICE | {Role.ORGANISER},
    "import_records": OFFICE, "export_kinds": EXPORTERS, "export_file": EXPORTERS, "begin_export": EXPORTERS,
    "my_jobs": EVERYBODY, "my_job": EVERYBODY, "cancel_job": EVERYBODY, "read_job_file": EVERYBODY,
}  # fmt: skip
OWN_ATTEMPT = ("attempt", "save_answer", "check_answer", "leave_question", "submit_attempt")


def test_the_table_of_roles_names_every_operation():
    assert set(TABLE) == {made.name for made in OPERATIONS}


CLAIM = {
    "form": "KL08", "title": "Kursus", "organiser": "LAN", "starts_on": "2026-01-05",
    "ends_on": "2026-01-06", "declared_jp": 4,
}  # fmt: skip
PAGE_OF_PDF = {"data": PDF, "content_type": "application/octet-stream"}


def sent_claim(call: Caller, key: str) -> int:
    """Begin a claim with a document, once; return its number."""
    claim = call("POST", "/me/claims", CLAIM, key=key).json["claim"]
    call("POST", f"/me/claims/{claim}/document", key=f"{key}-d", **PAGE_OF_PDF)
    return claim


def ask_about_claims(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about a claim of one's own, or of the person with this number."""
    mine = f"/me/claims/{sent_claim(call, 'mine')}"
    theirs = f"/people/{number}/claims/{getattr(call, 'their_claim', 1)}"
    step, decision = {"based_on": 1}, {"act": "return", "reason": "Tidak jelas", "based_on": 1}
    if name == "send_claim_document":
        return call("POST", f"{mine}/document", **PAGE_OF_PDF).status_code
    requests = {
        "my_claims": ("GET", "/me/claims"),
        "create_claim": ("POST", "/me/claims", CLAIM),
        "my_claim": ("GET", mine),
        "change_claim": ("PUT", mine, {**CLAIM, **step}),
        "submit_claim": ("POST", f"{mine}/submission", step),
        "withdraw_claim": ("POST", f"{mine}/withdrawal", step),
        "read_my_document": ("GET", f"{mine}/document"),
        "claims": ("GET", "/claims"),
        "claim_of_person": ("GET", theirs),
        "read_document": ("GET", f"{theirs}/document"),
        "decide_claim": ("POST", f"{theirs}/decision", decision),
    }
    with call(*requests[name]) as reply:
        return reply.status_code


MENTORING = frozenset(
    """my_mentoring ask_for_mentor pairs_of_people pair_of_person propose_pair act_on_pair confirm_pair set_goal change_goal
    judge_goal note_meeting correct_meeting decide_meeting""".split()
)


def ask_about_mentoring(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about one's own pairs, or that of the person with this number."""
    today = State.now().date()
    pair = {"starts_on": str(today), "ends_on": str(today + timedelta(days=90))}
    theirs = f"/people/{number}/mentoring"
    one = f"{theirs}/{getattr(call, 'their_pair', 1)}"
    goal = {"text": "Tiga hari", "competency": "M.05", "due_on": str(today), "based_on": 1}
    met = {"starts_at": "2026-11-24T01:30:00Z", "minutes": 60, "topic": "Layanan"}
    requests = {
        "my_mentoring": ("GET", "/me/mentoring"),
        "ask_for_mentor": ("POST", "/me/mentoring", pair),
        "pairs_of_people": ("GET", "/mentoring"),
        "pair_of_person": ("GET", one),
        "propose_pair": ("POST", theirs, pair),
        "act_on_pair": ("POST", f"{one}/acts", {"act": "start", "based_on": 1}),
        "confirm_pair": ("POST", f"{one}/result", {"changed": "Lebih cepat", "based_on": 1}),
        "set_goal": ("POST", f"{one}/goals", {**goal}),
        "change_goal": ("PUT", f"{one}/goals/1", goal),
        "judge_goal": ("POST", f"{one}/goals/1/state", {"state": "reached", "based_on": 1}),
        "note_meeting": ("POST", f"{one}/meetings", met),
        "correct_meeting": ("PUT", f"{one}/meetings/1", {**met, "based_on": 1}),
        "decide_meeting": ("POST", f"{one}/meetings/1/decision", {"state": "confirmed", "based_on": 1}),
    }  # fmt: skip
    if name == "set_goal":
        requests[name][2].pop("based_on")
    return call(*requests[name]).status_code


RULE = {
    "course": "dasar", "unit": "DINKES", "starts_on": "2026-11-01", "due": "after_rule", "days": 60,
}  # fmt: skip


def ask_about_assignments(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about assignments: of oneself, of the person with this number, or a rule."""
    learn, today = call.client.application.extensions["learn"], State.now().date()
    later = str(today + timedelta(days=40))
    with learn.database.transaction() as session:
        person = find_by_number(session, number)
        for who in (call.person_id, person.id):
            assign(
                session, who, "k3", due_at=today + timedelta(days=9), actor_id=None, now=State.now()
            )
        ask_for_time(
            session,
            person.id,
            "k3",
            until=today + timedelta(days=60),
            reason="Sakit",
            now=State.now(),
        )
        unit = session.query(Unit).filter_by(code="DINKES").one()
        wanted = Wanted("dasar", today, unit_id=unit.id, days=60)
        rule = make_rule(session, wanted, actor_id=None, now=State.now())
        one, changed = f"/assignment-rules/{rule.id}", rule.changed_at.isoformat()
    theirs, why = f"/people/{number}/assignments", {"reason": "Cuti"}
    requests = {
        "my_assignments": ("GET", "/me/assignments"),
        "ask_more_time": ("POST", "/me/assignments/k3/more-time", {"until": later, **why}),
        "my_notices": ("GET", "/me/notices"),
        "read_notices": ("POST", "/me/notices/read", {}),
        "assignments_of_person": ("GET", theirs),
        "assign_course": ("POST", theirs, {"course": "dasar", "due_on": later}),
        "move_due": ("PUT", f"{theirs}/k3/due", {"due_on": later, **why}),
        "refuse_more_time": ("POST", f"{theirs}/k3/refusal", why),
        "end_assignment": ("POST", f"{theirs}/k3/end", why),
        "due_assignments": ("GET", "/assignments"),
        "assignment_rules": ("GET", "/assignment-rules"),
        "preview_rule": ("POST", "/assignment-rules/preview", RULE),
        "make_assignment_rule": ("POST", "/assignment-rules", RULE),
        "change_assignment_rule": ("PUT", one, {**RULE, "based_on": changed}),
        "end_assignment_rule": ("POST", f"{one}/end"),
        "resume_assignment_rule": ("POST", f"{one}/resume"),
    }  # fmt: skip
    return call(*requests[name]).status_code


ASSIGNMENTS = frozenset(
    """my_assignments ask_more_time my_notices read_notices assignments_of_person assign_course move_due refuse_more_time
    end_assignment due_assignments assignment_rules preview_rule make_assignment_rule change_assignment_rule
    end_assignment_rule resume_assignment_rule""".split()
)


def ask_about_jobs(call: Caller, name: str, _number: str) -> int:
    """Ask for an operation about exports and one's own jobs."""
    learn = call.client.application.extensions["learn"]
    with learn.database.transaction() as session:
        job = Job(
            kind="of-a-plugin", data={}, actor_id=call.person_id, state="done", made_at=State.now(),
            file=learn.results.put(b"1"), file_name="a.csv", media_type="text/csv",
        )  # fmt: skip
        session.add(job)
        session.flush()
        mine = f"/jobs/{job.id}"
    requests = {
        "export_kinds": ("GET", "/exports"),
        "export_file": ("GET", "/exports/completions?columns=name,title"),
        "begin_export": ("POST", "/exports/completions"),
        "my_jobs": ("GET", "/jobs"),
        "my_job": ("GET", mine),
        "cancel_job": ("POST", f"{mine}/cancellation"),
        "read_job_file": ("GET", f"{mine}/file"),
    }
    with call(*requests[name]) as reply:
        return reply.status_code


def ask_about_the_framework(call: Caller, name: str, _number: str) -> int:
    """Ask for an operation about the framework and the levels that posts require."""
    if name.startswith("import_"):
        kind = "frameworks" if name == "import_framework" else "requirements"
        sheet, address = "code\nM.01\n", f"/{kind}/imports?dry_run=true"
        return call("POST", address, data=sheet, content_type="text/csv").status_code
    requests = {
        "frameworks": "/frameworks",
        "framework_in_force": "/frameworks/in-force",
        "framework_version": "/frameworks/1",
        "framework_mapping": "/frameworks/1/mapping",
        "framework_file": "/frameworks/1/file",
        "requirements": "/requirements",
        "required": "/requirements/required?post_class=PELAKSANA",
        "requirements_sheet": "/requirements/file",
    }
    return call("GET", requests[name]).status_code


def ask_about_levels(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about the levels of oneself, or of the person with this number."""
    theirs, today = f"/people/{number}", str(State.now().date())
    if name == "import_levels":
        sheet = f"nip,kompetensi,tingkat,tanggal\n{number},M.05,3,{today}\n"
        address = "/assessments/imports?dry_run=true"
        return call("POST", address, data=sheet, content_type="text/csv").status_code
    seen = {"competency": "M.05", "level": 2, "observed_on": today, "note": "Melayani"}
    found = {"levels": {"M.05": 3}, "assessed_on": today, "instrument": "interview"}
    act, piece = {"act": "suspend", "reason": "Periksa"}, getattr(call, "their_evidence", 1)
    asked = getattr(call, "their_request", 1)
    decision = {"act": "return", "reason": "Buram", "based_on": asked}
    requests = {
        "my_competency": ("GET", "/me/competencies/M.05"),
        "competency_of_person": ("GET", f"{theirs}/competencies/M.05"),
        "assess_person": ("POST", f"{theirs}/assessments", found),
        "confirm_person": ("POST", f"{theirs}/confirmations", seen),
        "act_on_level": ("POST", f"{theirs}/levels/evidence/{piece}/acts", act),
        "my_requests": ("GET", "/me/prior"),
        "prior_requests": ("GET", "/prior"),
        "decide_request": ("POST", f"{theirs}/prior/{asked}/decision", decision),
    }
    return call(*requests[name]).status_code


LEVELS = frozenset(
    """my_competency competency_of_person assess_person confirm_person act_on_level import_levels my_requests prior_requests
    decide_request""".split()
)


def ask_about_hr(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about HR's lists, or about bulk acts."""
    learn = call.client.application.extensions["learn"]
    with learn.database.transaction() as session:
        batch = BulkBatch(
            act="enrol", params={"course": "dasar"}, filters={}, actor_id=call.person_id,
            made_at=State.now(), state="done", total=0, left_out=[],
        )  # fmt: skip
        session.add(batch)
        session.flush()
        mine = f"/bulk/{batch.id}"
    body = {"act": "enrol", "course": "dasar", "targets": [{"number": number}]}
    requests = {
        "hr_people": ("GET", "/hr/people"),
        "overdue_assignments": ("GET", "/hr/overdue"),
        "preview_bulk": ("POST", "/bulk/preview", body),
        "do_bulk": ("POST", "/bulk", {**body, "digest": "0" * 64}),
        "bulk_acts": ("GET", "/bulk"),
        "bulk_act": ("GET", mine),
        "undo_bulk": ("POST", f"{mine}/undo"),
    }
    return call(*requests[name]).status_code


TRAININGS = frozenset(
    """trainings one_training sign_up sign_off check_in held_trainings session_attendance record_attendance""".split()
)


def ask_about_trainings(call: Caller, name: str, number: str) -> int:
    """Ask for an operation about a training that the unit DINKES holds, in which both have a place."""
    learn, now = call.client.application.extensions["learn"], State.now()
    begun = (
        timedelta(minutes=-5) if name in {"check_in", "record_attendance"} else timedelta(days=1)
    )
    with learn.database.transaction() as session:
        unit = session.query(Unit).filter_by(code="DINKES").one()
        training = trainings.published(session, unit, sittings=(trainings.sitting(now + begun),))
        person = find_by_number(session, number)
        for who in (call.person_id, person.id):
            if name != "sign_up":
                trainings.signed_up(session, training, who, now)
        (sitting,) = planning.sessions_of(session, training.id)
        code = codes.long_code(sitting.secret, sitting.id, codes.window_of(now))
        one, there = f"/trainings/{training.id}", f"/trainings/{training.id}/sessions/{sitting.id}"
    requests = {
        "trainings": ("GET", "/trainings"),
        "held_trainings": ("GET", "/trainings/held"),
        "one_training": ("GET", one),
        "sign_up": ("POST", f"{one}/seat"),
        "sign_off": ("POST", f"{one}/seat/withdrawal"),
        "check_in": ("POST", f"{there}/here", {"code": code}),
        "session_attendance": ("GET", f"{there}/attendance"),
        "record_attendance": (
            "POST", f"{there}/attendance", {"marks": [{"number": number, "state": "late"}]},
        ),
    }  # fmt: skip
    return call(*requests[name]).status_code


def area_of(name: str):
    """Return what asks for the operations of an area, None for the rest."""
    areas = (
        (LEVELS, ask_about_levels), (TRAININGS, ask_about_trainings),
        (ASSIGNMENTS, ask_about_assignments), (MENTORING, ask_about_mentoring),
    )  # fmt: skip
    for names, about in areas:
        if name in names:
            return about
    if "bulk" in name or name in {"hr_people", "overdue_assignments"}:
        return ask_about_hr
    if "claim" in name or name in {"read_document", "read_my_document"}:
        return ask_about_claims
    if "framework" in name or "require" in name:
        return ask_about_the_framework
    if "job" in name or name in {"export_kinds", "export_file", "begin_export"}:
        return ask_about_jobs
    return None


def ask(call: Caller, name: str, number: str, attempt: str = "", theirs: str = "") -> int:
    """Ask for one operation, about the person with this number, or their attempt, where it is about somebody."""
    if (about := area_of(name)) is not None:
        return about(call, name, number)
    person = f"/people/{number}"
    other_terms, wanted = (
        "/courses/dasar/quizzes/akhir/overrides",
        {"attempts": 5, "reason": "Sakit"},
    )
    requests = {
        "quiz_terms": ("GET", "/courses/dasar/quizzes/akhir"),
        "overrides": ("GET", other_terms),
        "set_person_override": ("PUT", f"{other_terms}{person}", wanted),
        "set_unit_override": ("PUT", f"{other_terms}/units/DINKES", wanted),
        "remove_person_override": ("DELETE", f"{other_terms}{person}"),
        "remove_unit_override": ("DELETE", f"{other_terms}/units/DINKES"),
        "me": ("GET", "/me"),
        "my_record": ("GET", "/me/record"),
        "my_data": ("GET", "/me/data"),
        "courses": ("GET", "/courses"),
        "course": ("GET", "/courses/dasar"),
        "enrol": ("POST", "/courses/dasar/enrolment"),
        "set_progress": ("PUT", "/courses/dasar/modules/01-satu/progress", {"state": "completed"}),
        "start_attempt": ("POST", "/courses/dasar/quizzes/latihan/attempts"),
        "attempt": ("GET", f"/attempts/{attempt}"),
        "save_answer": ("PUT", f"/attempts/{attempt}/answers/maklumat", {"answer": None}),
        "check_answer": ("POST", f"/attempts/{attempt}/answers/maklumat/check"),
        "leave_question": ("POST", f"/attempts/{attempt}/answers/maklumat/leaving"),
        "submit_attempt": ("POST", f"/attempts/{attempt}/submission"),
        "answers_of_course": ("GET", "/courses/dasar/answers"),
        "mark_answer": ("POST", f"/attempts/{theirs}/answers/spbe/mark", {"score": 1.0}),
        "people": ("GET", "/people"),
        "record_of_person": ("GET", f"{person}/record"),
        "match_of_person": ("GET", f"{person}/match"),
        "match_of_unit": ("GET", "/units/DINKES/match"),
        "completions": ("GET", "/completions"),
        "analysis": ("GET", "/courses/dasar/quizzes/akhir/analysis"),
        "export_questions": ("GET", "/courses/dasar/quizzes/akhir/export?format=gift"),
        "running": ("GET", "/courses/dasar/quizzes/akhir/running"),
        "export_attempts": ("GET", "/courses/dasar/quizzes/akhir/attempts"),
        "regrade_quiz": (
            "POST", "/courses/dasar/quizzes/akhir/regrading", {"dry_run": True},
        ),
        "withdraw_completion": (
            "POST", f"{person}/completions/dasar/1/withdrawal", {"reason": "Keliru"},
        ),
    }  # fmt: skip
    if name == "send_file":
        return call(
            "POST",
            f"/attempts/{attempt}/answers/maklumat/files",
            data=b"x",
            content_type="text/csv",
        ).status_code
    if name == "read_file":
        with call("GET", f"/attempts/{theirs}/answers/spbe/files/{DIGEST}") as reply:
            return reply.status_code
    if name == "import_people":
        sheet = SHEET.format(number=number)
        return call(
            "POST", "/people/imports?dry_run=true", data=sheet, content_type="text/csv"
        ).status_code
    if name == "import_records":
        sheet = f"nip,bentuk,judul,selesai,jp\n{number},KL08,Kursus,2020-01-05,4\n"
        return call(
            "POST", "/records/imports?dry_run=true", data=sheet, content_type="text/csv"
        ).status_code
    if name == "import_questions":
        address = "/courses/dasar/quizzes/akhir/imports?dry_run=true"
        return call(
            "POST", address, data=b"a {T}", content_type="application/octet-stream"
        ).status_code
    if name == "import_overrides":
        sheet = f"number,attempts,reason\n{number},5,Sakit\n"
        address = f"{other_terms}/imports?dry_run=true"
        return call("POST", address, data=sheet, content_type="text/csv").status_code
    return call(*requests[name]).status_code


@pytest.fixture
def learner(course, caller, learn):
    """Somebody of unit DINKES with a completed course, and a file in its attempt."""
    found = caller(unit="DINKES")
    walk(found)
    found.claim = sent_claim(found, "claim")
    today = State.now().date()
    pair = {"starts_on": str(today), "ends_on": str(today + timedelta(days=90))}
    found.pair = found("POST", "/me/mentoring", pair).json["pair"]
    seq = found("GET", f"/me/claims/{found.claim}").json["seq"]
    found("POST", f"/me/claims/{found.claim}/submission", {"based_on": seq})
    with learn.database.transaction() as session:
        attempt = session.query(Attempt).filter_by(person_id=found.person_id, quiz="akhir").one()
        found.attempt = attempt.id
        pieces = session.query(Evidence.seq).filter_by(person_id=found.person_id)
        found.evidence = pieces.order_by(Evidence.seq).first().seq
        document = Document(learn.storage.put(PDF), "application/pdf", "ijazah.pdf")
        asked = Asked("M.05", 3, "S2")
        found.request = prior.ask(
            session, found.person_id, asked, [document], key="k", now=State.now()
        ).id
        session.add(
            AnswerFile(
                person_id=found.person_id, attempt_id=attempt.id, question="spbe", name="a.pdf",
                digest=learn.storage.put(PDF), media_type="application/pdf", size=len(PDF),
                at=State.now(),
            )
        )  # fmt: skip
    return found


def reachable(reply: int) -> bool:
    return reply not in {401, 403, 404}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says_within_its_unit(role, learner, caller):
    granted = () if role == Role.EMPLOYEE else (role,)
    holder = caller(*granted, unit="DINKES")
    attempt = holder("POST", "/courses/dasar/quizzes/latihan/attempts").json["id"]
    holder.their_claim, holder.their_pair = learner.claim, learner.pair
    holder.their_evidence, holder.their_request = learner.evidence, learner.request
    found = {
        name: reachable(ask(holder, name, learner.number, attempt, learner.attempt))
        for name in TABLE
    }
    assert found == {name: role in roles for name, roles in TABLE.items()}


@pytest.mark.parametrize("role", sorted(READERS | {Role.ORGANISER, Role.TRAINER}))
def test_nobody_reads_or_changes_people_of_another_unit(role, learner, caller):
    stranger = caller(role, unit="DPUPR")
    assert ask(stranger, "record_of_person", learner.number) in {403, 404}
    assert ask(stranger, "withdraw_completion", learner.number) in {403, 404}
    for path in ("/people", "/completions", "/completions?format=jsonl"):
        assert learner.number not in stranger("GET", path).get_data(as_text=True)
    assert learner("GET", "/me/record").json["completions"][0]["status"] == "valid"


@pytest.mark.parametrize("made", OPERATIONS, ids=lambda made: made.name)
def test_nobody_gets_anywhere_without_signing_in(made, app):
    path = re.sub(r"<int:\w+>", "1", made.path).replace("<", "").replace(">", "")
    reply = Caller(app)(made.method, path, {} if made.writes else None)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["", "lrn_wrong", "x" * 3000, "lrn_\xff", "lrn_ a b"])
def test_a_wrong_token_is_refused_and_says_so(app, token):
    reply = Caller(app, token)("GET", "/me")
    assert (reply.status_code, reply.json["code"]) == (401, "invalid-token")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


def test_a_token_that_was_ended_or_is_too_old_is_refused(me, learn):
    with learn.database.transaction() as session:
        end_tokens(session, me.person_id, State.now())
    assert me("GET", "/me").status_code == 401
    with learn.database.transaction() as session:
        past = State.now() - timedelta(days=3)
        me.token = make_token(session, me.person_id, now=past, days=1)
    assert me("GET", "/me").status_code == 401


def test_a_token_of_one_role_may_do_what_that_role_may(learner, caller):
    narrowed = caller("hr", "trainer", token_role="trainer")
    assert narrowed("GET", "/me").json["roles"] == ["employee", "trainer"]
    assert narrowed("GET", "/people").status_code == 403
    whole = caller("hr", "trainer")
    assert whole("GET", "/people").status_code == 200


def test_a_signed_in_browser_reads_with_its_cookie_and_writes_with_its_token(course, signed_in):
    browser = signed_in()
    browser.get("/me/record/")
    token = browser.token()
    assert browser.get(f"{BASE}/me").status == 200
    address = f"{BASE}/courses/dasar/enrolment"
    assert browser.client.post(address).json["code"] == "csrf-failed"
    forged = browser.client.post(address, headers={"X-CSRFToken": "forged"})
    assert forged.status_code == 403
    assert browser.client.post(address, headers={"X-CSRFToken": token}).status_code == 201


def test_a_wrong_token_beside_a_good_cookie_is_refused(signed_in):
    browser = signed_in()
    reply = browser.client.get(f"{BASE}/me", headers={"Authorization": "Bearer lrn_wrong"})
    assert reply.status_code == 401


def test_numbers_are_whole_only_for_those_who_may_export(learner, caller):
    for role, whole in (("hr", True), ("auditor", True), ("supervisor", False)):
        reader = caller(role, unit="DINKES")
        numbers = {each["number"] for each in reader("GET", "/people").json["items"]}
        assert (learner.number in numbers) is whole
        [completion] = reader("GET", "/completions").json["items"]
        assert (completion["number"] == learner.number) is whole
        file = reader("GET", "/completions?format=csv")
        assert (file.status_code == 200) is whole


def test_somebody_who_exports_one_unit_and_reads_another_sees_masked_numbers(
    learner, caller, learn
):
    reader = caller("supervisor", unit="DPUPR")
    with learn.database.transaction() as session:
        clinic = session.query(Unit).filter_by(code="DINKES").one()
        person = session.get_one(Person, reader.person_id)
        grant_role(session, person, "hr", unit=clinic, actor=None, now=make.JOINED)
    assert learner.number not in reader("GET", "/people").get_data(as_text=True)
