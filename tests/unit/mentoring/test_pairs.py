"""Pairs, goals and meetings in the ledger: who may do what, what is refused, what a mentor reaches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from learn.errors import Forbidden, Invalid
from learn.ledger import erase_details
from learn.ledger.rebuild import rebuild_person
from learn.mentoring import logs, pairs
from learn.mentoring.log_rules import GoalSaid
from learn.mentoring.models import Meeting, Pair
from learn.mentoring.pairs import Seat
from learn.mentoring.queries import (
    count_waiting,
    goals_of,
    meetings_of,
    mentors_for,
    my_pairs,
    pair_line,
    pairs_within,
)
from learn.mentoring.rules import NEXT, Act, CannotMentor, Moved, NotNow, State
from learn.people.access import EVERYTHING, Action, Role, Scope, can, scope
from learn.people.models import Mentee
from learn.people.roles import grant_role
from learn.people.signing_in.accounts import start_sign_in
from learn.people.signing_in.signed_in import find_signed_in
from learn.people.units import root_unit
from learn.schema import load_projections
from tests.support import make
from tests.support.mentoring import ZONE, meeting, period, two
from tests.support.statements import Counted

load_projections()
DAY = date(2026, 11, 3)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def us(session, now):
    return two(session, now)


def mistakes(error):
    return set(error.value.mistakes)


def actor_at(session, person, moment):
    """Return the person as one who asks, as a page finds them."""
    signed = start_sign_in(session, person, now=moment, settings=make.settings())
    found = find_signed_in(session, signed.id, moment)
    assert found is not None
    return found.actor


def test_a_pair_begins_when_the_mentor_accepts_and_a_supervisor_confirms(us):
    pair = us.propose()
    assert pair.state == State.PROPOSED
    us.act(pair, Act.ACCEPT, us.as_mentor)
    assert pair.state == State.ACCEPTED
    us.act(pair, Act.START, us.as_boss)
    assert (pair.state, pair.supervised_by) == (State.ACTIVE, us.boss.id)


def test_what_a_supervisor_proposes_begins_when_the_mentor_accepts(us):
    pair = us.propose(actor_id=us.boss.id, supervises=True)
    us.act(pair, Act.ACCEPT, us.as_mentor)
    assert pair.state == State.ACTIVE


def test_a_supervisor_who_is_to_be_the_mentor_does_not_confirm_that(us):
    pair = us.propose(actor_id=us.mentor.id, supervises=True)
    us.act(pair, Act.ACCEPT, us.as_mentor)
    assert pair.state == State.ACCEPTED
    both = Seat(us.mentor.id, mentor=True, supervisor=True)
    with pytest.raises(Forbidden):
        us.act(pair, Act.START, both)


def test_who_asks_for_any_mentor_waits_until_one_is_named(us, now):
    pair = us.propose(mentor_id=None)
    assert pair.state == State.REQUESTED
    seat = Seat(us.boss.id, supervisor=True)
    pairs.name_mentor(us.session, us.mentee.id, pair.id, us.mentor.id, seat=seat,
                      based_on=pair.seq, timezone=ZONE, now=now)  # fmt: skip
    us.act(pair, Act.ACCEPT, us.as_mentor)
    assert (pair.state, pair.mentor_id) == (State.ACTIVE, us.mentor.id)


def test_sending_the_form_twice_proposes_once(us):
    assert us.propose(key="a").id == us.propose(key="a").id


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        (period(date(2026, 12, 2), date(2026, 12, 1)), "ends_on"),
        (period(date(2026, 1, 1), date(2026, 11, 23)), "ends_on"),
        (period(date(2026, 12, 1), date(2029, 12, 31)), "ends_on"),
        (period(date(2025, 1, 1)), "starts_on"),
        (period(form="KL06"), "form"),
        (period(competencies=("X.1",)), "competencies"),
        (period(aim="x" * 501), "aim"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(us, proposal, field):
    with pytest.raises(CannotMentor) as error:
        us.propose(proposal)
    assert mistakes(error) == {field}


def test_nobody_mentors_themselves(us):
    with pytest.raises(CannotMentor) as error:
        us.propose(mentor_id=us.mentee.id)
    assert mistakes(error) == {"mentor"}


def test_the_same_two_are_one_pair_at_a_time(us):
    pair = us.begin()
    with pytest.raises(CannotMentor) as error:
        us.propose(period(form="NKL01", competencies=("M.01",)))
    assert mistakes(error) == {"mentor"}
    assert us.propose(period(date(2027, 4, 1), date(2027, 9, 30))).state == State.PROPOSED
    us.act(pair, Act.END, us.as_mentee, "Pindah tugas")
    assert us.propose().state == State.PROPOSED


@pytest.mark.parametrize(
    ("theirs", "mine", "refused"),
    [
        (("M.05",), ("M.05", "M.01"), True), (("M.05",), ("M.01",), False),
        ((), ("M.01",), True), (("M.05",), (), True),
    ],
)  # fmt: skip
def test_two_do_not_mentor_each_other_in_one_competency_at_the_same_time(us, theirs, mine, refused):
    us.begin(period(competencies=theirs))
    turned = {"mentee_id": us.mentor.id, "mentor_id": us.mentee.id}
    if refused:
        with pytest.raises(CannotMentor) as error:
            us.propose(period(competencies=mine), **turned)
        assert mistakes(error) == {"mentor"}
        us.propose(period(date(2027, 4, 1), date(2027, 5, 1), competencies=mine), **turned)
    else:
        us.propose(period(competencies=mine), **turned)


@pytest.mark.parametrize("act", [act for act in Act if act not in (Act.NAME, Act.CONFIRM)])
@pytest.mark.parametrize("seat", ["mentee", "mentor", "supervisor", "proposer", "nobody"])
def test_each_act_is_for_some_and_refused_to_the_rest(us, act, seat):
    allowed = {
        "mentee": pairs.OF_MENTEE, "mentor": pairs.OF_MENTOR, "supervisor": pairs.OF_SUPERVISOR,
        "proposer": pairs.OF_PROPOSER, "nobody": frozenset(),
    }[seat]  # fmt: skip
    known = {} if seat == "nobody" else {seat: True}
    if act not in allowed:
        pair = us.propose()
        with pytest.raises(Forbidden):
            us.act(pair, act, Seat(5, **known), "Alasan")


def test_acts_follow_one_another_only_as_the_table_says(us):
    everything = {(state, act) for state in State for act in Act}
    pair = us.propose()
    for act, seat in ((Act.START, us.as_boss), (Act.END, us.as_mentee)):
        assert (pair.state, act) in everything - set(NEXT)
        with pytest.raises(NotNow):
            us.act(pair, act, seat, "Alasan")


def test_declining_refusing_and_ending_need_a_reason_which_can_be_erased(us):
    pair = us.propose()
    with pytest.raises(Invalid, match="reason"):
        us.act(pair, Act.DECLINE, us.as_mentor)
    us.act(pair, Act.DECLINE, us.as_mentor, "Beban kerja")
    line = pair_line(us.session, us.mentee.id, pair.id)
    assert line.texts["reason"] == "Beban kerja"
    erase_details(us.session, us.mentee.id)
    assert pair_line(us.session, us.mentee.id, pair.id).texts["reason"] == ""


def test_who_acts_on_what_has_changed_is_told(us):
    pair = us.propose()
    us.act(pair, Act.ACCEPT, us.as_mentor)
    with pytest.raises(Moved):
        us.act(pair, Act.START, us.as_boss, based_on=pair.id)


def test_nothing_begins_after_its_time(us, now):
    pair = us.propose(period(ends_on=date(2026, 11, 30)))
    with pytest.raises(NotNow):
        us.act(pair, Act.ACCEPT, us.as_mentor, now=now + timedelta(days=30))


def test_a_mentor_reaches_their_mentees_only_while_the_pair_is_active(us, now):
    reaches = lambda moment=now: can(
        actor_at(us.session, us.mentor, moment), Action.READ_RECORDS, person_id=us.mentee.id
    )
    pair = us.propose()
    assert not reaches()
    us.act(pair, Act.ACCEPT, us.as_mentor)
    assert not reaches()
    us.act(pair, Act.START, us.as_boss)
    assert reaches()
    last = datetime(2027, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert reaches(last) and not reaches(last + timedelta(seconds=1)), "by the unit's local days"
    us.act(pair, Act.END, us.as_mentor, "Selesai")
    assert not reaches()


def test_a_mentor_reaches_nobody_else_and_approves_nothing_of_their_own(us, now):
    us.begin()
    actor = actor_at(us.session, us.mentor, now)
    assert scope(actor, Action.APPROVE) == Scope(person_ids=(us.mentee.id,))
    assert not can(actor, Action.READ_RECORDS, person_id=us.boss.id, unit_path="/1/")
    assert scope(actor, Action.EXPORT).nothing and scope(actor, Action.CONFIRM_PAIRS).nothing


def test_roles_and_mentees_come_in_one_statement_whatever_their_number(database, us, now):
    def statements():
        signed = start_sign_in(us.session, us.mentor, now=now, settings=make.settings())
        us.session.flush()
        with Counted(database) as count:
            actor = find_signed_in(us.session, signed.id, now).actor
        return len(count.statements), actor

    assert statements()[0] == 1
    root = root_unit(us.session, now=now)
    for role in (Role.TRAINER, Role.SUPERVISOR):
        grant_role(us.session, us.mentor, role, unit=root, actor=None, now=now)
    people = [make.person(us.session, password=None) for _ in range(3)]
    for person in people:
        pair = us.propose(mentee_id=person.id, actor_id=us.boss.id, supervises=True)
        us.act(pair, Act.ACCEPT, us.as_mentor)
    count, actor = statements()
    assert count == 1
    assert actor.pairs == tuple(person.id for person in people)
    assert len(actor.grants) == 2


def test_goals_change_by_entries_and_keep_their_history(us, now):
    pair = us.begin()
    said = GoalSaid("Waktu layanan turun ke 3 hari", "M.05", date(2027, 1, 31), 2)
    goal = logs.set_goal(us.session, us.mentee.id, pair.id, said, seat=us.as_mentee, now=now)
    changed = GoalSaid("Waktu layanan turun ke 2 hari", "M.05", date(2027, 2, 28), 2)
    logs.change_goal(us.session, us.mentee.id, pair.id, goal.id, changed, seat=us.as_mentor,
                     based_on=goal.seq, now=now)  # fmt: skip
    logs.judge_goal(us.session, us.mentee.id, pair.id, goal.id, "reached", seat=us.as_mentor,
                    based_on=goal.seq, now=now)  # fmt: skip
    (line,) = goals_of(us.session, pair)
    assert (line.text, line.goal.state) == (changed.text, "reached")
    assert [change.text for change in line.history] == ["", changed.text, said.text]
    with pytest.raises(NotNow):
        logs.change_goal(us.session, us.mentee.id, pair.id, goal.id, said, seat=us.as_mentor,
                         based_on=goal.seq, now=now)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (GoalSaid("", "M.05", DAY), "text"), (GoalSaid("Ukur", "X", DAY), "competency"),
        (GoalSaid("Ukur", "M.05", date(2028, 1, 1)), "due_on"), (GoalSaid("U", "M.05", DAY, 6), "level"),
    ],
)  # fmt: skip
def test_goals_that_cannot_be_are_refused(us, now, said, field):
    pair = us.begin()
    with pytest.raises(CannotMentor) as error:
        logs.set_goal(us.session, us.mentee.id, pair.id, said, seat=us.as_mentee, now=now)
    assert mistakes(error) == {field}


def test_what_one_writes_down_the_other_confirms(us):
    pair = us.begin()
    for seat in (us.as_mentee, us.as_mentor):
        found = us.log(pair, meeting(DAY, 9 if seat.mentee else 14), seat)
        with pytest.raises(Forbidden):
            us.agree(found, seat)
        assert us.agree(found).state == "confirmed"
    assert (pair.meetings, pair.minutes) == (2, 120)


def test_a_correction_is_an_entry_and_is_confirmed_anew(us, now):
    pair = us.begin()
    found = us.agree(us.log(pair, meeting(DAY)))
    logs.change_meeting(us.session, us.mentee.id, pair.id, found.id, meeting(DAY, minutes=90),
                        seat=us.as_mentor, based_on=found.seq, timezone=ZONE, now=now)  # fmt: skip
    assert (found.state, found.minutes, found.logged_by) == ("logged", 90, us.mentor.id)
    assert (pair.meetings, pair.minutes) == (0, 0)
    us.agree(found)
    assert (pair.meetings, pair.minutes) == (1, 90)


def test_who_does_not_agree_says_why_and_who_wrote_it_takes_it_out(us, now):
    pair = us.begin()
    found = us.log(pair, meeting(DAY))
    decide = lambda state, seat, reason="Batal": logs.decide_meeting(
        us.session, us.mentee.id, pair.id, found.id, state, seat=seat, based_on=found.seq, now=now,
        reason=reason,
    )  # fmt: skip
    with pytest.raises(Invalid):
        decide("disputed", us.as_mentor, "")
    decide("disputed", us.as_mentor)
    with pytest.raises(Forbidden):
        decide("removed", us.as_mentor)
    assert decide("removed", us.as_mentee).state == "removed"
    us.log(pair, meeting(DAY))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (meeting(date(2026, 11, 24), 9, 60), "day"),
        (meeting(date(2026, 9, 30)), "day"),
        (meeting(DAY, minutes=0), "ends"),
        (meeting(DAY, 6, 481), "ends"),
        (meeting(DAY, topic=""), "topic"),
        (meeting(DAY, mode="surat"), "mode"),
        (meeting(DAY, competency="X.1"), "competency"),
        (meeting(DAY, notes="x" * 2001), "notes"),
    ],
)
def test_meetings_that_cannot_be_are_refused_by_field(us, said, field):
    pair = us.begin()
    with pytest.raises(CannotMentor) as error:
        us.log(pair, said)
    assert mistakes(error) == {field}


def test_nobody_is_in_two_meetings_at_once(us):
    pair = us.begin()
    us.log(pair, meeting(DAY, 9))
    with pytest.raises(CannotMentor) as error:
        us.log(pair, meeting(DAY, 9.5))
    assert mistakes(error) == {"starts"}
    us.log(pair, meeting(DAY, 10))
    another = make.person(us.session, password=None)
    other = us.propose(mentee_id=another.id, actor_id=us.boss.id, supervises=True)
    us.act(other, Act.ACCEPT, us.as_mentor)
    with pytest.raises(CannotMentor) as error:
        us.log(other, meeting(DAY, 10.5), Seat(another.id, mentee=True))
    assert mistakes(error) == {"starts"}, "the mentor sits with somebody else then"


def test_texts_are_for_the_two_and_for_others_only_where_they_were_shared(us):
    pair = us.begin()
    us.log(pair, meeting(DAY, 9, notes="RAHASIA"))
    us.log(pair, meeting(DAY, 14, notes="Terbuka", shared=True))
    inside = [line.texts.get("notes") for line in meetings_of(us.session, pair, inside=True)]
    outside = [line.texts.get("notes") for line in meetings_of(us.session, pair, inside=False)]
    assert inside == ["Terbuka", "RAHASIA"]
    assert outside == ["Terbuka", None]


def test_only_the_two_write_and_only_while_the_pair_is_active(us, now):
    pair = us.begin()
    with pytest.raises(Forbidden):
        us.log(pair, meeting(DAY), us.as_boss)
    us.act(pair, Act.END, us.as_mentee, "Selesai")
    with pytest.raises(NotNow):
        us.log(pair, meeting(DAY))


def test_lists_hold_those_of_the_scope_page_by_page(us, now):
    made = [us.begin()]
    for _ in range(3):
        person = make.person(us.session, password=None)
        made.append(us.propose(mentee_id=person.id, actor_id=us.boss.id, supervises=False))
    first = pairs_within(us.session, EVERYTHING, actor_id=us.boss.id, limit=3)
    rest = pairs_within(us.session, EVERYTHING, actor_id=us.boss.id, limit=3, after=first.next)
    found = [(line.pair.person_id, line.pair.id) for line in (*first.items, *rest.items)]
    assert sorted(found) == sorted((pair.person_id, pair.id) for pair in made)
    assert rest.next is None
    assert len(my_pairs(us.session, us.mentor.id, as_mentor=True).items) == 4
    assert len(my_pairs(us.session, us.mentee.id, as_mentor=False).items) == 1
    us.act(made[1], Act.ACCEPT, us.as_mentor)
    assert count_waiting(us.session, EVERYTHING, actor_id=us.boss.id) == 1
    assert count_waiting(us.session, EVERYTHING, actor_id=us.mentor.id) == 0
    assert pairs_within(us.session, Scope(unit_paths=("/999/",)), actor_id=us.boss.id).items == []


def test_who_may_be_asked_holds_the_role_on_ones_unit_or_above(us, now):
    place, beside = make.unit(us.session, "A"), make.unit(us.session, "B")
    here = make.person(us.session, Role.MENTOR, unit=place, password=None)
    make.person(us.session, Role.MENTOR, unit=beside, password=None)
    above = make.person(us.session, Role.MENTOR, password=None)
    mentee = make.person(us.session, unit=place, password=None)
    assert {each.id for each in mentors_for(us.session, mentee)} == {here.id, above.id}


def test_rebuilding_finds_no_difference(us, now):
    pair = us.begin()
    us.met(pair, meeting(DAY), meeting(date(2026, 11, 4)))
    said = GoalSaid("Ukur", "M.05", DAY)
    logs.set_goal(us.session, us.mentee.id, pair.id, said, seat=us.as_mentee, now=now)
    us.confirm(pair, {"M.05": 1}, mentor_hours=True)
    for person in (us.mentee, us.mentor):
        assert rebuild_person(us.session, person.id) == []
    assert us.session.query(Pair).count() == 1 and us.session.query(Meeting).count() == 2
    assert us.session.query(Mentee).count() == 0
