"""`Learn`: the whole of it, mounted into a Flask application."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import Babel

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
from learn.web.state import State


class Learn:
    """Learn in a Flask application.

    ``Learn(app)`` mounts it, or ``learn = Learn(); learn.init_app(app, url_prefix="/learn")``.

    Parameters
    ----------
    people
        Who is here: the host's own people (`learn.people.source.PeopleSource`); None: Learn's accounts.
    plugins
        Plugins besides those that LEARN_PLUGINS names.
    url_prefix
        Where the pages are mounted; the API is below it at ``/api/v1/``.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        people: PeopleSource | None = None,
        plugins: Iterable[Plugin] = (),
        url_prefix: str = "",
    ) -> None:
        self.people = people
        self.plugins = tuple(plugins)
        self.url_prefix = url_prefix
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask, *, url_prefix: str | None = None) -> None:
        """Mount Learn into `app`; its settings are the LEARN_* keys of ``app.config``."""
        # the pages and the API are most of Learn: a host that only imports it does not wait for them
        from learn.api import mount_api  # noqa: PLC0415
        from learn.web.pages import mount_pages  # noqa: PLC0415

        settings = read_settings(app.config)
        if not app.secret_key:
            app.secret_key = kept_secret(settings)
        app.extensions["learn"] = built = self._build(settings)
        for plugin in (*load_plugins(settings.plugins), *self.plugins):
            plugin.setup(built)
        if "babel" not in app.extensions:
            Babel(app)
        if isinstance(built.people, OwnAccounts):
            start_flask_login(app)
        prefix = (self.url_prefix if url_prefix is None else url_prefix).rstrip("/")
        mount_pages(app, built, prefix)
        mount_api(app, built, prefix)

    def _build(self, settings: Settings) -> State:
        load_projections()
        set_ledger_key(settings.ledger_key)
        built = State(
            settings=settings,
            database=Database(settings.database_url),
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
            people=self.people or OwnAccounts(),
        )
        for kind in job_kinds(built):
            built.jobs.add(kind)
        return built
