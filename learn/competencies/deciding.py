"""Deciding levels anew where what is stored is no longer what the rules say: after a lapse, or a new rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework, load_framework
from learn.competencies.framework.versions import pointer_at, use_in_force
from learn.competencies.impact import levels_by_rules
from learn.competencies.models import CompetencyLevel
from learn.competencies.services import decide_level
from learn.db import Database
from learn.ledger import audit
from learn.ledger.reading import acts

LEVELS_DECIDED = "levels_decided"
BATCH = 500
Told = Callable[[int], None]


def decide_lapsed(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Decide the levels that held until yesterday, as entries; return how many were looked at."""
    due = session.execute(
        select(CompetencyLevel.person_id, CompetencyLevel.competency)
        .where(CompetencyLevel.learned_until < now.date())
        .order_by(CompetencyLevel.learned_until, CompetencyLevel.person_id)
        .limit(limit)
    ).all()
    for person_id, code in sorted(due):
        decide_level(session, person_id, code, now=now)
    return len(due)


def decide_all(
    database: Database,
    *,
    now: datetime,
    codes: Sequence[str] | None = None,
    actor_id: int | None = None,
    told: Told = lambda done: None,
) -> int:
    """Decide all levels by the version in force; return how many have changed.

    Only people whose stored level differs are touched, some hundred in each transaction: what is done
    stays done when it breaks off, and doing it again changes nothing.

    Parameters
    ----------
    told
        Is told now and then how many have changed so far.
    """
    with database.reading() as session:
        framework = use_in_force(session, now)
    wanted = tuple(codes) if codes else tuple(each.code for each in framework.competencies)
    changed = 0
    for code in wanted:
        last: int | None = 0
        while last is not None:
            with database.transaction() as session:
                people = _differing(session, framework, code, now, last)
                for person_id in people:
                    decide_level(session, person_id, code, now=now)
            changed, last = changed + len(people), people[-1] if len(people) == BATCH else None
            told(changed)
    if not codes:
        with database.transaction() as session:
            data = {"framework": framework.version, "changed": changed,
                    "version": pointer_at(session, now)}  # fmt: skip
            audit(session, LEVELS_DECIDED, data, actor_id=actor_id, at=now)
    return changed


def _differing(
    session: Session, framework: Framework, code: str, now: datetime, beyond: int
) -> Sequence[int]:
    levels = levels_by_rules(code, (framework,), now.date(), beyond=beyond)
    stored = func.coalesce(CompetencyLevel.learned_level, 0)
    return session.scalars(
        select(levels.c.person_id)
        .outerjoin(
            CompetencyLevel,
            (CompetencyLevel.person_id == levels.c.person_id)
            & (CompetencyLevel.competency == code),
        )
        .where(stored != levels.c.level_0)
        .order_by(levels.c.person_id)
        .limit(BATCH)
    ).all()


def is_behind(session: Session, *, now: datetime) -> bool:
    """Return whether a version came into force since all levels were decided last."""
    pointer = pointer_at(session, now)
    if pointer is None:
        return False
    last = acts(session, kind=LEVELS_DECIDED, limit=1)
    return not last or last[0].data.get("version") != pointer


def stored_differs(session: Session, code: str, *, now: datetime) -> int:
    """Return how many stored levels of a competency are not what the rules say on this day."""
    levels = levels_by_rules(code, (load_framework(),), now.date())
    stored = func.coalesce(CompetencyLevel.learned_level, 0)
    return session.scalar(
        select(func.count())
        .select_from(levels)
        .outerjoin(
            CompetencyLevel,
            (CompetencyLevel.person_id == levels.c.person_id)
            & (CompetencyLevel.competency == code),
        )
        .where(stored != levels.c.level_0)
    ) or 0  # fmt: skip
