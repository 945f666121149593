"""What the API takes and tells about questions from and to other systems."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from learn.api.schemas.common import Sent, Told

Verdict = Literal["kept", "changed", "dropped", "refused"]


class QuestionImportQuery(Sent):
    """How a file of questions is read."""

    format: Literal["gift", "aiken", "moodle-xml", "qti"] | None = Field(
        None, description="Without it the content says the format."
    )
    dry_run: bool = Field(False, description="true: only say what would be done.")


class QuestionExportQuery(Sent):
    """In which format a quiz goes out."""

    format: Literal["gift", "aiken", "moodle-xml", "qti"] = Field(
        description="What the file is to be."
    )


class QuestionNote(Told):
    """One thing that is not as it was in the file."""

    verdict: Verdict
    message: str
    line: int | None
    id: str | None


class QuestionOut(Told):
    """What became of one question of the file."""

    name: str
    key: str | None = Field(description="Its key here; null when it was refused.")
    type: str | None
    line: int | None
    id: str | None
    verdict: Verdict
    notes: list[QuestionNote]


class QuestionImportOut(Told):
    """What the import did, or would do."""

    dry_run: bool
    format: str
    items: int = Field(description="All questions of the file, descriptions and refused ones too.")
    added: int
    notes: list[QuestionNote]
    questions: list[QuestionOut]
