"""Noting who looks at whose record, and showing people who looked at theirs."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from learn.exports.kinds import KINDS
from learn.people.dates import local_date
from learn.people.models import Person
from learn.privacy import readings
from learn.privacy.actors import Actors
from learn.privacy.exports_about import exports_about
from learn.web.blueprint import pages
from learn.web.context import arguments, now, person, session
from learn.web.i18n import language, say, saying
from learn.web.narrowing import pages_of
from learn.web.render import render
from learn.web.state import state


def noted(who: Person, what: str) -> Person:
    """Return the person, after noting that the reader looks at `what` of them; oneself is not noted.

    Pages that show a single person to others ask for them through this.
    """
    reader, day = person(), local_date(now(), state().settings.timezone)
    if reader.id != who.id and not readings.is_noted(
        session(), person_id=who.id, reader_id=reader.id, what=what, day=day
    ):
        readings.note_reading(
            state().database, person_id=who.id, reader_id=reader.id, what=what, day=day, now=now()
        )
    return who


@pages.get("/account/readings/")
def my_readings() -> ResponseReturnValue:
    """Show who looked at one's record, and exports in which one may stand."""
    who, after = person(), arguments().get("after")
    found = readings.readings_of(session(), who.id, after=after)
    exports = [] if after else exports_about(session(), who)
    actors = Actors(session(), who.id, saying(language()))
    actors.learn_of([*(row.reader_id for row in found.items), *(row.actor_id for row in exports)])
    return render(
        "learn/account/readings.html",
        lines=[
            (
                row.at,
                actors.words(row.reader_id, row.at),
                say(readings.PARTS.get(row.what, row.what)),
            )
            for row in found.items
        ],
        exports=[
            (row.at, actors.words(row.actor_id, row.at), _list_name(row.what)) for row in exports
        ],
        turn=pages_of("my_readings", found.next),
        days=state().settings.access_log_days,
    )


def _list_name(key: str) -> str:
    return say(KINDS[key].title) if key in KINDS else key.replace("-", " ")
