"""Options, answers and pairs of other systems put into the lines of our types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from learn.errors import Message
from learn.interchange.model import Draft, item
from learn.interchange.texts import one_line
from learn.quizzes.source.attributes import WEIGHT, only_weight
from learn.quizzes.source.reading import Item, ItemKind
from learn.quizzes.values.patterns import BadPattern, compiled

TRUE_FALSE = ("Benar", "Salah")
IN_ENGLISH = ("True", "False")
TRUE_WORDS = frozenset({"benar", "betul", "true"})
FALSE_WORDS = frozenset({"salah", "false"})
ALMOST = 0.5
"""Percent that rounding may take from 100."""


@dataclass(frozen=True)
class Option:
    """An option or answer: its text, its share in percent from -100 to 100, its feedback in Markdown.

    The text of an option is Markdown, that of an answer plain.
    """

    text: str
    share: float = 0
    feedback: str = ""
    line: int = 0


@dataclass(frozen=True)
class Range:
    """Numbers that are accepted, both ends included, and what they are worth in percent."""

    low: Decimal
    high: Decimal
    share: float = 100
    feedback: str = ""
    line: int = 0


def fill_choice(draft: Draft, options: Sequence[Option], *, single: bool) -> None:
    """Make `draft` a choice; shares become marks and weights."""
    options = [_within(draft, option) for option in options if option.text.strip()]
    draft.type = "single" if single else "multiple"
    draft.items = _single(draft, options) if single else _multiple(draft, options)


def _within(draft: Draft, option: Option) -> Option:
    share = min(100.0, max(-100.0, option.share))
    if share != option.share:
        draft.changed(
            Message("A weight of %(share)s%% became %(now)s%%.",
                    share=percent(option.share), now=percent(share)),
            line=option.line,
        )  # fmt: skip
    return Option(option.text, share, option.feedback, option.line)


def _single(draft: Draft, options: Sequence[Option]) -> list[Item]:
    best = max((option.share for option in options), default=0)
    made, found = [], False
    if 0 < best < 100:
        draft.changed(
            Message("The best option was worth %(share)s%%; it counts in full here.",
                    share=percent(best))
        )  # fmt: skip
    for option in options:
        right = not found and best > 0 and option.share == best
        found = found or right
        share = option.share
        if not right and share >= 100:
            draft.changed(
                Message(
                    "A second option was right; one alone may be here, the other counts 99.9%%."
                ),
                line=option.line,
            )
            share = 99.9
        weight = percent(share) if share and not right else ""
        made.append(_option("radio", option, right, weight))
    return made


def _multiple(draft: Draft, options: Sequence[Option]) -> list[Item]:
    rights = [option.share for option in options if option.share > 0]
    total = sum(rights)
    scale = 100 / total if 0 < total < 100 - ALMOST else 1
    if scale != 1:
        draft.changed(
            Message("The right options came to %(total)s%%; they count 100%% here.",
                    total=percent(total))
        )  # fmt: skip
    even = len({round(share, 3) for share in rights}) == 1 and total <= 100 + ALMOST
    wrongs = {round(option.share, 2) for option in options if option.share <= 0}
    minus = even and wrongs == {round(-100 / len(rights), 2)}
    if minus:
        draft.attributes["credit"] = "right-minus-wrong"
    made = []
    for option in options:
        weight = percent(option.share * (scale if option.share > 0 else 1))
        hidden = minus or (even and option.share > 0)
        made.append(_option("box", option, option.share > 0, "" if hidden else weight))
    return made


def _option(kind: ItemKind, option: Option, right: bool, weight: str) -> Item:
    return item(
        kind, option.text, marked=right, feedback=option.feedback, line=option.line,
        **{WEIGHT: weight},
    )  # fmt: skip


def fill_true_false(draft: Draft, right: bool, feedback: tuple[str, str] = ("", "")) -> None:
    """Make `draft` a choice between true and false; `feedback` is for those who say true, and false."""
    draft.type = "single"
    draft.attributes["shuffle"] = "false"
    draft.items = [
        item("radio", TRUE_FALSE[0], marked=right, feedback=feedback[0], line=draft.line),
        item("radio", TRUE_FALSE[1], marked=not right, feedback=feedback[1], line=draft.line),
    ]


def fill_text(
    draft: Draft, answers: Sequence[Option], *, wildcards: bool, exact: bool = False
) -> None:
    r"""Make `draft` a short text; with `wildcards` ``*`` stands for anything and ``\*`` for itself."""
    draft.type = "text"
    if exact:
        draft.attributes["case"] = "exact"
    for answer in answers:
        plain = " ".join(answer.text.split())
        if wildcards and plain == "*" and answer.share <= 0:
            wrong_feedback(draft, answer)
            continue
        text = pattern_of(plain) if wildcards and "*" in plain else literal(plain)
        if text is None:
            draft.dropped(Message("The answer %(text)s cannot be a pattern here.", text=plain[:80]),
                          line=answer.line)  # fmt: skip
            continue
        if plain:
            draft.items.append(_accepted(draft, text, answer))
    best_in_full(draft)


def _accepted(draft: Draft, text: str, answer: Option | Range) -> Item:
    share = min(100.0, max(0.0, answer.share))
    if share != answer.share:
        draft.changed(Message("An answer costs nothing here; it is worth %(share)s%%.",
                              share=percent(share)), line=answer.line)  # fmt: skip
    weight = percent(share) if share < 100 else ""
    return item("answer", text, marked=True, feedback=answer.feedback, line=answer.line,
                **{WEIGHT: weight})  # fmt: skip


def best_in_full(draft: Draft) -> None:
    """Let the best answer count in full when none does."""
    shares = [float(each.attributes.get(WEIGHT, "100")) for each in draft.items]
    if not shares or max(shares) >= 100 or max(shares) <= 0:
        return
    best = shares.index(max(shares))
    draft.changed(
        Message("The best answer was worth %(share)s%%; it counts in full here.",
                share=percent(shares[best]))
    )  # fmt: skip
    old = draft.items[best]
    draft.items[best] = type(old)(
        old.kind, old.path, old.line, old.text, marked=True, feedback=old.feedback
    )


def wrong_feedback(draft: Draft, answer: Option | Range) -> None:
    """Keep the feedback for any other answer as the feedback for wrong ones."""
    if answer.feedback:
        before = draft.outcomes.get("wrong", "")
        draft.outcomes["wrong"] = "\n\n".join(filter(None, (before, answer.feedback)))
        draft.changed(
            Message("The feedback for any other answer is the feedback for wrong ones here."),
            line=answer.line,
        )


def literal(text: str) -> str | None:
    """Return an accepted answer that means just `text`; None when that is impossible."""
    looks_like_pattern = len(text) > 2 and text[0] == text[-1] == "/"
    if not looks_like_pattern and not only_weight(text)[1]:
        return text
    return _checked(_plain(text))


def pattern_of(text: str) -> str | None:
    """Return a text with ``*`` for anything as a pattern; None when it cannot be one."""
    parts = re.split(r"(?<!\\)\*", text)
    plain = [part.replace("\\*", "*") for part in parts]
    if len(plain) == 1:
        return literal(plain[0])
    return _checked(".*".join(_plain(part) for part in plain))


def _plain(text: str) -> str:
    return re.sub(r"[\\.*+?{}()\[\]|^$/]", lambda found: "\\" + found[0], text)


def _checked(pattern: str) -> str | None:
    try:
        compiled(pattern, True)
    except BadPattern:
        return None
    return f"/{pattern}/"


def wildcards_of(pattern: str) -> str | None:
    """Return what `pattern_of` made a pattern of; None when it says more than ``*`` can."""
    parts = pattern.split(".*")
    plain = [re.sub(r"\\([^\w\s])", r"\1", part) for part in parts]
    if [_plain(part) for part in plain] != parts:
        return None
    return "*".join(part.replace("*", "\\*") for part in plain)


def fill_numeric(draft: Draft, ranges: Sequence[Range], unit: str = "") -> None:
    """Make `draft` a number."""
    draft.type = "numeric"
    for each in ranges:
        text = range_text(each.low, each.high)
        if text is None:
            draft.dropped(Message("The number %(text)s is too long.", text=str(each.low)[:40]),
                          line=each.line)  # fmt: skip
            continue
        draft.items.append(_accepted(draft, f"{text} {unit}".strip(), each))
    best_in_full(draft)


def number_of(text: str) -> Decimal | None:
    """Return the number that a file writes with a decimal point (or comma); None when it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None


