"""A row for SIASN says what the record says, in SIASN's words and forms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learn.certificates.models import CertificateSeries
from learn.db import Database
from learn.hours.forms import load_forms
from learn.people.access import Scope
from learn.progress.services import complete_module, enrol, withdraw
from learn.siasn.models import SiasnPerson
from learn.siasn.queries import SiasnQuery
from learn.siasn.rows import COLUMNS
from learn.siasn.rules import (
    ACCEPTED,
    OTHER_FORM,
    PENDING,
    STANDINGS,
    UNLINKED,
    RowKey,
    day_text,
    is_siasn_id,
    kursus_forms,
    read_row_id,
)
from tests.support import make, records

EXAMPLE = {
    "jenisDiklatId": "16", "jenisKursusSertipikat": "T",
    "namaKursus": "Pelayanan Publik Berbasis Elektronik",
    "nomorSertipikat": "00123/LEARN/BKPSDM/2026",
    "institusiPenyelenggara": "BKPSDM Kota Denpasar", "tahunKursus": 2026,
    "tanggalKursus": "02-11-2026", "tanggalSelesaiKursus": "13-11-2026", "jumlahJam": 6,
}  # fmt: skip


def cells(session: Session, query: SiasnQuery) -> list[dict[str, Any]]:
    return [{c.key: c.value(row) for c in COLUMNS} for row in query.stream(session)]


def test_the_worked_example_is_a_row_of_kursus(session: Session, ask: Any) -> None:
    session.add(CertificateSeries(series="LEARN/BKPSDM/2026", last=122))
    person = make.person(session, password=None)
    course = records.version(title="Pelayanan Publik Berbasis Elektronik")
    enrol(session, person.id, course, now=datetime(2026, 11, 1, 16, 30, tzinfo=UTC))
    complete_module(
        session, person.id, course, records.MODULE, settings=make.settings(),
        now=datetime(2026, 11, 13, 2, tzinfo=UTC),
    )  # fmt: skip
    session.add(SiasnPerson(person_id=person.id, siasn_id="P1", set_at=records.PUBLISHED))
    session.flush()
    (row,) = cells(session, ask())
    assert EXAMPLE.items() <= row.items()
    rest = {"id": None, "pnsOrangId": "P1", "instansiId": "A5EB03", "lokasiId": "L1",
            "jenisKursus": None, "rowId": f"completion:{person.id}:1:layanan-publik"}  # fmt: skip
    assert row == EXAMPLE | rest


def test_withdrawn_and_worthless_completions_are_no_rows(
    session: Session, ask: Any, done: Any, now: datetime
) -> None:
    person = done("P1")
    done("P2", hours=0)
    withdraw(session, person.id, "layanan-publik", 1, reason="Salah", actor_id=None, now=now)
    assert cells(session, ask()) == []
    assert set(ask().counts(session).values()) == {0}


def test_who_is_not_linked_is_listed_apart_and_never_exported(
    session: Session, ask: Any, done: Any
) -> None:
    done("P1", name="Budi")
    done(None, name="Citra")
    assert [row.name for row in ask(standings=(UNLINKED,)).page(session).items] == ["Citra"]
    assert ask(standings=(PENDING,)).count(session) == 1
    everything = ask(standings=tuple(STANDINGS))
    assert [row["pnsOrangId"] for row in cells(session, everything)] == ["P1"]


def test_structural_training_and_study_are_no_kursus(session: Session, ask: Any, done: Any) -> None:
    done("P1", form="KL01")
    done("P2", form="PD01")
    done("P3", form="KL06")
    assert ask().counts(session) == dict.fromkeys(STANDINGS, 0) | {OTHER_FORM: 2, PENDING: 1}
    assert [(row["jenisDiklatId"], row["jenisKursusSertipikat"]) for row in cells(session, ask())] == [("9", "P")]  # fmt: skip


def test_every_form_but_structural_training_and_study_is_a_kursus() -> None:
    assert {form.code for form in load_forms().forms} - set(kursus_forms()) == {"KL01", "PD01"}


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_hold_every_row_once(session: Session, ask: Any, done: Any, limit: int) -> None:
    for number in range(5):
        done(f"P{number}")
    found, after = [], None
    while True:
        page = ask().page(session, limit=limit, after=after)
        found += [row.key for row in page.items]
        after = page.next
        if after is None:
            break
    assert len(found) == len(set(found)) == 5


def test_a_reader_sees_the_people_of_their_units_alone(
    session: Session, ask: Any, done: Any
) -> None:
    here, there = make.unit(session, "A"), make.unit(session, "B")
    done("P1", unit=here)
    done("P2", unit=there)
    query = ask(scope=Scope(unit_paths=(here.path,)))
    assert [row["pnsOrangId"] for row in cells(session, query)] == ["P1"]
    assert [row["pnsOrangId"] for row in cells(session, ask(unit="B"))] == ["P2"]


def test_days_and_ids_are_written_as_siasn_takes_them(database: Database) -> None:
    assert day_text(date(2026, 1, 2)) == "02-01-2026"
    assert is_siasn_id("A5EB03E23AFBF6A0E040640A040252AD")
    assert not any(map(is_siasn_id, ("", "a b", "=1", "x" * 65)))
    key = RowKey("completion", 12, "layanan-publik", 3)
    assert read_row_id(key.row_id) == key
    assert read_row_id("completion:1:99999999999:x") is None
    assert read_row_id("x") is None
    assert ACCEPTED in STANDINGS
