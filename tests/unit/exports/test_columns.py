"""Columns are chosen, ordered, named and saved; a file holds those alone."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.errors import Conflict, Invalid, NotFound
from learn.exports import column_sets
from learn.exports.column_sets import delete_set, save_set, set_named, sets_for
from learn.exports.formats.csv import Csv
from learn.exports.formats.exporter import About
from learn.exports.kinds import KINDS, query_of
from learn.people.access import EVERYTHING, Scope
from tests.support import make

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
KIND = KINDS["completions"]
KEYS = [column.key for column in KIND.columns]
ANNA, BUDI = 7, 8


@given(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
def test_a_file_has_the_chosen_columns_in_their_order(keys):
    about = About(KIND.title, NOW)
    text = b"".join(Csv().chunks(KIND.with_columns(keys).columns, (), about=about)).decode(
        "utf-8-sig"
    )
    assert next(csv.reader(io.StringIO(text))) == keys


def test_no_chosen_columns_are_all_of_them():
    assert KIND.with_columns(()).columns == KIND.columns


def test_an_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(Invalid, match="did you mean number"):
        KIND.with_columns(["numbr"])
    with pytest.raises(Invalid, match="twice"):
        KIND.with_columns(["name", "name"])


@pytest.mark.parametrize("text", ["0", "-3", "3.5", "ten", "99999"])
def test_days_to_a_lapse_are_a_number(text):
    with pytest.raises(Invalid, match="1 to 3660"):
        query_of(KIND, EVERYTHING, timezone="Asia/Makassar", now=NOW, lapsing=text)


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


def test_a_saved_set_is_found_again_and_the_same_name_replaces_it(session):
    save_set(session, KIND, " Untuk  BKN ", ["number", "course"], person_id=ANNA, now=NOW)
    kept = save_set(session, KIND, "Untuk BKN", ["name"], person_id=ANNA, now=NOW)
    assert [
        (each.id, each.name, each.columns)
        for each in sets_for(session, "completions", ANNA, EVERYTHING)
    ] == [(kept.id, "Untuk BKN", ["name"])]
    assert sets_for(session, "hours", ANNA, EVERYTHING) == []


def test_a_set_is_ones_own_unless_it_is_shared_with_a_unit(session):
    health = make.unit(session, "DINKES")
    clinic = make.unit(session, "PKM", health)
    roads = make.unit(session, "PUPR")
    mine = save_set(session, KIND, "Mine", ["name"], person_id=ANNA, now=NOW)
    ours = save_set(session, KIND, "Ours", ["number"], person_id=ANNA, unit=health, now=NOW)

    def seen(person_id, *paths):
        found = sets_for(session, "completions", person_id, Scope(unit_paths=paths))
        return {each.id for each in found}

    assert seen(ANNA, roads.path) == {mine.id, ours.id}
    assert seen(BUDI, health.path) == seen(BUDI, clinic.path) == {ours.id}
    assert seen(BUDI, roads.path) == seen(BUDI) == set()
    assert {each.id for each in sets_for(session, "completions", BUDI, EVERYTHING)} == {ours.id}
    with pytest.raises(NotFound):
        set_named(session, "completions", mine.id, BUDI, EVERYTHING)
    with pytest.raises(NotFound):
        delete_set(session, ours.id, BUDI)
    delete_set(session, ours.id, ANNA)
    assert seen(BUDI, health.path) == set()


def test_a_set_needs_a_name_and_columns_that_exist(session):
    for name, keys in (("", ["name"]), ("x" * 81, ["name"]), ("Set", ["nowhere"])):
        with pytest.raises(Invalid):
            save_set(session, KIND, name, keys, person_id=ANNA, now=NOW)


def test_nobody_saves_sets_without_end(session, monkeypatch):
    monkeypatch.setattr(column_sets, "MOST_SETS", 1)
    save_set(session, KIND, "One", ["name"], person_id=ANNA, now=NOW)
    with pytest.raises(Conflict):
        save_set(session, KIND, "Two", ["name"], person_id=ANNA, now=NOW)
