"""The columns of the framework's sheets: competencies with levels, and required levels."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from learn.errors import Message
from learn.exports.formats.exporter import Column, Kind


def _column(key: str, title: str, meaning: Message, kind: Kind = "text") -> Column:
    value: Any = itemgetter(key)
    return Column(key, Message(title), meaning, kind, value)


COMPETENCIES = (
    _column("code", "Code", Message("The code of the competency, such as M.05 or T.DUKCAPIL.01.")),
    _column("state", "State", Message("active, or retired: no longer in force, records stay readable.")),
    _column("kind", "Kind", Message("managerial, sociocultural or technical.")),
    _column("name_id", "Name (Indonesian)", Message("The name without its code.")),
    _column("name_en", "Name (English)", Message("Empty: the Indonesian name is shown.")),
    _column("definition_id", "Definition (Indonesian)", Message("What the competency means.")),
    _column("definition_en", "Definition (English)", Message("Empty: the Indonesian text is shown.")),
    _column("aliases", "Other names", Message("What courses may write instead of the code, with | between.")),
    _column("unit", "Unit", Message("Code of the unit that a technical competency belongs to; empty: all.")),
    _column("source", "Source of the wording", Message("Where the official wording stands; empty: our own words.")),
    _column("replaced_by", "Counts as", Message("Of a retired one: the codes its evidence counts as, where levels differ with them: M.10, T.X.01 (1>0, 2>1).")),
    _column("level", "Level", Message("A whole number from 1 to 5; each competency has a row for each."), "integer"),
    _column("descriptor_id", "Level text (Indonesian)", Message("What a person at this level does.")),
    _column("descriptor_en", "Level text (English)", Message("Empty: the Indonesian text is shown.")),
    _column("mandatory", "Mandatory evidence", Message("Courses without which the level is not reached, with commas between; other evidence as confirmation:*.")),
)  # fmt: skip
REQUIREMENTS = (
    _column("unit", "Unit", Message("Code of the unit for which it holds, with all below; empty: everywhere.")),
    _column("post", "Post", Message("The title of a post; either this or the class is filled in.")),
    _column("post_class", "Class of post", Message("The class of post (jenjang), as a code or in words.")),
    _column("competency", "Competency", Message("The code of the competency, such as M.05 or T.DUKCAPIL.01.")),
    _column("required_level", "Required level", Message("A whole number from 1 to 5."), "integer"),
    _column("from", "From", Message("The first day, such as 2026-01-01."), "date"),
    _column("until", "Until", Message("The last day; empty: for the time being."), "date"),
    _column("source", "Source", Message("The regulation or decree that says so.")),
    _column("confidence", "Confidence", Message("How sure it is: high, medium or low.")),
)  # fmt: skip
SHEETS: Mapping[str, tuple[Column, ...]] = {
    "competencies": COMPETENCIES,
    "requirements": REQUIREMENTS,
}
