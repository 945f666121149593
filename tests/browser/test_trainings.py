"""Trainings in a browser: every page accessible and fitting, and the code that turns by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.browser.test_every_page import walk

WITA = ZoneInfo("Asia/Makassar")


def running_training(page) -> str:
    """Plan and publish a training that began some minutes ago; return its address."""
    start = datetime.now(UTC).astimezone(WITA) - timedelta(minutes=5)
    page.goto("/trainings/manage/new/")
    page.fill("[name=title]", "Sosialisasi " + "pelayananpublikberbasiselektronik" * 3)
    page.select_option("[name=form]", "KL06")
    page.fill("[name=sessions-0-day]", start.date().isoformat())
    page.fill("[name=sessions-0-start]", f"{start:%H:%M}")
    page.fill("[name=sessions-0-end]", f"{start + timedelta(hours=2):%H:%M}")
    page.select_option("[name=audience]", index=0)
    page.fill("[name=place]", "Aula")
    page.press("[name=place]", "Enter")
    page.click("form[action$='/publication'] button")
    return page.url


def test_every_page_of_a_training_is_accessible_and_fits_the_screen(enter):
    organiser, employee = enter("organiser"), enter("employee")
    one = running_training(organiser)
    number = one.rstrip("/").rsplit("/", 1)[1]
    employee.goto(f"/trainings/{number}/")
    employee.click("form[action$='/seat'] button")
    organiser.goto(one)
    sessions = organiser.locator("a[href*='/sessions/']")
    places = [sessions.nth(place).get_attribute("href") for place in range(sessions.count())]
    sitting = places[0].split("/sessions/")[1].split("/")[0]
    wrong = walk(
        organiser,
        ["/trainings/manage/", one, *places, f"{one}change/", f"{one}copy/", f"{one}attendance/"],
    )
    mine = f"/trainings/{number}/"
    wrong += walk(employee, ["/trainings/", mine, f"{mine}sessions/{sitting}/here/"])
    assert not wrong, "\n".join(wrong)


def test_the_code_that_was_typed_is_taken_and_the_screen_turns_to_the_next(enter):
    organiser, employee = enter("organiser"), enter("employee")
    one = running_training(organiser)
    number = one.rstrip("/").rsplit("/", 1)[1]
    employee.goto(f"/trainings/{number}/")
    employee.click("form[action$='/seat'] button")
    organiser.goto(one)
    organiser.click("a[href$='/screen/']")
    typed = organiser.locator(".t-code__typed")
    before = typed.inner_text()
    employee.click("a[href$='/here/']")
    employee.fill("[name=code]", before)
    employee.click("main form button >> nth=0")
    employee.wait_for_selector(".l-note.l-is-good")
    organiser.wait_for_function(
        "old => document.querySelector('.t-code__typed').innerText !== old", arg=before,
        timeout=45_000,
    )  # fmt: skip
    assert typed.inner_text() not in ("", before)
