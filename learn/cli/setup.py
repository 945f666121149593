"""``learn init`` and ``learn token``: the first administrator, and tokens of the API."""

from __future__ import annotations

import click

from learn.cli.context import current
from learn.errors import Message, NotFound
from learn.people.access import Role
from learn.people.directory import find_by_number
from learn.people.signing_in.accounts import init_admin
from learn.people.signing_in.signed_in import make_token
from learn.startup import prepare


@click.command()
@click.option("--admin", metavar="NUMBER", help="NIP or NI PPPK of the first administrator.")
def init(admin: str | None) -> None:
    """Make or upgrade the database and publish what ships; asks nothing, safe to repeat."""
    context = current(schema=False)
    with context.app.app_context():
        prepare(context.state)
    context.say(
        Message("The database is ready: %(place)s", place=context.database.url.render_as_string())
    )
    if admin is None:
        return
    with context.database.transaction() as session:
        code = init_admin(session, admin, now=context.now(), settings=context.settings)
    context.say(
        Message(
            "One-time code for the first sign-in of this administrator, valid for %(days)s days:",
            days=context.settings.code_days,
        )
    )
    click.echo(code)


@click.group()
def token() -> None:
    """Tokens of the API."""


@token.command("create")
@click.option("--person", "number", required=True, metavar="NUMBER", help="Whose token it is.")
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), help="Narrow it to this one role."
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
def create_token(number: str, role: str | None, days: int) -> None:
    """Make a token and print it, alone, on the last line; it is kept nowhere."""
    context = current()
    with context.database.transaction() as session:
        person = find_by_number(session, number)
        if person is None:
            raise NotFound(Message("Nobody has this number."))
        text = make_token(session, person.id, now=context.now(), role=role, days=days)
    click.echo(
        context.translate(
            Message("Token, valid for %(days)s days; it is shown only now:", days=days)
        ),
        err=True,
    )
    click.echo(text)
