"""What a kind of job is, what its handler is given, and what it hands back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learn.errors import LearnError, Message
from learn.people.access import Action


class Stopped(LearnError):
    """The job was cancelled, or another worker has it: what was begun is thrown away."""

    status = 409
    code = "job-stopped"

    def __init__(self) -> None:
        super().__init__(Message("The job was cancelled."))


@dataclass(frozen=True)
class ResultFile:
    """A file that came of a job: its bytes are kept while the job runs, piece by piece."""

    chunks: Iterator[bytes]
    name: str
    media_type: str


@dataclass(frozen=True)
class Outcome:
    """What a handler hands back.

    Parameters
    ----------
    file
        Read to its end before the job counts as done.
    result
        Figures for the page of jobs; no names.
    apply
        Called with a writing session in the very transaction that ends the job: it happens once,
        however often the job had to be begun anew. It may return figures for `result`.
    """

    file: ResultFile | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    apply: Callable[[Session], Mapping[str, Any] | None] | None = None


@dataclass
class Task:
    """One go at a job, as its handler sees it."""

    job_id: int
    data: Mapping[str, Any]
    actor_id: int | None
    now: datetime
    done: int = 0
    total: int | None = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work is; cheap enough to be called for each record.

        Raises
        ------
        Stopped
            Nobody wants the work any more.
        """
        if self.stopped.is_set():
            raise Stopped
        self.done = done
        if total is not None:
            self.total = total

    def watch(self, things: Iterable[Any]) -> Iterator[Any]:
        """Yield all of `things` and count them as progress."""
        for count, thing in enumerate(things, 1):
            self.progress(count)
            yield thing


@dataclass(frozen=True)
class JobKind:
    """One kind of job.

    Parameters
    ----------
    title
        What its jobs are called on pages.
    action
        What somebody has to be allowed still when they fetch the result.
    describe
        What one job is called, from its data; None: all are called `title`.
    """

    key: str
    title: Message
    run: Callable[[Task], Outcome]
    action: Action | None = None
    describe: Callable[[Mapping[str, Any]], Message] | None = None

    def name_of(self, data: Mapping[str, Any]) -> Message:
        """Return what the job with this data is called."""
        return self.describe(data) if self.describe else self.title
