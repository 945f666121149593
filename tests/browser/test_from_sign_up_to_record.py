"""From the first step to the record, by everybody whom it takes: a training, a claim, a mentoring pair."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

WITA = ZoneInfo("Asia/Makassar")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TRAINING, CLAIM = "Pelatihan Maklumat Pelayanan", "Kursus Bahasa Isyarat Loket"
BAD = ".l-field--bad"


def today() -> date:
    return datetime.now(UTC).astimezone(WITA).date()


def line_of(page: Page, text: str) -> Locator:
    """Return the line of a list, or the row of a table, that says something."""
    return page.locator("main li, main tbody tr").filter(has_text=text).last


def hours(page: Page) -> int:
    """Return the JP of somebody's accounts, of all years together."""
    page.goto("/me/record/")
    return sum(
        int(text.split()[0]) for text in page.locator("#hours + ul .l-list__end").all_inner_texts()
    )


def press(page: Page, action: str) -> None:
    """Press the button of the form that is sent to an address with this end; what it asks is answered yes."""
    page.locator(f"main form[action$='{action}'] button").first.click()


def plan_training(page: Page) -> str:
    """Plan and publish a training that began ten minutes ago and that supervisors approve; return its number."""
    start = datetime.now(UTC).astimezone(WITA) - timedelta(minutes=10)
    page.goto("/trainings/manage/new/")
    page.fill("[name=title]", TRAINING)
    page.select_option("[name=form]", "KL03")
    page.fill("[name=declared_jp]", "9")
    page.fill("[name=outcomes]", "M.05 2")
    page.fill("[name=sessions-0-day]", start.date().isoformat())
    page.fill("[name=sessions-0-start]", f"{start:%H:%M}")
    page.fill("[name=sessions-0-end]", f"{start + timedelta(hours=1):%H:%M}")
    page.check("[name=approval]")
    page.select_option("[name=audience]", index=0)
    page.click("main form .l-btn--main")
    press(page, "/publication")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def end_early(page: Page, number: str) -> None:
    """Write down that the session is over, and close the training."""
    end = datetime.now(UTC).astimezone(WITA) - timedelta(minutes=1)
    page.goto(f"/trainings/manage/{number}/change/")
    page.fill("[name=sessions-0-end]", f"{end:%H:%M}")
    page.click("main form .l-btn--main")
    press(page, "/close")


def check_in(page: Page, number: str, code: str) -> None:
    """Enter a code that is wrong, read why, and enter the one on the screen."""
    page.goto(f"/trainings/{number}/")
    page.click("a[href$='/here/']")
    page.fill("[name=code]", "12345")
    press(page, "/here/")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("[name=code]", code)
    press(page, "/here/")
    expect(page.locator("main .l-note.l-is-good")).to_be_visible()


def test_a_training_from_the_sign_up_to_the_record_and_the_file_of_hr(enter, sign_ins):
    organiser, boss, hr = enter("organiser"), enter("supervisor", scripts=False), enter("hr")
    employee = enter("employee", screen="phone")
    organiser.on("dialog", lambda asked: asked.accept())
    number = plan_training(organiser)
    employee.goto("/trainings/")
    employee.click(f"main a:has-text('{TRAINING}')")
    press(employee, "/seat")
    assert not employee.locator("a[href$='/here/']").count(), (
        "before it is approved there is no place"
    )
    boss.goto("/team/trainings/")
    line_of(boss, TRAINING).locator("button[value=approve]").click()
    organiser.goto(f"/trainings/manage/{number}/")
    organiser.click("a[href$='/screen/']")
    check_in(employee, number, organiser.inner_text(".t-code__typed"))
    end_early(organiser, number)
    employee.goto("/me/record/")
    expect(line_of(employee, TRAINING)).to_contain_text("9 JP")
    employee.goto("/me/record/competencies/M.05/")
    expect(line_of(employee, TRAINING).locator(".l-tag--good")).to_be_visible()
    hr.goto("/hr/people/?q=" + sign_ins["employee"][0])
    hr.click("main tbody a >> nth=0")
    expect(line_of(hr, TRAINING)).to_contain_text("9 JP")
    hr.goto("/hr/export/?kind=attendance&format=csv")
    with hr.expect_download() as taken:
        hr.locator("main form[method=post][action$='/hr/export/'] .l-btn--main").click()
    rows = [
        row for row in taken.value.path().read_text("utf-8-sig").splitlines() if TRAINING in row
    ]
    assert [sign_ins["employee"][0] in row for row in rows] == [True]


def claim(page: Page) -> None:
    """Write a claim, leave out its title, be told so beside the field, and send what is whole."""
    day = (today() - timedelta(days=3)).isoformat()
    page.goto("/me/claims/new/")
    page.click("main a[href$='/KL08/']")
    page.fill("[name=organiser]", "Gerkatin Bali")
    page.fill("[name=starts_on]", day)
    page.fill("[name=ends_on]", day)
    page.fill("[name=declared_jp]", "7")
    page.click("main form .l-btn--main")
    expect(page.locator(BAD)).to_have_count(1)
    expect(page.locator(f"{BAD} [name=title]")).to_have_attribute("aria-invalid", "true")
    assert page.input_value("[name=organiser]") == "Gerkatin Bali"
    page.fill("[name=title]", CLAIM)
    attach(page, "sertifikat.pdf")
    page.click("main form .l-btn--main")
    press(page, "/submission/")


