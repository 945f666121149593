"""Which figures of JP a request sees: those in force in its database.

Like the framework's, the pointer comes with the statement that finds who is here (`learn.hours.figures`).
"""

from __future__ import annotations

from flask import current_app, g, has_request_context

from learn.hours.figures import CARRIED, by_digest, in_force, known, mark_of
from learn.hours.forms import Forms, provide_forms
from learn.web.state import state


def figures_here() -> Forms | None:
    """Return the forms with the figures that this request sees; None outside of requests."""
    if not has_request_context() or "learn" not in current_app.extensions:
        return None
    found: Forms | None = g.get("learn_forms")
    if found is None:
        found = g.learn_forms = _read()
    return found


def _read() -> Forms:
    here = g.get("learn_here")
    if here is None:
        with state().database.reading() as own:
            return in_force(own)
    digest = here.carried.get(CARRIED)
    found = known(digest)
    if found is not None:
        return found
    with state().database.reading() as own:  # the request's own session may have been taken away
        return by_digest(own, digest)


def forget_figures_here() -> None:
    """Let the rest of this request see what it has just changed."""
    here = g.get("learn_here")
    if here is not None:
        with state().database.reading() as own:
            here.carried[CARRIED] = mark_of(own) or None
    g.pop("learn_forms", None)


provide_forms(figures_here)
