"""What happens before the first answer: the schema is upgraded and what ships is published."""

from __future__ import annotations

from learn.in_force import use_rules_in_force
from learn.migrating import upgrade
from learn.publishing.services import install_shipped
from learn.publishing.standards import standards_with
from learn.shipped import shipped
from learn.web.state import State


def prepare(state: State) -> None:
    """Upgrade the database and publish shipped courses as new versions; again, it changes nothing.

    Several processes may call it: one does the work, the others wait and find it done.
    """
    upgrade(state.database)
    with state.database.reading() as session:
        use_rules_in_force(session, state.now())
    standards = standards_with(state.question_types, state.behaviours, state.blocks)
    with state.database.transaction() as session:
        folder = shipped("courses").parent
        install_shipped(session, state.storage, folder, standards, now=state.now())
