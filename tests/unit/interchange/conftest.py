"""Samples of other systems' files."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "data/questions"


@pytest.fixture(scope="session")
def sample():
    """Return a function that reads a sample file."""
    return lambda name: (SAMPLES / name).read_bytes()
