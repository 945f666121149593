"""HR keeps the levels that posts require; pages, files and the API say the same."""

from __future__ import annotations

import io

import pytest

from learn.people.access import Role
from learn.people.models import Person
from tests.support import make

LIST = "/admin/framework/requirements/"
ROW = {
    "post_class": "PELAKSANA",
    "competency": "M.05",
    "required_level": "2",
    "since": "2026-01-01",
}


@pytest.fixture
def hr(signed_in):
    browser = signed_in(Role.HR)
    browser.get("/help")
    browser.post("/language", {"language": "en"}, token=True)
    return browser


def add(browser, **more):
    browser.get(f"{LIST}new/")
    return browser.submit(f"{LIST}new/", {**ROW, "ends_open": False, **more})


def test_without_rows_the_usual_levels_are_shown_with_how_sure_they_are(hr):
    page = hr.get(LIST)
    assert "No required level of your own yet" in page.text
    assert "Low: to be confirmed" in page.text
    assert "Source: Level seragam yang lazim" in page.text


def test_a_level_is_added_shown_corrected_and_removed(hr, app):
    page = add(hr, source="SK 1/2026", confidence="low")
    assert "SK 1/2026" in page.text and "to be confirmed" in page.text
    page = hr.click("Jabatan Pelaksana")
    page = hr.submit(hr.page.url, {"required_level": "3"})
    assert page.status == 200
    page = hr.get(LIST)
    hr.click("Jabatan Pelaksana")
    hr.submit("Remove the row")
    assert "No required level of your own yet" in hr.page.text


def test_days_that_overlap_or_are_reversed_are_told_at_their_field(hr):
    add(hr)
    page = add(hr, since="2026-05-01")
    assert page.status == 422 and "without a last day" in page.text
    page = add(hr, competency="M.06", until="2025-01-01")
    assert page.status == 422 and "before it begins" in page.text
    page = add(hr, post_title="Analis")
    assert page.status == 422 and "either a post or a class" in page.text
    page = add(hr, unit="NIRGENDS", competency="M.07")
    assert page.status in {404, 422} and "NIRGENDS" in page.text
    assert add(hr, since="2026-05-01", ends_open=True).status == 200


def test_the_record_follows_the_level_in_force_today(hr, signed_in, app, now):
    learner = signed_in()
    with app.extensions["learn"].database.transaction() as session:
        session.get_one(Person, learner.person_id).post_class = "PELAKSANA"
    add(hr, required_level="4")
    assert learner.get("/me/record/competencies/M.05/").status == 200
    assert "4" in learner.page.text


def test_a_filter_without_a_hit_offers_to_clear_it(hr):
    add(hr)
    page = hr.get(f"{LIST}?competency=M.08")
    assert "No required level like this" in page.text
    assert "Jabatan Pelaksana" in hr.get(f"{LIST}?on=2026-03-01&post_class=PELAKSANA").text
    assert "Write a date" in hr.get(f"{LIST}?on=soon").text
    assert hr.get(f"{LIST}?after=nonsense").status == 422


def test_a_sheet_is_shown_first_then_done_and_again_changes_nothing(hr):
    sheet = b"jenjang;kompetensi;tingkat;mulai\nPELAKSANA;M.05;2;2026-01-01\n"
    hr.get(f"{LIST}import/")
    page = hr.submit(f"{LIST}import/", file=(io.BytesIO(sheet), "x.csv"))
    assert "M.05" in page.text
    assert "No required level of your own yet" in hr.get(LIST).text
    hr.get(f"{LIST}import/")
    hr.submit(f"{LIST}import/", file=(io.BytesIO(sheet), "x.csv"))
    page = hr.submit(f"{LIST}import/apply")
    assert page.url == LIST and "1 new" in page.text
    for format in ("csv", "xlsx"):
        file = hr.get(f"{LIST}file.{format}").data
        hr.get(f"{LIST}import/")
        page = hr.submit(f"{LIST}import/", file=(io.BytesIO(file), f"x.{format}"))
        assert "There is nothing to import" in page.text


