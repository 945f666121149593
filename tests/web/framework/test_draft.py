"""HR edits the framework in a draft, sees what it changes and whom it concerns, and publishes it."""

from __future__ import annotations

import io
import json

import pytest

from learn.competencies.framework.catalogue import load_framework
from learn.competencies.framework.models import FrameworkVersion
from learn.competencies.framework.versions import content_of, in_force
from learn.competencies.services import record_evidence
from learn.people.access import Role
from learn.web.framework import draft as framework_draft
from tests.support import make
from tests.support.statements import Counted

DRAFT = "/admin/framework/draft/"
TEXTS = {
    "name_id": "Administrasi Kependudukan", "definition_id": "Melayani penduduk.",
    **{f"descriptor_id_{level}": f"Tingkat {level}." for level in range(1, 6)},
}  # fmt: skip


@pytest.fixture
def hr(signed_in):
    browser = signed_in(Role.HR)
    browser.get("/admin/framework/")
    browser.submit("/admin/framework/draft/begin")
    return browser


def fill(browser, values=None):
    """Fill in the form that the page is about, and send it."""
    return browser.submit(browser.page.url, values or {})


def english(browser):
    browser.post("/language", {"language": "en"}, token=True)
    return browser


def add(browser, code="T.DUKCAPIL.01", **more):
    browser.get(f"{DRAFT}competencies/new/")
    return fill(browser, {**TEXTS, "code": code, **more})


def test_the_version_that_ships_is_in_force_until_one_is_published(signed_in):
    page = signed_in(Role.HR).get("/admin/framework/")
    assert page.status == 200
    assert "Peraturan Menteri PANRB Nomor 38 Tahun 2017" in page.text
    assert all(code in page.text for code in ("M.01", "M.08", "SK.01"))


def test_an_edit_concerns_nobody_before_it_is_published(hr, database, now):
    hr.get(f"{DRAFT}competencies/M.05/")
    fill(hr, {"name_id": "Pelayanan Prima"})
    assert "Pelayanan Prima" in hr.get(DRAFT).text
    assert "Pelayanan Prima" not in hr.get("/admin/framework/").text
    page = hr.get(f"{DRAFT}changes/")
    assert "Pelayanan Publik" in page.text and "Pelayanan Prima" in page.text
    fill(hr)
    assert "Pelayanan Prima" in hr.get("/admin/framework/").text
    with database.reading() as session:
        assert (
            in_force(session, now.replace(year=2030)).competency("M.05").names.id
            == "Pelayanan Prima"
        )


def test_every_process_sees_a_publication_with_its_next_page(hr, signed_in, app):
    other = signed_in()
    assert "Pelayanan Publik" in other.get("/me/record/competencies/M.05/").text
    hr.get(f"{DRAFT}competencies/M.05/")
    fill(hr, {"name_id": "Pelayanan Prima"})
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    assert "Pelayanan Prima" in other.get("/me/record/competencies/M.05/").text


def test_a_technical_competency_is_added_with_its_unit(hr, database):
    with database.transaction() as session:
        make.unit(session, "DUKCAPIL")
    assert add(hr, unit="NIRGENDS").status == 422
    add(hr, unit="DUKCAPIL")
    assert "T.DUKCAPIL.01" in hr.get(DRAFT).text
    assert add(hr).status == 409
    assert add(hr, code="dukcapil").status == 422


def test_a_draft_with_missing_texts_is_kept_and_cannot_be_published(hr):
    add(hr, descriptor_id_3="")
    page = hr.get(f"{DRAFT}changes/")
    assert "T.DUKCAPIL.01" in page.text
    answer = hr.post(
        f"{DRAFT}changes/",
        {"regulation": "SK", "in_force_from": "2030-01-01", "based_on": based_on(page)}, token=True,
    )  # fmt: skip
    assert answer.status == 422


def based_on(page):
    return next(
        form.fields["based_on"].values[0] for form in page.forms if "based_on" in form.fields
    )


def test_who_edits_what_somebody_else_has_changed_meanwhile_is_told(hr, signed_in):
    page = hr.get(f"{DRAFT}competencies/M.01/")
    seen = based_on(page)
    other = signed_in(Role.ADMIN)
    other.get(f"{DRAFT}competencies/M.02/")
    fill(other, {"name_id": "Kerja Tim"})
    answer = hr.post(
        f"{DRAFT}competencies/M.01/",
        {"name_id": "Berintegritas Tinggi", "kind": "managerial", "based_on": seen}, token=True,
    )  # fmt: skip
    assert answer.status == 409
    assert "Berintegritas Tinggi" not in hr.get(DRAFT).text


def test_evidence_on_a_renamed_code_counts_under_the_new_one(hr, signed_in, database, now):
    learner = signed_in()
    with database.transaction() as session:
        record_evidence(
            session, learner.person_id, competency="M.05", level=2, source="training",
            ref="t1", now=now,
        )  # fmt: skip
    hr.get(f"{DRAFT}competencies/M.05/")
    hr.submit(f"{DRAFT}competencies/M.05/code", {"code": "M.55"})
    page = hr.get(f"{DRAFT}changes/")
    assert "M.55" in page.text
    fill(hr)
    page = learner.get("/me/record/competencies/M.55/")
    assert page.status == 200 and "2" in page.text
    assert learner.get("/me/record/competencies/M.05/").status in {404, 200}


