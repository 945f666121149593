"""Certificates that hold again, because a withdrawal was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from learn.certificates.models import Certificate
from learn.certificates.services import CERTIFICATE_WITHDRAWN
from learn.ledger import Entry, append, project
from learn.progress.reinstating import Again, inverts

CERTIFICATE_REINSTATED = "certificate_reinstated"


@project(CERTIFICATE_REINSTATED)
def hold_again(session: Session, entry: Entry) -> None:
    """A certificate holds again, with the number that it had."""
    key = (entry.person_id, entry.data["course"], entry.data["cycle"])
    session.get_one(Certificate, key).withdrawn_at = None
    session.flush()


@inverts(CERTIFICATE_WITHDRAWN)
def reinstate_certificate(session: Session, again: Again, data: Mapping[str, Any]) -> None:
    """Append the entry with which the certificate of the completion holds again."""
    if (data["course"], data["cycle"]) == (again.course, again.cycle):
        held = {"course": again.course, "cycle": again.cycle}
        append(session, again.person_id, CERTIFICATE_REINSTATED, held, at=again.at)
