"""Other terms in the studio: for whom they hold, set one by one and from a sheet, taken away."""

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from learn.ledger.models import AuditEntry, LedgerEntry
from learn.people.models import Unit
from learn.quizzes.models import PersonOverride, UnitOverride
from tests.support import make

BASE = "/studio/dasar/quizzes/akhir/terms/"
SET, SHEET, APPLY = f"{BASE}set", f"{BASE}sheet", f"{BASE}sheet/apply"
HEAD = "number,unit_code,attempts,minutes,opens,closes,reason\n"


@pytest.fixture
def city(app, published):
    """Make two offices with two people each; return their numbers by name, and the offices' ids."""
    found = {}
    with app.extensions["learn"].database.transaction() as session:
        for code, names in (("DINKES", ("Ayu", "Budi")), ("DISDIK", ("Citra", "Dewi"))):
            office = make.unit(session, code)
            found[code] = office.id
            for name in names:
                number = make.nip()
                found[name] = number
                found[f"{name}-id"] = make.person(
                    session, unit=office, number=number, name=name, password=None
                ).id
    return found


@pytest.fixture
def own_trainer(app, signed_in, city):
    """Give the browser of a trainer who reaches DINKES alone."""
    with app.extensions["learn"].database.reading() as session:
        office = session.scalar(select(Unit).where(Unit.code == "DINKES"))
    return signed_in("trainer", unit=office)


def stored(app, table):
    with app.extensions["learn"].database.reading() as session:
        return session.scalars(select(table)).all()


def send(browser, rows, name="a.csv"):
    browser.get(SHEET)
    content = rows if isinstance(rows, bytes) else (HEAD + rows).encode()
    return browser.submit(SHEET, file=(io.BytesIO(content), name))


def test_a_person_gets_more_time_with_a_reason(app, trainer, city):
    trainer.get("/studio/dasar/results/akhir/")
    trainer.click("Other terms")
    trainer.click("Set other terms")
    page = trainer.submit(SET, number=city["Ayu"], minutes="50", reason="Rabun")
    assert page.url == BASE and "Other terms hold for Ayu now." in page.text
    assert "50 minutes" in page.text and "Rabun" in page.text and "I Gede Putra" in page.text
    (row,) = stored(app, PersonOverride)
    assert (row.time_limit, row.attempts, row.person_id) == (3000, None, city["Ayu-id"])


