"""What everybody meets first: signing in and out, health, static files, addresses that are none."""

import pytest

from learn.privacy import notice
from tests.support import make
from tests.support.learning import files_of_course, publish_course


@pytest.mark.parametrize("address", ["/", "/courses/", "/me/record/"])
def test_pages_of_a_person_ask_for_a_sign_in_and_then_go_on(client, app, address):
    with app.extensions["learn"].database.transaction() as session:
        number = make.nip()
        notice.confirm(session, make.person(session, number=number).id, now=make.JOINED)
    page = client.get(address)
    assert page.url == "/sign-in"
    page = client.submit("/sign-in", number=number, password=make.PASSWORD)
    assert (page.status, page.url) == (200, address)


@pytest.mark.parametrize(
    "target",
    ["//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "/\t/evil.test", "javascript:1",
     "/x\r\nSet-Cookie: a=b", "/\x00/evil.test", " //evil.test", "[", "http://["],
)  # fmt: skip
def test_a_sign_in_leads_nowhere_else(client, app, target):
    with app.extensions["learn"].database.transaction() as session:
        number = make.nip()
        notice.confirm(session, make.person(session, number=number).id, now=make.JOINED)
    client.get("/sign-in", query_string={"next": target})
    known = {"number": number, "password": make.PASSWORD, "next": target}
    page = client.post("/sign-in", known, token=True, follow_redirects=False)
    assert (page.status, page.headers["Location"]) == (303, "/")


def test_a_wrong_password_says_so_and_signs_nobody_in(client):
    page = client.sign_in(make.nip(), "not the password")
    assert page.status == 401
    assert client.get("/me/record/").url == "/sign-in"


def test_signing_out_forgets_who_was_here(signed_in):
    browser = signed_in(name="Ni Wayan Sari")
    assert "Ni Wayan Sari" in browser.get("/").text
    browser.submit("/sign-out")
    assert browser.get("/me/record/").url == "/sign-in"


def test_a_form_without_its_token_changes_nothing(signed_in):
    browser = signed_in()
    assert browser.post("/sign-out").status == 400
    assert browser.get("/").url == "/"


def test_the_static_files_of_a_page_are_there_packed_and_kept_for_ever(client):
    page = client.get("/sign-in")
    files = {value for value in page.addresses if "/static/" in value}
    assert any(".css" in name for name in files)
    for name in files:
        answer = client.get(name, headers={"Accept-Encoding": "gzip"})
        assert answer.status == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["/static/none.css", "/static/..%2fconfig.py", "/static/%00", "/static/" + "a" * 400, "/none"],
)
def test_an_address_that_is_none_is_not_found(client, address):
    assert client.get(address).status == 404


def test_health_tells_that_it_is_alive(client):
    assert client.get("/health/live").status == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.gif", "image/gif"), ("a.html", "application/octet-stream"),
     ("a.js", "application/octet-stream"), ("a", "application/octet-stream")],
)  # fmt: skip
def test_a_file_of_a_course_is_no_page_and_no_script_by_another_name(client, app, now, name, kind):
    files = {**files_of_course(), "courses/dasar/a.gif": b"GIF89a\t\t\t\t/*<script>1</script>*/=1"}
    (shown,) = publish_course(app, now, files).media.values()
    digest = shown.digest
    answer = client.get(f"/media/{digest}/{name}")
    answer.response.close()
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
