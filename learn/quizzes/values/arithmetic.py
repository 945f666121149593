"""Formulas of calculated questions: plain arithmetic on decimal numbers, and nothing else.

Allowed are ``+ - * / // % **``, parentheses, names, ``min max abs round floor ceil sqrt``; in conditions also
comparisons, ``and``, ``or``, ``not``.  A formula has no way to anything outside its own numbers, and its size,
its exponents and its results are bounded.
"""

from __future__ import annotations

import ast
import decimal
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

from learn.errors import Invalid, Message

LONGEST, MOST_NODES, DEEPEST = 200, 120, 30
MOST_EXPONENT = 100
LARGEST = Decimal("1e30")
Values = Mapping[str, Decimal]

_SIGNS = re.compile(r"[A-Za-z0-9_ .,()<>=!+\-*/%]*")
_NO_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?:[\d.]+[A-Za-z_]|[\d.]{16,}|[\d.]*\.[\d.]*\.)")
_CONTEXT = decimal.Context(
    prec=34, Emin=-999, Emax=999,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)  # fmt: skip


class BadFormula(Invalid):
    """A text that is no formula."""


class NoValue(Invalid):
    """A formula has no value for some numbers: it divides by zero, or grows too large."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read: what it is made of, and the names that stand in it."""

    tree: ast.expr
    names: frozenset[str]

    def value(self, values: Values) -> Decimal:
        """Return what it comes to with these numbers.

        Raises
        ------
        NoValue
            There is no such number.
        """
        return _number(self.tree, values)

    def holds(self, values: Values) -> bool:
        """Return whether a condition is met with these numbers."""
        return _holds(self.tree, values)


@lru_cache(maxsize=2048)
def formula(text: str, *, condition: bool = False) -> Formula:
    """Return the formula that `text` says; or the condition, such as ``n > m and n % 2 == 0``.

    Raises
    ------
    BadFormula
        It is none; the message says what is wrong.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise BadFormula(Message("A formula has 1 to %(most)s characters.", most=LONGEST))
    if not _SIGNS.fullmatch(text) or _NO_NUMBER.search(text):
        raise _unreadable(text)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _unreadable(text) from None
    if sum(1 for _node in ast.walk(tree)) > MOST_NODES:
        raise BadFormula(Message("This formula is too long; use parameters for its parts."))
    names: set[str] = set()
    _check(tree, names, condition=condition, depth=0)
    return Formula(tree, frozenset(names))


def is_name(text: str) -> bool:
    """Whether a parameter can be called so."""
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,23}", text)) and not (
        text in FUNCTIONS or keyword.iskeyword(text)
    )


def _unreadable(text: str) -> BadFormula:
    return BadFormula(
        Message(
            "%(text)s is no formula; write + - * / // %% ** ( ) and numbers with a point, as in n * 45 / 60.",
            text=text,
        )
    )


def _check(node: ast.expr, names: set[str], *, condition: bool, depth: int) -> None:
    """Note the names in a formula, and refuse what is not arithmetic."""
    if depth > DEEPEST:
        raise BadFormula(
            Message("This formula is nested too deeply; use parameters for its parts.")
        )
    if condition:
        parts = [(part, not isinstance(node, ast.Compare)) for part in _compared(node)]
    else:
        parts = [(part, False) for part in _computed(node)]
    for part, is_condition in parts:
        _check(part, names, condition=is_condition, depth=depth + 1)
    if isinstance(node, ast.Name):
        names.add(node.id)


def _compared(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a condition."""
    match node:
        case ast.BoolOp(values=parts):
            return parts
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return [part]
        case ast.Compare(left=left, ops=ops, comparators=parts) if {*map(type, ops)} <= {*_COMPARE}:
            return [left, *parts]
    raise BadFormula(Message("A condition compares numbers, as in n > m."))


def _computed(node: ast.expr) -> list[ast.expr]:
    """Return the parts of a formula."""
    match node:
        case ast.BinOp(left=left, right=right) if type(node.op) in _TWO:
            return [left, right]
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=part):
            return [part]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in FUNCTIONS:
            least, most = FUNCTIONS[name][1:]
            if least <= len(parts) <= most:
                return parts
        case ast.Name():
            return []
        case ast.Constant(value=value) if type(value) in (int, float):
            return []
    raise _unreadable(ast.unparse(node))


def _number(node: ast.expr, values: Values) -> Decimal:
    try:
        found = _plain(node, values)
    except decimal.DivisionByZero:
        raise NoValue(Message("it divides by zero")) from None
    except (decimal.InvalidOperation, decimal.Overflow):
        raise NoValue(Message("there is no such number")) from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise NoValue(Message("the number grows too large"))
    return found


def _plain(node: ast.expr, values: Values) -> Decimal:
    match node:
        case ast.Constant():
            return Decimal(repr(node.value))
        case ast.Name():
            return values[node.id]
        case ast.UnaryOp():
            inner = _number(node.operand, values)
            return _CONTEXT.minus(inner) if isinstance(node.op, ast.USub) else inner
        case ast.BinOp():
            return _TWO[type(node.op)](_number(node.left, values), _number(node.right, values))
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name][0](*(_number(part, values) for part in node.args))
    raise BadFormula(
        Message("This formula cannot be computed.")
    )  # `_check` lets nothing else through


def _holds(node: ast.expr, values: Values) -> bool:
    match node:
        case ast.BoolOp():
            every = isinstance(node.op, ast.And)
            return (all if every else any)(_holds(part, values) for part in node.values)
        case ast.UnaryOp():
            return not _holds(node.operand, values)
        case ast.Compare():
            numbers = [_number(part, values) for part in (node.left, *node.comparators)]
            return all(
                _COMPARE[type(operator)](numbers[at], numbers[at + 1])
                for at, operator in enumerate(node.ops)
            )
    raise BadFormula(Message("This condition cannot be computed."))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MOST_EXPONENT:
        raise NoValue(Message("the exponent is larger than %(most)s", most=MOST_EXPONENT))
    return _CONTEXT.power(base, exponent)


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR)


def _floor_divide(a: Decimal, b: Decimal) -> Decimal:
    return _floor(_CONTEXT.divide(a, b))


def _modulo(a: Decimal, b: Decimal) -> Decimal:
    """Return what is left of `a` when it is divided by `b` without decimals; it has the sign of `b`."""
    return _CONTEXT.subtract(a, _CONTEXT.multiply(b, _floor_divide(a, b)))


def rounded(number: Decimal, places: Decimal | int = 0) -> Decimal:
    """Return `number` with so many decimals; a half is rounded away from zero, as at school."""
    if places != int(places) or not 0 <= places <= 12:
        raise NoValue(Message("it rounds to other than 0 to 12 decimals"))
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, context=_CONTEXT)


FUNCTIONS: Mapping[str, tuple[Callable[..., Decimal], int, int]] = {
    "min": (min, 1, 10),
    "max": (max, 1, 10),
    "abs": (_CONTEXT.abs, 1, 1),
    "round": (rounded, 1, 2),
    "floor": (_floor, 1, 1),
    "ceil": (lambda number: number.to_integral_value(ROUND_CEILING), 1, 1),
    "sqrt": (_CONTEXT.sqrt, 1, 1),
}
"""By name: what computes it, and how many numbers it takes at least and at most."""

_TWO: Mapping[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _CONTEXT.add,
    ast.Sub: _CONTEXT.subtract,
    ast.Mult: _CONTEXT.multiply,
    ast.Div: _CONTEXT.divide,
    ast.FloorDiv: _floor_divide,
    ast.Mod: _modulo,
    ast.Pow: _power,
}
_COMPARE: Mapping[type, Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
