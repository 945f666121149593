"""The types of questions that Learn brings; plugins add theirs to the same registry."""

from __future__ import annotations

from learn.quizzes.questions import QuestionType
from learn.quizzes.types.calculated import Calculated
from learn.quizzes.types.choice import Multiple, Single
from learn.quizzes.types.description import Description
from learn.quizzes.types.essay import Essay, Upload
from learn.quizzes.types.gaps import Gaps
from learn.quizzes.types.matching import Matching
from learn.quizzes.types.matrix import Matrix
from learn.quizzes.types.numeric import Numeric
from learn.quizzes.types.ordering import Ordering
from learn.quizzes.types.pictures import Hotspot, Labels
from learn.quizzes.types.scenario import Scenario
from learn.quizzes.types.sjt import Judgement
from learn.quizzes.types.text import Text
from learn.registry import Registry


def question_types() -> Registry[QuestionType]:
    """Return a new registry with Learn's own types."""
    registry: Registry[QuestionType] = Registry("question type")
    for kind in (
        Single(),
        Multiple(),
        Matrix(),
        Judgement(),
        Description(),
        Gaps(),
        Numeric(),
        Text(),
        Matching(),
        Ordering(),
        Hotspot(),
        Labels(),
        Calculated(),
        Scenario(),
        Essay(),
        Upload(),
    ):
        registry.add(kind)
    return registry
