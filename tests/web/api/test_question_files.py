"""Questions of other systems by API: a report of each, the draft only when it is meant."""

import io

import pytest

from learn.publishing.models import DraftFile

HERE = "/courses/dasar/quizzes/impor/imports"
GIFT = b"::satu:: Apa? {=a ~b}\n\n::rusak:: x { y }\n"


def send(call, address, content=GIFT, **more):
    return call("POST", address, data=content, content_type="application/octet-stream", **more)


def text_of(learn):
    with learn.database.reading() as session:
        row = session.get(DraftFile, ("dasar", "quizzes/dasar/impor.md"))
        return row.text if row else None


def test_a_dry_run_reports_and_a_real_one_writes(course, caller, learn):
    trainer = caller("trainer")
    reply = send(trainer, f"{HERE}?dry_run=true")
    assert reply.status_code == 200 and reply.json["items"] == 2 and reply.json["added"] == 0
    assert [each["verdict"] for each in reply.json["questions"]] == ["kept", "refused"]
    assert reply.json["questions"][1]["line"] == 3 and text_of(learn) is None
    reply = send(trainer, HERE)
    assert reply.status_code == 201 and reply.json["added"] == 1
    assert "## satu" in text_of(learn)


def test_a_form_takes_the_file_too(course, caller):
    reply = caller("trainer")(
        "POST", f"{HERE}?format=gift&dry_run=true", data={"file": (io.BytesIO(GIFT), "a.gift")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert reply.status_code == 200 and reply.json["format"] == "gift"


@pytest.mark.parametrize("content", [b"", b"\x00", b"<html>", b"<!DOCTYPE a><quiz/>"])
def test_what_is_no_question_file_is_a_problem_in_words(course, caller, content):
    reply = send(caller("trainer"), HERE, content)
    assert reply.status_code == 422 and reply.json["detail" if "detail" in reply.json else "title"]


def test_a_quiz_goes_out(course, caller):
    trainer = caller("trainer")
    for format_, sign in (("gift", b"::"), ("moodle-xml", b"<quiz>")):
        reply = trainer("GET", f"/courses/dasar/quizzes/akhir/export?format={format_}")
        assert reply.status_code == 200 and sign in reply.data
    assert trainer("GET", "/courses/dasar/quizzes/akhir/export?format=doc").status_code == 422
    assert trainer("GET", "/courses/dasar/quizzes/none/export?format=gift").status_code == 404
