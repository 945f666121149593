"""What is wrong in a question is told with the line on which it stands."""

import pytest

from tests.support.quizzes import read

PROBLEMS = [
    ("## q\nA?\n- (x) a {50%}\n- ( ) b\n", 6, "is worth 100%"),
    ("## q\nA?\n- (x) a\n- ( ) b {100%}\n", 7, "mark it with an x"),
    ("## q\nA?\n- (x) a\n- ( ) b {500%}\n", 7, "between -100% and 100%"),
    ("## q\nA?\n- [x] a {60%}\n- [x] b {30%}\n", 4, "come to 90.0%"),
    ("## q\nA?\n- [x] a {100%}\n- [x] b\n- [ ] c\n", 4, "nothing is left"),
    ("## q\nA?\n- [x] a\n- [ ] b {50%}\n", 7, "mark it with an x"),
    ("## q\nA?\n- [x] a {-50%}\n- [x] b\n", 6, "adds something"),
    ("## q {survey}\nA?\n- ( ) a\n- (x) b\n", 7, "In a survey no option is right"),
    ("## q {survey}\nA?\n= a\n", 6, "In a survey no answer is right"),
    ("## q {survey=yes}\nA?\n- ( ) a\n- ( ) b\n", 4, "stands alone"),
    ("## q\nA?\n= a {50%}\n", 4, "No answer is worth 100%"),
    ("## q\nA?\n= a\n= b {-50%}\n", 7, "costs nothing"),
    ('## q {units="km"}\nA?\n= 20\n', 4, "equal amounts"),
    ('## q {units="1 km = 0 m"}\nA?\n= 20\n', 4, "equal amounts"),
    ("## q {unit=required}\nA?\n= 20\n", 4, "needs an answer with its unit"),
    ("## q\nA?\n= 20 km +- 1 m\n", 6, "differ in unit"),
    ("## q\nA?\n- a => 1\n- b => 2\n- => 2\n", 8, "stands there already"),
    ("## q\nA?\n- a => 1\n- b => 2\n- c =>\n", 8, "Both sides"),
    ("## q {ordering}\nA?\n1. a\n2. b\n- => c\n", 8, "has lines such as"),
    ("## q {sjt}\nA?\n- a => 1\n- => 2\n", 7, "Both sides"),
    ("## q {sjt}\nA?\n- a => 1\n- b => 4,5\n", 7, "whole number from 1 to 5"),
    ("## q {sjt scale=1..4}\nA?\n- a => 1\n- b => 5\n", 7, "whole number from 1 to 4"),
    ("## q {sjt}\nA?\n- a => 1\n- b => tinggi\n", 7, "is not a number"),
    ("## q {sjt scale=5..1}\nA?\n- a => 1\n- b => 2\n", 4, "whole numbers"),
    ("## q {sjt ask=best-worst}\nA?\n- a => 2\n- b => 2\n", 4, "as good"),
    ("## q {description}\nA?\n- ( ) a\n", 6, "has no options"),
    ("## q\nA {{= x }}\nb {{= y\n", 6, "on the same line"),
    ("## q\nA {{= x }}\nb {{}}\n", 6, "A gap is written"),
    ("## q\nA {{= x }}\nb {{ a | b }}\n", 6, "One option of a gap is right"),
    ("## q\nA {{= x }}\nb {{ (x) a }}\n", 6, "at least two options"),
    ("## q\nA {{= x }}\nb {{= /(/ }}\n", 6, "pattern"),
    ("## q\nA {{= x }}\nb {{= 1.500 }}\n", 6, "two numbers"),
    ("## q\nA {{= x }}\nb {{* y }}\n", 6, "two words at least"),
    ("## q\nA {{= x }}\nb {{1: = y }}\n", 5, "numbered 1 to 2"),
    ("## q\nA {{= x }}\nb [l {{= y }}](https://go.id)\n", 6, "a link, a picture's text"),
    ("## q\nA {{= x }}\nb {{= y {500%} }}\n", 6, "between 0% and 100%"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | | |\n", 10, "no right choice"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x | x |\n", 10, "several right"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| p | x | |\n", 10, "twice"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x |\n", 10, "has 2 cells"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| q | x | ? |\n", 10, "here stands ?"),
    ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n| | x | |\n", 10, "begins with its statement"),
    ("## q\nA?\n\n| | a | a |\n|---|---|---|\n| p | x | |\n", 7, "the same head"),
    ("## q {survey}\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n", 9, "In a survey no choice"),
    ("## q\n\n| | a | b |\n|---|---|---|\n| p | x | |\n", 4, "above the table"),
    ("## q {matrix}\nA?\n", 4, "A grid is a table"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "said"), PROBLEMS)
def test_a_problem_is_told_with_its_line(body, line, said):
    made, problems = read(body)
    assert made is None
    assert [(problem.line, said in str(problem.message)) for problem in problems][:1] == [
        (line, True)
    ]


@pytest.mark.parametrize(
    ("body", "other", "line"),
    [
        ("## q\nA {{= x }} {{ (x) a | b }}\n", "## q\nB\n{{ a | (x) b }} {{= x }}\n", 6),
        ("## q\nA {{= x }}\n", "## q\nB\n", 5),
        ("## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | x | |\n",
         "## q\nA?\n\n| | a | b |\n|---|---|---|\n| p | | x |\n", 5),
        ("## q\nA?\n- a => 1\n- b => 2\n", "## q\nA?\n- a => 1\n- => 2\n", 7),
        ("## q\nA?\n- (x) a\n- ( ) b {50%}\n", "## q\nA?\n- (x) a\n- ( ) b\n", 7),
    ],
)  # fmt: skip
def test_a_translation_that_says_something_else_is_told(body, other, line):
    made, problems = read(body, en=f"---\ntitle: Q\n---\n{other}")
    assert made is None
    assert [problem.line for problem in problems if problem.path.endswith(".en.md")] == [line]
