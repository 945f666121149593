"""My development done elsewhere: claiming it, seeing what it is worth, sending it, following it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from learn.claims import services
from learn.claims.models import Claim
from learn.claims.queries import ClaimLine, claims_of, lines_of, twins_of
from learn.claims.rules import LIFE, STATE_NAMES, Act, State
from learn.errors import LearnError, Message, NotFound
from learn.hours.accounts import YearAccount, account_of_day
from learn.hours.forms import Form, UnknownForm, load_forms
from learn.people.models import Person
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.claims.forms import ClaimForm, filled, read_claim, read_document, show_mistakes
from learn.web.context import now, person, session
from learn.web.i18n import _, language, local, say, zone
from learn.web.render import render
from learn.web.state import state

PAGE = 50
GROUPS = ("formal", "classical", "nonclassical")
LOOKS: dict[str, tuple[str, str | None]] = {
    State.DRAFT: ("", "pencil"),
    State.SUBMITTED: ("accent", "clock"),
    State.RETURNED: ("due", "alert-triangle"),
    State.ACCEPTED: ("good", "check"),
    State.REJECTED: ("late", None),
    State.WITHDRAWN: ("", None),
    State.REVOKED: ("late", None),
}


def shown_state(value: str) -> tuple[str, str, str | None]:
    """Return a state as `tag` takes it: in words, its colour, its picture."""
    return (say(STATE_NAMES[value]), *LOOKS[value])


@pages.get("/me/claims/")
def claims() -> ResponseReturnValue:
    """List one's own claims, the newest first."""
    found = claims_of(session(), person().id, before=acts.before(), limit=PAGE + 1)
    return render(
        "learn/claims/list.html",
        lines=found[:PAGE],
        next_url=url_for("learn.claims", before=found[PAGE - 1].claim.id)
        if len(found) > PAGE
        else None,
        first_url=url_for("learn.claims") if request.args.get("before") else None,
        forms=load_forms(),
        shown_state=shown_state,
    )


@pages.get("/me/claims/new/")
def claim_new() -> ResponseReturnValue:
    """Let the person choose the form of development."""
    person()
    forms = load_forms().forms
    grouped = [(group, [form for form in forms if form.group == group]) for group in GROUPS]
    return render("learn/claims/choose.html", grouped=grouped)


@pages.get("/me/claims/new/<form>/")
def claim_form(form: str) -> ResponseReturnValue:
    """Ask for what this form of development needs."""
    person()
    development = _form(form)
    return _form_page(development, ClaimForm(development, None, key=secrets.token_hex(16)))


def _form(code: str) -> Form:
    try:
        return load_forms().form(code)
    except UnknownForm:
        raise NotFound(Message("There is no such form of development.")) from None


def _form_page(development: Form, form: ClaimForm, line: ClaimLine | None = None) -> str:
    forms = load_forms()
    return render(
        "learn/claims/form.html",
        form=form,
        development=development,
        line=line,
        evidence=[forms.evidence_name(key, language()) for key in development.evidence],
    )


@pages.post("/me/claims/new/<form>/")
def claim_create(form: str) -> ResponseReturnValue:
    """Keep a new claim as a draft, and show what it is worth."""
    who, development = person(), _form(form)
    sent = ClaimForm(development, request.form)
    said, document = read_claim(sent), read_document(sent)
    if said is None or sent.document.errors:
        return _form_page(development, sent), 422
    try:
        claim = services.draft(
            session(), who.id, said, today=local(now()).date(), now=now(), document=document,
            key=(sent.key.data or "")[:32],
        )  # fmt: skip
    except LearnError as error:
        show_mistakes(sent, error)
        return _form_page(development, sent), error.status
    session().commit()
    return redirect(url_for("learn.claim", claim_id=claim.id), 303)


def _own(claim_id: int) -> ClaimLine:
    claim = services.claim_of(session(), person().id, claim_id)
    return lines_of(session(), [(claim, None, None)])[0]


@pages.get("/me/claims/<int:claim_id>/")
def claim(claim_id: int) -> ResponseReturnValue:
    """Show a claim: how it stands, what it is worth and why, and what can be done."""
    return _claim_page(_own(claim_id))


def _claim_page(line: ClaimLine, problem: str = "") -> str:
    found = line.claim
    return render(
        "learn/claims/claim.html",
        line=line,
        form=load_forms().form(found.form),
        worth=services.worth_of(session(), found, line.texts),
        twins=twins_of(session(), found, line.texts) if _is_open(found) else [],
        account=account_with(person(), found),
        problem=problem,
        may={act.value: LIFE.may_follow(found.state, act) for act in Act},
        shown_state=shown_state,
    )


