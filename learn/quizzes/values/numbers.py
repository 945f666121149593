"""Numbers as people write them: 1.250,5 and 1,250.5, ranges, tolerances, units behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from learn.errors import Invalid, Message

NUMBER = r"[+\-\u2212]?(?:\d[\d.,\u00a0\u202f' ]*\d|\d)(?:[eE][+-]?\d{1,2})?"
_UNIT = r"(?:\s*(?P<unit>[^\W\d_%\u00b0][^\d=]{0,39}|[%\u00b0][^\d=]{0,39}))?"
_WRITTEN = re.compile(rf"(?:Rp\.?|IDR)?\s*(?P<number>{NUMBER}){_UNIT}", re.IGNORECASE)
_RANGE = re.compile(rf"(?P<low>{NUMBER})\s*\.\.\.?\s*(?P<high>{NUMBER}){_UNIT}")
_FIRST_UNIT = _UNIT.replace("<unit>", "<first>").replace(r"[^\d=]{0,39}", r"[^\d=+\u00b1]{0,39}")
_AROUND = re.compile(
    rf"(?P<middle>{NUMBER}){_FIRST_UNIT}\s*(?:\+-|\+/-|\u00b1)\s*(?P<by>{NUMBER}){_UNIT}"
)
_MEANT = re.compile(r"[+\-\u2212]?\d[\d.,]*\s*(?:[^\W\d]{1,20}\s*)?(?:\.\.(?!\.)|\+-|\+/-|\u00b1)")
_LONGEST = 60


class BadNumber(Invalid):
    """A number, range or tolerance that cannot be read."""


@dataclass(frozen=True)
class Accepted:
    """The numbers from `low` to `high`, both of them included, and the unit that was written."""

    low: Decimal
    high: Decimal
    unit: str = ""


def looks_numeric(text: str) -> bool:
    """Whether `text` is a number, range or tolerance, or is meant to be one."""
    text = text.strip()
    return len(text) <= _LONGEST and bool(
        _MEANT.match(text) or _WRITTEN.fullmatch(text) or _AROUND.fullmatch(text)
    )


def accepted_numbers(text: str) -> Accepted:
    """Return what an author's line accepts: ``20``, ``20 JP``, ``18..22``, ``20 +- 1`` or ``20 +- 5%``.

    A percentage behind the tolerance is a share of the number, unless the number is one of percent itself.

    Raises
    ------
    BadNumber
        It is none of these, runs backwards, or could be two numbers (1.500).
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise BadNumber(Message("%(text)s is too long for a number.", text=text[:_LONGEST]))
    if found := _RANGE.fullmatch(text):
        low, high = the_number(found["low"]), the_number(found["high"])
        if low > high:
            raise BadNumber(
                Message(
                    "The range %(text)s runs backwards; write the smaller number first.", text=text
                )
            )
        return Accepted(low, high, _unit(found["unit"]))
    if found := _AROUND.fullmatch(text):
        return _around(text, found)
    if found := _WRITTEN.fullmatch(text):
        number = the_number(found["number"])
        return Accepted(number, number, _unit(found["unit"]))
    raise BadNumber(
        Message(
            "%(text)s is not a number; write 20, 20 JP, 18..22, 20 +- 1 or 20 +- 5%%.", text=text
        )
    )


def _around(text: str, found: re.Match[str]) -> Accepted:
    middle, by = the_number(found["middle"]), the_number(found["by"])
    if by < 0:
        raise BadNumber(Message("The tolerance in %(text)s is negative.", text=text))
    first, last = _unit(found["first"]), _unit(found["unit"])
    if last == "%" and first != "%":
        by, last = abs(middle) * by / 100, first
    elif first and last and first != last:
        message = Message("The number and its tolerance in %(text)s differ in unit.", text=text)
        raise BadNumber(message)
    return Accepted(middle - by, middle + by, last or first)


def the_number(text: str) -> Decimal:
    """Return the one number that `text` can mean."""
    values = readings(text)
    if len(values) != 1:
        raise BadNumber(
            Message(
                "%(text)s can be read as two numbers; write it without dots or commas between thousands.",
                text=text,
            ),
        )
    return values[0]


def written_number(text: str) -> tuple[list[Decimal], str]:
    """Return what a learner's text can mean, and the unit behind it; no meaning when it is no number."""
    text = text.strip()
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    return (readings(found["number"]), _unit(found["unit"])) if found else ([], "")


def readings(text: str) -> list[Decimal]:
    """Return every number that `text` can mean: 1.500 may be 1500 or 1.5, 1.500,25 only one."""
    text = re.sub(r"[\u00a0\u202f' ]", "", text).replace("\u2212", "-")
    whole, exponent = re.fullmatch(r"([^eE]*)(.*)", text).groups()  # type: ignore[union-attr]
    found = []
    for thousands, point in ((".", ","), (",", ".")):
        grouped = re.escape(thousands)
        shape = rf"[+-]?(?:\d{{1,3}}(?:{grouped}\d{{3}})+|\d+)(?:{re.escape(point)}\d+)?"
        if re.fullmatch(shape, whole):
            plain = whole.replace(thousands, "").replace(point, ".")
            found.append(Decimal(plain + exponent))
    return list(dict.fromkeys(found))


def same_unit(written: str, units: list[str]) -> bool:
    """Whether a learner's unit goes with the author's `units`; none written or none asked always does."""
    if not written or not any(units):
        return True
    return any(unit and unit.split()[0] == written.split()[0] for unit in units)


def _unit(text: str | None) -> str:
    return (text or "").strip().rstrip(".").casefold()
