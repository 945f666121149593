"""Development done elsewhere as a file: what was accepted, within reach, once, with its texts while they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from learn.claims import services
from learn.claims.documents import Document
from learn.claims.rules import Act, Said
from learn.errors import Invalid
from learn.exports.formats.csv import Csv
from learn.exports.kinds import kind_named, query_of
from learn.exports.lists.claims import ClaimQuery
from learn.exports.services import export_chunks
from learn.ledger import erase_details
from learn.people.access import EVERYTHING, Scope
from learn.schema import load_projections
from tests.support import make

load_projections()
DAY = date(2026, 3, 3)
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")
SEMINAR = Said("KL06", "Seminar SPBE", "LAN", DAY, DAY, "12/LAN/2026", minutes={DAY: 360})


@pytest.fixture
def city(database, now):
    """Give two offices; in each somebody with an accepted claim and one that waits."""
    found = {}
    with database.transaction() as session:
        for number, code in enumerate(("A", "B")):
            found[code] = make.unit(session, code)
            who = found[f"person-{code}"] = make.person(session, unit=found[code], password=None)
            for act in (Act.ACCEPT, None):
                day = DAY + timedelta(days=number)
                said = replace(SEMINAR, starts_on=day, ends_on=day, minutes={day: 360})
                claim = services.draft(session, who.id, said, today=now.date(), now=now, document=PDF)  # fmt: skip
                services.submit(session, who.id, claim.id, based_on=claim.seq, today=now.date(), now=now)  # fmt: skip
                if act:
                    services.decide(session, who.id, claim.id, act, actor_id=999, based_on=claim.seq, now=now)  # fmt: skip
    return found


@pytest.fixture
def rows(database, now):
    def rows(scope=EVERYTHING, **filters):
        query = query_of(kind_named("claims"), scope, timezone="Asia/Makassar", now=now, **filters)
        with database.reading() as session:
            return list(query.stream(session))

    return rows


def test_only_what_was_accepted_leaves_the_latest_first(city, rows):
    found = rows()
    assert [record.ends_on for record in found] == [DAY + timedelta(days=1), DAY]
    assert {(r.title, r.organiser, r.certificate, r.hours) for r in found} == {
        ("Seminar SPBE", "LAN", "12/LAN/2026", 8)
    }
    assert {(r.siasn_form, r.accepted_at.date()) for r in found} == {(9, date(2026, 11, 24))}


def test_unit_days_and_scope_narrow_it(city, rows):
    assert [r.unit_code for r in rows(unit="A")] == ["A"]
    assert [r.unit_code for r in rows(since="2026-03-04")] == ["B"]
    assert [r.unit_code for r in rows(until="2026-03-03")] == ["A"]
    assert [r.unit_code for r in rows(Scope(unit_paths=(city["B"].path,)))] == ["B"]
    with pytest.raises(Invalid, match="no course"):
        rows(course="dasar")


def test_pages_leave_nothing_out(city, database, now, rows):
    query = ClaimQuery(scope=EVERYTHING, timezone="Asia/Makassar", now=now)
    with database.reading() as session:
        first = query.page(session, limit=1)
        second = query.page(session, limit=1, after=first.next)
    assert [*first.items, *second.items] == rows() and second.next is None


def test_erased_texts_are_empty_in_the_file(city, database, now, rows):
    with database.transaction() as session:
        erase_details(session, city["person-A"].id)
    (record,) = rows(unit="A")
    assert (record.title, record.hours) == ("", 8)
    kind = kind_named("claims")
    query = query_of(kind, EVERYTHING, timezone="Asia/Makassar", now=now)
    with database.reading() as session:
        text = b"".join(export_chunks(session, kind, Csv(), query, translate=str)).decode()
    assert text.count("\n") == 3 and "KL06" in text
