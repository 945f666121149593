"""Forms that are sent at the same moment: whoever is second is told in words, and nothing is there twice."""

from __future__ import annotations

import io
import threading
import time

import pytest
from sqlalchemy import func, select

from learn.people.models import PersonNumber, Unit
from learn.people.services import add_person
from learn.people.units import create_unit, root_unit
from tests.support import make

WAITS_SECONDS = 0.5
MOST_SECONDS = 60


@pytest.fixture
def admin(signed_in, database):
    with database.transaction() as session:
        make.unit(session, "PKM")
    return english(signed_in("admin"))


def english(browser):
    browser.client.set_cookie("learn_language", "en")
    return browser


def while_held(database, write, send):
    """Send a form while somebody else has written the same and not committed it yet; return its page."""
    pages = []
    sender = threading.Thread(target=lambda: pages.append(send()), daemon=True)
    with database.transaction() as session:
        write(session)
        session.flush()
        sender.start()
        time.sleep(WAITS_SECONDS)  # by now it waits for us, and looks only after it
    sender.join(MOST_SECONDS)
    return pages[0]


def count(database, model, condition):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(condition))


def test_who_adds_somebody_whom_another_is_adding_is_told(admin, database, now):
    number = make.nip()
    admin.get("/admin/people/new/")

    def write(session):
        add_person(session, number=number, name="Ni Made", unit=root_unit(session, now=now),
                   actor_id=None, now=now, settings=make.settings())  # fmt: skip

    page = while_held(
        database, write, lambda: admin.submit(number=number, name="Ni Made", unit="PKM")
    )
    assert page.status in (409, 422)
    assert "wrong on our side" not in page.text
    assert count(database, PersonNumber, PersonNumber.number == number) == 1
    assert admin.get("/admin/people/").status == 200


def test_who_adds_a_unit_that_another_is_adding_is_told(admin, database, now):
    admin.get("/admin/units/")

    def write(session):
        create_unit(session, code="BARU", name="Baru", parent=root_unit(session, now=now),
                    actor_id=None, now=now)  # fmt: skip

    page = while_held(
        database, write, lambda: admin.submit("/admin/units/", code="BARU", unit_name="Dinas Baru")
    )
    assert page.status in (409, 422)
    assert count(database, Unit, Unit.code == "BARU") == 1


def test_a_sheet_that_two_send_on_is_done_once_and_the_other_sees_what_is_left(
    signed_in, admin, database
):
    numbers = [make.nip() for _ in range(3)]
    content = "\n".join(["nip,nama", *(f"{number},Ni Luh Baru" for number in numbers)]).encode()
    browsers = [admin, english(signed_in("admin"))]
    for browser in browsers:
        browser.get("/admin/import/")
        browser.submit("/admin/import/", file=(io.BytesIO(content), "people.csv"))
    ready, pages = threading.Barrier(2), []

    def send(browser):
        ready.wait(MOST_SECONDS)
        pages.append(browser.submit("/admin/import/apply"))

    threads = [threading.Thread(target=send, args=(each,), daemon=True) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MOST_SECONDS)
    texts = sorted(pages, key=lambda page: "The import is done" in page.text)
    assert "Something has changed since you looked" in texts[0].text
    assert "3 people added" in texts[1].text
    assert count(database, PersonNumber, PersonNumber.number.in_(numbers)) == 3
