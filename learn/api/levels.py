"""Levels: why they are held, assessing, confirming, suspending, and recognising prior learning."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from learn.api.me import competency_body, evidence_body, person_within
from learn.api.operations import Result, operation
from learn.api.problems import Findings
from learn.api.reading import Upload
from learn.api.schemas import levels as schemas
from learn.api.schemas.common import PageQuery
from learn.api.sheets import refuse
from learn.api.texts import moment
from learn.competencies.assessments.services import CannotAssess, Found, assess, default_validity
from learn.competencies.assessments.sheets import apply_levels
from learn.competencies.evidence import services as evidence
from learn.competencies.evidence.why import AssessmentTold, PieceTold, gives, missing_words, why
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.prior import services as prior
from learn.competencies.prior.entries import Act
from learn.competencies.prior.queries import RequestLine, lines_of, list_requests, requests_of
from learn.errors import Forbidden, Invalid, Message
from learn.people.access import Action, refusal
from learn.people.dates import parse_date
from learn.people.directory import present_numbers
from learn.people.imports.sheet_plans import nothing_changed, queue_sheets
from learn.people.models import Person
from learn.people.paging import cursor_of, read_cursor
from learn.privacy import readings
from learn.web.context import actor, now, person, reach, session
from learn.web.courses.settling import settle_waiting
from learn.web.i18n import language, local, say
from learn.web.levels.imports import plan_sent
from learn.web.levels.prior import may_revoke, request_within
from learn.web.levels.why import act_on_piece, standing_in, target_of
from learn.web.narrowing import unit_filter
from learn.web.noting import noted
from learn.web.state import state

RULE = Message(
    "Evidence at some level counts for that level and all below it; no level is skipped. One valid piece is enough, unless the framework names more."
)


@operation(
    "GET", "/me/competencies/<code>", tag="levels", errors=(404,), replies={200: schemas.WhyOut}
)
def my_competency(code: str) -> Result:
    """Say why one holds a level: each piece of evidence, each assessment, and what is missing for the next."""
    return _why(person(), code)


@operation(
    "GET", "/people/<number>/competencies/<code>", tag="levels", errors=(403, 404, 422),
    replies={200: schemas.WhyOut},
)  # fmt: skip
def competency_of_person(number: str, code: str) -> Result:
    """Say why somebody within reach holds a level, as they are told themselves."""
    return _why(noted(person_within(number, Action.READ_RECORDS), readings.COMPETENCY), code)


def _why(who: Person, code: str) -> dict[str, Any]:
    standing = standing_in(who, code)
    told, step = why(session(), who.id, standing), standing.explanation.next_step
    versions = state().versions.current_all(session())
    titles = {version.course: version.title(language()) for version in versions}
    following = step and {
        "level": step.level,
        "needs_evidence": step.needs_piece,
        "mandatory": [say(missing_words(name, titles)) for name in step.missing],
        "courses": [
            version.course
            for version in versions
            if gives(load_framework(), version.outcomes, code, step.level)
        ],
    }
    return {
        **competency_body(standing),
        "rule": say(RULE),
        "framework": load_framework().version,
        "pieces": [_piece(each) for each in told.pieces],
        "assessments": [_assessment(each) for each in told.assessments],
        "next": following,
    }


def _piece(told: PieceTold) -> dict[str, Any]:
    more = {"seq": told.held.row.seq, "by": told.actor, "note": told.note, "why": told.reason}
    return {**evidence_body(told.held), **more}


def _assessment(told: AssessmentTold) -> dict[str, Any]:
    row = told.row
    return {
        "seq": row.seq, "competency": row.competency, "level": row.level,
        "assessed_on": row.assessed_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "instrument": row.instrument, "source": row.source, "framework": row.framework,
        "by": told.actor, "note": told.note, "document": row.document, "state": told.state,
        "why": told.reason,
    }  # fmt: skip


def _day(text: str | None, name: str) -> date | None:
    found = parse_date(text) if text else None
    if text and found is None:
        message = Message("“%(text)s” is no date, such as 2026-11-24.", text=text[:40])
        raise Findings(message, [{"field": name, "message": message}])
    return found


@operation(
    "POST", "/people/<number>/assessments", tag="levels", body=schemas.AssessIn,
    errors=(403, 404, 422), replies={201: schemas.AssessmentsOut},
)  # fmt: skip
def assess_person(body: schemas.AssessIn, number: str) -> Result:
    """Record assessed levels, one or a whole profile at once (201); learned levels stay as they are."""
    who, assessed_on = person_within(number, Action.ASSESS), _day(body.assessed_on, "assessed_on")
    if assessed_on is None:
        raise Invalid(Message("The day of the assessment is missing."))
    until = _day(body.valid_until, "valid_until") or default_validity(assessed_on)
    found = Found(
        body.levels, assessed_on, until, body.instrument, body.note,
        key=body.key or secrets.token_hex(16),
    )  # fmt: skip
    try:
        rows = assess(
            session(), who.id, found, actor_id=actor().person_id, today=local(now()).date(),
            now=now(),
        )  # fmt: skip
    except CannotAssess as error:
        told = [{"field": name, "message": message} for name, message in error.mistakes.items()]
        raise Findings(error.message, told) from None
    return {"recorded": [row.seq for row in rows]}, 201


@operation(
    "POST", "/people/<number>/confirmations", tag="levels", body=schemas.ConfirmIn,
    errors=(403, 404, 422), replies={201: schemas.ConfirmedOut},
)  # fmt: skip
def confirm_person(body: schemas.ConfirmIn, number: str) -> Result:
    """Confirm behaviour that one saw as a supervisor (201); it is evidence for the level."""
    who, observed_on = (
        person_within(number, Action.CONFIRM_LEVELS),
        _day(body.observed_on, "observed_on"),
    )
    if observed_on is None:
        raise Invalid(Message("The day on which you saw it is missing."))
    seq = evidence.confirm_behaviour(
        session(), who.id, competency=body.competency, level=body.level, observed_on=observed_on,
        note=body.note, key=body.key or secrets.token_hex(16), actor_id=actor().person_id,
        today=local(now()).date(), now=now(), valid_until=_day(body.valid_until, "valid_until"),
    )  # fmt: skip
    return {"seq": seq}, 201


@operation(
    "POST", "/people/<number>/levels/<what>/<int:seq>/acts", tag="levels",
    body=schemas.PieceActIn, errors=(403, 404, 409, 422), replies={200: schemas.DoneOut},
)  # fmt: skip
def act_on_level(body: schemas.PieceActIn, number: str, what: str, seq: int) -> Result:
    """Suspend, let count again, or withdraw a piece of evidence or an assessment."""
    target = target_of(person_within(number, Action.READ_RECORDS))
    row = evidence.piece_with(session(), target.person.id, what, seq)
    if row.withdrawn_at is None and not target.may_change(what, row):
        raise Forbidden(refusal(Action.REVOKE))
    return {"done": act_on_piece(target, what, row, body.model_dump())}


@operation(
    "POST", "/assessments/imports", tag="levels", errors=(403, 422), query=schemas.LevelsImportQuery, upload=True,
    replies={201: schemas.LevelsImportOut, 200: schemas.LevelsImportOut},
)  # fmt: skip
def import_levels(query: schemas.LevelsImportQuery, upload: Upload) -> Result:
    """Take assessed levels from CSV or XLSX, all or nothing (201); with `dry_run` only say what would happen."""
    reach(Action.IMPORT_LEVELS)
    if not query.dry_run:
        queue_sheets(session())
    plan = plan_sent(upload.content, upload.name)
    refuse(plan.errors, nothing_changed(plan.errors), most=1000)
    if not query.dry_run:
        apply_levels(session(), plan, actor_id=actor().person_id, now=now())
    body = {"dry_run": query.dry_run, "changed": len(plan.changes), "unchanged": plan.unchanged}
    return body, 200 if query.dry_run else 201


@operation("GET", "/me/prior", tag="levels", query=PageQuery, replies={200: schemas.RequestList})
def my_requests(query: PageQuery) -> Result:
    """List one's own requests to recognise prior learning, the newest first."""
    before = read_cursor(query.cursor, int)[0] if query.cursor else None
    lines = requests_of(session(), person().id, before=before, limit=query.limit + 1)
    shown = [_with(line, person()) for line in lines[: query.limit]]
    more = len(lines) > query.limit
    return {
        "items": _requests(shown),
        "next": cursor_of(shown[-1].request.id) if more else None,
    }


