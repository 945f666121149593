"""My record: competencies with their reasons, hours and certificates; and the public page of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import segno
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learn.certificates.designs import design_at
from learn.certificates.models import Certificate
from learn.certificates.services import Verified, find_certificate
from learn.claims.queries import ClaimLine, claims_of
from learn.claims.rules import State
from learn.competencies.framework.catalogue import Framework, load_framework
from learn.competencies.queries import Standing, standings_of
from learn.errors import Message, NotFound
from learn.figures.person import PersonMatch, match_of
from learn.hours.accounts import YearAccount, year_accounts
from learn.hours.forms import load_forms
from learn.hours.rules import jp_year
from learn.people.models import Person
from learn.people.names import full_name
from learn.progress.models import Completion
from learn.progress.queries import completions_of
from learn.trainings.queries import TrainingLine, attended_by
from learn.web.blueprint import pages
from learn.web.context import here, now, person, session
from learn.web.i18n import language, local, zone
from learn.web.levels.why import competency_page
from learn.web.render import render
from learn.web.state import state


@dataclass(frozen=True)
class Record:
    """All that one person's record page shows; the team and HR pages show the same."""

    person: Person
    name: str
    post: str
    standings: list[Standing]
    accounts: list[YearAccount]
    completions: list[Completion]
    elsewhere: list[ClaimLine]
    trainings: list[TrainingLine]

    @property
    def met(self) -> int:
        """Return how many required levels are reached."""
        return sum(1 for row in self.required if not row.gap)

    @property
    def required(self) -> list[Standing]:
        """Return the competencies for which the post requires a level."""
        return [row for row in self.standings if row.required_level]

    @property
    def match(self) -> PersonMatch | None:
        """Return gaps and job-person match; None where the post requires nothing."""
        return match_of(self.standings, self.framework)

    @property
    def framework(self) -> Framework:
        """Return the framework in force."""
        return load_framework()

    def form_name(self, code: str) -> str:
        """Return what a form of development is called."""
        return load_forms().form(code).name(language())

    @property
    def valid_certificates(self) -> int:
        """Return how many certificates hold now."""
        moment = now()
        return sum(
            1
            for row in self.completions
            if row.certificate
            and row.withdrawn_at is None
            and (row.valid_until is None or row.valid_until > moment)
        )


def record_of(who: Person) -> Record:
    """Return the record of a person, in a fixed number of statements."""
    today = local(now()).date()
    post = load_framework().post(who.post_class) if who.post_class else None
    return Record(
        who,
        full_name(who.name, who.title_before, who.title_after),
        who.post_title or (post.name(language()) if post else ""),
        standings_of(session(), who.id, on=today),
        year_accounts(
            session(),
            who.id,
            who.kind,
            who.post_class or None,
            this_year=jp_year(now(), zone().key),
            today=today,
            zone=zone().key,
        ),
        completions_of(session(), who.id),
        claims_of(session(), who.id, states=(State.ACCEPTED, State.REVOKED), limit=200),
        attended_by(session(), who.id),
    )


@pages.get("/me/record/")
def record() -> ResponseReturnValue:
    """Show one's own record."""
    who = person()
    return render(
        "learn/record/record.html", record=record_of(who), unit=here().unit, today=now(),
        forms=load_forms(), framework=load_framework(), moment=now(),
    )  # fmt: skip


@pages.get("/me/record/competencies/<code>/")
def competency(code: str) -> ResponseReturnValue:
    """Say why one holds this level, by what evidence, and what is missing for the next."""
    return competency_page(person(), code, back=url_for("learn.record"))


@pages.get("/me/certificates/<course>/<int:cycle>/")
def certificate(course: str, cycle: int) -> ResponseReturnValue:
    """Show one's own certificate, ready to print."""
    who = person()
    found = session().get(Certificate, (who.id, course, cycle)) if cycle < 2**31 else None
    verified = find_certificate(session(), found.code, now=now()) if found else None
    if verified is None:
        raise NotFound(Message("There is no such certificate."))
    return render("learn/record/certificate.html", **_shown(verified))


def _shown(verified: Verified) -> dict[str, object]:
    address = public_address()(verified.certificate.code)
    who = verified.person
    return {
        "certificate": verified.certificate,
        "completion": verified.completion,
        "state": verified.state,
        "name": full_name(who.name, who.title_before, who.title_after),
        "address": address,
        "qr": _drawn(address),
        "design": design_at(
            session(),
            verified.certificate.issued_at,
            settings=state().settings,
            organiser=verified.certificate.organiser,
        ),
        "signed": bool(state().settings.sign_file),
    }


def _drawn(address: str) -> Markup:
    """Return the QR code of an address as SVG."""
    svg = segno.make(address, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704 (drawn here, from an address of ours)


def public_address() -> Callable[[str], str]:
    """Return what gives the public page of a code, also after the request."""
    base = state().settings.base_url.rstrip("/")
    address = url_for("learn.verify", code="X", _external=not base)
    before = (base + address)[:-1]
    return lambda code: before + code


@pages.get("/verify/<code>")
def verify(code: str) -> ResponseReturnValue:
    """Tell anybody whether a certificate holds: name, course, dates, hours; no number, no score."""
    verified = find_certificate(session(), code, now=now())
    if verified is None:
        return render("learn/record/verify.html", code=code, state="unknown"), 404
    return render("learn/record/verify.html", code=code, **_shown(verified))


@pages.get("/verify/")
def verify_form() -> ResponseReturnValue:
    """Let anybody type the code of a certificate."""
    code = request.args.get("code", "").strip()[:40]
    if code:
        return redirect(url_for("learn.verify", code=code))
    return render("learn/record/verify.html", code="", state="ask")
