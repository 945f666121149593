"""Issuing, withdrawing and verifying certificates."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learn.certificates.designs import design_at
from learn.certificates.models import Certificate, CertificateSeries
from learn.config import Settings
from learn.db import upsert
from learn.ledger import Entry, append, project
from learn.people.models import Person
from learn.progress.awards import Award, awards
from learn.progress.models import Completion

CERTIFICATE_ISSUED = "certificate_issued"
CERTIFICATE_WITHDRAWN = "certificate_withdrawn"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
ROMAN_MONTHS = "I II III IV V VI VII VIII IX X XI XII".split()
CODE_LENGTH = 12  # 30**12 codes: nobody finds one by trying


@project(CERTIFICATE_ISSUED)
def issue(session: Session, entry: Entry) -> None:
    """A certificate is there, and the completion carries its number."""
    data = entry.data
    series, position = _place_in_series(data)
    session.add(
        Certificate(
            person_id=entry.person_id, course=data["course"], cycle=data["cycle"],
            number=data["number"], series=series, position=position, code=data["code"],
            organiser=data.get("organiser", ""), issued_at=entry.at,
        )
    )  # fmt: skip
    completion = session.get_one(Completion, (entry.person_id, data["course"], data["cycle"]))
    completion.certificate = data["number"]
    session.flush()


def _place_in_series(data: Mapping[str, Any]) -> tuple[str, int]:
    """Return series and position; entries of earlier programs have them in their number alone."""
    if "series" in data:
        return data["series"], data["position"]
    position, _, series = data["number"].partition("/")
    return series, int(position)


@project(CERTIFICATE_WITHDRAWN)
def withdraw(session: Session, entry: Entry) -> None:
    """A certificate no longer holds; its page says so."""
    key = (entry.person_id, entry.data["course"], entry.data["cycle"])
    session.get_one(Certificate, key).withdrawn_at = entry.at
    session.flush()


class CertificateOfCompletion:
    """A completion of a course that is worth JP brings a certificate with a number of its series."""

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Issue the next number of the organiser's series of the local year."""
        if award.hours <= 0:
            return
        day = award.completed_at.astimezone(ZoneInfo(award.zone)).date()
        own = series_of(session, award.organiser, award.completed_at, settings)
        series = f"{own}/{day.year}"
        position = _next_in_series(session, series)
        data = {
            "course": award.course, "cycle": award.cycle, "version": award.version_id,
            "number": number_of(settings, position, day, own), "series": series, "position": position,
            "code": "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        }  # fmt: skip
        if award.organiser:
            data["organiser"] = award.organiser
        append(session, award.person_id, CERTIFICATE_ISSUED, data, at=award.completed_at)

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Withdraw the certificate of the completion."""
        certificate = session.get(Certificate, (person_id, course, cycle))
        if certificate is not None and certificate.withdrawn_at is None:
            data = {"course": course, "cycle": cycle}
            append(session, person_id, CERTIFICATE_WITHDRAWN, data, at=now)


awards(CertificateOfCompletion())


def series_of(session: Session, organiser: str, at: datetime, settings: Settings) -> str:
    """Return what the numbers of an organiser are counted in; its design names it, or the settings."""
    if not organiser:
        return settings.certificate_series
    design = design_at(session, at, settings=settings, organiser=organiser)
    return design.series or settings.certificate_series


def number_of(settings: Settings, position: int, day: date, series: str = "") -> str:
    """Return a certificate number as the pattern of the settings writes it."""
    return settings.certificate_number.format(
        number=position, series=series or settings.certificate_series, year=day.year,
        month=ROMAN_MONTHS[day.month - 1],
    )  # fmt: skip


def _next_in_series(session: Session, series: str) -> int:
    """Return the next number, locking the series until the end of the transaction: no gap, no double."""
    statement = upsert(session, CertificateSeries).values(series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[CertificateSeries.series], set_={"last": CertificateSeries.last + 1}
    )
    number: int = session.execute(counted.returning(CertificateSeries.last)).scalar_one()
    return number


@dataclass(frozen=True)
class Verified:
    """What the public page of a certificate says: no number of the person, no score."""

    certificate: Certificate
    completion: Completion
    person: Person
    state: Literal["valid", "expired", "withdrawn"]


def tidy_code(text: str) -> str:
    """Return a code as it is stored: capitals, without spaces and hyphens."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def find_certificate(session: Session, code: str, *, now: datetime) -> Verified | None:
    """Return the certificate with this code and whether it holds at `now`, or None."""
    found = verified_rows(session, Certificate.code == tidy_code(code), now=now)
    return found[0] if found else None


def verified_rows(
    session: Session, condition: ColumnElement[bool], *, now: datetime
) -> list[Verified]:
    """Return the certificates that meet `condition`, each with whether it holds at `now`."""
    rows = session.execute(
        select(Certificate, Completion, Person)
        .join(
            Completion,
            (Completion.person_id == Certificate.person_id)
            & (Completion.course == Certificate.course)
            & (Completion.cycle == Certificate.cycle),
        )
        .join(Person, Person.id == Certificate.person_id)
        .where(condition)
    )
    return [
        Verified(
            row.Certificate, row.Completion, row.Person,
            _state(row.Certificate, row.Completion, now),
        )
        for row in rows
    ]  # fmt: skip


def _state(
    certificate: Certificate, completion: Completion, now: datetime
) -> Literal["valid", "expired", "withdrawn"]:
    if certificate.withdrawn_at is not None:
        return "withdrawn"
    if completion.valid_until is not None and completion.valid_until <= now:
        return "expired"
    return "valid"


def certificates_of(session: Session, person_id: int) -> list[Certificate]:
    """Return all certificates of the person, the newest first."""
    return list(
        session.scalars(
            select(Certificate)
            .where(Certificate.person_id == person_id)
            .order_by(Certificate.issued_at.desc())
        )
    )
