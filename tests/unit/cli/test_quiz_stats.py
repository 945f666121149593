"""``learn quiz stats``: figures beside lines, what is wrong as exit code, wrong use told."""

from __future__ import annotations

import json

import pytest

from tests.support.graded import FIRST_PERSON, large_course, take
from tests.support.learning import publish_course

PEOPLE = range(FIRST_PERSON, FIRST_PERSON + 60)


@pytest.fixture
def version(app, now):
    return publish_course(app, now, large_course(6))


def test_each_question_stands_beside_its_line_and_a_doubtful_key_is_a_problem(
    run, app, version, now
):
    take(app, version, now, PEOPLE, astray=["q2"])
    result = run("quiz", "stats", "dasar/akhir")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("dasar/akhir: 60")
    [place] = [line for line in lines if ": q2" in line]
    assert place.startswith("quizzes/dasar/akhir.md:18: q2 ")
    assert lines[lines.index(place) + 1].startswith("  ! ")


def test_a_quiz_without_a_problem_ends_well(run, app, version, now):
    take(app, version, now, PEOPLE)
    assert run("quiz", "stats", "dasar/akhir").exit_code == 0


def test_json_has_all_figures_with_flags_and_places(run, app, version, now):
    take(app, version, now, PEOPLE, astray=["q2"])
    result = run("quiz", "stats", "dasar/akhir", "--json", "--attempts", "all")
    data = json.loads(result.output)
    assert data["whole"]["attempts"] == 60 and data["choice"] == "all"
    question = data["questions"][2]
    assert (question["path"], question["line"]) == ("quizzes/dasar/akhir.md", 18)
    assert [flag["code"] for flag in question["flags"]][:2] == ["key", "negative"]
    assert sum(each["count"] for each in question["responses"]) == 60


def test_a_version_is_named_by_the_start_of_its_id(run, app, version, now):
    take(app, version, now, PEOPLE)
    found = run("quiz", "stats", "dasar/akhir", "--json", "--version", version.id[:10])
    assert json.loads(found.output)["version_id"] == version.id
    assert run("quiz", "stats", "dasar/akhir", "--version", "none").exit_code == 2


@pytest.mark.parametrize(
    "words", [["dasar"], ["dasar/none"], ["none/akhir"], ["dasar/akhir", "--attempts", "some"], []]
)
def test_wrong_use_is_told(run, version, words):
    assert run("quiz", "stats", *words).exit_code == 2


def test_a_quiz_that_nobody_took_is_no_problem(run, version):
    assert run("quiz", "stats", "dasar/akhir").exit_code == 0
