"""The analysis that somebody may see: the stored one of everybody, or one made while they wait.

Where few attempts are in reach (`AT_ONCE` answers, some tenths of a second) it is made at every look and
always fresh.  With more, everybody's is stored and made anew by regular work; a part of the people cannot
be stored for everyone who sees another part, so it is refused until it is narrowed to fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from learn.errors import Message, NotFound
from learn.quizzes.analysis import services
from learn.quizzes.analysis.figures import CHOICES, Analysis
from learn.quizzes.analysis.queries import count_graded
from learn.web.context import now, session
from learn.web.narrowing import UnitFilter
from learn.web.quizzes.reached import Reached
from learn.web.state import State, state

if TYPE_CHECKING:
    from learn.quizzes.quiz import Quiz

AT_ONCE = 20_000
FEWEST = 50
WHILE_ASKED = 100_000
"""So many answers are analysed while somebody waits who asked for it; more is left to regular work."""


@dataclass(frozen=True)
class Wanted:
    """Which analysis is asked for; an empty version is all of them."""

    course: str
    quiz: Quiz
    choice: str
    version_id: str
    reached: Reached
    units: UnitFilter

    @property
    def everybody(self) -> bool:
        """Whether it is the one that can be stored."""
        return self.reached.everybody and self.units.chosen is None

    @property
    def who(self) -> ColumnElement[bool]:
        """Return the condition on `Attempt`."""
        return self.reached.who_in(self.units)

    @property
    def most(self) -> int:
        """Return how many attempts are analysed at a look."""
        return attempts_within(AT_ONCE, self.quiz)


@dataclass(frozen=True)
class Found:
    """What there is to show.

    Parameters
    ----------
    made_at
        None: it is of this moment.
    coming
        Regular work has been asked to make it.
    too_many
        There are more attempts than are analysed at a look.
    """

    analysis: Analysis | None
    made_at: datetime | None = None
    coming: bool = False
    too_many: bool = False


def wanted_choice(name: str) -> str:
    """Return which attempts count; what is unknown is the first ones."""
    return name if name in CHOICES else CHOICES[0]


def attempts_within(answers: int, quiz: Quiz) -> int:
    """Return how many attempts have about so many answers."""
    return max(FEWEST, answers // max(1, quiz.question_count))


def find(wanted: Wanted) -> Found:
    """Return the analysis that was asked for, or why there is none.

    Raises
    ------
    NotFound
        Nobody took that version.
    """
    few = count_graded(session(), wanted.course, wanted.quiz.key, wanted.who, wanted.most)
    if few <= wanted.most:
        made = make(state(), session(), wanted.course, wanted.quiz.key, wanted.choice, wanted.who)
        if wanted.version_id not in made:
            raise NotFound(Message("Nobody took that version of the quiz."))
        return Found(made[wanted.version_id])
    if not wanted.everybody:
        return Found(None, too_many=True)
    kept = services.kept(
        session(), wanted.course, wanted.quiz.key,
        version_id=wanted.version_id, choice=wanted.choice,
    )  # fmt: skip
    if kept is None:
        return Found(None, too_many=True)
    return Found(kept.analysis, kept.made_at, coming=kept.wanted, too_many=True)


def make(
    built: State,
    reading: Session,
    course: str,
    quiz: str,
    choice: str,
    who: ColumnElement[bool] | None = None,
) -> dict[str, Analysis]:
    """Return the analysis by version id, as the published versions have the quiz."""

    def quiz_of(version_id: str) -> Quiz | None:
        version = built.versions.get(reading, version_id)
        return version.quiz(quiz) if version else None

    return services.analyse(
        reading, course, quiz, choice=choice, quiz_of=quiz_of, types=built.question_types, who=who
    )


def make_anew(wanted: Wanted) -> bool:
    """Make and store the analysis of everybody, or leave it to regular work; return whether it is there."""
    course, quiz = wanted.course, wanted.quiz.key
    most = attempts_within(WHILE_ASKED, wanted.quiz)
    with state().database.reading() as reading:
        small = count_graded(reading, course, quiz, true(), most) <= most
        made = make(state(), reading, course, quiz, wanted.choice) if small else None
    with state().database.transaction() as writing:
        if made is None:
            services.ask_for(writing, course, quiz, choice=wanted.choice, now=now())
        else:
            services.keep(writing, made, now=now())
    return made is not None


def make_due(built: State, moment: datetime) -> bool:
    """Make one stored analysis anew when one is due; return whether there was one."""
    with built.database.reading() as reading:
        due = services.next_due(reading, now=moment)
        if due is None:
            return False
        made = make(built, reading, due.course, due.quiz, due.choice)
    with built.database.transaction() as writing:
        services.keep(writing, made, now=moment)
    return True
