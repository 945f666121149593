"""Fixtures of tests of people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from learn.config import Settings, read_settings
from learn.db import Database
from tests.support.people import City, make_city


@pytest.fixture
def settings() -> Settings:
    return read_settings({}, environ={}, env_file=Path("/nowhere"))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        yield session


@pytest.fixture
def city(session: Session, settings: Settings, now: datetime) -> City:
    return make_city(session, settings, now)
