"""Whatever is done and taken back in whatever order: one account, one level, nothing twice, all from the ledger."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from learn.assignments.models import Assignment
from learn.assignments.services import assign, unassign
from learn.bulk.kinds import Office, Target, act_named
from learn.bulk.models import DONE, BulkBatch
from learn.bulk.planning import plan
from learn.bulk.services import begin, undo
from learn.certificates.models import Certificate
from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.reopening import reopen
from learn.claims.rules import Act, Said, State
from learn.competencies.evidence import services as evidence
from learn.competencies.models import CompetencyLevel, Evidence
from learn.courses.version import Outcome
from learn.errors import LearnError
from learn.hours.models import HoursCredit, HoursYear
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.dates import local_date
from learn.people.models import Person
from learn.people.roles import actor_of
from learn.people.services import set_post
from learn.progress.models import Completion
from learn.progress.reinstating import reinstate
from learn.progress.services import complete_module, enrol, withdraw
from learn.schema import load_projections
from learn.trainings import attendance, closing, planning
from learn.trainings.models import Seat, Training
from tests.support import make, records, trainings

load_projections()
CODE, ZONE, OTHER = "M.05", "Asia/Makassar", 99
COURSES = {
    "satu": records.version("satu", hours=6),
    "dua": records.version("dua", hours=3, outcomes=(Outcome(CODE, 3),), valid_for=records.YEARLY),
}
PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")

WHO, WHICH = st.integers(0, 2), st.integers(0, 5)
COURSE = st.sampled_from(sorted(COURSES))


class City(RuleBasedStateMachine):
    """Three people in two units, two trainings that are over, and somebody of HR who may do all."""

    database = None  # of the test

    def __init__(self):
        super().__init__()
        self.opened = self.database.writing()
        self.session = session = self.opened.__enter__()
        self.units = [make.unit(session, "A"), make.unit(session, "B")]
        self.hr = make.person(session, "hr", password=None).id
        self.people = [
            make.person(session, unit=self.units[n % 2], password=None).id for n in range(3)
        ]
        self.trainings = [self._training((CODE, 1)), self._training((CODE, 4))]
        self.moment = trainings.MORNING + timedelta(days=1)

    def _training(self, outcome):
        made = trainings.published(self.session, outcomes=(outcome,))
        for person_id in self.people:
            trainings.signed_up(self.session, made, person_id)
            trainings.attended(self.session, made, person_id, 180)
        return made.id

    def teardown(self):
        try:
            self.check_all()
        finally:
            self.session.rollback()
            self.opened.__exit__(None, None, None)

    # what is refused leaves nothing behind
    @contextmanager
    def trying(self):
        try:
            with self.session.begin_nested():
                yield
                self.session.flush()
        except LearnError:
            self.session.expire_all()

    @property
    def today(self):
        return local_date(self.moment, ZONE)

    @property
    def office(self):
        actor = actor_of(self.session, self.hr)
        return Office(actor, make.settings(), lambda _session, key: COURSES.get(key), self.moment,
                      ZONE)  # fmt: skip

    def rows(self, table, *conditions):
        key = list(table.__table__.primary_key)
        return self.session.scalars(select(table).where(*conditions).order_by(*key)).all()

    @invariant()
    def look(self):
        """Note what stands now, so that acts find what they are about."""
        self.session.expire_all()
        self.seen = {
            "standing": self.rows(Completion, Completion.withdrawn_at.is_(None)),
            "withdrawn": self.rows(Completion, Completion.withdrawn_at.is_not(None)),
            "waiting": self.rows(Claim, Claim.state == State.SUBMITTED),
            "accepted": self.rows(Claim, Claim.state == State.ACCEPTED),
            "evidence": self.rows(Evidence, Evidence.withdrawn_at.is_(None)),
            "batches": self.rows(BulkBatch, BulkBatch.state == DONE),
            "seats": self.rows(Seat),
        }

    def one(self, which, name):
        found = self.seen[name]
        return found[which % len(found)]

    @rule(hours=st.sampled_from([1, 20, 24 * 5]))
    def wait(self, hours):
        self.moment += timedelta(hours=hours)

    @rule(who=WHO, course=COURSE)
    def complete(self, who, course):
        with self.trying():
            enrol(self.session, self.people[who], COURSES[course], now=self.moment, renew=True)
            complete_module(self.session, self.people[who], COURSES[course], records.MODULE,
                            settings=make.settings(), now=self.moment)  # fmt: skip

    @precondition(lambda self: self.seen["standing"])
    @rule(which=WHICH)
    def withdraw(self, which):
        found = self.one(which, "standing")
        with self.trying():
            withdraw(self.session, found.person_id, found.course, found.cycle, reason="x",
                     actor_id=OTHER, now=self.moment)  # fmt: skip

    @precondition(lambda self: self.seen["withdrawn"])
    @rule(which=WHICH)
    def reinstate(self, which):
        found = self.one(which, "withdrawn")
        with self.trying():
            reinstate(self.session, found.person_id, found.course, found.cycle, actor_id=OTHER,
                      now=self.moment)  # fmt: skip

    @rule(who=WHO, jp=st.integers(0, 9))
    def claim(self, who, jp):
        day = date(2026, 11, 3)
        said = Said("KL08", "Kursus", "LAN", day, day, declared_jp=jp)
        with self.trying():
            made = claims.draft(self.session, self.people[who], said, today=self.today,
                                now=self.moment, document=PDF)  # fmt: skip
            claims.submit(self.session, made.person_id, made.id, based_on=made.seq,
                          today=self.today, now=self.moment)  # fmt: skip

    @precondition(lambda self: self.seen["waiting"])
    @rule(which=WHICH, act=st.sampled_from([Act.ACCEPT, Act.ACCEPT, Act.REJECT]))
    def decide(self, which, act):
        self._decide(self.one(which, "waiting"), act)

    @precondition(lambda self: self.seen["accepted"])
    @rule(which=WHICH)
    def revoke(self, which):
        self._decide(self.one(which, "accepted"), Act.REVOKE)

    def _decide(self, found, act):
        with self.trying():
            claims.decide(self.session, found.person_id, found.id, act, actor_id=OTHER,
                          based_on=found.seq, now=self.moment, reason="x")  # fmt: skip

    @precondition(lambda self: self.seen["accepted"])
    @rule(which=WHICH)
    def reopen_claim(self, which):
        found = self.one(which, "accepted")
        with self.trying():
            reopen(self.session, found.person_id, found.id, actor_id=OTHER, now=self.moment)

    @rule(which=WHICH)
    def close_training(self, which):
        with self.trying():
            closing.close(self.session, self.trainings[which % 2], actor_id=OTHER, now=self.moment,
                          settings=make.settings(), current_of=trainings.no_course)  # fmt: skip

    @rule(which=WHICH)
    def reopen_training(self, which):
        with self.trying():
            closing.reopen(self.session, self.trainings[which % 2], actor_id=OTHER, now=self.moment)

    @rule(which=WHICH, who=WHO, minutes=st.sampled_from([0, 60, 180]))
    def correct_attendance(self, which, who, minutes):
        training = self.trainings[which % 2]
        (sitting,) = planning.sessions_of(self.session, training)
        mark = attendance.Mark(self.people[who], "late" if minutes else "absent", minutes)

        def recount(changed, people):
            closing.finish(self.session, changed, people, actor_id=OTHER, now=self.moment,
                           settings=make.settings(), current_of=trainings.no_course)  # fmt: skip

        with self.trying():
            attendance.record(self.session, training, sitting.id, [mark], way=attendance.LIST,
                              actor_id=OTHER, now=self.moment, reason="x", recount=recount)  # fmt: skip

    @rule(who=WHO, level=st.integers(1, 5), key=st.sampled_from("ab"))
    def confirm(self, who, level, key):
        with self.trying():
            evidence.confirm_behaviour(
                self.session, self.people[who], competency=CODE, level=level, note="x", key=key,
                observed_on=self.today, actor_id=OTHER, today=self.today, now=self.moment,
            )  # fmt: skip

    @precondition(lambda self: self.seen["evidence"])
    @rule(which=WHICH, act=st.sampled_from(["suspend", "suspend", "resume", "withdraw"]))
    def treat_evidence(self, which, act):
        found = self.one(which, "evidence")
        who = {"actor_id": OTHER, "now": self.moment}
        with self.trying():
            if act == "suspend":
                evidence.suspend(self.session, found.person_id, "evidence", found.seq, ends=None,
                                 begins=self.today, reason="x", today=self.today, **who)  # fmt: skip
            elif act == "resume":
                evidence.resume(self.session, found.person_id, "evidence", found.seq,
                                today=self.today, **who)  # fmt: skip
            else:
                evidence.withdraw_evidence(
                    self.session, found.person_id, found.seq, reason="x", **who
                )

    @rule(who=WHO, course=COURSE, ends=st.booleans())
    def assign_one(self, who, course, ends):
        with self.trying():
            if ends:
                unassign(self.session, self.people[who], course, actor_id=OTHER, now=self.moment,
                         reason="x")  # fmt: skip
            else:
                assign(self.session, self.people[who], course, due_at=None, actor_id=OTHER,
                       now=self.moment)  # fmt: skip

    @rule(act=st.sampled_from(["enrol", "assign", "unassign"]), course=COURSE)
    def bulk_of_people(self, act, course):
        params = {"course": course, "reason": "x", "due": ""}
        self._bulk(act, [Target(each, "") for each in self.people], params)

    @precondition(lambda self: self.seen["waiting"])
    @rule()
    def bulk_accept(self):
        found = [Target(each.person_id, str(each.id)) for each in self.seen["waiting"]]
        self._bulk("accept", found, {})

    @precondition(lambda self: self.seen["standing"])
    @rule()
    def bulk_withdraw(self):
        found = [
            Target(each.person_id, f"{each.course}:{each.cycle}") for each in self.seen["standing"]
        ]
        self._bulk("withdraw", found, {"reason": "x"})

    def _bulk(self, act, wanted, params):
        kind = act_named(act)
        kept = {name: value for name, value in params.items() if name in kind.fields}
        with self.trying():
            planned = plan(self.session, kind, wanted, kept, self.office)
            begin(self.session, planned, digest=planned.digest, office=self.office, filters={})

    @precondition(lambda self: self.seen["batches"])
    @rule(which=WHICH)
    def undo_bulk(self, which):
        with self.trying():
            undo(self.session, self.one(which, "batches").id, self.office)

    @rule(who=WHO, unit=st.integers(0, 1))
    def move(self, who, unit):
        person = self.session.get_one(Person, self.people[who])
        with self.trying():
            set_post(self.session, person, unit=self.units[unit], title="Analis", since=self.today,
                     actor_id=OTHER, now=self.moment, settings=make.settings())  # fmt: skip

    @invariant()
    def the_account_is_what_stands_and_nothing_counts_twice(self):
        credits = self.rows(HoursCredit, HoursCredit.withdrawn_at.is_(None))
        assert max(Counter((c.person_id, c.source, c.ref) for c in credits).values(), default=0) < 2
        counted = Counter()
        for each in credits:
            counted[each.person_id] += each.jp
        years = Counter()
        for each in self.rows(HoursYear):
            assert each.earned >= 0
            years[each.person_id] += each.earned
        assert +years == +counted == +self._decided()

    def _decided(self):
        """Return the JP of each person by what was decided: completions, claims, seats of closed trainings."""
        found = Counter()
        for each in self.seen["standing"]:
            found[each.person_id] += COURSES[each.course].hours
        for each in self.seen["accepted"]:
            found[each.person_id] += each.jp
        closed = set(self.session.scalars(select(Training.id).where(Training.state == "closed")))
        for each in self.seen["seats"]:
            found[each.person_id] += (each.jp or 0) * (each.training_id in closed)
        return found

    @invariant()
    def the_level_is_that_of_the_evidence_that_stands(self):
        best = dict.fromkeys(self.people, 0)
        for each in filter(self._counts, self.seen["evidence"]):
            best[each.person_id] = max(best[each.person_id], each.level)
        rows = self.rows(CompetencyLevel, CompetencyLevel.competency == CODE)
        assert {
            **dict.fromkeys(self.people, 0),
            **{r.person_id: r.learned_level for r in rows},
        } == best

    def _counts(self, piece):
        begins, ends = piece.suspended_from, piece.suspended_until
        suspended = (
            begins is not None and begins <= self.today and (ends is None or self.today <= ends)
        )
        return piece.competency == CODE and not suspended

    @invariant()
    def what_follows_from_a_completion_stands_with_it_and_once(self):
        stands = {(c.person_id, c.course, c.cycle) for c in self.seen["standing"]}
        pieces = [(e.person_id, e.course, e.cycle) for e in self.seen["evidence"] if e.course]
        issued = self.rows(Certificate, Certificate.withdrawn_at.is_(None), Certificate.course.is_not(None))  # fmt: skip
        assert Counter(pieces) == Counter(stands)
        assert Counter((c.person_id, c.course, c.cycle) for c in issued) == Counter(stands)
        open_now = self.rows(Assignment, Assignment.state == "open")
        assigned = Counter((each.person_id, each.course) for each in open_now)
        assert max(assigned.values(), default=0) < 2

    def check_all(self):
        """Check what the ledger says, by a sum of its own and by folding it again."""
        for person_id in self.people:
            ledger = self._sum_of_ledger(person_id)
            query = select(func.sum(HoursYear.earned)).where(HoursYear.person_id == person_id)
            assert ledger == (self.session.scalar(query) or 0)
            assert rebuild_person(self.session, person_id) == []
        assert list(verify(self.session)) == []

    def _sum_of_ledger(self, person_id):
        query = (
            select(LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.data)
            .where(LedgerEntry.person_id == person_id)
            .order_by(LedgerEntry.seq)
        )
        worth, standing = {}, set()
        for seq, kind, text in self.session.execute(query):
            data = json.loads(text)
            if kind == "hours_credited":
                worth[seq] = data["jp"]
                standing.add(seq)
            elif kind == "hours_withdrawn":
                standing.remove(data["credit"])
            elif kind == "hours_reinstated":
                assert data["credit"] not in standing
                standing.add(data["credit"])
        return sum(worth[seq] for seq in standing)


def test_in_whatever_order_acts_are_done_and_taken_back_all_accounts_agree(database):
    run_state_machine_as_test(
        type("CityOfTest", (City,), {"database": database}),
        settings=settings(
            max_examples=8 if database.engine.dialect.name == "sqlite" else 4,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
