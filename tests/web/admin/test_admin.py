"""Administration: people one by one and from a sheet, codes, roles, units, sign-ins and acts."""

import csv
import io
import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.ledger.reading import acts, entries_of
from learn.people.models import Person, Unit
from tests.support import make
from tests.support.statements import Counted

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def enter(signed_in):
    """Sign in somebody who reads English."""

    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


@pytest.fixture
def units(app):
    """Two offices, the first with a section; their codes are their names."""
    with app.extensions["learn"].database.transaction() as session:
        health = make.unit(session, "DINKES")
        return {
            "DINKES": health,
            "PKM": make.unit(session, "PKM", health),
            "PUPR": make.unit(session, "PUPR"),
        }


@pytest.fixture
def admin(enter, units):
    """An administrator of the whole."""
    return enter("admin", name="I Putu Pengelola")


def write(app):
    return app.extensions["learn"].database.transaction()


def read(app):
    return app.extensions["learn"].database.reading()


def add(app, unit=None, **known):
    """Return the id of a new person in this unit."""
    with write(app) as session:
        return make.person(session, unit=unit, password=None, **known).id


def sheet(*rows):
    """Return a CSV file of these rows, a mapping each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode()), "pegawai.csv"


def test_somebody_is_added_by_hand_and_then_corrected(admin, app):
    number = make.nip()
    admin.get("/admin/people/new/")
    page = admin.submit(
        number=number, name="Ni Nyoman Baru", title_after="S.Kom.", unit="PKM", post_title="Analis", grade="III/a"
    )  # fmt: skip
    assert "Ni Nyoman Baru, S.Kom." in page.text
    where = page.url
    page = admin.submit(where + "names/", name=SCRIPT, title_before="Dr.", active=True)
    assert page.url == where
    assert SCRIPT not in page.html
    page = admin.submit(where + "names/", name=" ", active=True)
    assert page.status == 422
    assert len(admin.get(f"/admin/people/?q={number}").text) > 0


def beside(page, field):
    """Return what stands beside a field about what was wrong with it."""
    found = re.search(rf'id="{field}-error">(.*?)</span>', page.html, re.DOTALL)
    return found[1] if found else ""


def test_a_number_that_is_none_or_taken_is_told_beside_its_field(admin, app):
    admin.get("/admin/people/new/")
    page = admin.submit(number="123", name="Ni Nyoman Baru", unit="PKM")
    assert page.status == 422
    assert 'value="Ni Nyoman Baru"' in page.html
    assert "18 digits" in beside(page, "number")
    taken = make.nip()
    add(app, number=taken)
    page = admin.submit(number=taken, name="Ni Nyoman Baru", unit="PKM")
    assert page.status == 409
    assert "belongs to somebody" in beside(page, "number")


def test_a_code_of_a_unit_that_is_taken_is_told_beside_its_field(admin):
    admin.get("/admin/units/")
    page = admin.submit("/admin/units/", unit_name="Dinas Kesehatan", code="DINKES", parent="PUPR")
    assert page.status == 409
    assert "DINKES already" in beside(page, "code")
    assert 'value="Dinas Kesehatan"' in page.html


def test_a_post_is_dated_and_the_earlier_one_ends(admin, app, units):
    person_id = add(app, units["PKM"], name="I Made Pindah")
    where = f"/admin/people/{person_id}/"
    admin.get(where)
    page = admin.submit(
        where + "posts/", unit="PUPR", post_title="Kepala Seksi", since="2026-03-01"
    )
    assert "Kepala Seksi" in page.text
    assert "28-02-2026" in page.text
    page = admin.submit(where + "posts/", unit="PUPR", since="2199-01-01")
    assert page.status == 422
    assert "future" in page.text


def test_a_new_number_makes_the_old_one_history(admin, app, units):
    old, new = make.nip(), make.nip()
    where = f"/admin/people/{add(app, units['PKM'], number=old)}/"
    admin.get(where)
    page = admin.submit(where + "numbers/", number=new)
    assert "Earlier number" in page.text
    assert new in page.text


def test_a_role_is_granted_on_a_unit_and_ended(admin, app, units):
    person_id = add(app, units["PKM"], name="I Made Atasan")
    where = f"/admin/people/{person_id}/"
    admin.get(where)
    page = admin.submit(where + "roles/", role="supervisor", unit="DINKES")
    assert "Supervisor Dinas DINKES" in page.text
    assert "I Made Atasan" in admin.get("/admin/roles/?role=supervisor").text
    page = admin.submit("End I Made Atasan")
    assert "I Made Atasan" not in admin.get("/admin/roles/").text
    with read(app) as session:
        kinds = [line.kind for line in entries_of(session, person_id)]
    assert kinds[:2] == ["role_ended", "role_granted"]


def test_each_field_of_a_page_with_several_forms_has_a_label_of_its_own(admin, app, units):
    person_id = add(app, units["PKM"])
    for address in (f"/admin/people/{person_id}/", f"/admin/units/{units['PKM'].id}/"):
        ids = re.findall(r' id="([^"]+)"', admin.get(address).html)
        assert len(ids) == len(set(ids))


def test_who_leaves_is_signed_out_and_nobody_ends_their_own_access(admin, app, units, enter):
    leaver = enter(unit=units["PKM"])
    where = f"/admin/people/{leaver.person_id}/"
    admin.get(where)
    admin.submit(where + "names/", active=False)
    assert leaver.get("/").url == "/sign-in"
    own = f"/admin/people/{admin.person_id}/"
    admin.get(own)
    assert admin.submit(own + "names/", active=False).status == 409
    assert admin.get("/admin/").status == 200


def test_codes_of_a_unit_are_slips_shown_once_and_work(admin, app, units, new_browser):
    number = make.nip()
    add(app, units["PKM"], name="Ni Kadek Kode", number=number)
    admin.get("/admin/codes/")
    page = admin.submit("Make the codes", unit="DINKES")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Ni Kadek Kode" in page.text
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.text)[0]
    newcomer = new_browser()
    newcomer.get("/sign-in/code")
    newcomer.submit(
        "/sign-in/code", number=number, code=code, new_password=make.PASSWORD, repeat=make.PASSWORD
    )
    assert newcomer.page.url == "/privacy"  # which leads on to the first page
    admin.get("/admin/codes/")
    assert admin.submit("Make the codes", unit="DINKES").status == 422


def test_nobody_gets_a_code_for_somebody_who_may_do_more(app, enter, units, admin):
    hr = enter("hr", unit=units["DINKES"])
    with write(app) as session:
        boss = make.person(session, "admin", unit=units["DINKES"]).id
    hr.get(f"/admin/people/{boss}/")
    assert hr.post(f"/admin/people/{boss}/code/", token=True).status == 403
    assert hr.post(f"/admin/people/{boss}/sign-ins/", token=True).status == 403


def test_an_office_manages_its_own_people_alone(app, enter, units):
    elsewhere = add(app, units["PUPR"], name="I Ketut Jauh")
    near = add(app, units["PKM"], name="I Wayan Dekat")
    officer = enter("admin", unit=units["DINKES"])
    page = officer.get("/admin/people/")
    assert "I Wayan Dekat" in page.text
    assert "I Ketut Jauh" not in page.text
    assert officer.get(f"/admin/people/{elsewhere}/").status == 404
    assert officer.get("/admin/people/?unit=PUPR").status == 404
    assert "PUPR" not in officer.get("/admin/units/").text
    officer.get(f"/admin/people/{near}/")
    page = officer.post(
        f"/admin/people/{near}/posts/", {"unit": "PUPR", "since": "2026-03-01"}, token=True
    )
    assert page.status == 422
    with read(app) as session:
        assert session.get(Person, near).unit_id == units["PKM"].id


def test_an_import_is_shown_first_and_done_only_then(admin, app):
    number = make.nip()
    admin.get("/admin/import/")
    page = admin.submit(
        "/admin/import/", file=sheet({"nip": number, "nama": "Ni Luh Impor", "kode_unit": "PKM"})
    )
    assert "New people 1" in page.text
    assert "Ni Luh Impor" not in admin.get("/admin/people/").text
    admin.get("/admin/import/")
    admin.submit(
        "/admin/import/", file=sheet({"nip": number, "nama": "Ni Luh Impor", "kode_unit": "PKM"})
    )
    page = admin.submit("/admin/import/apply")
    assert page.url == "/admin/people/"
    assert "Ni Luh Impor" in page.text
    admin.get("/admin/import/")
    page = admin.submit("/admin/import/", file=sheet({"nip": number, "nama": "Ni Luh Lain"}))
    assert "name: Ni Luh Impor → Ni Luh Lain" in page.text


def test_what_is_wrong_in_a_sheet_is_told_by_row_and_column(admin):
    admin.get("/admin/import/")
    page = admin.submit(
        "/admin/import/",
        file=sheet(
            {"nip": "123", "nama": "X", "kode_unit": "NONE"},
            {"nip": make.nip(), "nama": "", "kode_unit": "PKM"},
        ),
    )
    assert page.status == 422
    assert "2 nip" in page.text
    assert "3 nama The name is missing." in page.text
    assert not [form for form in page.forms if form.action.endswith("apply")]


@pytest.mark.parametrize(
    ("name", "content"),
    [("", b""), ("a.csv", b"\xff\xfe\x00"), ("a.xlsx", b"PK\x03\x04bad"), ("x.csv", b"a;b\n1;2"),
     ("a.xls", b"\xd0\xcf\x11\xe0")],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_in_words(admin, name, content):
    admin.get("/admin/import/")
    page = admin.submit("/admin/import/", file=(io.BytesIO(content), name))
    assert page.status == 422


def test_a_sheet_that_somebody_else_sent_or_that_waited_too_long_is_not_imported(admin, app, enter):
    admin.get("/admin/import/")
    page = admin.submit(
        "/admin/import/", file=sheet({"nip": make.nip(), "nama": "Ni Luh", "kode_unit": "PKM"})
    )
    fields = {
        name: field.values[0] for name, field in page.form("/admin/import/apply").fields.items()
    }
    other = enter("admin")
    other.get("/admin/")
    fields.pop("csrf_token")
    assert other.post("/admin/import/apply", fields, token=True).status == 409
    (kept,) = (app.extensions["learn"].settings.data_dir / "imports").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(kept, (old, old))
    assert admin.submit("/admin/import/apply").status == 409
    assert other.post("/admin/import/apply", {"token": "../../x"}, token=True).status == 422


def test_a_plan_that_changed_meanwhile_is_shown_again(admin, app, units):
    number = make.nip()
    admin.get("/admin/import/")
    admin.submit(
        "/admin/import/", file=sheet({"nip": number, "nama": "Ni Luh", "kode_unit": "PKM"})
    )
    add(app, units["PKM"], name="Ni Luh Sudah", number=number)
    page = admin.submit("/admin/import/apply")
    assert "Something has changed" in page.text
    assert "Ni Luh Sudah" in admin.get(f"/admin/people/?q={number}").text


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_template_can_be_sent_back(admin, format):
    template = admin.get(f"/admin/import/template.{format}")
    admin.get("/admin/import/")
    page = admin.submit("/admin/import/", file=(io.BytesIO(template.data), f"t.{format}"))
    assert page.status == 200
    assert "nothing to import" in page.text


def test_units_are_added_renamed_and_moved(admin, app, units):
    admin.get("/admin/units/")
    page = admin.submit("Add the unit", unit_name="Seksi Gizi", code="GIZI", parent="DINKES")
    assert "Seksi Gizi" in page.text
    assert admin.submit("Add the unit", unit_name="X", code="GIZI", parent="DINKES").status == 409
    with read(app) as session:
        unit_id = session.scalar(select(Unit.id).where(Unit.code == "GIZI"))
    admin.get(f"/admin/units/{unit_id}/")
    page = admin.submit("Rename", unit_name=SCRIPT)
    assert SCRIPT not in page.html
    page = admin.submit("Move", parent="PUPR")
    assert "Dinas PUPR" in page.text
    with read(app) as session:
        assert session.get(Unit, unit_id).parent_id == units["PUPR"].id
    page = admin.post(f"/admin/units/{units['DINKES'].id}/place/", {"parent": "PKM"}, token=True)
    assert page.status == 422


def test_a_sign_in_is_listed_and_ended(admin, enter, units):
    other = enter(name="I Made Masuk", unit=units["PKM"])
    page = admin.get("/admin/sign-ins/")
    assert "I Made Masuk" in page.text
    admin.submit("Sign out there I Made Masuk")
    assert other.get("/").url == "/sign-in"
    assert admin.get("/admin/sign-ins/").status == 200


def test_acts_are_told_in_words_and_by_kind(admin, app):
    admin.get("/admin/units/")
    admin.submit("Add the unit", unit_name="Seksi Gizi", code="GIZI", parent="DINKES")
    page = admin.get("/admin/audit/")
    assert "The unit Seksi Gizi made I Putu Pengelola" in page.text
    assert "Seksi Gizi" not in admin.get("/admin/audit/?kind=exported").text
    assert admin.get("/admin/audit/?before=99999999999999999999").status == 422
    with read(app) as session:
        assert acts(session)[0].actor_id == admin.person_id


def test_a_new_installation_greets_with_three_steps(enter):
    page = enter("admin").get("/admin/")
    assert "Three steps to begin" in page.text
    assert page.link("Import your people") == "/admin/import/"


def test_pages_cost_the_same_however_many_people_there_are(admin, app, units):
    addresses = (
        "/admin/",
        "/admin/people/",
        "/admin/roles/",
        "/admin/units/",
        "/admin/sign-ins/",
        "/admin/audit/",
    )

    def cost():
        counts = []
        for address in addresses:
            with Counted(app.extensions["learn"].database) as counted:
                assert admin.get(address).status == 200
            assert counted.writes == []
            counts.append(len(counted.statements))
        return counts

    add(app, units["PKM"])
    before = cost()
    with write(app) as session:
        for _ in range(20):
            make.person(session, "verifier", unit=units["PKM"], password=None)
    assert cost() == before
    assert max(before) <= 6
