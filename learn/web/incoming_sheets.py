"""Sheets that come in, the same way everywhere: sent, shown what they would do, done as shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from flask import Response, request

from learn.errors import Invalid, Message
from learn.exports.formats.choosing import find_exporter
from learn.exports.formats.exporter import About, Column
from learn.people.imports.sheet_plans import queue_sheets
from learn.web.context import now, session
from learn.web.i18n import _, local, say
from learn.web.kept_sheets import keep, kept, token_of
from learn.web.state import state

SHOWN = 200


class IncomingPlan(Protocol):
    """What a sheet would do; with `errors` it does nothing, and so it does when it is `empty`."""

    @property
    def errors(self) -> Sized:
        """Return what is wrong, by row and column."""

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to do."""


P = TypeVar("P", bound=IncomingPlan)


def mark_of(plan: IncomingPlan) -> str:
    """Return what tells this plan from another one."""
    return hashlib.sha256(repr(plan).encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(frozen=True)
class Look(Generic[P]):
    """A plan as it is shown; `path` is the kept sheet, none when nothing can be done."""

    plan: P
    file_name: str
    mark: str = ""
    path: Path | None = None
    remark: str = ""

    @property
    def changed(self) -> bool:
        """Return whether it must be shown again instead of being done."""
        return bool(self.remark)

    @property
    def status(self) -> int:
        """Return the status of its page."""
        return 422 if self.plan.errors else 200

    def page(self) -> dict[str, Any]:
        """Return what every page of a plan is given."""
        return {
            "plan": self.plan,
            "file_name": "".join(sign for sign in self.file_name if sign.isprintable())[:120],
            "token": token_of(self.path) if self.path else "",
            "mark": self.mark,
            "shown": SHOWN,
            "remark": self.remark,
        }

    def forget(self) -> None:
        """Take the kept sheet away: it is done."""
        if self.path:
            self.path.unlink(missing_ok=True)


def first_look(plan: Callable[[bytes, str], P], mark: Callable[[P], str] = mark_of) -> Look[P]:
    """Return what the sheet that is being sent would do, and keep it when that can be done.

    Raises
    ------
    LearnError
        None was sent, or it cannot be read.
    """
    sent = request.files.get("file")
    content, name = (sent.read(), sent.filename or "") if sent else (b"", "")
    if not content:
        raise Invalid(Message("Choose a file first."))
    planned = plan(content, name)
    if planned.errors or planned.empty:
        return Look(planned, name)
    return Look(planned, name, mark(planned), kept(keep(content, name)))


def second_look(plan: Callable[[bytes, str], P], mark: Callable[[P], str] = mark_of) -> Look[P]:
    """Return what the kept sheet would do now; it is `changed` when that is not what was shown.

    Raises
    ------
    Invalid, Conflict
        As of `kept`.
    """
    path = kept(request.form.get("token", ""))
    queue_sheets(session())
    planned = plan(path.read_bytes(), path.name)
    name = _("The file that you sent")
    remark = _("Something has changed since you looked. This is what the file would do now.")
    if planned.errors or planned.empty:
        return Look(planned, name, remark=remark)
    now_mark = mark(planned)
    return Look(
        planned, name, now_mark, path, "" if now_mark == request.form.get("mark") else remark
    )


def template_columns(meanings: Iterable[tuple[str, Message]]) -> list[Column]:
    """Return the columns of an empty sheet."""
    return [Column(key, Message(key), said, "text", lambda _row: None) for key, said in meanings]


def sheet_file(
    format: str, name: str, title: Message, columns: Sequence[Column], rows: Iterable[Any] = ()
) -> Response:
    """Return a sheet to fill in, or a list, as XLSX or CSV; `name` is without its ending."""
    exporter = find_exporter(state().exporters, "xlsx" if format == "xlsx" else "csv")
    about = About(title=title, made_at=local(now()), translate=say)
    body = b"".join(exporter.chunks(columns, rows, about=about))
    reply = Response(body, mimetype=exporter.mimetype)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}{exporter.suffix}"'
    return reply