def _with(line: RequestLine, who: Person) -> RequestLine:
    return RequestLine(line.request, line.about, line.names, line.reason, who)


@operation(
    "GET", "/prior", tag="levels", query=schemas.RequestsQuery, errors=(403, 404),
    replies={200: schemas.RequestList},
)  # fmt: skip
def prior_requests(query: schemas.RequestsQuery) -> Result:
    """List requests of others within reach, those that were sent first at the top; one's own never."""
    within = reach(Action.REVIEW_PRIOR)
    unit = unit_filter(within, query.unit or "").chosen
    page = list_requests(
        session(), within, actor_id=actor().person_id, unit=unit, state=query.state,
        after=query.cursor, limit=query.limit,
    )  # fmt: skip
    return {"items": _requests(page.items), "next": page.next}


@operation(
    "POST", "/people/<number>/prior/<int:request>/decision", tag="levels", body=schemas.ReviewIn,
    errors=(403, 404, 409, 422), replies={200: schemas.RequestOut},
)  # fmt: skip
def decide_request(body: schemas.ReviewIn, number: str, request: int) -> Result:
    """Accept, return or reject a request, or revoke one that was accepted; evidence follows."""
    line = request_within(person_within(number, Action.REVIEW_PRIOR).id, request)
    if body.act == "revoke" and not may_revoke(line):
        raise Forbidden(refusal(Action.REVOKE))
    row = prior.decide(
        session(), line.request.person_id, request, Act(body.act), actor_id=actor().person_id,
        based_on=body.based_on, today=local(now()).date(), now=now(), level=body.level,
        valid_until=_day(body.valid_until, "valid_until"), reason=body.reason,
    )  # fmt: skip
    settle_waiting(line.request.person_id)
    return _requests(lines_of(session(), [(row, line.person, line.unit)]))[0]


def _requests(lines: Sequence[RequestLine]) -> list[dict[str, Any]]:
    numbers = present_numbers(session(), [line.request.person_id for line in lines])
    return [
        {
            "request": line.request.id, "number": numbers.get(line.request.person_id),
            "name": line.name, "competency": line.request.competency, "level": line.request.level,
            "about": line.about, "documents": [each[0] for each in line.documents],
            "state": line.request.state, "seq": line.request.seq,
            "given_level": line.request.given_level,
            "valid_until": line.request.valid_until.isoformat() if line.request.valid_until else None,
            "reason": line.reason, "submitted_at": moment(line.request.submitted_at),
            "decided_at": moment(line.request.decided_at),
        }
        for line in lines
    ]  # fmt: skip
