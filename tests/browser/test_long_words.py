"""Words that are longer than a phone is wide break instead of making the page wider."""

import subprocess
import sys

import pytest

from tests.support.driving import hand_in, start_quiz
from tests.support.learning import files_of_course
from tests.support.serving import ROOT

WORD = "Pertanggungjawabankeuangan" * 4
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
QUIZ = f"""---
title: {WORD}
role: final
---
## pilih
{WORD}?

- (x) {WORD}
- ( ) {WORD}lain

## urai {{essay}}
Tulis: {WORD}

- {WORD} => 2: {WORD} | 0: {WORD}lain
"""


@pytest.fixture(scope="module")
def lengthy(live_server, tmp_path_factory):
    """Publish a course whose texts are very long words; return its key."""
    folder = tmp_path_factory.mktemp("lengthy")
    for path, content in files_of_course(**{"quizzes__dasar__akhir.md": QUIZ}).items():
        place = folder / path.replace("dasar", "panjang", 1)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.replace(b"Dasar pelayanan", WORD.encode()))
    done = subprocess.run(
        [sys.executable, "-m", "learn", "content", "push", str(folder), "--publish"],
        env=live_server.environ, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return "panjang"


def test_no_page_of_a_quiz_is_wider_than_a_phone(enter, lengthy):
    page = enter("mentor", screen="phone")
    attempt = start_quiz(page, lengthy, "akhir")
    wide = []

    def look(address):
        page.goto(address)
        if page.evaluate(WIDE):
            wide.append(address)

    for address in (attempt, f"{attempt}?q=2", f"{attempt}summary/", f"/courses/{lengthy}/"):
        look(address)
    page.goto(f"{attempt}?q=2")
    page.fill("textarea", WORD)
    page.click("button[value=next], button[value=summary]")
    hand_in(page, attempt)
    look(attempt)
    page = enter("trainer", screen="phone")
    results = f"/studio/{lengthy}/results/akhir/"
    for address in (results, f"{results}questions/pilih/", f"/studio/{lengthy}/preview/"):
        look(address)
    page.goto(f"/studio/{lengthy}/grading/")
    look(page.locator("a[href*='/urai']").first.get_attribute("href"))
    assert wide == []
