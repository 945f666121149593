"""Which bulk acts a list offers to its reader."""

from __future__ import annotations

from learn.bulk.kinds import ACTS
from learn.bulk.services import AT_ONCE  # noqa: F401 (with the services all acts are registered)
from learn.web.context import may
from learn.web.i18n import say


def acts_on(name: str) -> list[tuple[str, str]]:
    """Return the bulk acts that the reader may do from a list, for a select."""
    return [
        (act.key, say(act.title)) for act in ACTS.values() if name in act.lists and may(act.action)
    ]
