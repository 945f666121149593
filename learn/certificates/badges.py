"""Certificates as Open Badges 3.0: credentials signed as VC-JWT, with a status list for withdrawals.

Sources: 1EdTech Open Badges 3.0, 8.2 (VC-JWT: the credential itself is the payload); W3C Verifiable
Credentials 2.0; W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.certificates.models import Certificate
from learn.certificates.services import Verified
from learn.competencies.framework.catalogue import load_framework
from learn.config import Settings, kept_file
from learn.courses.version import Outcome
from learn.people.names import full_name

CONTEXT_OF_CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
CONTEXTS = (
    CONTEXT_OF_CREDENTIALS,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
ALGORITHM = "RS256"  # the one that every verifier of Open Badges has to know (8.2.5)
KEY_BITS = 2048
LIST_BITS = 131_072
"""How many certificates one status list holds: the least that hides which of them is asked about."""
LIST_HOURS = 24
JSON = dict[str, Any]


@dataclass(frozen=True)
class Issuer:
    """Who gives badges: `id` is the address of the profile, all others are public addresses too."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Addresses:
    """Where the parts of one badge are to be found: all absolute."""

    certificate: str
    achievement: str
    status: str


def profile(issuer: Issuer, key: Mapping[str, Any]) -> JSON:
    """Return the public profile of the issuer, with the key that checks its signatures."""
    method = {
        "id": f"{issuer.id}#key", "type": "JsonWebKey", "controller": issuer.id,
        "publicKeyJwk": dict(key),
    }  # fmt: skip
    return {
        "@context": list(CONTEXTS), "id": issuer.id, "type": ["Profile"], "name": issuer.name,
        "url": issuer.url, "verificationMethod": [method], "assertionMethod": [method["id"]],
    }  # fmt: skip


def achievement(
    address: str, issuer: Issuer, title: str, hours: int, outcomes: Iterable[Outcome], language: str
) -> JSON:
    """Return what a badge is for: the course, its JP, and the competencies that it is evidence for."""
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": title,
        "description": f"{title} ({hours} JP)",
        "inLanguage": language,
        "creditsAvailable": hours,
        "creator": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "criteria": {"id": address, "narrative": f"{title}: {hours} JP"},
        "alignment": [_alignment(each, address, language) for each in outcomes],
    }


def _alignment(outcome: Outcome, address: str, language: str) -> JSON:
    competency = load_framework().competency(outcome.competency)
    name = competency.name(language) if competency else outcome.competency
    return {
        "type": ["Alignment"], "targetCode": outcome.competency, "targetUrl": address,
        "targetName": f"{name} ({outcome.competency}), {outcome.level}",
    }  # fmt: skip


def credential(
    verified: Verified,
    outcomes: Sequence[Outcome],
    *,
    issuer: Issuer,
    addresses: Addresses,
    language: str,
) -> JSON:
    """Return the credential of one certificate: name, course, dates; no number of the person, no score."""
    certificate, completion, who = verified.certificate, verified.completion, verified.person
    found: JSON = {
        "@context": list(CONTEXTS),
        "id": addresses.certificate,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": completion.title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": _moment(certificate.issued_at),
        "credentialSubject": {
            "id": uuid.uuid5(uuid.NAMESPACE_URL, addresses.certificate).urn,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject", "identityType": "name", "hashed": False,
                    "identityHash": full_name(who.name, who.title_before, who.title_after),
                }
            ],
            "achievement": achievement(
                addresses.achievement, issuer, completion.title, completion.hours, outcomes, language
            ),
        },
        "credentialStatus": _status_entry(addresses.status, certificate.position),
    }  # fmt: skip
    if completion.valid_until is not None:
        found["validUntil"] = _moment(completion.valid_until)
    return found


def _status_entry(address: str, position: int) -> JSON:
    index = (position - 1) % LIST_BITS
    return {
        "id": f"{address}#{index}", "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation", "statusListIndex": str(index),
        "statusListCredential": address,
    }  # fmt: skip


def list_of(position: int) -> int:
    """Return in which status list of its series a certificate stands, from 1."""
    return (position - 1) // LIST_BITS + 1


def status_list(
    session: Session, series: str, part: int, *, issuer: Issuer, address: str, now: datetime
) -> JSON | None:
    """Return the list of withdrawn certificates of a series, or None when it has no such part."""
    first = (part - 1) * LIST_BITS + 1
    within = (
        Certificate.series == series,
        Certificate.position.between(first, first + LIST_BITS - 1),
    )
    if session.scalar(select(Certificate.position).where(*within).limit(1)) is None:
        return None
    withdrawn = select(Certificate.position).where(*within, Certificate.withdrawn_at.is_not(None))
    bits = bytearray(LIST_BITS // 8)
    for position in session.scalars(withdrawn):
        index = position - first
        bits[index // 8] |= 0x80 >> index % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    return {
        "@context": [CONTEXT_OF_CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": _moment(now),
        "validUntil": _moment(now + timedelta(hours=LIST_HOURS)),
        "credentialSubject": {
            "id": f"{address}#list", "type": "BitstringStatusList",
            "statusPurpose": "revocation", "encodedList": f"u{packed}",
        },
    }  # fmt: skip


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed(credential: Mapping[str, Any], settings: Settings) -> str:
    """Return a credential as a VC-JWT, signed with the key of this installation."""
    # loads cryptography: only for those who take a badge
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    key = RSAKey.import_key(json.loads(_key(settings)))
    issuer = credential["issuer"]
    claims: JSON = {
        **credential,
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": credential["id"],
        "nbf": _seconds(credential["validFrom"]),
        "sub": credential["credentialSubject"]["id"],
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    header = {"alg": ALGORITHM, "typ": "JWT", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def public_key(settings: Settings) -> JSON:
    """Return the public half of the installation's key, as a JWK."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415 (as above)

    return dict(RSAKey.import_key(json.loads(_key(settings))).as_dict(private=False))


def _key(settings: Settings) -> str:
    return kept_file(settings.data_dir, "badge-key.json", _new_key)


def _new_key() -> str:
    from joserfc.jwk import RSAKey  # noqa: PLC0415 (as above)

    key = RSAKey.generate_key(
        KEY_BITS, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True
    )
    return json.dumps(key.as_dict(private=True))