def test_a_unit_gets_another_day_in_its_own_time(app, trainer, city):
    with app.extensions["learn"].database.transaction() as session:
        session.get(Unit, city["DINKES"]).time_zone = "Asia/Jayapura"
    trainer.get(SET)
    page = trainer.submit(
        SET, unit="DINKES", closes="2027-01-02T08:00", attempts="0", reason="Banjir"
    )
    assert page.url == BASE and "unit, with all below it" in page.text and "no limit" in page.text
    (row,) = stored(app, UnitOverride)
    assert row.closes_at == datetime(2027, 1, 1, 23, 0, tzinfo=UTC) and row.attempts == 0
    page = trainer.get(f"{SET}?unit=DINKES")
    assert page.form(SET).fields["closes"].values == ["2027-01-02T08:00"]
    page = trainer.submit(SET, attempts="5")
    rows = stored(app, UnitOverride)
    assert len(rows) == 2 and sum(row.ended_at is None for row in rows) == 1
    kinds = [act.kind for act in stored(app, AuditEntry)]
    assert kinds.count("quiz_override_set") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "x", "attempts": "3"}, "Say for whom"),
        ({"number": "123", "reason": "x", "attempts": "3"}, "nobody with this number"),
        ({"reason": "x"}, "at least one term"),
        ({"attempts": "3"}, "Reason"),
        ({"reason": "x", "attempts": "-3"}, "Attempts in all"),
        ({"reason": "x", "attempts": "three"}, "Attempts in all"),
        ({"reason": "x", "minutes": "99999999"}, "Minutes in all"),
        ({"reason": "x", "opens": "0001-01-01T00:00"}, "Opens"),
        ({"reason": "x", "opens": "tomorrow"}, "Opens"),
        ({"reason": "x", "opens": "2027-01-02T08:00", "closes": "2027-01-01T08:00"}, "closes before"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_told_in_the_form_and_nothing_is_set(app, trainer, city, fields, words):
    trainer.get(SET)
    whom = {} if "number" in fields or words == "Say for whom" else {"number": city["Ayu"]}
    page = trainer.submit(SET, {**whom, **fields})
    assert page.status == 422 and words in page.text
    assert page.form(SET).fields["reason"].values == [fields.get("reason", "")]
    assert stored(app, PersonOverride) == [] and stored(app, UnitOverride) == []


def test_terms_are_taken_away_after_a_question(app, trainer, city):
    trainer.get(SET)
    trainer.submit(SET, number=city["Ayu"], attempts="9", reason="Sakit")
    page = trainer.get(trainer.page.link("Take away: Ayu"))
    assert "Take away the other terms for Ayu?" in page.text and "Sakit" in page.text
    page = trainer.submit(trainer.page.url, press="Take them away")
    assert page.url == BASE and "The quiz is the same for everybody" in page.text
    assert stored(app, PersonOverride) == []
    kinds = [each.kind for each in stored(app, LedgerEntry) if each.person_id == city["Ayu-id"]]
    assert kinds[-2:] == ["quiz_override_set", "quiz_override_removed"]
    assert trainer.get(f"{BASE}people/{city['Ayu-id']}/removal").status == 404


def test_the_list_is_narrowed_by_unit_name_and_number(trainer, city):
    send(trainer, "".join(f"{city[name]},,5,,,,x\n" for name in ("Ayu", "Budi", "Citra")))
    trainer.submit(APPLY)
    assert all(name in trainer.page.text for name in ("Ayu", "Budi", "Citra"))
    text = trainer.get(f"{BASE}?unit=DINKES").text
    assert "Ayu" in text and "Citra" not in text
    text = trainer.get(f"{BASE}?q=cit").text
    assert "Citra" in text and "Budi" not in text
    text = trainer.get(f"{BASE}?q={city['Budi']}").text
    assert "Budi" in text and "Ayu" not in text
    assert "Clear the filter" in trainer.get(f"{BASE}?q=nobody").text
    assert trainer.get(f"{BASE}?after=x").status == 422


def test_a_sheet_is_shown_first_and_then_done(app, trainer, city):
    rows = f"{city['Ayu']},,4,30,,2027-01-24,Sakit\n,DISDIK,,,2027-01-01 08:00,,Banjir\n"
    page = send(trainer, rows)
    assert page.status == 200 and "Ayu" in page.text and "30 minutes" in page.text
    assert stored(app, PersonOverride) == []
    page = trainer.submit(APPLY)
    assert page.url == BASE and "Other terms are set for 2 rows." in page.text
    (row,) = stored(app, PersonOverride)
    assert (row.attempts, row.time_limit) == (4, 1800)
    assert row.closes_at == datetime(2027, 1, 24, 15, 59, tzinfo=UTC)
    assert "Everything is as the sheet says" in send(trainer, rows).text


def test_a_spreadsheet_with_times_of_day_is_read(app, trainer, city):
    book, file = Workbook(), io.BytesIO()
    book.active.append(["NIP", "tutup", "alasan"])
    book.active.append([city["Ayu"], datetime(2027, 1, 24, 17, 30), "Sakit"])  # noqa: DTZ001
    book.save(file)
    send(trainer, file.getvalue(), "a.xlsx")
    trainer.submit(APPLY)
    assert stored(app, PersonOverride)[0].closes_at == datetime(2027, 1, 24, 9, 30, tzinfo=UTC)


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_done(app, trainer, city):
    rows = (
        f"{city['Ayu']},,4,30,,,Sakit\n"
        f"{city['Ayu']},,5,,,,Lagi\n"
        ",DINKES,x,-1,besok,31-02-2027,\n"
        "1234,,1,,,,a\n"
        ",TIDAK-ADA,1,,,,a\n"
        f"{city['Budi']},DINKES,1,,,,a\n"
        f"{city['Citra']},,,,,,a\n"
    )
    page = send(trainer, rows)
    assert page.status == 422
    for words in (
        "Row 2 is for the same", "x is not a whole number", "-1 is not a whole number",
        "besok is not a day and time", "31-02-2027 is not a day and time", "Give a reason",
        "nobody with this number", "no unit with this code", "Say either number or unit_code",
        "Say at least one term",
    ):  # fmt: skip
        assert words in page.text, words
    assert stored(app, PersonOverride) == []


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("attempts,reason\n1,a\n", "Say for whom"), ("number,attempts\n1,1\n", "This column is missing"),
        ("number,atempts,reason\n1,1,a\n", "is it attempts?"), ("", "Choose a file first"),
        ("number,nip,reason\n1,1,a\n", "There are two columns"), ("\0", "not a table"),
    ],
)  # fmt: skip
def test_a_sheet_that_is_none_says_what_would_be_right(trainer, city, head, words):
    page = send(trainer, head.encode())
    assert page.status in (400, 422) and words in page.text


