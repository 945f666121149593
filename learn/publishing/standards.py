"""What courses and quizzes are rendered with and checked against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from learn.competencies.framework.catalogue import Framework, load_framework
from learn.courses.blocks import Block
from learn.courses.render import Renderer
from learn.hours.forms import Forms, load_forms
from learn.mentoring import leaves as _of_mentoring  # noqa: F401 (they add leaves to the rules)
from learn.quizzes.behaviours import Behaviour, behaviours
from learn.quizzes.questions import QuestionType
from learn.quizzes.types import question_types
from learn.registry import Registry
from learn.trainings import leaves as _of_trainings  # noqa: F401 (and so do these)


@dataclass(frozen=True)
class Standards:
    """The registries that a text may use, and the codes that it may name."""

    question_types: Registry[QuestionType]
    behaviours: Registry[Behaviour]
    forms: Forms = field(default_factory=load_forms)
    renderer: Renderer = field(default_factory=Renderer)

    @property
    def framework(self) -> Framework:
        """The framework in force where the text is checked."""
        return load_framework()


def own_standards() -> Standards:
    """Return the standards of Learn without any plugin."""
    return Standards(question_types(), behaviours())


def standards_with(
    types: Registry[QuestionType],
    known_behaviours: Registry[Behaviour],
    blocks: Iterable[Block] = (),
) -> Standards:
    """Return the standards with the registries of an application."""
    return Standards(types, known_behaviours, renderer=Renderer(blocks))
