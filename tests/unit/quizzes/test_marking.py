"""Marks that a person gives: steps, folded to a grade, and never over another's unseen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, true

from learn.errors import Conflict, Forbidden, NotFound
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.quizzes.handed_in.files import RefusedFile
from learn.quizzes.handed_in.storing import find_file, take_file
from learn.quizzes.marking.queue import (
    Wanted,
    answers_to_grade,
    attempts_to_grade,
    next_to_grade,
    place_of,
    waiting_by_course,
    waiting_by_quiz,
)
from learn.quizzes.marking.services import Given, InvalidMark, StaleMark, mark_answer
from learn.quizzes.models import MARK, Attempt, Step
from learn.quizzes.questions import InvalidAnswer
from learn.quizzes.services import latest_answers
from learn.storage import FolderStorage
from tests.support.files import PDF, PNG
from tests.support.quizzes import ENGINE, TYPES

BODY = """\
    ## pilih
    Benar?
    - (x) ya
    - ( ) tidak

    ## alasan {essay points=3}
    Mengapa?
    - Isi => 2: lengkap | 1: sebagian | 0: kosong
    - Bahasa => 2: rapi | 0: kacau

    ## berkas {upload}
    Kirim.
    """
GRADER, OTHER = 900, 901


@pytest.fixture
def waiting(taking):
    """Return somebody who has handed in an essay, and no file."""
    found = taking(body=BODY)
    attempt = found.start()
    found.save(attempt, "pilih", TYPES["single"].right_answer(found.quiz.questions[0]))
    found.save(attempt, "alasan", "Karena perlu.")
    found.wait(60)
    found.submit(attempt)
    found.attempt = attempt
    return found


def levels(taking, *places):
    """Return the levels at these places, by criterion."""
    rubric = taking.quiz.question("alasan").data["rubric"]
    return {each["key"]: each["levels"][at]["key"] for each, at in zip(rubric, places, strict=True)}


def give(taking, given, by_id=GRADER, question="alasan", **named):
    return mark_answer(
        taking.session, taking.attempt, taking.quiz, question, given, by_id=by_id, engine=ENGINE,
        now=taking.now, **named,
    )  # fmt: skip


def marks(taking):
    return taking.session.execute(select(Step.data, Step.by_id).where(Step.kind == MARK)).all()


def test_the_automatic_part_is_graded_at_once_and_the_rest_waits(waiting):
    attempt = waiting.attempt
    assert (attempt.state, attempt.waiting, attempt.score) == ("waiting", 1, None)
    assert attempt.credits == {"pilih": 1, "berkas": 0}
    shown = {each["key"]: each for each in waiting.shown(attempt)["questions"]}
    assert shown["pilih"]["review"]["verdict"] == "right"
    assert shown["alasan"]["review"]["verdict"] == "waiting"
    assert "score" not in shown["alasan"]["review"]


def test_the_last_mark_gives_the_grade_by_the_rubric(waiting):
    grading = give(waiting, Given(rubric=levels(waiting, 1, 0), comment=" Bagus.\r\n"))
    assert not grading.waiting
    assert grading.score == pytest.approx((1 + 3 * 0.75) / 5)
    assert (waiting.attempt.state, waiting.attempt.waiting) == ("graded", 0)
    review = waiting.shown(waiting.attempt)["questions"][1]["review"]
    assert review["score"] == 0.75 and review["mark"]["comment"] == "Bagus."
    given = [each["levels"][0]["html"] for each in review["mark"]["criteria"]]
    assert given == ["sebagian", "rapi"]


def test_points_by_hand_count_before_the_rubric(waiting):
    give(waiting, Given(share=0.5, rubric=levels(waiting, 0, 0)))
    mark = latest_answers(waiting.session, waiting.attempt).marks["alasan"]
    assert (mark.score, dict(mark.rubric), mark.by_id) == (0.5, levels(waiting, 0, 0), GRADER)


def test_the_same_mark_again_changes_nothing(waiting):
    given = Given(rubric=levels(waiting, 1, 0))
    first = give(waiting, given, based_on=0)
    assert give(waiting, given, based_on=0).score == first.score
    assert len(marks(waiting)) == 1


def test_two_graders_at_once_never_overwrite_each_other_unseen(waiting):
    give(waiting, Given(rubric=levels(waiting, 0, 0)), based_on=0)
    with pytest.raises(StaleMark) as stale:
        give(waiting, Given(rubric=levels(waiting, 2, 1), reason="x"), by_id=OTHER, based_on=0)
    assert stale.value.extra["score"] == 1
    seen = Given(rubric=levels(waiting, 2, 1), reason="Ternyata disalin.")
    assert give(waiting, seen, by_id=OTHER, based_on=stale.value.extra["seq"]).score < 1
    assert [by_id for _data, by_id in marks(waiting)] == [GRADER, OTHER]


def test_a_mark_of_a_graded_attempt_changes_only_with_a_reason(waiting):
    give(waiting, Given(share=1.0))
    with pytest.raises(InvalidMark, match="reason"):
        give(waiting, Given(share=0.0))
    give(waiting, Given(share=0.0, reason="Salinan."))
    assert waiting.attempt.score == pytest.approx(1 / 5)
    assert marks(waiting)[-1].data["reason"] == "Salinan."
    query = select(LedgerEntry.kind, LedgerEntry.data).order_by(LedgerEntry.seq)
    kinds = [
        (row.kind, json.loads(row.data).get("actor")) for row in waiting.session.execute(query)
    ]
    assert kinds[-2:] == [("attempt_graded", GRADER), ("attempt_regraded", GRADER)]


def test_what_is_rebuilt_from_the_ledger_is_what_is_stored(waiting):
    give(waiting, Given(share=1.0))
    give(waiting, Given(share=0.25, reason="Keliru."))
    columns = [column.name for column in Attempt.__table__.columns]
    before = [getattr(waiting.attempt, name) for name in columns]
    rebuild_person(waiting.session, waiting.person_id)
    waiting.session.expire_all()
    attempt = waiting.session.get(Attempt, (waiting.person_id, before[columns.index("id")]))
    assert [getattr(attempt, name) for name in columns] == before


@pytest.mark.parametrize(
    "given",
    [
        Given(), Given(share=1.1), Given(share=-0.1), Given(share=float("nan")),
        Given(share=float("inf")), Given(rubric={"x": "y"}), Given(share=1, comment="a" * 4001),
        Given(share=1, comment="\ud800"), Given(share=1, rubric={"x": "y"}),
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_is_refused_with_what_would_be_right(waiting, given):
    with pytest.raises(InvalidAnswer):
        give(waiting, given)
    assert waiting.attempt.state == "waiting"


def test_every_criterion_needs_a_level(waiting):
    some = dict(list(levels(waiting, 0, 0).items())[:1])
    with pytest.raises(InvalidAnswer, match="every criterion"):
        give(waiting, Given(rubric=some))


def test_nobody_marks_themselves_nor_what_grades_itself_nor_what_is_not_there(waiting, taking):
    with pytest.raises(Forbidden):
        give(waiting, Given(share=1.0), by_id=waiting.person_id)
    for question, error in (("pilih", Conflict), ("berkas", Conflict), ("lain", NotFound)):
        with pytest.raises(error):
            give(waiting, Given(share=1.0), question=question)
    early = taking(body=BODY)
    early.attempt = early.start()
    with pytest.raises(Conflict, match="not been handed in"):
        give(early, Given(share=1.0))


def test_the_queue_is_oldest_first_and_goes_on_from_any_place(taking):
    people = []
    for minutes in (3, 1, 2):
        each = taking(body=BODY)
        each.attempt = each.start()
        each.save(each.attempt, "alasan", f"Jawaban {minutes}")
        each.wait(60 * minutes)
        each.submit(each.attempt)
        people.append(each)
    late, early, middle = people
    session = late.session
    wanted = Wanted("kursus", true(), quiz="kuis", question="alasan")
    known = {"quiz_of": late.quiz_of, "engine": ENGINE}
    assert [each.id for each in attempts_to_grade(session, wanted)] == [
        each.attempt.id for each in (early, middle, late)
    ]
    rest = attempts_to_grade(session, wanted, after=place_of(early.attempt))
    assert [each.id for each in rest] == [middle.attempt.id, late.attempt.id]
    assert next_to_grade(session, wanted, middle.attempt, **known).answer == "Jawaban 3"
    before = next_to_grade(session, wanted, middle.attempt, **known, backwards=True)
    assert before.answer == "Jawaban 1"
    assert waiting_by_quiz(session, "kursus", true()) == {"kuis": 3}
    assert waiting_by_course(session, Attempt.person_id != late.person_id) == {"kursus": 2}

    give(middle, Given(share=1.0))
    assert next_to_grade(session, wanted, early.attempt, **known).attempt.id == late.attempt.id
    graded = Wanted("kursus", true(), graded=True)
    (found,) = attempts_to_grade(session, graded)
    (answer,) = answers_to_grade(session, [found], graded, **known)
    assert (answer.question.key, answer.mark.score) == ("alasan", 1)


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path)


def test_a_file_is_kept_with_its_owner_and_the_answer_takes_its_name_from_there(taking, storage):
    found = taking(body=BODY)
    attempt, question = found.start(), found.quiz.question("berkas")
    digest = take_file(
        found.session, storage, attempt, question, "../tugas.pdf", PDF, now=found.now
    )
    forged = {"files": [{"digest": digest, "name": "lain.exe", "size": 1}]}
    saved = found.save(attempt, "berkas", forged)
    assert saved.answer == {"files": [{"digest": digest, "name": "tugas.pdf", "size": len(PDF)}]}
    assert storage.get(digest) is None
    found.session.commit()
    assert storage.get(digest) == PDF
    assert find_file(found.session, attempt, "berkas", digest).media_type == "application/pdf"


def test_a_file_whose_answer_is_not_kept_fills_no_disk(taking, storage):
    found = taking(body=BODY)
    attempt, question = found.start(), found.quiz.question("berkas")
    found.session.commit()
    for undo in (found.session.begin_nested(), found.session):
        take_file(found.session, storage, attempt, question, "a.pdf", PDF, now=found.now)
        undo.rollback()
        found.session.commit()
    assert list(storage.digests()) == []


def test_no_answer_names_a_file_of_another_person_or_question(taking, storage):
    mine, theirs = taking(body=BODY), taking(body=BODY)
    attempt = theirs.start()
    digest = take_file(
        theirs.session, storage, attempt, theirs.quiz.question("berkas"), "a.png", PNG,
        now=theirs.now,
    )  # fmt: skip
    with pytest.raises(InvalidAnswer, match="not sent"):
        mine.save(mine.start(), "berkas", [digest])
    with pytest.raises(RefusedFile, match="takes no files"):
        take_file(
            theirs.session, storage, attempt, theirs.quiz.question("alasan"), "a.png", PNG,
            now=theirs.now,
        )  # fmt: skip


def test_a_file_that_was_replaced_stays_as_evidence_of_the_earlier_answer(taking, storage):
    found = taking(body=BODY)
    attempt, question = found.start(), found.quiz.question("berkas")
    digests = [
        take_file(found.session, storage, attempt, question, name, content, now=found.now)
        for name, content in (("a.pdf", PDF), ("b.png", PNG))
    ]
    for digest in digests:
        found.save(attempt, "berkas", [digest])
    found.save(attempt, "berkas", None)
    assert all(find_file(found.session, attempt, "berkas", digest) for digest in digests)
    steps = found.session.scalars(select(Step.data).where(Step.kind == "answer")).all()
    assert [step and step["files"][0]["name"] for step in steps] == ["a.pdf", "b.png", None]


def test_of_marks_given_at_the_same_moment_one_counts_and_the_others_see_it(
    database, waiting, session
):
    session.commit()
    place = (waiting.person_id, waiting.attempt.id)
    start = Barrier(4)

    def grade(by_id):
        start.wait()
        with database.writing() as own:
            attempt = own.get(Attempt, place)
            try:
                mark_answer(
                    own, attempt, waiting.quiz, "alasan", Given(share=by_id % 10 / 10), by_id=by_id,
                    engine=ENGINE, now=waiting.now, based_on=0,
                )  # fmt: skip
            except StaleMark:
                return "stale"
            own.commit()
            return "marked"

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(grade, range(GRADER, GRADER + 4)))
    assert found == ["marked", "stale", "stale", "stale"]
    session.expire_all()
    assert len(marks(waiting)) == 1
