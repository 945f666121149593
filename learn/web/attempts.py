"""Taking a quiz: one question a page, answers saved as they are given, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.errors import LearnError, Message, NotFound
from learn.ledger import lock
from learn.progress import attempts
from learn.progress.models import Completion
from learn.progress.queries import course_progress
from learn.quizzes.answering import (
    AlreadySubmitted,
    AttemptExpired,
    Saved,
    check_answer,
    flag_question,
    save_answer,
)
from learn.quizzes.models import OPEN, Attempt
from learn.quizzes.questions import Question
from learn.quizzes.results import attempt_json
from learn.quizzes.services import find_attempt
from learn.quizzes.steps import is_due, latest_answers
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.courses import mount
from learn.web.i18n import language, say, time_text
from learn.web.outline import OutlineItem, next_item, outline
from learn.web.quizzes import version_of
from learn.web.render import render
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz

FIELD = "answer"


@dataclass(frozen=True)
class Taking:
    """An attempt of the signed-in person, with the version and the quiz that it was begun on."""

    attempt: Attempt
    version: CourseVersion
    quiz: Quiz

    @property
    def over(self) -> bool:
        """Return whether the time limit and its grace are over."""
        return is_due(self.attempt, now(), state().engine.grace_seconds)

    @property
    def url(self) -> str:
        """Return the attempt's address."""
        return url_for("learn.attempt", attempt_id=self.attempt.id)

    def question(self, key: str) -> Question:
        """Return one of its questions."""
        for question in state().engine.questions(self.attempt, self.quiz):
            if question.key == key:
                return question
        raise NotFound(Message("This attempt has no such question."))

    def shown(self) -> dict[str, Any]:
        """Return the attempt as it may be seen now."""
        return attempt_json(
            self.attempt, self.quiz, latest_answers(session(), self.attempt), now=now(),
            engine=state().engine, language=language(), mount=mount(),
        )  # fmt: skip


def own_attempt(attempt_id: str, *, to_write: bool = False) -> Taking:
    """Return the person's attempt; another's is not there, for anybody."""
    who = person()
    attempt = find_attempt(session(), attempt_id, to_write=to_write)
    version = version_of(attempt.version_id) if attempt and attempt.person_id == who.id else None
    quiz = version.quiz(attempt.quiz) if version and attempt else None
    if attempt is None or version is None or quiz is None:
        raise NotFound(Message("There is no such attempt."))
    return Taking(attempt, version, quiz)


