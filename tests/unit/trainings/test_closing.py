"""Attendance and what it gives: credited and withdrawn by entries, so that the account is always their sum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.competencies.models import Evidence
from learn.errors import Forbidden, Invalid
from learn.hours.models import HoursCredit, HoursYear
from learn.jobs.kinds import Task
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.progress.models import Completion
from learn.progress.queries import newest_enrolment
from learn.progress.services import complete_module, explain
from learn.publishing.compiler import compile_course
from learn.publishing.standards import own_standards
from learn.schema import load_projections
from learn.trainings import attendance, closing, codes, planning, seats
from learn.trainings.attendance import Mark
from learn.trainings.jobs import close_job
from learn.trainings.models import Attendance, Seat
from learn.trainings.rules import NotNow
from tests.support import make
from tests.support.learning import files_of_course
from tests.support.records import MODULE, version
from tests.support.trainings import (
    MORNING,
    NOW,
    ORGANISER,
    attended,
    closed,
    no_course,
    published,
    signed_up,
    sitting,
)

load_projections()
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TWO_DAYS = (sitting(minutes=360), sitting(MORNING + DAY, 360))


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def who(session):
    return make.person(session, password=None).id


def year_of(session, person_id):
    query = select(HoursYear.year, HoursYear.earned).where(HoursYear.person_id == person_id)
    return dict(session.execute(query).all())


def correct(session, training, number, mark, reason="Salah centang", **known):
    each = planning.sessions_of(session, training.id)[number]

    def recount(changed, people):
        closing.finish(session, changed, people, actor_id=ORGANISER, settings=make.settings(),
                       current_of=known.get("current_of", no_course), now=training.ends_at)  # fmt: skip

    return attendance.record(
        session, training.id, each.id, [mark], way=attendance.LIST, actor_id=ORGANISER,
        now=training.ends_at, reason=reason, recount=recount,
    )  # fmt: skip


def test_who_attended_enough_gets_hours_and_evidence_at_the_close(session, who):
    training = published(session, sittings=TWO_DAYS, outcomes=(("M.05", 2),))
    other = make.person(session, password=None).id
    for each in (who, other):
        signed_up(session, training, each)
    attended(session, training, who, 360, 300)
    attended(session, training, other, 360, 100)
    with pytest.raises(NotNow, match="not over"):
        closing.close(session, training.id, actor_id=ORGANISER, settings=make.settings(),
                      current_of=no_course, now=MORNING)  # fmt: skip
    closed(session, training)
    assert (year_of(session, who), year_of(session, other)) == ({2026: 8 + 6}, {})
    (evidence,) = session.scalars(select(Evidence)).all()
    assert (evidence.person_id, evidence.source, evidence.ref) == (
        who,
        "training",
        str(training.id),
    )
    assert session.get(Seat, (other, training.id)).share == pytest.approx(460 / 720, abs=1e-6)
    assert all(list(rebuild_person(session, each)) == [] for each in (who, other))


def test_a_correction_after_the_close_withdraws_and_credits(session, who):
    training = published(session, sittings=TWO_DAYS)
    signed_up(session, training, who)
    attended(session, training, who, 360, 300)
    closed(session, training)
    with pytest.raises(Invalid, match="reason"):
        correct(session, training, 1, Mark(who, "late", 270), reason="")
    correct(session, training, 1, Mark(who, "late", 270))
    assert year_of(session, who) == {2026: 8 + 6}  # 270 minutes are 6 JP too
    correct(session, training, 1, Mark(who, "late", 225))
    assert year_of(session, who) == {2026: 8 + 5}
    correct(session, training, 1, Mark(who, "absent"))
    assert year_of(session, who) == {2026: 0}
    correct(session, training, 1, Mark(who, "present"))
    assert year_of(session, who) == {2026: 16}
    assert list(rebuild_person(session, who)) == []


def test_opened_again_it_gives_nothing_until_it_is_closed_again(session, who):
    training = published(session, outcomes=(("M.05", 2),), sittings=(sitting(minutes=360),))
    signed_up(session, training, who)
    attended(session, training, who, 360)
    closed(session, training)
    closing.reopen(session, training.id, actor_id=ORGANISER, now=training.ends_at)
    standing = select(func.count()).select_from(Evidence).where(Evidence.withdrawn_at.is_(None))
    assert (year_of(session, who), session.scalar(standing)) == ({2026: 0}, 0)
    closed(session, training)
    assert (year_of(session, who), session.scalar(standing)) == ({2026: 8}, 1)
    assert list(rebuild_person(session, who)) == []


def test_a_cancelled_training_gives_nothing(session, who):
    training = published(session)
    signed_up(session, training, who)
    attended(session, training, who, 180)
    planning.cancel(
        session, training.id, reason="Ditunda", actor_id=ORGANISER, now=training.ends_at
    )
    with pytest.raises(NotNow):
        closed(session, training)
    assert year_of(session, who) == {}


@pytest.mark.parametrize(
    ("start", "zone", "year"),
    [
        (datetime(2026, 12, 31, 15, 30, tzinfo=UTC), "Asia/Makassar", 2026),  # 23.30 WITA
        (datetime(2026, 12, 31, 15, 30, tzinfo=UTC), "Asia/Jayapura", 2027),  # 00.30 WIT
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "Asia/Makassar", 2027),  # 00.30 WITA
    ],
)
def test_the_year_is_that_of_the_local_day_on_which_the_last_session_begins(
    session, who, start, zone, year
):
    training = published(session, zone=zone, sittings=(sitting(start, 90),))
    signed_up(session, training, who)
    attended(session, training, who, 90)
    closed(session, training)
    assert year_of(session, who) == {year: 2}


def scan(session, training, who, at, **known):
    (each,) = planning.sessions_of(session, training.id)
    code = known.get("code") or codes.long_code(each.secret, each.id, codes.window_of(at))
    return attendance.check_in(session, training.id, each.id, who, code, now=at)


def test_who_scans_in_time_was_there_for_all_of_it_and_once(session, who):
    training = published(session)
    signed_up(session, training, who)
    found = scan(session, training, who, MORNING + 15 * MINUTE)
    assert (found.state, found.minutes, found.way) == ("present", 180, "scan")
    assert scan(session, training, who, MORNING + 20 * MINUTE).seq == found.seq
    query = select(func.count()).where(LedgerEntry.kind == "attendance_recorded")
    assert session.scalar(query.select_from(LedgerEntry)) == 1
    assert list(rebuild_person(session, who)) == []


def test_who_scans_later_was_there_for_what_was_left(session, who):
    training = published(session)
    signed_up(session, training, who)
    found = scan(session, training, who, MORNING + 60 * MINUTE)
    assert (found.state, found.minutes) == ("late", 120)


def test_only_people_with_a_place_are_recorded_and_only_during_the_session(session, who):
    training = published(session, capacity=1)
    with pytest.raises(Forbidden, match="no confirmed place"):
        scan(session, training, who, MORNING)
    signed_up(session, training, who)
    for at in (MORNING - 31 * MINUTE, MORNING + 180 * MINUTE):
        with pytest.raises(NotNow, match="30 minutes"):
            scan(session, training, who, at)
    waiting = make.person(session, password=None).id
    signed_up(session, training, waiting)
    with pytest.raises(Forbidden, match="no confirmed place"):
        scan(session, training, waiting, MORNING)


def test_old_forged_and_foreign_codes_are_refused(session, who):
    training, other = published(session), published(session)
    signed_up(session, training, who)
    (ours,), (theirs,) = (planning.sessions_of(session, each.id) for each in (training, other))
    window = codes.window_of(MORNING)
    for code in (
        codes.long_code(ours.secret, ours.id, window - 2),
        codes.long_code(ours.secret, ours.id, window + 1),
        codes.long_code(theirs.secret, theirs.id, window),
        codes.long_code(theirs.secret, ours.id, window),
        "a" * 20,
        "123",
    ):
        with pytest.raises(attendance.WrongCode):
            scan(session, training, who, MORNING, code=code)
    assert session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_nobody_ticks_themselves_and_strangers_are_no_participants(session, who):
    training = published(session)
    signed_up(session, training, who)
    (each,) = planning.sessions_of(session, training.id)
    known = {"way": attendance.LIST, "now": MORNING}
    with pytest.raises(Forbidden, match="their own"):
        attendance.record(
            session, training.id, each.id, [Mark(who, "present")], actor_id=who, **known
        )
    stranger = make.person(session, password=None).id
    with pytest.raises(Invalid, match="confirmed place"):
        attendance.record(session, training.id, each.id, [Mark(stranger, "present")],
                          actor_id=ORGANISER, **known)  # fmt: skip
    with pytest.raises(NotNow, match="not begun"):
        attendance.record(session, training.id, each.id, [Mark(who, "present")], actor_id=ORGANISER,
                          way=attendance.LIST, now=NOW)  # fmt: skip


def test_attendance_at_its_training_completes_a_course(session, who):
    course = version(
        complete={"all": [{"modules": "all"}, {"attendance": {"training": "any", "share": 80}}]}
    )

    def current_of(_key):
        return course

    training = published(session, course=course.course, sittings=TWO_DAYS)
    seats.sign_up(session, training.id, who, current_of=current_of, now=NOW)
    complete_module(session, who, course, MODULE, settings=make.settings(), now=NOW)

    def missing():
        enrolment = newest_enrolment(session, who, course.course)
        return [
            str(leaf.message)
            for leaf in explain(session, enrolment, course, who, now=NOW).missing()
        ]

    assert missing() == ["You have a place; it counts when the training is closed."]
    attended(session, training, who, 360, 200)
    closed(session, training, current_of)
    assert missing() == ["77% attended, 80% needed"]
    correct(session, training, 1, Mark(who, "late", 240), current_of=current_of)
    completion = session.scalars(select(Completion)).one()
    assert (completion.person_id, completion.hours, missing()) == (who, 6, [])
    assert year_of(session, who) == {2026: 6}
    assert list(rebuild_person(session, who)) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{training: any, share: 80}", None),
        ("any", None),
        ("{share: 120}", "from 1 to 100"),
        ("{training: kelas-a}", "attendance takes"),
        ("12", "attendance takes"),
    ],
)
def test_the_leaf_is_checked_before_a_course_is_published(value, words):
    files = files_of_course()
    text = files["courses/dasar/course.md"].decode()
    leaf = f"- attendance: {value}"
    changed = text.replace("- quiz: {name: akhir, pass: 70}", leaf)
    files["courses/dasar/course.md"] = changed.encode()
    compiled = compile_course("dasar", files, own_standards())
    problems = [str(each.message) for each in compiled.problems]
    told = [each for each in problems if "attendance" in each or "share" in each]
    assert bool(told) == bool(words) and (words is None or words in told[0])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["close", "open", "more", "less", "none"]), max_size=10))
def test_the_account_is_always_the_sum_of_what_stands(database, acts):
    with database.transaction() as session:
        who = make.person(session, password=None).id
        training = published(session, sittings=TWO_DAYS)
        signed_up(session, training, who)
        marks = {"more": Mark(who, "present"), "less": Mark(who, "late", 230),
                 "none": Mark(who, "absent")}  # fmt: skip
        for act in acts:
            if act == "close" and training.state == "open":
                closed(session, training)
            elif act == "open":
                closing.reopen(session, training.id, actor_id=ORGANISER, now=training.ends_at)
            elif act in marks:
                for number in (0, 1):
                    correct(session, training, number, marks[act])
            standing = session.scalars(
                select(HoursCredit.jp).where(
                    HoursCredit.person_id == who, HoursCredit.withdrawn_at.is_(None)
                )
            ).all()
            assert sum(standing) == sum(year_of(session, who).values())
            assert len(standing) <= 1
            if training.state == "closed":
                assert sum(standing) == (session.get(Seat, (who, training.id)).jp or 0)
            else:
                assert not standing
        assert list(rebuild_person(session, who)) == []


def test_a_job_closes_a_training_and_says_how_many_it_was(session, who):
    training = published(session, sittings=(sitting(minutes=360),))
    signed_up(session, training, who)
    attended(session, training, who, 360)
    kind = close_job(make.settings(), lambda _session, _course: None)
    outcome = kind.run(Task(1, {"training": training.id}, ORGANISER, training.ends_at))
    assert training.state == "open" and outcome.apply(session) == {"rows": 1}
    assert (training.state, year_of(session, who)) == ("closed", {2026: 8})
