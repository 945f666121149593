"""What people do in a real browser, with scripts and without."""

from __future__ import annotations

from playwright.sync_api import Page


def sign_in(page: Page, known: tuple[str, str]) -> None:
    """Sign in with a number and a password."""
    number, password = known
    page.goto("/sign-in")
    page.fill("input[name=number]", number)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")


def start_quiz(page: Page, course: str, quiz: str) -> str:
    """Begin a quiz, or go on with the attempt that is open; return the attempt's address."""
    page.goto(f"/courses/{course}/quizzes/{quiz}/")
    page.click("form[action$='/attempts'] button")
    page.wait_for_url("**/attempts/**")
    return page.url.split("?")[0]


def hand_in(page: Page, attempt: str) -> None:
    """Hand the answers in."""
    page.goto(f"{attempt}summary/")
    page.click("#submission button")
    page.wait_for_url(attempt)
