"""What a mistyped word in a sheet may have meant, for as many mistakes as comparing takes no time."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_COMPARED = 100
LONGEST = 80


class Nearest:
    """Finds the known word that is most like another; a sheet full of mistakes gets no more than a hundred.

    Parameters
    ----------
    known
        All words that would be right.
    cutoff
        How alike two words must be, from 0 to 1.
    """

    def __init__(self, known: Iterable[str], cutoff: float = 0.6) -> None:
        self._known = list(known)
        self._cutoff = cutoff
        self._found: dict[str, str | None] = {}

    def of(self, text: str) -> str | None:
        """Return the nearest word; None where none is like it, or enough others were compared."""
        if text not in self._found:
            if len(text) > LONGEST or len(self._found) >= MOST_COMPARED:
                return None
            near = difflib.get_close_matches(text, self._known, n=1, cutoff=self._cutoff)
            self._found[text] = near[0] if near else None
        return self._found[text]
