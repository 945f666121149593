"""Formulas of Moodle's calculated questions and ours: the same arithmetic in two spellings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

from learn.quizzes.values.arithmetic import BadFormula, formula, is_name

WILD = re.compile(r"\{\s*([A-Za-z][\w ]{0,30})\s*\}")
_LONGEST = 300


def name_of_wild(text: str) -> str | None:
    """Return the name that a wild card ``{a}`` has here; None when it can have none."""
    plain = re.sub(r"\W+", "_", text.strip())
    return plain if is_name(plain) else None


def ours(text: str) -> str | None:
    """Return a formula of Moodle such as ``pow({a},2)/{b}`` in our spelling; None when it is none here."""
    if len(text) > _LONGEST or any(name_of_wild(found) is None for found in WILD.findall(text)):
        return None
    plain = WILD.sub(lambda found: name_of_wild(found[1]) or "", text).replace(
        "pi()", "3.14159265358979"
    )
    made = _rewritten(plain.strip(), _Ours().visit)
    if made is None:
        return None
    try:
        formula(made)
    except BadFormula:
        return None
    return made


def theirs(text: str, places: Mapping[str, str]) -> str | None:
    """Return a formula of ours in Moodle's spelling, each name as `places` says; None when it has none."""
    return _rewritten(text, _Theirs(places).visit, "{{{}}}")


def _rewritten(
    text: str, change: Callable[[ast.expr], ast.expr | None], wild: str = ""
) -> str | None:
    try:
        tree = change(ast.parse(text, mode="eval").body)
        written = ast.unparse(tree) if tree is not None else None
    except (SyntaxError, ValueError, RecursionError, MemoryError, _NoEqual):
        return None
    return re.sub(r"_wild_(\w+?)_dliw_", r"{\1}", written) if written and wild else written


class _NoEqual(Exception):
    """A part of a formula has no equal over there."""


class _Ours(ast.NodeTransformer):
    """``pow(a, b)`` is ``a ** b`` here, ``fmod`` is ``%``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        operator = {"pow": ast.Pow, "fmod": ast.Mod}.get(name)
        if operator and len(node.args) == 2 and not node.keywords:
            return ast.BinOp(node.args[0], operator(), node.args[1])
        return node


class _Theirs(ast.NodeTransformer):
    """Names stand in braces over there, powers are ``pow(a, b)``."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self.places = places

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow):
            return _call("pow", node.left, node.right)
        if isinstance(node.op, ast.Mod):
            return _call("fmod", node.left, node.right)
        if isinstance(node.op, ast.FloorDiv):
            return _call("floor", ast.BinOp(node.left, ast.Div(), node.right))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(part) for part in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.places:
            raise _NoEqual
        return ast.Name(f"_wild_{self.places[node.id]}_dliw_")


def _call(name: str, *parts: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), list(parts), [])
