"""Development done elsewhere: claiming it, and verifying the claims of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from learn.api.me import person_within
from learn.api.operations import Result, operation
from learn.api.problems import Findings
from learn.api.reading import Upload
from learn.api.schemas import claims as schemas
from learn.api.schemas.common import PageQuery
from learn.api.texts import moment
from learn.claims import services
from learn.claims.documents import take_document
from learn.claims.models import Claim
from learn.claims.queries import ClaimLine, claims_of, lines_of, list_claims, twins_of
from learn.claims.rules import Act, CannotClaim, Said
from learn.errors import Forbidden, Message
from learn.people.access import Action, refusal, scope
from learn.people.dates import parse_date
from learn.people.directory import number_of, present_numbers
from learn.people.models import Person, Unit
from learn.people.paging import cursor_of, read_cursor
from learn.web.claims.own import document_reply
from learn.web.claims.verification import claim_within
from learn.web.context import actor, may, now, person, reach, session
from learn.web.courses.settling import settle_waiting
from learn.web.i18n import local, say
from learn.web.narrowing import unit_filter
from learn.web.state import state

FILES = ("application/pdf", "image/jpeg", "image/png")
MINE = "/me/claims/<int:claim>"
THEIRS = "/people/<number>/claims/<int:claim>"


@operation("GET", "/me/claims", tag="claims", query=PageQuery, replies={200: schemas.ClaimList})
def my_claims(query: PageQuery) -> Result:
    """List one's own claims, the newest first."""
    before = read_cursor(query.cursor, int)[0] if query.cursor else None
    lines = claims_of(session(), person().id, before=before, limit=query.limit + 1)
    shown = lines[: query.limit]
    more = len(lines) > query.limit
    return {
        "items": _bodies([_mine(line) for line in shown]),
        "next": cursor_of(shown[-1].claim.id) if more else None,
    }


def _mine(line: ClaimLine) -> ClaimLine:
    return ClaimLine(line.claim, line.texts, line.reason, person())


@operation(
    "POST", "/me/claims", tag="claims", body=schemas.ClaimIn, errors=(404, 409),
    replies={201: schemas.ClaimWhole},
)  # fmt: skip
def create_claim(body: schemas.ClaimIn) -> Result:
    """Begin a claim as a draft (201); the reply says what it is worth and why."""
    try:
        made = services.draft(
            session(), person().id, _said(body), today=local(now()).date(), now=now()
        )
    except CannotClaim as error:
        raise _findings(error.mistakes) from None
    return _whole(made, person()), 201


def _said(body: schemas.ClaimIn) -> Said:
    wrong: dict[str, Message] = {}
    starts_on, ends_on = (
        _day(getattr(body, each), each, wrong) for each in ("starts_on", "ends_on")
    )
    minutes = {_day(day, "minutes", wrong): number for day, number in body.minutes.items()}
    sessions = {_day(day, "sessions", wrong): number for day, number in body.sessions.items()}
    if wrong:
        raise _findings(wrong)
    return Said(
        body.form, body.title, body.organiser, starts_on, ends_on, body.certificate, body.note,
        body.declared_jp, body.semesters, minutes, sessions,
    )  # fmt: skip


def _day(text: str, name: str, wrong: dict[str, Message]) -> date:
    found = parse_date(text)
    if found is None:
        wrong[name] = Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40])
    return found or date.min


def _findings(mistakes: Mapping[str, Message]) -> Findings:
    return Findings(
        Message("The claim says things that cannot be."),
        [{"field": name, "message": message} for name, message in mistakes.items()],
    )


@operation("GET", MINE, tag="claims", errors=(404,), replies={200: schemas.ClaimWhole})
def my_claim(claim: int) -> Result:
    """Return one of one's own claims."""
    return _whole(services.claim_of(session(), person().id, claim), person())


@operation(
    "PUT", MINE, tag="claims", body=schemas.ClaimChangeIn, errors=(404, 409),
    replies={200: schemas.ClaimWhole},
)  # fmt: skip
def change_claim(body: schemas.ClaimChangeIn, claim: int) -> Result:
    """Write a draft or a returned claim anew."""
    try:
        changed = services.change(
            session(), person().id, claim, _said(body), based_on=body.based_on,
            today=local(now()).date(), now=now(),
        )  # fmt: skip
    except CannotClaim as error:
        raise _findings(error.mistakes) from None
    return _whole(changed, person())


@operation(
    "POST", f"{MINE}/document", tag="claims", upload=True, errors=(404, 409),
    replies={201: schemas.ClaimWhole},
)  # fmt: skip
def send_claim_document(upload: Upload, claim: int) -> Result:
    """Send the document of a draft or a returned claim (201); it replaces the one before."""
    services.claim_of(session(), person().id, claim)
    document = take_document(session(), state().storage, upload.name, upload.content)
    changed = services.attach(
        session(), person().id, claim, document, today=local(now()).date(), now=now()
    )
    return _whole(changed, person()), 201


