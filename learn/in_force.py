"""The rules in force outside of requests: a command, a start or a job chooses them once for its thread."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learn.competencies.framework.versions import use_in_force
from learn.hours import figures
from learn.hours.forms import use_forms


def use_rules_in_force(session: Session, now: datetime) -> None:
    """Let this thread work by the framework and the figures of JP in force in this database."""
    use_in_force(session, now)
    use_forms(figures.in_force(session))
