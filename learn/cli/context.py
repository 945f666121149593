"""What a command works with: the application's database, storage and settings, and a voice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import click
from flask import Flask, current_app, has_app_context

from learn.app import create_app
from learn.config import Settings
from learn.db import Database
from learn.errors import Message
from learn.in_force import use_rules_in_force
from learn.migrating import upgrade
from learn.storage import Storage
from learn.web import i18n
from learn.web.state import State, state


@dataclass(frozen=True)
class CommandContext:
    """The application behind a command; `state` has the registries."""

    app: Flask
    state: State

    @property
    def settings(self) -> Settings:
        """Return the settings."""
        return self.state.settings

    @property
    def database(self) -> Database:
        """Return the database, its schema as this program needs it."""
        return self.state.database

    @property
    def storage(self) -> Storage:
        """Return where media are."""
        return self.state.storage

    def now(self) -> datetime:
        """Return the present moment."""
        return self.state.now()

    def translate(self, message: Message | str) -> str:
        """Return a message in the language of commands (LEARN_LANGUAGE)."""
        gettext = i18n.gettext_in(self.settings.language)
        return message.translate(gettext) if isinstance(message, Message) else gettext(message)

    def say(self, message: Message | str, *, err: bool = False) -> None:
        """Print a message as a line of its own."""
        click.echo(self.translate(message), err=err)


def current(*, schema: bool = True) -> CommandContext:
    """Return the context: of the host's application under ``flask learn``, else of Learn on its own.

    With `schema` the database is brought up to date first.
    """
    app = current_app._get_current_object() if has_app_context() else create_app()  # type: ignore[attr-defined]
    with app.app_context():
        context = CommandContext(app, state())
    if schema:
        upgrade(context.database)
        with context.database.reading() as session:
            use_rules_in_force(session, context.now())
    return context
