"""``learn quiz regrade``: grading again after a key was wrong, however many attempts there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from sqlalchemy import true

from learn.cli.context import CommandContext, current
from learn.cli.progress import bar
from learn.errors import Message
from learn.progress.attempts import quiz_of
from learn.progress.regrading import Done, Order, reason_of, regrade_attempts
from learn.quizzes.marking.regrading import POLICIES, Difference, difference

if TYPE_CHECKING:
    from learn.courses.version import CourseVersion

AT_ONCE = 100


@click.command()
@click.argument("quiz", metavar="COURSE/QUIZ")
@click.option(
    "--policy", type=click.Choice(POLICIES), default=POLICIES[0], show_default=True,
    help="Whether results only go up, or become exactly what the new key says.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--reason", default="", help="Why; it stands in the record of all concerned.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def regrade(quiz: str, policy: str, dry_run: bool, reason: str, as_json: bool) -> None:
    """Grade all attempts at COURSE/QUIZ again by the keys that are published now.

    A hundred attempts are one transaction; run again after an interruption, it goes on.
    """
    if not dry_run and not reason.strip():
        raise click.UsageError("Say why with --reason, or only look with --dry-run.")
    context = current()
    course, _, key = quiz.partition("/")
    with context.database.reading() as session:
        version = context.state.versions.current(session, course)
        if version is None or version.quiz(key) is None:
            message = Message("There is no published quiz %(name)s.", name=quiz)
            raise click.UsageError(context.translate(message))
    found = _difference(context, version, key, policy)
    done = Done()
    if not dry_run:
        done = _regrade(context, found, Order(version, key, policy, reason_of(reason), None))
    _tell(context, found, done, dry_run, as_json)


def _difference(
    context: CommandContext, version: CourseVersion, key: str, policy: str
) -> Difference:
    published = version.quizzes[key]
    with context.database.reading() as session, context.database.reading() as versions:
        return difference(
            session, version.course, published, true(), engine=context.state.engine, policy=policy,
            quiz_of=lambda attempt: quiz_of(
                attempt, lambda version_id: context.state.versions.get(versions, version_id)
            ),
        )  # fmt: skip


def _regrade(context: CommandContext, found: Difference, order: Order) -> Done:
    wanted = sorted((each.person_id, each.attempt_id) for each in found.changes)
    done, versions = Done(), context.state.versions
    label = context.translate(Message("Grading again"))
    with context.database.reading() as reading, bar(length=len(wanted), label=label) as shown:
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            with context.database.transaction() as session:
                done += regrade_attempts(
                    session, some, order, engine=context.state.engine, settings=context.settings,
                    version_of=lambda version_id: versions.get(reading, version_id),
                    now=context.now(),
                )  # fmt: skip
            shown.update(len(some))
    return done


def _tell(
    context: CommandContext, found: Difference, done: Done, dry_run: bool, as_json: bool
) -> None:
    counts = {
        "attempts": found.attempts, "changes": len(found.changes),
        "higher": found.count(up=True), "lower": found.count(up=False),
        "passed_now": found.count(passed=True), "no_longer_passed": found.count(passed=False),
        "kept": found.kept, "regraded": done.regraded, "completed": done.completed,
    }  # fmt: skip
    if as_json:
        lines = [
            {"attempt": each.attempt_id, "before": each.before, "after": each.after,
             "questions": {key: list(pair) for key, pair in each.questions.items()}}
            for each in found.changes
        ]  # fmt: skip
        click.echo(json.dumps({**counts, "list": lines}, ensure_ascii=False, indent=2))
        return
    context.say(Message(
        "Of %(attempts)s attempts %(changes)s get another result: %(higher)s higher, %(lower)s lower; %(passed_now)s pass now, %(no_longer_passed)s no longer.",
        **counts))  # fmt: skip
    for key, count in found.kept.items():
        context.say(Message("%(key)s keeps its grade in %(count)s attempts: it is gone, of another type, or lacks a chosen option.",
                            key=key, count=count))  # fmt: skip
    if not dry_run:
        context.say(Message("Graded again: %(regraded)s; courses completed by it: %(completed)s.", **counts))  # fmt: skip
