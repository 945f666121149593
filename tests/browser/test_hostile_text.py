"""Text with scripts in it, from authors and in names, stays text on every page that shows it."""

import pytest

from tests.support.driving import hand_in, start_quiz

HOSTILE = "<script>window.ran='name'</script><img src=x onerror=\"window.ran='name'\">"


def ran(page, addresses) -> list[str]:
    """Return the pages on which something ran."""
    found = []
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if page.evaluate("window.ran"):
            found.append(address)
    return found


def test_scripts_in_course_and_quiz_do_not_run(enter, course):
    page = enter("supervisor")
    attempt = start_quiz(page, course, "latihan")
    hand_in(page, attempt)
    question = start_quiz(page, course, "akhir")
    base = f"/courses/{course}/"
    assert ran(page, ["/", "/courses/", base, f"{base}01-awal/", attempt, question]) == []


def test_scripts_in_a_course_do_not_run_in_the_studio(enter, course):
    base = f"/studio/{course}/"
    text = f"{base}files/courses/{course}/course.md"
    shown = [
        "",
        "check",
        "preview/",
        "preview/01-awal/",
        "preview/quizzes/akhir/",
        "publish",
        "results/",
    ]
    assert ran(enter("trainer"), ["/studio/", *(base + part for part in shown), text]) == []


@pytest.fixture
def named(enter):
    """Give an employee and a unit a name that is a script, as an administrator could by hand."""
    page = enter("admin")
    page.goto("/admin/units/")
    page.click("a[href*='/admin/units/'] >> nth=-1")
    page.goto(page.url)
    page.fill(
        "form[action$='/name/'] input[type=text], form[action$='/name/'] input:not([type=hidden])",
        HOSTILE,
    )
    page.click("form[action$='/name/'] button")
    page.goto("/admin/people/?q=Putu+Diah")
    page.click("table a[href*='/admin/people/']")
    page.fill("input[name=name]", f"Putu {HOSTILE}")
    page.click("form:has(input[name=name]) button")
    return page


def test_scripts_in_names_do_not_run(named):
    person = named.url.split("/people/")[1].split("/")[0]
    shown = [
        f"/admin/people/{person}/", "/admin/people/", "/admin/units/", "/admin/audit/", "/hr/", "/hr/people/",
        "/hr/matrix/", "/hr/completions/", f"/hr/people/{person}/", f"/hr/people/{person}/ledger/", "/hr/export/",
    ]  # fmt: skip
    assert ran(named, shown) == []
    named.goto("/hr/people/")
    assert "window.ran" in named.inner_text("body")  # it is shown, as text
