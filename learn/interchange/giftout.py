"""GIFT out: questions as Moodle's text format, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from learn.errors import Message
from learn.interchange.giftwords import protected
from learn.interchange.model import Exported, category_path, text_of
from learn.interchange.outgoing import Outgoing, pictures_in
from learn.interchange.shapes import Option, number_text, percent, wildcards_of
from learn.quizzes.source.attributes import only_weight
from learn.quizzes.source.reading import Block

_KEPT = frozenset({"tags", "credit", "shuffle"})
_NO_GAPS = Message("GIFT knows one gap in a text; export as Moodle XML to keep all.")


def write_gift(blocks: Sequence[Block], title: str, media: Mapping[str, bytes]) -> Exported:
    """Return the questions as GIFT, under a category of the quiz's title."""
    entries, parts = [], [f"$CATEGORY: {category_path(title)}\n"]
    for block in blocks:
        out = Outgoing(block, "GIFT")
        text = _written(out)
        if text is not None:
            parts.append(text)
        entries.append(out.entry())
    return Exported("gift", "\n".join(parts).encode(), tuple(entries), (), ".gift")


def _written(out: Outgoing) -> str | None:
    write = _TYPES.get(out.type)
    made = write(out) if write and "survey" not in out.block.attributes else None
    if made is None:
        if not out.notes:
            out.refuse()
        return None
    before, answers, after = made
    others = out.type in ("text", "numeric") and set(out.block.outcomes) == {"wrong"}
    out.lose_all_but(_KEPT | {"outcomes"} if others else _KEPT)
    out.lose_languages()
    for name in pictures_in(
        out.prompt, out.feedback, *(text_of(each.text) for each in out.block.items)
    ):
        out.lose(Message("GIFT holds no files: %(name)s stays here.", name=name))
    marks = " ".join(f"[tag:{tag.replace(']', ')')}]" for tag in out.tags)
    comment = f"// {marks}\n" if marks else ""
    general = f"####{protected(out.feedback)}" if out.feedback else ""
    head = f"::{protected(out.block.key)}::[markdown]{protected(before)}"
    if answers is None:
        if out.feedback:
            out.lose(Message("A description has no feedback in GIFT."))
        return f"{comment}{head}\n"
    end = "\n" if "\n" in answers else ""
    return f"{comment}{head}{{{answers}{end}{general}}}{protected(after)}\n"


Made = tuple[str, str | None, str]
"""Text before the braces, what stands in them (None: no braces), text behind them."""


def _choice(out: Outgoing) -> Made:
    if out.is_true_false():
        return _true_false(out)
    if out.type == "multiple":
        out.note_credit()
    if out.block.attributes.get("shuffle") == "false":
        out.lose(
            Message("%(format)s does not hold {%(name)s}.", format="GIFT", name="shuffle=false")
        )
    lines = [
        _line("=" if out.type == "single" and option.share >= 100 else "~", option)
        for option in out.options()
    ]
    return out.prompt, "".join(lines), ""


def _line(mark: str, option: Option, text: str | None = None) -> str:
    plain = (mark == "=" and option.share >= 100) or (mark == "~" and not option.share)
    weight = "" if plain else f"%{percent(option.share)}%"
    body = protected(option.text) if text is None else text
    return f"\n{mark}{weight}{body}{_feedback(option.feedback)}"


def _feedback(markdown: str) -> str:
    return f"#{protected(markdown)}" if markdown else ""


def _true_false(out: Outgoing) -> Made:
    out.note_words()
    true, false = out.block.items
    wrong, right = (false, true) if true.marked else (true, false)
    feedback = _feedback(text_of(wrong.feedback)), _feedback(text_of(right.feedback))
    both = "".join(feedback) if feedback[0] else f"#{feedback[1]}" if feedback[1] else ""
    return out.prompt, ("T" if true.marked else "F") + both, ""


def _text(out: Outgoing) -> Made | None:
    lines = []
    for answer in out.answers():
        text = answer_text(answer.text)
        if text is None:
            out.lose(Message("The pattern %(text)s says more than * can.", text=answer.text))
        else:
            lines.append(_line("=", answer, protected(text)))
    if not lines:
        out.refuse()
        return None
    if other := _other(out):
        lines.append(f"\n=%0%*{other}")
    return out.prompt, "".join(lines), ""


def _other(out: Outgoing) -> str:
    """Return the feedback for any other answer."""
    return _feedback(text_of(out.block.outcomes.get("wrong", {})))


def answer_text(text: str) -> str | None:
    """Return an accepted answer with ``*`` for anything; None when a pattern says more."""
    if len(text) > 2 and text[0] == text[-1] == "/":
        return wildcards_of(text[1:-1])
    return text.replace("*", "\\*")


def _numeric(out: Outgoing) -> Made | None:
    ranges, unit = out.ranges()
    if unit:
        out.lose(Message("%(format)s does not hold the unit %(unit)s.", format="GIFT", unit=unit))
    if not ranges:
        return None
    lines = []
    for each in ranges:
        middle, by = (each.low + each.high) / 2, (each.high - each.low) / 2
        number = number_text(middle) + (f":{number_text(by)}" if by else "")
        lines.append(_line("=", Option("", each.share, each.feedback), number))
    if other := _other(out):
        lines.append(f"\n~{other}")
    return out.prompt, "#" + "".join(lines), ""


def _matching(out: Outgoing) -> Made | None:
    if len([left for left, _right in out.pairs() if left]) < 2:
        return None
    lines = [f"\n={_side(left)} -> {_side(right)}" for left, right in out.pairs()]
    return out.prompt, "".join(lines), ""


def _side(text: str) -> str:
    return protected(text.replace("->", "-&gt;"))


def _essay(out: Outgoing) -> Made:
    if out.block.items:
        out.lose(Message("The rubric cannot go along."))
    return out.prompt, "", ""


def _description(out: Outgoing) -> Made:
    return out.prompt, None, ""


def _gaps(out: Outgoing) -> Made | None:
    parts, gaps = out.gaps()
    if len(gaps) != 1 or gaps[0].kind == "word":
        out.note("refused", _NO_GAPS)
        return None
    out.change(Message("The gap is a missing word there, a question of its own kind."))
    lines = []
    for entry in gaps[0].entries:
        share = 100.0 if entry.right else 100 * (entry.weight or 0)
        mark = "=" if gaps[0].kind == "typed" or entry.right else "~"
        text = answer_text(entry.text) if gaps[0].kind == "typed" else entry.text
        if text is not None:
            lines.append(_line(mark, Option(only_weight(entry.text)[0], share), protected(text)))
    return parts[0], "".join(lines), parts[1]


_TYPES = {
    "single": _choice, "multiple": _choice, "text": _text, "numeric": _numeric,
    "matching": _matching, "essay": _essay, "description": _description, "gaps": _gaps,
}  # fmt: skip
