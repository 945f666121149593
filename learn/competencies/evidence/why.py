"""Why somebody holds a level: each piece of evidence and each assessment with who, when and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework, load_framework
from learn.competencies.models import Assessment
from learn.competencies.queries import Held, Standing, assessments_of
from learn.competencies.rules import EVERY, suspended
from learn.errors import Message
from learn.ledger.reading import details_of
from learn.people.listing import names_of

SOURCE_NAMES: Mapping[str, Message] = {
    "course": Message("Course"),
    "quiz": Message("Quiz"),
    "training": Message("Classroom training"),
    "mentoring": Message("Mentoring"),
    "confirmation": Message("Supervisor's confirmation"),
    "import": Message("Import by HR"),
    "prior": Message("Prior learning"),
}
AssessmentState = Literal["counts", "replaced", "withdrawn", "suspended", "lapsed"]


@dataclass(frozen=True)
class PieceTold:
    """A piece of evidence with what was written about it; texts are empty where there are none."""

    held: Held
    actor: str
    note: str
    reason: str

    @property
    def source_name(self) -> Message:
        """Return what its source is called."""
        return SOURCE_NAMES[self.held.row.source]


@dataclass(frozen=True)
class AssessmentTold:
    """An assessment with how it stands, and what was written about it."""

    row: Assessment
    state: AssessmentState
    actor: str
    note: str
    report: str
    reason: str


@dataclass(frozen=True)
class Why:
    """The reasons for the two levels of one competency; the newest of each come first."""

    standing: Standing
    pieces: tuple[PieceTold, ...]
    assessments: tuple[AssessmentTold, ...]


def why(session: Session, person_id: int, standing: Standing) -> Why:
    """Return the reasons for a standing, in three statements more."""
    codes = load_framework().codes_read_for(standing.competency.code)
    assessments = assessments_of(session, person_id, codes)
    rows: list[Any] = [*standing.evidence, *assessments]
    places = [(person_id, seq) for row in rows for seq in (row.seq, row.reason_seq) if seq]
    texts = {seq: text for (_person, seq), text in details_of(session, places).items()}
    names = names_of(session, sorted({row.actor_id for row in rows if row.actor_id}))
    newest = next((row.seq for row in assessments if row.withdrawn_at is None), None)
    return Why(
        standing,
        tuple(_piece(held, texts, names) for held in reversed(standing.held)),
        tuple(
            AssessmentTold(
                row, _state(row, newest, standing.on), names.get(row.actor_id or 0, ""),
                _text(texts, row.seq, "note"), _text(texts, row.seq, "document"),
                _text(texts, row.reason_seq, "reason"),
            )
            for row in assessments
        ),
    )  # fmt: skip


def _piece(
    held: Held, texts: Mapping[int, Mapping[str, Any]], names: Mapping[int, str]
) -> PieceTold:
    row = held.row
    return PieceTold(
        held, names.get(row.actor_id or 0, ""), _text(texts, row.seq, "note"),
        _text(texts, row.reason_seq, "reason"),
    )  # fmt: skip


def _text(texts: Mapping[int, Mapping[str, Any]], seq: int | None, name: str) -> str:
    return str(texts.get(seq or 0, {}).get(name, ""))


def _state(row: Assessment, newest: int | None, on: date) -> AssessmentState:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.seq != newest:
        return "replaced"
    if row.valid_until is not None and row.valid_until < on:
        return "lapsed"
    return "suspended" if suspended(row.suspended_from, row.suspended_until, on) else "counts"


def missing_words(name: str, titles: Mapping[str, str]) -> Message:
    """Return what a name of mandatory evidence asks for, in words."""
    kind, colon, ref = name.partition(":")
    if not colon or kind not in SOURCE_NAMES:
        return Message("%(title)s", title=titles.get(name, name))
    if ref == EVERY:
        return SOURCE_NAMES[kind]
    return Message("%(kind)s (%(what)s)", kind=SOURCE_NAMES[kind], what=ref)


def gives(framework: Framework, outcomes: Any, code: str, level: int) -> bool:
    """Return whether the outcomes of a course reach a level of a competency."""
    return any(
        framework.counts_as(found.code, outcome.level).get(code, 0) >= level
        for outcome in outcomes
        if (found := framework.find(outcome.competency)) is not None
    )
