"""The models of gaps and of the job-person match: of a person, and of a unit with its parts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from learn.api.schemas.common import Sent, Told, UnitOut

Basis = Literal["learned", "assessed"]


class MatchUnitQuery(Sent):
    """Which levels, and which day."""

    by: Basis = Field("learned", description="Learned levels, or assessed ones.")
    on: str | None = Field(
        None, max_length=40, description="Local day, as 2026-11-24; none: today."
    )


class GapOut(Told):
    """A competency below the required level."""

    competency: str
    required: int
    level: int
    gap: int


class MatchOut(Told):
    """A job-person match; `percent` is rounded to two decimals, the bands come from the unrounded share."""

    attained: int
    required: int
    percent: float
    selection: str = Field(description="Key of the band for selection and promotion.")
    mapping: str = Field(description="Key of the band for mapping.")
    gaps: list[GapOut] = Field(description="Largest first.")


class PersonMatchOut(Told):
    """The match of somebody, by learned and by assessed levels; null: nothing required, or not assessed."""

    name: str
    learned: MatchOut | None
    assessed: MatchOut | None
    unassessed: list[str] = Field(description="Required, not assessed, and counted as level 0.")


class CellOut(Told):
    """People of a unit in one competency; `people` is how many count."""

    competency: str
    people: int
    below: int
    share: float | None = Field(description="At the required level or above, from 0 to 1.")
    mean_gap: float | None


class UnitRowOut(Told):
    """A unit with all below it; `alone`: only its own people. `hidden` ones have too few people."""

    unit: UnitOut
    alone: bool
    people: int | None
    hidden: bool
    percent: float | None = Field(description="Sum of levels held by sum of levels required.")
    bands: dict[str, dict[str, int]] = Field(
        description="People by set of bands and key of the band."
    )
    competencies: list[CellOut]


class UnitMatchOut(Told):
    """The match of a unit, and of each of its parts; figures of `on`, made at `made_at` (null: not yet)."""

    on: str
    made_at: str | None
    by: Basis
    total: UnitRowOut
    parts: list[UnitRowOut]
