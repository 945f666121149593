"""Counting the statements that a page costs."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from sqlalchemy import Engine, event

from learn.db import Database


class Counted:
    """Collects the statements that run inside the block; beginning a transaction is none."""

    def __init__(self, of: Database | Engine) -> None:
        if isinstance(of, Database):
            # on a server both doors are one engine with options, and its events are shared
            self.engines = of.engines if of.is_sqlite else of.engines[:1]
        else:
            self.engines = (of,)
        self.statements: list[str] = []

    @property
    def writes(self) -> list[str]:
        """Return those that change something."""
        return [
            text for text in self.statements if text.split()[0] in {"INSERT", "UPDATE", "DELETE"}
        ]

    def __enter__(self) -> Counted:
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self.statements.append(statement)
