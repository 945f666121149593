"""Open Badges: one's own as a file, and what a verifier asks for: issuer, keys, achievement, status list."""

from __future__ import annotations

from flask import Response, jsonify, url_for
from flask.typing import ResponseReturnValue

from learn.certificates import badges
from learn.certificates.badges import Addresses, Issuer
from learn.certificates.models import Certificate
from learn.certificates.printing import outcomes_of
from learn.certificates.services import Verified, find_certificate
from learn.errors import Message, NotFound
from learn.exports.archives.certificates import certificate_file
from learn.web.admin.certificate_design import design_now
from learn.web.blueprint import pages
from learn.web.context import now, person, session
from learn.web.record.own import public_address
from learn.web.state import state

VC_JWT = "application/vc+jwt"


def _public(endpoint: str, **values: object) -> str:
    """Return the public address of a page, whatever address the request came by."""
    base = state().settings.base_url.rstrip("/")
    return base + url_for(f"learn.{endpoint}", _external=not base, **values)  # type: ignore[arg-type]


def _issuer() -> Issuer:
    return Issuer(_public("badge_issuer"), design_now().organiser, _public("verify_form"))


@pages.get("/badges/issuer")
def badge_issuer() -> ResponseReturnValue:
    """Say who gives badges here, and with which key."""
    return jsonify(badges.profile(_issuer(), badges.public_key(state().settings)))


@pages.get("/badges/keys")
def badge_keys() -> ResponseReturnValue:
    """Give the public key, as a set."""
    return jsonify({"keys": [badges.public_key(state().settings)]})


@pages.get("/badges/achievements/<course>")
def badge_achievement(course: str) -> ResponseReturnValue:
    """Say what a badge of this course stands for."""
    version = state().versions.current(session(), course)
    if version is None:
        raise NotFound(Message("There is no such course."))
    address = _public("badge_achievement", course=course)
    title = version.title(version.language)
    found = badges.achievement(
        address, _issuer(), title, version.hours, version.outcomes, version.language
    )
    return jsonify({"@context": list(badges.CONTEXTS), **found})


@pages.get("/badges/status/<path:series>/<int:part>")
def badge_status(series: str, part: int) -> ResponseReturnValue:
    """Give the signed list of the withdrawn badges of a series."""
    address = _public("badge_status", series=series, part=part)
    found = None
    if len(series) <= 80 and 0 < part < 10_000:
        found = badges.status_list(
            session(), series, part, issuer=_issuer(), address=address, now=now()
        )
    if found is None:
        raise NotFound(Message("There is no such list."))
    return Response(badges.signed(found, state().settings), content_type=VC_JWT)


@pages.get("/me/certificates/<course>/<int:cycle>/badge")
def certificate_badge(course: str, cycle: int) -> ResponseReturnValue:
    """Send one's own certificate as an Open Badge."""
    who = person()
    found = session().get(Certificate, (who.id, course, cycle)) if cycle < 2**31 else None
    verified = find_certificate(session(), found.code, now=now()) if found else None
    if verified is None:
        raise NotFound(Message("There is no such certificate."))
    response = Response(_badge(verified), content_type=VC_JWT)
    name = certificate_file(verified.certificate.number, who.name).removesuffix(".pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.jwt"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _badge(verified: Verified) -> str:
    certificate = verified.certificate
    key = (certificate.person_id, certificate.course, certificate.cycle)
    addresses = Addresses(
        certificate=public_address()(certificate.code),
        achievement=_public("badge_achievement", course=certificate.course),
        status=_public(
            "badge_status", series=certificate.series, part=badges.list_of(certificate.position)
        ),
    )
    settings = state().settings
    document = badges.credential(
        verified, outcomes_of(session(), [key]).get(key, ()),
        issuer=_issuer(), addresses=addresses, language=settings.language,
    )  # fmt: skip
    return badges.signed(document, settings)
