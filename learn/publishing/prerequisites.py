"""What quizzes ask for before they can be started: whether it is there, and can be met at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from learn.errors import Message, Problem
from learn.progress.rules import BadRule, check_rule, parse_rule
from learn.publishing.quiz_files import QuizFolder
from learn.quizzes.quiz import Quiz


def prerequisite_problems(folder: QuizFolder, modules: Collection[str]) -> Iterator[Problem]:
    """Return what is wrong with the prerequisites of a course's quizzes."""
    asked: dict[str, Sequence[str]] = {}
    for key, quiz in folder.quizzes.items():
        rule = quiz.access.prerequisite
        if rule is None:
            continue
        for _path, message in check_rule(rule, modules=modules, quizzes=folder.keys):
            right = Message("%(key)s: %(right)s", key="prerequisite", right=message)
            yield Problem(quiz.path, _line(quiz), right)
        asked[key] = _quizzes(rule)
    for key in asked:
        if _leads_back(key, asked):
            yield Problem(folder.quizzes[key].path, _line(folder.quizzes[key]), Message(
                "Nobody could start this quiz: its prerequisite asks for the quiz itself."))  # fmt: skip


def _line(quiz: Quiz) -> int:
    return quiz.lines.get("prerequisite", 1)


def _quizzes(rule: Mapping[str, object]) -> Sequence[str]:
    try:
        return parse_rule(rule).quizzes()
    except BadRule:  # told already
        return ()


def _leads_back(start: str, asked: Mapping[str, Sequence[str]]) -> bool:
    waiting, seen = list(asked[start]), set[str]()
    while waiting:
        key = waiting.pop()
        if key == start:
            return True
        if key not in seen:
            seen.add(key)
            waiting.extend(asked.get(key, ()))
    return False
