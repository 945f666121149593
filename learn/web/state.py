"""What one mounted Learn consists of; kept in ``app.extensions["learn"]``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import current_app
from flask.typing import ResponseReturnValue
from jinja2 import Environment

from learn.config import Settings
from learn.courses.blocks import Block
from learn.db import Database
from learn.errors import Message
from learn.exports.formats.exporter import Exporter
from learn.jobs.kinds import JobKind
from learn.jobs.notices import tell
from learn.jobs.running import Runner
from learn.people.source import PeopleSource
from learn.publishing.compiled_drafts import CompiledDrafts, RememberingRenderer
from learn.publishing.standards import Standards
from learn.publishing.versions import Versions
from learn.quizzes.behaviours import Behaviour
from learn.quizzes.engine import Engine
from learn.quizzes.questions import QuestionType
from learn.registry import Registry
from learn.storage import Storage


@dataclass(frozen=True)
class Page:
    """A page that a plugin adds; with a `label` it stands in the menu, by `order`."""

    key: str
    path: str
    view: Callable[..., ResponseReturnValue]
    label: Message | str = ""
    order: int = 100
    icon: str = "file-text"


@dataclass(frozen=True)
class SignInDoor:
    """Another way to sign in: a button on the sign-in page that leads to `endpoint`."""

    key: str
    label: Message | str
    endpoint: str


@dataclass
class State:
    """Settings, database, storage and registries of one application."""

    settings: Settings
    database: Database
    storage: Storage
    versions: Versions
    question_types: Registry[QuestionType]
    behaviours: Registry[Behaviour]
    blocks: Registry[Block]
    exporters: Registry[Exporter]
    pages: Registry[Page]
    sign_ins: Registry[SignInDoor]
    results: Storage
    jobs: Registry[JobKind]
    people: PeopleSource | None = None
    templates: Environment | None = None
    drafts: CompiledDrafts = field(default_factory=CompiledDrafts)
    drafting: Standards | None = None

    @property
    def engine(self) -> Engine:
        """Return what runs attempts here."""
        grace = self.settings.time_limit_grace_seconds
        return Engine(self.question_types, self.behaviours, grace)

    def standards(self) -> Standards:
        """Return what drafts are checked against, with the registries of this application."""
        if self.drafting is None:
            renderer = RememberingRenderer(self.blocks)
            self.drafting = Standards(self.question_types, self.behaviours, renderer=renderer)
        return self.drafting

    def runner(self) -> Runner:
        """Return what does the jobs of this application."""
        return Runner(
            self.database, self.results, self.jobs, clock=self.now, days=self.settings.job_days,
            tell=tell,
        )  # fmt: skip

    @staticmethod
    def now() -> datetime:
        """Return the present moment: the one clock of the web and the commands."""
        return datetime.now(UTC)


def state() -> State:
    """Return the Learn of the current application."""
    found: State = current_app.extensions["learn"]
    return found
