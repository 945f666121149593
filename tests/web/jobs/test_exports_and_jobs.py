"""The export page and jobs: columns, small files at once, large ones in the background, once in the audit chain."""

import csv
import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.exports.kinds import KINDS
from learn.jobs.models import Job
from learn.ledger.models import AuditEntry
from learn.notices.models import Notice
from tests.support import make, records

NOW = datetime.now(UTC)


@pytest.fixture
def city(app):
    with app.extensions["learn"].database.transaction() as session:
        health, roads = make.unit(session, "DINKES"), make.unit(session, "PUPR")
        for name, unit in (("Budi", health), ("Citra", health), ("Dewi", roads)):
            person = make.person(session, name=name, unit=unit, password=None)
            records.complete(session, person, now=NOW - timedelta(days=1))
        return {"health": health}


@pytest.fixture
def learn_state(app):
    return app.extensions["learn"]


@pytest.fixture
def small(learn_state):
    """Two rows are many."""
    learn_state.settings = dataclasses.replace(learn_state.settings, export_at_once=2)


@pytest.fixture
def enter(signed_in, city):
    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


def post(browser, url, data=None):
    """Send a form from a page that stands open; redirects are followed."""
    browser.get("/hr/export/")
    return browser.post(url, data, token=True, follow_redirects=True)


def table(response):
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def audited(state):
    with state.database.reading() as session:
        found = session.scalars(select(AuditEntry.data).where(AuditEntry.kind == "exported"))
        return [json.loads(each) for each in found]


def test_the_page_shows_and_the_file_holds_the_chosen_columns_in_their_order(enter, learn_state):
    hr = enter("hr")
    page = hr.get("/hr/export/?kind=completions&columns=title,name&col=name&col=title&col=score")
    assert "Columns: 3 of" in page.text
    assert (
        page.html.index(">Course</th>")
        < page.html.index(">Name</th>")
        < page.html.index(">Score</th>")
    )
    sent = post(
        hr, "/hr/export/", {"kind": "completions", "format": "csv", "columns": "title,name"}
    )
    assert table(sent)[0] == ["title", "name"]
    assert len(table(sent)) == 4
    (noted,) = audited(learn_state)
    assert noted["columns"] == ["title", "name"]


def test_a_set_of_columns_is_saved_used_and_deleted(enter):
    hr = enter("hr")
    saved = post(
        hr,
        "/hr/export/columns/",
        {"kind": "completions", "columns": "name,hours", "name": "Ringkas", "share": ""},
    )
    assert "The set Ringkas has been saved." in saved.text
    page = hr.get("/hr/export/?kind=completions")
    assert "Ringkas" in page.text
    number = page.link("Ringkas").split("set=")[1].split("&")[0]
    assert "Columns: 2 of" in hr.get(f"/hr/export/?kind=completions&set={number}").text
    post(hr, f"/hr/export/columns/{number}/removal", {"kind": "completions"})
    assert "Ringkas" not in hr.get("/hr/export/?kind=completions").text


def test_a_large_export_becomes_a_job_whose_file_comes_with_a_notice(enter, small, learn_state):
    hr = enter("hr")
    answer = post(hr, "/hr/export/", {"kind": "completions", "format": "csv", "columns": "name"})
    assert answer.url == "/jobs/"
    page = hr.get("/jobs/")
    assert "Waiting" in page.text and page.headers["Refresh"] == "5"
    assert audited(learn_state) == [], "nothing has been taken away yet"
    assert learn_state.runner().run_next()
    page = hr.get("/jobs/")
    assert "Ready" in page.text and "Refresh" not in page.headers
    with learn_state.database.reading() as session:
        job = session.scalars(select(Job)).one()
        notice = session.scalars(select(Notice).where(Notice.kind == "job_ready")).one()
    assert notice.person_id == job.actor_id
    sent = hr.get(f"/jobs/{job.id}/file")
    assert sorted(row[0] for row in table(sent)[1:]) == ["Budi", "Citra", "Dewi"]
    assert sent.headers["Cache-Control"] == "no-store"
    assert job.file_name in sent.headers["Content-Disposition"]
    (noted,) = audited(learn_state)
    assert (noted["what"], noted["count"]) == ("completions", 3)


def test_a_job_holds_what_its_owner_may_export_when_it_is_made(enter, small, learn_state, city):
    hr = enter("hr", unit=city["health"])
    began = post(hr, "/hr/export/", {"kind": "people", "format": "csv", "columns": "name"})
    with learn_state.database.reading() as session:
        waiting = session.scalars(select(Job)).all()
    assert began.url == "/jobs/", "two people and HR themselves are three rows"
    learn_state.runner().run_next()
    names = [row[0] for row in table(hr.get(f"/jobs/{waiting[0].id}/file"))[1:]]
    assert "Dewi" not in names and {"Budi", "Citra"} <= set(names)


def test_a_job_is_nobody_elses(enter, small, learn_state):
    hr, other = enter("hr"), enter("hr")
    post(hr, "/hr/export/", {"kind": "completions", "format": "csv"})
    with learn_state.database.reading() as session:
        number = session.scalars(select(Job.id)).one()
    learn_state.runner().run_next()
    assert other.get(f"/jobs/{number}/file").status == 404
    assert post(other, f"/jobs/{number}/cancellation").status == 404
    assert "No jobs" in other.get("/jobs/").text


def test_a_waiting_job_is_cancelled_on_its_page(enter, small, learn_state):
    hr = enter("hr")
    post(hr, "/hr/export/", {"kind": "completions", "format": "csv"})
    with learn_state.database.reading() as session:
        number = session.scalars(select(Job.id)).one()
    post(hr, f"/jobs/{number}/cancellation")
    assert "Cancelled" in hr.get("/jobs/").text
    assert hr.get(f"/jobs/{number}/file").status == 404
    assert not learn_state.runner().run_next()


def test_a_filter_that_cannot_be_begins_no_job(enter, small, learn_state):
    hr = enter("hr")
    answer = post(hr, "/hr/export/", {"kind": "completions", "format": "csv", "course": "x"})
    assert answer.status == 422
    with learn_state.database.reading() as session:
        assert session.scalars(select(Job)).all() == []
    assert audited(learn_state) == []


def test_every_kind_goes_into_every_format(enter, learn_state):
    hr = enter("hr")
    for kind in KINDS:
        for exporter in learn_state.exporters:
            answer = post(hr, "/hr/export/", {"kind": kind, "format": exporter.key})
            assert answer.status == 200, (kind, exporter.key)
            assert answer.data or exporter.key == "jsonl", "only JSON lines have no header"
            assert answer.headers["Content-Disposition"].endswith(f'{exporter.suffix}"')
    assert len(audited(learn_state)) == len(KINDS) * len(learn_state.exporters)
