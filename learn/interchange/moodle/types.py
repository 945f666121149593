"""The types of Moodle that are lines here: choices, short texts, numbers, pairs, steps, essays."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import item
from learn.interchange.moodle.reading import Source
from learn.interchange.shapes import (
    Option,
    Range,
    fill_choice,
    fill_matching,
    fill_numeric,
    fill_text,
    fill_true_false,
    number_of,
    number_text,
    wrong_feedback,
)
from learn.quizzes.handed_in.files import KINDS, LARGEST_BYTES, MOST_FILES


def share_of(answer: Element) -> float:
    """Return what an answer is worth in percent."""
    found = number_of(answer.get("fraction") or "0")
    return float(found) if found is not None else 0.0


def _feedback(source: Source, answer: Element) -> str:
    found = answer.find("feedback")
    return "" if found is None else source.markdown(found)


def options_of(source: Source) -> list[Option]:
    """Return the answers as options in Markdown."""
    return [
        Option(source.markdown(answer), share_of(answer), _feedback(source, answer))
        for answer in source.all("answer")
    ]


def plain_answers(source: Source) -> list[Option]:
    """Return the answers as plain texts."""
    return [
        Option(
            answer.findtext("text") or answer.text or "",
            share_of(answer),
            _feedback(source, answer),
        )
        for answer in source.all("answer")
    ]


def shuffle(source: Source) -> None:
    """Read whether options are shuffled."""
    if not source.flag("shuffleanswers", True):
        source.draft.attributes["shuffle"] = "false"


def multichoice(source: Source) -> Message | None:
    """Read one or several right options."""
    shuffle(source)
    options = options_of(source)
    if len([each for each in options if each.text.strip()]) < len(options):
        source.draft.dropped(Message("An option without a text is left out."))
    fill_choice(source.draft, options, single=source.flag("single", True))
    return None


def true_false(source: Source) -> Message | None:
    """Read true or false."""
    found = {each.text.strip().casefold(): each for each in plain_answers(source)}
    true, false = found.get("true"), found.get("false")
    if true is None or false is None or (true.share > 0) == (false.share > 0):
        return Message("It is not said which of true and false is right.")
    fill_true_false(source.draft, true.share > 0, (true.feedback, false.feedback))
    return None


def short_answer(source: Source) -> Message | None:
    """Read a short text; ``*`` stands for anything."""
    exact = source.value("usecase") == "1"
    fill_text(source.draft, plain_answers(source), wildcards=True, exact=exact)
    return None if source.draft.items else Message("No answer is accepted.")


def numerical(source: Source) -> Message | None:
    """Read numbers with tolerances, and units."""
    ranges, draft = [], source.draft
    for answer in source.all("answer"):
        text = (answer.findtext("text") or answer.text or "").strip()
        option = Option("", share_of(answer), _feedback(source, answer))
        if text == "*":
            wrong_feedback(draft, option)
            continue
        value, tolerance = number_of(text), number_of(answer.findtext("tolerance") or "0")
        if value is None or tolerance is None:
            return Message("%(text)s is not a number, such as 3, 3:0.5 or 2..4.", text=text[:60])
        by = abs(tolerance)
        ranges.append(Range(value - by, value + by, option.share, option.feedback))
    fill_numeric(draft, ranges, units(source))
    return None if draft.items else Message("No answer is accepted.")


def units(source: Source) -> str:
    """Read units and what they equal; return the one that answers are in."""
    draft = source.draft
    factors = [
        (" ".join((unit.findtext("unit_name") or "").split()), number_of(unit.findtext("multiplier") or "1"))
        for unit in source.all("units/unit")
    ]  # fmt: skip
    source.used |= {"units", "unitsleft", "showunits", "unitgradingtype", "unitpenalty"}
    usable = [(name, factor) for name, factor in factors if name and factor and factor > 0]
    if not usable or source.value("showunits", "0") == "3":
        return ""
    if source.value("showunits") in ("1", "2"):
        draft.changed(Message("The unit is written here, not chosen from a list."))
    if source.number("unitgradingtype", 0):
        draft.attributes["unit"] = "required"
        draft.changed(
            Message("An answer without its unit is wrong here; over there it costs a part.")
        )
    if len(usable) > 1:
        equal = (f"{number_text(factor)} {name}" for name, factor in usable)
        draft.attributes["units"] = " = ".join(equal)
    return next((name for name, factor in usable if factor == 1), usable[0][0])


def matching(source: Source) -> Message | None:
    """Read pairs; a right side without a left one is one that nobody needs."""
    shuffle(source)
    pairs = [
        (source.markdown(each, inline=True), _answer_text(source, each))
        for each in source.all("subquestion")
    ]
    fill_matching(source.draft, pairs)
    return None


def _answer_text(source: Source, element: Element) -> str:
    answer = element.find("answer")
    return "" if answer is None else source.markdown(_plain(answer), inline=True)


def _plain(answer: Element) -> Element:
    """Return an answer with its format said: right sides are plain text over there."""
    if answer.get("format") is None:
        answer.set("format", "plain_text")
    return answer


_CREDITS = {
    "-1": "exact", "ALL_OR_NOTHING": "exact", "0": "positions", "ABSOLUTE_POSITION": "positions",
    "1": "neighbours", "RELATIVE_NEXT_EXCLUDE_LAST": "neighbours", "": "neighbours",
}  # fmt: skip


def ordering(source: Source) -> Message | None:
    """Read steps; the fraction of each is its place."""
    answers = sorted(source.all("answer"), key=share_of)
    draft = source.draft
    draft.type = "ordering"
    for answer in answers:
        draft.items.append(item("number", source.markdown(answer, inline=True), marked=True))
    credit = _CREDITS.get(source.value("gradingtype").upper(), "")
    if credit in ("exact", "positions"):
        draft.attributes["credit"] = credit
    elif not credit:
        draft.changed(Message("A part of the right order counts by neighbours here."))
    if source.value("selecttype").upper() not in ("", "0", "ALL"):
        draft.changed(Message("All steps are asked; over there some were drawn."))
    source.used |= {"layouttype", "selectcount", "gradingtype", "showgrading", "numberingstyle"}
    return None


def description(source: Source) -> Message | None:
    """Read a text that asks nothing."""
    source.draft.type = "description"
    source.draft.attributes.pop("points", None)
    return None


def essay(source: Source) -> Message | None:
    """Read an essay, or an upload when there is nothing to write."""
    draft = source.draft
    upload = source.value("responseformat") == "noinline"
    draft.type = "upload" if upload else "essay"
    lines = source.number("responsefieldlines", 15)
    if not upload and 1 <= lines <= 60:
        draft.attributes["lines"] = str(int(lines))
    _files(source, upload)
    low, high = source.number("minwordlimit", 0), source.number("maxwordlimit", 0)
    if (low > 0 or high > 0) and not upload:
        draft.attributes["words"] = f"{int(low) or ''}..{int(high) or ''}"
    for tag, what in (("graderinfo", "model"), ("responsetemplate", "template")):
        if text := source.text(tag):
            if what == "model":
                draft.model = text
            else:
                draft.dropped(
                    Message("The template for the answer is left out: %(text)s", text=text[:200])
                )
    if source.number("attachmentsrequired", 0) > 0:
        draft.changed(Message("Files may be left out here; the grader sees that."))
    source.used.add("responserequired")
    return None


def _files(source: Source, upload: bool) -> None:
    draft = source.draft
    most = int(source.number("attachments", 0))
    if most or upload:
        draft.attributes["files"] = str(MOST_FILES if most < 0 else max(1, min(most, MOST_FILES)))
    else:
        return
    kinds = [
        each.strip().lstrip(".").casefold()
        for each in source.value("filetypeslist").replace(";", ",").split(",")
    ]
    known = [kind for kind in kinds if kind in KINDS]
    if known:
        draft.attributes["types"] = ",".join(known)
    if strange := [kind for kind in kinds if kind and kind not in KINDS and kind != "*"]:
        draft.changed(
            Message("Files of these kinds are not taken here: %(kinds)s.", kinds=", ".join(strange))
        )
    size = source.number("maxbytes", 0)
    if size > 0:
        draft.attributes["size"] = f"{max(1, min(int(size), LARGEST_BYTES) // 1000)} kB"
