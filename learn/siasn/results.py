"""What SIASN answered, from a sheet: ids of accepted records, and why others failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.ledger import audit
from learn.people.access import Scope
from learn.people.imports.planning import chunks
from learn.people.imports.tables import Table
from learn.siasn.models import SiasnRecord
from learn.siasn.queries import existing, find_by_certificates, states_of
from learn.siasn.rules import ACCEPTED, FAILED, RowKey, read_row_id
from learn.siasn.sheets import Change, Plan, Sheet, by_row, open_sheet

RESULTS_TAKEN = "siasn_results_taken"
LONGEST_MESSAGE = 500
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "certificate": ("nomorsertipikat", "nomor_sertipikat", "nomor_sertifikat", "nomorsertifikat"),
    "row_id": ("rowid", "id_baris"),
    "id": ("rwkursusid", "rw_kursus_id", "siasn_id", "id_siasn", "id_riwayat"),
    "message": ("pesan", "kesalahan", "error", "keterangan"),
}


@dataclass(frozen=True)
class Answer(Change):
    """What SIASN said of one record: the id that it gave, or why it took nothing."""

    key: RowKey
    siasn_id: str | None
    message: str | None


@dataclass(frozen=True)
class _Asked:
    row: int
    certificate: str
    key: RowKey | None
    siasn_id: str | None
    message: str | None


def plan_results(session: Session, table: Table, *, scope: Scope) -> Plan:
    """Return what the sheet would change, with everything that is wrong in it; writes nothing.

    A row names its record by the number of the certificate, or by `row_id` of the exported file, and
    has an id (accepted) or else a message (failed). A row with neither is passed over.
    """
    sheet = open_sheet(table, COLUMNS, (("certificate", "row_id"), ("id", "message")))
    if sheet.errors:
        return Plan(errors=tuple(sheet.errors), warnings=tuple(sheet.warnings))
    named = _named(session, sheet, scope, _read(sheet))
    states = states_of(session, [key for _asked, key in named])
    owners = _owners(session, [asked.siasn_id for asked, _key in named if asked.siasn_id])
    answers, unchanged = _answers(sheet, named, states, owners)
    return Plan(tuple(answers), unchanged, by_row(sheet.errors), by_row(sheet.warnings))


def _read(sheet: Sheet) -> list[_Asked]:
    found: list[_Asked] = []
    for row, cells in sheet.rows():
        certificate, row_id = cells.get("certificate", ""), cells.get("row_id", "")
        key = read_row_id(row_id) if row_id else None
        if not certificate and not row_id:
            sheet.error(row, "certificate", Message("Which record? Give the number of its certificate."))  # fmt: skip
        elif row_id and key is None:
            sheet.error(row, "row_id", Message("This is no row of Learn; copy it from the exported file."))  # fmt: skip
        elif cells.get("id"):
            siasn_id = sheet.siasn_id(row, "id", cells["id"])
            found += [_Asked(row, certificate, key, siasn_id, None)] if siasn_id else []
        elif cells.get("message"):
            message = cells["message"][:LONGEST_MESSAGE]
            found.append(_Asked(row, certificate, key, None, message))
        else:
            sheet.warn(row, "id", Message("Neither an id nor a message: the row is passed over."))
    return found


def _named(
    session: Session, sheet: Sheet, scope: Scope, asked: Sequence[_Asked]
) -> list[tuple[_Asked, RowKey]]:
    """Return each answer with the record that it is about, once."""
    by_number = find_by_certificates(
        session, scope, [each.certificate for each in asked if each.key is None]
    )
    known = existing(session, scope, [each.key for each in asked if each.key is not None])
    rows: dict[RowKey, int] = {}
    found: list[tuple[_Asked, RowKey]] = []
    for each in asked:
        column = "certificate" if each.key is None else "row_id"
        key = by_number.get(each.certificate) if each.key is None else each.key
        if key is None or (each.key is not None and key not in known):
            sheet.error(each.row, column, Message("There is no such record among those of your people."))  # fmt: skip
        elif key in rows:
            sheet.error(each.row, column, Message("Row %(row)s is about the same record.", row=rows[key]))  # fmt: skip
        else:
            rows[key] = each.row
            found.append((each, key))
    return found


def _owners(session: Session, ids: Sequence[str]) -> dict[str, RowKey]:
    found: dict[str, RowKey] = {}
    for some in chunks(sorted(set(ids))):
        for row in session.scalars(select(SiasnRecord).where(SiasnRecord.siasn_id.in_(some))):
            assert row.siasn_id is not None
            found[row.siasn_id] = RowKey(row.source, row.person_id, row.course, row.number)
    return found


def _answers(
    sheet: Sheet,
    named: Sequence[tuple[_Asked, RowKey]],
    states: Mapping[RowKey, SiasnRecord],
    owners: Mapping[str, RowKey],
) -> tuple[list[Answer], int]:
    answers: list[Answer] = []
    rows_of_ids: dict[str, int] = {}
    unchanged = 0
    for asked, key in named:
        known = states.get(key)
        refused = _refusal(asked, key, known, owners, rows_of_ids)
        if refused is not None:
            sheet.error(asked.row, "id", refused)
            continue
        if asked.siasn_id:
            rows_of_ids[asked.siasn_id] = asked.row
        if _says_nothing_new(sheet, asked, known):
            unchanged += 1
            continue
        if known is None:
            sheet.warn(asked.row, "id", Message("This record was never marked as exported."))
        answers.append(_answer(asked, key, known))
    return answers, unchanged


def _refusal(
    asked: _Asked,
    key: RowKey,
    known: SiasnRecord | None,
    owners: Mapping[str, RowKey],
    rows_of_ids: Mapping[str, int],
) -> Message | None:
    """Return why the record cannot have this id, or None: one id is one record, for good."""
    if asked.siasn_id is None:
        return None
    kept = known.siasn_id if known else None
    if kept is not None and kept != asked.siasn_id:
        return Message("This record has the id %(id)s in SIASN; another one would be a second record.", id=kept)  # fmt: skip
    if asked.siasn_id in rows_of_ids:
        return Message("The same id stands in row %(row)s.", row=rows_of_ids[asked.siasn_id])
    if owners.get(asked.siasn_id, key) != key:
        return Message("Another record has this id already.")
    return None


def _answer(asked: _Asked, key: RowKey, known: SiasnRecord | None) -> Answer:
    before = (known.message or "") if known else ""
    after = asked.siasn_id or asked.message or ""
    about = asked.certificate or key.row_id
    return Answer(asked.row, about, before, after, key, asked.siasn_id, asked.message)


def _says_nothing_new(sheet: Sheet, asked: _Asked, known: SiasnRecord | None) -> bool:
    if known is None:
        return False
    if known.state == ACCEPTED:
        if asked.siasn_id is None:
            sheet.warn(asked.row, "message", Message("SIASN has accepted this record as %(id)s; the message changes nothing.", id=known.siasn_id))  # fmt: skip
        return True
    return asked.siasn_id is None and known.state == FAILED and known.message == asked.message


def apply_results(session: Session, plan: Plan, *, actor_id: int | None, now: datetime) -> None:
    """Do all that the plan says, in this transaction; a plan that changes nothing writes nothing.

    Raises
    ------
    Invalid
        The plan has errors.
    """
    plan.refuse_errors()
    answers = [change for change in plan.changes if isinstance(change, Answer)]
    if not answers:
        return
    states = states_of(session, [answer.key for answer in answers])
    for answer in answers:
        record = states.get(answer.key)
        if record is None:
            source, person_id, course, number = answer.key
            record = SiasnRecord(person_id=person_id, source=source, course=course, number=number)
            session.add(record)
        record.state = ACCEPTED if answer.siasn_id else FAILED
        record.siasn_id = answer.siasn_id or record.siasn_id
        record.message, record.changed_at = answer.message, now
    session.flush()
    accepted = sum(answer.siasn_id is not None for answer in answers)
    data = {"accepted": accepted, "failed": len(answers) - accepted}
    audit(session, RESULTS_TAKEN, data, actor_id=actor_id, at=now)
