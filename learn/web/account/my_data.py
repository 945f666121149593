"""My data: what is kept about oneself, as one file."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learn.exports.services import ascii_name
from learn.people.names import full_name
from learn.privacy.archive import Cover, archive_chunks
from learn.privacy.attempts import Quizzes
from learn.privacy.own_data import Reading, files_of, sheets_of
from learn.privacy.sheets import Say
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.context import now, person, take_session
from learn.web.i18n import _, language, local, saying
from learn.web.render import render
from learn.web.state import state
from learn.web.streams import streamed

ZIP = "application/zip"


@pages.get("/account/data/")
def my_data() -> ResponseReturnValue:
    """Say what the copy holds and offer it."""
    person()
    return render("learn/account/my_data.html")


@pages.get("/account/data/zip")
def my_data_zip() -> ResponseReturnValue:
    """Send the copy."""
    return own_copy()


def own_copy() -> Response:
    """Return the copy of the person who is here, read while it is sent, from one moment."""
    who, built, words = person(), state(), saying(language())
    cover = Cover(
        language(), words, full_name(who.name, who.title_before, who.title_after),
        built.settings.site_name, local(now()),
    )  # fmt: skip
    take_session().close()
    reading = built.database.snapshot()
    try:
        # read whole before the first byte: it is small, and what fails is an answer that says so
        how = _reading(reading, words)
        sheets, files = list(sheets_of(reading, who.id, how)), list(files_of(reading, who.id))
    except BaseException:
        reading.close()
        raise
    chunks = archive_chunks(sheets, files, built.storage, cover)
    name = f"{ascii_name(_('my-data'))}_{local(now()).date().isoformat()}.zip"
    return streamed(chunks, reading, mimetype=ZIP, name=name)


def _reading(session: Session, words: Say) -> Reading:
    built = state()
    quizzes = Quizzes(
        built.engine,
        lambda version_id: built.versions.get(session, version_id),
        built.settings.timezone,
    )
    return Reading(quizzes, language(), words, acts.entry_words, acts.act_words, now())
