"""Prior learning: asking with documents that it be recognised, and reviewing what others ask."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.prior import services
from learn.competencies.prior.entries import LIFE, STATE_NAMES, Act, State
from learn.competencies.prior.queries import (
    RequestLine,
    count_requests,
    lines_of,
    list_requests,
    requests_of,
)
from learn.errors import Forbidden, LearnError, Message, NotFound
from learn.people.access import Action
from learn.people.directory import get_person
from learn.people.models import Unit
from learn.privacy import readings
from learn.web import acts
from learn.web.blueprint import pages
from learn.web.claims.own import acts_seq, stored_document
from learn.web.context import actor, arguments, may, now, person, reach, session
from learn.web.courses.settling import settle_waiting
from learn.web.i18n import _, local, say
from learn.web.levels.assessing import subnav
from learn.web.levels.prior_forms import AskForm, ReviewForm, read_documents
from learn.web.narrowing import address, pages_of, unit_filter
from learn.web.noting import noted
from learn.web.render import render

PAGE = 50
LOOKS: dict[str, tuple[str, str | None]] = {
    State.SUBMITTED: ("accent", "clock"),
    State.RETURNED: ("due", "alert-triangle"),
    State.ACCEPTED: ("good", "check"),
    State.REJECTED: ("late", None),
    State.WITHDRAWN: ("", None),
    State.REVOKED: ("late", None),
}


def shown_state(value: str) -> tuple[str, str, str | None]:
    """Return a state as `tag` takes it: in words, its colour, its picture."""
    return (say(STATE_NAMES[value]), *LOOKS[value])


def named(code: str) -> Any:
    """Return the competency of a code, also of one that is no longer in force."""
    return load_framework().find(code)


@pages.get("/me/prior/")
def prior() -> ResponseReturnValue:
    """List one's own requests, the newest first."""
    found = requests_of(session(), person().id, before=acts.before(), limit=PAGE + 1)
    more = len(found) > PAGE
    return render(
        "learn/prior/list.html",
        lines=found[:PAGE],
        next_url=url_for("learn.prior", before=found[PAGE - 1].request.id) if more else None,
        first_url=url_for("learn.prior") if request.args.get("before") else None,
        named=named,
        shown_state=shown_state,
    )


@pages.get("/me/prior/new/")
def prior_new() -> ResponseReturnValue:
    """Ask for the competency, the level and the documents."""
    person()
    form = AskForm(None, key=secrets.token_hex(16), competency=arguments().get("competency", ""))
    return _form_page(form)


def _form_page(form: AskForm, line: RequestLine | None = None) -> str:
    return render("learn/prior/form.html", form=form, line=line, framework=load_framework())


@pages.post("/me/prior/new/")
def prior_send() -> ResponseReturnValue:
    """Send a request; sending it twice sends it once."""
    who, form = person(), AskForm(request.form)
    valid, documents = form.validate(), read_documents(form)
    if not valid or form.documents.errors:
        return _form_page(form), 422
    try:
        row = services.ask(session(), who.id, form.asked, documents, key=form.its_key, now=now())
    except LearnError as error:
        form.refuse(error.message)
        return _form_page(form), error.status
    session().commit()
    flash(_("The request was sent. You see here when it is decided."), "good")
    return redirect(url_for("learn.prior_request", request_id=row.id), 303)


def _own(request_id: int) -> RequestLine:
    row = services.request_of(session(), person().id, request_id)
    return lines_of(session(), [(row, None, None)])[0]


@pages.get("/me/prior/<int:request_id>/")
def prior_request(request_id: int) -> ResponseReturnValue:
    """Show one's request: how it stands, and what can be done."""
    return _request_page(_own(request_id))


def _request_page(line: RequestLine, problem: str = "") -> str:
    return render(
        "learn/prior/request.html",
        line=line,
        competency=named(line.request.competency),
        problem=problem,
        may={act.value: LIFE.may_follow(line.request.state, act) for act in Act},
        shown_state=shown_state,
    )


@pages.get("/me/prior/<int:request_id>/change/")
def prior_edit(request_id: int) -> ResponseReturnValue:
    """Show a returned request to be corrected."""
    line = _own(request_id)
    if line.request.state != State.RETURNED:
        return redirect(url_for("learn.prior_request", request_id=request_id))
    form = AskForm(
        None, competency=line.request.competency, level=str(line.request.level), about=line.about,
        based_on=str(line.request.seq),
    )  # fmt: skip
    return _form_page(form, line)


@pages.post("/me/prior/<int:request_id>/change/")
def prior_change(request_id: int) -> ResponseReturnValue:
    """Send a returned request again; documents that are not sent again stay."""
    line, form = _own(request_id), AskForm(request.form)
    valid, documents = form.validate(), read_documents(form, kept=line)
    if not valid or form.documents.errors:
        return _form_page(form, line), 422
    try:
        services.resubmit(
            session(), person().id, request_id, form.asked, documents,
            based_on=acts_seq("based_on"), now=now(),
        )  # fmt: skip
    except LearnError as error:
        form.refuse(error.message)
        return _form_page(form, line), error.status
    session().commit()
    flash(_("The request was sent. You see here when it is decided."), "good")
    return redirect(url_for("learn.prior_request", request_id=request_id), 303)


@pages.post("/me/prior/<int:request_id>/withdrawal/")
def prior_withdraw(request_id: int) -> ResponseReturnValue:
    """Give up a request."""
    try:
        services.withdraw(
            session(), person().id, request_id, based_on=acts_seq("based_on"), now=now()
        )
    except NotFound:
        raise
    except LearnError as error:
        return _request_page(_own(request_id), say(error.message)), error.status
    session().commit()
    flash(_("The request was withdrawn."), "good")
    return redirect(url_for("learn.prior_request", request_id=request_id), 303)


