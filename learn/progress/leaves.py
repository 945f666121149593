"""Leaves of completion rules whose facts another domain finds: attendance, approval, hours.

Such a domain stands above this one, so it registers a `Leaf`: how its value is read, and how the facts
are found in few statements. A course whose rule has no such leaf costs no statement.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from learn.errors import Message
from learn.progress.rules import BadRule, Explained, Facts, Findings, Path, Rule, read_with

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from learn.courses.version import CourseVersion


class Asked(Rule):
    """A leaf of a rule as it was read: a frozen dataclass, since the facts are kept by it."""

    leaf: ClassVar[str]

    def asking(self) -> list[Rule]:
        """Return this leaf."""
        return [self]

    def explain(self, facts: Facts) -> Explained:
        """Explain the leaf by what was found for it."""
        return self.explain_found(facts.found.get(self))

    @abstractmethod
    def explain_found(self, found: Any) -> Explained:
        """Return the state of the leaf by what was found for it; None: nothing, or nobody asked."""


@dataclass(frozen=True)
class Whose:
    """Whose facts are asked for: a person in one cycle of a course; None: not begun."""

    person_id: int
    version: CourseVersion
    cycle: int | None
    now: datetime


@dataclass(frozen=True)
class Leaf:
    """A kind of leaf: `read` makes one of the value in the rule, or raises `BadRule` with what is right.

    `check` says what is wrong with a value that can be read, when a course is published: a code that
    is unknown now. What was published stays readable whatever becomes of the code.
    """

    name: str
    read: Callable[[Any], Asked]
    find: Callable[[Session, Whose, Sequence[Any]], Mapping[Any, Any]]
    check: Callable[[Any], Message | None] | None = None


_LEAVES: dict[str, Leaf] = {}


def leaf(added: Leaf) -> None:
    """Register a kind of leaf."""

    def read(value: Any, path: Path, findings: Findings) -> Rule | None:
        try:
            return added.read(value)
        except BadRule as error:
            findings.append((path, error.message))
            return None

    def check(value: Any) -> Message | None:
        try:
            return added.check(value) if added.check is not None else None
        except BadRule:
            return None  # that it cannot be read is said already

    _LEAVES[added.name] = added
    read_with(added.name, read, check)


def find_facts(session: Session, whose: Whose, rule: Rule) -> dict[Rule, Any]:
    """Return what the leaves of other domains in `rule` ask for; without such leaves nothing is read."""
    by_name: dict[str, list[Asked]] = {}
    for asked in rule.asking():
        if isinstance(asked, Asked):
            by_name.setdefault(asked.leaf, []).append(asked)
    found: dict[Rule, Any] = {}
    for name, leaves in by_name.items():
        found.update(_LEAVES[name].find(session, whose, leaves))
    return found
