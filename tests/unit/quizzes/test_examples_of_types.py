"""The examples in the documentation of pictures, numbers and cases are what they say: nothing is wrong in them."""

import re
from pathlib import Path

import pytest

from tests.support.pictures import TYPES, question

TEXT = (Path(__file__).parents[3] / "docs" / "writing-courses.md").read_text(encoding="utf-8")
EXAMPLES = dict(
    re.findall(
        r"```markdown\n(## [\w-]+ \{(?:hotspot|labels|calculated|scenario)\b.*?)```()", TEXT, re.S
    )
)


@pytest.mark.parametrize("body", EXAMPLES)
def test_an_example_can_be_published_and_answered_right(body):
    each = question(body)
    kind = TYPES[each.type]
    each = kind.asked(each, 1)
    assert kind.grade(each, kind.right_answer(each)).score == 1


def test_each_of_these_types_has_an_example():
    kinds = {re.match(r"## \S+ \{(\w+)", body)[1] for body in EXAMPLES}
    assert kinds == {"hotspot", "labels", "calculated", "scenario"}
