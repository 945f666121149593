"""What names nothing in its address, lists and files among it: each shows a unit only its own people."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import urlencode

import pytest

from learn.api.operations import OPERATIONS
from learn.people.access import Role
from tests.web.hostile.conftest import Apart

NAMES = ("learner", *(str(role) for role in Role if role != Role.EMPLOYEE))
FORMATS = ("csv", "xlsx", "json", "jsonl", "parquet")
FILES = (
    *(f"/hr/files/{what}/" for what in ("people", "hours", "overdue", "claims")),
    *(f"/hr/match/export/{what}/" for what in ("gaps", "match")),
)


def unpacked(data: bytes) -> str:
    """Return all text of an answer: of the parts of an archive, when it is one."""
    if not data.startswith(b"PK\x03\x04"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(part).decode("latin-1") for part in archive.namelist())


def shown(apart: Apart, data: bytes) -> list[str]:
    """Return what of the other unit stands in an answer."""
    text = unpacked(data).lower()
    return [secret for secret in apart.theirs.secrets if secret.lower() in text]


def pages(apart: Apart) -> list[str]:
    """Return the addresses of pages that name nothing."""
    found = [
        rule.rule
        for rule in apart.app.url_map.iter_rules()
        if rule.endpoint.startswith("learn.")
        and not rule.arguments
        and "GET" in (rule.methods or ())
    ]
    return sorted(found)


def asking_for_theirs(apart: Apart) -> str:
    """Return what stands behind a question mark to ask for things of theirs by number."""
    at, who = apart.theirs.places, apart.theirs.learner.id
    asked = {
        "set": at["set_id"], "batch": at["batch_id"], "person": who, "mentee": who, "number": at["pair_id"],
        "training": at["training_id"], "job": at["job_id"], "seq": at["seq"], "rule": at["rule_id"],
        "list": "people", "who": who, "act": "enrol", "kind": "completions",
    }  # fmt: skip
    return "?" + urlencode(asked)


@pytest.mark.parametrize("role", NAMES)
def test_no_page_without_a_name_shows_anything_of_another_unit(apart, role):
    browser, wrong, opened = apart.ours.people[role].browser, [], 0
    for address in pages(apart):
        for narrowed in ("", f"?unit={apart.theirs.code}", asking_for_theirs(apart)):
            with browser.client.get(address + narrowed) as answer:
                opened += answer.status_code == 200
                found = shown(apart, answer.get_data())
            if answer.status_code >= 500 or found:
                wrong.append((address + narrowed, answer.status_code, found))
    assert wrong == []
    assert opened > 30


@pytest.mark.parametrize("role", NAMES)
def test_no_operation_without_a_name_shows_anything_of_another_unit(apart, role):
    call, wrong = apart.ours.people[role].call, []
    for made in OPERATIONS:
        if made.parts or made.writes:
            continue
        for query in ("", f"?unit={apart.theirs.code}", "?post_class=PELAKSANA"):
            with call("GET", made.path + query) as answer:
                text = unpacked(answer.get_data()).lower()
                found = [each for each in apart.theirs.secrets if each.lower() in text]
                if found:
                    wrong.append((made.name, query, answer.status_code, found))
    assert wrong == []


@pytest.mark.parametrize("shape", FORMATS)
@pytest.mark.parametrize("address", FILES)
def test_every_list_of_hr_is_a_file_in_every_format_and_of_its_unit_alone(apart, address, shape):
    browser = apart.ours.people["hr"].browser
    browser.get("/help")
    sent = {"format": shape, "csrf_token": browser.token()}
    page = browser.post(address, sent)
    assert page.status == 200, page.text
    assert shown(apart, page.data) == []
    narrowed = browser.post(address, {**sent, "unit": apart.theirs.code})
    assert shown(apart, narrowed.data) == []
    if address == "/hr/files/people/" and shape != "parquet":
        assert apart.ours.word.lower() in unpacked(page.data).lower()
