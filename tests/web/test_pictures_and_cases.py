"""Places on a picture, numbers of one's own and branching cases, taken on pages without scripts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.support.learning import files_of_course, publish_course

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="500"><path d="M0 0h9v9z"/></svg>'
QUIZ = """\
    ---
    title: Tes akhir
    role: final
    pass: 70
    ---
    ## loket {hotspot}
    Di mana warga mengambil nomor?

    ![Denah lobi](denah.svg)

    - (x) Meja kiri {rect=60,80,180,100}
      > RAHASIA benar
    - ( ) Meja tengah {circle=50%,50%,10%}

    ## waktu {calculated}
    Berapa dua kali [[n]]?

    - n => 10..500

    = n * 2 loket

    ## kasus {scenario scales="empati"}
    Seorang warga marah.

    ### mulai
    Warga berteriak.

    - Dengarkan => tenang {empati=2}
      > Ia duduk.
    - Usir => buruk

    ### tenang
    NASKAH-TENANG

    - Catat => baik
    - Janjikan => buruk

    ### baik {end score=100}
    NASKAH-BAIK

    ### buruk {end score=0}
    NASKAH-BURUK

    > RAHASIA dengarkan dulu.
    """
SPOT, NUMBER, CASE = 1, 2, 3


@pytest.fixture(params=["", "page: all\n    "], ids=["one a page", "all on one page"])
def learner(app, signed_in, request):
    """Give the browser of somebody who has begun the test."""
    text = QUIZ.replace("pass: 70", f"{request.param}pass: 70")
    files = files_of_course(**{"quizzes__dasar__akhir.md": text, "courses__dasar__denah.svg": SVG})
    publish_course(app, datetime.now(UTC), files)
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    for module in ("01-satu", "02-dua"):
        browser.get(f"/courses/dasar/{module}/")
        browser.submit(f"/courses/dasar/{module}/completion")
    browser.get("/courses/dasar/quizzes/akhir/")
    browser.submit("/courses/dasar/quizzes/akhir/attempts")
    browser.attempt = browser.page.address.split("?")[0].rstrip("/")
    browser.suffix = (lambda place: str(place)) if request.param else (lambda _place: "")
    return browser


def choose(browser, text):
    """Press the button of a choice in the case."""
    page = browser.get(f"{browser.attempt}/?q={CASE}")
    name = f"answer{browser.suffix(CASE)}.go"
    found = re.findall(rf'name="{re.escape(name)}"\s+value="(\w+)">(.*?)</button>', page.html, re.S)
    key = next(key for key, label in found if text in label)
    return send(browser, CASE, {name: key})


def send(browser, place, values, press=None):
    """Send the form as it stands, with `values`, and the button that was pressed."""
    page = browser.get(f"{browser.attempt}/?q={place}")
    fields = page.form("answer").fields.items()
    form = {name: each.values for name, each in fields if each.values and name != "go"}
    pressed = {"go": press} if press else {}
    return browser.post(f"{browser.attempt}/", {**form, **values, **pressed}, follow_redirects=True)


def test_the_whole_way_through_picture_number_and_case(learner):
    page = learner.get(f"{learner.attempt}/?q={SPOT}")
    assert 'alt="Denah lobi"' in page.html and "/media/" in page.html
    assert "RAHASIA" not in page.html
    labels = r'value="(\w+)"[^>]*>\s*<span class="l-opt__body">(.*?)</span>'
    key = next(key for key, text in re.findall(labels, page.html, re.S) if "kiri" in text)
    send(learner, SPOT, {f"answer{learner.suffix(SPOT)}": key}, "next")

    number = int(
        re.search(r"dua kali (\d+)", learner.get(f"{learner.attempt}/?q={NUMBER}").html)[1]
    )
    assert re.search(rf"dua kali {number}\D", learner.get(f"{learner.attempt}/?q={NUMBER}").html)
    send(learner, NUMBER, {f"answer{learner.suffix(NUMBER)}": f"{number * 2} loket"}, "next")

    page = choose(learner, "Dengarkan")
    assert "Ia duduk." in page.html and "NASKAH-TENANG" in page.html
    assert not any(
        word in page.html for word in ("NASKAH-BAIK", "NASKAH-BURUK", "RAHASIA", "empati")
    )
    summary = learner.get(f"{learner.attempt}/summary/")
    assert re.search(r"(?:Belum dijawab|Not answered|kosong)[^<]*\b3\b", summary.text, re.I), (
        summary.text
    )
    page = choose(learner, "Catat")
    assert "NASKAH-BAIK" in page.html and "NASKAH-BURUK" not in page.html

    learner.get(f"{learner.attempt}/summary/")
    page = learner.submit("submission")
    assert "RAHASIA benar" in page.html and "Empati" in page.html
    assert "NASKAH-BURUK" not in page.html and "RAHASIA dengarkan" not in page.html
    assert "100" in page.text


def test_a_choice_that_was_made_cannot_be_made_otherwise_by_an_old_page(learner):
    first = learner.get(f"{learner.attempt}/?q={CASE}")
    name = f"answer{learner.suffix(CASE)}.go"
    keys = re.findall(rf'name="{re.escape(name)}"\s+value="(\w+)">', first.html)
    fields = {key: each.values for key, each in first.form("answer").fields.items() if each.values}
    old = {key: value for key, value in fields.items() if key != "go"}
    page = learner.post(f"{learner.attempt}/", {**old, name: keys[0]}, follow_redirects=True)
    assert page.status == 200
    again = learner.post(f"{learner.attempt}/", {**old, name: keys[0]}, follow_redirects=True)
    assert again.status == 200  # a second click changes nothing
    other = learner.post(f"{learner.attempt}/", {**old, name: keys[1]}, follow_redirects=True)
    assert other.status in (409, 422)
    assert learner.get(f"{learner.attempt}/?q={CASE}").html.count("l-way__then") <= 1


def test_an_invented_path_is_told_as_such(learner):
    suffix = learner.suffix(CASE)
    for path in ("x", "o" * 5000, "\x00", "a b c", "../../etc/passwd"):
        for go in ("", "x", "back:0", "<script>"):
            page = send(learner, CASE, {f"answer{suffix}.path": path, f"answer{suffix}.go": go})
            assert page.status == (200 if go == "back:0" else 422)
            assert "<script>" not in page.html


LABELS = """\

    ## nama {labels}
    Beri nama.

    ![Denah lobi](denah.svg)

    - Kiri => Loket {rect=60,80,180,100}
    - Tengah => Informasi {circle=50%,50%,10%}
    - => Toilet
    """


def test_a_trainer_sees_the_whole_case_and_every_key_before_publishing(app, signed_in):
    files = files_of_course(
        **{"quizzes__dasar__akhir.md": QUIZ + LABELS, "courses__dasar__denah.svg": SVG}
    )
    publish_course(app, datetime.now(UTC), files)
    trainer = signed_in("trainer", name="I Made Guru")
    for address in ("preview/quizzes/akhir/", "files/quizzes/dasar/akhir.md"):
        page = trainer.get(f"/studio/dasar/{address}")
        assert page.status == 200
        assert all(word in page.html for word in ("Toilet", "[[n]]") if address.endswith(".md"))
    page = trainer.get("/studio/dasar/preview/quizzes/akhir/")
    assert "NASKAH-BURUK" in page.html and "{end score=100}" in page.html
    assert "[[n]]" not in page.html


def test_a_case_that_was_checked_can_be_walked_again_where_tries_are_left(app, signed_in):
    text = QUIZ[QUIZ.index("## kasus") - 4 :]
    front = "---\ntitle: Tes\nrole: module\nmodule: 01-satu\nbehaviour: interactive\ntries: 2\npenalty: 25\n---\n"
    quiz = front + "\n".join(line.removeprefix("    ") for line in text.split("\n"))
    publish_course(app, datetime.now(UTC), files_of_course(**{"quizzes__dasar__ulang.md": quiz}))
    browser = signed_in(name="Ni Luh Ayu")
    browser.get("/courses/dasar/")
    browser.submit("/courses/dasar/enrolment")
    browser.get("/courses/dasar/quizzes/ulang/")
    browser.submit("/courses/dasar/quizzes/ulang/attempts")
    browser.attempt, browser.suffix = browser.page.address.split("?")[0].rstrip("/"), lambda _at: ""
    place = 1

    def press(**values):
        return send(browser, place, {key.replace("_", "."): value for key, value in values.items()})

    def key(text):
        found = re.findall(
            r'name="answer.go"\s+value="(\w+)">(.*?)</button>', browser.page.html, re.S
        )
        return next(key for key, label in found if text in label)

    browser.get(f"{browser.attempt}/?q=1")
    early = send(browser, place, {"answer.go": key("Dengarkan")})
    assert "Ia duduk." in early.html
    refused = send(browser, place, {}, "check")
    assert refused.status == 422
    browser.get(f"{browser.attempt}/?q=1")
    press(answer_go=key("Janjikan"))
    page = send(browser, place, {}, "check")
    assert 'value="back:0"' in page.html
    page = press(answer_go="back:0")
    assert "Ia duduk." not in page.html and "Warga berteriak." in page.html
    press(answer_go=key("Dengarkan"))
    press(answer_go=key("Catat"))
    page = send(browser, place, {}, "check")
    assert 'value="back:0"' not in page.html
    browser.get(f"{browser.attempt}/summary/")
    assert "75" in browser.submit("submission").text
