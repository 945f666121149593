"""Verbs of claims: draft, change, send, withdraw; and for somebody else: accept, return, reject, revoke."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.projections import CLAIM_DRAFTED, KIND_OF, WITH_REASON
from learn.claims.rules import (
    LIFE,
    Act,
    NotNow,
    Said,
    State,
    asked,
    certificate_mark,
    check,
)
from learn.claims.worth import Worth, worth
from learn.errors import Conflict, Forbidden, Invalid, Message
from learn.hours.forms import SemesterHours, load_forms
from learn.hours.models import HoursCredit
from learn.hours.services import CLAIM, HOURS_CREDITED, withdraw_hours_of
from learn.ledger import append, lock
from learn.ledger.reading import details_of
from learn.ledger.rows import locked_row, row_at
from learn.lifecycle import reason_in

IMPORTED = "import"
MOST_OPEN = 100
"""How many claims a person may have that are not decided."""


@dataclass(frozen=True)
class Texts:
    """What was written in a claim; empty where it was erased."""

    title: str = ""
    organiser: str = ""
    certificate: str = ""
    note: str = ""
    document: str = ""


def draft(
    session: Session,
    person_id: int,
    said: Said,
    *,
    today: date,
    now: datetime,
    document: Document | None = None,
    key: str = "",
) -> Claim:
    """Begin a claim; the same `key` again returns the claim that it began.

    Parameters
    ----------
    today
        The local date of the person's unit.
    key
        What the form calls itself, so that sending it twice begins one claim.

    Raises
    ------
    CannotClaim
        Something cannot be; every mistake by its field.
    """
    lock(session, person_id)
    known = session.scalar(select(Claim).where(Claim.person_id == person_id, Claim.key == key))
    if known is not None:
        return known
    _refuse_flood(session, person_id)
    data, detail = _written(session, person_id, said, today, document)
    data["key"] = key or secrets.token_hex(16)
    entry = append(session, person_id, CLAIM_DRAFTED, data, at=now, detail=detail)
    return session.get_one(Claim, (person_id, entry.seq))


def _refuse_flood(session: Session, person_id: int) -> None:
    undecided = select(func.count()).where(
        Claim.person_id == person_id,
        Claim.state.in_([State.DRAFT, State.SUBMITTED, State.RETURNED]),
    )
    if (session.scalar(undecided) or 0) >= MOST_OPEN:
        raise Conflict(Message("You have %(most)s claims that are not decided. Finish some first.",
                               most=MOST_OPEN))  # fmt: skip


def _written(
    session: Session, person_id: int, said: Said, today: date, document: Document | None
) -> tuple[dict[str, Any], dict[str, str]]:
    form = load_forms().form(said.form)
    said = asked(said, form)
    check(said, form, today=today)
    data = {
        "form": form.code, "starts_on": said.starts_on.isoformat(),
        "ends_on": said.ends_on.isoformat(), "figures": figures_of(said),
        "jp": _worth(session, person_id, said).jp,
        "certificate": certificate_mark(said.organiser, said.certificate),
        "document": document.digest if document else None,
        "media_type": document.media_type if document else None,
    }  # fmt: skip
    detail = {
        "title": said.title.strip(), "organiser": said.organiser.strip(),
        "certificate": said.certificate.strip(), "note": said.note.strip(),
        "document": document.name if document else "",
    }  # fmt: skip
    return data, detail


def figures_of(said: Said) -> dict[str, Any]:
    """Return the figures of a claim as the ledger keeps them."""
    return {
        "declared_jp": said.declared_jp,
        "semesters": said.semesters,
        "minutes": {day.isoformat(): number for day, number in said.minutes.items()},
        "sessions": {day.isoformat(): number for day, number in said.sessions.items()},
    }


def said_in(claim: Claim, texts: Texts) -> Said:
    """Return what a claim says."""
    figures = claim.figures
    return Said(
        claim.form, texts.title, texts.organiser, claim.starts_on, claim.ends_on,
        texts.certificate, texts.note, figures["declared_jp"], figures["semesters"],
        _days(figures["minutes"]), _days(figures["sessions"]),
    )  # fmt: skip


def _days(figures: Mapping[str, int]) -> dict[date, int]:
    return {date.fromisoformat(day): number for day, number in figures.items()}


def texts_of(session: Session, claim: Claim) -> Texts:
    """Return what was written in the claim."""
    place = (claim.person_id, claim.text_seq)
    return Texts(**details_of(session, [place]).get(place, {}))


def worth_of(session: Session, claim: Claim, texts: Texts | None = None) -> Worth:
    """Return what the claim is worth now, with the reasons."""
    if claim.source == IMPORTED:
        return Worth(claim.jp, (Message("The JP as they stood in the older records."),))
    return _worth(session, claim.person_id, said_in(claim, texts or Texts()))


def _worth(session: Session, person_id: int, said: Said) -> Worth:
    form = load_forms().form(said.form)
    counted = 0
    if isinstance(form.jp, SemesterHours):
        counted = session.scalar(
            select(func.coalesce(func.sum(HoursCredit.jp), 0)).where(
                HoursCredit.person_id == person_id, HoursCredit.form == form.code,
                HoursCredit.year == said.ends_on.year, HoursCredit.withdrawn_at.is_(None),
            )
        ) or 0  # fmt: skip
    return worth(form, said, counted=counted)


def claim_of(session: Session, person_id: int, claim_id: int) -> Claim:
    """Return a claim of the person.

    Raises
    ------
    NotFound
        They have none of this number.
    """
    return row_at(session, Claim, person_id, claim_id, Message("There is no such claim."))


def locked_for(session: Session, person_id: int, claim_id: int, actor_id: int) -> Claim:
    """Return the claim, locked, for somebody else to decide."""
    if actor_id == person_id:
        raise Forbidden(Message("Nobody decides their own claim; somebody else verifies it."))
    return _locked(session, person_id, claim_id)


def _locked(session: Session, person_id: int, claim_id: int) -> Claim:
    """Return the claim as it stands now, with nobody else acting on it until the end."""
    claim_of(session, person_id, claim_id)
    return locked_row(session, Claim, person_id, claim_id)


def change(
    session: Session,
    person_id: int,
    claim_id: int,
    said: Said,
    *,
    based_on: int,
    today: date,
    now: datetime,
    document: Document | None = None,
) -> Claim:
    """Write a draft or a returned claim anew; without a new document it keeps the one it has.

    Raises
    ------
    CannotClaim, NotNow, Moved
        Something in it cannot be; it was sent or decided; it was changed elsewhere.
    """
    claim = _locked(session, person_id, claim_id)
    LIFE.check(claim, Act.CHANGE, based_on=based_on)
    data, detail = _written(
        session, person_id, said, today, document or document_of(session, claim)
    )
    data["claim"] = claim.id
    append(session, person_id, KIND_OF[Act.CHANGE], data, at=now, detail=detail)
    return claim


def attach(
    session: Session, person_id: int, claim_id: int, document: Document, *, today: date, now: datetime
) -> Claim:  # fmt: skip
    """Give a draft or a returned claim another document; all else stays as it is."""
    claim = _locked(session, person_id, claim_id)
    said = said_in(claim, texts_of(session, claim))
    return change(session, person_id, claim_id, said, based_on=claim.seq, today=today, now=now,
                  document=document)  # fmt: skip


def document_of(session: Session, claim: Claim) -> Document | None:
    """Return the document of a claim, None when it has none yet."""
    if claim.document is None or claim.media_type is None:
        return None
    name = texts_of(session, claim).document or f"{claim.document[:8]}"
    return Document(claim.document, claim.media_type, name)


def submit(
    session: Session, person_id: int, claim_id: int, *, based_on: int, today: date, now: datetime
) -> Claim:
    """Send a claim to be verified; a second time changes nothing.

    Raises
    ------
    Invalid, NotNow, Moved
        The document is missing; it was decided; it was changed elsewhere.
    """
    claim = _locked(session, person_id, claim_id)
    if claim.state == State.SUBMITTED:
        return claim
    LIFE.check(claim, Act.SUBMIT, based_on=based_on)
    if claim.document is None:
        raise Invalid(Message("Add the document first: a PDF, or a photograph as JPG or PNG."))
    said = said_in(claim, texts_of(session, claim))
    check(said, load_forms().form(claim.form), today=today)
    data = {"claim": claim.id, "jp": _worth(session, person_id, said).jp}
    append(session, person_id, KIND_OF[Act.SUBMIT], data, at=now)
    return claim


def withdraw(
    session: Session, person_id: int, claim_id: int, *, based_on: int, now: datetime
) -> Claim:
    """Give up one's own claim before it is decided; it stays visible."""
    claim = _locked(session, person_id, claim_id)
    if claim.state == State.WITHDRAWN:
        return claim
    LIFE.check(claim, Act.WITHDRAW, based_on=based_on)
    append(session, person_id, KIND_OF[Act.WITHDRAW], {"claim": claim.id}, at=now)
    return claim


