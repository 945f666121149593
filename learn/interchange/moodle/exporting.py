"""What each type of ours is in Moodle XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from learn.errors import LearnError, Message
from learn.interchange.giftout import answer_text
from learn.interchange.model import Exported, text_of
from learn.interchange.moodle.calculatedout import calculated
from learn.interchange.moodle.gapsout import gaps
from learn.interchange.moodle.picturesout import hotspot, labels
from learn.interchange.moodle.writing import (
    Body,
    Sheet,
    model_answer,
    plain,
    tag_of,
    write_questions,
)
from learn.interchange.rendering import html_line_of
from learn.interchange.shapes import number_text, percent
from learn.quizzes.handed_in.files import read_size
from learn.quizzes.questions import plain_text
from learn.quizzes.source.reading import Block
from learn.quizzes.values.units import equal_units

Made = tuple[str, str, frozenset[str]]
_SHOWS_OUTCOMES = frozenset({"outcomes"})


def write_moodle_xml(blocks: Sequence[Block], title: str, media: Mapping[str, bytes]) -> Exported:
    """Return questions as Moodle XML with their files."""
    return write_questions(blocks, title, media, TYPES)


def _shuffle(sheet: Sheet) -> str:
    shuffled = sheet.block.attributes.get("shuffle") != "false"
    return tag_of("shuffleanswers", "true" if shuffled else "false")


def _choice(sheet: Sheet) -> Made:
    if sheet.is_true_false():
        return _true_false(sheet)
    single = sheet.type == "single"
    if not single:
        sheet.note_credit()
    answers = "".join(
        sheet.answer(option.share, option.text, option.feedback, html=True)
        for option in sheet.options()
    )
    body = tag_of("single", "true" if single else "false") + _shuffle(sheet)
    kept = _SHOWS_OUTCOMES | {"shuffle", "credit"}
    return "multichoice", body + sheet.outcomes() + answers, kept


def _true_false(sheet: Sheet) -> Made:
    sheet.note_words()
    answers = "".join(
        sheet.answer(100.0 * item.marked, word, text_of(item.feedback), html=False)
        for word, item in zip(("true", "false"), sheet.block.items, strict=True)
    )
    return "truefalse", answers, frozenset({"shuffle"})


def _other(sheet: Sheet) -> str:
    """Return the answer that stands for any other, with its feedback."""
    text = text_of(sheet.block.outcomes.get("wrong", {}))
    return sheet.answer(0, "*", text, html=False) if text else ""


def _kept(sheet: Sheet, *names: str) -> frozenset[str]:
    """Return what is kept where only the feedback for wrong answers has a place."""
    return frozenset({*names, *({"outcomes"} if set(sheet.block.outcomes) <= {"wrong"} else ())})


def _text(sheet: Sheet) -> Made | None:
    answers = []
    for answer in sheet.answers():
        text = answer_text(answer.text)
        if text is None:
            sheet.lose(Message("The pattern %(text)s says more than * can.", text=answer.text))
        else:
            answers.append(sheet.answer(answer.share, text, answer.feedback, html=False))
    if not answers:
        return None
    case = tag_of("usecase", int(sheet.block.attributes.get("case") == "exact"))
    return "shortanswer", case + "".join(answers) + _other(sheet), _kept(sheet, "case", "accents")


def _numeric(sheet: Sheet) -> Made | None:
    ranges, unit = sheet.ranges()
    answers = []
    for each in ranges:
        middle, by = (each.low + each.high) / 2, (each.high - each.low) / 2
        behind = sheet.html("feedback", each.feedback)
        answers.append(
            f'<answer fraction="{percent(each.share)}"><text>{number_text(middle)}</text>'
            f"<tolerance>{number_text(by)}</tolerance>{behind}</answer>\n"
        )
    if not answers:
        return None
    body = "".join(answers) + _other(sheet) + _units(sheet, unit)
    return "numerical", body, _kept(sheet, "unit", "units")


def _units(sheet: Sheet, unit: str) -> str:
    try:
        known = equal_units(sheet.block.attributes.get("units", ""))
    except LearnError:
        known = {}
    amounts = {name: Fraction(amount) for name, amount in known.items()} or (
        {unit: Fraction(1)} if unit else {}
    )
    first = amounts.get(unit) or next(iter(amounts.values()), Fraction(1))
    written = "".join(
        f"<unit><multiplier>{float(amount / first):.10g}</multiplier><unit_name>{plain(name)}</unit_name></unit>"
        for name, amount in sorted(amounts.items(), key=lambda pair: pair[0] != unit)
    )
    required = int(sheet.block.attributes.get("unit") == "required")
    if required:
        sheet.change(Message("Over there an answer without its unit costs all."))
    rules = tag_of("unitgradingtype", required) + tag_of("unitpenalty", "1.0") if required else ""
    return (f"<units>{written}</units>\n" if written else "") + rules


def _matching(sheet: Sheet) -> Made:
    pairs = []
    for left, right in sheet.pairs():
        html = html_line_of(right)
        if "<" in html:
            sheet.lose(
                Message("Right sides are plain text over there; marks and pictures stay here.")
            )
        answer = f"<answer><text>{plain(plain_text(html))}</text></answer>"
        pairs.append(sheet.html("subquestion", left, line=True, more=answer))
    return (
        "matching",
        _shuffle(sheet) + sheet.outcomes() + "".join(pairs),
        _SHOWS_OUTCOMES | {"shuffle"},
    )


_GRADING = {"exact": "-1", "positions": "0"}


def _ordering(sheet: Sheet) -> Made:
    grading = _GRADING.get(sheet.block.attributes.get("credit", ""), "1")
    head = tag_of("layouttype", 0) + tag_of("selecttype", 0) + tag_of("selectcount", 0)
    steps = "".join(
        sheet.html(
            "answer", text_of(item.text), line=True, attributes=f' fraction="{number}.0000000"'
        )
        for number, item in enumerate(sheet.block.items, 1)
    )
    body = head + tag_of("gradingtype", grading) + sheet.outcomes() + steps
    return "ordering", body, _SHOWS_OUTCOMES | {"credit"}


def _description(sheet: Sheet) -> Made:
    return "description", "", frozenset()


def _essay(sheet: Sheet) -> Made:
    said = sheet.block.attributes
    upload = sheet.type == "upload"
    if sheet.block.items:
        sheet.lose(Message("The rubric cannot go along."))
    low, _dots, high = said.get("words", "").partition("..")
    kinds = ",".join(
        f".{kind.strip()}" for kind in said.get("types", "").split(",") if kind.strip()
    )
    size = read_size(said["size"]) if said.get("size") else None
    body = "".join(
        (
            tag_of("responseformat", "noinline" if upload else "editor"),
            tag_of("responsefieldlines", said.get("lines", "15")),
            tag_of("minwordlimit", low) if low else "",
            tag_of("maxwordlimit", high) if high else "",
            tag_of("attachments", said.get("files", "1" if upload else "0")),
            tag_of("filetypeslist", kinds) if kinds else "",
            tag_of("maxbytes", size) if size else "",
            sheet.html("graderinfo", model_answer(sheet)),
        )
    )
    return "essay", body, frozenset({"lines", "words", "files", "types", "size", "sections"})


TYPES: dict[str, Body] = {
    "single": _choice, "multiple": _choice, "text": _text, "numeric": _numeric,
    "matching": _matching, "ordering": _ordering, "description": _description,
    "essay": _essay, "upload": _essay, "gaps": gaps, "labels": labels, "hotspot": hotspot, "calculated": calculated,
}  # fmt: skip
