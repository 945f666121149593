"""Where a file is written that is sent while it is made."""

from __future__ import annotations

import io


class Unsent(io.RawIOBase):
    """What has been written and not sent yet; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Keep some bytes until they are taken."""
        self._kept += data
        return len(data)

    def taken(self) -> bytes:
        """Return what has been kept, and keep it no longer."""
        found = bytes(self._kept)
        self._kept.clear()
        return found
