"""HR's pages: who is behind, lists that hold what their numbers say, withdrawal, and files."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from learn.ledger.reading import acts
from learn.people.models import Unit
from tests.support import make, records
from tests.support.learning import COURSE, publish_course
from tests.support.statements import Counted

NOW = datetime.now(UTC)  # the pages have the real clock
TODAY = NOW.astimezone(ZoneInfo("Asia/Makassar")).date()
DAY = f"{TODAY:%d-%m-%Y}"
LONG = "Ni Luh Putu Ayu Made Ketut Suryaningsih Kusumadewi " * 4


@pytest.fixture
def city(app):
    """Two offices, the first with a section; three people, one of whom completed the course."""
    version = publish_course(app, NOW)
    with app.extensions["learn"].database.transaction() as session:
        health = make.unit(session, "DINKES")
        clinic = make.unit(session, "PKM", health)
        roads = make.unit(session, "PUPR")
        done = make.person(session, name="I Wayan Selesai", unit=clinic, password=None)
        idle = make.person(session, name="Ni Made Belum", unit=health, password=None)
        make.person(session, name="I Ketut Jalan", unit=roads, password=None)
        records.complete(
            session,
            done,
            records.version(COURSE, "Dasar pelayanan", valid_for=records.YEARLY),
            now=NOW,
        )
    return {"done": done.id, "idle": idle.id, "version": version}


@pytest.fixture
def enter(signed_in):
    """Sign in somebody who reads English."""

    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


@pytest.fixture
def hr(enter, city):
    """A browser of HR of the whole."""
    return enter("hr", name="Ni Kadek Kepegawaian")


def chains(app):
    with app.extensions["learn"].database.reading() as session:
        return acts(session, kind="exported")


def test_the_overview_says_who_is_behind_by_unit(hr):
    page = hr.get("/hr/")
    assert "4 of 4 PNS" in page.text
    assert f"Nothing completed in {TODAY.year} 3" in page.text
    assert page.link("Dinas DINKES") == "/hr/?unit=DINKES"
    inside = hr.get("/hr/?unit=DINKES")
    assert "2 of 2 PNS" in inside.text
    assert "Dinas DINKES (without its parts)" in inside.text
    assert "Dinas PUPR" not in re.sub(r"<select.*?</select>", "", inside.html, flags=re.DOTALL)


@pytest.mark.parametrize("unit", ["", "?unit=DINKES"])
def test_each_number_leads_to_a_list_of_as_many(hr, unit):
    for label, rows in (
        ("Below 20 JP", "/hr/people/"),
        ("Nothing completed", "/hr/people/"),
        ("this month", "/hr/completions/"),
    ):
        page = hr.get("/hr/" + unit)
        tile = re.search(
            rf'l-eyebrow">[^<]*{label}.*?href="([^"]+)">\s*(\d+)', page.html, re.DOTALL
        )
        assert tile, label
        found = hr.get(tile[1].replace("&amp;", "&"))
        assert found.url == rows
        assert found.html.count('<th scope="row">') == int(tile[2]), label
        if unit:
            assert "unit=DINKES" in tile[1]


def test_a_certificate_that_lapses_soon_is_counted_and_listed(hr, app):
    with app.extensions["learn"].database.transaction() as session:
        person = make.person(session, name="I Made Hampir", password=None)
        yearly = records.version(COURSE, "Dasar pelayanan", valid_for=records.YEARLY)
        records.complete(session, person, yearly, now=NOW - timedelta(days=330))
    assert "lapse within 90 days 1" in hr.get("/hr/").text
    assert "I Made Hampir" in hr.get("/hr/completions/?lapsing=90").text
    assert "I Wayan Selesai" not in hr.get("/hr/completions/?lapsing=90").text
    assert "I Made Hampir" not in hr.get("/hr/completions/?lapsing=5").text


def test_people_are_found_by_name_number_and_unit(hr, app, city):
    assert "I Ketut Jalan" in hr.get("/hr/people/").text
    assert "I Ketut Jalan" not in hr.get("/hr/people/?q=wayan").text
    assert "I Ketut Jalan" not in hr.get("/hr/people/?unit=DINKES").text
    number = re.search(r"\b\d{18}\b", hr.get("/hr/people/?q=wayan").text)[0]
    assert "I Wayan Selesai" in hr.get(f"/hr/people/?q={number}").text
    assert "Clear the filter" in hr.get("/hr/people/?q=nobody").text


def test_an_unknown_unit_says_so(hr):
    page = hr.get("/hr/?unit=NONE")
    assert page.status == 404
    assert "NONE" in page.text


def test_a_long_list_is_paged_by_key_and_keeps_its_filter(hr, app):
    with app.extensions["learn"].database.transaction() as session:
        unit = make.unit(session, "BESAR")
        for number in range(60):
            make.person(session, name=f"{LONG[:200]} {number:03d}", unit=unit, password=None)
    page = hr.get("/hr/people/?unit=BESAR")
    assert page.html.count('<th scope="row">') == 50
    following = hr.click("Next page")
    assert following.html.count('<th scope="row">') == 10
    assert "unit=BESAR" in following.link("First page")


def test_pages_cost_the_same_however_many_people_there_are(hr, app):
    addresses = ("/hr/", "/hr/people/", "/hr/matrix/", "/hr/completions/", "/hr/export/",
                 "/hr/hours/", "/hr/claims/")  # fmt: skip

    def cost():
        counts = []
        for address in addresses:
            with Counted(app.extensions["learn"].database) as counted:
                assert hr.get(address).status == 200
            assert counted.writes == []
            counts.append(len(counted.statements))
        return counts

    cost()  # versions are now in memory
    before = cost()
    with app.extensions["learn"].database.transaction() as session:
        unit = make.unit(session, "BANYAK")
        for _ in range(20):
            make.person(session, unit=unit, password=None)
    assert cost() == before
    assert max(before) <= 14


def test_a_record_is_shown_with_the_whole_number(hr, city):
    page = hr.get(f"/hr/people/{city['done']}/")
    assert "I Wayan Selesai" in page.text
    assert re.search(r"\b\d{8} \d{6} \d \d{3}\b", page.text)
    assert "Dasar pelayanan" in page.text


def test_a_withdrawal_needs_a_reason_and_shows_everywhere(hr, app, city):
    hr.get(f"/hr/people/{city['done']}/")
    hr.click("Withdraw Dasar pelayanan")
    page = hr.submit(reason="  ")
    assert page.status == 422
    assert "Give a reason" in page.text
    page = hr.submit(reason="Salah orang <script>")
    assert page.url == f"/hr/people/{city['done']}/"
    assert "Withdrawn" in page.text
    assert "I Wayan Selesai" not in hr.get("/hr/completions/").text
    assert "I Wayan Selesai" in hr.get("/hr/completions/?withdrawn=1").text
    assert f"withdrawn {DAY}" in hr.get("/hr/matrix/?q=selesai").text
    assert f"Nothing completed in {TODAY.year} 4" in hr.get("/hr/").text
    address = f"/hr/people/{city['done']}/withdrawal/{COURSE}/1/"
    assert hr.post(address, {"reason": "again"}, token=True).status == 409


def test_the_ledger_is_told_in_words_to_those_who_audit(hr, enter, city):
    address = f"/hr/people/{city['done']}/ledger/"
    assert hr.get(address).status == 403
    page = enter("auditor").get(address)
    assert f"6 JP credited for dasar in {TODAY.year}" in page.text
    assert "Added as an employee" in page.text
    assert enter("admin").get(address + "?before=x").status == 422


def test_the_matrix_says_in_words_how_far_each_is(hr):
    page = hr.get("/hr/matrix/")
    assert f"completed {DAY}" in page.text
    assert "not begun" in page.text
    assert "data-keys" in page.html
    assert "I Ketut Jalan" not in hr.get("/hr/matrix/?unit=DINKES").text


@pytest.mark.parametrize(
    "query",
    ["since=31-02-2026", "since=2026-12-01&until=2026-01-01", "unit=NONE", "course=none", "lapsing=x",
     "unit=%00", "after=x", "course=%F0%9F%98%80"],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_told_and_nothing_breaks(hr, query):
    for address in ("/hr/completions/", "/hr/export/"):
        assert hr.get(f"{address}?{query}").status in (200, 404, 422)


def test_a_file_holds_what_the_screen_shows_and_is_noted(hr, app):
    page = hr.get("/hr/export/?kind=completions&format=csv&delimiter=;&unit=DINKES")
    assert "I Wayan Selesai" in page.text
    file = hr.submit("download")
    assert file.headers["Content-Disposition"].endswith(f'dinkes_{TODAY}.csv"')
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["name"] for row in rows] == ["I Wayan Selesai"]
    act = chains(app)[0]
    assert act.actor_id == hr.person_id
    assert act.data["filters"] == {"unit": "DINKES"}


@pytest.mark.parametrize("kind", ["completions", "competencies", "hours", "people"])
def test_every_kind_is_a_workbook_with_numbers_as_text(hr, kind):
    hr.get(f"/hr/export/?kind={kind}")
    file = hr.submit("download")
    assert file.status == 200
    book = load_workbook(io.BytesIO(file.data))
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "number"
    assert isinstance(sheet["A2"].value, str)
    assert len(sheet["A2"].value) == 18
    assert len(book.worksheets) == 2


def test_looking_at_the_first_rows_is_no_export(hr, app):
    hr.get("/hr/export/?kind=people")
    assert chains(app) == []


def test_hr_of_an_office_exports_its_own_people_alone(app, enter, city):
    with app.extensions["learn"].database.transaction() as session:
        roads = session.query(Unit).filter_by(code="PUPR").one()
    hr = enter("hr", unit=roads)
    hr.get("/hr/export/?kind=people&format=csv")
    file = hr.submit("download")
    assert "I Ketut Jalan" in file.data.decode()
    assert "I Wayan Selesai" not in file.data.decode()
    assert hr.get("/hr/export/?unit=DINKES").text.count("I Wayan Selesai") == 0


def test_a_supervisor_sees_own_people_with_numbers_masked(app, enter, city):
    with app.extensions["learn"].database.transaction() as session:
        health = session.query(Unit).filter_by(code="DINKES").one()
    boss = enter("supervisor", unit=health, name="I Gede Atasan")
    page = boss.get("/team/")
    assert "I Wayan Selesai" in page.text
    assert "I Ketut Jalan" not in page.text
    assert f"/team/{boss.person_id}/" not in page.html
    record = boss.get(f"/team/{city['done']}/")
    assert "Dasar pelayanan" in record.text
    assert not re.search(r"\d{18}|\d{8} \d{6} \d \d{3}", record.text)
    assert enter().get("/team/").status == 403