@pages.get("/attempts/<attempt_id>/")
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Show one question of an open attempt (``?q=3``), or the result of a graded one."""
    taking = own_attempt(attempt_id)
    if taking.attempt.state != OPEN:
        return _result_page(taking)
    shown = taking.shown()
    if taking.over:
        return render("learn/quizzes/over.html", taking=taking, shown=shown)
    place = _place(len(shown["questions"]))
    return _question_page(taking, shown, place)


def _place(count: int, text: str | None = None) -> int:
    asked = request.args.get("q", "1") if text is None else text
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    return max(1, min(count, number))


def _question_page(
    taking: Taking, shown: dict[str, Any], place: int, problem: LearnError | None = None
) -> ResponseReturnValue:
    question = shown["questions"][place - 1]
    kind = state().question_types.get(question["type"])
    page = render(
        "learn/quizzes/question.html",
        taking=taking,
        shown=shown,
        question=question,
        place=place,
        template=kind.template if kind else None,
        saved_at=time_text(datetime.fromisoformat(shown["saved_at"])) if shown["saved_at"] else "",
        problem=problem,
        name=FIELD,
        now_text=now().isoformat(),
    )
    return page, problem.status if problem else 200


@pages.post("/attempts/<attempt_id>/")
def answer(attempt_id: str) -> ResponseReturnValue:
    """Save the answer of the page and go where the pressed button says."""
    taking = own_attempt(attempt_id, to_write=True)
    key = request.form.get("question", "")
    place = _place(taking.quiz.question_count or 1, request.form.get("place", "1"))
    go = request.form.get("go", "next")
    try:
        _save(taking, key)
        if go == "check":
            check_answer(
                session(), taking.attempt, taking.quiz, key, engine=state().engine, now=now(),
                language=language(),
            )  # fmt: skip
        if go in {"flag", "unflag"}:
            flag_question(
                session(),
                taking.attempt,
                taking.quiz,
                key,
                go == "flag",
                engine=state().engine,
                now=now(),
            )
        session().commit()
    except (AlreadySubmitted, AttemptExpired):
        return redirect(taking.url, 303)
    except LearnError as error:
        session().rollback()
        return _question_page(taking, taking.shown(), place, error)
    return redirect(_target(taking, place, go), 303)


def _target(taking: Taking, place: int, go: str) -> str:
    count = len(state().engine.questions(taking.attempt, taking.quiz))
    if go == "summary" or (go == "next" and place >= count):
        return url_for("learn.attempt_summary", attempt_id=taking.attempt.id)
    step = {"next": 1, "previous": -1}.get(go, 0)
    target = int(go) if go.isdecimal() and len(go) < 6 else place + step
    return url_for("learn.attempt", attempt_id=taking.attempt.id, q=max(1, min(count, target)))


def _save(taking: Taking, key: str) -> Saved | None:
    """Save what the form holds for this question; a checked one is left as it is."""
    question = taking.question(key)
    kind = state().question_types.get(question.type)
    if kind is None:
        return None
    fields = {name: request.form.getlist(name) for name in request.form}
    given = kind.read(question, fields, FIELD)
    before = request.form.get("based_on", "")
    if given is None and not before:
        return None
    if request.form.get("checked"):
        return None
    return save_answer(
        session(), taking.attempt, taking.quiz, key, given, engine=state().engine, now=now(),
        client_id=request.form.get("client_id") or None,
        based_on=int(before) if before.isdecimal() and len(before) < 10 else 0,
        certainty=_certainty(),
    )  # fmt: skip


def _certainty() -> int | None:
    """Return how sure the person says to be; what is no number is told as such by the service."""
    said = request.form.get("certainty", "")
    return (int(said) if said.isdecimal() and len(said) < 3 else 0) if said else None


@pages.post("/attempts/<attempt_id>/answers/<question>")
def autosave(attempt_id: str, question: str) -> ResponseReturnValue:
    """Save the answer that the page sends by itself; the reply says when, as people read it."""
    taking = own_attempt(attempt_id, to_write=True)
    try:
        saved = _save(taking, question)
        session().commit()
    except (AlreadySubmitted, AttemptExpired):
        return jsonify(location=taking.url), 409
    except LearnError as error:
        session().rollback()
        return jsonify(message=say(error.message)), error.status
    fields = {"based_on": str(saved.seq)} if saved else {}
    return jsonify(saved_at=time_text(saved.at if saved else now()), fields=fields)


@pages.get("/attempts/<attempt_id>/summary/")
def attempt_summary(attempt_id: str) -> ResponseReturnValue:
    """Show what is answered, empty and flagged, before handing in."""
    taking = own_attempt(attempt_id)
    if taking.attempt.state != OPEN or taking.over:
        return redirect(taking.url)
    shown = taking.shown()
    empty = [
        place for place, item in enumerate(shown["questions"], start=1) if item["answer"] is None
    ]
    flagged = [place for place, item in enumerate(shown["questions"], start=1) if item["flagged"]]
    return render(
        "learn/quizzes/summary.html", taking=taking, shown=shown, empty=empty, flagged=flagged,
        now_text=now().isoformat(),
    )  # fmt: skip


@pages.post("/attempts/<attempt_id>/submission")
def submit_attempt(attempt_id: str) -> ResponseReturnValue:
    """Hand in: grade, and with the last thing missing complete the course."""
    lock(session(), person().id)  # the chain first, then the attempt: one order for everybody
    taking = own_attempt(attempt_id, to_write=True)
    if request.form.get("question") and taking.attempt.state == OPEN and not taking.over:
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
            _save(taking, request.form["question"])
        except LearnError:
            savepoint.rollback()


def _result_page(taking: Taking) -> ResponseReturnValue:
    attempt = taking.attempt
    shown = taking.shown()
    current = state().versions.current(session(), attempt.course) or taking.version
    progress = course_progress(session(), attempt.person_id, attempt.course)
    lines = outline(current, progress)
    key = (attempt.person_id, attempt.course, attempt.cycle)
    item = progress.quizzes.get(attempt.quiz) if progress.cycle == attempt.cycle else None
    allowed, tries = taking.quiz.attempts, item.attempts if item else attempt.number
    return render(
        "learn/quizzes/result.html",
        taking=taking,
        shown=shown,
        completion=session().get(Completion, key),
        next=_next(lines, attempt.quiz),
        left=None if allowed is None else max(0, allowed - tries),
        templates={kind.key: kind.template for kind in state().question_types},
        module=taking.version.module(taking.quiz.module) if taking.quiz.module else None,
        name=FIELD,
    )


def _next(lines: list[OutlineItem], quiz: str) -> OutlineItem | None:
    keys = [(line.kind, line.key) for line in lines]
    place = keys.index(("quiz", quiz)) if ("quiz", quiz) in keys else -1
    return next((line for line in lines[place + 1 :] if not line.done), None) or next_item(lines)