@operation(
    "POST", f"{MINE}/submission", tag="claims", body=schemas.ClaimStepIn, errors=(404, 409),
    replies={200: schemas.ClaimWhole},
)  # fmt: skip
def submit_claim(body: schemas.ClaimStepIn, claim: int) -> Result:
    """Send a claim to be verified; a second time changes nothing."""
    sent = services.submit(
        session(), person().id, claim, based_on=body.based_on, today=local(now()).date(), now=now()
    )
    return _whole(sent, person())


@operation(
    "POST", f"{MINE}/withdrawal", tag="claims", body=schemas.ClaimStepIn, errors=(404, 409),
    replies={200: schemas.ClaimWhole},
)  # fmt: skip
def withdraw_claim(body: schemas.ClaimStepIn, claim: int) -> Result:
    """Give up one's own claim before it is decided."""
    given_up = services.withdraw(session(), person().id, claim, based_on=body.based_on, now=now())
    return _whole(given_up, person())


@operation("GET", f"{MINE}/document", tag="claims", errors=(404,), replies={}, files=FILES)
def read_my_document(claim: int) -> Result:
    """Return the document of one's own claim."""
    found = services.claim_of(session(), person().id, claim)
    return document_reply(lines_of(session(), [(found, None, None)])[0])


@operation(
    "GET", "/claims", tag="claims", query=schemas.ClaimsQuery, errors=(403, 404),
    replies={200: schemas.ClaimList},
)  # fmt: skip
def claims(query: schemas.ClaimsQuery) -> Result:
    """List claims of others within reach, those that were sent first at the top; one's own never."""
    within = reach(Action.VERIFY_RECORDS)
    unit = unit_filter(within, query.unit or "").chosen
    page = list_claims(
        session(), within, actor_id=actor().person_id, unit=unit, state=query.state,
        after=query.cursor, limit=query.limit,
    )  # fmt: skip
    return {"items": _bodies(page.items), "next": page.next}


def _theirs(number: str, claim: int) -> ClaimLine:
    return claim_within(person_within(number, Action.VERIFY_RECORDS).id, claim)


@operation("GET", THEIRS, tag="claims", errors=(403, 404, 422), replies={200: schemas.ClaimWhole})
def claim_of_person(number: str, claim: int) -> Result:
    """Return a claim of somebody within reach."""
    line = _theirs(number, claim)
    assert line.person is not None
    return _whole(line.claim, line.person)


@operation(
    "GET", f"{THEIRS}/document", tag="claims", errors=(403, 404, 422), replies={}, files=FILES,
)  # fmt: skip
def read_document(number: str, claim: int) -> Result:
    """Return the document of a claim of somebody within reach."""
    return document_reply(_theirs(number, claim))


@operation(
    "POST", f"{THEIRS}/decision", tag="claims", body=schemas.DecisionIn, errors=(403, 404, 409),
    replies={200: schemas.ClaimWhole},
)  # fmt: skip
def decide_claim(body: schemas.DecisionIn, number: str, claim: int) -> Result:
    """Accept, return or reject a claim, or revoke one that was accepted; its hours follow."""
    line = _theirs(number, claim)
    assert line.person is not None
    path = line.unit.path if line.unit else None
    if body.act == "revoke" and not may(Action.REVOKE, person_id=line.person.id, unit_path=path):
        raise Forbidden(refusal(Action.REVOKE))
    decided = services.decide(
        session(), line.person.id, claim, Act(body.act), actor_id=actor().person_id,
        based_on=body.based_on, reason=body.reason, now=now(),
    )  # fmt: skip
    settle_waiting(line.person.id)
    return _whole(decided, line.person)


def _bodies(lines: Any) -> list[dict[str, Any]]:
    numbers = present_numbers(session(), [line.claim.person_id for line in lines])
    return [_body(line, numbers.get(line.claim.person_id)) for line in lines]


def _body(line: ClaimLine, number: str | None) -> dict[str, Any]:
    claim, texts, figures = line.claim, line.texts, line.claim.figures
    return {
        "claim": claim.id, "number": number, "name": line.name, "form": claim.form,
        "title": texts.title, "organiser": texts.organiser, "certificate": texts.certificate,
        "note": texts.note, "starts_on": claim.starts_on.isoformat(),
        "ends_on": claim.ends_on.isoformat(), **figures, "jp": claim.jp, "state": claim.state,
        "seq": claim.seq, "document": claim.document, "reason": line.reason,
        "submitted_at": moment(claim.submitted_at), "decided_at": moment(claim.decided_at),
    }  # fmt: skip


def _whole(claim: Claim, who: Person) -> dict[str, Any]:
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    line = lines_of(session(), [(claim, who, unit)])[0]
    body = _body(line, number_of(session(), who.id))
    reasons = services.worth_of(session(), claim, line.texts).reasons
    return {
        **body,
        "why": [say(reason) for reason in reasons],
        "twins": [_twin(twin.why, twin.line) for twin in twins_of(session(), claim, line.texts)],
    }


def _twin(why: str, line: ClaimLine) -> dict[str, Any]:
    own = line.claim.person_id == person().id
    path = line.unit.path if line.unit else None
    known = own or scope(actor(), Action.VERIFY_RECORDS).reaches(path, line.claim.person_id)
    return {
        "why": why,
        "claim": line.claim.id if known else None,
        "number": number_of(session(), line.claim.person_id) if known else None,
    }
