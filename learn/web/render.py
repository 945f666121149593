"""Rendering templates in an environment of Learn's own, over the host's loader.

Words, dates, icons and addresses are globals there: macros see them without being passed anything, and
a host's own `_` or `date` stays its own.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from jinja2 import Environment

from learn.people.dates import length_words
from learn.people.posts import POST_CLASSES
from learn.web import i18n, sizes, static
from learn.web.forms import csrf_token
from learn.web.stacking import labelled
from learn.web.state import state

GLOBALS: dict[str, Any] = {
    "_": i18n.gettext,
    "ngettext": i18n.ngettext,
    "say": i18n.say,
    "csrf_token": csrf_token,
    "static_url": static.static_url,
    "icon": static.icon,
    "date": i18n.date_text,
    "short_date": i18n.short_date,
    "weekday": i18n.weekday,
    "time": i18n.time_text,
    "length_words": length_words,
    "post_classes": POST_CLASSES,
    "number": i18n.number,
    "percent": i18n.percent,
    "grade": i18n.grade,
    "file_size": sizes.file_size,
    "labelled": labelled,
}


def environment() -> Environment:
    """Return the environment: the application's, with Learn's own globals."""
    built = state()
    if built.templates is None:
        built.templates = current_app.jinja_env.overlay(trim_blocks=True, lstrip_blocks=True)
        built.templates.globals = {**current_app.jinja_env.globals, **GLOBALS}
    return built.templates


def render(template: str, /, **variables: Any) -> str:
    """Return a page; `layout` and what context processors give (the host's too) come along."""
    current_app.update_template_context(variables)
    return environment().get_template(template).render(variables)
