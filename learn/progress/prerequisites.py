"""What a quiz asks for before it can be started: the rules of completion, each module on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from learn.errors import Message
from learn.progress.queries import facts_of
from learn.progress.rules import AnyOf, Every, Explained, Facts, Modules, Rule, parse_rule

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion
    from learn.quizzes.quiz import Quiz


@dataclass(frozen=True)
class OneModule(Rule):
    """Met when one module is completed."""

    key: str

    def explain(self, facts: Facts) -> Explained:
        """Look for the module among the completed ones."""
        met = self.key in facts.completed_modules
        message = Message("Module completed") if met else Message("Module not completed yet")
        return Explained("module", met, message, self.key, met, 1)


def prerequisite(
    session: Session,
    person_id: int,
    version: CourseVersion,
    quiz: Quiz,
    cycle: int | None,
    *,
    now: datetime,
) -> Explained | None:
    """Return what `quiz` asks for first, with what the person has of it; None when it asks nothing."""
    if quiz.access.prerequisite is None:
        return None
    rule = _by_module(parse_rule(quiz.access.prerequisite), version)
    return rule.explain(facts_of(session, person_id, version, cycle, now=now, rule=rule))


def _by_module(rule: Rule, version: CourseVersion) -> Rule:
    """Return the rule with a leaf of its own for each module, so that each can be a link."""
    if isinstance(rule, Modules):
        keys = [each.key for each in version.modules] if rule.keys is None else rule.keys
        leaves = tuple(OneModule(key) for key in keys)
        return leaves[0] if len(leaves) == 1 else Every(leaves)
    if isinstance(rule, Every):  # any of is one of these too
        kind = AnyOf if isinstance(rule, AnyOf) else Every
        return kind(tuple(_by_module(part, version) for part in rule.parts))
    return rule


def missing(asked: Explained | None, version: CourseVersion, language: str) -> tuple[Message, ...]:
    """Return what is still to be done first, in words."""
    if asked is None:
        return ()
    return tuple(
        Message("Do this first: %(what)s (%(state)s).",
                what=leaf.title or title_of(leaf, version, language), state=leaf.message)
        for leaf in asked.missing()
    )  # fmt: skip


def title_of(leaf: Explained, version: CourseVersion, language: str) -> str:
    """Return the title of what a leaf asks for; of another course its key."""
    key = leaf.key or ""
    module, quiz = version.module(key), version.quiz(key)
    if leaf.kind == "module" and module is not None:
        return module.title(language)
    if leaf.kind == "quiz" and quiz is not None:
        return quiz.title(language)
    return key
