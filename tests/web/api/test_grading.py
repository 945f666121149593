"""Handing in essays and files, and grading them, by the API alone."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from learn.web.state import State
from tests.support.files import HOSTILE, JPG, PDF
from tests.support.learning import files_of_course, publish_course
from tests.web.test_grading import QUIZ

FOTO = "/attempts/{}/answers/foto"


@pytest.fixture
def graded_course(app):
    """Publish the small course with a final test that a person has to grade."""
    return _publish(app, QUIZ)


def _publish(app, quiz):
    files = files_of_course(**{"quizzes__dasar__akhir.md": quiz})
    return publish_course(app, State.now() - timedelta(days=1), files)


def sent(call, attempt, content, name="foto.jpg"):
    return call("POST", FOTO.format(attempt) + "/files", data={"file": (BytesIO(content), name)})


def answered(call):
    """Answer everything and hand in; return the attempt's id."""
    for module in ("01-satu", "02-dua"):
        call("PUT", f"/courses/dasar/modules/{module}/progress", {"state": "completed"})
    attempt = call("POST", "/courses/dasar/quizzes/akhir/attempts").json
    options = attempt["questions"][0]["options"]
    right = next(each["key"] for each in options if "Pemerintahan" in each["html"])
    answers = f"/attempts/{attempt['id']}/answers"
    call("PUT", f"{answers}/spbe", {"answer": [right]})
    assert call("PUT", f"{answers}/alasan", {"answer": "Hak warga."}).status_code == 200
    assert sent(call, attempt["id"], JPG, "foto Sari.jpg").status_code == 201
    told = call("POST", f"/attempts/{attempt['id']}/submission").json
    assert (told["state"], told["waiting"]) == ("waiting", 2)
    return attempt["id"]


def best(item):
    return {each["key"]: each["levels"][0]["key"] for each in item["rubric"]}


def test_the_whole_way_by_the_api(graded_course, me, caller):
    attempt = answered(me)
    trainer = caller("trainer", name="I Made Guru")
    items = trainer("GET", "/courses/dasar/answers?limit=1").json
    assert [each["question"] for each in items["items"]] == ["alasan", "foto"]
    essay, photo = items["items"]
    assert essay["answer"] == "Hak warga." and essay["name"] and "RAHASIA" in essay["model_html"]
    digest = photo["answer"]["files"][0]["digest"]
    with trainer("GET", f"{FOTO.format(attempt)}/files/{digest}") as file:
        assert file.data == JPG and file.headers["Content-Disposition"].startswith("attachment")

    mark = f"/attempts/{attempt}/answers/alasan/mark"
    told = trainer("POST", mark, {"rubric": best(essay), "comment": "Baik."}).json
    assert told == {
        "state": "waiting", "waiting": 1, "score": None, "passed": None, "completed_course": False,
    }  # fmt: skip
    told = trainer("POST", f"{FOTO.format(attempt)}/mark", {"score": 0.5}).json
    assert (told["state"], told["score"], told["completed_course"]) == ("graded", 0.875, True)
    review = me("GET", f"/attempts/{attempt}").json["questions"][1]["review"]
    assert review["mark"]["comment"] == "Baik." and len(review["mark"]["criteria"]) == 2
    assert trainer("GET", "/courses/dasar/answers").json["items"] == []
    (again, _photo) = trainer("GET", "/courses/dasar/answers?graded=true").json["items"]
    assert again["mark"]["graded_by"] == "I Made Guru"


def test_a_newer_mark_is_not_overwritten_and_a_graded_attempt_needs_a_reason(
    graded_course, me, caller
):
    attempt, trainer = answered(me), caller("trainer")
    address = f"{FOTO.format(attempt)}/mark"
    assert trainer("POST", address, {"score": 1.0}).status_code == 200
    other = caller("trainer")
    stale = other("POST", address, {"score": 0.0})
    assert (stale.status_code, stale.json["code"]) == (409, "stale-mark")
    trainer("POST", f"/attempts/{attempt}/answers/alasan/mark", {"score": 1.0})
    seq = stale.json["seq"]
    assert other("POST", address, {"score": 0.0, "based_on": seq}).status_code == 422
    told = other("POST", address, {"score": 0.0, "based_on": seq, "reason": "Salinan."})
    assert told.json["score"] == 0.75


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"score": 2},
        {"score": "x"},
        {"rubric": {"a": "b"}},
        {"rubric": []},
        {"score": 1.0, "x": 1},
    ],
)
def test_a_mark_that_cannot_be_is_refused(graded_course, me, caller, body):
    attempt, trainer = answered(me), caller("trainer")
    reply = trainer("POST", f"/attempts/{attempt}/answers/alasan/mark", body)
    assert reply.status_code == 422 and reply.json["detail"]