@pages.get("/me/prior/<int:request_id>/documents/<int:place>")
def prior_document(request_id: int, place: int) -> ResponseReturnValue:
    """Send a document of one's own request."""
    return document_of(_own(request_id), place)


def document_of(line: RequestLine, place: int) -> ResponseReturnValue:
    """Return a document of a request by its place, counted from 1.

    Raises
    ------
    NotFound
        It has none there.
    """
    found = line.documents
    if not 1 <= place <= len(found):
        raise NotFound(Message("There is no such file."))
    return stored_document(*found[place - 1])


@pages.get("/assess/prior/")
def assess_prior() -> ResponseReturnValue:
    """List the requests that wait, the oldest first; or those that were decided."""
    within, asked = reach(Action.REVIEW_PRIOR), arguments()
    units = unit_filter(within)
    wanted = asked.get("state", "")
    chosen = (
        wanted if wanted in STATE_NAMES and wanted != State.WITHDRAWN else State.SUBMITTED.value
    )
    found = list_requests(
        session(), within, actor_id=actor().person_id, unit=units.chosen, state=chosen,
        after=asked.get("after"), limit=PAGE,
    )  # fmt: skip
    states = [(key, say(name)) for key, name in STATE_NAMES.items() if key != State.WITHDRAWN]
    waiting = count_requests(session(), within, actor_id=actor().person_id, unit=units.chosen)
    return render(
        "learn/prior/queue.html",
        units=units, lines=found.items, state=chosen, states=states, waiting=waiting,
        turn=pages_of("assess_prior", found.next, unit=units.code, state=chosen),
        filtered=bool(units.code) or chosen != State.SUBMITTED,
        named=named, shown_state=shown_state, today=now(), places=subnav("assess_prior"),
        address=address,
    )  # fmt: skip


def request_within(person_id: int, request_id: int) -> RequestLine:
    """Return a request of somebody else within reach.

    Raises
    ------
    Forbidden, NotFound
        Reviewing is not the reader's at all, or the request is their own; there is none within reach.
    """
    who = get_person(session(), person_id, reach(Action.REVIEW_PRIOR))
    row = services.request_of(session(), who.id, request_id)
    if who.id == actor().person_id:
        raise Forbidden(Message("Nobody reviews their own request; somebody else does."))
    unit = session().get(Unit, who.unit_id) if who.unit_id is not None else None
    return lines_of(session(), [(row, who, unit)])[0]


def _looked_at(line: RequestLine) -> RequestLine:
    if line.person is not None:
        noted(line.person, readings.CLAIM)
    return line


@pages.get("/assess/prior/<int:person_id>/<int:request_id>/")
def assess_request(person_id: int, request_id: int) -> ResponseReturnValue:
    """Show a request with its documents, and ask for the decision."""
    line = _looked_at(request_within(person_id, request_id))
    form = ReviewForm(line.request.level, None, level=str(line.request.level))
    return _review_page(line, form)


def _review_page(line: RequestLine, form: ReviewForm) -> str:
    return render(
        "learn/prior/review.html",
        line=line,
        form=form,
        competency=named(line.request.competency),
        framework=load_framework(),
        may_decide=line.request.state == State.SUBMITTED,
        may_revoke=line.request.state == State.ACCEPTED and may_revoke(line),
        shown_state=shown_state,
    )


def may_revoke(line: RequestLine) -> bool:
    """Return whether the reader may take back what was accepted."""
    path = line.unit.path if line.unit else None
    return may(Action.REVOKE, person_id=line.request.person_id, unit_path=path)


@pages.post("/assess/prior/<int:person_id>/<int:request_id>/")
def assess_decide(person_id: int, request_id: int) -> ResponseReturnValue:
    """Decide a request, and go back to those that wait."""
    line = request_within(person_id, request_id)
    form, act = ReviewForm(line.request.level, request.form), request.form.get("act", "")
    told = {
        Act.ACCEPT: _("Accepted. It is evidence of %(name)s now.", name=line.name),
        Act.RETURN: _("Returned to %(name)s for correction.", name=line.name),
        Act.REJECT: _("Rejected. %(name)s sees the reason.", name=line.name),
        Act.REVOKE: _("Revoked. It is evidence of %(name)s no longer.", name=line.name),
    }
    if act not in told or (act == Act.REVOKE and not may_revoke(line)):
        form.refuse(Message("Choose what becomes of the request."))
        return _review_page(line, form), 422
    if not form.validate():
        return _review_page(line, form), 422
    try:
        services.decide(
            session(), person_id, request_id, Act(act), actor_id=actor().person_id,
            based_on=acts_seq("based_on"), today=local(now()).date(), now=now(),
            level=int(form.level.data or 0), valid_until=form.valid_until.data,
            reason=form.reason.data or "",
        )  # fmt: skip
        settle_waiting(person_id)
    except LearnError as error:
        if act != Act.ACCEPT and not (form.reason.data or "").strip():
            form.reason.errors = [say(error.message)]
        else:
            form.refuse(error.message)
        return _review_page(request_within(person_id, request_id), form), error.status
    session().commit()
    flash(told[Act(act)], "good")
    return redirect(url_for("learn.assess_prior"), 303)


@pages.get("/assess/prior/<int:person_id>/<int:request_id>/documents/<int:place>")
def assess_prior_document(person_id: int, request_id: int, place: int) -> ResponseReturnValue:
    """Send a document of a request to who reviews it."""
    return document_of(_looked_at(request_within(person_id, request_id)), place)
