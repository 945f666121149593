"""What stands on a certificate, gathered in one statement for one or for many, ready to be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from learn.certificates.designs import Design, Designs
from learn.certificates.models import Certificate
from learn.certificates.services import Verified, verified_rows
from learn.certificates.signing import signed_pdf
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.models import Evidence
from learn.config import Settings
from learn.courses.version import Outcome
from learn.errors import Message
from learn.people.models import Unit
from learn.people.names import full_name
from learn.storage import Storage

Key = tuple[int, str, int]
"""Person, course and cycle: the key of a certificate and of its completion."""


@dataclass(frozen=True)
class Words:
    """The language of a document: how it says messages and days."""

    language: str
    say: Callable[[Message], str]
    day: Callable[[date], str]


@dataclass(frozen=True)
class Printing:
    """What drawing certificates needs besides the database; it outlives the request.

    `address` gives the public page of a code.
    """

    settings: Settings
    storage: Storage
    words: Words
    address: Callable[[str], str]
    now: datetime


@dataclass(frozen=True)
class Sheet:
    """A certificate as it is drawn: every text in its place, `logo` a PNG, `stamp` drawn across."""

    language: str
    organiser: str
    title: str
    number: str
    given: str
    name: str
    statement: str
    course: str
    facts: tuple[str, ...]
    outcomes_title: str
    outcomes: tuple[str, ...]
    signed_at: str
    signer_post: str
    signer_name: str
    signer_detail: str
    verify: str
    code: str
    address: str
    footer: str
    accent: str
    stamp: str = ""
    logo: bytes | None = None


def sheets(
    session: Session, keys: Sequence[Key], printing: Printing
) -> list[tuple[Verified, Sheet]]:
    """Return the certificates with these keys, in their order; keys without one are left out."""
    known = {_key(each.certificate): each for each in _verified(session, keys, printing.now)}
    outcomes = outcomes_of(session, keys)
    designs = Designs(session, printing.settings)
    zones = _zones(session, known.values())
    found = []
    for key in keys:
        verified = known.get(key)
        if verified is not None:
            zone = zones.get(verified.completion.unit_id) or printing.settings.timezone
            design = designs.at(verified.certificate.issued_at, verified.certificate.organiser)
            sheet = _sheet(verified, outcomes.get(key, ()), design, ZoneInfo(zone), printing)
            found.append((verified, sheet))
    return found


def _key(row: Certificate) -> Key:
    return row.person_id, row.course, row.cycle


def _verified(session: Session, keys: Sequence[Key], now: datetime) -> list[Verified]:
    named = tuple_(Certificate.person_id, Certificate.course, Certificate.cycle).in_(keys)
    return verified_rows(session, named, now=now) if keys else []


def outcomes_of(session: Session, keys: Sequence[Key]) -> dict[Key, tuple[Outcome, ...]]:
    """Return the competencies and levels that these completions are evidence for."""
    if not keys:
        return {}
    rows = session.scalars(
        select(Evidence)
        .where(
            Evidence.person_id.in_({person_id for person_id, _course, _cycle in keys}),
            tuple_(Evidence.person_id, Evidence.course, Evidence.cycle).in_(keys),
            Evidence.source == "course",
        )
        .order_by(Evidence.person_id, Evidence.seq)
    )
    found: dict[Key, tuple[Outcome, ...]] = {}
    for row in rows:
        key = row.person_id, str(row.course), int(row.cycle or 0)
        found[key] = (*found.get(key, ()), Outcome(row.competency, row.level))
    return found


def _zones(session: Session, verified: Iterable[Verified]) -> dict[int | None, str | None]:
    ids = {each.completion.unit_id for each in verified if each.completion.unit_id is not None}
    if not ids:
        return {}
    rows = session.execute(select(Unit.id, Unit.time_zone).where(Unit.id.in_(ids)))
    return {row.id: row.time_zone for row in rows}


def _sheet(
    verified: Verified,
    outcomes: Iterable[Outcome],
    design: Design,
    zone: ZoneInfo,
    printing: Printing,
) -> Sheet:
    certificate, completion, who = verified.certificate, verified.completion, verified.person
    words = printing.words
    facts = [
        words.say(Message("%(jp)s JP (learning hours)", jp=completion.hours)),
        words.say(Message("Completed on %(day)s", day=_day(completion.completed_at, zone, words))),
    ]
    if completion.valid_until is not None:
        until = _day(completion.valid_until, zone, words)
        facts.append(words.say(Message("Valid until %(day)s", day=until)))
    return designed(
        design, printing,
        number=certificate.number, code=certificate.code, course=completion.title, facts=facts,
        name=full_name(who.name, who.title_before, who.title_after), outcomes=outcomes,
        day=_day(certificate.issued_at, zone, words), state=verified.state,
    )  # fmt: skip


def _day(moment: datetime, zone: ZoneInfo, words: Words) -> str:
    return words.day(moment.astimezone(zone).date())


SIGNED = Message("This document carries an electronic signature.")
NOT_SIGNED = Message("Without a certified electronic signature.")
STAMPS = {
    "expired": Message("Expired"),
    "withdrawn": Message("Withdrawn"),
    "sample": Message("Sample"),
}


def designed(
    design: Design,
    printing: Printing,
    *,
    number: str,
    code: str,
    name: str,
    course: str,
    facts: Iterable[str],
    outcomes: Iterable[Outcome],
    day: str,
    state: str,
) -> Sheet:
    """Return the sheet of these texts in a design; `state` other than valid is stamped across it."""
    say, language = printing.words.say, printing.words.language
    lines = tuple(_outcome_line(each, language, say) for each in outcomes)
    return Sheet(
        language=language,
        organiser=design.organiser,
        title=design.title or say(Message("Certificate")),
        number=say(Message("Number: %(number)s", number=number)),
        given=say(Message("is given to")),
        name=name,
        statement=design.statement or say(Message("for completing the course")),
        course=course,
        facts=tuple(facts),
        outcomes_title=say(Message("Competencies reached")) if lines else "",
        outcomes=lines,
        signed_at=f"{design.place}, {day}" if design.place else day,
        signer_post=design.signer_post,
        signer_name=design.signer_name,
        signer_detail=design.signer_detail,
        verify=say(Message("Verify at")),
        code=say(Message("Code: %(code)s", code=code)),
        address=printing.address(code),
        footer=design.footer or say(SIGNED if printing.settings.sign_file else NOT_SIGNED),
        accent=design.accent,
        stamp=say(STAMPS[state]) if state in STAMPS else "",
        logo=printing.storage.get(design.logo) if design.logo else None,
    )


def _outcome_line(outcome: Outcome, language: str, say: Callable[[Message], str]) -> str:
    competency = load_framework().competency(outcome.competency)
    name = competency.name(language) if competency else outcome.competency
    return say(Message("%(name)s (%(code)s), level %(level)s",
                       name=name, code=outcome.competency, level=outcome.level))  # fmt: skip


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF; the same sheet gives the same bytes."""
    # reportlab takes longer to load than most requests last, and most of them draw nothing
    from learn.certificates.drawing import draw  # noqa: PLC0415

    return draw(sheet)


def issued_pdf(sheet: Sheet, settings: Settings) -> bytes:
    """Return a certificate as it leaves: drawn, and signed where that is configured."""
    return signed_pdf(pdf(sheet), settings)
