"""``learn doctor``: looking at everything that Learn needs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from learn.cli.checks import OK, PROBLEM, WARNING, Check, all_checks
from learn.cli.context import CommandContext, current
from learn.errors import Message

WORDS = {OK: Message("ok"), WARNING: Message("warning"), PROBLEM: Message("problem")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(as_json: bool) -> None:
    """Look whether everything that Learn needs is there; exit code 1 when something is wrong."""
    context = current(schema=False)
    checks = []
    with context.app.app_context():
        for check in all_checks(context.state, context.now()):
            checks.append(check)
            if not as_json:
                click.echo(_line(context, check))
    if as_json:
        click.echo(json.dumps(list(_data(context, checks)), ensure_ascii=False, indent=2))
    raise SystemExit(1 if any(check.state == PROBLEM for check in checks) else 0)


def _line(context: CommandContext, check: Check) -> str:
    say = context.translate
    state = say(WORDS[check.state])
    line = f"{state:<8} {say(check.what)}: {say(check.detail)}"
    return f"{line} -> {say(check.advice)}" if check.advice else line


def _data(context: CommandContext, checks: list[Check]) -> Iterator[dict[str, str | None]]:
    for check in checks:
        yield {
            "state": check.state,
            "what": context.translate(check.what),
            "detail": context.translate(check.detail),
            "advice": context.translate(check.advice) if check.advice else None,
        }
