"""Learn turns Markdown into competence that can be proved.

``from learn import Learn`` is all that a host needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learn.version import __version__

if TYPE_CHECKING:
    from learn.extension import Learn as Learn

__all__ = ["Learn", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the extension when it is asked for: the parts of Learn import each other without all of it."""
    if name == "Learn":
        from learn.extension import Learn  # noqa: PLC0415

        return Learn
    raise AttributeError(f"module 'learn' has no attribute {name!r}")
