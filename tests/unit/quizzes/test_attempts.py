"""Attempts: started once, saved step by step, graded by the server."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from learn.errors import NotFound
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.quizzes import services
from learn.quizzes.attempts.answering import (
    AlreadySubmitted,
    AnswerFinal,
    AttemptExpired,
    StaleAnswer,
)
from learn.quizzes.models import Attempt, Step, attempt_person, new_attempt_id
from learn.quizzes.questions import InvalidAnswer
from learn.quizzes.services import AttemptsUsedUp
from tests.support.quizzes import ENGINE, key_of, quiz
from tests.support.statements import Counted

ONE = "## q\nA?\n= x\n\n## r\nB?\n= y\n"


def steps(taking):
    return taking.session.scalars(select(Step).order_by(Step.seq)).all()


def entries(taking):
    query = select(LedgerEntry.kind).where(LedgerEntry.person_id == taking.person_id)
    return list(taking.session.scalars(query.order_by(LedgerEntry.seq)))


@pytest.mark.parametrize("person_id", [1, 7, 2**40, 2**48 - 1])
def test_an_attempt_id_tells_the_person_and_nothing_else_can_be_guessed(person_id):
    one, two = new_attempt_id(person_id), new_attempt_id(person_id)
    assert len(one) == 26 and one == one.lower() and one != two
    assert attempt_person(one) == person_id


@pytest.mark.parametrize("text", ["", "x", "A" * 26, "!" * 26, "a" * 25, "é" * 26, "0" * 26])
def test_any_other_text_finds_no_attempt(taking, text):
    assert services.find_attempt(taking("", ONE).session, text) is None


def test_a_double_click_starts_one_attempt(taking):
    taking = taking("attempts: 2\n", ONE)
    assert taking.start() is taking.start(rng_seed=43)
    assert entries(taking) == ["attempt_started"]


def test_the_last_attempt_is_the_last(taking):
    taking = taking("attempts: 2\n", ONE)
    for number in (1, 2):
        attempt = taking.start()
        assert attempt.number == number
        taking.submit(attempt)
    with pytest.raises(AttemptsUsedUp, match="all 2 attempts are used"):
        taking.start()


def test_a_new_cycle_has_its_own_attempts(taking):
    taking = taking("attempts: 1\n", ONE)
    taking.submit(taking.start())
    assert taking.start(cycle=2).number == 1


def test_a_bank_cannot_be_taken(taking):
    with pytest.raises(NotFound):
        taking("role: bank\n", ONE).start()


def test_concurrent_starts_never_exceed_the_limit(database, taking, now):
    made = quiz(ONE, "attempts: 2\n")
    ready = threading.Barrier(8)
    results = []

    def start_and_submit():
        ready.wait()
        for _ in range(3):
            try:
                with database.transaction() as session:
                    attempt = services.start_attempt(
                        session, 7, course="kursus", quiz=made, version_id="v1", cycle=1, now=now,
                        engine=ENGINE, rng_seed=1, quiz_of=lambda _attempt: made,
                    )  # fmt: skip
                    services.submit_attempt(session, attempt, made, engine=ENGINE, now=now)
                    results.append(attempt.number)
            except AttemptsUsedUp:
                results.append(None)

    threads = [threading.Thread(target=start_and_submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number in results if number) == [1, 2]
    assert results.count(None) == 22
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 2
        assert list(verify(session)) == []


def test_concurrent_saves_keep_every_step(database, now):
    made = quiz(ONE)
    with database.transaction() as session:
        attempt = services.start_attempt(
            session, 7, course="kursus", quiz=made, version_id="v1", cycle=1, now=now,
            engine=ENGINE, rng_seed=1, quiz_of=lambda _attempt: made,
        )  # fmt: skip

    def save(tab):
        for number in range(5):
            with database.transaction() as session:
                mine = services.find_attempt(session, attempt.id)
                services.save_answer(
                    session, mine, made, "q", f"{tab}-{number}",
                    engine=ENGINE, now=now, client_id=f"{tab}:{number}",
                )  # fmt: skip

    threads = [threading.Thread(target=save, args=(tab,)) for tab in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert sorted(session.scalars(select(Step.seq))) == list(range(1, 21))


def test_answers_are_steps_and_the_newest_one_counts(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    assert [taking.save(attempt, "q", text).seq for text in ("a", "b", "x")] == [1, 2, 3]
    assert services.latest_answers(taking.session, attempt).given == {"q": "x"}
    assert [step.data for step in steps(taking)] == ["a", "b", "x"]


def test_an_answer_can_be_taken_back(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "x")
    taking.save(attempt, "q", None)
    assert taking.submit(attempt).score == 0


def test_the_same_answer_again_adds_nothing(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    assert taking.save(attempt, "q", "x") == taking.save(attempt, "q", " x ")
    assert len(steps(taking)) == 1


def test_a_replay_with_the_same_client_id_changes_nothing_and_answers_the_first_result(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    first = taking.save(attempt, "q", "a", client_id="tab:1")
    taking.save(attempt, "q", "b", client_id="tab:2")
    assert taking.save(attempt, "q", "a", client_id="tab:1") == first
    taking.submit(attempt)
    assert taking.save(attempt, "q", "a", client_id="tab:1") == first
    assert [step.data for step in steps(taking)] == ["a", "b"]


def test_a_client_id_names_one_step_only(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "a", client_id="tab:1")
    with pytest.raises(InvalidAnswer, match="something else"):
        taking.save(attempt, "r", "a", client_id="tab:1")
    with pytest.raises(InvalidAnswer, match="printable"):
        taking.save(attempt, "r", "a", client_id="\n")


def test_a_stale_tab_never_overwrites_a_newer_answer(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    first = taking.save(attempt, "q", "a", client_id="one:1")
    taking.save(attempt, "q", "b", client_id="two:1", based_on=first.seq)
    with pytest.raises(StaleAnswer) as caught:
        taking.save(attempt, "q", "c", client_id="one:2", based_on=first.seq)
    assert caught.value.extra == {"saved": "b", "yours": "c", "seq": 2}
    assert taking.save(attempt, "q", "c", client_id="one:3", based_on=2).seq == 3


def test_a_tab_that_is_ahead_of_its_answers_is_not_stale(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "a", client_id="one:1", based_on=0)
    assert taking.save(attempt, "q", "b", client_id="one:2", based_on=0).seq == 2


@pytest.mark.parametrize(
    ("key", "value"), [("tiada", "x"), ("tunggal", ["x"]), ("alur", "x"), ("ganda", {})]
)
def test_an_unknown_question_or_option_is_refused_and_saves_nothing(taking, key, value):
    taking = taking()
    attempt = taking.start()
    with pytest.raises(InvalidAnswer):
        taking.save(attempt, key, value)
    assert steps(taking) == []


def test_a_question_that_was_not_drawn_is_unknown(taking):
    taking = taking("draw: 1\n", ONE)
    attempt = taking.start()
    (drawn,) = ENGINE.questions(attempt, taking.quiz)
    with pytest.raises(InvalidAnswer, match="has no question"):
        taking.save(attempt, "r" if drawn.key == "q" else "q", "x")


def test_all_right_answers_score_one_and_pass(taking):
    taking = taking()
    attempt = taking.start()
    taking.answer_all(attempt)
    grading = taking.submit(attempt)
    assert (grading.score, grading.passed, set(grading.credits.values())) == (1, True, {1})
    assert (attempt.state, attempt.score, attempt.submitted_at) == ("graded", 1, taking.now)


def test_handing_in_twice_answers_the_first_result(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "x")
    first = taking.submit(attempt)
    taking.wait(60)
    assert taking.submit(attempt) == first
    assert entries(taking) == ["attempt_started", "attempt_graded"]


def test_after_handing_in_nothing_changes(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.submit(attempt)
    with pytest.raises(AlreadySubmitted):
        taking.save(attempt, "q", "x")
    with pytest.raises(AlreadySubmitted):
        taking.flag(attempt, "q", True)


def test_an_answer_within_the_grace_is_saved_and_a_later_one_refused(taking):
    taking = taking("time_limit: 1 minute\n", ONE)
    attempt = taking.start()
    taking.wait(89)
    taking.save(attempt, "q", "x")
    taking.wait(2)
    with pytest.raises(AttemptExpired):
        taking.save(attempt, "q", "y")


def test_the_server_hands_in_when_the_time_is_over(taking):
    taking = taking("time_limit: 1 minute\n", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "x")
    taking.wait(90)
    assert taking.expire() == []
    taking.wait(1)
    assert taking.expire(person_id=taking.person_id + 1) == []
    assert taking.expire() == [attempt]
    assert (attempt.score, attempt.submitted_at) == (0.5, attempt.expires_at)
    assert taking.expire() == []


def test_a_start_after_the_time_is_over_grades_the_old_attempt_first(taking):
    taking = taking("time_limit: 1 minute\nattempts: 2\n", ONE)
    first = taking.start()
    taking.save(first, "q", "x")
    taking.wait(3600)
    second = taking.start()
    assert (first.state, first.score, second.number) == ("graded", 0.5, 2)


def test_an_attempt_on_an_older_version_is_graded_by_that_version(taking):
    taking = taking("time_limit: 1 minute\n", ONE)
    first = taking.start()
    taking.save(first, "q", "x")
    old, taking.quiz = taking.quiz, quiz(ONE.replace("= x", "= z"), "time_limit: 1 minute\n")
    taking.wait(3600)
    taking.start(version_id="v2", quiz_of=lambda attempt: {"v1": old}[attempt.version_id])
    assert first.score == 0.5


def test_a_flag_is_a_step_and_can_be_taken_away(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    for flagged in (True, True):
        taking.flag(attempt, "q", flagged)
    assert services.latest_answers(taking.session, attempt).flagged == {"q"}
    taking.flag(attempt, "q", False)
    assert services.latest_answers(taking.session, attempt).flagged == frozenset()
    assert len(steps(taking)) == 2


def test_a_checked_answer_shows_its_feedback_and_is_final(taking):
    taking = taking("behaviour: immediate\n")
    attempt = taking.start()
    question = taking.quiz.questions[0]
    wrong = key_of(question, "Sistem Pelayanan")
    taking.save(attempt, "tunggal", wrong)
    review = taking.check(attempt, "tunggal")
    assert review["verdict"] == "wrong" and "umpan salah" in review["option_feedback"][wrong]
    assert taking.check(attempt, "tunggal") == review
    with pytest.raises(AnswerFinal):
        taking.save(attempt, "tunggal", key_of(question, "Sistem Pemerintahan"))
    assert taking.save(attempt, "tunggal", wrong).seq == 1
    assert [step.kind for step in steps(taking)] == ["answer", "check"]


def test_only_an_answer_can_be_checked_and_only_where_results_come_at_once(taking):
    immediate = taking("behaviour: immediate\n", ONE)
    with pytest.raises(InvalidAnswer, match="Answer the question first"):
        immediate.check(immediate.start(), "q")
    deferred = taking("", ONE)
    with pytest.raises(InvalidAnswer, match="after it is handed in"):
        deferred.check(deferred.start(), "q")


def test_the_table_of_attempts_can_be_made_again_from_the_ledger(taking):
    taking = taking("time_limit: 1 minute\n")
    attempt = taking.start(language="en")
    taking.answer_all(attempt)
    taking.submit(attempt)
    taking.start()
    taking.session.flush()
    assert list(rebuild_person(taking.session, taking.person_id)) == []


def test_the_ledger_holds_no_answer(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "jawaban pribadi")
    taking.submit(attempt)
    assert "pribadi" not in "".join(taking.session.scalars(select(LedgerEntry.data)))


def test_a_step_cannot_take_the_place_of_another(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    taking.save(attempt, "q", "x")
    taking.session.expunge_all()
    taking.session.add(
        Step(person_id=taking.person_id, attempt_id=attempt.id, seq=1, question="q", kind="answer",
             data="y", at=taking.now)
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        taking.session.flush()


def test_saving_costs_three_statements_however_much_was_saved_before(taking):
    taking = taking("", ONE)
    attempt = taking.start()
    for number in range(30):
        taking.save(attempt, "q", f"{number}")
    with Counted(taking.session.get_bind()) as counted:
        taking.save(attempt, "q", "x", client_id="tab:1")
    assert 0 < len(counted.statements) <= 3
