"""A copy of one's own data leaves out no table that names a person."""

from __future__ import annotations

from learn.privacy.tables import ELSEWHERE, NOT_COPIED, TABLES
from learn.schema import metadata


def names_people(table) -> bool:
    return table.name == "learn_person" or any(
        name in {"person_id", "actor_id", "by_id"} or name.endswith("_by")
        for name in (column.name for column in table.columns)
    )


def test_every_table_that_names_a_person_is_copied_or_left_out_for_a_reason():
    named = {table.name for table in metadata().tables.values() if names_people(table)}
    copied = {table.model.__tablename__ for table in TABLES}
    assert named <= copied | ELSEWHERE.keys() | NOT_COPIED.keys()
    assert not copied & NOT_COPIED.keys()


def test_no_column_that_lets_somebody_in_is_copied():
    columns = {(table.model.__tablename__, name) for table in TABLES for name in table.columns}
    secret = {name for _table, name in columns if "hash" in name or name in {"seed", "credits"}}
    assert secret == set()
    assert ("learn_sign_in", "id") not in columns  # it is what the cookie names


def test_keys_of_sheets_are_names_of_files_and_differ():
    keys = [table.key for table in TABLES]
    assert len(set(keys)) == len(keys)
    assert all(key.replace("-", "").isalnum() and key == key.lower() for key in keys)
