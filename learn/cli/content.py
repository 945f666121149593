"""``learn content``: checking, pushing, pulling and publishing courses and quizzes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import has_app_context

from learn.errors import LearnError, Message, Problem
from learn.publishing import services
from learn.publishing.checking import check_tree
from learn.publishing.standards import Standards, own_standards, standards_with
from learn.publishing.trees import courses_of, files_of, read_tree, write_tree

if TYPE_CHECKING:
    from learn.cli.context import CommandContext

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Check, push, pull and publish courses and quizzes."""


@content.command()
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(path: Path, as_json: bool) -> None:
    """Check the folder PATH that holds courses/ and quizzes/; nothing is changed."""
    problems = check_tree(path, standards_of_commands())
    serious = sum(not problem.warning for problem in problems)
    if as_json:
        click.echo(json.dumps({"problems": [_as_json(problem) for problem in problems],
                               "errors": serious, "warnings": len(problems) - serious},
                              ensure_ascii=False, indent=2))  # fmt: skip
    else:
        _print_problems(problems)
        if not problems:
            click.echo(say(Message("No problem found.")))
    raise SystemExit(1 if serious else 0)


@content.command()
@click.argument("path", type=FOLDER)
@click.option("--course", help="Only this course.")
@click.option(
    "--force", is_flag=True, help="Also over drafts edited here; these are kept as versions."
)
@click.option("--publish", "then_publish", is_flag=True, help="Publish what was pushed.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def push(path: Path, course: str | None, force: bool, then_publish: bool, as_json: bool) -> None:
    """Copy the courses and quizzes of the folder PATH into the drafts."""
    context = _context()
    files, problems = read_tree(path)
    if problems:
        _print_problems(problems, err=True)
        raise SystemExit(1)
    keys = _chosen(courses_of(files), course)

    def one(key: str) -> dict[str, Any]:
        now = context.now()
        with context.database.transaction() as session:
            changed = services.push_tree(
                session, context.storage, key, files_of(key, files),
                actor_id=None, now=now, force=force,
            )  # fmt: skip
            done = {"course": key, "changed": changed}
        return {**done, **(_publish(context, key) if then_publish else {})}

    _report(_each(keys, one), as_json)


@content.command()
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
@click.option("--course", help="Only this course.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def pull(path: Path, course: str | None, as_json: bool) -> None:
    """Copy the drafts into the folder PATH, file by file as they are."""
    context = _context()
    with context.database.reading() as session:
        keys = _chosen(services.draft_courses(session), course)

    def one(key: str) -> dict[str, Any]:
        with context.database.transaction() as session:
            files = services.pull_tree(session, context.storage, key)
            try:
                write_tree(path, files)  # only what is written counts as pulled
            except OSError as error:
                place = error.filename or path
                message = Message(
                    "%(file)s cannot be written: %(why)s.", file=place, why=error.strerror
                )
                raise LearnError(message) from error
        return {"course": key, "files": len(files)}

    _report(_each(keys, one), as_json)


@content.command()
@click.argument("course")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def publish(course: str, as_json: bool) -> None:
    """Check the draft of COURSE and make it the version that everybody reads."""
    context = _context()

    def one(key: str) -> dict[str, Any]:
        return {"course": key, **_publish(context, key)}

    _report(_each([course], one), as_json)


def _publish(context: CommandContext, course: str) -> dict[str, Any]:
    with context.database.transaction() as session:
        version = services.publish(
            session,
            context.storage,
            course,
            standards_of_commands(),
            actor_id=None,
            now=context.now(),
        )
        return {"version": version.number, "id": version.id}


def _context() -> CommandContext:
    from learn.cli.context import current  # noqa: PLC0415 (`check` needs no database and no web)

    return current()


def standards_of_commands() -> Standards:
    """Return what texts are checked against; without plugins this needs no application."""
    if not has_app_context() and not os.environ.get("LEARN_PLUGINS"):
        return own_standards()
    from learn.cli.context import current  # noqa: PLC0415 (only plugins need the application)

    state = current(schema=False).state
    return standards_with(state.question_types, state.behaviours, state.blocks)


def gettext_of_commands() -> Callable[[str], str]:
    """Return the translation into the language of commands."""
    try:
        from learn.web.i18n import gettext_in  # noqa: PLC0415 (see `_context`)
    except ImportError:  # pragma: no cover (a broken installation still tells its problems)
        return str
    return gettext_in(os.environ.get("LEARN_LANGUAGE") or "id")


def say(message: Message) -> str:
    """Return a message in the language of commands."""
    return message.translate(gettext_of_commands())


def _chosen(keys: Sequence[str], course: str | None) -> list[str]:
    if course is None and not keys:
        raise click.UsageError(say(Message("There is no course and no quiz here.")))
    if course is None:
        return list(keys)
    if course not in keys:
        raise click.UsageError(
            say(Message("There is no course %(course)s; there are: %(known)s.",
                         course=course, known=", ".join(keys) or "-"))
        )  # fmt: skip
    return [course]


def _each(
    keys: Sequence[str], one: Callable[[str], dict[str, Any]]
) -> tuple[list[dict[str, Any]], bool]:
    """Do `one` for each course; a course that is refused does not stop the others."""
    done: list[dict[str, Any]] = []
    refused: list[LearnError] = []
    quiet = len(keys) < 2 or not sys.stderr.isatty()
    with click.progressbar(keys, file=sys.stderr, hidden=quiet) as shown:
        for key in shown:
            try:
                done.append(one(key))
            except LearnError as error:
                refused.append(error)
                done.append({"course": key, "error": say(error.message), **_details(error)})
    for refusal in refused:
        _print_problems(refusal.extra.get("problems", ()), err=True)
        click.echo(say(refusal.message), err=True)
        if refusal.extra.get("difference"):
            click.echo(refusal.extra["difference"], err=True)
    return done, not refused


def _details(error: LearnError) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if error.extra.get("problems"):
        details["problems"] = [_as_json(problem) for problem in error.extra["problems"]]
    if error.extra.get("difference"):
        details["difference"] = error.extra["difference"]
    return details


def _report(result: tuple[list[dict[str, Any]], bool], as_json: bool) -> None:
    done, sound = result
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False, indent=2))
    else:
        for each in done:
            if "error" not in each:
                click.echo("  ".join(f"{key}: {value}" for key, value in each.items()))
    raise SystemExit(0 if sound else 1)


def _print_problems(problems: Iterable[Problem], *, err: bool = False) -> None:
    gettext = gettext_of_commands()
    word = gettext("warning")
    for problem in problems:
        text = problem.translate(gettext)
        click.echo(f"{text} ({word})" if problem.warning else text, err=err)


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "message": say(problem.message),
        "warning": problem.warning,
    }
