"""What reads each type of Moodle, and the reader of its XML."""

from __future__ import annotations

from learn.interchange.model import Imported
from learn.interchange.moodle.calculated import calculated, no_choice_of_formulas
from learn.interchange.moodle.gaps import cloze, drag_words, select_words
from learn.interchange.moodle.pictures import markers, on_image
from learn.interchange.moodle.reading import Fill, read_moodle
from learn.interchange.moodle.types import (
    description,
    essay,
    matching,
    multichoice,
    numerical,
    ordering,
    short_answer,
    true_false,
)

TYPES: dict[str, Fill] = {
    "multichoice": multichoice, "truefalse": true_false, "shortanswer": short_answer,
    "numerical": numerical, "matching": matching, "ddmatch": matching, "ordering": ordering,
    "description": description, "essay": essay, "cloze": cloze, "multianswer": cloze,
    "ddwtos": drag_words, "gapselect": select_words, "ddimageortext": on_image, "ddmarker": markers,
    "calculated": calculated, "calculatedsimple": calculated, "calculatedmulti": no_choice_of_formulas,
}  # fmt: skip


def read_moodle_xml(content: bytes) -> Imported:
    """Return the questions of a Moodle XML file; see `read_moodle`."""
    return read_moodle(content, TYPES)
