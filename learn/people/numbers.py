"""Employee numbers: NIP (PNS) and NI PPPK, 18 digits without a check digit.

Source: Perka BKN 22/2007 and 43/2007 for the NIP; a NI PPPK has the number of the work agreement
where a NIP has the month of appointment.  A number can change with a new contract, and is never
reissued for a corrected birth date: it identifies nobody for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from learn.errors import Invalid, Message

EIGHTEEN_DIGITS = re.compile(r"[0-9]{18}")
FIRST_YEAR = 1940
USUAL_AGES, POSSIBLE_AGES = range(17, 61), range(15, 71)


class Kind(StrEnum):
    """What an employee is, as far as the number tells (CPNS have a NIP too)."""

    PNS = "PNS"
    PPPK = "PPPK"


class Sex(StrEnum):
    """Digit 15 of the number."""

    MALE = "male"
    FEMALE = "female"


class InvalidNumber(Invalid):
    """The text is no employee number; `problems` holds everything that is wrong with it."""

    code = "invalid-number"

    def __init__(self, problems: tuple[Message, ...]) -> None:
        super().__init__(problems[0])
        self.problems = problems


@dataclass(frozen=True)
class EmployeeNumber:
    """A valid number and what it says; printed masked, so that no log holds it whole.

    `month` is the month of appointment (PNS), `agreement` the number of the work agreement (PPPK).
    """

    digits: str
    kind: Kind
    born: date
    sex: Sex
    year: int
    month: int | None = None
    agreement: int | None = None
    warnings: tuple[Message, ...] = ()

    def __str__(self) -> str:
        return mask(self)

    def __repr__(self) -> str:
        return f"EmployeeNumber({mask(self)})"


def parse_number(text: str, *, today: date, kind: Kind | None = None) -> EmployeeNumber:
    """Return the employee number that the text holds; spaces and dots do not matter.

    Parameters
    ----------
    text
        What somebody typed or a file holds.
    today
        The local date: nobody is born after it, or appointed after the year that follows.
    kind
        What a trusted HR import says; digits 13-14 are then taken as they are.

    Raises
    ------
    InvalidNumber
        With every problem; none of them quotes the number.
    """
    digits = re.sub(r"[\s.]", "", text)
    if not EIGHTEEN_DIGITS.fullmatch(digits):
        raise InvalidNumber((Message("An employee number (NIP) must be 18 digits."),))
    born, year, middle = _birth(digits, today), int(digits[8:12]), int(digits[12:14])
    found = kind or _kind(middle)
    sex = {"1": Sex.MALE, "2": Sex.FEMALE}.get(digits[14])
    problems = tuple(_problems(digits, born, today, found, sex))
    if problems or born is None or found is None or sex is None:
        raise InvalidNumber(problems)
    return EmployeeNumber(
        digits=digits,
        kind=found,
        born=born,
        sex=sex,
        year=year,
        month=middle if found is Kind.PNS and 1 <= middle <= 12 else None,
        agreement=middle if found is Kind.PPPK else None,
        warnings=_warnings(year - born.year, kind, _kind(middle)),
    )


def differences(
    number: EmployeeNumber, *, born: date | None = None, sex: Sex | None = None
) -> tuple[Message, ...]:
    """Return warnings where the HR record says otherwise than the number (both may be right)."""
    found = []
    if born is not None and born != number.born:
        found.append(Message("The birth date differs from the one in the employee number."))
    if sex is not None and sex != number.sex:
        found.append(Message("The sex differs from the one in the employee number."))
    return tuple(found)


def display(number: EmployeeNumber | str) -> str:
    """Return the number in its usual groups: 19900101 201503 1 999."""
    digits = _digits(number)
    if not EIGHTEEN_DIGITS.fullmatch(digits):
        return digits
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


def mask(number: EmployeeNumber | str) -> str:
    """Return the number with all but its first and last four signs hidden, for logs and lists."""
    digits = _digits(number)
    if len(digits) <= 12:
        return "*" * len(digits)
    return digits[:4] + "*" * (len(digits) - 8) + digits[-4:]


def _digits(number: EmployeeNumber | str) -> str:
    return number.digits if isinstance(number, EmployeeNumber) else number


def _birth(digits: str, today: date) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return born if born <= today else None


def _kind(middle: int) -> Kind | None:
    if 1 <= middle <= 12:
        return Kind.PNS
    return Kind.PPPK if middle >= 21 else None


def _problems(
    digits: str, born: date | None, today: date, kind: Kind | None, sex: Sex | None
) -> Iterator[Message]:
    if born is None:
        yield Message(
            "The birth date in the employee number (digits 1-8) must be a real date, not in the future."
        )
    yield from _year_problems(int(digits[8:12]), born, today)
    if kind is None:
        yield Message(
            "Digits 13-14 of the employee number must be a month 01-12 (PNS) or an agreement 21-99 (PPPK)."
        )
    if sex is None:
        yield Message("Digit 15 of the employee number must be 1 (male) or 2 (female).")
    if digits[15:] == "000":
        yield Message("The serial in the employee number (digits 16-18) starts from 001.")


def _year_problems(year: int, born: date | None, today: date) -> Iterator[Message]:
    if not FIRST_YEAR <= year <= today.year + 1:
        yield Message(
            "The year of appointment in the employee number (digits 9-12) must be from %(first)s to %(last)s.",
            first=FIRST_YEAR,
            last=today.year + 1,
        )
    elif born is not None and year - born.year not in POSSIBLE_AGES:
        yield Message("By the employee number, the age at appointment is not between 15 and 70.")


def _warnings(age: int, told: Kind | None, read: Kind | None) -> tuple[Message, ...]:
    found = []
    if age not in USUAL_AGES:
        found.append(
            Message("The age at appointment is unusual by the employee number: %(age)s.", age=age)
        )
    if told is not None and told is not read:
        found.append(
            Message(
                "Digits 13-14 of the employee number are unusual for %(kind)s.", kind=told.value
            )
        )
    return tuple(found)
