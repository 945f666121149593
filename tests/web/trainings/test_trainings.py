"""Trainings on pages: planned, published, attended in three ways, closed; and what strangers cannot do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from learn.hours.models import HoursYear
from learn.ledger.rebuild import rebuild_person
from learn.people.directory import number_of
from learn.trainings import codes, planning
from learn.trainings.models import Attendance, Seat, Training
from tests.support import make

WITA, LENGTH = ZoneInfo("Asia/Makassar"), timedelta(hours=6)


@pytest.fixture
def learn(app):
    return app.extensions["learn"]


def begun(learn, number, ago):
    """Move a training so that its first session began this long ago (the pages have the real clock)."""
    with learn.database.transaction() as session:
        training = session.get_one(Training, number)
        move = datetime.now(UTC) - ago - training.starts_at
        for each in [training, *planning.sessions_of(session, number)]:
            each.starts_at, each.ends_at = each.starts_at + move, each.ends_at + move
    return session_of(learn, number)


@pytest.fixture
def organiser(signed_in):
    return signed_in("organiser")


def planned(browser, learn, **changed):
    """Plan a seminar for tomorrow morning; return its number."""
    day = (datetime.now(UTC) + timedelta(days=1)).astimezone(WITA).date().isoformat()
    page = browser.get("/trainings/manage/new/")
    root = next(iter(page.form("").fields["audience"].values))
    values = {
        "title": "Seminar SPBE", "form": "KL06", "capacity": "20", "share": "80", "audience": root,
        "organiser": "BKPSDM",
        "sessions-0-day": day, "sessions-0-start": "08:30", "sessions-0-end": "14:30",
    } | changed  # fmt: skip
    shown = browser.submit("", values)
    assert shown.status == 200, shown.text
    with learn.database.reading() as session:
        return max(each.id for each in session.query(Training))


def post(browser, address, data=None):
    """Send something from a page that was opened just now."""
    browser.get("/trainings/")
    return browser.post(address, data, token=True)


def published(browser, learn, **changed):
    number = planned(browser, learn, **changed)
    post(browser, f"/trainings/manage/{number}/publication")
    return number


def session_of(learn, number):
    with learn.database.reading() as session:
        return planning.sessions_of(session, number)[0]


def rows(learn, model):
    with learn.database.reading() as session:
        return session.query(model).all()


def test_the_whole_way_with_the_code_on_the_screen(learn, organiser, signed_in):
    me = signed_in(name="Ni Made Rai")
    number = published(organiser, learn)
    assert "Seminar SPBE" in me.get("/trainings/").text
    assert "8 JP" in me.get(f"/trainings/{number}/").text
    me.submit(f"/trainings/{number}/seat")
    assert [seat.state for seat in rows(learn, Seat)] == ["confirmed"]
    assert b"SUMMARY:Seminar SPBE" in me.get(f"/trainings/{number}/calendar.ics").data

    sitting = session_of(learn, number)
    where = f"/trainings/manage/{number}/sessions/{sitting.id}"
    assert "QR" not in organiser.get(f"{where}/screen/").text
    sitting = begun(learn, number, timedelta(0))
    screen = organiser.get(f"{where}/screen/").html
    code = codes.long_code(sitting.secret, sitting.id, codes.window_of(datetime.now(UTC)))
    assert "<svg" in screen and sitting.secret not in screen and "http-equiv" in screen
    assert organiser.get(f"{where}/screen/code").status == 200

    here = f"/trainings/{number}/sessions/{sitting.id}/here/"
    assert "data-send-now" in me.get(f"{here}?code={code}").html
    assert rows(learn, Attendance) == []
    begun(learn, number, timedelta(minutes=3))
    me.submit("")
    (mark,) = rows(learn, Attendance)
    assert (mark.person_id, mark.minutes, mark.way) == (me.person_id, 360, "scan")

    refused = post(organiser, f"/trainings/manage/{number}/close")
    assert refused.status == 409
    begun(learn, number, LENGTH)
    post(organiser, f"/trainings/manage/{number}/close")
    (year,) = rows(learn, HoursYear)
    assert (year.person_id, year.earned) == (me.person_id, 8)
    assert "8 JP" in me.get(f"/trainings/{number}/").text
    assert (
        "Seminar SPBE" in me.get("/notices/").text and "Seminar SPBE" in me.get("/me/record/").text
    )
    with learn.database.transaction() as session:
        assert list(rebuild_person(session, me.person_id)) == []


def test_codes_that_are_typed_are_counted_and_strangers_get_nothing(learn, organiser, signed_in):
    me, stranger = signed_in(), signed_in()
    number = published(organiser, learn)
    me.get(f"/trainings/{number}/")
    me.submit(f"/trainings/{number}/seat")
    sitting = session_of(learn, number)
    sitting = begun(learn, number, timedelta(0))
    here = f"/trainings/{number}/sessions/{sitting.id}/here/"
    right = codes.short_code(sitting.secret, sitting.id, codes.window_of(datetime.now(UTC)))
    assert post(stranger, here, {"code": right}).status == 403
    statuses = [post(me, here, {"code": "000 00x"}).status for _try in range(11)]
    assert statuses == [422] * 10 + [429]
    begun(learn, number, timedelta(minutes=16))
    shown = codes.long_code(sitting.secret, sitting.id, codes.window_of(datetime.now(UTC)))
    me.get(f"{here}?code={shown}")  # what is scanned cannot be guessed
    assert me.submit("").status == 200
    (mark,) = rows(learn, Attendance)
    assert mark.state == "late" and 343 <= mark.minutes <= 344


def test_a_list_is_ticked_and_corrected_with_a_reason(learn, organiser, signed_in):
    people = [signed_in(), signed_in()]
    number = published(organiser, learn)
    for each in people:
        each.get(f"/trainings/{number}/")
        each.submit(f"/trainings/{number}/seat")
    sitting = session_of(learn, number)
    where = f"/trainings/manage/{number}/sessions/{sitting.id}/attendance/"
    begun(learn, number, LENGTH)
    first, second = (each.person_id for each in people)
    post(organiser, where, {f"state-{first}": "late", f"minutes-{first}": "300", "rest": "present"})  # fmt: skip
    found = {each.person_id: (each.state, each.minutes) for each in rows(learn, Attendance)}
    assert found == {first: ("late", 300), second: ("present", 360)}
    changed = {f"state-{first}": "absent", f"minutes-{first}": "300"}
    assert post(organiser, where, changed).status == 422
    post(organiser, f"/trainings/manage/{number}/close")
    post(organiser, where, {**changed, "reason": "Salah orang"})
    assert {year.person_id: year.earned for year in rows(learn, HoursYear)} == {first: 0, second: 8}
    assert post(organiser, where, {f"minutes-{second}": "x", f"state-{second}": "late"}).status == 422  # fmt: skip
    assert "Ni Wayan Sari" in organiser.get(where.replace("attendance", "sheet")).text


def test_a_sheet_is_shown_before_it_is_recorded(learn, organiser, signed_in):
    me = signed_in()
    number = published(organiser, learn)
    me.get(f"/trainings/{number}/")
    me.submit(f"/trainings/{number}/seat")
    with learn.database.reading() as session:
        nip = number_of(session, me.person_id)
    begun(learn, number, LENGTH)
    where = f"/trainings/manage/{number}/attendance/"
    assert nip in organiser.get(f"{where}template.csv").data.decode()

    def send(text):
        organiser.get(where)
        return organiser.submit("", {"file": (BytesIO(text.encode()), "hadir.csv")})

    wrong = send(
        f"nip,kehadiran,menit\n{nip},mungkin,\n{make.nip()},hadir,\n{nip},hadir,999\n12,hadir,1\n"
    )
    assert wrong.status == 422 and rows(learn, Attendance) == []
    for words in ("mungkin", "360", "18"):
        assert words in wrong.text
    many = "nip,kehadiran\n" + "1234,hadir\n" * 5000
    assert send(many).status == 422
    shown = send(f"nip;kehadiran;menit\n{nip};terlambat;300\n")
    assert shown.status == 200 and rows(learn, Attendance) == []
    organiser.submit("")
    (mark,) = rows(learn, Attendance)
    assert (mark.state, mark.minutes, mark.way) == ("late", 300, "file")
    assert nip in organiser.get(f"/trainings/manage/{number}/participants.csv").data.decode()


def test_what_cannot_be_is_told_at_its_field_and_kept(learn, organiser):
    page = organiser.get("/trainings/manage/new/")
    shown = organiser.submit("", {
        "title": "Bimtek", "form": "KL06", "capacity": "0", "share": "80",
        "audience": next(iter(page.form("").fields["audience"].values)),
        "sessions-0-day": "2026-12-01", "sessions-0-start": "10:00", "sessions-0-end": "09:00",
    })  # fmt: skip
    assert shown.status == 422 and "Bimtek" in shown.html and rows(learn, Training) == []
    assert 'href="#capacity"' in shown.html and 'href="#sessions"' in shown.html


def test_a_number_and_a_code_that_are_wrong_are_told_beside_and_kept(learn, organiser, signed_in):
    me = signed_in()
    number = published(organiser, learn)
    page = post(organiser, f"/trainings/manage/{number}/people/", {"number": "123"})
    assert page.status == 422 and "f-number-error" in page.ids
    assert page.form(f"/trainings/manage/{number}/people/").fields["number"].values == ["123"]
    me.get(f"/trainings/{number}/")
    me.submit(f"/trainings/{number}/seat")
    sitting = begun(learn, number, timedelta(0))
    page = post(me, f"/trainings/{number}/sessions/{sitting.id}/here/", {"code": "12345"})
    assert page.status == 422 and "code-error" in page.ids
    assert page.form().fields["code"].values == ["12345"]


def test_an_end_after_midnight_is_on_the_next_day(learn, organiser):
    planned(organiser, learn, **{"sessions-0-start": "22:00", "sessions-0-end": "01:00"})
    (training,) = rows(learn, Training)
    assert training.ends_at - training.starts_at == timedelta(hours=3)


def test_a_change_is_refused_when_somebody_else_was_first(learn, organiser):
    number = planned(organiser, learn)
    organiser.get(f"/trainings/manage/{number}/change/")
    form = organiser.page.form("").fields
    assert form["title"].values[0] == "Seminar SPBE"
    with learn.database.transaction() as session:
        session.get_one(Training, number).revision += 1
    shown = organiser.submit("", {"title": "Seminar lain"})
    assert shown.status == 409
    assert [each.title for each in rows(learn, Training)] == ["Seminar SPBE"]


def test_a_supervisor_decides_on_the_page_of_the_team(learn, organiser, signed_in):
    me, boss, other = signed_in(name="Ni Made Rai"), signed_in("supervisor"), signed_in("verifier")
    number = published(organiser, learn, approval="y")
    me.get(f"/trainings/{number}/")
    me.submit(f"/trainings/{number}/seat")
    assert [seat.state for seat in rows(learn, Seat)] == ["asked"]
    listed = boss.get("/team/trainings/")
    assert "Ni Made Rai" in listed.text
    action = f"/team/trainings/{number}/people/{me.person_id}/decision"
    refused = post(boss, action, {"decision": "refuse"})
    assert refused.status == 422
    assert f'id="reason-{me.person_id}-{number}-error"' in refused.html, "at the line that is meant"
    assert post(other, action, {"decision": "approve"}).status == 403
    post(boss, action, {"decision": "approve"})
    assert [seat.state for seat in rows(learn, Seat)] == ["confirmed"]


def test_an_organiser_of_another_unit_sees_and_does_nothing(learn, organiser, signed_in):
    number = published(organiser, learn)
    with learn.database.transaction() as session:
        unit = make.unit(session, "dinas-lain")
    other, employee = signed_in("organiser", unit=unit), signed_in()
    assert "Seminar SPBE" not in other.get("/trainings/manage/").text
    for who in (other, employee):
        assert who.get(f"/trainings/manage/{number}/").status == 403
        closed = post(who, f"/trainings/manage/{number}/cancellation", {"reason": "x"})
        assert closed.status == 403
    assert employee.get("/trainings/manage/").status == 403
    draft = planned(organiser, learn)
    assert employee.get(f"/trainings/{draft}/").status == 404


def test_a_cancelled_training_tells_its_people_and_its_calendar(learn, organiser, signed_in):
    me = signed_in()
    number = published(organiser, learn)
    me.get(f"/trainings/{number}/")
    me.submit(f"/trainings/{number}/seat")
    post(organiser, f"/trainings/manage/{number}/cancellation", {"reason": "Aula dipakai"})
    assert "Aula dipakai" in me.get(f"/trainings/{number}/").text
    assert b"STATUS:CANCELLED" in me.get(f"/trainings/{number}/calendar.ics").data


def test_a_copy_is_a_new_draft_with_the_same_sessions(learn, organiser):
    number = planned(organiser, learn)
    organiser.get(f"/trainings/manage/{number}/copy/")
    form = organiser.page.form("/trainings/manage/new/").fields
    root = next(iter(form["audience"].values))
    shown = organiser.submit("/trainings/manage/new/", {"title": "Seminar kedua", "audience": root})
    assert shown.status == 200
    one, other = rows(learn, Training)
    assert (other.title, other.state, other.starts_at) == ("Seminar kedua", "draft", one.starts_at)
