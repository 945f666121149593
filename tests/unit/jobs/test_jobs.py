"""Jobs are done once, by one worker at a time, whatever breaks off between."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from learn.db import Database
from learn.errors import Conflict, Invalid, Message, NotFound
from learn.jobs import running
from learn.jobs.kinds import JobKind, Outcome, ResultFile, Task
from learn.jobs.messages import read_stored, stored
from learn.jobs.models import Job, JobState
from learn.jobs.running import LEASE, MOST_TRIES, READY, Runner
from learn.jobs.services import MOST_OPEN, cancel, enqueue, forget_old, job_of, jobs_of
from learn.ledger import audit
from learn.ledger.models import AuditEntry
from learn.registry import Registry
from learn.storage import FolderStorage

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ANNA, BUDI = 7, 8


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def results(tmp_path):
    return FolderStorage(tmp_path / "results")


@pytest.fixture
def told():
    return []


@pytest.fixture
def runner(database, results, clock, told):
    def tell(_session, job, what, _now):
        told.append((job.id, what))

    return Runner(database, results, Registry("jobs"), clock=clock, days=7, tell=tell)


def ask(database: Database, kind="count", data=None, actor_id=ANNA):
    with database.transaction() as session:
        return enqueue(session, kind, data or {}, actor_id=actor_id, now=NOW)


def seen(database: Database, job_id: int) -> Job:
    with database.reading() as session:
        return session.get_one(Job, job_id)


def add(runner: Runner, run, key="count"):
    runner.kinds.add(JobKind(key, Message("Counting"), run))


def counting(task: Task) -> Outcome:
    lines = (b"%d\n" % n for n in task.watch(range(3)))
    return Outcome(ResultFile(lines, "three.txt", "text/plain"), {"rows": 3})


def test_a_job_is_done_and_its_file_is_kept_until_its_day(database, runner, results, clock, told):
    add(runner, counting)
    job_id = ask(database)
    assert runner.run_next()
    job = seen(database, job_id)
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"rows": 3})
    assert results.get(job.file) == b"0\n1\n2\n"
    assert (job.file_name, job.size_bytes) == ("three.txt", 6)
    assert told == [(job_id, READY)]
    assert not runner.run_next()
    clock.now = NOW + timedelta(days=7, seconds=1)
    with database.transaction() as session:
        assert forget_old(session, results, clock.now) == 1
    assert results.get(job.file) is None
    assert seen(database, job_id).file is None


def test_a_file_that_another_job_holds_stays_when_one_is_over(database, runner, results, clock):
    add(runner, counting)
    first = ask(database)
    runner.run_next()
    clock.now = NOW + timedelta(days=5)
    second = ask(database)
    runner.run_next()
    clock.now = NOW + timedelta(days=8)
    with database.transaction() as session:
        forget_old(session, results, clock.now)
    assert seen(database, first).file is None
    assert results.get(seen(database, second).file) == b"0\n1\n2\n"


def test_what_a_job_writes_is_written_once_though_its_first_worker_died(database, runner, clock):
    begun = []

    def note(session):
        audit(session, "counted", {}, actor_id=None, at=clock.now)

    def run(task):
        begun.append(task)
        if len(begun) == 1:
            raise KeyboardInterrupt  # the process is killed: nobody ends the job
        return Outcome(apply=note)

    add(runner, run)
    job_id = ask(database)
    with pytest.raises(KeyboardInterrupt):
        runner.run_next()
    assert seen(database, job_id).state == JobState.RUNNING
    assert not runner.run_next(), "the lease still holds"
    clock.now = NOW + LEASE + timedelta(seconds=1)
    assert runner.run_next()
    assert seen(database, job_id).state == JobState.DONE
    with database.reading() as session:
        assert session.query(AuditEntry).filter_by(kind="counted").count() == 1


def test_a_worker_that_lost_its_job_changes_nothing(database, runner, clock, results):
    other = Runner(database, results, runner.kinds, clock=clock, days=7)

    def run(task):
        if task.now == NOW:
            clock.now = NOW + LEASE + timedelta(seconds=1)
            assert other.run_next(), "the lease has lapsed, so another takes the job"
        return Outcome(result={"by": task.now.isoformat()})

    add(runner, run)
    job_id = ask(database)
    runner.run_next()
    job = seen(database, job_id)
    assert (job.state, job.tries) == ("done", 2)
    assert job.result["by"] != NOW.isoformat()


def test_a_job_that_breaks_off_each_time_is_given_up(database, runner, clock, told):
    def run(_task):
        raise KeyboardInterrupt

    add(runner, run)
    job_id = ask(database)
    for _ in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            runner.run_next()
        clock.now += LEASE + timedelta(seconds=1)
    runner.run_next()
    job = seen(database, job_id)
    assert job.state == JobState.FAILED
    assert "broke off" in str(read_stored(job.problem))
    assert told == [(job_id, running.FAILED)]


def test_one_of_two_workers_does_the_job(database, runner, clock, results):
    done, together = [], threading.Barrier(2)

    def run(task):
        done.append(task.job_id)
        return Outcome()

    add(runner, run)
    ask(database)
    runners = [runner, Runner(database, results, runner.kinds, clock=clock, days=7)]

    def work(each):
        together.wait(10)
        each.run_next()

    threads = [threading.Thread(target=work, args=(each,)) for each in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 1


def test_a_waiting_job_is_cancelled_at_once(database, runner):
    add(runner, counting)
    job_id = ask(database)
    with database.transaction() as session:
        cancel(session, job_id, ANNA, now=NOW)
    assert seen(database, job_id).state == JobState.CANCELLED
    assert not runner.run_next()


def test_a_running_job_is_cancelled_and_leaves_nothing(database, runner, results, monkeypatch):
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.02)

    def run(task):
        with database.transaction() as session:
            cancel(session, task.job_id, ANNA, now=NOW)
        assert task.stopped.wait(10)
        return Outcome(ResultFile(iter([b"a", b"b"]), "x", "text/plain"), apply=pytest.fail)

    add(runner, run)
    job_id = ask(database)
    runner.run_next()
    job = seen(database, job_id)
    assert (job.state, job.file) == ("cancelled", None)


def test_progress_is_seen_while_the_work_goes_on(database, runner, monkeypatch):
    monkeypatch.setattr(running, "PULSE_SECONDS", 0.02)
    shown = []

    def run(task):
        task.progress(40, 100)
        for _ in range(500):
            job = seen(database, task.job_id)
            if job.done:
                shown.append((job.done, job.total))
                break
            threading.Event().wait(0.02)
        return Outcome()

    add(runner, run)
    ask(database)
    runner.run_next()
    assert shown == [(40, 100)]


@pytest.mark.parametrize(
    "problem", [Invalid(Message("No %(what)s.", what="rows")), ValueError("x")]
)
def test_a_job_that_fails_says_why_and_the_next_one_is_done(database, runner, problem):
    def run(_task):
        raise problem

    add(runner, run)
    add(runner, counting, "other")
    failed, after = ask(database), ask(database, "other")
    runner.run_all(threading.Event())
    assert seen(database, failed).state == JobState.FAILED
    words = str(read_stored(seen(database, failed).problem))
    assert words == ("No rows." if isinstance(problem, Invalid) else running.UNEXPECTED)
    assert seen(database, after).state == JobState.DONE


def test_a_job_of_a_kind_that_is_gone_fails(database, runner):
    job_id = ask(database, "of-a-plugin")
    runner.run_next()
    assert seen(database, job_id).state == JobState.FAILED


def test_somebody_elses_job_is_as_if_it_were_not_there(database):
    job_id = ask(database)
    with database.transaction() as session:
        with pytest.raises(NotFound):
            job_of(session, job_id, BUDI)
        with pytest.raises(NotFound):
            cancel(session, job_id, BUDI, now=NOW)
        assert [job.id for job in jobs_of(session, ANNA).items] == [job_id]
        assert jobs_of(session, BUDI).items == []


def test_nobody_fills_the_queue(database):
    for _ in range(MOST_OPEN):
        ask(database)
    with pytest.raises(Conflict):
        ask(database)
    ask(database, actor_id=BUDI)


def test_jobs_come_page_by_page(database):
    ids = [ask(database) for _ in range(5)]
    with database.reading() as session:
        first = jobs_of(session, ANNA, limit=3)
        rest = jobs_of(session, ANNA, limit=3, after=first.next)
    assert [job.id for job in (*first.items, *rest.items)] == ids[::-1]
    assert rest.next is None


def test_messages_are_stored_with_all_their_parts():
    message = Message("%(a)s and %(b)s", a=Message("%(n)s rows", n=3), b="x")
    assert read_stored(stored(message)) == message


WORKER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from learn.db import Database
from learn.errors import Message
from learn.jobs.kinds import JobKind
from learn.jobs.running import Runner
from learn.registry import Registry
from learn.storage import FolderStorage

def run(task):
    task.progress(1, 3)
    print("begun", flush=True)
    time.sleep(60)

kinds = Registry("jobs")
kinds.add(JobKind("count", Message("Counting"), run))
clock = lambda: datetime(2026, 11, 24, 8, tzinfo=UTC)
Runner(Database(sys.argv[1]), FolderStorage(Path(sys.argv[2])), kinds, clock=clock, days=7).run_next()
"""


def test_a_worker_killed_in_the_middle_leaves_its_job_to_the_next_one(
    database_url, database, runner, clock, tmp_path
):
    done = []
    add(runner, lambda _task: Outcome(apply=lambda _session: done.append(1)))
    job_id = ask(database)
    command = [sys.executable, "-c", WORKER, database_url, str(tmp_path / "results")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == "begun\n"
        assert not runner.run_next(), "somebody works on it"
        worker.send_signal(signal.SIGKILL)
    assert seen(database, job_id).state == JobState.RUNNING
    clock.now = NOW + LEASE + timedelta(seconds=1)
    assert runner.run_next()
    job = seen(database, job_id)
    assert (job.state, job.tries, done) == ("done", 2, [1])