def test_a_split_states_levels_and_a_cycle_is_refused(hr):
    hr.get(f"{DRAFT}competencies/M.02/retirement/")
    page = fill(hr, {"replaced_by": "M.01 (1>0, 2>1), M.03"})
    assert page.status == 200
    assert "M.01 (1>0, 2>1), M.03" in hr.get(DRAFT).text
    hr.get(f"{DRAFT}competencies/M.03/retirement/")
    assert fill(hr, {"replaced_by": "M.02"}).status == 422
    assert fill(hr, {"replaced_by": "M.01 (9>9)"}).status == 422
    assert fill(hr, {"replaced_by": "M.99"}).status == 422


def test_a_code_comes_back_as_it_was(hr):
    hr.get(f"{DRAFT}competencies/M.02/retirement/")
    fill(hr, {"replaced_by": "M.01"})
    hr.get(f"{DRAFT}competencies/M.02/")
    hr.submit(f"{DRAFT}competencies/M.02/return")
    assert "M.02" in hr.get(DRAFT).text
    hr.get(f"{DRAFT}changes/")
    assert fill(hr).status == 409  # nothing is left to be published


def test_bands_are_data_that_falls_from_band_to_band(hr):
    hr.get(f"{DRAFT}bands/")
    assert fill(hr, {"selection_nearly_qualified_percent": "90"}).status == 422
    assert fill(hr, {"selection_nearly_qualified_percent": "x"}).status == 422
    fill(hr, {"selection_nearly_qualified_percent": "70", "source": "SK 12/2026"})
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    page = hr.get("/admin/framework/")
    assert "70" in page.text and "SK 12/2026" in page.text


def test_the_names_of_levels_are_data_with_a_source_and_hold_once_published(hr):
    english(hr)
    page = hr.get(f"{DRAFT}levels/")
    assert 'value="Mumpuni"' in page.html and 'value="Advanced"' in page.html
    assert fill(hr, {"name_4_id": ""}).status == 422
    page = fill(hr, {"name_4_id": "dasar"})
    assert page.status == 422 and "dasar" in page.text
    assert fill(hr, {"name_4_id": "x" * 61}).status == 422
    page = fill(hr, {"name_4_id": "Lanjutan", "name_4_en": "Proficient", "source": "SK 13/2026",
                     "confidence": "high"})  # fmt: skip
    assert page.url == DRAFT and "Proficient" in page.text
    page = hr.get(f"{DRAFT}changes/")
    assert "Name of level 4" in page.text and "Lanjutan / Proficient" in page.text
    assert "Proficient" not in hr.get("/admin/framework/").text
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    page = hr.get("/admin/framework/")
    assert "Proficient" in page.text and "SK 13/2026" in page.text
    assert "Proficient" in hr.get("/me/record/competencies/M.05/").text


def test_names_of_levels_kept_meanwhile_by_a_colleague_are_not_overwritten(hr):
    stale = hr.get(f"{DRAFT}levels/")
    hr.get(f"{DRAFT}bands/")
    fill(hr, {"source": "SK 12/2026"})
    hr.page = stale
    assert fill(hr, {"name_4_id": "Lanjutan"}).status == 409


def test_a_version_is_not_published_for_a_day_that_is_over(hr):
    hr.get(f"{DRAFT}competencies/M.01/")
    fill(hr, {"name_id": "Berintegritas Tinggi"})
    hr.get(f"{DRAFT}changes/")
    assert fill(hr, {"in_force_from": "2020-01-01"}).status == 422
    page = fill(hr, {"in_force_from": "2099-01-01"})
    assert "Berintegritas Tinggi" not in page.text  # it waits for its day


def test_an_earlier_version_can_be_taken_into_a_draft(hr, database):
    hr.get(f"{DRAFT}competencies/M.05/")
    hr.submit(f"{DRAFT}competencies/M.05/code", {"code": "M.55"})
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    assert hr.get("/admin/framework/versions/2/").status == 200
    hr.get("/admin/framework/versions/1/")
    page = hr.submit("/admin/framework/draft/begin")
    assert "M.05" in page.text and "M.55" in page.text
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    with database.reading() as session:
        rows = {row.number for row in session.query(FrameworkVersion)}
    assert rows == {1, 2, 3}
    assert "M.05" in hr.get("/admin/framework/").text
    with database.reading() as session:
        row = session.get(FrameworkVersion, 3)
        assert content_of(session, row).counts_as("M.55", 3) == {"M.05": 3}


def test_a_removed_draft_leaves_the_version_in_force(hr):
    hr.get(DRAFT)
    hr.submit("/admin/framework/draft/removal")
    assert hr.get(DRAFT).url == "/admin/framework/"


def test_the_framework_that_ships_comes_back_in_other_databases():
    assert load_framework().version == "permenpanrb-38-2017/1"


