"""Terms of a quiz for one person: layers, delays, closing, networks, and every reason against starting."""

import ipaddress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.access import Access, sealed
from learn.quizzes.quiz import Quiz
from learn.quizzes.terms import TERMS, Arrival, Layer, effective, hindrances, may_start
from tests.support.quizzes import quiz, read

ONE = "## q\nA?\n= x\n"
NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
EMPTY = Layer()


def bare(**access):
    return Quiz("kursus", "kuis", {"id": "Kuis"}, (), access=Access(**access))


def codes(front, now=NOW, used=0, last_end=None, **brought):
    terms = effective(quiz(ONE, front), (), ZoneInfo("Asia/Makassar"))
    found = may_start(terms, Arrival(**brought), used=used, last_end=last_end, now=now)
    return [reason.code for reason in found]


moments = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
layers = st.builds(
    Layer,
    unit=st.none() | st.sampled_from(["Dinas A", "Dinas B"]),
    attempts=st.none() | st.integers(0, 9),
    time_limit=st.none() | st.integers(0, 9000),
    opens_at=st.none() | moments,
    closes_at=st.none() | moments,
)


@given(st.lists(layers, max_size=6))
def test_of_each_term_the_last_layer_that_says_it_counts(given_layers):
    terms = effective(quiz(ONE, "attempts: 3\ntime_limit: 20 minutes\n"), given_layers)
    for name in TERMS:
        said = [layer for layer in given_layers if getattr(layer, name) is not None]
        if said:
            assert getattr(terms, name) == (getattr(said[-1], name) or None)
            assert terms.sources[name] is said[-1]
        else:
            assert getattr(terms, name) == terms.own[name]
            assert name not in terms.sources


@given(st.lists(layers, max_size=4), st.integers(0, 4))
def test_a_layer_that_says_nothing_changes_nothing(given_layers, place):
    made = quiz(ONE, "attempts: 3\n")
    with_empty = [*given_layers[:place], EMPTY, *given_layers[place:]]
    assert effective(made, with_empty) == effective(made, given_layers)


@given(st.lists(layers, max_size=4), st.lists(layers, max_size=4))
def test_layers_on_top_of_layers_are_one_stack(lower, upper):
    made = quiz(ONE, "time_limit: 20 minutes\n")
    whole, below = effective(made, [*lower, *upper]), effective(made, lower)
    for name in TERMS:
        untouched = all(getattr(layer, name) is None for layer in upper)
        assert not untouched or getattr(whole, name) == getattr(below, name)


@given(st.lists(layers, max_size=4))
def test_what_is_told_as_changed_is_what_differs_from_the_quiz(given_layers):
    terms = effective(quiz(ONE, "attempts: 3\ntime_limit: 20 minutes\n"), given_layers)
    told = {change.term for change in terms.changes()}
    assert told == {name for name in TERMS if getattr(terms, name) != terms.own[name]}
    assert all(str(change.message) for change in terms.changes())


@given(layers, moments)
def test_an_attempt_never_ends_after_its_limit_or_a_hard_closing(layer, start):
    terms = effective(quiz(ONE, "time_limit: 20 minutes\n"), [layer])
    ends = terms.expires_at(start)
    if terms.time_limit is not None:
        assert ends is not None and ends <= start + timedelta(seconds=terms.time_limit)
    if terms.closes_at is not None:
        assert ends is not None and ends <= terms.closes_at
    if terms.time_limit is None and terms.closes_at is None:
        assert ends is None


def test_start_only_closing_leaves_running_attempts_their_time():
    front = "close: 2026-12-01 10:10\ntime_limit: 20 minutes\n"
    zone = ZoneInfo("Asia/Makassar")
    hard = effective(quiz(ONE, front), (), zone)
    soft = effective(quiz(ONE, front + "close_policy: start-only\n"), (), zone)
    assert hard.expires_at(NOW) == datetime(2026, 12, 1, 2, 10, tzinfo=UTC)
    assert soft.expires_at(NOW) == NOW + timedelta(minutes=20)


@pytest.mark.parametrize(("zone", "hour"), [(ZONES[0], 1), (ZONES[1], 0), (ZONES[2], 23)])
def test_dates_are_those_of_the_unit(zone, hour):
    terms = effective(quiz(ONE, "open: 2026-12-01 08:00\n"), (), ZoneInfo(zone))
    assert terms.opens_at is not None and terms.opens_at.hour == hour


def test_a_day_alone_opens_at_its_start_and_closes_at_its_end():
    access = quiz(ONE, "open: 2026-12-01\nclose: 2026-12-01\n").access
    assert (access.opens, access.closes) == ("2026-12-01 00:00", "2026-12-01 23:59")


def test_before_opening_and_from_closing_on_nobody_starts():
    front = "open: 2026-12-01 08:00\nclose: 2026-12-02 08:00\n"
    opening = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert codes(front, opening - second) == ["not-open-yet"]
    assert codes(front, opening) == []
    assert codes(front, opening + timedelta(days=1) - second) == []
    assert codes(front, opening + timedelta(days=1)) == ["closed"]