def range_text(low: Decimal, high: Decimal) -> str | None:
    """Return accepted numbers as a line writes them; None when that is too long."""
    if low > high:
        low, high = high, low
    middle, by = (low + high) / 2, (high - low) / 2
    if not by:
        text = number_text(low)
    elif len(number_text(middle)) + len(number_text(by)) <= len(
        number_text(low) + number_text(high)
    ):
        text = f"{number_text(middle)} +- {number_text(by)}"
    else:
        text = f"{number_text(low)}..{number_text(high)}"
    return text if len(text) <= 40 else None


def number_text(number: Decimal) -> str:
    """Return a number that is read in one way only: three decimals alone look like thousands."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, point, decimals = text.partition(".")
    if point and len(decimals) == 3 and len(whole.lstrip("-")) <= 3:
        text += "0"
    return "0" if text in ("-0", "") else text


def fill_matching(draft: Draft, pairs: Sequence[tuple[str, str]]) -> None:
    """Make `draft` a matching of Markdown texts; an empty left side is a right side that nobody needs."""
    draft.type = "matching"
    for left, right in pairs:
        left, right = one_line(left), one_line(right)
        if right:
            draft.items.append(item("pair", left, other=right, line=draft.line))
        elif left:
            draft.dropped(Message("%(text)s has no partner.", text=left[:80]))


def typed_gap(answers: Sequence[Option], *, patterns: bool = False) -> str | None:
    """Return a gap to write in; None when nothing is right. With `patterns` ``/x/`` is one already."""
    best = max((answer.share for answer in answers), default=0)
    parts = [
        _gap_part(each.text if patterns else literal(" ".join(each.text.split())) or "", each.share if each.share < best else 100)
        for each in answers
        if each.text.strip() and each.share >= 0
    ]  # fmt: skip
    return f"{{{{= {' | '.join(parts)} }}}}" if parts and best > 0 else None


def choice_gap(draft: Draft, options: Sequence[Option]) -> str | None:
    """Return a gap to choose for; None when nothing is right."""
    best = max((option.share for option in options), default=0)
    parts, found = [], False
    for option in options:
        right = not found and option.share == best
        found = found or right
        if option.share < 0:
            draft.changed(Message("A wrong option of a gap costs nothing here."), line=option.line)
        share = min(99.0, max(0.0, option.share))
        parts.append(
            f"(x) {_gap_part(option.text, 100)}" if right else _gap_part(option.text, share or 100)
        )
    return f"{{{{ {' | '.join(parts)} }}}}" if best > 0 and len(parts) > 1 else None


def word_gap(word: str) -> str:
    """Return a gap for a word of the bank."""
    return f"{{{{* {_gap_part(word, 100)} }}}}"


def _gap_part(text: str, share: float) -> str:
    text = " ".join(text.split()).replace("|", "\\|").replace("}}", "} }").replace("{{", "{ {")
    return f"{text} {{{percent(share)}%}}" if share < 100 else text


def with_gaps(parts: Sequence[str], gaps: Sequence[str]) -> str:
    """Return a Markdown text with its gaps between its `parts`."""
    between = [*gaps[: len(parts) - 1], *[""] * (len(parts) - 1 - len(gaps)), ""]
    return "".join(part + gap for part, gap in zip(parts, between, strict=True))


def percent(share: float) -> str:
    """Return a share in percent as it stands in braces."""
    text = f"{share:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def name_of(text: str) -> str:
    """Return what a question without a name is called: its first words."""
    words = re.sub(r"[^\w\s-]", " ", re.sub(r"<[^>]*>|!?\[|\]\([^)]*\)", " ", text[:2000])).split()
    return " ".join(words[:6])[:60] or "soal"
