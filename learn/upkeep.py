"""Regular work: handing in attempts whose time is over, forgetting what has expired, analysing anew."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from learn.assignments.regular import keep_assignments
from learn.competencies.regular import keep_levels
from learn.errors import LearnError
from learn.figures.services import make_due as make_figures
from learn.in_force import use_rules_in_force
from learn.jobs.services import forget_old
from learn.notices.services import forget_old_notices
from learn.people.signing_in.signed_in import forget_old_sign_ins
from learn.people.signing_in.throttle import forget_old_tries
from learn.privacy.retention import detach_due, forget_old_readings
from learn.progress.attempts import submit_due
from learn.web.models import IdempotentReply
from learn.web.notices.mailing import send_waiting_mails
from learn.web.quizzes.analysing import make_due
from learn.web.state import State

log = logging.getLogger("learn")
EVERY_SECONDS = 30.0
JOBS_EVERY_SECONDS = 2.0
REPLIES_KEPT = timedelta(days=2)


def sweep(state: State, now: datetime) -> int:
    """Do all that is due once; return how many attempts were handed in."""
    with state.database.reading() as reading:
        use_rules_in_force(reading, now)

        def version_of(version_id: str) -> object:
            return state.versions.get(reading, version_id)

        with state.database.transaction() as session:
            handed_in = submit_due(
                session,
                engine=state.engine,
                version_of=version_of,  # type: ignore[arg-type]
                settings=state.settings,
                now=now,
            )
            forget_old_sign_ins(session, now)
            forget_old_tries(session, now)
            forget_old_notices(session, now)
            forget_old_readings(session, state.settings, now)
            detach_due(session, state.settings, now=now)
            forget_old(session, state.results, now)
            session.execute(delete(IdempotentReply).where(IdempotentReply.at < now - REPLIES_KEPT))
    keep_assignments(state.database, state.settings, now=now)
    send_waiting_mails(state, now)
    keep_levels(state.database, now=now)
    make_due(state, now)  # last and one at a time: of a large quiz it takes a while
    make_figures(state.database, state.settings, now=now)
    return handed_in


def keep_up(state: State, stop: threading.Event, every_seconds: float = EVERY_SECONDS) -> None:
    """Sweep again and again until `stop`, and do jobs beside; what fails once is tried again."""
    threading.Thread(target=work_on_jobs, args=(state, stop), daemon=True).start()
    while not stop.wait(every_seconds):
        try:
            sweep(state, state.now())
        except (LearnError, SQLAlchemyError):
            log.exception("the regular work failed and will be tried again")


def work_on_jobs(
    state: State, stop: threading.Event, every_seconds: float = JOBS_EVERY_SECONDS
) -> None:
    """Do jobs as they come, one at a time, until `stop`; a long one holds up no other regular work."""
    runner = state.runner()
    while not stop.wait(every_seconds):
        try:
            with state.database.reading() as reading:
                use_rules_in_force(reading, state.now())
            runner.run_all(stop)
        except (LearnError, SQLAlchemyError):
            log.exception("the jobs could not be done and will be tried again")