@pytest.mark.parametrize(
    ("delay", "used", "minutes", "right"),
    [
        ("1 hour", 0, 0, []), ("1 hour", 1, 59, ["too-soon"]), ("1 hour", 1, 60, []),
        ("1 hour", 5, 59, ["too-soon"]),
        ("{first: 1 hour, later: 1 day}", 1, 61, []),
        ("{first: 1 hour, later: 1 day}", 2, 61, ["too-soon"]),
        ("{first: 1 hour, later: 1 day}", 2, 1440, []),
        ("{later: 1 day}", 1, 0, []), ("{later: 1 day}", 2, 0, ["too-soon"]),
    ],
)  # fmt: skip
def test_the_delay_counts_from_the_end_of_the_last_attempt(delay, used, minutes, right):
    ended = NOW - timedelta(minutes=minutes)
    assert codes(f"delay: {delay}\n", used=used, last_end=ended if used else None) == right


def test_who_has_no_attempt_left_is_not_told_to_wait():
    assert codes("attempts: 1\ndelay: 1 day\n", used=1, last_end=NOW) == ["attempts-used-up"]


def test_every_reason_is_told_at_once():
    front = (
        "attempts: 1\nclose: 2026-11-01\npassword: rahasia\nnetworks: [10.0.0.0/8]\nhonesty: true\n"
    )
    assert codes(front, used=1, address="192.168.1.1") == [
        "attempts-used-up", "closed", "other-network", "password", "honesty",
    ]  # fmt: skip


def test_password_and_honesty_are_asked_only_when_somebody_starts():
    terms = effective(quiz(ONE, "password: rahasia\nhonesty: true\n"))
    assert hindrances(terms, Arrival(), used=0, last_end=None, now=NOW) == []
    assert may_start(terms, Arrival(let_in=True, honest=True), used=0, last_end=None, now=NOW) == []


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_an_address_of_the_network_is_let_in_also_in_its_longer_form(address, bits):
    network = str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    access = Access(networks=(network,))
    assert access.allows_address(str(address))
    assert access.allows_address(f"::ffff:{address}")


@pytest.mark.parametrize(
    "address", [None, "", "x", "11.0.0.1", "::1", "10.0.0.1.2", "1e400", "fe80::1%eth0"]
)
def test_other_addresses_and_none_are_refused(address):
    assert not Access(networks=("10.0.0.0/8",)).allows_address(address)


@given(st.text(max_size=300))
def test_only_the_password_opens(words):
    made = quiz(ONE, 'password: "Kata Sandi"\n')
    assert made.access.opens_with(words, "kursus/kuis") == (words.strip() == "Kata Sandi")


def test_the_words_of_a_password_are_nowhere_in_what_is_published():
    made = quiz(ONE, "password: rahasiabesar\n")
    assert "rahasiabesar" not in repr(made) + repr(made.to_json())
    assert made.access.password == sealed("rahasiabesar", "kursus/kuis")
    assert sealed("rahasiabesar", "kursus/lain") != made.access.password


WRONG = [
    "open: besok", "open: 2026-13-01 08:00", "close: 08:00", "open: 2026-12-01T08:00:00+08:00",
    "close_policy: soft", "delay: 3", "delay: {second: 1 hour}", "delay: 400 days", "password: ''",
    "password: [rahasia]", "password: true", "networks: all", "networks: []", "networks: [10.0.0.0/40]",
    "prerequisite: 01-satu", "honesty: ''", "page: two", "navigation: back", "feedback: good",
    "feedback: [{from: 120, text: a}]", "feedback: [{from: 1, text: a}, {from: 1, text: b}]",
    "anonymous_grading: maybe", "open: 2026-12-02\nclose: 2026-12-01", "review: {duing: [score]}",
    "draw: [{difficulty: hrad, count: 1}]",
]  # fmt: skip


@pytest.mark.parametrize("front", WRONG)
def test_a_term_that_cannot_be_read_is_told_with_its_line(front):
    made, problems = read(ONE, front + "\n")
    assert made is None
    assert problems[0].line in (3, 4) and "rahasia" not in str(problems[0])


def test_terms_survive_publishing_and_old_quizzes_stay_as_they_were():
    front = (
        "open: 2026-12-01 08:00\ndelay: {first: 1 hour, later: 1 day}\nnetworks: [10.0.0.0/8]\n"
        "prerequisite: [{modules: [01-satu]}]\nhonesty: Saya jujur.\nnavigation: sequential\n"
        "feedback: [{from: 80, text: Bagus.}, {from: 0, text: Ulangi.}]\nanonymous_grading: true\n"
    )
    made = quiz(ONE, front)
    assert Quiz.from_json(made.to_json()) == made
    assert set(quiz(ONE).to_json()) == {
        "attempts", "behaviour", "course", "draw", "grade", "intro", "key", "lines", "module",
        "pass_mark", "path", "pool", "questions", "review", "role", "shuffle", "time_limit", "titles",
    }  # fmt: skip


def test_feedback_and_honesty_have_their_own_words_in_each_language():
    english = "---\ntitle: Quiz\nhonesty: I am honest.\nfeedback: [{from: 80, text: Well done.}]\n---\n## q\nA?\n= x\n"
    made, problems = read(
        ONE, "honesty: Jujur.\nfeedback: [{from: 80, text: Bagus.}]\n", en=english
    )
    assert made is not None and problems == []
    assert made.bands[0].texts == {"id": "<p>Bagus.</p>", "en": "<p>Well done.</p>"}
    assert made.access.honesty_text("en") == "I am honest."


def test_bare_quizzes_ask_nothing():
    assert may_start(effective(bare()), Arrival(), used=9, last_end=NOW, now=NOW) == []
