"""What a completion is worth beyond itself: learning hours, evidence and levels, a certificate.

Those domains stand above this one, so they register what they give here; `decide` and `withdraw` in
`services` call them in the transaction of the completion, in the order of registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.courses.version import Outcome


@dataclass(frozen=True)
class Award:
    """A completion as those who add to it see it."""

    person_id: int
    course: str
    cycle: int
    version_id: str
    title: str
    hours: int
    form: str
    outcomes: Sequence[Outcome]
    completed_at: datetime
    valid_until: datetime | None
    zone: str
    organiser: str = ""


class Awarding(Protocol):
    """Something that a completion brings, and that its withdrawal takes back."""

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Append the entries that the completion brings."""

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Append the entries that its withdrawal brings."""


AWARDINGS: list[Awarding] = []


def awards(awarding: Awarding) -> None:
    """Register something that completions bring."""
    AWARDINGS.append(awarding)
