"""Races: acts of several people in threads and transactions of their own, begun at the same moment.

After every race the ledger verifies and the projections are what it says; whoever lost has an error
that says in words what happened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.db import Database
from learn.errors import LearnError
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import people_in_ledger, rebuild_person
from learn.ledger.verify import verify
from learn.schema import load_projections

load_projections()

SECONDS = 30
Meet = Callable[[], None]
Work = Callable[[Session, Meet], Any]
Act = Callable[[Meet], Any]


class Race:
    """Lets people act at the same moment.

    An act gets its session and `meet`, which waits until all acts of the race have come so far: between
    looking and acting, all have then seen the same. SQLite lets one in at a time from its first
    statement, so nobody waits there.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def run(self, *works: Work) -> list[Any]:
        """Return what each act returned, or the error of Learn's family that it got."""
        return self.run_outside(*map(self._alone, works))

    def _alone(self, work: Work) -> Act:
        def act(meet: Meet) -> Any:
            with self.database.transaction() as session:
                return work(session, meet)

        return act

    def run_outside(self, *acts: Act) -> list[Any]:
        """The same for acts that open their transactions themselves, as workers do."""
        runners = _Runners(acts, waits=not self.database.is_sqlite)
        found = runners.results()
        self.check()
        return found

    def check(self) -> None:
        """The ledger verifies, and folding it again makes what is stored."""
        with self.database.writing() as session:
            assert list(verify(session)) == []
            for person_id in people_in_ledger(session):
                assert [str(each) for each in rebuild_person(session, person_id)] == []

    def count(self, kind: str, *people: int) -> int:
        """Return how many entries of a kind these people have, or all."""
        query = select(func.count()).where(LedgerEntry.kind == kind)
        if people:
            query = query.where(LedgerEntry.person_id.in_(people))
        with self.database.reading() as session:
            return session.scalar(query) or 0


class _Runners:
    """The threads of one race."""

    def __init__(self, acts: tuple[Act, ...], *, waits: bool) -> None:
        self.acts, self.waits = acts, waits
        self.start, self.met = threading.Barrier(len(acts)), threading.Barrier(len(acts))
        self.found: dict[int, Any] = {}
        self.failed: list[BaseException] = []

    def results(self) -> list[Any]:
        """Run them all; what is no error of Learn's family fails the test."""
        places = range(len(self.acts))
        threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert not any(thread.is_alive() for thread in threads), "somebody still waits"
        for error in self.failed:
            raise error
        return [self.found[n] for n in places]

    def _run(self, place: int) -> None:
        try:
            self.start.wait(SECONDS)
            self.found[place] = self.acts[place](self._meet)
        except LearnError as error:
            self.found[place] = error
        except BaseException as error:
            if not isinstance(error, threading.BrokenBarrierError):
                self.failed.insert(0, error)
            self.failed.append(error)
        finally:
            if self.failed:
                self.met.abort()

    def _meet(self) -> None:
        if self.waits:
            self.met.wait(SECONDS)


def lost(results: list[Any]) -> list[LearnError]:
    """Return the errors of those who lost."""
    return [each for each in results if isinstance(each, LearnError)]
