"""HR's pages for SIASN: counts lead to lists, files leave once, sheets come back."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest

from learn.ledger.reading import acts
from learn.siasn.models import SiasnPerson
from tests.support import make, records
from tests.support.statements import Counted

NOW = datetime.now(UTC)  # the pages have the real clock
NUMBERS = {"Adi": make.nip(7101), "Budi": make.nip(7102), "Citra": make.nip(7103)}


@pytest.fixture
def city(app):
    """Adi and Budi of DINKES, and Citra of PUPR, who is not linked; each completed the course."""
    with app.extensions["learn"].database.transaction() as session:
        health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
        for name, unit in (("Adi", health), ("Budi", health), ("Citra", roads)):
            who = make.person(session, name=name, number=NUMBERS[name], unit=unit, password=None)
            records.complete(session, who, now=NOW)
            if name != "Citra":
                session.add(SiasnPerson(person_id=who.id, siasn_id=f"P-{name}", set_at=NOW))
        return {"DINKES": health, "PUPR": roads}


@pytest.fixture
def enter(signed_in, city):
    """Sign in somebody who reads English."""

    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


def tiles(page):
    found = re.findall(
        r'l-tile">\s*<p class="l-eyebrow">([^<]*)<.*?href="([^"]+)">\s*(\d+)', page.html, re.DOTALL
    )
    return {name: (int(count), url.replace("&amp;", "&")) for name, url, count in found}


def people_of(page):
    text = page.data.decode("utf-8-sig")
    return sorted(row["pnsOrangId"] for row in csv.DictReader(io.StringIO(text, newline="")))


def send(browser, **values):
    browser.get("/hr/siasn/")
    return browser.submit("send", format="csv", **values)


def kinds(app):
    with app.extensions["learn"].database.reading() as session:
        return [
            act.kind
            for act in acts(session, kind=None)
            if "siasn" in act.kind or act.kind == "exported"
        ]


def test_each_count_leads_to_a_list_of_as_many(enter):
    hr = enter("hr")
    found = tiles(hr.get("/hr/siasn/"))
    assert {name: count for name, (count, _url) in found.items() if count} == {
        "Not exported yet": 2, "Person not linked": 1,
    }  # fmt: skip
    for count, url in found.values():
        assert hr.get(url).html.count('<th scope="row">') == count


def test_the_unit_stands_in_the_address_and_narrows_all(enter):
    hr = enter("hr")
    found = tiles(hr.get("/hr/siasn/?unit=PUPR"))
    assert found["Not exported yet"] == (0, "/hr/siasn/records/?unit=PUPR&state=pending")
    assert people_of(hr.submit("send", format="csv")) == []
    assert hr.get("/hr/siasn/?unit=NONE").status == 404


def test_downloading_changes_nothing_and_marking_sends_once(enter, app):
    hr = enter("hr")
    assert people_of(send(hr)) == people_of(send(hr)) == ["P-Adi", "P-Budi"]
    answer = send(hr, press="mark")
    assert people_of(answer) == ["P-Adi", "P-Budi"]
    assert ".csv" in answer.headers["Content-Disposition"]
    assert people_of(send(hr)) == []
    assert "nothing was marked" in send(hr, press="mark").text
    page = hr.get("/hr/siasn/")
    assert tiles(page)["Exported, no answer yet"][0] == 2
    assert "Batch 1" in page.text
    assert people_of(send(hr, exported=True)) == ["P-Adi", "P-Budi"]


def test_a_batch_can_be_downloaded_again(enter):
    hr = enter("hr")
    send(hr, press="mark")
    page = hr.get("/hr/siasn/")
    again = hr.post("/hr/siasn/", {"batch": "1", "format": "json"}, token=True)
    assert "Download again" in page.text
    assert {row["pnsOrangId"] for row in json.loads(again.data)} == {"P-Adi", "P-Budi"}
    hr.get("/hr/siasn/")
    assert hr.post("/hr/siasn/", {"batch": "x"}, token=True).status == 422


def test_ids_of_people_are_shown_before_they_are_taken(enter, app):
    hr = enter("hr")
    hr.get("/hr/siasn/people/")
    sheet = f"nip,pnsOrangId\n{NUMBERS['Citra']},P-Citra\n".encode()
    page = hr.submit("/hr/siasn/people/", file=(io.BytesIO(sheet), "ids.csv"))
    assert "P-Citra" in page.text
    assert NUMBERS["Citra"] not in page.text
    assert tiles(hr.get("/hr/siasn/"))["Person not linked"][0] == 1
    hr.page = page
    assert "1 row taken over" in hr.submit("/hr/siasn/people/apply").text
    assert tiles(hr.get("/hr/siasn/"))["Person not linked"][0] == 0
    assert "siasn_people_linked" in kinds(app)


def test_results_come_back_and_are_told_row_by_row(enter, app):
    hr = enter("hr")
    rows = csv.DictReader(io.StringIO(send(hr, press="mark").data.decode("utf-8-sig")))
    one, two = (row["nomorSertipikat"] for row in rows)
    hr.get("/hr/siasn/results/")
    wrong = hr.submit("/hr/siasn/results/", file=(io.BytesIO(b"certificate,id\nX,R\n"), "r.csv"))
    assert wrong.status == 422
    assert "There is no such record" in wrong.text
    hr.get("/hr/siasn/results/")
    sheet = f"certificate,id,message\n{one},RW-1,\n{two},,<b>Bentrok</b>\n".encode()
    hr.submit("/hr/siasn/results/", file=(io.BytesIO(sheet), "r.csv"))
    hr.submit("/hr/siasn/results/apply")
    found = tiles(hr.get("/hr/siasn/"))
    assert (found["Accepted by SIASN"][0], found["Refused by SIASN"][0]) == (1, 1)
    assert "RW-1" in hr.get(found["Accepted by SIASN"][1]).text
    assert "<b>Bentrok</b>" in hr.get(found["Refused by SIASN"][1]).text
    assert len(people_of(send(hr))) == 1
    assert kinds(app).count("siasn_results_taken") == 1
    assert kinds(app).count("siasn_marked") == 1


def test_hr_of_a_unit_reaches_its_own_people_alone(enter, city):
    hr = enter("hr", unit=city["PUPR"])
    assert "Adi" not in hr.get("/hr/siasn/records/").text
    assert people_of(send(hr)) == []
    assert "nothing was marked" in send(hr, press="mark").text
    assert hr.get("/hr/siasn/?unit=DINKES").status == 404
    hr.get("/hr/siasn/people/")
    sheet = f"nip,siasn_id\n{NUMBERS['Adi']},P-X\n".encode()
    page = hr.submit("/hr/siasn/people/", file=(io.BytesIO(sheet), "ids.csv"))
    assert "Nobody among your people" in page.text


def test_an_auditor_reads_and_downloads_and_marks_nothing(enter):
    auditor = enter("auditor")
    page = auditor.get("/hr/siasn/")
    assert "Download and mark" not in page.text
    assert people_of(send(auditor)) == ["P-Adi", "P-Budi"]
    auditor.get("/hr/siasn/")
    assert auditor.post("/hr/siasn/", {"mark": "1"}, token=True).status == 403
    assert tiles(auditor.get("/hr/siasn/"))["Not exported yet"][0] == 2


@pytest.mark.parametrize("kind", ["people", "results"])
def test_templates_hold_the_columns_and_strange_files_are_told(enter, kind):
    hr = enter("hr")
    assert hr.get(f"/hr/siasn/{kind}/template.xlsx").data.startswith(b"PK")
    template = hr.get(f"/hr/siasn/{kind}/template.csv").data
    for content, name in (
        (b"", "a.csv"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"\xff\xfe", "a.csv"),
        (template, "a.csv"),
    ):
        hr.get(f"/hr/siasn/{kind}/")
        page = hr.submit(f"/hr/siasn/{kind}/", file=(io.BytesIO(content), name))
        assert page.status == (200 if content == template else 422), (content, page.text)


@pytest.mark.parametrize(
    "query", ["state=none", "after=x", "state=accepted&after=WzAsICIiXQ", "after=WzksICIiXQ"]
)
def test_strange_addresses_are_answered(enter, query):
    assert enter("hr").get(f"/hr/siasn/records/?{query}").status in (200, 422)


def test_pages_cost_the_same_however_many_records_there_are(enter, app):
    hr = enter("hr")

    def cost():
        counts = []
        for address in ("/hr/siasn/", "/hr/siasn/records/"):
            with Counted(app.extensions["learn"].database) as counted:
                assert hr.get(address).status == 200
            assert counted.writes == []
            counts.append(len(counted.statements))
        return counts

    hr.get("/hr/siasn/")
    before = cost()
    with app.extensions["learn"].database.transaction() as session:
        for number in range(8):
            who = make.person(session, password=None)
            records.complete(session, who, now=NOW)
            session.add(SiasnPerson(person_id=who.id, siasn_id=f"Q{number}", set_at=NOW))
    assert cost() == before
