"""Other terms for a person or a unit: who may set them, what they do to running attempts, what remains."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from learn.errors import Forbidden, Invalid, NotFound
from learn.ledger.models import AuditEntry, LedgerDetail, LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.access import Role
from learn.people.roles import actor_of, grant_role
from learn.quizzes import services
from learn.quizzes.models import Attempt, PersonOverride, UnitOverride
from learn.quizzes.overrides.services import (
    Act,
    Target,
    Wanted,
    hold_terms,
    remove_override,
    set_override,
    terms_of,
)
from learn.quizzes.terms import CannotStart
from tests.support import make
from tests.support.quizzes import ENGINE, quiz

ONE = "## q\nA?\n= x\n"
ZONE = "Asia/Makassar"


@dataclass
class City:
    """A trainer of everything, and somebody in a section of an office, before one quiz."""

    session: object
    quiz: object
    now: datetime
    code: str = "DINKES"

    def __post_init__(self):
        self.office = make.unit(self.session, self.code)
        self.section = make.unit(self.session, f"{self.code}-1", self.office)
        self.person = make.person(self.session, unit=self.section, password=None)
        self.trainer = make.person(self.session, password=None)
        grant_role(self.session, self.trainer, Role.TRAINER, actor=None, now=self.now)

    def act(self, who=None, reason="Sakit"):
        actor = actor_of(self.session, (who or self.trainer).id)
        return Act(actor, reason, self.now, lambda _attempt: self.quiz, ZONE)

    def change(self, target, who=None, reason="Sakit", **wanted):
        target = Target(unit=target) if hasattr(target, "path") else Target(person=target)
        set_override(
            self.session, "kursus", "kuis", target, Wanted(**wanted), self.act(who, reason)
        )

    def remove(self, target, who=None):
        target = Target(unit=target) if hasattr(target, "path") else Target(person=target)
        remove_override(self.session, "kursus", "kuis", target, self.act(who))

    def terms(self):
        return terms_of(self.session, self.person.id, self.quiz, time_zone=ZONE)

    def start(self):
        return services.start_attempt(
            self.session, self.person.id, course="kursus", quiz=self.quiz, version_id="v1", cycle=1,
            now=self.now, engine=ENGINE, rng_seed=1, quiz_of=lambda _attempt: self.quiz,
            terms=self.terms(),
        )  # fmt: skip

    def submit(self, attempt):
        return services.submit_attempt(
            self.session, attempt, self.quiz, engine=ENGINE, now=self.now
        )


@pytest.fixture
def city(session, now):
    return lambda front="attempts: 2\ntime_limit: 20 minutes\n": City(
        session, quiz(ONE, front), now
    )


def kinds(city):
    query = select(LedgerEntry.kind).where(LedgerEntry.person_id == city.person.id)
    return list(city.session.scalars(query.order_by(LedgerEntry.seq)))


def test_the_unit_nearest_to_the_person_counts_and_the_person_above_all(city):
    city = city()
    city.change(city.office, attempts=3, time_limit=1800)
    city.change(city.section, attempts=4)
    assert (city.terms().attempts, city.terms().time_limit) == (4, 1800)
    city.change(city.person, attempts=5)
    assert (city.terms().attempts, city.terms().time_limit) == (5, 1800)
    told = {change.term: change.unit for change in city.terms().changes()}
    assert told == {"attempts": None, "time_limit": "Dinas DINKES"}


def test_what_is_set_for_another_person_unit_or_quiz_holds_for_nobody_else(city):
    city = city()
    other = make.person(city.session, unit=city.section, password=None)
    city.change(other, attempts=9)
    city.change(make.unit(city.session, "DISDIK"), attempts=9)
    set_override(
        city.session, "kursus", "lain", Target(person=city.person), Wanted(attempts=9), city.act()
    )
    assert city.terms().attempts == 2 and city.terms().changes() == []


def test_setting_again_replaces_and_removing_gives_back_what_lies_below(city):
    city = city()
    city.change(city.office, attempts=3)
    city.change(city.person, attempts=5, time_limit=3600)
    city.change(city.person, attempts=6)
    assert (city.terms().attempts, city.terms().time_limit) == (6, 1200)
    city.remove(city.person)
    assert city.terms().attempts == 3
    city.change(city.office, attempts=4)
    city.remove(city.office)
    assert city.terms().attempts == 2
    with pytest.raises(NotFound):
        city.remove(city.office)
    with pytest.raises(NotFound):
        city.remove(city.person)


def test_zero_takes_a_limit_away(city):
    city = city()
    city.change(city.person, attempts=0, time_limit=0)
    assert (city.terms().attempts, city.terms().time_limit) == (None, None)


def test_more_attempts_can_be_started_and_not_one_above(city):
    city = city("attempts: 1\n")
    city.submit(city.start())
    with pytest.raises(CannotStart):
        city.start()
    city.change(city.person, attempts=2)
    city.submit(city.start())
    with pytest.raises(CannotStart, match="all 2 attempts"):
        city.start()


def test_a_running_attempt_gets_its_new_end_as_an_entry(city, now):
    city = city()
    attempt = city.start()
    city.change(city.person, time_limit=50 * 60)
    assert attempt.expires_at == now + timedelta(minutes=50)
    city.remove(city.person)
    assert attempt.expires_at == now + timedelta(minutes=20)
    assert kinds(city)[-5:] == [
        "attempt_started", "quiz_override_set", "attempt_extended", "quiz_override_removed",
        "attempt_extended",
    ]  # fmt: skip


def test_a_change_for_the_unit_moves_the_running_attempts_of_its_people(city, now):
    city = city()
    attempt = city.start()
    city.change(city.office, closes_at=now + timedelta(minutes=5))
    assert attempt.expires_at == now + timedelta(minutes=5)
    city.change(city.section, closes_at=now + timedelta(days=1), time_limit=0)
    assert attempt.expires_at == now + timedelta(days=1)


def test_less_time_never_ends_a_running_attempt_before_now(city, now):
    city = city()
    attempt = city.start()
    city.now = now + timedelta(minutes=15)
    city.change(city.person, time_limit=60)
    assert attempt.expires_at == city.now


def test_a_handed_in_attempt_stays_as_it_is(city):
    city = city()
    attempt = city.start()
    city.submit(attempt)
    before = attempt.expires_at
    city.change(city.person, time_limit=3600)
    assert attempt.expires_at == before and kinds(city)[-1] == "quiz_override_set"


def test_all_can_be_made_again_from_the_ledger(city):
    city = city()
    city.start()
    city.change(city.person, attempts=5, time_limit=3600)
    city.session.flush()
    assert rebuild_person(city.session, city.person.id) == []
    city.remove(city.person)
    assert rebuild_person(city.session, city.person.id) == []
    assert list(verify(city.session)) == []


def test_the_chain_holds_no_reason_and_the_detail_does(city):
    city = city()
    city.change(city.person, attempts=5, reason="Cuti  sakit")
    entry = city.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).all()
    mine = next(each for each in entry if each.kind == "quiz_override_set")
    detail = city.session.get(LedgerDetail, (city.person.id, mine.seq))
    assert "Cuti" not in mine.data and "Cuti sakit" in detail.body
    assert f'"actor":{city.trainer.id}' in mine.data


def test_a_change_for_a_unit_is_an_act_and_its_reasons_stay(city):
    city = city()
    city.change(city.office, attempts=5, reason="Listrik padam")
    city.change(city.office, attempts=6, reason="Masih padam")
    rows = city.session.scalars(select(UnitOverride).order_by(UnitOverride.id)).all()
    assert [row.reason for row in rows] == ["Listrik padam", "Masih padam"]
    assert [row.ended_at is None for row in rows] == [False, True]
    acts = city.session.scalars(select(AuditEntry.kind)).all()
    assert acts.count("quiz_override_set") == 2


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "at least one term"), ({"attempts": -1}, "Attempts are"), ({"attempts": 10**6}, "Attempts are"),
        ({"time_limit": -1}, "The time is"), ({"time_limit": 10**9}, "The time is"),
        ({"attempts": 1, "reason": "  "}, "reason"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_in_words(city, wanted, words):
    city = city()
    with pytest.raises(Invalid, match=words):
        city.change(city.person, **wanted)


def test_closing_before_opening_is_refused(city, now):
    city = city()
    with pytest.raises(Invalid, match="closes before"):
        city.change(city.person, opens_at=now, closes_at=now)


def test_nobody_sets_terms_for_themselves_or_outside_their_scope(city):
    city = city()
    elsewhere = make.unit(city.session, "DISDIK")
    theirs = make.person(city.session, Role.TRAINER, unit=elsewhere, password=None)
    other_course = make.person(city.session, password=None)
    grant_role(city.session, other_course, Role.TRAINER, course="lain", actor=None, now=city.now)
    for who in (theirs, other_course, make.person(city.session, Role.HR, password=None)):
        for target in (city.person, city.office):
            with pytest.raises(Forbidden):
                city.change(target, who, attempts=5)
    with pytest.raises(Forbidden, match="Somebody else"):
        city.change(city.trainer, attempts=5)
    own = make.person(city.session, unit=elsewhere, password=None)
    city.change(own, theirs, attempts=5)
    city.change(elsewhere, theirs, attempts=5)
    with pytest.raises(Forbidden):
        city.remove(city.person, theirs)


def test_what_somebody_sets_for_their_own_unit_holds_for_all_others_there(city):
    city = city()
    trainer = make.person(city.session, Role.TRAINER, unit=city.section, password=None)
    city.change(city.section, trainer, attempts=5)
    own = terms_of(city.session, trainer.id, city.quiz, time_zone=ZONE)
    assert (city.terms().attempts, own.attempts) == (5, 2)
    city.change(city.office, city.trainer, attempts=4)
    own = terms_of(city.session, trainer.id, city.quiz, time_zone=ZONE)
    assert (city.terms().attempts, own.attempts) == (5, 4)


def test_a_reason_is_kept_whole_or_refused(city):
    city = city()
    with pytest.raises(Invalid, match="at most 500"):
        city.change(city.person, reason="x" * 501, attempts=5)


def test_an_administrator_reaches_the_people_of_their_unit(city):
    city = city()
    admin = make.person(city.session, Role.ADMIN, unit=city.office, password=None)
    city.change(city.person, admin, attempts=5)
    with pytest.raises(Forbidden):
        city.change(city.trainer, admin, attempts=5)


def test_concurrent_starts_never_exceed_the_limit_that_was_set(database, now):
    made = quiz(ONE, "attempts: 1\n")
    with database.transaction() as session:
        city = City(session, made, now)
        city.change(city.office, attempts=2)
        city.change(city.person, attempts=3)
        person_id = city.person.id
    results = together(database, person_id, made, now, threads=6, tries=3)
    assert sorted(number for number in results if number) == [1, 2, 3]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 3
        assert session.get(PersonOverride, (person_id, "kursus", "kuis")).attempts == 3
        assert list(verify(session)) == []


def test_concurrent_starts_all_wait_for_the_delay(database, now):
    made = quiz(ONE, "delay: 1 hour\n")
    with database.transaction() as session:
        person_id = City(session, made, now).person.id
    assert [n for n in together(database, person_id, made, now, threads=6, tries=2) if n] == [1]
    later = now + timedelta(hours=1)
    assert [n for n in together(database, person_id, made, later, threads=6, tries=2) if n] == [2]


def together(database, person_id, made, now, *, threads, tries):
    """Let so many threads start and hand in as often; return the numbers of attempts, None when refused."""
    ready, results = threading.Barrier(threads), []

    def start_and_submit():
        ready.wait()
        for _ in range(tries):
            try:
                with database.transaction() as session:
                    services.lock(session, person_id)
                    attempt = services.start_attempt(
                        session, person_id, course="kursus", quiz=made, version_id="v1", cycle=1,
                        now=now, engine=ENGINE, rng_seed=1, quiz_of=lambda _attempt: made,
                        terms=terms_of(session, person_id, made, time_zone=ZONE),
                    )  # fmt: skip
                    services.submit_attempt(session, attempt, made, engine=ENGINE, now=now)
                    results.append(attempt.number)
            except CannotStart:
                results.append(None)

    workers = [threading.Thread(target=start_and_submit) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results


def test_attempts_that_begin_while_their_unit_gets_more_time_all_get_it(database, now):
    made = quiz(ONE, "time_limit: 20 minutes\n")
    with database.transaction() as session:
        city = City(session, made, now)
        ids = [make.person(session, unit=city.section, password=None).id for _ in range(5)]
        office_id, trainer_id = city.office.id, city.trainer.id
    ready = threading.Barrier(len(ids) + 1)

    def start(person_id):
        ready.wait()
        with database.transaction() as session:
            hold_terms(session, "kursus", "kuis")
            services.lock(session, person_id)
            services.start_attempt(
                session, person_id, course="kursus", quiz=made, version_id="v1", cycle=1, now=now,
                engine=ENGINE, rng_seed=1, quiz_of=lambda _attempt: made,
                terms=terms_of(session, person_id, made, time_zone=ZONE),
            )  # fmt: skip

    def change():
        ready.wait()
        with database.transaction() as session:
            act = Act(actor_of(session, trainer_id), "Padam", now, lambda _attempt: made, ZONE)
            target = Target(unit=session.get(make.Unit, office_id))
            set_override(session, "kursus", "kuis", target, Wanted(time_limit=3600), act)

    workers = [threading.Thread(target=start, args=(each,)) for each in ids]
    workers.append(threading.Thread(target=change))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.reading() as session:
        ends = set(session.scalars(select(Attempt.expires_at)))
        assert ends == {now + timedelta(hours=1)}
        assert session.scalar(select(func.count()).select_from(Attempt)) == len(ids)


@pytest.mark.parametrize(("policy", "ended"), [("hard", 1), ("start-only", 0)])
def test_at_a_hard_closing_the_server_hands_in_and_at_the_other_it_waits(city, now, policy, ended):
    city = city(f"attempts: 9\ntime_limit: 60 minutes\nclose_policy: {policy}\n")
    attempt = city.start()
    city.change(city.person, closes_at=now + timedelta(minutes=10))
    city.now = now + timedelta(minutes=11)
    handed_in = services.expire_due_attempts(
        city.session, city.now, quiz_of=lambda _attempt: city.quiz, engine=ENGINE
    )
    assert handed_in == [attempt] * ended
    if ended:
        assert attempt.submitted_at == now + timedelta(minutes=10)
    else:
        city.submit(attempt)
    with pytest.raises(CannotStart, match="closed on"):
        city.start()
