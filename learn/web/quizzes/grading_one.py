"""Grading one answer: shown with its rubric, marked, and on to the next."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.courses.version import placed
from learn.errors import Forbidden, LearnError, Message, NotFound
from learn.people.access import Action, refusal
from learn.progress import grading as course_grading
from learn.quizzes.marking.queue import ToGrade, Wanted, answer_to_grade, next_to_grade
from learn.quizzes.marking.services import MAX_COMMENT, Given, InvalidMark, StaleMark, rubric_of
from learn.quizzes.models import GRADED
from learn.quizzes.questions import text_in
from learn.quizzes.services import find_attempt
from learn.quizzes.types.essay import model_html
from learn.quizzes.types.rubrics import share_of, shown_rubric
from learn.web.blueprint import pages
from learn.web.context import may, now, person, reach, session
from learn.web.courses.reading import mount
from learn.web.i18n import _, language
from learn.web.quizzes.grading import (
    alias,
    grade_url,
    is_anonymous,
    queue_url,
)
from learn.web.quizzes.reached import may_grade, whose_answers
from learn.web.quizzes.start import quiz_of_attempt, version_of
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import names_of

CRITERION = "rubric."
NEARLY = 1e-5


def _asked(course: str, attempt_id: str, question: str) -> ToGrade:
    person()
    reach(Action.GRADE_ANSWERS)
    attempt = find_attempt(session(), attempt_id)
    nothing = NotFound(Message("There is no such answer to grade."))
    if attempt is None or attempt.course != course:
        raise nothing
    if not may_grade(attempt):
        raise Forbidden(refusal(Action.GRADE_ANSWERS))
    found = answer_to_grade(
        session(), attempt, question, quiz_of=quiz_of_attempt, engine=state().engine
    )
    if found is None or attempt.submitted_at is None:
        raise nothing
    return found


def _wanted(each: ToGrade) -> Wanted:
    """Return the queue that the answer is in: the same question of the same quiz."""
    attempt = each.attempt
    return Wanted(
        attempt.course, whose_answers(attempt.course), quiz=attempt.quiz,
        question=each.question.key, graded=request.args.get("show") == "graded",
    )  # fmt: skip


@pages.get("/studio/<course>/grading/<attempt_id>/<question>")
def studio_grade(course: str, attempt_id: str, question: str) -> ResponseReturnValue:
    """Show one answer with what it is graded by."""
    return _page(_asked(course, attempt_id, question))


def _page(
    each: ToGrade, problem: LearnError | None = None, given: Given | None = None
) -> ResponseReturnValue:
    wanted, anonymous = _wanted(each), is_anonymous(each.quiz)
    quiz, rubric, mark = each.quiz, rubric_of(each.question), each.mark
    version = version_of(each.attempt.version_id)
    neighbours = {
        name: grade_url(found, wanted)
        for name, backwards in (("previous", True), ("next", False))
        if (found := _neighbour(each, wanted, backwards=backwards))
    }
    people = [mark.by_id if mark else None, None if anonymous else each.attempt.person_id]
    names = names_of(people)
    if given is None and mark is not None:
        given = Given(mark.score, mark.rubric, mark.comment)
    page = render(
        "learn/studio/grade.html",
        course=each.attempt.course,
        title=version.title(language()) if version else each.attempt.course,
        each=each,
        quiz=quiz,
        who=alias(each) if anonymous else names.get(each.attempt.person_id, "–"),
        anonymous=anonymous,
        prompt=placed(text_in(each.question.prompt, language()), mount()),
        model=placed(model_html(each.question, language()), mount()),
        parts=_parts(each),
        rubric=shown_rubric(rubric, language()),
        marked_by=names.get(mark.by_id or 0, "–") if mark else "",
        graded=each.attempt.state == GRADED,
        given=given,
        points=_points(each, given),
        wanted=wanted,
        most_comment=MAX_COMMENT,
        problem=problem,
        neighbours=neighbours,
        queue_url=queue_url(wanted),
        may_edit=may(Action.EDIT_COURSE, course=each.attempt.course),
    )
    return page, problem.status if problem else 200


def _parts(each: ToGrade) -> dict[str, object]:
    """Return an answer as text and files; of another type, its words."""
    answer, question = each.answer, each.question
    if isinstance(answer, dict) and ("files" in answer or "text" in answer):
        return {"text": answer.get("text", ""), "files": answer.get("files", [])}
    kind = state().question_types.get(question.type)
    text = answer if isinstance(answer, str) else ""
    if kind is not None and not isinstance(answer, str):
        text = kind.summary(question, answer, language())
    return {"text": text, "files": []}


def _points(each: ToGrade, given: Given | None) -> str:
    """Return the points that were given by hand: none where the rubric says the same."""
    if given is None or given.share is None:
        return ""
    rubric = rubric_of(each.question)
    if given.rubric and abs(share_of(rubric, given.rubric) - given.share) < NEARLY:
        return ""
    points = f"{round(given.share * each.question.points, 4):g}"
    return points.replace(".", ",") if language() == "id" else points


def _neighbour(each: ToGrade, wanted: Wanted, *, backwards: bool) -> ToGrade | None:
    return next_to_grade(
        session(), wanted, each.attempt, quiz_of=quiz_of_attempt, engine=state().engine,
        backwards=backwards,
    )  # fmt: skip


@pages.post("/studio/<course>/grading/<attempt_id>/<question>")
def studio_mark(course: str, attempt_id: str, question: str) -> ResponseReturnValue:
    """Save a mark and go on to the next answer to the same question."""
    each = _asked(course, attempt_id, question)
    given: Given | None = None
    try:
        given = _given(each)
        submission = course_grading.mark(
            session(), each.attempt, question, given, by_id=person().id, engine=state().engine,
            version_of=version_of, current=state().versions.current(session(), course),
            settings=state().settings, now=now(), based_on=_based_on(),
        )  # fmt: skip
        session().commit()
    except LearnError as error:
        session().rollback()
        shown = _asked(course, attempt_id, question) if isinstance(error, StaleMark) else each
        return _page(shown, error, given or _sent(each))
    if submission.completion is not None:
        flash(_("The mark is saved. With it the course is completed."), "good")
    else:
        flash(_("The mark is saved."), "good")
    return redirect(_onwards(each), 303)


def _onwards(each: ToGrade) -> str:
    wanted = _wanted(each)
    if request.form.get("go") == "stay":
        return url_for(
            "learn.studio_grade", course=each.attempt.course, attempt_id=each.attempt.id,
            question=each.question.key,
        )  # fmt: skip
    found = _neighbour(each, wanted, backwards=False) or _neighbour(each, wanted, backwards=True)
    return grade_url(found, wanted) if found else queue_url(Wanted(wanted.course, wanted.who))


def _based_on() -> int:
    text = request.form.get("based_on", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


def _sent(each: ToGrade) -> Given:
    """Return what the form holds besides points that cannot be read."""
    chosen = {
        name.removeprefix(CRITERION): value
        for name, value in request.form.items()
        if name.startswith(CRITERION) and value
    }
    return Given(
        None, chosen, request.form.get("comment", ""), request.form.get("reason", "")
    )  # fmt: skip


def _given(each: ToGrade) -> Given:
    """Return the mark in the form; points by hand count before the rubric."""
    text = request.form.get("points", "").strip().replace(",", ".")
    if not text:
        return _sent(each)
    try:
        points = float(text)
    except ValueError:
        raise InvalidMark(Message("Write points as a number, such as 7.5.")) from None
    return replace(_sent(each), share=points / each.question.points)
