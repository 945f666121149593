"""What a bulk act is: who may do it, whom it leaves out and why, what it does to one, how that is undone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Invalid, Message, NotFound
from learn.people.access import Action, Actor

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

CHUNK = 1000
ItemT = TypeVar("ItemT")

OWN = Message("It is your own: somebody else does this for you.")
OUT_OF_REACH = Message("Outside the units in which you may do this.")
GONE = Message("It is no longer there.")


@dataclass(frozen=True)
class Target:
    """One person, with the completion (course:cycle) or claim that is meant."""

    person_id: int
    ref: str = ""

    @property
    def key(self) -> str:
        """Return the target as forms carry it."""
        return f"{self.person_id}:{self.ref}" if self.ref else str(self.person_id)

    @classmethod
    def read(cls, text: str) -> Target:
        """Return the target that a form carries.

        Raises
        ------
        Invalid
            It is none.
        """
        who, _, ref = text.partition(":")
        if not who.isascii() or not who.isdecimal() or len(who) > 18 or len(ref) > 120:
            raise Invalid(Message("This is nobody of the list."))
        return cls(int(who), "".join(sign for sign in ref if sign.isprintable()))

    def course_and_cycle(self) -> tuple[str, int]:
        """Return the parts of the ref of a completion."""
        course, _, cycle = self.ref.rpartition(":")
        known = cycle.isascii() and cycle.isdecimal() and len(cycle) < 9
        return course, int(cycle) if known else 0

    def number(self) -> int:
        """Return the ref of a claim as a number; 0 when it is none."""
        known = self.ref.isascii() and self.ref.isdecimal() and len(self.ref) < 10
        return int(self.ref) if known else 0


@dataclass(frozen=True)
class Office:
    """Who acts, and what acts need to know of the application.

    `shown` holds by person what is shown to the actor once and kept nowhere, such as codes.
    """

    actor: Actor
    settings: Settings
    version_of: Callable[[Session, str], CourseVersion | None]
    now: datetime
    timezone: str
    shown: dict[int, str] = field(default_factory=dict)

    @property
    def actor_id(self) -> int:
        """Return who acts."""
        return self.actor.person_id


@dataclass(frozen=True)
class Judged:
    """Whether a target takes part: `mark` is what it looked like, `why` the reason when it does not."""

    target: Target
    why: Message | None = None
    mark: str = ""


Params = Mapping[str, str]


class BulkAct(ABC):
    """A kind of bulk act.

    `fields` are the params it asks for: course, due, reason; `lists` the lists that it is offered on;
    `at_once` the most that it can do, where it cannot be a job.
    """

    key: str
    title: Message
    told: Message
    action: Action
    lists: tuple[str, ...]
    fields: tuple[str, ...] = ()
    at_once: int | None = None

    def read(self, session: Session, params: Params, office: Office) -> dict[str, str]:
        """Return the params as they are kept.

        Raises
        ------
        Invalid
            One is missing or cannot be.
        """
        found: dict[str, str] = {}
        if "course" in self.fields:
            found["course"] = self.course(session, params.get("course", ""), office).course
        if "reason" in self.fields:
            reason = params.get("reason", "").replace("\x00", "").strip()[:2000]
            if not reason:
                raise Invalid(Message("Give a reason: it stands in the record."))
            found["reason"] = reason
        return found

    def course(self, session: Session, key: str, office: Office) -> CourseVersion:
        """Return the course that was chosen."""
        key = key.replace("\x00", "").strip()  # PostgreSQL refuses NUL in a text
        if not key:
            raise Invalid(Message("Choose a course."))
        version = office.version_of(session, key)
        if version is None:
            raise NotFound(Message("There is no course %(course)s.", course=key[:80]))
        return version

    @abstractmethod
    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Return for each target, all within reach and none the actor, whether it takes part."""

    @abstractmethod
    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Do it to one; return what undoing needs to know."""

    @abstractmethod
    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """Append the entries that take it back; raise `LearnError` where something changed meanwhile."""


ACTS: dict[str, BulkAct] = {}


def bulk_act(act: type[BulkAct]) -> type[BulkAct]:
    """Register a kind of bulk act."""
    ACTS[act.key] = act()
    return act


def act_named(key: str) -> BulkAct:
    """Return the act with this key.

    Raises
    ------
    NotFound
        There is none.
    """
    if key not in ACTS:
        raise NotFound(Message("Choose what is to be done."))
    return ACTS[key]


def chunks(items: Sequence[ItemT], size: int = CHUNK) -> Iterator[Sequence[ItemT]]:
    """Yield the items some hundred at a time, as statements take them."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
