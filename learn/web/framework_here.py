"""Which version of the framework a request sees: the one in force in its database at its moment.

The statement that finds who is here brings the pointer along (`learn.competencies.framework.versions`),
so a page asks nothing of its own, and every web process sees a publication with the next request. Only
a page for nobody in particular that names a competency asks for the pointer itself.
"""

from __future__ import annotations

from flask import current_app, g, has_request_context

from learn.competencies.framework.catalogue import Framework, provide_framework
from learn.competencies.framework.versions import CARRIED, by_digest, known, pointer_at
from learn.web.context import now
from learn.web.state import state


def framework_here() -> Framework | None:
    """Return the version that this request sees; None outside of requests."""
    if not has_request_context() or "learn" not in current_app.extensions:
        return None
    found: Framework | None = g.get("learn_framework")
    if found is None:
        found = g.learn_framework = _read()
    return found


def _read() -> Framework:
    here = g.get("learn_here")
    digest = here.carried.get(CARRIED) if here is not None else None
    found = known(digest) if here is not None else None
    if found is not None:
        return found
    with state().database.reading() as own:  # the request's own session may have been taken away
        return by_digest(own, digest if here is not None else pointer_at(own, now()))


def forget_framework_here() -> None:
    """Let the rest of this request see what it has just published."""
    here = g.get("learn_here")
    if here is not None:
        with state().database.reading() as own:
            here.carried[CARRIED] = pointer_at(own, now())
    g.pop("learn_framework", None)


provide_framework(framework_here)
