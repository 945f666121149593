"""Grading a quiz again after a key was wrong: what would change for whom, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import true

from learn.errors import Conflict, LearnError, Message
from learn.people.access import Action
from learn.progress.regrading import Order, reason_of, regrade_attempts
from learn.quizzes.analysis.queries import count_graded
from learn.quizzes.marking.regrading import POLICIES, Difference, difference, policy_of
from learn.quizzes.questions import plain_text, text_in
from learn.web.blueprint import pages
from learn.web.context import need, now, person, session
from learn.web.courses.reading import current_version
from learn.web.i18n import language, ngettext
from learn.web.quizzes.analysing import attempts_within
from learn.web.quizzes.start import quiz_of, quiz_of_attempt, version_of
from learn.web.render import render
from learn.web.state import state
from learn.web.studio.drafts import names_of

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz

AT_ONCE = 20_000
"""So many answers are compared while somebody waits; more is left to the shell."""
SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """A published quiz, and the policy by which it would be graded again."""

    version: CourseVersion
    quiz: Quiz
    policy: str

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return url_for(
            "learn.studio_regrade", course=self.version.course, quiz=self.quiz.key,
            policy=self.policy,
        )  # fmt: skip

    @property
    def too_many(self) -> bool:
        """Whether there are more attempts than can be compared while somebody waits."""
        most = attempts_within(AT_ONCE, self.quiz)
        return count_graded(session(), self.version.course, self.quiz.key, true(), most) > most

    def difference(self) -> Difference:
        """Return what would change."""
        return difference(
            session(), self.version.course, self.quiz, true(),
            quiz_of=quiz_of_attempt, engine=state().engine,
            policy=self.policy,
        )  # fmt: skip


def _asked(course: str, quiz: str) -> Asked:
    person()
    need(Action.EDIT_COURSE, course=course)
    version = current_version(course)
    policy = request.values.get("policy", POLICIES[0])
    return Asked(version, quiz_of(version, quiz), policy_of(policy))


@pages.get("/studio/<course>/results/<quiz>/regrade/")
def studio_regrade(course: str, quiz: str) -> ResponseReturnValue:
    """Show what grading again by the published keys would change for whom; nothing is changed."""
    return _page(_asked(course, quiz))


def _page(asked: Asked, problem: LearnError | None = None) -> ResponseReturnValue:
    too_many = asked.too_many
    found = Difference() if too_many else asked.difference()
    shown = found.changes[:SHOWN]
    page = render(
        "learn/studio/regrade.html",
        course=asked.version.course,
        version=asked.version,
        quiz=asked.quiz,
        policy=asked.policy,
        found=found,
        shown=shown,
        names=names_of(each.person_id for each in shown),
        titles={
            each.key: plain_text(text_in(each.prompt, language()))[:90]
            for each in asked.quiz.questions
        },
        too_many=too_many,
        problem=problem,
        reason=request.form.get("reason", ""),
    )
    return page, problem.status if problem else 200


@pages.post("/studio/<course>/results/<quiz>/regrade/")
def studio_regrade_now(course: str, quiz: str) -> ResponseReturnValue:
    """Grade again what was shown, all of it in one transaction; what has changed since is shown anew."""
    asked = _asked(course, quiz)
    try:
        reason = reason_of(request.form.get("reason", ""))
        if asked.too_many:
            raise Conflict(Message("There are too many attempts; the shell grades them again."))
        found = asked.difference()
        if found.digest != request.form.get("digest"):
            raise Conflict(Message("Results have changed meanwhile; look at the difference again."))
    except LearnError as error:
        session().rollback()
        return _page(asked, error)
    order = Order(asked.version, asked.quiz.key, asked.policy, reason, person().id)
    done = regrade_attempts(
        session(), [(each.person_id, each.attempt_id) for each in found.changes], order,
        version_of=version_of, engine=state().engine, settings=state().settings, now=now(),
    )  # fmt: skip
    session().commit()
    flash(
        ngettext(
            "%(num)s attempt was graded again.", "%(num)s attempts were graded again.",
            done.regraded,
        ),
        "success",
    )  # fmt: skip
    return redirect(url_for("learn.studio_quiz_results", course=course, quiz=quiz), 303)
