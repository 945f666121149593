"""What quizzes ask for first, and what they draw: refused at publishing when nobody could have it."""

import pytest

from learn.publishing.compiler import compile_course
from learn.publishing.standards import own_standards
from tests.support.learning import files_of_course

QUIZ = """\
    ---
    title: Tes akhir
    {front}
    ---
    ## jp {{difficulty=easy tags=dasar}}
    Berapa JP?
    = 20 JP
    """


def problems(front, **more):
    texts = {"quizzes__dasar__akhir__md": QUIZ.format(front=front), **more}
    changed = {path.replace("__md", ".md").replace("__", "/"): text for path, text in texts.items()}
    made = compile_course("dasar", files_of_course(**changed), own_standards(), other_courses=None)
    return [str(problem) for problem in made.problems if not problem.warning]


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("prerequisite: {quiz: akhir}", "Nobody could start this quiz"),
        ("prerequisite: {quiz: akhr}", "did you mean akhir?"),
        ("prerequisite: {modules: [01-sau]}", "did you mean 01-satu?"),
        ("prerequisite: {quizz: latihan}", "did you mean quiz?"),
        ("prerequisite: [{quiz: {name: latihan, pass: 200}}]", "from 0 to 100"),
        ("draw: [{difficulty: hard, count: 1}]", "there are 0"),
        ("draw: [{difficulty: easy, tag: dasar, count: 2}]", "there are 1"),
        ("draw: [{difficulty: hrad, count: 1}]", "did you mean hard?"),
    ],
)
def test_what_nobody_could_meet_is_refused_with_its_line(front, words):
    (problem,) = problems(front)
    assert problem.startswith("quizzes/dasar/akhir.md:3: ") and words in problem


def test_quizzes_that_wait_for_each_other_are_refused():
    other = QUIZ.format(front="prerequisite: {quiz: akhir}")
    found = problems("prerequisite: {quiz: kedua}", quizzes__dasar__kedua__md=other)
    assert len(found) == 2 and all("Nobody could start" in problem for problem in found)


@pytest.mark.parametrize(
    "front",
    [
        "prerequisite: {modules: all}", "prerequisite: [{modules: [01-satu]}, {quiz: latihan}]",
        "prerequisite: {any: [{quiz: latihan}, {course: lain}]}",
        "draw: [{difficulty: easy, count: 1}]",
    ],
)  # fmt: skip
def test_what_can_be_met_is_taken(front):
    assert problems(front) == []
