"""Everything that is kept about one person, as sheets: the right to a copy (UU 27/2022)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.claims.models import Claim
from learn.competencies.models import Assessment, PriorLearning
from learn.errors import Message
from learn.ledger.models import AuditEntry
from learn.ledger.reading import Line, entries_of
from learn.people.models import Person, Unit
from learn.privacy.actors import Actors
from learn.privacy.attempts import Quizzes, attempt_sheets
from learn.privacy.sheets import Column, File, Row, Say, Sheet
from learn.privacy.tables import ACTOR_COLUMNS, BY, KIND, NUMBER, TABLES, WHEN, Table
from learn.quizzes.models import AnswerFile, Step

AT_ONCE = 500
HIDDEN = frozenset({"seed", "credits", "steps"})
"""What entries hold for grading again; it would tell what a quiz does not show (yet)."""

NAMED = frozenset({"actor", "set_by", "made_by", "decided_by", "graded_by", "by_id", "granted_by"})
"""Keys of entries under which the id of somebody stands."""

_LEDGER = (
    Column("seq", NUMBER), Column("at", WHEN), Column("what", Message("What")), Column("kind", KIND),
    Column("by", BY), Column("data", Message("Data")), Column("detail", Message("Names and texts")),
    Column("digest", Message("Digest")),
)  # fmt: skip
_PROFILE: Mapping[str, Message] = {
    "name": Message("Name"),
    "title_before": Message("Title before the name"),
    "title_after": Message("Title behind the name"),
    "kind": Message("Kind of employment"),
    "active": Message("Active"),
    "email": Message("E-mail"),
    "language": Message("Language"),
    "unit_id": Message("Unit"),
    "post_title": Message("Post"),
    "post_class": Message("Class of post"),
    "grade": Message("Rank"),
    "source": Message("Source of the account"),
    "external_key": Message("Key there"),
    "created_at": Message("Added"),
}


@dataclass(frozen=True)
class Reading:
    """How a copy is read: quizzes, and the language with the words for entries and acts."""

    quizzes: Quizzes
    language: str
    say: Say
    entry_words: Callable[[Line], str]
    act_words: Callable[[Line], str]
    now: datetime


def sheets_of(session: Session, person_id: int, reading: Reading) -> Iterator[Sheet]:
    """Yield all that is kept about the person; nobody else is named in it."""
    copy = _Copy(session, person_id, reading, Actors(session, person_id, reading.say))
    yield copy.profile()
    for table in TABLES:
        yield copy.table(table)
    yield from attempt_sheets(
        session, person_id, reading.quizzes, language=reading.language, say=reading.say, now=reading.now,
    )  # fmt: skip
    yield copy.ledger()
    yield copy.acts()


def files_of(session: Session, person_id: int) -> Iterator[File]:
    """Yield the files that the person handed in: answers, and documents of claims and levels."""
    rows = session.scalars(
        select(AnswerFile).where(AnswerFile.person_id == person_id).order_by(AnswerFile.at)
    )
    for row in rows:
        yield File(f"{row.digest[:12]}-{row.name}", row.digest)
    claims = select(Claim.id, Claim.document, Claim.media_type).where(
        Claim.person_id == person_id, Claim.document.is_not(None)
    )
    for claim in session.execute(claims):
        yield File(f"claim-{claim.id}.{_suffix(claim.media_type)}", claim.document)
    yield from _files_of_levels(session, person_id)


def _files_of_levels(session: Session, person_id: int) -> Iterator[File]:
    reports = select(Assessment.seq, Assessment.document, Assessment.media_type).where(
        Assessment.person_id == person_id, Assessment.document.is_not(None)
    )
    for report in session.execute(reports):
        yield File(f"assessment-{report.seq}.{_suffix(report.media_type)}", report.document)
    requests = select(PriorLearning.id, PriorLearning.documents).where(
        PriorLearning.person_id == person_id
    )
    for request in session.execute(requests):
        for place, document in enumerate(request.documents.split(","), 1):
            digest, media_type = document.split(" ")
            yield File(f"prior-{request.id}-{place}.{_suffix(media_type)}", digest)


def _suffix(media_type: str | None) -> str:
    return (media_type or "").rpartition("/")[2].replace("jpeg", "jpg") or "bin"


@dataclass(frozen=True)
class _Copy:
    session: Session
    person_id: int
    reading: Reading
    actors: Actors

    def profile(self) -> Sheet:
        person = self.session.get_one(Person, self.person_id)
        row = self._row({name: getattr(person, name) for name in _PROFILE})
        columns = tuple(Column(name, title) for name, title in _PROFILE.items())
        about = Message("Who you are here; these data come from the personnel office.")
        return Sheet("profile", Message("Profile"), about, columns, [row])

    def table(self, table: Table) -> Sheet:
        model = table.model
        query = select(model).where(model.person_id == self.person_id)
        if model is Step:
            # marks of others are told as the quiz lets them be seen
            query = query.where(Step.by_id.is_(None))
        found = self.session.scalars(query.order_by(*model.__table__.primary_key)).all()
        rows = [
            self._row({name: getattr(row, name) for name in table.columns}, row) for row in found
        ]
        columns = tuple(Column(name, title) for name, title in table.columns.items())
        return Sheet(table.key, table.title, table.about, columns, rows)

    def _row(self, values: Mapping[str, Any], of: Any = None) -> Row:
        return {name: self._value(name, value, of) for name, value in values.items()}

    def _value(self, name: str, value: Any, of: Any) -> Any:
        if name in ACTOR_COLUMNS:
            # what has no moment of its own for it has one since when it stands so
            at = getattr(of, ACTOR_COLUMNS[name], None) or getattr(of, "since", None)
            return self.actors.words(value, at) if at is not None else None
        if name == "unit_id" and value is not None:
            unit = self.session.get(Unit, value)
            return f"{unit.name} ({unit.code})" if unit else value
        return value

    def ledger(self) -> Sheet:
        lines = list(self._lines())
        self.actors.learn_of(line.actor_id for line in lines)
        return Sheet(
            "ledger", Message("Ledger"),
            Message("Every entry about you, in the order in which they came; all the rest follows from them."),
            _LEDGER, [self._entry(line) for line in lines],
        )  # fmt: skip

    def _lines(self) -> Iterator[Line]:
        """Yield the entries, the oldest first."""
        found: list[Line] = []
        before: int | None = None
        while True:
            lines = entries_of(self.session, self.person_id, before=before, limit=AT_ONCE)
            found += lines[:AT_ONCE]
            if len(lines) <= AT_ONCE:
                return iter(reversed(found))
            before = lines[AT_ONCE - 1].seq

    def _entry(self, line: Line) -> Row:
        acted = "actor" in line.data
        by = self.actors.words(line.actor_id, line.at) if acted else None
        return {
            "seq": line.seq,
            "at": line.at,
            "what": self.reading.entry_words(line),
            "kind": line.kind,
            "by": by,
            "data": self._told(line.data, line.at),
            "detail": line.detail,
            "digest": line.digest,
        }

    def _told(self, value: Any, at: datetime) -> Any:
        """Return data of an entry without what is hidden, and with roles for ids of people."""
        if isinstance(value, list | tuple):
            return [self._told(each, at) for each in value]
        if not isinstance(value, Mapping):
            return value
        return {
            name: self._role(each, at) if name in NAMED else self._told(each, at)
            for name, each in value.items()
            if name not in HIDDEN
        }

    def _role(self, value: Any, at: datetime) -> Any:
        known = value is None or isinstance(value, int)
        return self.actors.words(value, at) if known else None

    def acts(self) -> Sheet:
        """Return what the person did as an officer; whom it was about is not told."""
        query = select(AuditEntry).where(AuditEntry.actor_id == self.person_id)
        rows = [
            {"at": datetime.fromisoformat(row.at), "kind": row.kind, "what": self._act(row)}
            for row in self.session.scalars(query.order_by(AuditEntry.seq))
        ]
        columns = (Column("at", WHEN), Column("kind", KIND), Column("what", Message("What")))
        about = Message("What you did here in an office: publishing, exports, settings.")
        return Sheet("acts", Message("Acts"), about, columns, rows)

    def _act(self, row: AuditEntry) -> str:
        moment = datetime.fromisoformat(row.at)
        line = Line(row.seq, row.kind, moment, json.loads(row.data), row.digest, row.actor_id)
        return self.reading.act_words(line)
