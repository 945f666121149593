"""How certificates of an organiser look: a few texts, a signer, a colour and a logo.

A design is never changed: saving adds another one. A certificate is drawn with the newest design that
applies to the moment of its issue, so a new signer does not sign what an earlier one gave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.certificates.models import CertificateDesign
from learn.config import Settings
from learn.errors import Invalid, Message
from learn.ledger import audit

DESIGN_SAVED = "certificate_design_saved"
ACCENT = "#0f5c63"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
DARK_ENOUGH = 4.5
"""Contrast on white that text needs (WCAG 2.2, 1.4.3)."""
LONGEST = {"statement": 200, "footer": 300, "series": 40}
LONGEST_LINE = 120


@dataclass(frozen=True)
class Design:
    """What an organiser decides about certificates; an empty text means what Learn says by itself.

    `logo` is a PNG in the storage by its digest; `signer_detail` stands below the name (rank, number);
    `series` is what the numbers are counted in, with the year.
    """

    organiser: str
    title: str = ""
    statement: str = ""
    place: str = ""
    signer_post: str = ""
    signer_name: str = ""
    signer_detail: str = ""
    footer: str = ""
    series: str = ""
    accent: str = ACCENT
    logo: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Design:
        """Return the design that was stored; what a later program added is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: str(value) for name, value in data.items() if name in known})


def checked(design: Design) -> Design:
    """Return the design, or say what of it cannot be used.

    Raises
    ------
    Invalid
        A text is missing or too long, or the colour is none, or too pale to be read.
    """
    if not design.organiser:
        raise Invalid(Message("A certificate needs the name of its organiser."))
    for name, text in asdict(design).items():
        longest = LONGEST.get(name, LONGEST_LINE)
        if len(text) > longest:
            raise Invalid(Message("This text is too long: at most %(most)s signs.", most=longest))
    if not _COLOUR.fullmatch(design.accent):
        raise Invalid(Message("A colour is written as # and six digits, such as #0f5c63."))
    if contrast_on_white(design.accent) < DARK_ENOUGH:
        raise Invalid(
            Message("This colour is too pale to be read on white paper. Choose a darker one.")
        )
    return design


def contrast_on_white(colour: str) -> float:
    """Return the contrast of ``#rrggbb`` on white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    luminance = sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    return 1.05 / (luminance + 0.05)


def first_design(settings: Settings) -> Design:
    """Return the design from settings alone: what holds until somebody saves another."""
    return Design(organiser=settings.organiser, signer_post=settings.certificate_signer)


def design_at(
    session: Session, issued_at: datetime, *, settings: Settings, organiser: str = ""
) -> Design:
    """Return the design of certificates that an organiser issued at that moment."""
    return Designs(session, settings).at(issued_at, organiser)


def organisers(session: Session) -> list[str]:
    """Return the codes of the units with a design of their own, in order."""
    query = select(CertificateDesign.organiser).where(CertificateDesign.organiser != "")
    return list(session.scalars(query.distinct().order_by(CertificateDesign.organiser)))


class Designs:
    """All designs, read once: for many certificates in a row."""

    def __init__(self, session: Session, settings: Settings) -> None:
        rows = session.scalars(select(CertificateDesign).order_by(CertificateDesign.id.desc()))
        self._saved: dict[str, list[tuple[datetime | None, Design]]] = {}
        for row in rows:
            saved = self._saved.setdefault(row.organiser, [])
            saved.append((row.applies_from, Design.read(row.data)))
        self._first = first_design(settings)

    def at(self, issued_at: datetime, organiser: str = "") -> Design:
        """Return the newest design that applies to a certificate issued at that moment.

        An organiser without a design of its own then has the installation's.
        """
        for code in dict.fromkeys((organiser, "")):
            for since, design in self._saved.get(code, ()):
                if since is None or since <= issued_at:
                    return design
        return self._first


def save_design(
    session: Session,
    design: Design,
    *,
    also_issued: bool,
    actor_id: int,
    now: datetime,
    organiser: str = "",
) -> CertificateDesign:
    """Keep another design, for certificates issued from now on or (`also_issued`) for all.

    `organiser` is the code of the unit whose certificates they are, empty for the installation's own.
    """
    row = CertificateDesign(
        organiser=organiser, applies_from=None if also_issued else now, made_at=now,
        data=asdict(checked(design)),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit(
        session, DESIGN_SAVED,
        {"design": row.id, "also_issued": also_issued, **({"organiser": organiser} if organiser else {})},
        actor_id=actor_id, at=now,
    )  # fmt: skip
    return row
