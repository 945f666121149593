"""The page of figures that are no JP: HR changes a measure, and what is counted by it follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from learn.hours.services import credit_hours
from learn.people.access import Role
from learn.people.services import add_person
from tests.support import make
from tests.support.learning import publish_course
from tests.support.statements import Counted
from tests.web.test_learning import option_key

LIST, FLAT, DUTY = "/admin/figures/", "/admin/figures/forms/NKL07", "/admin/figures/duty/PNS"
NOW = datetime.now(UTC)  # the pages have the real clock


@pytest.fixture
def hr(signed_in):
    browser = signed_in(Role.HR)
    browser.client.set_cookie("learn_language", "en")
    return browser


@pytest.fixture
def person(app):
    """A supervisor by post (pengawas), whose index is simulated."""
    with app.extensions["learn"].database.transaction() as session:
        unit = make.unit(session, "DINKES")
        return add_person(
            session, number=make.nip(), name="I Made Contoh", kind="PNS", unit=unit, actor_id=None,
            post_class="PENGAWAS", post_title="Kepala Subbagian", now=make.JOINED,
            settings=make.settings(),
        ).id  # fmt: skip


@pytest.fixture
def credited(app):
    """Credit JP of this year to somebody."""

    def credited(person_id, form, jp):
        with app.extensions["learn"].database.transaction() as session:
            credit_hours(session, person_id, jp=jp, form=form, year=NOW.year, source="training",
                         ref=form, now=NOW)  # fmt: skip

    return credited


@pytest.fixture
def learner(app, signed_in):
    """The browser of somebody who took the pre-test of the small course, wrongly."""
    publish_course(app, NOW)
    browser = signed_in(name="Ni Luh Ayu")
    browser.client.set_cookie("learn_language", "en")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    browser.get("/courses/dasar/quizzes/sekali/")
    browser.submit("/courses/dasar/quizzes/sekali/attempts")
    browser.submit("answer", {"answer": "7"}, press="summary")
    browser.submit("submission")
    return browser


def half_right(browser):
    """Take the final test, one of two answers right, and return the page of the result."""
    browser.get("/courses/dasar/quizzes/akhir/")
    browser.submit("/courses/dasar/quizzes/akhir/attempts")
    browser.submit(
        "answer", {"answer": option_key(browser.page.html, "Pemerintahan")}, press="next"
    )
    browser.submit("answer", {"answer": "7"}, press="summary")
    return browser.submit("submission")


MEASURE = "/admin/figures/measures/pass_classes"


def test_every_measure_stands_on_the_page_with_its_source_and_how_sure_it_is(hr):
    page = hr.get(LIST)
    for part in ("Qualification", "S3 (doctorate): 25", "Technical training: 22.5", "very high: 91",
                 "Satisfactory: 80", "high: 0.7", "Peraturan BKN 8/2019", "jumlahJam"):  # fmt: skip
        assert part in page.text
    assert "IP-ASN: Technical training" in page.text
    assert {"/admin/framework/requirements/", MEASURE} <= set(page.addresses)


def test_points_of_the_index_are_changed_and_the_simulation_shows_it_at_once(hr, person):
    address = (
        f"/hr/people/{person}/professionalism/?qualification=S1&performance=good&jp=24&seminar=yes"
    )
    assert "70 low" in hr.get(address).text
    hr.get("/admin/figures/measures/performance")
    page = hr.submit("measure", figure_very_good="30", figure_good="20", figure_fair="15",
                     figure_poor="5", figure_very_poor="1", confidence="high", source="Surat BKN 7/2026")  # fmt: skip
    assert page.url == LIST and "from now on" in page.text
    assert "Surat BKN 7/2026" in page.text and "Good: 25 20" in page.text
    assert "65 low" in hr.get(address).text
    hr.get("/admin/figures/measures/technical_jp")
    hr.submit("measure", figure_jp="30", confidence="high", source="x")
    page = hr.get(address)
    assert "50 very low" in page.text and "from 30 JP" in page.text


def test_which_form_counts_for_what_is_a_figure_too(hr, person, credited):
    credited(person, "KL10", 24)
    address = f"/hr/people/{person}/professionalism/"
    assert 'value="24"' in hr.get(address).html
    hr.get("/admin/figures/forms/KL10")
    hr.submit("figures", component="seminar", confidence="high", source="Surat BKPSDM 3/2026")
    page = hr.get(address)
    assert 'value="24"' not in page.html
    assert "Counts for the IP-ASN as" in hr.get(LIST).text


def test_windows_are_figures_and_said_in_the_simulation(hr, person):
    hr.get("/admin/figures/measures/windows")
    hr.submit("measure", figure_technical="2", figure_seminar="3", figure_discipline="1",
              confidence="medium", source="x")  # fmt: skip
    page = hr.get(f"/hr/people/{person}/professionalism/").text
    assert "last 3 years" in page and "Sanctions in the last 1 year" in page and "2025–2026" in page


@pytest.mark.parametrize("key, fields, told", [
    ("performance", {"figure_good": "30"}, "below 30"),
    ("performance", {"figure_good": "31"}, "A whole number from 0 to 30"),
    ("performance", {"figure_good": "25,5"}, "A whole number from 0 to 30"),
    ("performance", {"figure_good": ""}, "required"),
    ("performance", {"figure_good": "1.000"}, "A whole number from 0 to 30"),
    ("performance", {"source": ""}, "required"),
    ("parts_pelaksana", {"figure_technical": "25"}, "make 40; these make 42.5"),
    ("gain_classes", {"figure_high": "1,001"}, "with 2 decimals at most"),
    ("pass_classes", {"name_fair_id": ""}, "required"),
    ("pass_classes", {"name_fair_en": "x" * 61}, "60"),
])  # fmt: skip
def test_figures_of_a_measure_that_cannot_be_are_refused_and_kept_in_the_form(
    hr, key, fields, told
):
    hr.get(f"/admin/figures/measures/{key}")
    page = hr.submit("measure", **({"source": "x"} | fields))
    assert page.status == 422 and told in page.text
    assert "Nothing was changed yet" in hr.get(LIST).text


def test_a_decimal_comma_is_typed_and_shown_in_indonesian(hr):
    hr.client.set_cookie("learn_language", "id")
    page = hr.get("/admin/figures/measures/parts_pelaksana")
    assert 'value="22,5"' in page.html
    page = hr.submit("measure", figure_technical="25,5", figure_seminar="17,5", source="x")
    assert page.status == 422 and "43" in page.text
    hr.get("/admin/figures/measures/parts_pelaksana")
    page = hr.submit("measure", figure_technical="25,5", figure_seminar="14,5", source="x")
    assert page.url == LIST and "25,5" in page.text


def test_figures_go_back_to_those_that_ship(hr):
    hr.get(MEASURE)
    assert "Back to the figures that ship" not in hr.get(MEASURE).text
    hr.submit("measure", figure_very_good="95", source="x", name_fair_id="Cukup")
    page = hr.get(MEASURE)
    assert 'value="Cukup"' in page.html
    page = hr.submit("/admin/figures/back/pass_classes")
    assert page.url == LIST and "from now on" in page.text
    assert "Back to the figures that ship" not in hr.get(MEASURE).text
    assert "95 90" in hr.get(LIST).text, "the history keeps both changes"
    hr.get(FLAT)
    hr.submit("figures", jp="7", minimum_duration_days="2", confidence="high", source="x")
    stale = hr.get(FLAT)
    hr.get(DUTY)
    hr.submit(DUTY, jp="32", basis="y")
    assert "Back to the figures that ship" in stale.text
    hr.page = stale
    page = hr.submit("/admin/figures/back/NKL07")
    assert "meanwhile" in page.text and "JP: 7" in page.text


def test_the_audit_names_what_was_changed(hr, signed_in):
    hr.get(MEASURE)
    hr.submit("measure", figure_very_good="95", source="x")
    auditor = signed_in(Role.AUDITOR)
    auditor.client.set_cookie("learn_language", "en")
    assert "Figures changed: Classes of grades" in auditor.get("/admin/audit/").text


def test_an_unknown_measure_is_not_found(hr):
    assert hr.get("/admin/figures/measures/none").status == 404
    assert hr.post("/admin/figures/measures/none", {"source": "x"}, token=True).status == 404
    assert hr.post("/admin/figures/back/none", token=True).status == 404


def test_what_is_typed_never_becomes_markup_and_no_control_sign_is_kept(hr):
    hr.get(MEASURE)
    page = hr.submit(
        "measure", name_fair_id="<b onclick=x>Cukup", source="<script>1</script>\x00\x07"
    )
    assert page.url == LIST
    assert "<script>1" not in page.html and "<b onclick" not in page.html
    assert "&lt;script&gt;1&lt;/script&gt;" in page.html and "\x00" not in page.html


def test_without_its_token_nothing_is_changed(hr):
    assert hr.post(MEASURE, {"source": "x"}).status in (400, 422)
    assert hr.post("/admin/figures/back/pass_classes", {"seen": ""}).status == 400
    assert "Nothing was changed yet" in hr.get(LIST).text


def test_only_hr_and_administrators_change_measures(signed_in):
    auditor = signed_in(Role.AUDITOR)
    assert auditor.get(MEASURE).status == 403


def test_measures_cost_a_page_no_statement_of_their_own(app, hr, person):
    address = f"/hr/people/{person}/professionalism/"
    hr.get(address)
    database = app.extensions["learn"].database
    with Counted(database) as before:
        hr.get(address)
    hr.get(MEASURE)
    hr.submit("measure", figure_very_good="95", source="x")
    hr.get(address)
    with Counted(database) as after:
        hr.get(address)
    assert len(after.statements) == len(before.statements)


def test_a_result_shows_its_classes_and_keeps_those_of_the_day_it_was_handed_in(
    learner, hr, signed_in
):
    old = half_right(learner)
    assert "Class of the grade: Not qualified" in old.text and "N-gain, medium" in old.text
    hr.get(MEASURE)
    hr.submit("measure", figure_less="40", name_less_en="Just enough", source="Perka LAN 1/2026")
    hr.get("/admin/figures/measures/gain_classes")
    hr.submit("measure", figure_high="0,45", source="x")
    new = half_right(learner)
    assert "Class of the grade: Just enough" in new.text and "N-gain, high" in new.text
    again = learner.get(old.url)
    assert "Class of the grade: Not qualified" in again.text and "N-gain, medium" in again.text
    organiser = signed_in(Role.ORGANISER)
    organiser.client.set_cookie("learn_language", "en")
    listed = organiser.get("/studio/dasar/results/akhir/attempts/").text
    assert "Not qualified" in listed and "Just enough" in listed
    pretest = organiser.get("/studio/dasar/results/sekali/attempts/").text
    assert "Not qualified" not in pretest


def test_a_pre_test_has_no_class(learner):
    learner.get("/courses/dasar/quizzes/sekali/")
    assert "Class of the grade" not in learner.page.text


def test_an_assessment_is_offered_the_validity_that_hr_says(hr, signed_in, person):
    hr.get("/admin/figures/measures/assessment_validity")
    hr.submit("measure", figure_years="5", source="Keputusan 4/2026")
    assessor = signed_in(Role.ASSESSOR)
    assert f'value="{NOW.year + 5}-' in assessor.get(f"/assess/{person}/").html
