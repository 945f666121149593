"""The tables of Learn, as an installation gets them."""

from __future__ import annotations

import importlib
import pkgutil

import learn
from learn.db import Base, Database


def make_schema(database: Database) -> None:
    """Make all tables."""
    for module in pkgutil.walk_packages(learn.__path__, "learn."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)
    Base.metadata.create_all(database.engine)
