"""The whole job over HTTP: enrol, read, be quizzed, complete; and what an attempt tells and keeps back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learn.progress.models import Completion
from learn.quizzes.models import Attempt
from learn.web.state import State
from tests.support.statements import Counted
from tests.web.api.conftest import answers_to, walk

pytestmark = pytest.mark.usefixtures("course")
ATTEMPTS = "/courses/dasar/quizzes/akhir/attempts"


def test_the_whole_job_brings_hours_level_and_certificate_with_the_submission(me):
    assert me("POST", "/courses/dasar/enrolment").status_code == 201
    assert walk(me) == {
        "state": "graded", "score": 1.0, "passed": True, "waiting": 0, "completed_course": True,
    }  # fmt: skip
    record = me("GET", "/me/record").json
    held = {each["code"]: each for each in record["competencies"]}
    assert held["M.05"]["evidence"][0]["course"] == "dasar"
    assert record["hours"][0]["earned"] == 6
    [completion] = record["completions"]
    assert (completion["course"], completion["score"], completion["hours"]) == ("dasar", 1.0, 6)
    assert completion["certificate"]


def test_enrolling_again_returns_the_cycle_under_way(me):
    first, second = (me("POST", "/courses/dasar/enrolment") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json


def test_the_course_tells_modules_quizzes_and_what_is_missing(me):
    me("PUT", "/courses/dasar/modules/01-satu/progress", {"state": "completed"})
    me("PUT", "/courses/dasar/modules/02-dua/progress", {"state": "in_progress"})
    body = me("GET", "/courses/dasar").json
    assert body["modules"] == [
        {"module": "01-satu", "title": "Modul satu", "minutes": 5, "state": "completed"},
        {"module": "02-dua", "title": "Modul dua", "minutes": 5, "state": "in_progress"},
    ]
    assert {quiz["quiz"] for quiz in body["quizzes"]} == {"akhir", "latihan", "sekali"}
    assert body["complete"]["met"] is False
    assert [child["met"] for child in body["complete"]["children"]] == [False, False]


def test_a_completed_module_stays_completed(me):
    for state in ("completed", "in_progress"):
        reply = me("PUT", "/courses/dasar/modules/01-satu/progress", {"state": state})
        assert reply.json["state"] == "completed"


def test_the_last_module_completes_the_course_when_it_was_what_was_missing(me):
    assert walk(me, modules=("01-satu",))["completed_course"] is False
    reply = me("PUT", "/courses/dasar/modules/02-dua/progress", {"state": "completed"})
    assert reply.json["completed_course"] is True


def test_starting_twice_returns_the_open_attempt(me):
    first, second = (me("POST", ATTEMPTS) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["id"] == second.json["id"]
    assert [each["key"] for each in first.json["questions"]] == ["spbe", "jp"]


def test_saved_answers_come_back_with_the_attempt(me):
    attempt = me("POST", ATTEMPTS).json
    saved = me("PUT", f"/attempts/{attempt['id']}/answers/jp", {"answer": "20"}).json
    again = me("GET", f"/attempts/{attempt['id']}").json
    assert {each["key"]: each["answer"] for each in again["questions"]} == {
        "spbe": None,
        "jp": "20",
    }
    assert again["saved_at"] == saved["saved_at"]


def test_handing_in_again_gives_the_first_result_and_one_completion(me, learn):
    first = walk(me)
    attempt_id = me("POST", ATTEMPTS).json["id"]
    me("POST", f"/attempts/{attempt_id}/submission")
    with learn.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Completion)) == 1
    attempt = me("POST", ATTEMPTS).json
    replies = [me("POST", f"/attempts/{attempt['id']}/submission").json for _ in range(2)]
    assert replies[0] == replies[1]
    assert first["completed_course"] and not replies[0]["completed_course"]


def test_a_submission_that_completed_the_course_says_so_again(me):
    for module in ("01-satu", "02-dua"):
        me("PUT", f"/courses/dasar/modules/{module}/progress", {"state": "completed"})
    attempt = me("POST", ATTEMPTS).json
    for key, answer in answers_to(attempt).items():
        me("PUT", f"/attempts/{attempt['id']}/answers/{key}", {"answer": answer})
    replies = [me("POST", f"/attempts/{attempt['id']}/submission").json for _ in range(3)]
    assert replies[0]["completed_course"] and replies[0] == replies[1] == replies[2]


def test_an_attempt_handed_in_after_its_time_counts_as_it_was_saved(me, learn):
    for module in ("01-satu", "02-dua"):
        me("PUT", f"/courses/dasar/modules/{module}/progress", {"state": "completed"})
    attempt = me("POST", ATTEMPTS).json
    address = f"/attempts/{attempt['id']}"
    for key, answer in answers_to(attempt).items():
        me("PUT", f"{address}/answers/{key}", {"answer": answer})
    with learn.database.transaction() as session:
        over = State.now() - timedelta(minutes=5)
        session.execute(update(Attempt).values(expires_at=over))
    assert me("PUT", f"{address}/answers/jp", {"answer": "1"}).json["code"] == "attempt-expired"
    replies = [me("POST", f"{address}/submission").json for _ in range(2)]
    assert replies[0] == replies[1]
    assert (replies[0]["score"], replies[0]["completed_course"]) == (1.0, True)


def test_no_reply_about_an_open_deferred_attempt_holds_key_or_feedback(me):
    started = me("POST", ATTEMPTS)
    address = f"/attempts/{started.json['id']}"
    texts = [started, me("GET", address), me("GET", "/courses/dasar")]
    texts.append(me("PUT", f"{address}/answers/jp", {"answer": "7"}))
    texts.append(me("PUT", f"{address}/answers/spbe", {"answer": ["onothing12"]}))
    texts.append(me("PUT", f"{address}/answers/jp", {"answer": {"a": 1}}))
    texts.append(me("POST", f"{address}/answers/jp/check"))
    texts.append(me("GET", "/me/record"))
    for reply in texts:
        text = reply.get_data(as_text=True)
        assert "RAHASIA" not in text
        assert '"20"' not in text
        assert not any(f'"{name}"' in text for name in ("review", "right", "marks", "data"))
    assert texts[6].status_code == 422


def test_results_are_there_once_the_policy_allows(me):
    walk(me)
    attempt = me("POST", ATTEMPTS).json
    me("POST", f"/attempts/{attempt['id']}/submission")
    shown = me("GET", f"/attempts/{attempt['id']}").json
    assert shown["state"] == "graded"
    assert "RAHASIA umpan umum" in shown["questions"][0]["review"]["feedback_html"]


def test_a_quiz_whose_review_is_never_shown_keeps_it_after_the_submission(me):
    attempt = me("POST", "/courses/dasar/quizzes/sekali/attempts").json
    me("PUT", f"/attempts/{attempt['id']}/answers/satu", {"answer": "3"})
    me("POST", f"/attempts/{attempt['id']}/submission")
    assert "review" not in me("GET", f"/attempts/{attempt['id']}").json["questions"][0]
    assert me("POST", "/courses/dasar/quizzes/sekali/attempts").json["code"] == "attempts-used-up"


def test_immediate_feedback_comes_with_the_check_and_makes_the_answer_final(me):
    attempt = me("POST", "/courses/dasar/quizzes/latihan/attempts").json
    question = attempt["questions"][0]
    address = f"/attempts/{attempt['id']}/answers/maklumat"
    assert me("POST", f"{address}/check").status_code == 422
    wrong = next(each["key"] for each in question["options"] if each["html"] == "Salah")
    me("PUT", address, {"answer": [wrong]})
    review = me("POST", f"{address}/check").json
    assert review["verdict"] == "wrong" and "RAHASIA alasan" in review["feedback_html"]
    right = next(each["key"] for each in question["options"] if each["html"] == "Benar")
    assert me("PUT", address, {"answer": [right]}).json["code"] == "answer-final"


def test_an_answer_from_an_older_page_does_not_overwrite_a_newer_one(me):
    attempt = me("POST", ATTEMPTS).json
    address = f"/attempts/{attempt['id']}/answers/jp"
    old = me("PUT", address, {"answer": "1", "client_id": "a:1"}).json["seq"]
    me("PUT", address, {"answer": "2", "client_id": "b:1", "based_on": old})
    reply = me("PUT", address, {"answer": "3", "client_id": "a:2", "based_on": old})
    assert reply.status_code == 409
    assert (reply.json["saved"], reply.json["yours"]) == ("2", "3")


def test_another_persons_attempt_is_as_if_there_were_none(me, caller):
    mine = me("POST", ATTEMPTS).json["id"]
    for other in (caller(), caller("hr"), caller("admin"), caller("trainer")):
        assert other("GET", f"/attempts/{mine}").status_code == 404
        put = other("PUT", f"/attempts/{mine}/answers/jp", {"answer": "20"})
        assert put.status_code == 404
        assert other("POST", f"/attempts/{mine}/answers/jp/check").status_code == 404
        assert other("POST", f"/attempts/{mine}/submission").status_code == 404
    assert me("GET", f"/attempts/{mine}").json["state"] == "open"


@pytest.mark.parametrize(
    ("path", "most"),
    [("/me", 2), ("/courses", 2), ("/courses/dasar", 6), ("/me/record", 9), ("/completions", 2),
     ("/people", 2)],
)  # fmt: skip
def test_reading_costs_few_statements_and_writes_nothing(caller, learn, path, most):
    hr = caller("hr")
    hr("GET", path)
    with Counted(learn.database) as counted:
        assert hr("GET", path).status_code == 200
    assert len(counted.statements) <= most, counted.statements
    assert counted.writes == []


def test_an_attempt_costs_the_same_however_many_answers_were_saved(me, learn):
    attempt = me("POST", ATTEMPTS).json
    address = f"/attempts/{attempt['id']}/answers/jp"
    counts = []
    for number in range(3):
        with Counted(learn.database) as counted:
            me("PUT", address, {"answer": str(number)})
        counts.append(len(counted.statements))
    assert max(counts) == min(counts) <= 7, counted.statements
