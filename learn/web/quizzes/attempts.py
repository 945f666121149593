"""Taking a quiz: one question a page or all on one, answers saved as they are given, handing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError
from learn.ledger import lock
from learn.progress import attempts
from learn.quizzes.attempts.answering import (
    AlreadySubmitted,
    AttemptExpired,
    check_answer,
    flag_question,
    leave_question,
)
from learn.quizzes.models import OPEN
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.i18n import language, say, time_text
from learn.web.quizzes.answer_forms import FIELD, own_button, save_one, save_page
from learn.web.quizzes.results import result_page
from learn.web.quizzes.start import version_of
from learn.web.quizzes.taking import Taking, own_attempt
from learn.web.render import render
from learn.web.state import state


@pages.get("/attempts/<attempt_id>/")
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Show an open attempt, one question (``?q=3``) or all, or the result of one handed in."""
    taking = own_attempt(attempt_id)
    if taking.attempt.state != OPEN:
        return result_page(taking)
    shown = taking.shown()
    if taking.over:
        return render("learn/quizzes/over.html", taking=taking, shown=shown)
    return _open_page(taking, shown, _number(request.args.get("q", "1")))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _open_page(
    taking: Taking, shown: dict[str, Any], place: int, problems: dict[int, LearnError] | None = None
) -> ResponseReturnValue:
    """Show the page that asks; `problems` say by place what could not be saved."""
    questions = shown["questions"]
    place = max(1, min(len(questions), place))
    if taking.quiz.is_sequential:  # the one whose turn it is stands before those still ahead
        place = max(1, sum("ahead" not in each for each in questions))
    page = render(
        "learn/quizzes/questions.html" if taking.on_one_page else "learn/quizzes/question.html",
        taking=taking,
        shown=shown,
        question=questions[place - 1] if questions else None,
        place=None if taking.on_one_page else place,
        templates={kind.key: kind.template for kind in state().question_types},
        saved_at=time_text(datetime.fromisoformat(shown["saved_at"])) if shown["saved_at"] else "",
        problems=problems or {},
        name=FIELD,
        now_text=now().isoformat(),
    )
    return page, next((error.status for error in (problems or {}).values()), 200)


@pages.post("/attempts/<attempt_id>/")
def answer(attempt_id: str) -> ResponseReturnValue:
    """Save the answers of the page and go where the pressed button says."""
    taking = own_attempt(attempt_id, to_write=True)
    place = _number(request.form.get("place", "1"))
    go, _, key = (request.form.get("go") or own_button(taking) or "next").partition(":")
    try:
        if taking.on_one_page:
            problems = save_page(taking).problems
        else:
            refused: list[LearnError] = []
            key = request.form.get("question", "")
            save_one(taking, key, refused)
            problems = {place: refused[0]} if refused else {}
        _act(taking, "stay" if problems else go, key)
        session().commit()
    except (AlreadySubmitted, AttemptExpired):
        return redirect(taking.url, 303)
    except LearnError as error:
        session().rollback()
        problems = {place: error}
    if problems:
        return _open_page(taking, taking.shown(), place, problems)
    return redirect(_target(taking, place, go, key), 303)


def _act(taking: Taking, go: str, key: str) -> None:
    """Do what was asked for besides saving: check, flag, or leave a question for good."""
    known = (session(), taking.attempt, taking.quiz, key)
    if go == "check":
        check_answer(*known, engine=state().engine, now=now(), language=language())
    elif go in {"flag", "unflag"}:
        flag_question(*known, go == "flag", engine=state().engine, now=now())
    elif go in {"next", "summary"} and key:
        leave_question(*known, engine=state().engine, now=now())


def _target(taking: Taking, place: int, go: str, key: str) -> str:
    count = len(taking.questions)
    if go == "summary" or (go == "next" and place >= count):
        return url_for("learn.attempt_summary", attempt_id=taking.attempt.id)
    if taking.on_one_page:
        keys = [question.key for question in taking.questions]
        return taking.place_url(keys.index(key) + 1) if key in keys else taking.url
    step = {"next": 1, "previous": -1}.get(go, 0)
    target = _number(go) if go.isdecimal() else place + step
    return taking.place_url(max(1, min(count, target)))


@pages.post("/attempts/<attempt_id>/answers/<question>")
def autosave(attempt_id: str, question: str) -> ResponseReturnValue:
    """Save the answer that the page sends by itself; the reply says when, as people read it."""
    taking = own_attempt(attempt_id, to_write=True)
    try:
        saved = save_one(taking, question)
        session().commit()
    except (AlreadySubmitted, AttemptExpired):
        return jsonify(location=taking.url), 409
    except LearnError as error:
        session().rollback()
        return jsonify(message=say(error.message)), error.status
    fields = {"based_on": str(saved.seq)} if saved else {}
    return jsonify(saved_at=time_text(saved.at if saved else now()), fields=fields)


@pages.post("/attempts/<attempt_id>/answers")
def autosave_all(attempt_id: str) -> ResponseReturnValue:
    """Save what is new on a page with all questions."""
    taking = own_attempt(attempt_id, to_write=True)
    try:
        saved = save_page(taking)
        session().commit()
    except (AlreadySubmitted, AttemptExpired):
        session().rollback()
        return jsonify(location=taking.url), 409
    for error in saved.problems.values():
        return jsonify(message=say(error.message), fields=saved.fields), error.status
    return jsonify(saved_at=time_text(saved.at or now()), fields=saved.fields)


@pages.get("/attempts/<attempt_id>/summary/")
def attempt_summary(attempt_id: str) -> ResponseReturnValue:
    """Show what is answered, empty and flagged, before handing in."""
    taking = own_attempt(attempt_id)
    if taking.attempt.state != OPEN or taking.over:
        return redirect(taking.url)
    shown = taking.shown()
    empty = [
        place
        for place, item in enumerate(shown["questions"], start=1)
        if (item["answer"] is None or item.get("unfinished")) and item.get("answerable", True)
    ]
    flagged = [place for place, item in enumerate(shown["questions"], start=1) if item["flagged"]]
    return render(
        "learn/quizzes/summary.html", taking=taking, shown=shown, empty=empty, flagged=flagged,
        now_text=now().isoformat(),
    )  # fmt: skip


@pages.post("/attempts/<attempt_id>/submission")
def submit_attempt(attempt_id: str) -> ResponseReturnValue:
    """Hand in: grade, and with the last thing missing complete the course.

    With ``?over=1`` it is the page that hands in, as its clock has run out; the server's may run on,
    when more time was given meanwhile.
    """
    lock(session(), person().id)  # the chain first, then the attempt: one order for everybody
    taking = own_attempt(attempt_id, to_write=True, anywhere=True)
    if request.args.get("over") and taking.goes_on:
        return redirect(taking.url, 303)
    if (
        request.form.get("question")
        and taking.attempt.state == OPEN
        and taking.inside
        and not taking.over
    ):
        _save_last(taking)
    attempts.submit(
        session(), taking.attempt, engine=state().engine, version_of=version_of,
        current=state().versions.current(session(), taking.attempt.course),
        settings=state().settings, now=now(),
    )  # fmt: skip
    session().commit()
    return redirect(taking.url, 303)


def _save_last(taking: Taking) -> None:
    """Save the page's answer before handing in; one that cannot be read does not hinder it."""
    with session().begin_nested() as savepoint:
        try:
            save_one(taking, request.form["question"])
        except LearnError:
            savepoint.rollback()
