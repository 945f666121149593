"""Decisions at the same moment: claims, prior learning, pairs, approvals, completions."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from learn.certificates.models import Certificate
from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.models import Claim
from learn.claims.rules import Act, Said
from learn.competencies.models import Evidence, PriorLearning
from learn.competencies.prior import services as prior
from learn.competencies.prior.entries import Act as PriorAct
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import credit_hours
from learn.ledger import append
from learn.mentoring.approvals import approve, take_back, wanted_in
from learn.mentoring.models import Approval, Pair
from learn.mentoring.pairs import Seat, act_on
from learn.mentoring.results import confirm_result
from learn.mentoring.rules import Act as PairAct
from learn.people.models import Person, Unit
from learn.people.roles import actor_of
from learn.progress import services as progress
from learn.progress.models import Completion, ItemState
from learn.progress.reinstating import reinstate
from tests.support import make, mentoring, records
from tests.support.racing import lost

PDF = Document("a" * 64, "application/pdf", "sertifikat.pdf")
TODAY = date(2026, 11, 24)
VERIFIERS = (900, 901)


@pytest.fixture
def person_id(database):
    with database.transaction() as session:
        return make.person(session, password=None).id


@pytest.fixture
def claim(database, person_id, now):
    """Give a claim of 4 JP that waits."""
    day = date(2026, 11, 3)
    said = Said("KL08", "Kursus", "LAN", day, day, declared_jp=4)
    with database.transaction() as session:
        begun = claims.draft(session, person_id, said, today=TODAY, now=now, document=PDF)
        return claims.submit(
            session, person_id, begun.id, based_on=begun.seq, today=TODAY, now=now
        )  # fmt: skip


def test_two_verify_a_claim_at_once_and_one_has_decided(database, race, claim, now):
    def accept(actor_id):
        def act(session, meet):
            seen = claims.claim_of(session, claim.person_id, claim.id)
            meet()
            claims.decide(
                session, claim.person_id, claim.id, Act.ACCEPT, actor_id=actor_id,
                based_on=claim.seq, now=now,
            )  # fmt: skip
            return seen.state

        return act

    results = race.run(*(accept(each) for each in VERIFIERS), accept(VERIFIERS[0]))
    assert results.count("accepted") == 1
    assert {each.status for each in lost(results)} == {409}
    with database.reading() as session:
        assert [each.jp for each in session.scalars(select(HoursCredit))] == [4]


def test_a_claim_is_accepted_or_withdrawn_and_never_both(database, race, claim, now):
    def accept(session, _meet):
        return claims.decide(
            session, claim.person_id, claim.id, Act.ACCEPT, actor_id=900, based_on=claim.seq,
            now=now,
        ).state  # fmt: skip

    def withdraw(session, _meet):
        return claims.withdraw(
            session, claim.person_id, claim.id, based_on=claim.seq, now=now
        ).state  # fmt: skip

    results = race.run(withdraw, accept)
    assert len(lost(results)) == 1
    with database.reading() as session:
        state = session.get_one(Claim, (claim.person_id, claim.id)).state
        assert state in results
        assert bool(session.scalars(select(HoursCredit)).all()) == (state == "accepted")


def test_the_same_form_of_a_claim_sent_twice_begins_one(database, race, person_id, now):
    said = Said("KL08", "Kursus", "LAN", TODAY, TODAY, declared_jp=4)

    def draft(session, _meet):
        return claims.draft(session, person_id, said, today=TODAY, now=now, key="k" * 32).id

    assert len(set(race.run(draft, draft, draft))) == 1


def test_prior_learning_is_decided_once(database, race, person_id, now):
    asked = prior.Asked("M.05", 3, "Memimpin layanan keliling.")
    with database.transaction() as session:
        row = prior.ask(session, person_id, asked, [PDF], key="k", now=now)

    def decide(actor_id, act, reason=""):
        def work(session, meet):
            seen = prior.request_of(session, person_id, row.id)
            meet()
            prior.decide(
                session, person_id, row.id, act, actor_id=actor_id, based_on=row.seq, today=TODAY,
                now=now, level=2, reason=reason,
            )  # fmt: skip
            return seen.state

        return work

    results = race.run(
        decide(900, PriorAct.ACCEPT), decide(901, PriorAct.ACCEPT),
        decide(902, PriorAct.REJECT, "Kurang bukti"),
    )  # fmt: skip
    assert len(lost(results)) == 2
    assert {each.status for each in lost(results)} == {409}
    with database.reading() as session:
        state = session.get_one(PriorLearning, (person_id, row.id)).state
        levels = [each.level for each in session.scalars(select(Evidence))]
    assert levels == ([2] if state == "accepted" else [])


@pytest.fixture
def pair(database, now):
    """Give a pair with a confirmed meeting, and who is in it."""
    with database.transaction() as session:
        two = mentoring.two(session, now)
        pair = two.begin()
        two.met(pair, mentoring.meeting(date(2026, 11, 3)), mentoring.meeting(date(2026, 11, 10)))
        return pair, two


def test_the_result_of_a_pair_is_confirmed_once(database, race, pair, now):
    (made, two) = pair

    def confirm(session, meet):
        seen = session.get_one(Pair, (made.person_id, made.id))
        meet()
        confirm_result(
            session, made.person_id, made.id, changed="Melayani lebih cepat.", levels={"M.05": 2},
            seat=Seat(two.boss.id, supervisor=True), based_on=made.seq,
            timezone=mentoring.ZONE, mentor_hours=True, now=now,
        )  # fmt: skip
        return seen.state

    results = race.run(confirm, confirm, confirm)
    assert results.count("confirmed") == 1
    assert {each.status for each in lost(results)} == {409}
    with database.reading() as session:
        assert len(session.scalars(select(Evidence)).all()) == 1
        pair_row = session.get_one(Pair, (made.person_id, made.id))
        credits = session.scalars(
            select(HoursCredit).where(HoursCredit.person_id == made.person_id)
        )
        assert sum(each.jp for each in credits) == pair_row.jp > 0


def test_two_who_mentor_each_other_act_at_once_and_nobody_waits_for_ever(database, race, now):
    """Both pairs lock the same two people; whoever is mentee in one is mentor in the other."""
    with database.transaction() as session:
        two = mentoring.two(session, now)
        one = two.propose(mentoring.period(competencies=("M.05",)))
        turned = two.propose(
            mentoring.period(competencies=("M.01",)), mentor_id=two.mentee.id,
            actor_id=two.mentor.id, mentee_id=two.mentor.id,
        )  # fmt: skip

    def accept(pair, mentor):
        return lambda session, _meet: act_on(
            session, pair.person_id, pair.id, PairAct.ACCEPT, seat=Seat(mentor.id, mentor=True),
            based_on=pair.seq, timezone=mentoring.ZONE, now=now,
        ).state  # fmt: skip

    results = race.run(accept(one, two.mentor), accept(turned, two.mentee), accept(one, two.mentor))
    assert {each.status for each in lost(results)} <= {409}
    assert race.count("mentoring_accepted") == 2


@pytest.fixture
def completed(database, person_id, now):
    with database.transaction() as session:
        person = session.get_one(Person, person_id)
        return records.complete(session, person, now=now)


def standing(database, person_id, now):
    """Return the JP of the year, and whether completion and certificate hold."""
    with database.reading() as session:
        year = session.get_one(HoursYear, (person_id, now.year)).earned
        completion = session.scalars(select(Completion)).one()
        certificate = session.scalars(select(Certificate)).one()
        return year, completion.withdrawn_at is None, certificate.withdrawn_at is None


def unmake(completed, now):
    """Withdraw the completion that the page has shown before."""

    def act(session, meet):
        place = (completed.person_id, completed.course, completed.cycle)
        seen = session.get_one(Completion, place)
        meet()
        progress.withdraw(session, *place, reason="Keliru", actor_id=900, now=now)
        return seen.cycle

    return act


def test_a_completion_is_withdrawn_once(database, race, completed, now):
    results = race.run(*[unmake(completed, now)] * 3)
    assert len(lost(results)) == 2
    assert {each.status for each in lost(results)} == {409}
    assert race.count("completion_withdrawn") == race.count("hours_withdrawn") == 1
    assert standing(database, completed.person_id, now) == (0, False, False)


def test_a_withdrawal_is_taken_back_once_while_somebody_withdraws_again(
    database, race, completed, now
):
    race.run(unmake(completed, now))

    def come_back(session, meet):
        place = (completed.person_id, completed.course, completed.cycle)
        seen = session.get_one(Completion, place)
        meet()
        reinstate(session, *place, actor_id=901, now=now)
        return seen.cycle

    results = race.run(come_back, unmake(completed, now), come_back)
    assert {each.status for each in lost(results)} <= {409}
    entries = race.count("completion_reinstated") + race.count("completion_withdrawn") - 1
    assert entries == results.count(1) >= 1
    assert standing(database, completed.person_id, now) in ((6, True, True), (0, False, False))


def test_the_same_course_completed_at_once_is_one_completion(database, race, person_id, now):
    course = records.version()

    def complete(session, _meet):
        done = progress.complete_module(
            session, person_id, course, records.MODULE, settings=make.settings(), now=now
        )
        return done is not None

    results = race.run(complete, complete, complete, complete)
    assert results.count(True) == 1
    assert standing(database, person_id, now) == (6, True, True)
    with database.reading() as session:
        assert len(session.scalars(select(HoursCredit)).all()) == 1


def test_numbers_of_a_series_are_given_once_under_many_completions(database, race, now):
    course = records.version()
    with database.transaction() as session:
        who = [make.person(session, password=None).id for _ in range(8)]

    def complete(person_id):
        return lambda session, _meet: progress.complete_module(
            session, person_id, course, records.MODULE, settings=make.settings(), now=now
        ).certificate  # fmt: skip

    numbers = race.run(*map(complete, who))
    assert sorted(numbers) == [f"{n:05d}/LEARN/BKPSDM/{now.year}" for n in range(1, 9)]


def test_hours_of_two_acts_at_once_add_up_also_where_the_account_was_shown_before(
    database, race, completed, now
):
    def credit(ref):
        def work(session, meet):
            shown = session.get_one(HoursYear, (completed.person_id, now.year))
            meet()
            credit_hours(session, completed.person_id, jp=3, form="KL06", year=now.year,
                         source="training", ref=ref, now=now)  # fmt: skip
            return shown.year

        return work

    race.run(*(credit(str(n)) for n in range(4)))
    assert standing(database, completed.person_id, now) == (18, True, True)


def test_an_approval_is_taken_back_once(database, race, person_id, now):
    course = records.version(
        complete={"all": [{"approval": {"by": "supervisor", "text": "Diterapkan"}}]}
    )
    with database.transaction() as session:
        boss = make.person(session, "supervisor", password=None)
        enrolment = progress.enrol(session, person_id, course, now=now)
        (wanted,) = wanted_in(course)
        path = session.get_one(Unit, session.get_one(Person, person_id).unit_id).path

    def confirm(session, meet):
        actor = actor_of(session, boss.id)
        meet()
        return approve(
            session, enrolment, wanted, actor=actor, unit_path=path, now=now
        ).id  # fmt: skip

    (given,) = set(race.run(confirm, confirm, confirm))

    def back(session, meet):
        shown = session.get_one(Approval, (person_id, given))
        meet()
        take_back(session, person_id, given, actor_id=boss.id, reason="Keliru", now=now)
        return shown.id

    results = race.run(back, back, back)
    assert {str(each) for each in lost(results)} == {"This approval was taken back before."}
    assert race.count("work_approval_withdrawn") == 1


def test_attempts_at_a_quiz_are_counted_together_also_where_the_count_was_shown(
    database, race, person_id, now
):
    def begin(session, number):
        data = {
            "course": "k3", "cycle": 1, "quiz": "akhir", "version": "v" * 64, "seed": 1,
            "attempt": f"a{number}", "number": number, "language": "id", "expires_at": None,
        }  # fmt: skip
        append(session, person_id, "attempt_started", data, at=now)

    def begin_after_a_look(number):
        def work(session, meet):
            shown = session.get_one(ItemState, (person_id, "k3", 1, "quiz", "akhir"))
            meet()
            begin(session, number)
            return shown.key

        return work

    with database.transaction() as session:
        begin(session, 1)
    race.run(*map(begin_after_a_look, (2, 3, 4)))
    with database.reading() as session:
        assert session.get_one(ItemState, (person_id, "k3", 1, "quiz", "akhir")).attempts == 4
