"""What the tests of races share."""

from __future__ import annotations

import pytest

from learn.db import Database
from tests.support.racing import Race


@pytest.fixture
def race(database: Database) -> Race:
    """Give races over the database of the test."""
    return Race(database)
