"""Every operation that names something, asked for by every role of one unit with the things of another.

`tests/web/hostile/operations.py` says of each operation what its address names.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from learn.api.operations import OPERATIONS, Operation
from learn.people.access import Role
from tests.web.api.conftest import Caller
from tests.web.hostile import operations
from tests.web.hostile.conftest import Apart, changes
from tests.web.hostile.operations import FILES, OF_THE_WHOLE, SHOWN, THEIRS

NAMES = ("learner", *(str(role) for role in Role if role != Role.EMPLOYEE))
NAMING = [made for made in OPERATIONS if made.parts]
FOUR = (
    "tests/web/hostile/operations.py: say what these operations name. THEIRS if it belongs to a person or a unit "
    "(give it to both units in apart.py, and a good body to `body`), OF_THE_WHOLE if a role on one unit must not "
    "reach it, SHOWN with the reason if everybody may ask for it."
)


def ask(apart: Apart, call: Caller, made: Operation, known: dict[str, Any]) -> TestResponse:
    """Ask for an operation with these things in its address, and a body that is good."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(known[match.group(1)]), made.path)
    path += operations.QUERY.get(made.name, "")
    if made.name in FILES:
        sheet = {"data": b"number,attempts,reason\n", "content_type": "text/csv"}
        return call(made.method, path, **sheet)
    number = apart.theirs.learner.number
    return call(made.method, path, operations.body(made.name, apart.theirs.places, number))


def shown(apart: Apart, answer: TestResponse) -> list[str]:
    """Return what of the other unit stands in an answer."""
    text = answer.get_data().decode("latin-1") + str(answer.headers)
    return [secret for secret in apart.theirs.secrets if secret.lower() in text.lower()]


def test_every_operation_that_names_something_stands_in_one_table():
    known = [*THEIRS, *OF_THE_WHOLE, *SHOWN]
    found = {made.name for made in NAMING}
    assert found - set(known) == set(), FOUR
    assert (sorted(set(known)), set(known) - found) == (sorted(known), set())


@pytest.mark.parametrize("role", NAMES)
def test_nobody_of_one_unit_gets_at_a_thing_of_another(apart, role):
    call, wrong, before = apart.ours.people[role].call, [], apart.rows()
    known = operations.places(apart.theirs.places, apart.theirs.code)
    for made in NAMING:
        if made.name in SHOWN:
            continue
        places = {**known, "code": apart.theirs.code} if made.name == "match_of_unit" else known
        with ask(apart, call, made, places) as answer:
            if answer.status_code not in (403, 404) or shown(apart, answer):
                wrong.append((made.name, answer.status_code, shown(apart, answer)))
    assert wrong == []
    assert changes(before, apart.rows()) == []


@pytest.mark.parametrize("role", NAMES)
def test_what_may_be_asked_for_shows_nothing_of_another_unit(apart, role):
    call, wrong = apart.ours.people[role].call, []
    known = operations.places(apart.theirs.places, apart.theirs.code)
    for made in NAMING:
        if made.name in SHOWN:
            with ask(apart, call, made, known) as answer:
                if shown(apart, answer):
                    wrong.append((made.name, answer.status_code, shown(apart, answer)))
    assert wrong == []


def test_each_thing_is_there_for_somebody_of_its_own_unit(apart):
    known, gone = operations.places(apart.theirs.places, apart.theirs.code), []
    for made in NAMING:
        if made.name in THEIRS and made.method == "GET":
            places = {**known, "code": apart.theirs.code} if made.name == "match_of_unit" else known
            if not any(
                _answers(apart, each.call, made, places) for each in apart.theirs.people.values()
            ):
                gone.append(made.name)
    assert gone == [], "what is not there proves nothing when others are refused"


def _answers(apart: Apart, call: Caller, made: Operation, known: dict[str, Any]) -> bool:
    with ask(apart, call, made, known) as answer:
        return answer.status_code == 200
