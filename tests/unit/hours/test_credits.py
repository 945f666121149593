"""Credits of any source: each stands once, and the account is the sum of what the ledger says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from learn.claims import services as claims
from learn.claims.documents import Document
from learn.claims.rules import Act, Said
from learn.errors import Invalid
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.services import credit_hours, withdraw_hours_of
from learn.ledger import append
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.progress.services import withdraw
from learn.schema import load_projections
from tests.support import make
from tests.support.records import complete, version
from tests.support.trainings import attended, closed, published, signed_up, sitting

load_projections()
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
DAY = date(2026, 3, 3)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def who(session):
    return make.person(session, password=None)


def credit(session, who, jp=4, source="training", ref="7", year=2026):
    return credit_hours(
        session, who.id, jp=jp, form="KL06", year=year, source=source, ref=ref, now=NOW
    )


def earned(session, who):
    return session.scalar(
        select(func.coalesce(func.sum(HoursYear.earned), 0)).where(HoursYear.person_id == who.id)
    )


def test_the_same_thing_counts_once_until_it_is_withdrawn(session, who):
    first = credit(session, who)
    assert credit(session, who, jp=9) == first and earned(session, who) == 4
    assert withdraw_hours_of(session, who.id, "training", "7", now=NOW) == 1
    assert withdraw_hours_of(session, who.id, "training", "7", now=NOW) == 0
    assert credit(session, who, jp=9) != first and earned(session, who) == 9


def test_nothing_is_no_credit_and_less_than_nothing_is_refused(session, who):
    assert credit(session, who, jp=0) is None
    with pytest.raises(Invalid):
        credit(session, who, jp=-1)
    assert session.scalar(select(func.count()).select_from(HoursCredit)) == 0


def test_entries_of_older_programs_still_fold(session, who):
    old = {"form": "NKL03", "jp": 6, "year": 2026}
    append(
        session,
        who.id,
        "hours_credited",
        {**old, "course": "spbe", "cycle": 2, "version": "v"},
        at=NOW,
    )
    append(session, who.id, "hours_credited", {**old, "claim": 12}, at=NOW)
    rows = session.execute(
        select(HoursCredit.source, HoursCredit.ref).order_by(HoursCredit.seq)
    ).all()
    assert [tuple(row) for row in rows] == [("course", "spbe/2"), ("claim", "12")]
    assert list(rebuild_person(session, who.id)) == []


ACTS = ["course", "claim", "training", "mentoring", "withdraw"]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=7))
def test_the_account_is_the_sum_of_the_ledger_whatever_the_source(database, acts):
    with database.transaction() as session:
        who, moment = make.person(session, password=None), NOW
        for act, number in acts:
            moment += timedelta(hours=1)
            ACT[act](session, who, number, moment)
            standing = {}
            for entry in session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)):
                if entry.person_id == who.id and entry.kind == "hours_credited":
                    standing[entry.seq] = json.loads(entry.data)["jp"]
                elif entry.person_id == who.id and entry.kind == "hours_withdrawn":
                    standing.pop(json.loads(entry.data)["credit"])
            assert earned(session, who) == sum(standing.values())
        assert list(rebuild_person(session, who.id)) == []


def _course(session, who, number, moment):
    complete_once = version(f"kursus-{number}")
    known = select(HoursCredit.ref).where(
        HoursCredit.person_id == who.id, HoursCredit.source == "course"
    )
    if f"kursus-{number}/1" not in session.scalars(known).all():
        complete(session, who, complete_once, now=moment)


def _claim(session, who, number, moment):
    said = Said("KL06", f"Seminar {number}", "LAN", DAY, DAY, minutes={DAY: 90 * (number + 1)})
    made = claims.draft(session, who.id, said, today=moment.date(), now=moment,
                        document=Document("a" * 64, "application/pdf", "a.pdf"))  # fmt: skip
    claims.submit(session, who.id, made.id, based_on=made.seq, today=moment.date(), now=moment)
    for act in [Act.ACCEPT, Act.REVOKE][: 1 + number % 2]:
        claims.decide(session, who.id, made.id, act, actor_id=99, based_on=made.seq, now=moment,
                      reason="Keliru")  # fmt: skip


def _training(session, who, number, _moment):
    training = published(session, sittings=(sitting(minutes=360),))
    signed_up(session, training, who.id)
    attended(session, training, who.id, 360 - 60 * number)
    closed(session, training)


def _mentoring(session, who, number, moment):
    credit_hours(session, who.id, jp=2 * number, form="NKL02", year=2025 + number, source="mentoring",
                 ref=str(number), now=moment)  # fmt: skip


def _withdraw(session, who, number, moment):
    withdraw_hours_of(session, who.id, "mentoring", str(number), now=moment)
    query = select(HoursCredit.ref).where(
        HoursCredit.person_id == who.id,
        HoursCredit.source == "course",
        HoursCredit.withdrawn_at.is_(None),
    )
    for ref in session.scalars(query).all():
        withdraw(session, who.id, ref.split("/")[0], 1, reason="Keliru", actor_id=99, now=moment)


ACT = {
    "course": _course, "claim": _claim, "training": _training, "mentoring": _mentoring,
    "withdraw": _withdraw,
}  # fmt: skip
