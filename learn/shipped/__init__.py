"""Where the folders that ship with Learn are: templates, migrations, courses, quizzes."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the folder `name`: beside this module in a wheel, at the top in a checkout."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parents[1] / name
