"""Notices: what one is told, unread first, each with a link to the page where one goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.routing import BuildError

from learn.notices import services
from learn.notices.kinds import Shown, Target, shown
from learn.notices.models import Notice
from learn.people.listing import names_of
from learn.web.blueprint import pages
from learn.web.context import arguments, now, person, session
from learn.web.i18n import language
from learn.web.narrowing import pages_of
from learn.web.render import render
from learn.web.state import State, state
from learn.web.targets import safe_target

PAGE = 25
MOST_NEW = 100


def unread_here() -> int:
    """Return how many notices wait for who is here: it came with them, and costs nothing."""
    here = getattr(g, "learn_here", None)
    return (here.carried.get(services.UNREAD) or 0) if here is not None else 0


@pages.get("/notices/")
def notices() -> ResponseReturnValue:
    """List the notices: those unread, then those read."""
    who, after = person().id, arguments().get("after")
    unread = [] if after else services.list_notices(
        session(), who, unread=True, limit=MOST_NEW
    ).items  # fmt: skip
    read = services.list_notices(session(), who, unread=False, after=after, limit=PAGE)
    return render(
        "learn/notices/notices.html",
        unread=in_words(unread),
        read=in_words(read.items),
        turn=pages_of("notices", read.next),
        first=not after,
        address_of=address_of,
    )


@pages.post("/notices/read")
def notices_read() -> ResponseReturnValue:
    """Note that one notice (``key``) or all were read, and go on to what it is about (``next``)."""
    key = request.form.get("key", "").replace("\x00", "") or None
    services.mark_read(session(), person().id, key, now=now())
    session().commit()
    wanted = request.form.get("next")
    return redirect(safe_target(wanted) if wanted else url_for("learn.notices"), 303)


def in_words(found: Sequence[Notice]) -> list[Shown]:
    """Return notices in words, with the titles of courses and the names of people as they are now."""
    return words_of(session(), state(), found, language())


def words_of(session: Session, built: State, found: Sequence[Notice], language: str) -> list[Shown]:
    """Return notices with titles in a language and names; mails ask this with no request at hand."""
    data = [notice.data for notice in found]
    courses = {each["course"] for each in data if each.get("course")}
    titles = _titles(session, built, courses, language)
    names = names_of(session, sorted({one for each in data for one in each.get("people", ())}))
    return [shown(notice, _known(notice.data, titles, names)) for notice in found]


def _known(
    data: Mapping[str, Any], titles: Mapping[str, str], names: Mapping[int, str]
) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if data.get("course"):
        known["title"] = titles.get(data["course"], data["course"])
    if data.get("people"):
        known["names"] = [names[each] for each in data["people"] if each in names]
    return known


def _titles(session: Session, built: State, courses: set[str], language: str) -> dict[str, str]:
    if not courses:
        return {}
    return {
        version.course: version.title(language)
        for version in built.versions.current_all(session)
        if version.course in courses
    }


def address_of(target: Target | None) -> str | None:
    """Return the address of the page that a notice leads to; None where there is none (any more)."""
    if target is None:
        return None
    try:
        return url_for(f"learn.{target.view}", **target.values)
    except BuildError:
        return None
