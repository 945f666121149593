"""A sheet of assessed levels on the page and from the shell: shown first, taken over whole, told by row."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

from click.testing import CliRunner

from learn.cli import learn as command
from learn.competencies.models import Assessment
from learn.competencies.regular import IMPORT
from learn.jobs.models import Job
from learn.people.directory import number_of
from learn.web.levels import imports as levels_import

HEAD = "nip,kompetensi,tingkat,tanggal\n"


def number(app, browser):
    with app.extensions["learn"].database.reading() as session:
        return number_of(session, browser.person_id)


def count(app):
    with app.extensions["learn"].database.reading() as session:
        return session.query(Assessment).count()


def send(office, text, name="levels.csv"):
    office.get("/hr/levels/import/")
    return office.submit("/hr/levels/import/", {"file": (BytesIO(text.encode()), name)})


def test_a_sheet_is_shown_then_taken_over_and_the_same_again_is_nothing(app, signed_in):
    me, office = signed_in(name="Ni Made Rai"), signed_in("hr")
    sheet = f"{HEAD}{number(app, me)},M.05,3,24-11-2025\n"
    shown = send(office, sheet)
    assert "Ni Made Rai" in shown.text and count(app) == 0
    office.submit("/hr/levels/import/apply")
    assert count(app) == 1
    again = send(office, sheet)
    assert again.status == 200 and "apply" not in again.html


def test_wrong_rows_are_told_by_row_and_nothing_is_taken_over(app, signed_in):
    me, office = signed_in(), signed_in("hr")
    page = send(
        office, f"{HEAD}{number(app, me)},M.05,3,24-11-2025\n{number(app, me)},M.06,9,24-11-2025\n"
    )
    assert page.status == 422 and "tingkat" in page.text and count(app) == 0
    assert send(office, "\x00\x01", "a.xlsx").status == 422


def test_a_large_sheet_is_taken_over_in_the_background_as_it_was_shown(app, signed_in):
    me, office, learn = signed_in(), signed_in("hr"), app.extensions["learn"]
    mine, first = number(app, me), date(2019, 1, 1)
    days = [first + timedelta(days=place) for place in range(levels_import.AT_ONCE + 1)]
    rows = "".join(f"{mine},M.05,{day.day % 5 + 1},{day:%d-%m-%Y}\n" for day in days)
    send(office, HEAD + rows)
    office.submit("/hr/levels/import/apply")
    assert count(app) == 0
    assert learn.runner().run_next() is True
    assert count(app) == len(days)
    with learn.database.reading() as session:
        job = session.query(Job).filter_by(kind=IMPORT).one()
        assert (job.state, job.result["rows"]) == ("done", len(days))


def test_one_own_level_is_imported_by_somebody_else(app, signed_in):
    office = signed_in("hr")
    page = send(office, f"{HEAD}{number(app, office)},M.05,3,24-11-2025\n")
    assert page.status == 422 and count(app) == 0


def test_the_shell_takes_a_sheet_and_decides_levels(app, signed_in, tmp_path):
    me = signed_in()
    path = tmp_path / "levels.csv"
    path.write_text(f"{HEAD}{number(app, me)},M.05,3,24-11-2025\n", encoding="utf-8")

    def run(*words):
        with app.app_context():
            return CliRunner().invoke(command, ["competencies", *words])

    assert run("import", str(path), "--dry-run").exit_code == 0
    assert count(app) == 0
    done = run("import", str(path), "--json")
    assert (done.exit_code, '"changed": 1' in done.output, count(app)) == (0, True, 1)
    assert run("decide").exit_code == 0
    path.write_text(f"{HEAD}123,M.05,3,24-11-2025\n", encoding="utf-8")
    assert run("import", str(path)).exit_code == 1
    assert run("decide", "--competency", "X").exit_code == 2
