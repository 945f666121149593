"""Questions of a draft: as the learner will see them, and the key for the trainer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from learn.quizzes.attempts.results import question_view
from learn.quizzes.questions import Question, text_in
from learn.web.state import state

if TYPE_CHECKING:
    from learn.quizzes.quiz import Quiz
    from learn.web.studio.drafts import OpenDraft

Place = Callable[[str], str]
"""Gives the links and pictures in rendered text the addresses that they have on a page."""

SEED = 1
"""Previews shuffle always in the same way, so that nothing jumps while somebody writes."""


@dataclass(frozen=True)
class KeyLine:
    """One line of the key: an option and whether it is right, a pair, a place, an accepted answer."""

    html: str
    right: bool = True
    answer: str = ""
    feedback: str = ""


@dataclass(frozen=True)
class QuestionPreview:
    """A question with its learner's view and its key; `shape` is choice, pairs, order, case or text."""

    question: Question
    view: dict[str, Any]
    template: str
    shape: str
    lines: list[KeyLine]
    feedback: str
    borrowed: bool


def question_previews(
    open_draft: OpenDraft, quiz: Quiz | None, language: str, own: str = "", most: int | None = None
) -> list[QuestionPreview]:
    """Return the questions of a quiz in one language, the first `most` of them.

    Parameters
    ----------
    own
        ``course/quiz`` of the file shown: questions from elsewhere are marked as borrowed.
    """
    questions = quiz.questions[:most] if quiz else ()
    return [question_preview(question, language, open_draft.shown, own) for question in questions]


def question_preview(
    question: Question, language: str, place: Place, own: str = ""
) -> QuestionPreview:
    """Return one question with its key; `place` gives the addresses in its texts."""
    engine = state().engine
    kind = engine.types.get(question.type)
    if kind is not None and kind.varies:
        question = kind.asked(question, SEED)
    view = _shown(place, question_view(question, engine, language=language, seed=SEED))
    shape, lines = _key(question, language)
    return QuestionPreview(
        question=question,
        view=view,
        template=kind.template if kind else "",
        shape=shape,
        lines=[_placed(place, line) for line in lines],
        feedback=place(text_in(question.feedback, language)),
        borrowed=bool(own) and question.source not in {"", own},
    )


def _key(question: Question, language: str) -> tuple[str, list[KeyLine]]:
    data = question.data
    if question.type == "sjt":
        return "pairs", [
            KeyLine(
                text_in(option["html"], language),
                answer="\u2013".join(dict.fromkeys([str(option["low"]), str(option["high"])])),
            )
            for option in data["options"]
        ]
    if question.type == "matrix":
        return "pairs", _grid(data, language)
    if "options" in data:
        return "choice", [
            KeyLine(
                text_in(option["html"], language), bool(option["right"]),
                answer=_weight(option), feedback=text_in(option["feedback"], language),
            )
            for option in data["options"]
        ]  # fmt: skip
    if "pairs" in data:
        return "pairs", [
            KeyLine(
                text_in(pair["left"]["html"], language) if pair["left"] else "",
                right=pair["left"] is not None,
                answer=text_in(pair["right"]["html"], language),
            )
            for pair in data["pairs"]
        ]
    if "nodes" in data:
        return "case", [_node(node, language) for node in data["nodes"]]
    if "items" in data:
        return "order", [KeyLine(text_in(item["html"], language)) for item in data["items"]]
    return "text", _written(question, language)


def _grid(data: Mapping[str, Any], language: str) -> list[KeyLine]:
    """Return each statement of a grid with its right choices."""
    columns = {column["key"]: text_in(column["html"], language) for column in data["columns"]}
    return [
        KeyLine(
            text_in(row["html"], language),
            answer=", ".join(columns[key] for key in row["right"]) or "\u2013",
        )
        for row in data["rows"]
    ]


def _weight(entry: Mapping[str, Any]) -> str:
    """Return the weight that an author gave, as it is written; nothing without one."""
    return f"{entry['weight'] * 100:.6g}%" if "weight" in entry else ""


def _node(node: Mapping[str, Any], language: str) -> KeyLine:
    """Return one node of a scenario: its text, and where each choice leads and what it counts."""
    score = "" if node["score"] is None else f" score={node['score'] * 100:g}"
    end = f" <code>{{end{score}}}</code>" if node["end"] else ""
    choices = "".join(
        f"<li>{text_in(choice['html'], language)} \u2192 <strong>{escape(choice['to'])}</strong> {_effects(choice)}</li>"
        for choice in node["choices"]
    )
    return KeyLine(
        f"<strong>{escape(node['key'])}</strong>{end} {text_in(node['html'], language)}",
        answer=f"<ul>{choices}</ul>" if choices else "",
    )


def _effects(choice: Mapping[str, Any]) -> str:
    effects = (f"{escape(name)}={value:g}" for name, value in choice["effects"].items())
    return "".join(f"<code>{effect}</code> " for effect in effects)


def _written(question: Question, language: str) -> list[KeyLine]:
    accepted = question.data.get("accepted", ())
    if accepted:
        return [
            KeyLine(
                "",
                answer=f"{each['text']} {_weight(each)}".strip(),
                feedback=text_in(each.get("feedback", {}), language),
            )
            for each in accepted
        ]
    kind = state().question_types.get(question.type)
    if kind is None:
        return []
    text = kind.right_text(question, language) or kind.summary(
        question, kind.right_answer(question), language
    )
    return [KeyLine("", answer=text)] if text else []


def _placed(place: Place, line: KeyLine) -> KeyLine:
    return KeyLine(
        place(line.html), line.right, place(line.answer), place(line.feedback),
    )  # fmt: skip


def _shown(place: Place, view: Any) -> Any:
    """Return a view with the addresses in its HTML as they are in a preview."""
    if isinstance(view, dict):
        return {
            name: place(value) if name in {"html", "prompt_html"} else _shown(place, value)
            for name, value in view.items()
        }
    return [_shown(place, each) for each in view] if isinstance(view, list) else view
