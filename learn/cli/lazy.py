"""A group whose commands are imported when they are asked for: `learn --help` stays fast."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from learn.loading import without_collecting


class LazyGroup(click.Group):
    """A group that knows its commands as ``module:name`` by the word that is typed."""

    def __init__(self, *args: Any, commands: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.places:
            return None
        module, _, name = self.places[cmd_name].partition(":")
        with without_collecting():
            command: click.Command = getattr(importlib.import_module(module), name)
        return command
