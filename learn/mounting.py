"""Everything together in one application: settings, registries, plugins, pages and the API."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import Babel

from learn.api import mount_api
from learn.config import Settings, kept_secret, read_settings
from learn.courses.blocks import no_blocks
from learn.db import Database
from learn.exports.formats.choosing import standard_exporters
from learn.ledger import set_ledger_key
from learn.people.source import PeopleSource
from learn.plugins import Plugin, load_plugins
from learn.publishing.versions import Versions
from learn.quizzes.behaviours import behaviours
from learn.quizzes.types import question_types
from learn.registry import Registry
from learn.schema import load_projections
from learn.storage import FolderStorage
from learn.web.background import job_kinds
from learn.web.identity import OwnAccounts, start_flask_login
from learn.web.pages import mount_pages
from learn.web.state import State


def mount(app: Flask, people: PeopleSource | None, plugins: Iterable[Plugin], prefix: str) -> None:
    """Mount Learn into `app` below `prefix`; its settings are the LEARN_* keys of ``app.config``."""
    settings = read_settings(app.config)
    if not app.secret_key:
        app.secret_key = kept_secret(settings)
    app.extensions["learn"] = built = state_of(
        settings, people or OwnAccounts(), Database(settings.database_url)
    )
    for plugin in (*load_plugins(settings.plugins), *plugins):
        plugin.setup(built)
    if "babel" not in app.extensions:
        Babel(app)
    if isinstance(built.people, OwnAccounts):
        start_flask_login(app)
    mount_pages(app, built, prefix)
    mount_api(app, built, prefix)


def state_of(settings: Settings, people: PeopleSource, database: Database) -> State:
    """Return what one mounted Learn consists of, as its settings say."""
    load_projections()
    set_ledger_key(settings.ledger_key)
    built = State(
        settings=settings,
        database=database,
        storage=FolderStorage(settings.data_dir / "media"),
        versions=Versions(),
        question_types=question_types(),
        behaviours=behaviours(),
        blocks=no_blocks(),
        exporters=standard_exporters(),
        pages=Registry("pages"),
        sign_ins=Registry("sign-in doors"),
        results=FolderStorage(settings.data_dir / "results"),
        jobs=Registry("jobs"),
        people=people,
    )
    for kind in job_kinds(built):
        built.jobs.add(kind)
    return built
