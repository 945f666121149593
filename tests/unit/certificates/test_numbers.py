"""Certificate numbers: a pattern of the organiser's, one series a year, no gap and no double."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learn.certificates.models import Certificate
from learn.certificates.services import number_of
from learn.config import BadSetting, read_settings
from learn.ledger.rebuild import rebuild_person
from learn.progress.services import complete_module, enrol
from tests.support import make, records


def settings(**known):
    return replace(make.settings(), **known)


def test_the_pattern_of_the_settings_writes_the_number():
    written = settings(certificate_number="{number:04d}/{series}/{month}/{year}")
    day = datetime(2026, 11, 24, tzinfo=UTC).date()
    assert number_of(written, 7, day) == "0007/LEARN/BKPSDM/XI/2026"


@pytest.mark.parametrize(
    "pattern",
    [
        "{number}/{series}", "{number}/{year}", "{series}/{year}", "{number}/{series}/{year}/{nip}",
        "{number.real}/{series}/{year}", "{number!r}/{series}/{year}", "{number:>99}/{series}/{year}",
        "{number/{series}/{year}", "{}/{series}/{year}/{number}", "x" * 60 + "{number}/{series}/{year}",
    ],
)  # fmt: skip
def test_a_pattern_that_could_give_a_number_twice_or_do_more_is_refused(pattern):
    with pytest.raises(BadSetting, match="{number:05d}/{series}/{year}"):
        read_settings({}, {"LEARN_CERTIFICATE_NUMBER": pattern})


def finish(session, person, settings, now, course="layanan-publik"):
    version = records.version(course)
    enrol(session, person.id, version, now=now - timedelta(days=1))
    complete_module(session, person.id, version, records.MODULE, settings=settings, now=now)
    return session.get_one(Certificate, (person.id, course, 1))


def test_each_organiser_and_each_local_year_counts_from_one(database):
    # 31 December 16.30 UTC is the next year in Denpasar
    times = [datetime(2026, 12, 31, 15, 0, tzinfo=UTC), datetime(2026, 12, 31, 16, 30, tzinfo=UTC)]
    with database.transaction() as session:
        person = make.person(session, password=None)
        first = finish(session, person, settings(), times[0], "a").number
        second = finish(session, person, settings(), times[1], "b").number
        other = finish(session, person, settings(certificate_series="DIKLAT"), times[1], "c").number
    assert (first, second) == ("00001/LEARN/BKPSDM/2026", "00001/LEARN/BKPSDM/2027")
    assert other == "00001/DIKLAT/2027"


def test_another_pattern_leaves_numbers_as_they_are_and_counts_on(database, now):
    with database.transaction() as session:
        person = make.person(session, password=None)
        old = finish(session, person, settings(), now, "a")
        new = finish(
            session, person, settings(certificate_number="{year}-{series}-{number}"), now, "b"
        )
        assert (old.number, new.number) == ("00001/LEARN/BKPSDM/2026", "2026-LEARN/BKPSDM-2")
        assert (old.series, old.position, new.position) == ("LEARN/BKPSDM/2026", 1, 2)
        assert rebuild_person(session, person.id) == []


def test_what_is_rolled_back_leaves_no_gap_under_concurrency(database, now):
    with database.transaction() as session:
        people = [make.person(session, password=None) for _ in range(8)]
    gate = threading.Barrier(len(people))

    def run(place, person):
        gate.wait()
        with database.writing() as session:
            finish(session, person, settings(), now)
            if place % 2:
                session.rollback()
            else:
                session.commit()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert sorted(session.scalars(select(Certificate.position))) == [1, 2, 3, 4]
