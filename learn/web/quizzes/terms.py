"""Where somebody stands before a quiz: the terms that hold for them, and what they bring along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from learn.errors import Forbidden, Message
from learn.people.signing_in.throttle import count_try, forget_tries, throttle_key
from learn.progress.prerequisites import missing, prerequisite
from learn.progress.queries import newest_enrolment
from learn.progress.rules import Explained
from learn.quizzes.models import OPEN, Attempt
from learn.quizzes.overrides.services import terms_of
from learn.quizzes.services import attempts_of
from learn.quizzes.terms import Arrival, Reason, Terms, hindrances, outside
from learn.web.context import now, person, session
from learn.web.i18n import language
from learn.web.state import state

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


class WrongPassword(Forbidden):
    """The words are not the password of the quiz."""

    code = "wrong-password"

    def __init__(self) -> None:
        super().__init__(
            Message("This is not the password of this quiz. Capital letters matter; ask whoever runs it.")
        )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The person before a quiz: `done` are the attempts of this cycle, `asked` the prerequisite."""

    version: CourseVersion
    quiz: Quiz
    terms: Terms
    done: Sequence[Attempt]
    asked: Explained | None

    @property
    def open_one(self) -> Attempt | None:
        """Return the attempt that goes on."""
        return next((attempt for attempt in self.done if attempt.state == OPEN), None)

    @property
    def left(self) -> int | None:
        """Return how many attempts are left; None: as many as one likes."""
        return self.terms.left(len(self.done))

    @property
    def hindrances(self) -> list[Reason]:
        """Return what stands against starting, whatever is typed or ticked."""
        if self.open_one is not None:
            return []
        words = missing(self.asked, self.version, language())
        return hindrances(
            self.terms, Arrival(address=request.remote_addr, missing=words), used=len(self.done),
            last_end=self.done[-1].submitted_at if self.done else None, now=now(),
        )  # fmt: skip


def standing(version: CourseVersion, quiz: Quiz) -> Standing:
    """Return where the person stands before a quiz of the course."""
    who = person()
    enrolment = newest_enrolment(session(), who.id, version.course)
    cycle = enrolment.cycle if enrolment else None
    done = attempts_of(session(), who.id, version.course, quiz.key, cycle) if cycle else []
    return Standing(
        version,
        quiz,
        terms_of(session(), who.id, quiz, time_zone=state().settings.timezone),
        done,
        prerequisite(session(), who.id, version, quiz, cycle, now=now()),
    )


def arrival(quiz: Quiz, words: str, *, honest: bool) -> Arrival:
    """Return what the person brings along; a wrong password is counted, whatever becomes of the rest.

    Raises
    ------
    WrongPassword, learn.people.signing_in.throttle.TooManyTries
        The password is wrong; it was tried too often.
    """
    let_in = quiz.access.password is not None and bool(words.strip())
    if let_in:
        _check_password(quiz, words)
    return Arrival(request.remote_addr, let_in, honest)


def _check_password(quiz: Quiz, words: str) -> None:
    scope = f"{quiz.course}/{quiz.key}"
    key = throttle_key("quiz-password", f"{person().id}:{scope}")
    limit = state().settings.sign_in_tries
    count_try(session(), key, limit=limit, now=now())
    if quiz.access.opens_with(words, scope):
        forget_tries(session(), key)
        return
    session().rollback()  # nothing else of the request remains, but the try does
    count_try(session(), key, limit=limit, now=now())
    session().commit()
    raise WrongPassword


def stay_inside(quiz: Quiz) -> None:
    """Raise when the quiz can be taken only elsewhere: its questions are not shown here."""
    if not quiz.access.allows_address(request.remote_addr):
        raise Forbidden(outside())


def terms_for(attempt: Attempt, quiz: Quiz) -> Terms:
    """Return the terms that hold for the person of an attempt."""
    return terms_of(session(), attempt.person_id, quiz, time_zone=state().settings.timezone)


def is_closed(attempt: Attempt, quiz: Quiz, terms: Terms | None = None) -> bool:
    """Whether the quiz is over for the person of an attempt; while another one runs it is not.

    `terms` are those that hold for the person, where they are known already.
    """
    if attempt.state == OPEN:
        return False
    done = attempts_of(session(), attempt.person_id, quiz.course, quiz.key, attempt.cycle)
    if any(each.state == OPEN for each in done):
        return False
    return (terms or terms_for(attempt, quiz)).is_closed(len(done), now())
