"""Reading the rows of a list of people: cells, numbers, doubles."""

from __future__ import annotations

import re
from datetime import date

from learn.errors import Message
from learn.people.directory import digits_of
from learn.people.imports.columns import CLEAR, BadCell, read_cell
from learn.people.imports.planning import Draft, Findings
from learn.people.imports.tables import NumberCell, Table
from learn.people.models import Person
from learn.people.numbers import InvalidNumber, Kind, parse_number

_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
_CLEARABLE = {"title_before": "", "title_after": "", "post": "", "post_class": "", "grade": "",
              "email": None}  # fmt: skip
_TRUSTED = {"PNS": Kind.PNS, "CPNS": Kind.PNS, "PPPK": Kind.PPPK}
_TEXT_COLUMNS = ("unit_code", "parent_unit_code")


def read_drafts(
    table: Table, columns: dict[str, int], findings: Findings, today: date
) -> list[Draft]:
    """Return each row as a draft; what cannot be read is noted and its draft has failed."""
    drafts = []
    first_rows: dict[str, int] = {}
    for row, cells in table.rows:
        draft = _draft(row, cells, columns, findings)
        if len(cells) > len(table.headers) and any(cells[len(table.headers) :]):
            message = Message(
                "This row has more cells than there are columns; does a character need quotes?"
            )
            findings.error(draft, "name", message)
        _read_number(draft, findings, today)
        if draft.number and draft.number in first_rows:
            message = Message(
                "The same number stands in row %(row)s.", row=first_rows[draft.number]
            )
            findings.error(draft, "number", message)
        elif draft.number:
            first_rows[draft.number] = row
        drafts.append(draft)
    return drafts


def _draft(row: int, cells: tuple[str, ...], columns: dict[str, int], findings: Findings) -> Draft:
    draft = Draft(row, {})
    for column, position in columns.items():
        text = cells[position] if position < len(cells) else ""
        if column in {"number", "old_number"}:
            draft.values[column] = text
        elif text == CLEAR and column in _CLEARABLE:
            draft.values[column] = _CLEARABLE[column]
        elif column in _TEXT_COLUMNS and isinstance(text, NumberCell) and not text.isdecimal():
            findings.error(draft, column, _as_text())
        elif text and text != CLEAR:
            _read(draft, column, text, findings)
    if "name" in columns and not draft.values.get("name") and not draft.failed:
        findings.error(draft, "name", Message("The name is missing."))
    return draft


def _read(draft: Draft, column: str, text: str, findings: Findings) -> None:
    try:
        draft.values[column] = read_cell(column, text)
    except BadCell as error:
        findings.error(draft, column, error.message)


def _as_text() -> Message:
    return Message("This is a number; format the column as text, a spreadsheet keeps 15 digits.")


def _read_number(draft: Draft, findings: Findings, today: date) -> None:
    text, old = draft.values.pop("number", ""), draft.values.pop("old_number", "")
    draft.old_number = digits_of(old)
    if isinstance(text, NumberCell) or _SCIENTIFIC.fullmatch(text):
        findings.error(draft, "number", _as_text())
        return
    if not text:
        findings.error(draft, "number", Message("The employee number (NIP) is missing."))
        return
    try:
        number = parse_number(text, today=today, kind=_TRUSTED.get(draft.get("kind", "")))
    except InvalidNumber as error:
        for problem in error.problems:
            findings.error(draft, "number", problem)
        return
    draft.number, draft.number_kind = number.digits, number.kind.value
    for warning in number.warnings:
        findings.warn(draft, "number", warning)


def match_people(
    drafts: list[Draft], known: dict[str, Person], findings: Findings
) -> dict[int, Person]:
    """Return who is meant by each row (by row number); rows of new people are left out.

    A person is known by any number ever held, or by the old number that the row names.
    """
    found: dict[int, Person] = {}
    rows_of: dict[int, int] = {}
    for draft in drafts:
        person = known.get(draft.number)
        before = known.get(draft.old_number or "")
        if person is not None and before is not None and person.id != before.id:
            message = Message("The old number and the number belong to two different people.")
            findings.error(draft, "old_number", message)
        person = person or before
        if person is None or draft.failed:
            continue
        if person.id in rows_of:
            message = Message("Row %(row)s is about the same person.", row=rows_of[person.id])
            findings.error(draft, "number", message)
            continue
        rows_of[person.id] = draft.row
        found[draft.row] = person
    return found
