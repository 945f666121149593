"""Bulk acts from a list: what is to be done, the preview, and doing just what it showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learn.bulk.kinds import BulkAct, Judged, Office, Target, act_named
from learn.bulk.models import BulkBatch
from learn.bulk.planning import MOST, Plan, plan
from learn.bulk.queries import names_within
from learn.bulk.services import AT_ONCE, begin
from learn.errors import Forbidden, Invalid, LearnError, Message, NotFound
from learn.exports.lists.completions import CompletionQuery
from learn.people.access import Action, refusal, scope
from learn.people.dates import parse_date
from learn.people.directory import get_person
from learn.people.models import Person
from learn.web.admin.roles import show_slips
from learn.web.blueprint import pages
from learn.web.context import actor, may, now, only_read, reach, session
from learn.web.hr.completions import completions_query, filters_of
from learn.web.hr.people import (
    CLAIM_FILTERS,
    OVERDUE_FILTERS,
    PEOPLE_FILTERS,
    claims_query,
    overdue_query,
    people_query,
    read_filters,
    titles,
)
from learn.web.i18n import _, say, zone
from learn.web.narrowing import address
from learn.web.render import render
from learn.web.state import state

SHOWN = 50
MOST_TICKED = 400
ACTIONS = (Action.ENROL_PEOPLE, Action.REVOKE, Action.VERIFY_RECORDS, Action.MAKE_CODES)
PARAMS = ("course", "due", "reason")
FILTERS = {"people": PEOPLE_FILTERS, "claims": CLAIM_FILTERS, "overdue": OVERDUE_FILTERS}
PREFIX = "do_"  # a list may be narrowed by a course of its own
LISTS = {"people": "hr_people", "completions": "hr_completions", "claims": "hr_claims",
         "overdue": "hr_overdue"}  # fmt: skip


def need_bulk() -> None:
    """Raise unless the person may do any bulk act at all; who is not signed in, does that first."""
    actor()
    if not any(may(each) for each in ACTIONS):
        raise Forbidden(refusal(Action.ENROL_PEOPLE))


def office() -> Office:
    """Return who acts here."""
    built = state()
    return Office(actor(), built.settings, built.versions.current, now(), zone().key)


class Asked:
    """What a form asks for: which list, by which filters, whom of it, and what to do with them."""

    def __init__(self, form: Any) -> None:
        self.name = str(form.get("list", ""))
        self.act: BulkAct = act_named(str(form.get("act", "")))
        if self.name not in LISTS or self.name not in self.act.lists:
            raise NotFound(Message("There is no such list."))
        self.all = form.get("pick") == "all"
        self.who = [str(each)[:160] for each in form.getlist("who")]
        self.filters = self._filters(form)
        self.params = {name: str(form.get(PREFIX + name, ""))[:2000] for name in PARAMS}
        if not self.params["course"] and self.name == "overdue":
            self.params["course"] = self.filters["course"]
        self.ready = bool(form.get("ready")) or not self.act.fields

    def _filters(self, form: Mapping[str, Any]) -> dict[str, str]:
        if self.name == "completions":
            return filters_of(form)
        return read_filters(form, FILTERS[self.name])

    def targets(self) -> list[Target]:
        """Return whom the act is meant for.

        Raises
        ------
        Invalid
            Nobody was ticked, or the list is of a day that has passed.
        """
        if self.filters.get("on"):
            raise Invalid(Message("Acts are done on the list of today; take the day out first."))
        if self.all:
            return self._whole_list()
        if not self.who:
            raise Invalid(Message("Tick somebody, or choose the whole list."))
        if len(self.who) > MOST_TICKED:
            raise Invalid(Message("At most %(most)s can be ticked.", most=MOST_TICKED))
        return [Target.read(each) for each in self.who]

    def _whole_list(self) -> list[Target]:
        if self.name == "people":
            ids = people_query(self.filters, self.act.action).all_ids(session(), MOST + 1)
            return [Target(each) for each in ids]
        if self.name == "overdue":
            late = overdue_query(self.filters, self.act.action)
            return [Target(each) for each in late.person_ids(session(), MOST + 1)]
        if self.name == "claims":
            keys = claims_query(self.filters, self.act.action).keys(session(), MOST + 1)
            return [Target(who, str(claim)) for who, claim in keys]
        query: CompletionQuery = completions_query(self.filters)
        return [
            Target(who, f"{course}:{cycle}")
            for who, course, cycle in query.keys(session(), MOST + 1)
        ]

    @property
    def back(self) -> str:
        """Return the address of the list."""
        return address(LISTS[self.name], **self.filters)

    def kept(self) -> list[tuple[str, str]]:
        """Return the fields with which the next form asks for the same."""
        pairs = [("list", self.name), ("act", self.act.key), ("pick", "all" if self.all else "")]
        pairs += [("who", each) for each in ([] if self.all else self.who)]
        return pairs + [(name, value) for name, value in self.filters.items() if value]


@pages.post("/hr/bulk/preview/")
def hr_bulk_preview() -> ResponseReturnValue:
    """Ask what is missing, or show to whom the act would be done and who is left out, and why."""
    only_read()
    need_bulk()
    asked = Asked(request.form)
    targets = asked.targets()
    if not asked.ready:
        return _page(asked, len(targets))
    try:
        planned = plan(session(), asked.act, targets, asked.params, office())
    except LearnError as error:
        if error.status == 403:
            raise
        return _page(asked, len(targets), problem=say(error.message)), error.status
    return _page(asked, len(targets), planned)


def _page(asked: Asked, count: int, planned: Plan | None = None, *, problem: str = "") -> str:
    known = titles() if "course" in asked.act.fields else {}
    takes = planned.takes[:SHOWN] if planned else []
    left = planned.left[:SHOWN] if planned else []
    params = {**asked.params, **(planned.params if planned else {})}
    return render(
        "learn/hr/bulk_preview.html",
        act=asked.act,
        kept=asked.kept(),
        params=params,
        prefix=PREFIX,
        count=count,
        planned=planned,
        takes=takes,
        left=left,
        names=_names([*takes, *left]),
        courses=list(known.items()),
        course=known.get(params["course"], params["course"]),
        due=parse_date(params["due"]) if planned else None,
        meant=meant,
        as_job=planned is not None and len(planned.takes) > AT_ONCE,
        problem=problem,
        today=now(),
        back=asked.back,
    )


def meant(target: Target) -> str:
    """Return in words which completion or claim of somebody is meant; empty for the person alone."""
    if not target.ref:
        return ""
    if target.number():
        return _("Claim %(claim)s", claim=target.number())
    course, cycle = target.course_and_cycle()
    title = titles().get(course, course)
    return title if cycle == 1 else _("%(title)s, cycle %(cycle)s", title=title, cycle=cycle)


def _names(judged: Sequence[Judged]) -> dict[int, str]:
    """Return their names, but of nobody whom the reader could not see anyway."""
    within = scope(actor(), Action.READ_PEOPLE)
    return names_within(session(), [each.target.person_id for each in judged], within)


@pages.post("/hr/bulk/")
def hr_bulk_do() -> ResponseReturnValue:
    """Do what the preview showed; when the list has changed, show it again."""
    need_bulk()
    asked = Asked(request.form)
    targets, who = asked.targets(), office()
    planned = plan(session(), asked.act, targets, asked.params, who)
    try:
        batch = begin(
            session(), planned, digest=request.form.get("digest", ""), office=who,
            filters=_told(asked),
        )  # fmt: skip
    except LearnError as error:
        return _page(asked, len(targets), planned, problem=say(error.message)), error.status
    if who.shown:
        return _slips(who.shown)
    return _done(batch)


def _told(asked: Asked) -> dict[str, str]:
    """Return the filters as they are kept with the batch: no name, no number."""
    kept = {name: value for name, value in asked.filters.items() if value and name != "q"}
    return {**kept, "list": asked.name, "pick": "all" if asked.all else "ticked"}


def _done(batch: BulkBatch) -> ResponseReturnValue:
    batch_id, running = batch.id, batch.job_id is not None
    session().commit()
    if running:
        flash(_("It is being done in the background; this page says how far it is."), "info")
    else:
        flash(_("Done. It can be undone here."), "good")
    return redirect(url_for("learn.hr_bulk_batch", batch_id=batch_id), 303)


def _slips(codes: Mapping[int, str]) -> ResponseReturnValue:
    within = reach(Action.MAKE_CODES)
    made: list[tuple[Person, str]] = [
        (get_person(session(), person_id, within), code) for person_id, code in codes.items()
    ]
    return show_slips(made, _("People"), url_for("learn.hr_bulk"))
