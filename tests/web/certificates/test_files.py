"""Certificates as files: for their owner, for those who keep records, and many in one archive."""

import threading
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from learn.certificates.models import Certificate
from learn.exports.archives import certificates
from learn.ledger.reading import acts
from learn.people.access import Role
from learn.people.models import Person
from learn.progress.services import withdraw
from learn.web.record import certificates as web
from tests.support import make, records
from tests.support.learning import COURSE

NOW = datetime.now(UTC)  # the pages have the real clock


def text_of(content: bytes) -> str:
    (page,) = PdfReader(BytesIO(content)).pages
    return " ".join(page.extract_text().split())


@pytest.fixture
def city(app):
    """Two offices; two people of the first and one of the second completed a course."""
    with app.extensions["learn"].database.transaction() as session:
        health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
        people = []
        for name, unit in (("Ni Luh Ayu", health), ("I Wayan Arta", health), ("Ketut", roads)):
            person = make.person(session, name=name, unit=unit, password=None)
            person.title_after = "S.Kom."
            version = records.version(COURSE, "Dasar pelayanan", valid_for=records.YEARLY)
            records.complete(session, person, version, now=NOW)
            people.append(person.id)
        return {"health": health, "roads": roads, "people": people}


def certificate_of(app, person_id) -> Certificate:
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(select(Certificate).where(Certificate.person_id == person_id)).one()


def test_one_downloads_ones_own_certificate(app, signed_in):
    browser = signed_in(name="Ida Ayu Dewi")
    with app.extensions["learn"].database.transaction() as session:
        person = session.get_one(Person, browser.person_id)
        person.title_before, person.title_after = "Dr.", "M.T."
        records.complete(session, person, records.version(COURSE, "Dasar"), now=NOW)
    page = browser.get(f"/me/certificates/{COURSE}/1/")
    answer = browser.get(page.link("PDF"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = text_of(answer.data)
    known = certificate_of(app, browser.person_id)
    for part in ("Dr. Ida Ayu Dewi, M.T.", "Dasar", known.number, known.code, "M.05", "6 JP"):
        assert part in text


def test_a_withdrawn_certificate_says_so_across_the_page(app, city, signed_in):
    person_id = city["people"][0]
    with app.extensions["learn"].database.transaction() as session:
        withdraw(session, person_id, COURSE, 1, reason="Keliru", actor_id=1, now=NOW)
    answer = signed_in(Role.HR).get(f"/hr/people/{person_id}/certificates/{COURSE}/1/pdf")
    assert {"DICABUT", "WITHDRAWN"} & set(text_of(answer.data).split())


@pytest.mark.parametrize(("role", "door"), [(Role.HR, "hr/people"), (Role.SUPERVISOR, "team")])
def test_those_who_keep_records_get_the_certificates_of_their_units_alone(
    city, signed_in, role, door
):
    browser = signed_in(role, unit=city["health"])
    own, _also, elsewhere = city["people"]
    page = browser.get(f"/{door}/{own}/")
    assert browser.get(page.link("LEARN/BKPSDM")).headers["Content-Type"] == "application/pdf"
    assert browser.get(f"/{door}/{elsewhere}/certificates/{COURSE}/1/pdf").status == 404


def test_the_archive_holds_what_the_list_shows_and_stands_in_the_audit(app, city, signed_in):
    browser = signed_in(Role.HR)
    browser.get("/hr/completions/?unit=DINKES")
    answer = browser.submit("/hr/completions/certificates/")
    archive = zipfile.ZipFile(BytesIO(answer.data))
    assert archive.testzip() is None
    assert len(archive.namelist()) == 2
    assert {name.split("_")[1] for name in archive.namelist()} == {
        "ni-luh-ayu.pdf",
        "i-wayan-arta.pdf",
    }
    texts = [text_of(archive.read(name)) for name in archive.namelist()]
    assert any("Ni Luh Ayu, S.Kom." in text for text in texts)
    with app.extensions["learn"].database.reading() as session:
        line = acts(session, kind="exported")[0]
    assert line.data == {
        "what": "certificates", "format": "zip", "filters": {"unit": "DINKES"}, "count": 2,
    }  # fmt: skip


def test_an_archive_of_nothing_or_of_too_many_is_refused_in_words(city, signed_in, monkeypatch):
    browser = signed_in(Role.HR)
    browser.client.set_cookie("learn_language", "en")
    form = {"since": "2001-01-01", "until": "2001-01-02"}
    nothing = browser.post("/hr/completions/certificates/", form, token=True)
    assert nothing.status == 422
    assert "No certificate fits" in nothing.text
    assert browser.post("/hr/completions/certificates/", {"since": "x"}, token=True).status == 422
    monkeypatch.setattr(certificates, "LARGEST_ARCHIVE", 2)
    browser.get("/hr/completions/")
    assert browser.submit("/hr/completions/certificates/").status == 422


def test_an_archive_is_sent_while_it_is_drawn_and_keeps_nothing(city, signed_in):
    browser = signed_in(Role.HR)
    browser.get("/hr/completions/")
    answer = browser.submit("/hr/completions/certificates/")
    assert answer.response.is_streamed
    pieces = [len(piece) for piece in answer.response.iter_encoded()]
    assert len(pieces) > 3 and max(pieces) < sum(pieces) / 2


def test_hr_of_one_unit_gets_no_certificate_of_another(city, signed_in):
    browser = signed_in(Role.HR, unit=city["roads"])
    browser.get("/hr/completions/")
    answer = browser.submit("/hr/completions/certificates/")
    (name,) = zipfile.ZipFile(BytesIO(answer.data)).namelist()
    assert name.endswith("_ketut.pdf")


def test_many_certificates_are_drawn_in_the_background_for_who_asked(
    app, city, signed_in, monkeypatch
):
    monkeypatch.setattr(web, "AT_ONCE", 1)
    browser, other = signed_in(Role.HR), signed_in(Role.HR)
    browser.get("/hr/completions/?unit=DINKES")
    page = browser.submit("/hr/completions/certificates/")
    assert page.url == "/jobs/"
    app.extensions["learn"].runner().run_all(threading.Event())
    page = browser.get("/jobs/")
    where = next(each for each in page.addresses if each.endswith("/file"))
    archive = zipfile.ZipFile(BytesIO(browser.get(where).data))
    assert archive.testzip() is None and len(archive.namelist()) == 2
    text = text_of(archive.read(archive.namelist()[0]))
    assert "/verify/" in text or certificate_of(app, city["people"][0]).code[:4] in text
    assert other.get(where).status == 404
    with app.extensions["learn"].database.reading() as session:
        lines = acts(session, kind="exported")
    assert [line.data["count"] for line in lines] == [2]
    assert lines[0].actor_id == browser.person_id
