"""Verification: claims of others within reach, the oldest first, each accepted, returned or rejected."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learn.claims import services
from learn.claims.queries import (
    ClaimLine,
    count_claims,
    cursor_after,
    lines_of,
    list_claims,
    twins_of,
)
from learn.claims.rules import LIFE, STATE_NAMES, Act, State
from learn.errors import Forbidden, LearnError, Message, NotFound
from learn.hours.forms import load_forms
from learn.people.access import Action, scope
from learn.people.directory import get_person
from learn.people.listing import names_of
from learn.people.models import Person, Unit
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.claims.own import account_with, acts_seq, document_reply, shown_state
from learn.web.context import actor, arguments, may, now, reach, session
from learn.web.courses.settling import settle_waiting
from learn.web.i18n import _, say
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.noting import noted
from learn.web.render import render

PAGE = 50
STATES = (State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.REJECTED, State.REVOKED)


def waiting_claims(unit: Unit | None = None) -> int:
    """Return how many claims wait for the person; 0 for who verifies nothing."""
    within = scope(actor(), Action.VERIFY_RECORDS)
    if within.nothing:
        return 0
    return count_claims(session(), within, actor_id=actor().person_id, unit=unit)


@pages.get("/verification/")
def verification() -> ResponseReturnValue:
    """List the claims that wait, the oldest first; or those that were decided."""
    within, asked = reach(Action.VERIFY_RECORDS), arguments()
    units = unit_filter(within)
    state = asked.get("state", "") if asked.get("state") in STATES else State.SUBMITTED.value
    found = list_claims(
        session(), within, actor_id=actor().person_id, unit=units.chosen, state=state,
        after=asked.get("after"), limit=PAGE,
    )  # fmt: skip
    return render(
        "learn/claims/queue.html",
        units=units,
        state=state,
        states=[(each.value, say(STATE_NAMES[each])) for each in STATES],
        lines=found.items,
        waiting=waiting_claims(units.chosen),
        turn=pages_of("verification", found.next, unit=units.code, state=state),
        filtered=bool(units.code) or state != State.SUBMITTED,
        forms=load_forms(),
        today=now(),
        shown_state=shown_state,
        address=address,
    )


def claim_within(person_id: int, claim_id: int) -> ClaimLine:
    """Return a claim that was sent by somebody within reach.

    Raises
    ------
    Forbidden, NotFound
        Verifying is not the person's at all, or the claim is their own; there is none, or it was not sent.
    """
    within = reach(Action.VERIFY_RECORDS)
    who = get_person(session(), person_id, within)
    claim = services.claim_of(session(), who.id, claim_id)
    if claim.submitted_at is None:
        raise NotFound(Message("There is no such claim."))
    if who.id == actor().person_id:
        raise Forbidden(Message("Nobody decides their own claim; somebody else verifies it."))
    return lines_of(session(), [(claim, who, _unit(who))])[0]


def _unit(who: Person) -> Unit | None:
    return session().get(Unit, who.unit_id) if who.unit_id is not None else None


@pages.get("/verification/<int:person_id>/<int:claim_id>/")
def verification_claim(person_id: int, claim_id: int) -> ResponseReturnValue:
    """Show a claim with its document, what it is worth, and what looks like the same."""
    return _claim_page(_looked_at(claim_within(person_id, claim_id)))


def _looked_at(line: ClaimLine) -> ClaimLine:
    if line.person is not None:
        noted(line.person, readings.CLAIM)
    return line


def _claim_page(line: ClaimLine, problem: str = "", *, no_reason: bool = False) -> str:
    claim, who = line.claim, line.person
    assert who is not None
    units = unit_filter(reach(Action.VERIFY_RECORDS))
    decided_by = names_of(session(), [claim.decided_by] if claim.decided_by else [])
    return render(
        "learn/claims/verify.html",
        line=line,
        who=who,
        form=load_forms().form(claim.form),
        worth=services.worth_of(session(), claim, line.texts),
        twins=twins_of(session(), claim, line.texts),
        reached={unit.id for unit in units.units},
        account=account_with(who, claim),
        may_decide=LIFE.may_follow(claim.state, Act.ACCEPT),
        may_revoke=LIFE.may_follow(claim.state, Act.REVOKE) and _may_revoke(line),
        decided_by=decided_by.get(claim.decided_by or 0, ""),
        problem=problem,
        reason=request.form.get("reason", ""),
        no_reason=no_reason,
        next_url=_next(line, units.code),
        unit_code=units.code,
        waiting=waiting_claims(units.chosen),
        shown_state=shown_state,
        address=address,
    )


def _may_revoke(line: ClaimLine) -> bool:
    path = line.unit.path if line.unit else None
    return may(Action.REVOKE, person_id=line.claim.person_id, unit_path=path)


def _next(line: ClaimLine | None, unit: str) -> str | None:
    """Return the address of the claim that waits after this one, or of the oldest."""
    within = reach(Action.VERIFY_RECORDS)
    chosen = unit_filter(within, unit).chosen
    after = cursor_after(line.claim) if line else None
    found = list_claims(
        session(), within, actor_id=actor().person_id, unit=chosen, after=after, limit=1
    )
    if not found.items:
        return None
    claim = found.items[0].claim
    return address("verification_claim", person_id=claim.person_id, claim_id=claim.id, unit=unit)


@pages.post("/verification/<int:person_id>/<int:claim_id>/")
def verification_decide(person_id: int, claim_id: int) -> ResponseReturnValue:
    """Decide a claim, and go on to the next one that waits."""
    line = claim_within(person_id, claim_id)
    act = request.form.get("act", "")
    told = {
        Act.ACCEPT: _(
            "Accepted: %(jp)s JP credited to %(name)s.", jp=line.claim.jp, name=line.name
        ),
        Act.RETURN: _("Returned to %(name)s for correction.", name=line.name),
        Act.REJECT: _("Rejected. %(name)s sees the reason.", name=line.name),
        Act.REVOKE: _("Revoked. The hours of %(name)s no longer count.", name=line.name),
    }
    if act not in told or (act == Act.REVOKE and not _may_revoke(line)):
        return _claim_page(line, _("Choose what becomes of the claim.")), 422
    try:
        services.decide(
            session(), person_id, claim_id, Act(act), actor_id=actor().person_id, now=now(),
            based_on=acts_seq("based_on"), reason=request.form.get("reason", ""),
        )  # fmt: skip
        settle_waiting(person_id)
    except LearnError as error:
        no_reason = act != Act.ACCEPT and not request.form.get("reason", "").strip()
        line = claim_within(person_id, claim_id)
        return _claim_page(line, say(error.message), no_reason=no_reason), error.status
    session().commit()
    flash(told[Act(act)], "good")
    return redirect(_where_next(line, act), 303)


def _where_next(line: ClaimLine, act: str) -> str:
    unit = arguments().get("unit", "")
    if act == Act.REVOKE:
        claim = line.claim
        return address(
            "verification_claim", person_id=claim.person_id, claim_id=claim.id, unit=unit
        )
    return _next(None, unit) or address("verification", unit=unit)


@pages.get("/verification/<int:person_id>/<int:claim_id>/document")
def verification_document(person_id: int, claim_id: int) -> ResponseReturnValue:
    """Send the document of a claim to who verifies it."""
    return document_reply(_looked_at(claim_within(person_id, claim_id)))