@pytest.mark.parametrize("format", ["csv", "xlsx", "case"])
def test_a_file_taken_away_and_sent_again_changes_nothing(hr, format):
    hr.get(f"{DRAFT}competencies/M.02/retirement/")
    fill(hr, {"replaced_by": "M.01 (1>0), M.03"})
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    file = hr.get(f"/admin/framework/versions/2/file.{format}").data
    hr.get("/admin/framework/import/")
    suffix = "json" if format == "case" else format
    page = hr.submit("/admin/framework/import/", file=(io.BytesIO(file), f"f.{suffix}"))
    assert page.status == 200
    assert not [form for form in page.forms if form.action.endswith("apply")]


def test_a_file_ends_in_the_draft_after_it_was_shown(hr):
    sheet = "kode;nama;tingkat;uraian\n" + "".join(
        f"T.X.01;Teknis X;{level};Uraian {level}\n" for level in range(1, 6)
    )
    hr.get("/admin/framework/import/")
    page = hr.submit("/admin/framework/import/", file=(io.BytesIO(sheet.encode()), "x.csv"))
    assert "T.X.01" in page.text
    assert "T.X.01" not in hr.get(DRAFT).text
    hr.get("/admin/framework/import/")
    hr.submit("/admin/framework/import/", file=(io.BytesIO(sheet.encode()), "x.csv"))
    page = hr.submit("/admin/framework/import/apply")
    assert "T.X.01" in page.text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.csv", b"kode;tingkat\nM.01;6\n", "2"),
        ("x.csv", "kode\nÄ\n".encode("latin-1"), "UTF-8"),
        ("x.json", b"{", "JSON"),
        ("x.json", b'{"CFDocument": {}}', "CASE"),
        ("x.json", b"[" * 100_000, "nested"),
        ("x.csv", b"", ""),
        ("x.csv", b"code;level;descriptor_id\n" + b"M.01;1;" + b"x" * 5000 + b"\n", "5000"),
    ],
)
def test_a_file_that_cannot_be_is_told_why(hr, name, content, told):
    hr.get("/admin/framework/import/")
    english(hr)
    hr.get("/admin/framework/import/")
    page = hr.submit("/admin/framework/import/", file=(io.BytesIO(content), name))
    assert page.status == 422
    assert told in page.text


def test_a_package_names_its_mistakes_by_identifier(hr):
    package = {
        "CFDocument": {"identifier": "d"},
        "CFItems": [{"identifier": "i1", "fullStatement": "X", "humanCodingScheme": "??"}],
        "CFAssociations": [],
    }
    hr.get("/admin/framework/import/")
    page = hr.submit(
        "/admin/framework/import/", file=(io.BytesIO(json.dumps(package).encode()), "p.json")
    )
    assert page.status == 422
    assert "i1" in page.text and "humanCodingScheme" in page.text


def test_a_page_costs_the_same_after_a_publication(hr, signed_in, database):
    learner = signed_in()
    learner.get("/me/record/")
    with Counted(database) as before:
        learner.get("/me/record/")
    hr.get(f"{DRAFT}competencies/M.01/")
    fill(hr, {"name_id": "Keutuhan"})
    hr.get(f"{DRAFT}changes/")
    fill(hr)
    learner.get("/me/record/")
    with Counted(database) as after:
        assert "Keutuhan" in learner.get("/me/record/").text
    assert len(after.statements) == len(before.statements)


def test_a_long_framework_is_shown_some_at_a_time_and_narrowed_by_a_word(hr):
    rows = "".join(f"T.X.{n:03d};Teknis {n};{n % 5 + 1};Uraian\n" for n in range(120))
    sheet = f"kode;nama;tingkat;uraian\n{rows}".encode()
    hr.get("/admin/framework/import/")
    hr.submit("/admin/framework/import/", file=(io.BytesIO(sheet), "x.csv"))
    page = hr.submit("/admin/framework/import/apply")
    links = [href for _text, href in page.links if "/competencies/T.X." in href]
    assert len(links) < 120
    assert any("after=" in href for _text, href in page.links)
    found = hr.get(f"{DRAFT}?q=t.x.077")
    assert "Teknis 77" in found.text and "Teknis 78" not in found.text
    assert hr.get(f"{DRAFT}?q=nirgends&after=T.X.001").status == 200


def test_whom_a_draft_concerns_is_said_before_it_is_published(
    hr, signed_in, database, now, monkeypatch
):
    learner = signed_in()
    with database.transaction() as session:
        record_evidence(
            session, learner.person_id, competency="M.05", level=2, source="training", ref="t1",
            now=now,
        )  # fmt: skip
    english(hr)
    hr.get(f"{DRAFT}competencies/M.05/")
    fill(hr, {"mandatory_2": "etika"})
    page = hr.get(f"{DRAFT}changes/")
    assert "Levels that fall 1" in page.text
    assert "There is no published course etika yet." in page.text
    monkeypatch.setattr(framework_draft, "MOST_AT_ONCE", 0)  # as if there were very many
    assert "Levels that fall" not in hr.get(f"{DRAFT}changes/").text
    assert "Levels that fall 1" in hr.click("Reckon who would be affected").text
