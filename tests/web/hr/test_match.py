"""The map of gaps and match: what it shows to whom, and that each number leads to its list and file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.services import record_evidence
from learn.figures.services import refresh
from learn.ledger.reading import acts
from learn.people.models import Unit
from learn.people.services import add_person
from tests.support import make
from tests.support.statements import Counted

NOW = datetime.now(UTC)  # the pages have the real clock
CODES = [each.code for each in load_framework().competencies]


def administrator(session, unit, name, levels):
    """Add a head of division with these learned levels, in the order of the framework."""
    who = add_person(
        session, number=make.nip(), name=name, kind="PNS", unit=unit, post_class="ADMINISTRATOR",
        post_title="Kepala Bidang", actor_id=None, now=make.JOINED, settings=make.settings(),
    )  # fmt: skip
    for code, level in zip(CODES, levels, strict=True):
        if level:
            record_evidence(
                session, who.id, competency=code, level=level, source="training", ref=code, now=NOW
            )
    return who.id


@pytest.fixture
def city(app):
    """Two offices: in the first the example of the domain (24 of 27), in the second nobody learned."""
    found = {}
    with app.extensions["learn"].database.transaction() as session:
        health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
        found["good"] = administrator(
            session, health, "I Wayan Contoh", (3, 2, 3, 3, 2, 3, 2, 3, 3)
        )
        for number in range(5):
            name = f"Ni Made Belum {number}"
            found[name] = administrator(session, roads, name, (0,) * 9)
    return found


@pytest.fixture
def enter(signed_in, city):
    """Sign in somebody who reads English."""

    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


@pytest.fixture
def hr(enter):
    """A browser of HR of the whole."""
    return enter("hr", name="Ni Kadek Kepegawaian")


def unit(app, code):
    with app.extensions["learn"].database.reading() as session:
        return session.query(Unit).filter_by(code=code).one()


def lists(page):
    """Return the addresses of lists on the map."""
    return [href for _text, href in page.links if href.startswith("/hr/match/") and "?" in href
            and not href.startswith("/hr/match/?")]  # fmt: skip


def test_the_map_shows_match_gaps_and_bands_by_unit(hr):
    page = hr.get("/hr/match/").text
    assert "88.89" in page
    assert "0.00" in page
    assert "Dinas DINKES" in page
    assert "Qualified" in page
    assert "Counted just now" in page


def test_each_number_leads_to_the_list_of_so_many_people(hr):
    page = hr.get("/hr/match/")
    bands = [(text, href) for text, href in page.links if "band=" in href]
    assert len(bands) >= 4
    for text, href in bands:
        rows = {link for _name, link in hr.get(href).links if link.endswith("#match")}
        assert len(rows) == int(text.split()[0]), href
    gaps = [(text, href) for text, href in page.links if "competency=M.02" in href]
    for text, href in gaps:
        rows = {link for _name, link in hr.get(href).links if link.endswith("#match")}
        assert len(rows) == int(re.search(r"(\d+) of \d+ people are below", text)[1]), href


def test_a_gap_is_listed_with_level_and_requirement_and_leads_to_the_record(hr, city):
    page = hr.get("/hr/match/gaps/?competency=M.02&unit=DINKES").text
    assert "I Wayan Contoh" in page
    assert "2 of 3" in page
    record = hr.get(f"/hr/people/{city['good']}/").text
    assert "88.89" in record
    assert "24 of 27 levels" in record
    assert "Selection: Qualified" in record
    assert "Mapping: Fairly optimal" in record
    gaps = record.partition("Gaps by learned levels, largest first")[2].partition("Learning hours")[
        0
    ]
    assert re.findall(r"(?:M|SK)\.\d\d", gaps) == ["M.02", "M.05", "M.07"]


def test_the_list_leaves_as_a_file_and_that_is_noted(app, hr):
    hr.get("/hr/match/gaps/?competency=M.02")
    reply = hr.submit("/hr/match/export/gaps/", format="csv")
    rows = list(csv.reader(io.StringIO(reply.data.decode().removeprefix("\ufeff"))))
    assert len(rows) == 7
    assert rows[1][-1] == "3", "the largest gap first"
    with app.extensions["learn"].database.reading() as session:
        data = acts(session, limit=1)[0].data
    assert data["what"] == "gaps"
    assert data["filters"]["competency"] == "M.02"


@pytest.mark.parametrize(
    "address",
    [
        "/hr/match/gaps/?competency=M.99", "/hr/match/people/?band=x:y",
        "/hr/match/gaps/?competency=M.02&after=nonsense",
    ],
)  # fmt: skip
def test_filters_that_say_nothing_are_told(hr, address):
    reply = hr.get(address)
    assert reply.status == 422
    assert "l-is-late" in reply.html


@pytest.mark.parametrize("address", ["/hr/match/?on=2999-01-01", "/hr/match/?on=x"])
def test_a_day_that_is_none_or_has_not_come_is_refused(hr, address):
    assert hr.get(address).status == 422


def test_a_unit_elsewhere_is_not_found(enter, app):
    browser = enter("hr", unit=unit(app, "DINKES"))
    assert browser.get("/hr/match/?unit=PUPR").status == 404
    assert browser.get("/hr/match/gaps/?competency=M.02&unit=PUPR").status == 404
    page = browser.get("/hr/match/").text
    assert "Dinas DINKES" in page
    assert "PUPR" not in page
    listed = browser.get("/hr/match/gaps/?competency=M.01").text
    assert "Belum" not in listed


def test_who_may_not_see_names_sees_no_small_unit_and_no_list(enter):
    browser = enter("organiser")
    page = browser.get("/hr/match/").text
    assert "fewer than 5" in page
    assert "88.89" not in page
    assert lists(browser.page) == []


def test_a_day_that_has_passed_shows_what_was_learned_by_then(hr):
    yesterday = (NOW - timedelta(days=1)).date().isoformat()
    page = hr.get(f"/hr/match/?on={yesterday}")
    assert "88.89" not in page.text
    assert all(f"on={yesterday}" in href for href in lists(page))


def test_the_map_of_many_people_says_when_its_figures_were_made(app, hr):
    learn = app.extensions["learn"]
    learn.settings = type(learn.settings)(**{**vars(learn.settings), "figures_live": 0})
    assert "The figures are being made" in hr.get("/hr/match/").text
    refresh(learn.database, learn.settings, load_framework(), now=NOW)
    page = hr.get("/hr/match/").text
    assert "88.89" in page
    assert "made anew regularly" in page
    listed = hr.get("/hr/match/gaps/?competency=M.02")
    assert "as old as the figures" in listed.text


def test_the_map_costs_the_same_however_many_people_there_are(app, hr):
    learn = app.extensions["learn"]
    hr.get("/hr/match/")
    with Counted(learn.database) as few:
        hr.get("/hr/match/")
    with learn.database.transaction() as session:
        roads = session.query(Unit).filter_by(code="PUPR").one()
        for number in range(30):
            administrator(session, roads, f"Orang {number}", (0,) * 9)
    with Counted(learn.database) as many:
        hr.get("/hr/match/")
    assert len(few.statements) == len(many.statements)


def test_the_record_of_somebody_whose_post_requires_nothing_says_so(hr):
    assert "requires no level" in hr.get("/me/record/").text


def test_the_professionalism_index_is_simulated_from_the_account_and_what_hr_chooses(hr, city):
    """The example of the domain: 70 and low, with the leadership training 85 and high."""
    address = f"/hr/people/{city['good']}/professionalism/"
    page = hr.get(f"/hr/people/{city['good']}/")
    assert address in page.addresses
    assert "Choose qualification and performance" in hr.get(address).text
    chosen = f"{address}?qualification=S1&performance=good&jp=24&seminar=yes"
    assert "70 low" in hr.get(chosen).text
    assert "85 high" in hr.get(f"{chosen}&training=yes").text
    assert hr.get(f"{address}?jp=x&qualification=S9&discipline=1").status == 200