def _is_open(found: Claim) -> bool:
    return found.state in (State.DRAFT, State.RETURNED, State.SUBMITTED)


def account_with(who: Person, found: Claim) -> YearAccount:
    """Return how the year of the claim stands for its person; one that waits is counted in."""
    return account_of_day(
        session(), who.id, who.kind, who.post_class or None, found.ends_on,
        today=local(now()).date(), zone=zone().key, more=found.jp if _is_open(found) else 0,
    )  # fmt: skip


@pages.get("/me/claims/<int:claim_id>/change/")
def claim_edit(claim_id: int) -> ResponseReturnValue:
    """Show a draft or a returned claim to be corrected."""
    line = _own(claim_id)
    if not LIFE.may_follow(line.claim.state, Act.CHANGE):
        return redirect(url_for("learn.claim", claim_id=claim_id))
    development = _form(line.claim.form)
    return _form_page(development, filled(development, line.claim, line.texts), line)


@pages.post("/me/claims/<int:claim_id>/change/")
def claim_change(claim_id: int) -> ResponseReturnValue:
    """Write a claim anew; a document that is not sent again stays."""
    line = _own(claim_id)
    development = _form(line.claim.form)
    sent = ClaimForm(development, request.form)
    said, document = read_claim(sent), read_document(sent)
    if said is None or sent.document.errors:
        return _form_page(development, sent, line), 422
    try:
        services.change(
            session(), person().id, claim_id, said, based_on=acts_seq("based_on"),
            today=local(now()).date(), now=now(), document=document,
        )  # fmt: skip
    except LearnError as error:
        show_mistakes(sent, error)
        return _form_page(development, sent, line), error.status
    session().commit()
    return redirect(url_for("learn.claim", claim_id=claim_id), 303)


def acts_seq(name: str) -> int:
    """Return the number of an entry that a form carries; nonsense is no entry."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@pages.post("/me/claims/<int:claim_id>/submission/")
def claim_submit(claim_id: int) -> ResponseReturnValue:
    """Send a claim to be verified."""
    return _done(
        claim_id, services.submit, _("The claim was sent. You see here when it is decided."),
        today=local(now()).date(),
    )  # fmt: skip


@pages.post("/me/claims/<int:claim_id>/withdrawal/")
def claim_withdraw(claim_id: int) -> ResponseReturnValue:
    """Give up a claim."""
    return _done(claim_id, services.withdraw, _("The claim was withdrawn."))


def _done(claim_id: int, act: Any, told: str, **known: Any) -> ResponseReturnValue:
    who = person()
    try:
        act(session(), who.id, claim_id, based_on=acts_seq("based_on"), now=now(), **known)
    except NotFound:
        raise
    except LearnError as error:
        return _claim_page(_own(claim_id), say(error.message)), error.status
    session().commit()
    flash(told, "good")
    return redirect(url_for("learn.claim", claim_id=claim_id), 303)


@pages.get("/me/claims/<int:claim_id>/document")
def claim_document(claim_id: int) -> ResponseReturnValue:
    """Send the document of one's own claim."""
    return document_reply(_own(claim_id))


def document_reply(line: ClaimLine) -> Response:
    """Return the document of a claim, to be looked at in the browser; no page of ours runs it.

    Raises
    ------
    NotFound
        The claim has none.
    """
    found = line.claim
    if found.document is None or found.media_type is None:
        raise NotFound(Message("There is no such file."))
    return stored_document(found.document, found.media_type, line.texts.document or str(found.id))


def stored_document(digest: str, media_type: str, name: str) -> Response:
    """Return a document that was checked when it came in, to be looked at and never to be run.

    Raises
    ------
    NotFound
        It is not in the storage.
    """
    path = state().storage.path(digest)
    if path is None:
        raise NotFound(Message("There is no such file."))
    suffix = {"application/pdf": "pdf", "image/png": "png"}.get(media_type, "jpg")
    shown = name if "." in name else f"{name}.{suffix}"
    reply = send_file(path, mimetype=media_type, download_name=shown, max_age=0)
    # a browser's own viewer of PDF does not start inside a sandbox
    sandbox = "" if suffix == "pdf" else "; sandbox"
    reply.headers["Content-Security-Policy"] = f"default-src 'none'{sandbox}"
    reply.headers["Cache-Control"] = "no-store"
    return reply
