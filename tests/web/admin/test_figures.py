"""The page of figures: HR changes them with a source, and every page counts by them at once."""

from __future__ import annotations

import pytest

from learn.people.access import Role
from tests.support.statements import Counted

LIST, FLAT, DUTY = "/admin/figures/", "/admin/figures/forms/NKL07", "/admin/figures/duty/PNS"


@pytest.fixture
def hr(signed_in):
    browser = signed_in(Role.HR)
    browser.client.set_cookie("learn_language", "en")
    return browser


def test_every_form_stands_there_with_its_figures_and_how_sure_they_are(hr):
    page = hr.get(LIST)
    assert page.status == 200
    for part in ("NKL07", "KL01", "at least 20", "at most 24", "To be confirmed", "PP 49/2018"):
        assert part in page.text
    assert "Nothing was changed yet" in page.text


def test_a_figure_is_changed_with_its_source_and_the_change_is_told(hr):
    hr.get(FLAT)
    page = hr.submit("figures", jp="7", minimum_duration_days="2", confidence="high",
                     source="Surat BKPSDM 12/2026")  # fmt: skip
    assert page.url == LIST and "from now on" in page.text
    assert "Surat BKPSDM 12/2026" in page.text
    assert "JP: 10 7" in page.text


def test_a_form_can_be_counted_in_another_way(hr):
    hr.get(f"{FLAT}?mode=clock")
    page = hr.submit(
        "figures", minutes_per_jp="45", cap_per_day="8", confidence="medium", source="x"
    )
    assert page.url == LIST
    assert "Minutes for 1 JP: 45" in page.text
    assert hr.get(f"{FLAT}?mode=moon").status == 404


@pytest.mark.parametrize("jp, source, told", [
    ("0", "x", "1000"), ("", "x", "required"), ("3,5", "x", "integer"), ("7", "", "required"),
    ("99999999999", "x", "1000"), ("-1", "x", "1000"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_changed(hr, jp, source, told):
    hr.get(FLAT)
    page = hr.submit("figures", jp=jp, minimum_duration_days="1", confidence="high", source=source)
    assert page.status == 422 and told in page.text
    assert "Nothing was changed yet" in hr.get(LIST).text


def test_the_duty_of_a_year_changes_what_everybody_reads_at_once(hr):
    hr.get(DUTY)
    page = hr.submit(DUTY, jp="32", basis="Perda 1/2026")
    assert page.url == LIST and "at least 32" in page.text
    assert "32" in hr.get("/me/record/").text


def test_the_figures_cost_a_page_no_statement_of_its_own(app, hr):
    hr.get("/me/record/")
    database = app.extensions["learn"].database
    with Counted(database) as before:
        hr.get("/me/record/")
    hr.get(DUTY)
    hr.submit(DUTY, jp="32", basis="Perda 1/2026")
    hr.get("/me/record/")
    with Counted(database) as after:
        hr.get("/me/record/")
    assert len(after.statements) == len(before.statements)


def test_two_who_change_figures_do_not_overwrite_each_other(hr, signed_in):
    other = signed_in(Role.ADMIN)
    other.client.set_cookie("learn_language", "en")
    hr.get(FLAT), other.get(DUTY)
    hr.submit("figures", jp="7", minimum_duration_days="2", confidence="high", source="x")
    page = other.submit(DUTY, jp="32", basis="y")
    assert page.status == 422 and "meanwhile" in page.text