def test_a_plan_that_changed_meanwhile_is_shown_again(app, trainer, other_trainer, city):
    send(trainer, f"{city['Ayu']},,4,,,,Sakit\n")
    other_trainer.get(SET)
    other_trainer.submit(SET, number=city["Ayu"], attempts="7", reason="Lain")
    page = trainer.submit(APPLY)
    assert "Something has changed since you looked" in page.text
    assert stored(app, PersonOverride)[0].attempts == 7
    trainer.submit(APPLY)
    assert stored(app, PersonOverride)[0].attempts == 4


def test_a_trainer_of_one_unit_reaches_and_sees_its_people_alone(app, own_trainer, trainer, city):
    send(trainer, f"{city['Ayu']},,5,,,,x\n{city['Citra']},,5,,,,x\n,DISDIK,5,,,,x\n")
    trainer.submit(APPLY)
    text = own_trainer.get(BASE).text
    assert "Ayu" in text and "Citra" not in text and "DISDIK" not in text
    assert own_trainer.get(f"{SET}?person={city['Citra-id']}").status == 404
    assert own_trainer.get(f"{SET}?unit=DISDIK").status == 404
    assert own_trainer.get(f"{BASE}people/{city['Citra-id']}/removal").status == 404
    own_trainer.get(SET)
    assert "DISDIK" not in str(own_trainer.page.form(SET).fields["unit"].offers)
    page = own_trainer.submit(SET, number=city["Dewi"], attempts="9", reason="x")
    assert page.status == 422 and "nobody with this number" in page.text
    own_trainer.get(SET)
    forged = {"person": str(city["Dewi-id"]), "attempts": "9", "reason": "x"}
    assert own_trainer.post(SET, forged, token=True).status == 404
    own_trainer.get(SET)
    forged = {"unit": "DISDIK", "attempts": "9", "reason": "x"}
    assert own_trainer.post(SET, forged, token=True).status == 404
    page = send(own_trainer, f"{city['Dewi']},,5,,,,x\n")
    assert page.status == 422 and "nobody with this number" in page.text
    assert {row.attempts for row in stored(app, PersonOverride)} == {5}


def test_a_trainer_of_another_course_has_no_page(trainer_of, city):
    assert trainer_of("lain").get(BASE).status == 403
    assert trainer_of("dasar").get(BASE).status == 200


def test_nobody_sets_terms_for_themselves(app, signed_in, city):
    number = make.nip()
    browser = signed_in("trainer", number=number)
    browser.get(SET)
    page = browser.submit(SET, number=number, attempts="9", reason="x")
    assert page.status == 403 and "Somebody else" in page.text
    assert send(browser, f"{number},,9,,,,x\n").status == 422
    assert stored(app, PersonOverride) == []


def test_the_ledger_and_the_acts_are_told_in_words(trainer, signed_in, city):
    send(trainer, f"{city['Ayu']},,5,,,,x\n,DISDIK,5,,,,x\n")
    trainer.submit(APPLY)
    admin = signed_in("admin")
    assert "Other terms set for the quiz akhir" in admin.get("/admin/audit/").text
    assert (
        "Other terms set for the quiz akhir"
        in admin.get(f"/hr/people/{city['Ayu-id']}/ledger/").text
    )