def attach(page: Page, name: str) -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}
    page.set_input_files("[name=document]", file)


def decide(page: Page, act: str, reason: str = "") -> None:
    """Find the claim among those that wait and decide it."""
    page.goto("/verification/")
    page.click(f"main a:has-text('{CLAIM}')")
    page.fill("[name=reason]", reason)
    page.click(f"button[value={act}]")


def link_to_siasn(page: Page, number: str) -> None:
    """Let HR say which id somebody has in SIASN, by a sheet."""
    page.goto("/hr/siasn/people/")
    sheet = f"number,siasn_id\n{number},A1B2-C3D4\n".encode()
    page.set_input_files(
        "main input[type=file]", {"name": "id.csv", "mimeType": "text/csv", "buffer": sheet}
    )
    page.click("main form .l-btn--main")
    press(page, "/apply")


def test_a_claim_without_scripts_from_the_document_to_the_row_for_siasn(enter, sign_ins):
    employee = enter("employee", screen="phone", scripts=False)
    verifier, hr = enter("verifier", scripts=False), enter("hr", scripts=False)
    claim(employee)
    decide(verifier, "return", "Nomor sertifikat belum ada")
    employee.goto("/me/claims/")
    expect(line_of(employee, CLAIM)).to_contain_text("Nomor sertifikat belum ada")
    employee.click(f"main a:has-text('{CLAIM}')")
    employee.click("main a[href$='/change/']")
    assert employee.input_value("[name=title]") == CLAIM
    employee.fill("[name=certificate]", "12/GRK/2026")
    attach(employee, "sertifikat-baru.pdf")
    employee.click("main form .l-btn--main")
    press(employee, "/submission/")
    decide(verifier, "accept")
    employee.goto("/me/record/")
    expect(line_of(employee, CLAIM)).to_contain_text("7 JP")
    link_to_siasn(hr, sign_ins["employee"][0])
    hr.goto("/hr/siasn/records/?state=pending")
    assert hr.inner_text("h1") == "Belum diekspor"
    expect(line_of(hr, CLAIM)).to_contain_text("12/GRK/2026")


def ask_for_a_mentor(page: Page) -> str:
    """Ask for mentoring and leave it to the office who mentors; return the address of the pair."""
    page.goto("/mentoring/new/")
    page.fill("[name=starts_on]", (today() - timedelta(days=7)).isoformat())
    page.fill("[name=ends_on]", (today() + timedelta(days=90)).isoformat())
    page.check("[name=competencies][value='M.03']")
    page.fill("[name=aim]", "Menjawab keluhan dengan tenang")
    page.click("main form .l-btn--main")
    return page.url


def note_a_meeting(page: Page) -> None:
    """Write down that they met yesterday for an hour and a half; the end is forgotten first."""
    page.click("main a[href$='/meetings/new/']")
    page.fill("[name=day]", (today() - timedelta(days=1)).isoformat())
    page.fill("[name=starts]", "09:00")
    page.fill("[name=topic]", "Latihan di loket")
    page.click("main form .l-btn--main")
    expect(page.locator(f"{BAD} [name=ends]")).to_be_visible()
    assert page.input_value("[name=topic]") == "Latihan di loket"
    page.fill("[name=ends]", "10:30")
    page.click("main form .l-btn--main")


def test_a_pair_from_the_request_to_what_the_supervisor_confirms(enter, sign_ins):
    mentee, boss = enter("employee", screen="phone", scripts=False), enter("supervisor")
    mentor = enter("trainer", screen="phone")
    before = hours(mentee)
    pair = ask_for_a_mentor(mentee)
    boss.goto(pair)
    boss.fill("[name=number]", sign_ins["trainer"][0])
    press(boss, "/mentor/")
    mentor.goto("/mentoring/")
    mentor.click(f"main a[href$='/{pair.split('/', 3)[3]}']")
    press(mentor, "/act/")
    mentee.goto(pair)  # whom the supervisor names the supervisor has confirmed
    note_a_meeting(mentee)
    mentor.goto(pair)
    line_of(mentor, "Latihan di loket").locator("form button").first.click()
    boss.goto(pair)
    boss.click("main a[href$='/result/']")
    boss.fill("[name=changed]", "Keluhan dijawab pada hari yang sama.")
    boss.select_option("[name='level-M.03']", "2")
    boss.click("main form .l-btn--main")
    expect(boss.locator("main .l-note.l-is-good")).to_contain_text("pada hari yang sama")
    assert hours(mentee) == before + 2
    mentee.goto("/me/record/competencies/M.03/")
    expect(line_of(mentee, "mentoring").locator(".l-tag--good")).to_be_visible()
