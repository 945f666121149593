"""Learn turns Markdown into competence that can be proved."""

from __future__ import annotations

__version__ = "0.1.0"
