"""A time limit: announced, then handed in by itself; the server decides."""

from playwright.sync_api import expect

from tests.support.driving import start_quiz


def test_at_zero_the_answers_are_handed_in_and_a_late_one_does_not_count(enter, course):
    page = enter("supervisor", screen="phone")
    attempt = start_quiz(page, course, "kilat")
    assert page.locator("[data-announce]").inner_text().strip()
    page.click(".l-opt:has-text('Dua')")
    expect(page.locator("[data-saved].l-saved--ok")).to_be_visible()
    other = page.input_value(".l-opt:has-text('Tiga') input")
    token = page.input_value("#answer [name=csrf_token]")
    revision = page.input_value("#answer [name=based_on]")
    expect(page.locator(".l-verdict")).to_be_visible(timeout=30000)
    assert page.url == attempt
    assert page.locator(".l-verdict.l-is-good").count() == 1
    late = page.request.post(
        f"{attempt}answers/satu",
        form={"csrf_token": token, "question": "satu", "answer": other, "based_on": revision},
        headers={"X-Requested-With": "fetch"},
    )
    assert late.status == 409
    page.reload()
    assert page.locator(".l-verdict.l-is-good").count() == 1
