"""The draft of the next version: begun, edited, published.  Services flush, never commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learn.competencies.framework.body import body_of, digest_of, framework_of
from learn.competencies.framework.catalogue import Framework
from learn.competencies.framework.changes import Change, compare
from learn.competencies.framework.edits import codes_of, from_earlier
from learn.competencies.framework.models import DRAFT, FrameworkDraft, FrameworkVersion
from learn.competencies.framework.rules import (
    NAME_CHARS,
    SOURCE_CHARS,
    Finding,
    check,
    tidy_text,
)
from learn.competencies.framework.versions import (
    FIRST,
    content_of,
    first_version,
    version,
    versions,
)
from learn.db import upsert
from learn.errors import Conflict, Invalid, LearnError, Message, NotFound
from learn.ledger import audit
from learn.people.dates import local_date

PUBLISHED = "framework_published"
DRAFT_BEGUN = "framework_draft_begun"
DRAFT_REMOVED = "framework_draft_removed"
LABEL = "framework"


class NotPublishable(LearnError):
    """The draft has mistakes; `findings` are all of them."""

    status = 422
    code = "framework-has-mistakes"

    def __init__(self, findings: Collection[Finding]) -> None:
        super().__init__(
            Message("The draft has %(count)s mistakes; correct them first.", count=len(findings))
        )
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Draft:
    """The draft as it stands; `digest` is what an edit is based on, `newest` what it will follow on."""

    content: Framework
    digest: str
    base: int
    newest: Framework
    edited_at: datetime
    edited_by: int | None

    @property
    def published(self) -> frozenset[str]:
        """All codes that were ever published."""
        return codes_of(self.newest)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it changes against the newest version."""
        return compare(self.newest, self.content)


def newest(session: Session) -> FrameworkVersion:
    """Return the version that was published last, in force or planned."""
    return versions(session)[0]


def read_draft(session: Session) -> Draft | None:
    """Return the draft, or None when there is none."""
    row = session.get(FrameworkDraft, DRAFT)
    if row is None:
        return None
    content, latest = framework_of(row.body), content_of(session, newest(session))
    return Draft(content, row.digest, row.base, latest, row.edited_at, row.edited_by)


def draft_of(session: Session) -> Draft:
    """Return the draft.

    Raises
    ------
    NotFound
        There is none; one is begun first.
    """
    found = read_draft(session)
    if found is None:
        raise NotFound(Message("There is no draft of the framework. Begin one first."))
    return found


def begin(
    session: Session, *, number: int | None = None, actor_id: int | None, now: datetime
) -> Draft:
    """Begin a draft: from the newest version, or from the earlier one with this number.

    Raises
    ------
    Conflict, NotFound
        There is a draft already; there is no such version.
    """
    latest = newest(session)
    row = latest if number is None or number == latest.number else version(session, number)
    content = content_of(session, row)
    if row.number != latest.number:
        content = from_earlier(content, content_of(session, latest))
    content = replace(content, about=replace(content.about, title=""))
    body = body_of(content)
    made = session.execute(
        upsert(session, FrameworkDraft)
        .values(
            id=DRAFT, base=row.number, digest=digest_of(body), body=body, begun_at=now,
            edited_at=now, edited_by=actor_id,
        )
        .on_conflict_do_nothing()
        .returning(FrameworkDraft.id)
    ).first()  # fmt: skip
    if made is None:
        raise Conflict(Message("There is a draft already. Go on with it, or remove it first."))
    audit(session, DRAFT_BEGUN, {"base": row.number}, actor_id=actor_id, at=now)
    return draft_of(session)


def save(
    session: Session, content: Framework, *, based_on: str, actor_id: int | None, now: datetime
) -> Draft:
    """Keep an edited draft; whoever edits looks at the state `based_on` names.

    Raises
    ------
    Conflict, NotFound
        Somebody else edited meanwhile; the draft was published or removed.
    """
    row = _locked(session, based_on)
    row.body = body_of(content)
    row.digest, row.edited_at, row.edited_by = digest_of(row.body), now, actor_id
    session.flush()
    return draft_of(session)