def test_a_sheet_with_mistakes_changes_nothing(hr):
    sheet = b"jenjang;kompetensi;tingkat;mulai\nPELAKSANA;M.05;0;2026-01-01\nPELAKSANA;M.06;1;x\n"
    hr.get(f"{LIST}import/")
    page = hr.submit(f"{LIST}import/", file=(io.BytesIO(sheet), "x.csv"))
    assert page.status == 422
    assert "required_level" in page.text and "from" in page.text


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINER, Role.AUDITOR])
def test_others_do_not_edit_the_framework(signed_in, role):
    browser = signed_in(*(() if role == Role.EMPLOYEE else (role,)))
    assert browser.get("/admin/framework/").status == 403
    assert browser.get(LIST).status == 403


def test_hr_of_a_part_of_the_agency_does_not_edit_what_is_one_for_all(signed_in, app):
    with app.extensions["learn"].database.transaction() as session:
        office = make.unit(session, "A")
    assert signed_in(Role.HR, unit=office).get("/admin/framework/").status == 403


@pytest.fixture
def call(hr, app):
    def ask(method, path, **options):
        token = {"X-CSRFToken": hr.token()}
        return hr.client.open(f"/api/v1{path}", method=method, headers=token, **options)

    hr.get("/help")
    return ask


def test_the_api_tells_versions_mapping_and_what_is_required(call, hr):
    add(hr)
    hr.get("/help")
    whole = call("GET", "/frameworks/in-force").json
    assert (whole["number"], whole["in_force"]) == (1, True)
    assert [each["code"] for each in whole["competencies"]][:2] == ["M.01", "M.02"]
    assert call("GET", "/frameworks").json["items"][0]["digest"] == whole["digest"]
    assert call("GET", "/frameworks/1/mapping").json == {"number": 1, "items": []}
    assert call("GET", "/frameworks/9").status_code == 404
    [row] = call("GET", "/requirements").json["items"]
    assert (row["post_class"], row["required_level"]) == ("PELAKSANA", 2)
    asked = "/requirements/required?post_class=PELAKSANA&on=2026-03-01"
    levels = {each["competency"]: each for each in call("GET", asked).json["items"]}
    assert (levels["M.05"]["required_level"], levels["M.05"]["requirement"]) == (2, row["id"])
    assert (levels["M.01"]["required_level"], levels["M.01"]["requirement"]) == (1, None)
    assert call("GET", "/requirements?on=soon").status_code == 422


def test_the_api_takes_a_package_and_gives_the_difference(call):
    package = call("GET", "/frameworks/1/file?format=case").data
    sent = package.replace(b"Integritas", b"Kejujuran")
    options = {"data": sent, "content_type": "application/octet-stream"}
    told = call("POST", "/frameworks/imports?dry_run=true", **options)
    assert told.status_code == 200
    assert [each["after"] for each in told.json["differences"]] == ["Kejujuran"]
    assert call("POST", "/frameworks/imports", **options).status_code == 201
    again = call("POST", "/frameworks/imports?dry_run=true", **options)
    assert again.json["changes"] == 0  # it stands in the draft
    bad = call("POST", "/frameworks/imports", data=b"code;level\nM.01;7\n", content_type="text/csv")
    assert bad.status_code == 422
    assert (bad.json["errors"][0]["row"], bad.json["errors"][0]["column"]) == (2, "level")


def test_the_api_takes_required_levels_all_or_nothing(call):
    sheet = b"post_class,competency,required_level,from\nPELAKSANA,M.05,2,2026-01-01\n"
    assert (
        call("POST", "/requirements/imports", data=sheet, content_type="text/csv").json["new"] == 1
    )
    bad = sheet + b"PELAKSANA,M.06,9,2026-01-01\n"
    reply = call("POST", "/requirements/imports", data=bad, content_type="text/csv")
    assert reply.status_code == 422 and reply.json["errors"][0]["row"] == 3
    assert len(call("GET", "/requirements").json["items"]) == 1
