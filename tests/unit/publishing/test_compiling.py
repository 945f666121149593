"""A course is compiled whole: everything that it names is there, and its id is what it is made of."""

from __future__ import annotations

import pytest

from learn.publishing.compiler import compile_course

COURSE, FIRST, SECOND = (
    f"courses/pengaduan/{name}.md" for name in ("course", "01-dasar", "02-lanjut")
)
QUIZ = "quizzes/pengaduan/akhir.md"


@pytest.fixture
def compiled(standards):
    return lambda files: compile_course("pengaduan", files, standards, other_courses={"pengaduan"})


def modules(result) -> dict[str, str]:
    return dict(result.manifest["modules"])


def changed(files, path, before, after):
    text = files[path].decode()
    assert before in text
    return {**files, path: text.replace(before, after).encode()}


def test_a_sound_course_has_no_problem(compiled, files):
    result = compiled(files)
    assert result.problems == ()
    assert result.sound


def test_a_module_keeps_its_id_when_another_one_changes(compiled, files):
    before = compiled(files)
    after = compiled(changed(files, SECOND, "Lalu", "Kemudian"))
    assert modules(before)["01-dasar"] == modules(after)["01-dasar"]
    assert modules(before)["02-lanjut"] != modules(after)["02-lanjut"]
    assert before.id != after.id


def test_the_same_files_give_the_same_id(compiled, files):
    assert compiled(files).id == compiled(dict(reversed(files.items()))).id


def test_a_question_that_moves_to_another_line_leaves_its_quiz_the_same(compiled, files):
    moved = changed(files, QUIZ, "---\n## asas", "---\n\n\n## asas")
    assert compiled(files).manifest["quizzes"] == compiled(moved).manifest["quizzes"]


WRONG = [
    (COURSE, "competency: M.05", "competency: M.55", 8, "There is no competency M.55"),
    (COURSE, "form: NKL03", "form: NKL93", 6, "There is no form of development NKL93"),
    (COURSE, "name: akhir", "name: akhri", 13, "did you mean akhir?"),
    (COURSE, "modules: all", "modules: [01-dasr]", 12, "did you mean 01-dasar?"),
    (COURSE, "modules: all", "modul: all", 12, "did you mean modules?"),
    (COURSE, "01-dasar.md#alur", "01-dasr.md#alur", 16, "did you mean 01-dasar?"),
    (COURSE, "#alur", "#alir", 16, "did you mean #alur?"),
    (SECOND, "quiz:akhir", "quiz:akir", 6, "did you mean akhir?"),
    (SECOND, "quiz:akhir", "../lain/01-x.md", 6, "There is no course lain."),
    (FIRST, "peta.png", "pita.png", 7, "did you mean peta.png?"),
    (FIRST, "![Peta]", "![]", 7, "A picture needs a text"),
    (QUIZ, "Pilih yang", "Lihat [modul](01-dasr.md). Pilih yang", 6, "did you mean 01-dasar?"),
    (QUIZ, "Pilih yang", "Lihat [modul](01-dasar.md#alir). Pilih yang", 6, "did you mean #alur?"),
    (QUIZ, "role: final", "role: final\nmodule: 03-x", 4, "There is no module 03-x"),
    (QUIZ, "## asas", "## asas {competency=M.99}", 5, "There is no competency M.99"),
    (QUIZ, "role: final", "role: pretest", 13, "never counts"),
    (QUIZ, "role: final", "role: final\npool: tidak-ada", 4, "tidak-ada"),
    (QUIZ, "role: final", "role: final\ndraw: 5", 4, "5"),
]


@pytest.mark.parametrize(("path", "before", "after", "line", "words"), WRONG)
def test_what_is_named_and_not_there_is_told_with_its_line(
    compiled, files, path, before, after, line, words
):
    found = compiled(changed(files, path, before, after)).problems
    assert [(problem.line, words in str(problem.message)) for problem in found] == [(line, True)]


def test_a_course_without_a_rule_asks_for_all_modules_and_its_final_quiz(compiled, files):
    start = files[COURSE].decode()
    head, _, rest = start.partition("complete:")
    text = head + "---\n" + rest.partition("---\n")[2]
    result = compiled({**files, COURSE: text.encode()})
    assert result.manifest["complete"] == {"all": [{"modules": "all"}, {"quiz": {"name": "akhir"}}]}


def test_a_quiz_with_a_mistake_gives_no_second_problem_where_it_is_named(compiled, files):
    found = compiled(changed(files, QUIZ, "(x)", "( )")).problems
    assert {problem.path for problem in found} == {QUIZ}


def test_a_module_that_cannot_be_read_gives_no_second_problem_where_it_is_named(compiled, files):
    found = compiled({**files, FIRST: b"\xff"}).problems
    assert [problem.path for problem in found] == [FIRST]


def test_a_pool_takes_questions_of_another_course(standards, files):
    bank = QUIZ_BANK.encode()
    other = compile_course(
        "bank",
        {"courses/bank/course.md": b"---\ntitle: B\n---\n", "courses/bank/01-a.md": b"# A\n",
         "quizzes/bank/soal.md": bank},
        standards,
    )  # fmt: skip
    assert other.sound
    files = changed(files, QUIZ, "role: final", "role: final\npool: [bank/soal]\ndraw: 2")
    result = compile_course(
        "pengaduan", files, standards, other_quizzes={"bank/soal": other.quizzes["soal"]}
    )
    assert result.problems == ()
    assert [question.key for question in result.quizzes["akhir"].questions] == ["asas", "lain"]


QUIZ_BANK = "---\ntitle: Bank\nrole: bank\n---\n## lain\nPilih.\n\n- (x) a\n- ( ) b\n"
