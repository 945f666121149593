"""Places: never more than there are, and whoever waits keeps their turn."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.errors import Forbidden, Invalid
from learn.ledger.rebuild import rebuild_person
from learn.notices.models import Notice
from learn.people.access import EVERYTHING
from learn.progress.models import Enrolment
from learn.schema import load_projections
from learn.trainings import planning, seats
from learn.trainings.models import Seat, Training
from learn.trainings.queries import asked_within, open_to, overlapping, waiting_position
from learn.trainings.rules import CannotHold, NotNow, Place, State
from tests.support import make
from tests.support.records import version
from tests.support.trainings import (
    MORNING,
    NOW,
    ORGANISER,
    draft,
    no_course,
    plan,
    published,
    signed_up,
    sitting,
)

load_projections()
FOR_ALL = {"current_of": no_course, "now": NOW}


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def people(session, count, unit=None):
    return [make.person(session, password=None, unit=unit).id for _ in range(count)]


def states(session, training):
    query = select(Seat.person_id, Seat.state).where(Seat.training_id == training.id)
    return dict(session.execute(query.order_by(Seat.turn)).all())


def off(session, training, person_id, **known):
    return seats.withdraw(
        session, training.id, person_id, **{"actor_id": person_id, **FOR_ALL, **known}
    )


def test_a_freed_place_goes_to_the_first_who_waits(session):
    training = published(session, capacity=1)
    first, second, third = people(session, 3)
    for each in (first, second, third):
        signed_up(session, training, each)
    assert list(states(session, training).values()) == ["confirmed", "waiting", "waiting"]
    assert waiting_position(session, session.get(Seat, (third, training.id))) == 2
    off(session, training, first)
    assert states(session, training) == {
        first: "withdrawn", second: "confirmed", third: "waiting"
    }  # fmt: skip
    kinds = session.scalars(
        select(Notice.kind).where(Notice.person_id == second).order_by(Notice.kind)
    ).all()
    assert kinds == ["training_confirmed", "training_waiting"]
    assert training.seats == 1
    assert list(rebuild_person(session, second)) == []


def test_signing_up_twice_is_once_and_signing_off_and_on_goes_to_the_end(session):
    training = published(session, capacity=1)
    first, second = people(session, 2)
    seat = signed_up(session, training, first)
    assert signed_up(session, training, first).seq == seat.seq
    signed_up(session, training, second)
    off(session, training, first)
    assert signed_up(session, training, first).state == Place.WAITING
    assert list(states(session, training)) == [second, first]


def test_without_a_waiting_list_a_full_training_says_so(session):
    training = published(session, capacity=1, waiting_list=False)
    first, second = people(session, 2)
    signed_up(session, training, first)
    with pytest.raises(NotNow, match="All 1 places"):
        signed_up(session, training, second)


def test_only_people_of_the_named_units_sign_up(session, now):
    health, school = make.unit(session, "kes"), make.unit(session, "dik")
    below = make.unit(session, "pkm", health)
    training = published(session, audience=(health.id,))
    (nurse,), (teacher,) = people(session, 1, below), people(session, 1, school)
    assert signed_up(session, training, nurse).state == Place.CONFIRMED
    with pytest.raises(Forbidden, match="other units"):
        signed_up(session, training, teacher)
    assert [line.seat.state for line in open_to(session, nurse, below.path, now=now).items] == [
        "confirmed"
    ]
    assert open_to(session, teacher, school.path, now=now).items == []
    begun, over = training.ends_at - timedelta(minutes=1), training.ends_at
    listed = [len(open_to(session, nurse, below.path, now=each).items) for each in (begun, over)]
    assert listed == [1, 0], "one signs up until it is over"


def test_nobody_signs_up_before_after_or_for_a_draft(session):
    hour = timedelta(hours=1)
    (who,) = people(session, 1)
    for known, words in (
        ({"opens_at": NOW + hour}, "not begun"),
        ({"closes_at": NOW}, "is over"),
        ({"now": MORNING + 9 * hour}, "is over"),
    ):
        moment = known.pop("now", NOW)
        with pytest.raises(NotNow, match=words):
            signed_up(session, published(session, **known), who, moment)
    with pytest.raises(NotNow, match="not open"):
        signed_up(session, draft(session), who)


def test_a_supervisor_approves_or_refuses_with_a_reason(session):
    training = published(session, capacity=1, approval=True)
    first, second, third = people(session, 3)
    for each in (first, second, third):
        assert signed_up(session, training, each).state == Place.ASKED

    def decide(who, approved, reason="", actor=ORGANISER):
        return seats.decide(session, training.id, who, approved=approved, actor_id=actor,
                            reason=reason, **FOR_ALL)  # fmt: skip

    with pytest.raises(Forbidden, match="their own"):
        decide(first, True, actor=first)
    with pytest.raises(Invalid, match="reason"):
        decide(first, False)
    waiting = asked_within(session, EVERYTHING, actor_id=ORGANISER)
    assert [line.seat.person_id for line, _training in waiting] == [first, second, third]
    assert decide(first, False, "Ada tugas lain").state == Place.REFUSED
    assert decide(second, True).state == Place.CONFIRMED
    assert decide(third, True).state == Place.WAITING
    with pytest.raises(NotNow, match="does not wait"):
        decide(second, False, "Terlambat")
    with pytest.raises(NotNow, match="refused"):
        signed_up(session, training, first)
    assert all(list(rebuild_person(session, each)) == [] for each in (first, second, third))


def test_more_places_let_those_move_up_who_wait(session):
    training = published(session, capacity=1)
    who = people(session, 4)
    for each in who:
        signed_up(session, training, each)
    planning.change(session, training.id, plan(capacity=3, sittings=(_same(session, training),)),
                    based_on=training.revision, actor_id=ORGANISER, now=NOW)  # fmt: skip
    assert seats.fill(session, training.id, **FOR_ALL) == who[1:3]
    with pytest.raises(CannotHold, match="3 places are confirmed"):
        planning.change(session, training.id, plan(capacity=2), based_on=training.revision,
                        actor_id=ORGANISER, now=NOW)  # fmt: skip


def _same(session, training):
    (one,) = planning.sessions_of(session, training.id)
    return sitting(one.starts_at, one.minutes, id=one.id)


def test_people_with_a_place_are_told_of_other_times_and_of_the_end(session):
    training = published(session)
    (who,) = people(session, 1)
    signed_up(session, training, who)
    later = sitting(MORNING + timedelta(days=1))
    fields = planning.change(session, training.id, plan(sittings=(later,)),
                             based_on=training.revision, actor_id=ORGANISER, now=NOW)  # fmt: skip
    assert fields == ("sessions",)
    with pytest.raises(planning.Moved):
        planning.change(session, training.id, plan(), based_on=1, actor_id=ORGANISER, now=NOW)
    with pytest.raises(Invalid, match="reason"):
        planning.cancel(session, training.id, reason=" ", actor_id=ORGANISER, now=NOW)
    planning.cancel(session, training.id, reason="Aula dipakai", actor_id=ORGANISER, now=NOW)
    assert states(session, training) == {who: "cancelled"}
    told = session.scalars(select(Notice.kind).where(Notice.person_id == who)).all()
    assert sorted(told) == ["training_cancelled", "training_changed", "training_confirmed"]
    assert (training.state, training.seats) == (State.CANCELLED, 0)


def test_one_signs_off_until_it_begins_then_the_organiser_does_with_a_reason(session):
    training = published(session)
    (who,) = people(session, 1)
    signed_up(session, training, who)
    with pytest.raises(NotNow, match="has begun"):
        off(session, training, who, now=MORNING)
    with pytest.raises(Invalid, match="reason"):
        off(session, training, who, actor_id=ORGANISER)
    assert off(session, training, who, actor_id=ORGANISER, reason="Sakit").state == Place.WITHDRAWN


def test_a_place_in_a_training_of_a_course_begins_the_course_also_by_invitation(session):
    course = version(enrolment="closed")
    training = published(session, course=course.course)
    (who,) = people(session, 1)
    seats.sign_up(session, training.id, who, current_of=lambda _course: course, now=NOW)
    assert session.get(Enrolment, (who, course.course, 1)) is not None


def test_another_training_at_the_same_time_is_found(session):
    (who,) = people(session, 1)
    mine = published(session, title="Rapat kerja")
    signed_up(session, mine, who)
    hour = timedelta(hours=1)
    same = published(session, sittings=(sitting(MORNING - hour), sitting(MORNING + 5 * hour)))
    after = published(session, sittings=(sitting(MORNING + 3 * hour),))
    assert [each.title for each in overlapping(session, same, who)] == ["Rapat kerja"]
    assert overlapping(session, after, who) == []


def test_many_at_the_same_moment_never_get_more_places_than_there_are(database):
    with database.transaction() as session:
        training = published(session, capacity=3)
        training_id, who = training.id, people(session, 8)
        signed_up(session, training, who[0])
    ready, failures = threading.Barrier(len(who)), []

    def act(person_id):
        ready.wait()
        try:
            with database.transaction() as session:
                if person_id == who[0]:
                    seats.withdraw(session, training_id, person_id, actor_id=person_id, **FOR_ALL)
                else:
                    seats.sign_up(session, training_id, person_id, **FOR_ALL)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=act, args=(each,)) for each in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with database.reading() as session:
        training = session.get_one(Training, training_id)
        found = states(session, training)
        assert sorted(found.values()).count("confirmed") == training.seats == 3
        assert list(found.values()).count("waiting") == 4
        turns = session.scalars(select(Seat.turn).where(Seat.training_id == training_id)).all()
        assert len(set(turns)) == len(turns)
        waiting = [each for each, state in found.items() if state == "waiting"]
        confirmed = [each for each, state in found.items() if state == "confirmed"]
        order = list(found)
        assert max(map(order.index, confirmed)) < min(map(order.index, waiting))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 3),
    st.lists(
        st.tuples(st.sampled_from(["on", "on", "off", "more"]), st.integers(0, 5)), max_size=18
    ),
)
def test_places_never_exceed_and_the_order_is_kept(database, capacity, acts):
    with database.transaction() as session:
        training = published(session, capacity=capacity)
        who = people(session, 6)
        for act, number in acts:
            if act == "on":
                signed_up(session, training, who[number])
            elif act == "off" and session.get(Seat, (who[number], training.id)):
                off(session, training, who[number])
            elif act == "more" and training.capacity < 5:
                training.capacity += 1
                session.flush()
                seats.fill(session, training.id, **FOR_ALL)
            found = states(session, training)
            confirmed = [each for each in found if found[each] == "confirmed"]
            waiting = [each for each in found if found[each] == "waiting"]
            assert len(confirmed) == training.seats <= training.capacity
            assert not waiting or len(confirmed) == training.capacity
            turns = {each: session.get(Seat, (each, training.id)).turn for each in found}
            assert all(turns[a] < turns[b] for a in confirmed for b in waiting)
        for each in who:
            assert list(rebuild_person(session, each)) == []
        counted = session.scalar(
            select(func.count()).where(Seat.training_id == training.id, Seat.state == "confirmed")
        )
        assert counted == training.seats
