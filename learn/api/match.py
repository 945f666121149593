"""Gaps and job-person match, of a person and of a unit with its parts."""

from __future__ import annotations

from typing import Any

from learn.api.me import person_within
from learn.api.operations import Result, operation
from learn.api.schemas import match as schemas
from learn.api.texts import moment
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.rules import Match
from learn.people.access import Action
from learn.people.models import Unit
from learn.privacy import readings
from learn.web.context import reach
from learn.web.hr.match import Row, board_of, rows_of, sees_names
from learn.web.narrowing import as_of, unit_filter
from learn.web.noting import noted
from learn.web.record.own import record_of


@operation(
    "GET", "/people/<number>/match", tag="people", errors=(403, 404, 422),
    replies={200: schemas.PersonMatchOut},
)  # fmt: skip
def match_of_person(number: str) -> Result:
    """Return gaps and job-person match of somebody within reach, by learned and by assessed levels."""
    record = record_of(noted(person_within(number, Action.READ_RECORDS), readings.RECORD))
    found = record.match
    return {
        "name": record.name,
        "learned": _match(found.learned) if found else None,
        "assessed": _match(found.assessed) if found and found.assessed else None,
        "unassessed": list(found.unassessed) if found else [],
    }


def _match(match: Match) -> dict[str, Any] | None:
    if match.percent is None or match.selection is None or match.mapping is None:
        return None
    return {
        "attained": match.attained,
        "required": match.required,
        "percent": float(match.percent),
        "selection": match.selection.key,
        "mapping": match.mapping.key,
        "gaps": [
            {
                "competency": each.competency,
                "required": each.required,
                "level": each.attained,
                "gap": each.size,
            }
            for each in match.gaps
        ],
    }


@operation(
    "GET", "/units/<code>/match", tag="people", errors=(403, 404), query=schemas.MatchUnitQuery,
    replies={200: schemas.UnitMatchOut},
)  # fmt: skip
def match_of_unit(query: schemas.MatchUnitQuery, code: str) -> Result:
    """Return how the people of a unit and of its parts match what their posts require."""
    units = unit_filter(reach(Action.READ_FIGURES), code)
    board = board_of(units.chosen, as_of(query.on or ""))
    columns = [
        each.code
        for each in load_framework().competencies
        if f"required:{each.code}" in board.total
    ]
    parts, total = rows_of(board, columns, query.by, with_names=sees_names(board))
    assert units.chosen is not None
    return {
        "on": board.on.isoformat(),
        "made_at": moment(board.made_at),
        "by": query.by,
        "total": _row(total, units.chosen),
        "parts": [_row(row, row.line.unit) for row in parts if row.line],
    }


def _row(row: Row, unit: Unit) -> dict[str, Any]:
    return {
        "unit": {"code": unit.code, "name": unit.name},
        "alone": bool(row.line and row.line.alone),
        "people": None if row.few else row.people,
        "hidden": row.few,
        "percent": None if row.few or row.jpm is None else float(row.jpm),
        "bands": {}
        if row.few
        else {name: {b.band.key: b.people for b in bands} for name, bands in row.bands.items()},
        "competencies": []
        if row.few
        else [
            {
                "competency": cell.code,
                "people": cell.people,
                "below": cell.short,
                "share": cell.share,
                "mean_gap": cell.mean_gap,
            }
            for cell in row.cells
        ],
    }