def remove(session: Session, *, based_on: str, actor_id: int | None, now: datetime) -> None:
    """Give up the draft."""
    row = _locked(session, based_on)
    session.delete(row)
    session.flush()
    audit(session, DRAFT_REMOVED, {"base": row.base}, actor_id=actor_id, at=now)


def _locked(session: Session, based_on: str) -> FrameworkDraft:
    row = session.get(FrameworkDraft, DRAFT, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(Message("There is no draft of the framework. Begin one first."))
    if row.digest != based_on:
        raise Conflict(
            Message("Somebody has changed the draft meanwhile. Look at it again; nothing was kept.")
        )
    return row


def publish(
    session: Session,
    *,
    based_on: str,
    title: str,
    regulation: str,
    in_force_from: date,
    units: Collection[str],
    actor_id: int | None,
    now: datetime,
    time_zone: str,
) -> FrameworkVersion:
    """Make the draft a version that never changes, in force from the start of a day.

    `units` are the codes of all units; `time_zone` says when the day begins.

    Raises
    ------
    NotPublishable, Invalid, Conflict, NotFound
        The draft has mistakes; the day lies in the past or before that of a planned version; the draft
        changes nothing, or was changed meanwhile; there is none.
    """
    _locked(session, based_on)
    draft, latest = draft_of(session), newest(session)
    mistakes = [f for f in check(draft.content, draft.newest, units=units) if not f.warning]
    if mistakes:
        raise NotPublishable(mistakes)
    if not draft.changes:
        raise Conflict(Message("The draft changes nothing; there is nothing to publish."))
    _refuse_day(in_force_from, latest, local_date(now, time_zone))
    about = replace(
        draft.content.about, version=f"{LABEL}/{latest.number + 1}",
        title=_fitting(title, NAME_CHARS),
        regulation=_fitting(regulation, SOURCE_CHARS) or draft.content.about.regulation,
    )  # fmt: skip
    row = _row(latest.number + 1, replace(draft.content, about=about), in_force_from, time_zone)
    row.published_at, row.published_by = now, actor_id
    _store(session, row)
    session.execute(delete(FrameworkDraft))
    data = {
        "number": row.number, "digest": row.digest, "from": in_force_from.isoformat(),
        "changes": len(draft.changes),
    }  # fmt: skip
    audit(session, PUBLISHED, data, actor_id=actor_id, at=now)
    return row


def _row(number: int, content: Framework, day: date, time_zone: str) -> FrameworkVersion:
    """Return a version as its row, in force from the start of the day in the place of the agency."""
    body, about = body_of(content), content.about
    return FrameworkVersion(
        number=number, digest=digest_of(body), label=about.version, title=about.title,
        regulation=about.regulation, in_force_from=day, body=body,
        in_force_at=datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone)),
    )  # fmt: skip


def _store(session: Session, row: FrameworkVersion) -> None:
    """Store a version; with the first one, also the shipped version that it follows on."""
    if session.scalar(select(FrameworkVersion.number).limit(1)) is None:
        session.add(first_version())
    session.add(row)
    session.flush()


def _refuse_day(day: date, latest: FrameworkVersion, today: date) -> None:
    if day < today:
        raise Invalid(
            Message("A version is in force from today or a later day; what was stays as it was.")
        )
    if latest.number > FIRST and day < latest.in_force_from:
        raise Invalid(
            Message(
                "Version %(number)s is in force from %(day)s; this one cannot come before it.",
                number=latest.number, day=latest.in_force_from.isoformat(),
            )
        )  # fmt: skip


def _fitting(text: str, most: int) -> str:
    tidy = tidy_text(text)
    if len(tidy) > most:
        raise Invalid(Message("This text is too long: at most %(most)s signs.", most=most))
    return tidy
