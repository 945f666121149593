"""Trainings at the same moment: the last place, the code on the screen, the close."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learn.hours.models import HoursCredit
from learn.ledger.models import LedgerEntry
from learn.notices.models import Notice
from learn.trainings import attendance, closing, seats
from learn.trainings.codes import long_code, window_of
from learn.trainings.models import Attendance, Seat, Training
from learn.trainings.planning import sessions_of
from learn.trainings.rules import NotNow
from tests.support import make
from tests.support.racing import lost
from tests.support.trainings import (
    MORNING,
    NOW,
    ORGANISER,
    attended,
    no_course,
    published,
    signed_up,
)

FOR_ALL = {"current_of": no_course, "now": NOW}


def people(session, count):
    return [make.person(session, password=None).id for _ in range(count)]


def given(database, *, capacity, signed=0, waiting=0, more=0):
    """Publish a training; return its id and who is on its list, who waits, and who comes."""
    with database.transaction() as session:
        training = published(session, capacity=capacity)
        who = people(session, signed + waiting + more)
        for each in who[: signed + waiting]:
            signed_up(session, training, each)
        return training.id, who[:signed], who[signed : signed + waiting], who[signed + waiting :]


def sign_up(training_id, person_id):
    return lambda session, _meet: seats.sign_up(session, training_id, person_id, **FOR_ALL).state


def sign_off(training_id, person_id):
    return lambda session, _meet: (
        seats.withdraw(session, training_id, person_id, actor_id=person_id, **FOR_ALL).state
    )


def states(session, training_id):
    query = select(Seat.person_id, Seat.state).where(Seat.training_id == training_id)
    return dict(session.execute(query.order_by(Seat.turn)).all())


def code_of(sitting, moment):
    return long_code(sitting.secret, sitting.id, window_of(moment))


def in_order(database, training_id, capacity):
    """Places are as many as there are, and nobody who waits came before somebody with a place."""
    with database.reading() as session:
        found = states(session, training_id)
        confirmed = [each for each, state in found.items() if state == "confirmed"]
        waiting = [each for each, state in found.items() if state == "waiting"]
        turns = dict(
            session.execute(
                select(Seat.person_id, Seat.turn).where(Seat.training_id == training_id)
            ).all()
        )
        assert session.get_one(Training, training_id).seats == len(confirmed) <= capacity
        assert len(set(turns.values())) == len(turns)
        assert all(turns[a] < turns[b] for a in confirmed for b in waiting)
        return confirmed, waiting


def test_the_last_place_is_given_once_also_to_who_taps_twice(database, race):
    training_id, _in, _wait, who = given(database, capacity=2, signed=1, more=4)
    race.run(*(sign_up(training_id, each) for each in [*who, *who]))
    confirmed, waiting = in_order(database, training_id, 2)
    assert len(confirmed) == 2
    assert len(waiting) == 3
    assert race.count("training_signed_up", *who) == 4


def test_places_that_come_free_together_go_to_those_who_wait_longest(database, race):
    training_id, inside, wait, new = given(database, capacity=3, signed=3, waiting=4, more=1)
    race.run(
        *(sign_off(training_id, each) for each in inside),
        sign_off(training_id, wait[1]),
        sign_up(training_id, new[0]),
        *(sign_off(training_id, each) for each in inside[:1]),
    )
    confirmed, waiting = in_order(database, training_id, 3)
    assert confirmed == [wait[0], wait[2], wait[3]]
    assert waiting == new
    with database.reading() as session:
        told = session.scalars(
            select(Notice.person_id).where(
                Notice.kind == "training_confirmed", Notice.person_id.in_(wait)
            )
        ).all()
    assert sorted(told) in ([wait[0], wait[2], wait[3]], sorted(wait))
    assert race.count("training_withdrawn", *inside) == 3


def test_a_code_that_is_scanned_twice_at_once_counts_once(database, race):
    training_id, (who,), _wait, _new = given(database, capacity=5, signed=1)
    with database.reading() as session:
        (sitting,) = sessions_of(session, training_id)
        place, code = sitting.id, code_of(sitting, MORNING)

    def scan(session, meet):
        seat = seats.seat_of(session, training_id, who)
        meet()
        assert seat.state == "confirmed"
        return attendance.check_in(
            session, training_id, place, who, code, now=MORNING
        ).minutes  # fmt: skip

    assert race.run(scan, scan, scan) == [180, 180, 180]
    assert race.count("attendance_recorded") == 1


def over(database, capacity=5, signed=3, capacity_more=0):
    training_id, who, _wait, _new = given(database, capacity=capacity, signed=signed)
    with database.transaction() as session:
        training = session.get_one(Training, training_id)
        for each in who:
            attended(session, training, each, 180)
        return training_id, who, training.ends_at


def close(training_id, at):
    return lambda session, _meet: closing.close(
        session, training_id, actor_id=ORGANISER, settings=make.settings(), current_of=no_course,
        now=at,
    ).state  # fmt: skip


def test_a_training_closed_twice_at_once_gives_its_jp_once(database, race):
    training_id, who, ends_at = over(database)

    def looked(session, meet):
        shown = session.get_one(Training, training_id)
        meet()
        assert shown.id == training_id
        return close(training_id, ends_at)(session, meet)

    results = race.run(looked, looked, looked)
    assert results.count("closed") == 1
    assert all(isinstance(each, NotNow) for each in lost(results))
    with database.reading() as session:
        credits = session.scalars(select(HoursCredit)).all()
        assert sorted(each.person_id for each in credits) == who
    assert race.count("training_finished") == 3


def test_closing_and_opening_again_at_once_leaves_one_of_the_two_whole(database, race):
    training_id, who, ends_at = over(database)
    race.run(close(training_id, ends_at))

    def reopen(session, _meet):
        return closing.reopen(session, training_id, actor_id=ORGANISER, now=ends_at).state

    race.run(reopen, close(training_id, ends_at + timedelta(hours=1)), reopen)
    with database.reading() as session:
        state = session.get_one(Training, training_id).state
        standing = session.scalars(
            select(HoursCredit.person_id).where(HoursCredit.withdrawn_at.is_(None))
        ).all()
    assert sorted(standing) == (who if state == "closed" else [])


def test_a_scan_during_the_close_is_counted_or_refused(database, race):
    """What comes after the close has counted would be of no worth, and nobody would know."""
    training_id, (who,), _wait, _new = given(database, capacity=5, signed=1)
    with database.reading() as session:
        ends_at = session.get_one(Training, training_id).ends_at
        (sitting,) = sessions_of(session, training_id)
    moment = ends_at - timedelta(minutes=1)

    def scan(session, meet):
        shown = session.get_one(Training, training_id)
        meet()
        meet()
        assert shown.id == training_id
        return attendance.check_in(
            session, training_id, sitting.id, who, code_of(sitting, moment), now=moment
        ).minutes  # fmt: skip

    def end(session, meet):
        meet()
        state = close(training_id, ends_at)(session, meet)
        meet()
        return state

    results = race.run(scan, end)
    with database.reading() as session:
        seat = session.get_one(Seat, (who, training_id))
        mark = session.get(Attendance, (who, sitting.id))
    assert seat.minutes == (mark.minutes if mark else 0)
    assert bool(lost(results)) == (mark is None)


def test_two_trainings_of_the_same_people_close_at_once_without_stopping_each_other(database, race):
    with database.transaction() as session:
        who = people(session, 6)
        both = [published(session, title=f"Seminar {n}", capacity=9) for n in (1, 2)]
        for training, order in zip(both, (who, who[::-1]), strict=True):
            for each in order:
                signed_up(session, training, each)
                attended(session, training, each, 180)
        ids, ends_at = [training.id for training in both], both[0].ends_at
    assert race.run(*(close(each, ends_at) for each in ids)) == ["closed", "closed"]
    with database.reading() as session:
        kinds = select(LedgerEntry.kind).where(LedgerEntry.kind == "hours_credited")
        assert len(session.scalars(kinds).all()) == 12
