"""`Learn`: the whole of it, mounted into a Flask application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from learn.loading import without_collecting

if TYPE_CHECKING:
    from learn.people.source import PeopleSource
    from learn.plugins import Plugin


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
        # this is nearly all of Learn: a host that only imports it does not wait for it
        with without_collecting():
            from learn.mounting import mount  # noqa: PLC0415

        prefix = self.url_prefix if url_prefix is None else url_prefix
        mount(app, self.people, self.plugins, prefix.rstrip("/"))
