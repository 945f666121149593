"""People see who looked at their record; pages that only read still only read."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from learn.ledger.verify import verify
from learn.people.access import ROLE_NAMES, Role
from learn.people.services import number_of
from learn.people.signing_in.signed_in import make_token
from learn.privacy.models import RecordReading
from learn.web.i18n import say
from learn.web.state import State
from tests.support import make
from tests.support.statements import Counted


@pytest.fixture
def learn(app) -> State:
    return app.extensions["learn"]


@pytest.fixture
def employee(signed_in):
    return signed_in(name="Ni Luh Ayu")


def noted(learn, person_id):
    with learn.database.reading() as session:
        rows = session.scalars(
            select(RecordReading).where(RecordReading.person_id == person_id)
        ).all()
    return sorted((row.reader_id, row.what) for row in rows)


def role_name(app, role):
    with app.app_context():
        return say(ROLE_NAMES[role])


@pytest.mark.parametrize(
    ("role", "address", "what"),
    [
        (Role.HR, "/hr/people/{}/", "record"),
        (Role.HR, "/hr/people/{}/competencies/M.05/", "competency"),
        (Role.AUDITOR, "/hr/people/{}/ledger/", "ledger"),
        (Role.SUPERVISOR, "/team/{}/", "record"),
        (Role.SUPERVISOR, "/team/{}/competencies/M.05/", "competency"),
        (Role.ADMIN, "/admin/people/{}/", "data"),
    ],
)
def test_who_opens_a_record_stands_in_its_log_by_role(
    app, learn, signed_in, employee, role, address, what
):
    reader = signed_in(role, name="Ketut Rahasia Nama")
    assert reader.get(address.format(employee.person_id)).status == 200
    assert noted(learn, employee.person_id) == [(reader.person_id, what)]
    page = employee.get("/account/readings/")
    assert role_name(app, role) in page.text and "Rahasia" not in page.text


def test_the_api_notes_it_too(app, learn, signed_in, employee):
    reader = signed_in(Role.HR)
    with learn.database.transaction() as session:
        token = make_token(session, reader.person_id, now=learn.now())
        number = number_of(session, employee.person_id)
    reply = app.test_client().get(
        f"/api/v1/people/{number}/record", headers={"Authorization": f"Bearer {token}"}
    )
    assert reply.status_code == 200
    assert noted(learn, employee.person_id) == [(reader.person_id, "record")]


def test_a_second_look_on_the_same_day_writes_nothing(learn, signed_in, employee):
    reader = signed_in(Role.HR)
    where = f"/hr/people/{employee.person_id}/"
    with Counted(learn.database) as first:
        reader.get(where)
    with Counted(learn.database) as second:
        reader.get(where)
    assert len(first.writes) == 1 and "learn_record_reading" in first.writes[0]
    assert second.writes == []
    assert len(noted(learn, employee.person_id)) == 1


def test_looking_at_oneself_is_not_noted(learn, signed_in):
    reader = signed_in(Role.HR)
    reader.get(f"/hr/people/{reader.person_id}/")
    reader.get("/me/record/")
    assert noted(learn, reader.person_id) == []


def test_what_is_refused_is_not_noted(learn, signed_in, employee):
    with learn.database.transaction() as session:
        elsewhere = make.unit(session, "B")
    reader = signed_in(Role.HR, unit=elsewhere)
    assert reader.get(f"/hr/people/{employee.person_id}/").status == 404
    assert noted(learn, employee.person_id) == []


def test_nobody_sees_the_log_of_another(signed_in, employee):
    reader = signed_in(Role.HR)
    reader.get(f"/hr/people/{employee.person_id}/")
    other = signed_in()
    page = other.get("/account/readings/")
    assert page.status == 200 and "<tbody>" not in page.html


def test_an_export_that_reaches_ones_unit_stands_there_and_another_does_not(app, learn, signed_in):
    with learn.database.transaction() as session:
        mine, theirs = make.unit(session, "A"), make.unit(session, "B")
    employee = signed_in(unit=mine)
    for unit in (mine, theirs):
        reader = signed_in(Role.HR, unit=unit)
        reader.get("/hr/export/")
        reader.post("/hr/export/", {"kind": "completions", "format": "csv"}, token=True)
    page = employee.get("/account/readings/")
    assert page.html.count("<tr>") == 2  # the head and one line


@pytest.mark.parametrize("after", ["x", "W10", "WyJ4IiwxLCJ5Il0", "WyIyMDI2LTAxLTAxIiwxLCJ5Il0"])
def test_a_place_that_is_none_is_answered_in_words(employee, after):
    assert employee.get(f"/account/readings/?after={after}").status == 422


def test_a_long_log_is_paged(learn, employee):
    with learn.database.transaction() as session:
        for reader in range(1000, 1060):
            session.add(
                RecordReading(
                    person_id=employee.person_id, day=learn.now().date(), reader_id=reader,
                    what="record", at=learn.now(),
                )
            )  # fmt: skip
    first = employee.get("/account/readings/")
    link = next(href for _text, href in first.links if "after=" in href)
    second = employee.get(link)
    assert first.html.count("<tr>") == 51 and second.html.count("<tr>") == 11


def test_the_copy_of_ones_data_has_the_log_without_names(learn, signed_in, employee):
    signed_in(Role.HR, name="Ketut Rahasia Nama").get(f"/hr/people/{employee.person_id}/")
    archive = zipfile.ZipFile(io.BytesIO(employee.get("/account/data/zip").data))
    (row,) = json.loads(archive.read("json/readings.json"))
    assert row["what"] == "record" and isinstance(row["reader_id"], str)
    assert all(b"Rahasia" not in archive.read(name) for name in archive.namelist())


def test_the_ledger_is_whole_whatever_was_noted(learn, signed_in, employee):
    signed_in(Role.HR).get(f"/hr/people/{employee.person_id}/")
    with learn.database.reading() as session:
        assert list(verify(session)) == []
