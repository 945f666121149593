"""Who calls: the bearer of a token, or somebody signed in whose writes carry the token against forgery."""

from __future__ import annotations

from flask import g, request

from learn.errors import LearnError, Message
from learn.people.signing_in.signed_in import find_token
from learn.web.context import SignInNeeded, now, person_or_none, session
from learn.web.forms import TOKEN_HEADER, FormExpired, check_token
from learn.web.i18n import language
from learn.web.state import state


class BadToken(LearnError):
    """The token is unknown, was ended or is too old."""

    status = 401
    code = "invalid-token"

    def __init__(self) -> None:
        super().__init__(
            Message("This token does not work: it is wrong, was ended or has expired.")
        )


class Forged(LearnError):
    """A write with a cookie did not carry the page's token against forgery."""

    status = 403
    code = "csrf-failed"

    def __init__(self) -> None:
        super().__init__(
            Message(
                "Send the page's token against forgery in the header %(name)s.", name=TOKEN_HEADER
            )
        )


def identify(*, writes: bool) -> None:
    """Find out who calls; raise when nobody is known or a write may have been forged."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        _take_token(token.strip())
    elif person_or_none() is None:
        raise SignInNeeded
    elif writes:
        _refuse_forged()
    language()  # now, while the person's row can be read: errors are told in it whatever happened


def _take_token(token: str) -> None:
    """Let the request be that of the token's bearer; a cookie beside it counts for nothing."""
    found = find_token(session(), token, now())
    if found is None:
        g.learn_here = g.learn_person = g.learn_zone = None
        raise BadToken
    g.learn_here, g.learn_person = found, found.person
    g.learn_zone = found.time_zone(state().settings)


def _refuse_forged() -> None:
    if TOKEN_HEADER not in request.headers:
        raise Forged  # the body is not looked at: it may be anything
    try:
        check_token()
    except FormExpired:
        raise Forged from None
