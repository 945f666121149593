"""What the address of each operation names; bodies that are good, so that only access can refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from learn.web.state import State

THEIRS = frozenset(
    """
    act_on_level act_on_pair assess_person assign_course assignments_of_person attempt bulk_act cancel_job change_assignment_rule
    change_claim change_goal check_answer claim_of_person competency_of_person confirm_pair confirm_person correct_meeting
    decide_claim decide_meeting decide_request end_assignment end_assignment_rule judge_goal leave_question mark_answer
    match_of_person match_of_unit move_due my_claim my_job note_meeting one_training pair_of_person propose_pair read_document
    read_file read_job_file read_my_document record_attendance record_of_person refuse_more_time remove_person_override
    remove_unit_override resume_assignment_rule save_answer send_claim_document send_file session_attendance set_goal
    set_person_override set_unit_override sign_off sign_up submit_attempt submit_claim undo_bulk withdraw_claim withdraw_completion
    """.split()
)
"""They name something of a person or a unit: that of another unit is refused, every role."""

OF_THE_WHOLE = frozenset("import_questions regrade_quiz export_questions".split())
"""They change or give away a course, which a role on one unit or on another course does not reach."""

SHOWN = {
    **dict.fromkeys(
        "ask_more_time course enrol my_competency quiz_terms set_progress start_attempt".split(),
        "courses are for everybody, and what is done there is one's own",
    ),
    **dict.fromkeys(
        "framework_file framework_mapping framework_version".split(),
        "the framework is for everybody",
    ),
    **dict.fromkeys(
        "analysis answers_of_course export_attempts import_overrides overrides running".split(),
        "what people of one's own unit did in a course",
    ),
    "check_in": "a wrong code is told to everybody alike, without a word of the training",
    **dict.fromkeys("begin_export export_file".split(), "lists of the units that one reaches"),
}
"""They may be asked for, for the reason beside them: nothing of the other unit stands there."""

QUERY = {"export_questions": "?format=gift", "import_questions": "?format=gift&dry_run=true"}
"""What must stand behind the question mark."""

FILES = frozenset("import_overrides import_questions send_claim_document send_file".split())
"""They take a file."""


def places(theirs: dict[str, Any], code: str) -> dict[str, Any]:
    """Return what fills the addresses: the API calls some places otherwise than pages do."""
    short = ("claim", "pair", "goal", "meeting", "rule", "batch", "request", "training")
    return {
        **theirs,
        **{name: theirs[f"{name}_id"] for name in short},
        "unit": code, "module": "01-satu", "version": 1, "kind": "completions",
    }  # fmt: skip


def body(name: str, theirs: dict[str, Any], number: str) -> dict[str, Any] | None:
    """Return a good body of the operation: what somebody who may would send."""
    today = State.now().date()
    later = str(today + timedelta(days=40))
    claim = {
        "form": "KL08", "title": "Kursus", "organiser": "LAN", "starts_on": "2026-01-05", "ends_on": "2026-01-06",
        "declared_jp": 4,
    }  # fmt: skip
    pair = {"starts_on": str(today), "ends_on": str(today + timedelta(days=90))}
    goal = {"text": "Tiga hari", "competency": "M.05", "due_on": str(today)}
    met = {"starts_at": "2026-11-24T01:30:00Z", "minutes": 60, "topic": "Layanan"}
    rule = {
        "course": "dasar",
        "unit": None,
        "starts_on": "2026-11-01",
        "due": "after_rule",
        "days": 60,
    }
    step, why, terms = {"based_on": 1}, {"reason": "Uji"}, {"attempts": 5, "reason": "Sakit"}
    bodies: dict[str, dict[str, Any]] = {
        "act_on_level": {"act": "suspend", "reason": "Uji"},
        "act_on_pair": {"act": "end", "reason": "Uji", **step},
        "ask_more_time": {"until": later, **why},
        "assess_person": {"levels": {"M.05": 3}, "assessed_on": str(today), "instrument": "interview"},
        "assign_course": {"course": "dasar", "due_on": later},
        "change_assignment_rule": {**rule, "based_on": "2026-11-24T01:30:00+00:00"},
        "change_claim": {**claim, **step},
        "change_goal": {**goal, **step},
        "check_in": {"code": "123456"},
        "confirm_pair": {"changed": "Lebih cepat", **step},
        "confirm_person": {"competency": "M.05", "level": 2, "observed_on": str(today), "note": "Melayani"},
        "correct_meeting": {**met, **step},
        "decide_claim": {"act": "return", "reason": "Tidak jelas", **step},
        "decide_meeting": {"state": "confirmed", **step},
        "decide_request": {"act": "return", "reason": "Buram", "based_on": theirs["request_id"]},
        "end_assignment": why,
        "judge_goal": {"state": "reached", **step},
        "mark_answer": {"score": 1.0},
        "move_due": {"due_on": later, **why},
        "note_meeting": met,
        "propose_pair": pair,
        "record_attendance": {"marks": [{"number": number, "state": "present"}]},
        "refuse_more_time": why,
        "regrade_quiz": {"dry_run": True},
        "save_answer": {"answer": None},
        "set_goal": goal,
        "set_person_override": terms,
        "set_progress": {"state": "completed"},
        "set_unit_override": terms,
        "submit_claim": step,
        "withdraw_claim": step,
        "withdraw_completion": why,
    }  # fmt: skip
    return bodies.get(name)
