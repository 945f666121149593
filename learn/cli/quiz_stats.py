"""``learn quiz stats``: what attempts say about each question, beside its line in the text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from learn.cli.context import CommandContext, current
from learn.errors import Message
from learn.publishing.places import question_lines
from learn.quizzes.analysis.figures import CHOICES, Analysis, QuestionFigures
from learn.quizzes.analysis.flags import BAD, Flag, question_flags, quiz_flags
from learn.web.quizzes.analysing import make

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

NOTHING = "\N{EN DASH}"


@click.command()
@click.argument("quiz", metavar="COURSE/QUIZ")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
@click.option(
    "--version", default="", help="Only attempts at this version (its id or the start of it)."
)
@click.option(
    "--attempts", "choice", type=click.Choice(CHOICES), default=CHOICES[0], show_default=True,
    help="Which attempts of each person count.",
)  # fmt: skip
def stats(quiz: str, as_json: bool, version: str, choice: str) -> None:
    """Say for each question of COURSE/QUIZ how hard it is, what it tells apart, and what is odd.

    Exit code 1 when something is probably wrong: a key, or a question that leads astray.
    """
    context = current()
    course, stroke, key = quiz.partition("/")
    if not stroke:
        raise _wrong(context, Message("Name the quiz as COURSE/QUIZ, such as dasar/akhir."))
    with context.database.reading() as session:
        _check(context, context.state.versions.current(session, course), course, key)
        found = make(context.state, session, course, key, choice)
        analysis = found[_version(context, found, version)]
        lines = question_lines(session, {each.source for each in analysis.questions})
    if as_json:
        click.echo(json.dumps(_all(context, analysis, lines), ensure_ascii=False, indent=2))
    else:
        _print(context, analysis, lines)
    bad = (flag.level == BAD for flag in _every_flag(analysis))
    raise SystemExit(1 if any(bad) else 0)


def _wrong(context: CommandContext, message: Message) -> click.UsageError:
    return click.UsageError(context.translate(message))


def _check(context: CommandContext, version: CourseVersion | None, course: str, key: str) -> None:
    if version is None:
        raise _wrong(context, Message("No course %(course)s is published.", course=course))
    if version.quiz(key) is None:
        raise _wrong(
            context,
            Message("There is no quiz %(quiz)s; there are: %(known)s.",
                    quiz=key, known=", ".join(sorted(version.quizzes)) or "-"),
        )  # fmt: skip


def _version(context: CommandContext, found: dict[str, Analysis], version: str) -> str:
    """Return the id of the one version that is meant."""
    ids = [each for each in found if each and each.startswith(version)] if version else [""]
    if len(ids) != 1:
        known = ", ".join(each[:12] for each in found if each) or "-"
        raise _wrong(
            context,
            Message("%(version)s names no version that was taken, or several; there are: %(known)s.",
                    version=version, known=known),
        )  # fmt: skip
    return ids[0]


Lines = dict[tuple[str, str], int]


def _place(figures: QuestionFigures, lines: Lines) -> str:
    line = lines.get((figures.source, figures.key))
    return f"quizzes/{figures.source}.md" + (f":{line}" if line else "")


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{round(share * 100)}%"


def _every_flag(analysis: Analysis) -> list[Flag]:
    return [
        *quiz_flags(analysis),
        *(flag for each in analysis.questions for flag in question_flags(each)),
    ]


def _print(context: CommandContext, analysis: Analysis, lines: Lines) -> None:
    whole = analysis.whole
    context.say(
        Message(
            "%(quiz)s: %(attempts)s attempts, mean %(mean)s, passed %(passed)s, alpha %(alpha)s",
            quiz=f"{analysis.course}/{analysis.quiz}", attempts=whole.attempts,
            mean=_percent(whole.mean), alpha=_percent(whole.alpha),
            passed=_percent(whole.passed / whole.attempts if whole.attempts else None),
        )
    )  # fmt: skip
    _print_flags(context, quiz_flags(analysis))
    for each in analysis.questions:
        context.say(
            Message(
                "%(place)s: %(key)s  facility %(facility)s, discrimination %(index)s, asked %(asked)s",
                place=_place(each, lines), key=each.key, facility=_percent(each.facility),
                index=_percent(each.discrimination), asked=each.asked,
            )
        )  # fmt: skip
        _print_flags(context, question_flags(each))


def _print_flags(context: CommandContext, flags: list[Flag]) -> None:
    for flag in flags:
        mark = "!" if flag.level == BAD else "-"
        click.echo(f"  {mark} {context.translate(flag.message)} {context.translate(flag.advice)}")


def _all(context: CommandContext, analysis: Analysis, lines: Lines) -> dict[str, Any]:
    """Return all figures with the flags in words and where each question stands."""

    def told(flags: list[Flag]) -> list[dict[str, str]]:
        return [
            {
                "code": flag.code, "level": flag.level,
                "message": context.translate(flag.message), "advice": context.translate(flag.advice),
            }
            for flag in flags
        ]  # fmt: skip

    data = analysis.to_json()
    data["flags"] = told(quiz_flags(analysis))
    for stored, each in zip(data["questions"], analysis.questions, strict=True):
        stored["path"] = f"quizzes/{each.source}.md"
        stored["line"] = lines.get((each.source, each.key))
        stored["flags"] = told(question_flags(each))
    return data
