"""LaTeX formulas to MathML, with the source as the text that a screen reader or an old browser gets."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

from learn.errors import LearnError, Message

MAX_FORMULA = 2_000
MAX_BRACES = 60

MATHML_TAGS = frozenset(
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle mpadded mphantom mfenced menclose "
    "msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd none".split()
)
_FORBIDDEN = re.compile(r"\\(?:href|url|class|cssId|style|unicode|def|newcommand|html\w*)\b")


class BadFormula(LearnError):
    """A formula that cannot be turned into MathML."""


def mathml(latex: str, *, display: bool) -> str:
    """Return the MathML of a formula; it is still to be sanitised with the page around it.

    Raises
    ------
    BadFormula
        A command is unknown or not allowed, a brace is missing, or the formula is too large.
    """
    latex = latex.strip()
    _check(latex)
    try:
        made = convert(latex, display="block" if display else "inline")
        root = ElementTree.fromstring(made)  # noqa: S314 (made by latex2mathml, no entities)
    except Exception as error:  # latex2mathml raises many kinds, all of them about the formula
        raise BadFormula(
            Message("The formula %(formula)s cannot be read; look at its braces.", formula=latex)
        ) from error
    for element in root.iter():
        _check_element(element, latex)
    return made.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def _check(latex: str) -> None:
    if len(latex) > MAX_FORMULA or latex.count("{") > MAX_BRACES * 4 or _depth(latex) > MAX_BRACES:
        raise BadFormula(Message("This formula is too large; divide it into several."))
    if _depth(latex, at_the_end=True) != 0:
        raise BadFormula(
            Message("In the formula %(formula)s the braces { and } do not match.", formula=latex)
        )
    if found := _FORBIDDEN.search(latex):
        raise BadFormula(
            Message("%(command)s is not allowed in a formula; take it out.", command=found[0])
        )


def _depth(latex: str, *, at_the_end: bool = False) -> int:
    depth = deepest = 0
    for sign in re.sub(r"\\.", "", latex):
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return depth if at_the_end else deepest


def _check_element(element: ElementTree.Element, latex: str) -> None:
    name = element.tag.rpartition("}")[2]
    if name not in MATHML_TAGS or "href" in element.attrib:
        raise BadFormula(
            Message("The formula %(formula)s holds something else than maths.", formula=latex)
        )
    text = element.text or ""
    if name in {"mi", "mo", "mn"} and "\\" in text and text not in {"\\", "\\\\"}:
        raise BadFormula(
            Message("%(command)s in the formula %(formula)s is not a command that Learn knows.",
                    command=text, formula=latex)
        )  # fmt: skip
