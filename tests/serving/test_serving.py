"""`learn serve` as people start it: what it refuses, and what survives a power cut."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.serving import ROOT, Served

COURSE = "manajemen-perubahan"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Give a demonstration that tests may kill and start again."""
    served = Served(tmp_path_factory.mktemp("serving"), demo=True).start()
    yield served
    served.stop()


def run(
    folder: Path, *arguments: str, data: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of `learn` over the data in `folder`."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LEARN_")}
    environ |= {"LEARN_DATA_DIR": str(data or folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "learn", *arguments],
        capture_output=True, text=True, timeout=120, cwd=folder, env=environ,
    )  # fmt: skip


def number_of_employee(served: Served) -> str:
    return re.findall(r"\b\d{18}\b", served.sign_ins())[0]


def call(served: Served, token: str, method: str, path: str, body: object = None) -> dict:
    """Call the API and return its reply."""
    request = urllib.request.Request(
        f"{served.url}/api/v1{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def token(served):
    """Make a token for the demonstration's employee, as an operator does."""
    made = run(served.folder, "token", "create", "--person", number_of_employee(served))
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()[-1]


def an_answer(question: dict) -> object:
    """Return an answer in the right shape, right or wrong."""
    if "left" in question:
        return {left["key"]: question["right"][0]["key"] for left in question["left"]}
    if question["type"] == "ordering":
        return [option["key"] for option in question["options"]]
    if question.get("options"):
        return [question["options"][0]["key"]]
    return "20"


def test_what_was_called_saved_survives_kill_minus_nine(served, token):
    attempt = call(served, token, "POST", f"/courses/{COURSE}/quizzes/evaluasi-akhir/attempts", {})
    given = {}
    for question in attempt["questions"][:5]:
        given[question["key"]] = an_answer(question)
        saved = call(
            served, token, "PUT", f"/attempts/{attempt['id']}/answers/{question['key']}",
            {"answer": given[question["key"]]},
        )  # fmt: skip
        assert saved["saved_at"]
    served.kill()
    served.start()
    again = call(served, token, "GET", f"/attempts/{attempt['id']}")
    assert again["expires_at"] == attempt["expires_at"]
    assert [q["key"] for q in again["questions"]] == [q["key"] for q in attempt["questions"]]
    for question in again["questions"]:
        assert question["answer"] == given.get(question["key"])
    verified = run(served.folder, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    rebuilt = run(served.folder, "ledger", "rebuild", "--check")
    assert rebuilt.returncode == 0, rebuilt.stdout


def test_the_demonstration_is_kept_and_its_sign_ins_are_printed_again(served):
    before = served.sign_ins()
    served.stop()
    served.start()
    assert served.sign_ins() == before
    assert number_of_employee(served) in served.said()


def test_the_demonstration_serves_this_machine_only(tmp_path):
    refused = run(tmp_path, "serve", "--demo", "--host", "0.0.0.0", "--port", "0")
    assert refused.returncode == 2
    assert not (tmp_path / "learn.db").exists()


def test_everybody_of_the_demonstration_is_an_employee_with_a_valid_number(served):
    listed = run(served.folder, "people", "export")
    assert listed.returncode == 0, listed.stderr
    numbers = set(re.findall(r"\b\d{18}\b", served.sign_ins()))
    assert len(numbers) == 10
    assert all(number in listed.stdout for number in numbers)


def test_the_demonstration_has_past_completions_on_page_export_and_api(served):
    listed = run(served.folder, "export", "completions")
    rows = listed.stdout.strip().splitlines()
    assert len(rows) > 10
    hr = re.findall(r"\b\d{18}\b", served.sign_ins())[5]
    made = run(served.folder, "token", "create", "--person", hr)
    reply = call(served, made.stdout.splitlines()[-1], "GET", "/completions?limit=200")
    assert len(reply["items"]) == len(rows) - 1


def test_a_wrong_token_is_refused(served):
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(served, "lrn_nothing", "GET", "/me")
    assert refused.value.code == 401
    refused.value.close()


def test_init_is_safe_to_repeat_and_prints_the_code_alone_on_the_last_line(tmp_path):
    for _ in range(2):
        made = run(tmp_path, "init", "--admin", "199009172014021910")
        assert made.returncode == 0, made.stderr
        assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", made.stdout.splitlines()[-1])


def test_a_number_that_is_none_is_told(tmp_path):
    refused = run(tmp_path, "init", "--admin", "123")
    assert refused.returncode == 1
    assert "18" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_setting_with_a_wrong_value_is_told_with_what_would_be_right(tmp_path):
    environ = {
        **os.environ,
        "LEARN_DATA_DIR": str(tmp_path),
        "LEARN_TIMEZONE": "Bali",
        "PYTHONPATH": str(ROOT),
    }
    refused = subprocess.run(
        [sys.executable, "-m", "learn", "init"],
        capture_output=True,
        text=True,
        env=environ,
        cwd=tmp_path,
    )
    assert refused.returncode == 1
    assert "Asia/Makassar" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", [("stats",), ("export", "--format", "gift")])
def test_a_word_that_is_no_text_is_told(tmp_path, command):
    run(tmp_path, "init")
    refused = run(tmp_path, "quiz", *command, "\udcff/akhir")
    assert refused.returncode == 2
    assert "UTF-8" in refused.stderr and "Traceback" not in refused.stderr


def test_a_port_that_is_taken_is_told(served, tmp_path):
    refused = run(tmp_path, "serve", "--port", str(served.port))
    assert refused.returncode == 1
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_lies_in_the_data_folder_is_for_its_owner_alone(tmp_path):
    folder = tmp_path / "new"
    made = run(tmp_path, "init", data=folder)
    assert made.returncode == 0, made.stderr
    assert folder.stat().st_mode & 0o077 == 0
