"""All that the author of a plugin imports.

A plugin is an entry point of the group ``learn.plugins``; LEARN_PLUGINS names those that are on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from importlib.metadata import entry_points

from learn.courses.blocks import Block
from learn.errors import LearnError, Message
from learn.exports.formats.exporter import Exporter
from learn.people.source import Identity, PeopleSource
from learn.quizzes.questions import Grade, InvalidAnswer, QuestionType
from learn.web.state import Page, SignInDoor, State

__all__ = [
    "Block",
    "Exporter",
    "Grade",
    "Identity",
    "InvalidAnswer",
    "LearnError",
    "Message",
    "Page",
    "PeopleSource",
    "Plugin",
    "QuestionType",
    "SignInDoor",
    "State",
]


class Plugin(ABC):
    """Something that adds to Learn: its `setup` puts things into the registries of `learn`."""

    key: str

    @abstractmethod
    def setup(self, learn: State) -> None:
        """Add question types, blocks, exporters, sign-in doors and pages."""


class UnknownPlugin(LearnError):
    """LEARN_PLUGINS names a plugin that is not installed."""


def load_plugins(names: Iterable[str]) -> list[Plugin]:
    """Return the plugins with these entry point names, in this order."""
    installed = {point.name: point for point in entry_points(group="learn.plugins")}
    plugins: list[Plugin] = []
    for name in names:
        if name not in installed:
            known = ", ".join(sorted(installed)) or "-"
            raise UnknownPlugin(
                Message(
                    "LEARN_PLUGINS names %(name)s, which is not installed. Installed: %(known)s.",
                    name=name, known=known,
                )
            )  # fmt: skip
        plugins.append(installed[name].load()())
    return plugins
