"""The gaps and the job-person match of one person, by learned and by assessed levels: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learn.competencies.framework.catalogue import Framework
from learn.competencies.queries import Standing
from learn.competencies.rules import Match, job_person_match


@dataclass(frozen=True)
class PersonMatch:
    """Both matches side by side, never merged; `assessed` is None for somebody whom nobody assessed.

    `unassessed` are the required competencies without an assessment that holds: in the match they count
    as level 0.
    """

    learned: Match
    assessed: Match | None
    unassessed: tuple[str, ...] = ()


def match_of(standings: Sequence[Standing], framework: Framework) -> PersonMatch | None:
    """Return the match of somebody from their standings; None where their post requires nothing."""
    required = {row.competency.code: row.required_level for row in standings if row.required_level}
    if not required:
        return None
    learned = {row.competency.code: row.learned_level for row in standings}
    assessed = {
        row.competency.code: row.assessed_level
        for row in standings
        if row.assessed_level is not None and row.competency.code in required
    }
    return PersonMatch(
        job_person_match(learned, required, bands=framework.bands),
        job_person_match(assessed, required, bands=framework.bands) if assessed else None,
        tuple(code for code in required if code not in assessed) if assessed else (),
    )
