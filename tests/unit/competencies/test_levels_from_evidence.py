"""Levels follow from evidence of any source; assessed ones stand beside, and neither changes the other."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from learn.competencies.assessments import services as assessments
from learn.competencies.assessments.services import CannotAssess, Found, assess, withdraw_assessment
from learn.competencies.evidence import services as evidence
from learn.competencies.models import Assessment, CompetencyLevel, Evidence
from learn.competencies.prior import services as prior
from learn.competencies.prior.entries import Act, NotNow
from learn.competencies.prior.services import Asked, ask, decide
from learn.competencies.queries import standings_of
from learn.competencies.services import (
    SOURCES,
    decide_level,
    record_evidence,
    withdraw_evidence_of,
)
from learn.errors import Conflict, Forbidden, Invalid, NotFound
from learn.ledger.rebuild import rebuild_person
from learn.schema import load_projections
from tests.support import make, records

load_projections()
CODE = "M.05"
OTHER = 10**9
DOCUMENT = SimpleNamespace(digest="d" * 64, media_type="application/pdf", name="ijazah.pdf")


@pytest.fixture
def person(database):
    with database.transaction() as session:
        return make.person(session, password=None)


@pytest.fixture
def assessor(database):
    with database.transaction() as session:
        return make.person(session, "assessor", password=None)


def standing(session, person, on, code=CODE):
    return next(s for s in standings_of(session, person.id, on=on) if s.competency.code == code)


def stored(session, person, code=CODE):
    row = session.get(CompetencyLevel, (person.id, code))
    return (row.learned_level, row.assessed_level) if row else (0, None)


def give(session, person, level, now, *, source="training", ref="t1", **known):
    return record_evidence(session, person.id, competency=CODE, level=level, source=source, ref=ref,
                           now=now, **known)  # fmt: skip


def found(now, level=3, **known):
    values = {"levels": {CODE: level}, "assessed_on": now.date(), "valid_until": None,
              "instrument": "competency_test"} | known  # fmt: skip
    return Found(**values)


@pytest.mark.parametrize("source", [each for each in SOURCES if each != "course"])
def test_evidence_of_every_source_gives_the_level_and_all_below(database, person, now, source):
    with database.transaction() as session:
        give(session, person, 3, now, source=source)
        assert stored(session, person) == (3, None)
        assert standing(session, person, now.date()).explanation.steps[0].held


def test_the_same_evidence_is_recorded_once(database, person, now):
    with database.transaction() as session:
        assert give(session, person, 2, now) == give(session, person, 2, now)
        assert len(session.scalars(select(Evidence)).all()) == 1


def test_what_came_from_one_thing_is_withdrawn_together_and_nothing_else(database, person, now):
    with database.transaction() as session:
        give(session, person, 4, now, ref="t1")
        give(session, person, 2, now, ref="t2")
        assert (
            withdraw_evidence_of(session, person.id, "training", "t1", actor_id=OTHER, now=now) == 1
        )
        assert stored(session, person) == (2, None)


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_is_from_1_to_5(database, person, now, level):
    with database.transaction() as session:
        with pytest.raises(Invalid, match="from 1 to 5"):
            give(session, person, level, now)
        with pytest.raises(CannotAssess, match="from 1 to 5"):
            assess(session, person.id, found(now, level), actor_id=OTHER, today=now.date(), now=now)


def test_an_unknown_source_is_refused_with_those_that_there_are(database, person, now):
    with database.transaction() as session, pytest.raises(Invalid, match="course, quiz"):
        give(session, person, 2, now, source="hearsay")


def test_evidence_of_a_course_and_of_something_else_stand_side_by_side(database, person, now):
    with database.transaction() as session:
        records.complete(session, person, now=now)
        give(session, person, 3, now)
        rows = standing(session, person, now.date()).evidence
        assert [(row.source, row.ref) for row in rows] == [
            ("course", "layanan-publik/1"), ("training", "t1"),
        ]  # fmt: skip


def test_an_assessment_never_changes_the_learned_level_and_evidence_never_the_assessed(
    database, person, assessor, now
):
    with database.transaction() as session:
        give(session, person, 2, now)
        assess(session, person.id, found(now, 4), actor_id=assessor.id, today=now.date(), now=now)
        assert stored(session, person) == (2, 4)
        withdraw_evidence_of(session, person.id, "training", "t1", actor_id=OTHER, now=now)
        assert stored(session, person) == (0, 4)


def test_a_newer_assessment_replaces_the_older_and_both_stay_readable(database, person, now):
    today = now.date()
    with database.transaction() as session:
        assess(session, person.id, found(now, 4, assessed_on=today - timedelta(days=9)), actor_id=OTHER,
               today=today, now=now)  # fmt: skip
        assess(session, person.id, found(now, 2), actor_id=OTHER, today=today, now=now)
        late = found(now, 5, assessed_on=today - timedelta(days=30))
        assess(session, person.id, late, actor_id=OTHER, today=today, now=now)
        assert stored(session, person) == (0, 2)
        assert len(session.scalars(select(Assessment)).all()) == 3


def test_when_the_newest_is_withdrawn_the_one_before_counts_again(database, person, now):
    today = now.date()
    with database.transaction() as session:
        assess(session, person.id, found(now, 4, assessed_on=today - timedelta(days=9)), actor_id=OTHER,
               today=today, now=now)  # fmt: skip
        (row,) = assess(session, person.id, found(now, 2), actor_id=OTHER, today=today, now=now)
        withdraw_assessment(session, person.id, row.seq, reason="keliru", actor_id=OTHER, now=now)
        assert stored(session, person) == (0, 4)
        with pytest.raises(Conflict, match="before"):
            withdraw_assessment(session, person.id, row.seq, reason="lagi", actor_id=OTHER, now=now)


def test_an_assessment_counts_on_its_last_day_and_has_lapsed_the_day_after(database, person, now):
    last_day = now.date() + timedelta(days=30)
    with database.transaction() as session:
        assess(session, person.id, found(now, 3, valid_until=last_day), actor_id=OTHER,
               today=now.date(), now=now)  # fmt: skip
        assert standing(session, person, last_day).assessed_level == 3
        after = standing(session, person, last_day + timedelta(days=1))
        assert (after.assessed_level, after.assessed_state) == (None, "lapsed")


def test_a_whole_profile_is_one_act_and_sending_it_twice_changes_nothing(database, person, now):
    profile = {f"M.0{n}": 3 for n in range(1, 9)} | {"SK.01": 2}
    with database.transaction() as session:
        what = found(now, levels=profile, key="k")
        assess(session, person.id, what, actor_id=OTHER, today=now.date(), now=now)
        assess(session, person.id, what, actor_id=OTHER, today=now.date(), now=now)
        assert len(session.scalars(select(Assessment)).all()) == 9


def test_every_mistake_of_an_assessment_is_told_at_once(database, person, now):
    today = now.date()
    wrong = found(now, levels={CODE: 6, "X.99": 2}, assessed_on=today + timedelta(days=1),
                  valid_until=today - timedelta(days=1), instrument="dice")  # fmt: skip
    with database.transaction() as session, pytest.raises(CannotAssess) as error:
        assess(session, person.id, wrong, actor_id=OTHER, today=today, now=now)
    assert set(error.value.mistakes) == {CODE, "X.99", "assessed_on", "valid_until", "instrument"}


def test_nobody_assesses_confirms_or_reviews_themselves(database, person, now):
    who = {"actor_id": person.id, "now": now}
    today = now.date()
    with database.transaction() as session:
        with pytest.raises(Forbidden):
            assess(session, person.id, found(now), today=today, **who)
        with pytest.raises(Forbidden):
            evidence.confirm_behaviour(session, person.id, competency=CODE, level=2,
                                       observed_on=today, note="ya", key="k", today=today, **who)  # fmt: skip
        seq = give(session, person, 2, now)
        with pytest.raises(Forbidden):
            evidence.withdraw_evidence(session, person.id, seq, reason="x", **who)
        with pytest.raises(Forbidden):
            evidence.suspend(session, person.id, "evidence", seq, begins=today, ends=None,
                             reason="x", today=today, **who)  # fmt: skip
        row = ask(session, person.id, Asked(CODE, 2, "S2"), [DOCUMENT], key="k", now=now)
        with pytest.raises(Forbidden):
            decide(session, person.id, row.id, Act.ACCEPT, based_on=row.seq, today=today, **who)


def test_suspended_evidence_does_not_count_from_the_first_day_to_the_last(database, person, now):
    today = now.date()
    with database.transaction() as session:
        seq = give(session, person, 3, now)
        evidence.suspend(session, person.id, "evidence", seq, begins=today,
                         ends=today + timedelta(days=5), reason="penyelidikan", actor_id=OTHER,
                         today=today, now=now)  # fmt: skip
        row = session.get_one(CompetencyLevel, (person.id, CODE))
        assert (row.learned_level, row.learned_until) == (0, today + timedelta(days=5))
        assert standing(session, person, today + timedelta(days=5)).learned_level == 0
        assert standing(session, person, today + timedelta(days=6)).learned_level == 3
        later = now + timedelta(days=6)
        assert decide_level(session, person.id, CODE, now=later) == 3
        assert rebuild_person(session, person.id) == []


def test_a_suspension_that_is_ended_lets_it_count_again_at_once(database, person, now):
    today, who = now.date(), {"actor_id": OTHER, "now": now}
    with database.transaction() as session:
        (row,) = assess(session, person.id, found(now, 3), today=today, **who)
        evidence.suspend(session, person.id, "assessment", row.seq, begins=today, ends=None,
                         reason="penyelidikan", today=today, **who)  # fmt: skip
        assert standing(session, person, today).assessed_state == "suspended"
        with pytest.raises(Conflict, match="already"):
            evidence.suspend(session, person.id, "assessment", row.seq, begins=today, ends=None,
                             reason="lagi", today=today, **who)  # fmt: skip
        evidence.resume(session, person.id, "assessment", row.seq, today=today, **who)
        assert standing(session, person, today).assessed_level == 3
        with pytest.raises(Conflict, match="not suspended"):
            evidence.resume(session, person.id, "assessment", row.seq, today=today, **who)
        assert rebuild_person(session, person.id) == []


def test_a_suspension_from_today_holds_though_it_is_yesterday_in_utc(database, person, now):
    early = now.replace(hour=23)  # 07.00 of the next day in Denpasar
    today = early.date() + timedelta(days=1)
    with database.transaction() as session:
        seq = give(session, person, 4, now)
        evidence.suspend(session, person.id, "evidence", seq, begins=today, ends=None, reason="x",
                         actor_id=OTHER, today=today, now=early)  # fmt: skip
        give(session, person, 2, early, ref="t2")
        assert stored(session, person)[0] == 2


def test_a_suspension_with_its_days_reversed_is_refused(database, person, now):
    today = now.date()
    with database.transaction() as session:
        seq = give(session, person, 3, now)
        with pytest.raises(Invalid, match="exchange"):
            evidence.suspend(session, person.id, "evidence", seq, begins=today,
                             ends=today - timedelta(days=1), reason="x", actor_id=OTHER, today=today,
                             now=now)  # fmt: skip


def test_a_supervisor_confirms_what_they_saw_once_for_each_form(database, person, now):
    what = {"competency": CODE, "level": 2, "observed_on": now.date(), "note": "Melayani baik.",
            "key": "k", "actor_id": OTHER, "today": now.date(), "now": now}  # fmt: skip
    with database.transaction() as session:
        evidence.confirm_behaviour(session, person.id, **what)
        evidence.confirm_behaviour(session, person.id, **what)
        (row,) = session.scalars(select(Evidence)).all()
        assert (row.source, row.actor_id, row.observed_on) == ("confirmation", OTHER, now.date())
        with pytest.raises(Invalid, match="future"):
            tomorrow = now.date() + timedelta(days=1)
            evidence.confirm_behaviour(session, person.id, **{**what, "observed_on": tomorrow})
        with pytest.raises(Invalid, match="what you saw"):
            evidence.confirm_behaviour(session, person.id, **{**what, "note": " "})


def test_prior_learning_that_is_accepted_is_evidence_and_revoked_none(database, person, now):
    today, who = now.date(), {"actor_id": OTHER, "today": now.date(), "now": now}
    with database.transaction() as session:
        row = ask(session, person.id, Asked(CODE, 3, "S2 Manajemen"), [DOCUMENT], key="k", now=now)
        again = ask(
            session, person.id, Asked(CODE, 3, "S2 Manajemen"), [DOCUMENT], key="k", now=now
        )
        assert again.id == row.id
        with pytest.raises(Invalid, match="from 1 to 3"):
            decide(session, person.id, row.id, Act.ACCEPT, based_on=row.seq, level=4, **who)
        with pytest.raises(Invalid, match="past"):
            decide(session, person.id, row.id, Act.ACCEPT, based_on=row.seq,
                   valid_until=today - timedelta(days=1), **who)  # fmt: skip
        decide(session, person.id, row.id, Act.ACCEPT, based_on=row.seq, level=2, **who)
        assert stored(session, person) == (2, None)
        with pytest.raises(NotNow):
            decide(session, person.id, row.id, Act.REJECT, based_on=row.seq, reason="x", **who)
        decide(session, person.id, row.id, Act.REVOKE, based_on=row.seq, reason="palsu", **who)
        assert stored(session, person) == (0, None)
        assert rebuild_person(session, person.id) == []


def test_a_returned_request_is_sent_again_corrected(database, person, now):
    who = {"actor_id": OTHER, "today": now.date(), "now": now}
    with database.transaction() as session:
        row = ask(session, person.id, Asked(CODE, 3, "S2"), [DOCUMENT], key="k", now=now)
        with pytest.raises(Invalid, match="reason"):
            decide(session, person.id, row.id, Act.RETURN, based_on=row.seq, **who)
        first = row.seq
        decide(session, person.id, row.id, Act.RETURN, based_on=row.seq, reason="buram", **who)
        with pytest.raises(prior.PriorMoved):
            prior.resubmit(session, person.id, row.id, Asked(CODE, 2, "S2"), [DOCUMENT],
                           based_on=first, now=now)  # fmt: skip
        prior.resubmit(session, person.id, row.id, Asked(CODE, 2, "S2"), [DOCUMENT],
                       based_on=row.seq, now=now)  # fmt: skip
        assert (row.state, row.level) == ("submitted", 2)


def test_a_request_without_a_document_is_refused(database, person, now):
    with database.transaction() as session, pytest.raises(Invalid, match="1 to 5 documents"):
        ask(session, person.id, Asked(CODE, 3, "S2"), [], key="k", now=now)


def test_other_peoples_numbers_lead_to_nothing(database, person, assessor, now):
    with database.transaction() as session:
        (row,) = assess(session, person.id, found(now), actor_id=assessor.id, today=now.date(),
                        now=now)  # fmt: skip
        with pytest.raises(NotFound):
            assessments.assessment_of(session, assessor.id, row.seq)
        with pytest.raises(NotFound):
            prior.request_of(session, person.id, 2**40)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["give", "lapsing", "take", "suspend", "resume", "assess", "unassess", "wait"]),
        st.integers(1, 5),
        st.integers(0, 3),
    ),
    max_size=12,
)  # fmt: skip


@given(acts=ACTS)
@hypothesis_settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_whatever_happens_what_is_stored_is_what_follows(database, now, acts):
    with database.transaction() as session:
        person = make.person(session, password=None)
        moment = now
        for act, level, which in acts:
            learned, assessed = stored(session, person)
            moment = _do(session, person, act, level, which, moment)
            changed = stored(session, person)
            if act in {"assess", "unassess"}:
                assert changed[0] == learned
            else:
                assert changed[1] == assessed
        decide_level(session, person.id, CODE, now=moment)
        follows = standing(session, person, moment.date())
        assert follows.learned_level == stored(session, person)[0]
        valid = [each.piece.level for each in follows.held if each.fault is None]
        assert follows.learned_level == max(valid, default=0)
        assert rebuild_person(session, person.id) == []
        for ref in "0123":
            withdraw_evidence_of(session, person.id, "training", ref, actor_id=OTHER, now=moment)
        assert stored(session, person)[0] == 0


def _do(session, person, act, level, which, moment):
    today, ref = moment.date(), str(which)
    who = {"actor_id": OTHER, "now": moment}
    if act in {"give", "lapsing"}:
        until = today + timedelta(days=which) if act == "lapsing" else None
        give(session, person, level, moment, ref=ref, valid_until=until)
    elif act == "take":
        withdraw_evidence_of(session, person.id, "training", ref, **who)
    elif act in {"suspend", "resume"}:
        _suspend_or_resume(session, person, act, level, which, moment)
    elif act == "assess":
        day = today - timedelta(days=which)
        assess(session, person.id, found(moment, level, assessed_on=day), today=today, **who)
    elif act == "unassess":
        for row in _standing_rows(session, person, Assessment)[:1]:
            withdraw_assessment(session, person.id, row.seq, reason="x", **who)
    return moment + timedelta(days=which) if act == "wait" else moment


def _standing_rows(session, person, model):
    conditions = (model.withdrawn_at.is_(None), model.person_id == person.id)
    return session.scalars(select(model).where(*conditions)).all()


def _suspend_or_resume(session, person, act, level, which, moment):
    rows, today = _standing_rows(session, person, Evidence), moment.date()
    for row in rows[which % len(rows) :][:1] if rows else ():
        with contextlib.suppress(Conflict):
            if act == "suspend":
                evidence.suspend(session, person.id, "evidence", row.seq, begins=today,
                                 ends=today + timedelta(days=level), reason="x", actor_id=OTHER,
                                 today=today, now=moment)  # fmt: skip
            else:
                evidence.resume(session, person.id, "evidence", row.seq, actor_id=OTHER,
                                today=today, now=moment)  # fmt: skip


def test_dates_before_1990_are_refused(database, person, now):
    with database.transaction() as session, pytest.raises(CannotAssess, match="1990"):
        assess(session, person.id, found(now, assessed_on=date(1989, 12, 31)), actor_id=OTHER,
               today=now.date(), now=now)  # fmt: skip