def decide(
    session: Session,
    person_id: int,
    claim_id: int,
    act: Act,
    *,
    actor_id: int,
    based_on: int,
    now: datetime,
    reason: str = "",
    batch: int | None = None,
) -> Claim:
    """Accept, return or reject somebody's claim, or revoke one that was accepted.

    What is accepted is credited in the year in which it ended; what is revoked no longer counts. The
    caller has asked whether the actor reaches the person.

    Parameters
    ----------
    based_on
        `seq` of the claim as the actor saw it.

    Raises
    ------
    Forbidden, Invalid, NotNow, Moved
        It is one's own; the reason is missing; it was decided before; it was changed meanwhile.
    """
    claim = locked_for(session, person_id, claim_id, actor_id)
    if not LIFE.may_follow(claim.state, act) and claim.decided_by not in (None, actor_id):
        raise NotNow(Message("Somebody else has decided this claim already."))
    LIFE.check(claim, act, based_on=based_on)
    data: dict[str, Any] = {"claim": claim.id, "actor": actor_id}
    if batch is not None:
        data["batch"] = batch
    if act == Act.ACCEPT:
        data["jp"] = worth_of(session, claim).jp
    kind = KIND_OF[act]
    detail = {"reason": reason_in(reason)} if kind in WITH_REASON else None
    append(session, person_id, kind, data, at=now, detail=detail)
    if act == Act.ACCEPT:
        credit_claim(session, claim, now)
    elif act == Act.REVOKE:
        withdraw_hours_of(session, claim.person_id, CLAIM, str(claim.id), now=now)
    return claim


def credit_claim(session: Session, claim: Claim, now: datetime) -> None:
    """Credit the JP of an accepted claim in the year in which it ended."""
    if claim.jp == 0:
        return
    data = {
        "claim": claim.id, "form": claim.form, "jp": claim.jp, "year": claim.ends_on.year,
        "day": claim.ends_on.isoformat(),
    }  # fmt: skip
    append(session, claim.person_id, HOURS_CREDITED, data, at=now)
