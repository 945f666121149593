"""The privacy notice: for everybody to read, and after signing in to confirm once for each version.

Nobody is kept from required training by it: it rests on a legal duty, not on consent. So the notice
stands in the way right after signing in, and every page points to it until it is confirmed.
"""

from __future__ import annotations

from flask import redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learn.people.models import Person
from learn.privacy import notice
from learn.web.blueprint import pages
from learn.web.context import now, person, person_or_none, session
from learn.web.i18n import language
from learn.web.render import render
from learn.web.state import state
from learn.web.targets import safe_target

CONFIRMED = "learn_notice"


def remember_notice() -> None:
    """Keep in the cookie that the present version is confirmed, so that no page has to ask for it."""
    cookie[CONFIRMED] = notice.VERSION


def notice_waits() -> bool:
    """Return whether pages point to the notice: somebody is here who has not confirmed it."""
    return person_or_none() is not None and cookie.get(CONFIRMED) != notice.VERSION


def has_read(reading: Session, who: Person) -> bool:
    """Return whether somebody confirmed the present version."""
    return notice.read_at(reading, who.id) is not None


def past_notice(target: str, *, read: bool) -> str:
    """Return where to go after signing in: to the notice first, where it has not been confirmed."""
    if not read:
        return url_for("learn.privacy", next=target)
    remember_notice()
    return target


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show the notice to anybody, with a button for who is signed in and has not confirmed it."""
    who, settings = person_or_none(), state().settings
    return render(
        "learn/privacy/notice.html",
        text=f"learn/privacy/_text.{language()}.html",
        version=notice.VERSION,
        dated=notice.DATED,
        read_at=notice.read_at(session(), who.id) if who else None,
        target=safe_target(request.args.get("next")),
        organiser=settings.organiser,
        access_log_days=settings.access_log_days,
        retention_days=settings.retention_days,
    )


@pages.post("/privacy")
def confirm_notice() -> ResponseReturnValue:
    """Note that the notice was read, and go on."""
    notice.confirm(session(), person().id, now=now())
    session().commit()
    remember_notice()
    return redirect(safe_target(request.form.get("next")), 303)
