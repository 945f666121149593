"""What goes in and what comes out, as models: bodies are checked by them, and the description is made of them.

Here stands what all parts share.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Score = Annotated[float, Field(ge=0, le=1, description="A share from 0 to 1.")]
Cursor = Annotated[
    str | None, Field(description="Give it as `cursor` for the next page; null: that was the last.")
]


class Sent(BaseModel):
    """What a client sends: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Told(BaseModel):
    """What the API replies: all that is declared, and no more."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class FieldError(Told):
    """One thing that is wrong: a field of the request, or a row and column of a sheet (header = row 1)."""

    field: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    message: str


class Problem(BaseModel):
    """An error (RFC 9457), in the language of who asks; `code` is stable, `detail` is for people."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field(default=[], description="With 422: everything that is wrong.")


class PageQuery(Sent):
    """Which page of a list."""

    cursor: str | None = Field(None, max_length=1000, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200, description="How many items at most.")


class UnitOut(Told):
    """A unit of the organisation."""

    code: str
    name: str
