"""What an attempt shows when: no byte of a key or of feedback before its time, in data or on a page."""

import json
from itertools import product

import pytest

from learn.quizzes.attempts.answers import Answers
from learn.quizzes.attempts.results import question_review
from learn.quizzes.attempts.review import EVERYTHING, NOTHING, Shown, shown, shown_when_checked
from tests.support.quizzes import ENGINE, EVERY_TYPE, quiz

SECRETS = (
    "RAHASIA",
    "rahasia",
    "right_text",
    "marks",
    "verdict",
    "feedback",
    "accepted",
    "pattern",
)


@pytest.mark.parametrize("front", ["", "review: never\n", "behaviour: immediate\n", "draw: 4\n"])
def test_an_open_attempt_shows_no_key_and_no_feedback(taking, page, front):
    taking = taking(front)
    attempt = taking.start()
    view = taking.shown(attempt)
    pages = "".join(page(question) for question in view["questions"])
    assert not any(secret in json.dumps(view) + pages for secret in SECRETS)
    assert view["score"] is None and view["passed"] is None


def test_right_and_wrong_answers_look_the_same_while_an_attempt_is_open(taking):
    taking = taking()
    attempt = taking.start()
    taking.answer_all(attempt)
    view = taking.shown(attempt)
    assert not any("review" in question for question in view["questions"])
    assert all(question["answer"] is not None for question in view["questions"])


def test_only_the_checked_question_shows_its_result(taking):
    taking = taking("behaviour: immediate\n")
    attempt = taking.start()
    taking.answer_all(attempt)
    taking.check(attempt, "jp")
    reviewed = [each["key"] for each in taking.shown(attempt)["questions"] if "review" in each]
    assert reviewed == ["jp"]


@pytest.mark.parametrize(
    ("review", "closed", "parts"),
    [
        ("after-submit", False, {"score", "right", "feedback"}),
        ("after-close", False, set()),
        ("after-close", True, {"score", "right", "feedback"}),
        ("never", True, set()),
        ("{after-submit: [answer, score]}", False, {"score"}),
        ("{after-submit: [score], after-close: [right]}", True, {"right"}),
        ("[{after-submit: [feedback]}]", False, {"feedback"}),
    ],
)
def test_a_result_shows_what_the_review_policy_allows(taking, review, closed, parts):
    taking = taking(f"review: {review}\n")
    attempt = taking.start()
    taking.answer_all(attempt)
    taking.submit(attempt)
    view = taking.shown(attempt, closed=closed)
    assert view["score"] == 1 and view["passed"] is True
    for question in view["questions"]:
        found = question.get("review", {})
        assert ("score" in found, "right" in found, "feedback_html" in found) == tuple(
            part in parts for part in ("score", "right", "feedback")
        )


def test_a_quiz_counts_as_over_when_no_attempt_is_left(taking):
    taking = taking("review: after-close\nattempts: 1\n")
    attempt = taking.start()
    taking.submit(attempt)
    assert all("review" in question for question in taking.shown(attempt)["questions"])


def test_nothing_is_shown_during_an_attempt_whatever_the_policy():
    assert shown({"during": ["right"]}, "during") == NOTHING


def test_a_checked_answer_shows_everything_or_what_the_policy_says_of_during():
    assert shown_when_checked("never", final=True) == EVERYTHING
    assert shown_when_checked({"during": ["score"]}, final=True) == Shown(score=True)
    assert shown_when_checked("after-submit", final=False) == Shown(score=True, feedback=True)


def test_the_shape_of_the_api(taking):
    taking = taking("time_limit: 20 minutes\nattempts: 3\n")
    attempt = taking.start()
    taking.wait(60)
    view = taking.shown(attempt)
    assert (view["id"], view["state"], view["seconds_left"]) == (attempt.id, "open", 1140)
    assert view["expires_at"] == "2026-11-24T01:50:00Z"
    by_key = {question["key"]: question for question in view["questions"]}
    assert set(by_key["tunggal"]) == {
        "key", "type", "points", "prompt_html", "options", "answer", "seq", "flagged", "checked",
        "scored", "manual", "tries_left",
    }  # fmt: skip
    assert all(set(option) == {"key", "html"} for option in by_key["tunggal"]["options"])
    assert {"left", "right"} <= set(by_key["unsur"]) and "options" not in by_key["unsur"]


def test_addresses_in_texts_begin_where_learn_is_mounted(taking):
    taking = taking("", "## q\nLihat [kursus](/courses/)?\n= x\n")
    view = taking.shown(taking.start(), mount="/belajar")
    assert 'href="/belajar/courses/"' in view["questions"][0]["prompt_html"]


@pytest.mark.parametrize("key", [each.key for each in quiz(EVERY_TYPE).questions])
@pytest.mark.parametrize("answered", ["right", "wrong", "nothing"])
def test_every_page_of_a_question_can_be_rendered_and_labels_every_field(
    page, taking, key, answered
):
    taking = taking()
    attempt = taking.start()
    if answered != "nothing":
        taking.answer_all(attempt)
    view = next(each for each in taking.shown(attempt)["questions"] if each["key"] == key)
    answer = _wrong(view) if answered == "wrong" else view["answer"]
    question = taking.quiz.question(key)
    fields = page(view, answer)
    assert fields.count("<label") + fields.count("aria-label") >= fields.count("<input") > 0 or (
        fields.count("<label") + fields.count('aria-label="Place of') == fields.count("<select") > 0
    )
    assert "disabled" in page(view, answer, disabled=True)
    for parts in product((False, True), repeat=3):
        show = Shown(True, *parts, parts[-1])
        answers = Answers({} if answer is None else {key: answer})
        review = question_review(question, answers, taking.quiz, ENGINE, "id", show)
        text = page(view, answer, review, disabled=True)
        assert " style=" not in text and ("RAHASIA" not in text or show.feedback or show.right)
    if answered == "right":
        assert "l-opt--right" in text and "l-opt--wrong" not in text and "Right" in text
    if answered == "wrong":
        assert "l-opt--wrong" in text


def _wrong(view):
    """Return an answer of the right shape that is not right."""
    if view["type"] in ("text", "numeric"):
        return "999"
    if view["type"] == "matching":
        return dict.fromkeys(view["answer"], next(iter(view["answer"].values())))
    keys = [option["key"] for option in view["options"]]
    if view["type"] == "ordering":
        return list(reversed(view["answer"]))
    return [key for key in keys if key not in view["answer"]][:1]