def test_who_may_not_grade_reads_and_marks_nothing(graded_course, me, caller):
    attempt = answered(me)
    for stranger in (caller(), caller("hr"), caller("assessor", unit="DPUPR"), me):
        assert stranger("POST", f"{FOTO.format(attempt)}/mark", {"score": 1.0}).status_code == 403
        listed = stranger("GET", "/courses/dasar/answers")
        assert listed.status_code == 403 or listed.json["items"] == []


def test_files_come_in_one_by_one_and_hostile_ones_never(graded_course, me):
    attempt = me("POST", "/courses/dasar/quizzes/akhir/attempts").json["id"]
    for content in HOSTILE.values():
        refused = sent(me, attempt, content)
        assert (refused.status_code, refused.json["code"]) == (422, "refused-file")
    assert len(sent(me, attempt, JPG).json["answer"]["files"]) == 1
    assert len(sent(me, attempt, PDF, "a.pdf").json["answer"]["files"]) == 2
    assert sent(me, attempt, PDF + b"\n%%EOF", "b.pdf").status_code == 422
    named = me("GET", f"/attempts/{attempt}").json["questions"][2]["answer"]["files"]
    kept = me("PUT", FOTO.format(attempt), {"answer": {"files": [named[1]["digest"]]}})
    assert kept.status_code == 200
    assert me("PUT", FOTO.format(attempt), {"answer": ["0" * 64]}).status_code == 422
    me("POST", f"/attempts/{attempt}/submission")
    assert sent(me, attempt, JPG).status_code == 409


def test_files_that_are_refused_fill_no_disk(app, graded_course, me):
    attempt = me("POST", "/courses/dasar/quizzes/akhir/attempts").json["id"]
    statuses = [sent(me, attempt, JPG + bytes([at]) + JPG[-2:]).status_code for at in range(6)]
    assert {201, 422} == set(statuses)
    assert len(list(app.extensions["learn"].storage.digests())) == statuses.count(201)


def test_without_names_a_grader_sees_neither_name_nor_names_of_files(app, me, caller):
    _publish(app, QUIZ.replace("    pass: 70\n", "    pass: 70\n    anonymous_grading: true\n", 1))
    attempt, trainer = answered(me), caller("trainer")
    told = trainer("GET", "/courses/dasar/answers")
    assert told.json["items"][0]["name"] is None
    assert "Sari" not in told.get_data(as_text=True)
    digest = told.json["items"][1]["answer"]["files"][0]["digest"]
    with trainer("GET", f"{FOTO.format(attempt)}/files/{digest}") as file:
        assert "Sari" not in file.headers["Content-Disposition"]


@pytest.mark.parametrize("nameless", [True, False])
def test_who_is_watched_is_not_known_by_the_attempt_that_is_graded(app, me, caller, nameless):
    more = "    pass: 70\n    anonymous_grading: true\n" if nameless else "    pass: 70\n"
    _publish(app, QUIZ.replace("    pass: 70\n", more, 1))
    attempt = me("POST", "/courses/dasar/quizzes/akhir/attempts").json["id"]
    (line,) = caller("trainer")("GET", "/courses/dasar/quizzes/akhir/running").json["items"]
    assert line["attempt"] == (None if nameless else attempt)


def test_a_file_of_answers_tells_nobody_whose_answer_is_to_be_graded(app, me, caller):
    _publish(app, QUIZ.replace("    pass: 70\n", "    pass: 70\n    anonymous_grading: true\n", 1))
    attempt, trainer = answered(me), caller("trainer")
    export = "/courses/dasar/quizzes/akhir/attempts?what=answers&format=json"

    def told():
        return {line["question"]: line["answer"] for line in trainer("GET", export).json}

    secret = told()
    waiting = {each["question"] for each in trainer("GET", "/courses/dasar/answers").json["items"]}
    assert waiting and all(secret[question] == "" for question in waiting)
    assert any(secret.values())
    for question in waiting:
        trainer("POST", f"/attempts/{attempt}/answers/{question}/mark", {"score": 1})
    assert all(told()[question] for question in waiting)
