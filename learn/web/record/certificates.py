"""Certificates as files: one's own, those of one's people, and many of them in one archive."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.certificates.printing import Printing, issued_pdf, sheets
from learn.errors import LearnError, Message, NotFound
from learn.exports.archives.certificate_jobs import AT_ONCE, CERTIFICATES, archive_data
from learn.exports.archives.certificates import (
    archive_chunks,
    archive_file,
    audit_archive,
    certificate_file,
    certificates_in,
)
from learn.exports.lists.completions import CompletionQuery
from learn.jobs.services import enqueue
from learn.people.access import Action
from learn.people.directory import get_person
from learn.privacy import readings
from learn.web.blueprint import pages
from learn.web.context import actor, now, person, reach, session
from learn.web.document_words import document_words
from learn.web.hr.completions import FILTERS, certificates_query, completions_page, filters_of
from learn.web.i18n import _, say
from learn.web.noting import noted
from learn.web.record.own import public_address
from learn.web.state import state
from learn.web.streams import streamed
from learn.web.team import team_scope

PDF = "application/pdf"


def printing() -> Printing:
    """Return what certificates are drawn with: in the language of the installation, for everybody alike."""
    built = state()
    words = document_words(built.settings.language)
    return Printing(built.settings, built.storage, words, public_address(), now())


def pdf_answer(content: bytes, name: str, *, inline: bool = False) -> Response:
    """Return a PDF under a name; no cache keeps it."""
    response = Response(content, content_type=PDF)
    place = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _certificate(person_id: int, course: str, cycle: int) -> Response:
    keys = [(person_id, course, cycle)] if cycle < 2**31 else []
    found = sheets(session(), keys, printing())
    if not found:
        raise NotFound(Message("There is no such certificate."))
    ((verified, sheet),) = found
    return pdf_answer(
        issued_pdf(sheet, state().settings),
        certificate_file(verified.certificate.number, verified.person.name),
    )


@pages.get("/me/certificates/<course>/<int:cycle>/pdf")
def certificate_pdf(course: str, cycle: int) -> ResponseReturnValue:
    """Send one's own certificate."""
    return _certificate(person().id, course, cycle)


@pages.get("/hr/people/<int:person_id>/certificates/<course>/<int:cycle>/pdf")
def hr_certificate_pdf(person_id: int, course: str, cycle: int) -> ResponseReturnValue:
    """Send the certificate of somebody whose records HR keeps."""
    who = noted(get_person(session(), person_id, reach(Action.EXPORT)), readings.CERTIFICATE)
    return _certificate(who.id, course, cycle)


@pages.get("/team/<int:person_id>/certificates/<course>/<int:cycle>/pdf")
def team_certificate_pdf(person_id: int, course: str, cycle: int) -> ResponseReturnValue:
    """Send the certificate of one of one's people."""
    who = noted(get_person(session(), person_id, team_scope()), readings.CERTIFICATE)
    return _certificate(who.id, course, cycle)


@pages.post("/hr/completions/certificates/")
def hr_certificates() -> ResponseReturnValue:
    """Send the certificates of a list in one archive, drawn while it is sent; many in the background."""
    reach(Action.EXPORT)
    asked = filters_of(request.form)
    try:
        query = certificates_query(asked)
        count = certificates_in(session(), query)
    except LearnError as error:
        if error.status == 403:
            raise
        return completions_page(asked, say(error.message))
    if count > AT_ONCE:
        return _in_background(query, asked)
    drawn = printing()
    audit_archive(session(), query, count, actor_id=actor().person_id, now=now())
    session().commit()
    session().close()  # a long file keeps no writer waiting
    reading = state().database.snapshot()
    try:
        chunks = archive_chunks(reading, query, drawn)
    except BaseException:
        reading.close()
        raise
    name = archive_file(query, _("certificates"))
    return streamed(chunks, reading, mimetype="application/zip", name=name)


def _in_background(query: CompletionQuery, asked: dict[str, str]) -> ResponseReturnValue:
    data = archive_data(
        query, {name: asked[name] for name in FILTERS},
        before=public_address()(""), word=_("certificates"),
    )  # fmt: skip
    enqueue(session(), CERTIFICATES, data, actor_id=actor().person_id, now=now())
    session().commit()
    flash(_("The file is being made. You find it here when it is ready."), "good")
    return redirect(url_for("learn.jobs"), 303)
