"""Per tanggal: lists and figures as they stood; every number of the first page is the count of its list."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from learn.assignments.services import assign
from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.rules import Act, Said
from learn.competencies.framework.catalogue import load_framework
from learn.figures.services import refresh
from learn.people.models import Person, Unit
from learn.people.services import set_post
from learn.people.units import close_unit
from learn.progress.services import withdraw
from tests.support import make, records
from tests.support.learning import COURSE, publish_course

NOW = datetime.now(UTC)  # the pages have the real clock
TODAY = NOW.astimezone(ZoneInfo("Asia/Makassar")).date()
JOINED = TODAY - timedelta(days=400)
BEFORE = NOW - timedelta(days=40)
THEN = (NOW - timedelta(days=20)).astimezone(ZoneInfo("Asia/Makassar")).date()
LATELY = NOW - timedelta(days=10)
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")
DASAR = records.version(COURSE, "Dasar pelayanan", valid_for=records.YEARLY, hours=20)


def claim_of(session, person, sent):
    """Send a claim at a moment."""
    local = sent.astimezone(ZoneInfo("Asia/Makassar")).date()
    day = max(local - timedelta(days=3), local.replace(month=1, day=1))  # in the year it is sent
    said = Said("KL08", "Kursus", "LAN", day, day, declared_jp=4)
    made = claims.draft(session, person.id, said, today=sent.date(), now=sent, document=PDF)
    return claims.submit(
        session, person.id, made.id, based_on=made.seq, today=sent.date(), now=sent
    )


@pytest.fixture
def city(app):
    """Two offices; a completion withdrawn later, a person who moved later, a claim decided later."""
    publish_course(app, NOW)
    with app.extensions["learn"].database.transaction() as session:
        a, b = make.unit(session, "A"), make.unit(session, "B")
        people = {}
        for key, unit in {"gone": a, "kept": a, "mover": a, "idle": b}.items():
            who = people[key] = make.person(
                session, name=f"Pegawai {key}", unit=unit, password=None
            )
            set_post(session, who, unit=unit, since=JOINED, actor_id=None, now=NOW,
                     settings=make.settings())  # fmt: skip
        for key in ("gone", "kept", "mover"):
            records.complete(session, people[key], DASAR, now=BEFORE)
        withdraw(session, people["gone"].id, COURSE, 1, reason="Keliru", actor_id=1, now=LATELY)
        set_post(session, people["mover"], unit=b, since=LATELY.date(), actor_id=None, now=LATELY,
                 settings=make.settings())  # fmt: skip
        decided = claim_of(session, people["kept"], BEFORE)
        claims.decide(session, decided.person_id, decided.id, Act.ACCEPT, actor_id=99,
                      based_on=decided.seq, now=LATELY)  # fmt: skip
        claim_of(session, people["idle"], LATELY)
        early = BEFORE - timedelta(days=1)
        for key in ("gone", "idle"):
            assign(session, people[key].id, "lain", due_at=BEFORE.date(), actor_id=None, now=early)
        return {key: who.id for key, who in people.items()}


@pytest.fixture
def enter(signed_in):
    def enter(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return enter


@pytest.fixture
def hr(enter, city):
    return enter("hr", name="Ni Kadek Kepegawaian")


def links_with_numbers(html):
    """Return the addresses of tiles, of the tables and of the charts, each with its number."""
    tiles = re.findall(r'<p class="l-figure">\s*<a href="([^"]+)">\s*([\d.,]+)\s*</a>', html)
    cells = re.findall(
        r'(?:<td class="l-n"[^>]*>|</svg>)\s*<a href="(/hr/(?:people|completions|overdue|claims)/[^"]*)">\s*(\d+)',
        html,
    )
    return [(unescape(url), int(re.sub(r"\D", "", number))) for url, number in tiles + cells]


@pytest.mark.parametrize("query", ["", "?unit=A", f"?on={THEN}", f"?unit=A&on={THEN}", f"?unit=B&on={THEN}"])  # fmt: skip
def test_each_number_is_the_count_of_the_list_that_it_leads_to(hr, query):
    found = links_with_numbers(hr.get("/hr/" + query).html)
    assert len(found) >= 8
    wrong = []
    for url, number in found:
        page = hr.get(url)
        rows = page.html.count('<th scope="row">')
        if page.status != 200 or rows != number:
            wrong.append((url, number, rows))
    assert wrong == []


def test_what_was_withdrawn_later_stood_on_that_day(hr):
    assert "Pegawai gone" not in hr.get("/hr/completions/").text
    assert "Pegawai gone" in hr.get(f"/hr/completions/?on={THEN}").text
    people = hr.get(f"/hr/people/?on={THEN}&state=short&q=pegawai").text
    assert "Pegawai gone" not in people
    assert "Pegawai gone" in hr.get("/hr/people/?state=short&q=pegawai").text
    assert f"completed {BEFORE:%d-%m-%Y}"[:9] in hr.get(f"/hr/matrix/?on={THEN}&q=gone").text
    assert "withdrawn" in hr.get("/hr/matrix/?q=gone").text


def test_who_moved_later_counts_for_the_unit_of_that_day(hr):
    assert "Pegawai mover" in hr.get(f"/hr/people/?unit=A&on={THEN}").text
    assert "Pegawai mover" not in hr.get("/hr/people/?unit=A").text
    assert "Pegawai mover" not in hr.get(f"/hr/people/?unit=B&on={THEN}").text
    row = re.search(r"Pegawai mover.*?</tr>", hr.get(f"/hr/people/?on={THEN}").html, re.DOTALL)
    assert "Dinas A" in row[0]


def test_a_claim_waited_on_the_days_before_it_was_decided(hr):
    assert "Pegawai kept" in hr.get(f"/hr/claims/?on={THEN}").text
    assert "Pegawai kept" not in hr.get("/hr/claims/").text
    assert "Pegawai idle" in hr.get("/hr/claims/").text
    assert "Pegawai idle" not in hr.get(f"/hr/claims/?on={THEN}").text


def test_hours_are_those_credited_by_that_day(hr):
    year = BEFORE.astimezone(ZoneInfo("Asia/Makassar")).year  # it may be over by now
    row = re.compile(r"Pegawai kept.*?</tr>", re.DOTALL)
    now = row.search(hr.get(f"/hr/hours/?year={year}").html)[0]
    then = row.search(hr.get(f"/hr/hours/?year={year}&on={THEN}").html)[0]
    assert re.search(r'l-n"[^>]*>\s*24', now)
    assert re.search(r'l-n"[^>]*>\s*20', then)


def test_what_is_overdue_is_listed_and_said_in_the_matrix(hr):
    page = hr.get("/hr/overdue/")
    assert "Pegawai gone" in page.text
    assert "Pegawai idle" in hr.get("/hr/people/?state=overdue").text
    assert "Pegawai kept" not in hr.get("/hr/people/?state=overdue").text


def test_reach_is_decided_by_where_people_are_today(app, enter, city):
    with app.extensions["learn"].database.transaction() as session:
        b = session.query(Unit).filter_by(code="B").one()
    local = enter("hr", unit=b)
    assert "Pegawai mover" in local.get(f"/hr/people/?on={THEN}").text
    assert "Pegawai kept" not in local.get(f"/hr/people/?on={THEN}").text


@pytest.mark.parametrize("address", ["/hr/", "/hr/people/", "/hr/hours/", "/hr/claims/", "/hr/matrix/", "/hr/overdue/"])  # fmt: skip
@pytest.mark.parametrize("query", ["on=2999-01-01", "on=x", "on=0001-01-01"])
def test_a_day_that_cannot_be_is_told(hr, address, query):
    assert hr.get(f"{address}?{query}").status == 422


@pytest.mark.parametrize(
    ("what", "address"),
    [("people", "/hr/people/?state=idle"), ("people", f"/hr/people/?on={THEN}&unit=A"),
     ("hours", "/hr/hours/"), ("claims", "/hr/claims/"), ("overdue", "/hr/overdue/"),
     ("matrix", f"/hr/matrix/?course={COURSE}&on={THEN}")],
)  # fmt: skip
def test_a_list_is_exported_as_it_is_seen(hr, what, address):
    page = hr.get(address)
    names = re.findall(r'<th scope="row">\s*<a[^>]*>([^<]+)</a>', page.html)
    form = dict(part.split("=") for part in address.partition("?")[2].split("&") if part)
    file = hr.post(f"/hr/files/{what}/", {**form, "format": "csv"}, token=True)
    assert file.status == 200
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == names
    if what == "matrix":
        assert any(row[COURSE].startswith(("completed", "selesai")) for row in rows)


def test_accounts_are_sorted_by_the_index_in_both_directions(hr, app):
    with app.extensions["learn"].database.transaction() as session:
        unit = session.query(Unit).filter_by(code="A").one()
        for number in range(3):
            who = make.person(session, name=f"Urut {number}", unit=unit, password=None)
            course = records.version(f"k{number}", hours=number + 1)
            records.complete(session, session.get_one(Person, who.id), course, now=NOW)
    for order, expected in (("most", [2, 1, 0]), ("fewest", [0, 1, 2])):
        text = hr.get(f"/hr/hours/?order={order}&unit=A").text
        places = [text.index(f"Urut {number}") for number in expected]
        assert places == sorted(places)


@pytest.mark.parametrize("query", ["", "?unit=A"])
def test_kept_figures_say_the_same_as_those_counted_at_once(hr, app, query):
    counted = hr.get("/hr/" + query).html
    state = app.extensions["learn"]
    state.settings = replace(state.settings, figures_live=0)
    page = hr.get("/hr/" + query)
    assert "The figures are being made" in page.text
    refresh(state.database, state.settings, load_framework(), now=datetime.now(UTC))
    page = hr.get("/hr/" + query)
    assert "these figures are of" in page.text
    assert links_with_numbers(page.html) == links_with_numbers(counted)


def test_a_unit_that_was_closed_since_stands_in_the_lists_of_its_days(hr, app):
    with app.extensions["learn"].database.transaction() as session:
        closed = make.unit(session, "TUTUP")
        who = make.person(session, name="Pegawai dulu", unit=closed, password=None)
        set_post(session, who, unit=closed, since=JOINED, actor_id=None, now=NOW,
                 settings=make.settings())  # fmt: skip
        a = session.query(Unit).filter_by(code="A").one()
        set_post(session, who, unit=a, since=LATELY.date(), actor_id=None, now=LATELY,
                 settings=make.settings())  # fmt: skip
        close_unit(session, closed, LATELY.date(), actor_id=None, now=LATELY)
    assert hr.get("/hr/people/?unit=TUTUP").status == 404
    assert "Pegawai dulu" in hr.get(f"/hr/people/?unit=TUTUP&on={THEN}").text
    assert "Dinas TUTUP" in hr.get(f"/hr/?on={THEN}").text
    assert hr.get(f"/hr/completions/?unit=TUTUP&on={THEN}").status == 200
