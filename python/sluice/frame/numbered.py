# SPDX-License-Identifier: Apache-2.0
"""Functions that depend on a row's number: columns of their own where SQL takes no window functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute, Bound, Call, Expr, Window, outermost, walk
from sluice.frame.nodes import Node, beside

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = ["numbered", "windowed"]

#: Functions, and how many arguments they have where a seed is among them.
_BY_NUMBER = {
    "rand": 1,
    "random": 1,
    "randn": 1,
    "uniform": 3,
    "randstr": 2,
    "monotonically_increasing_id": 0,
}


def numbered(compiler: Compiler, node: Node, exprs: Sequence[Expr]) -> tuple[Node, list[Expr]]:
    """Have such functions computed below expressions, in which they become columns."""
    found = {id(each): each for expr in exprs for each in walk(expr) if _by_number(each)}
    return _below(compiler, node, exprs, list(found.values()))


def windowed(
    compilers: Callable[[Node], Compiler], node: Node, exprs: Sequence[Expr]
) -> tuple[Node, list[Expr]]:
    """Have what depends on rows' numbers computed below the windows that use it: windows in windows, too."""
    inner: dict[int, Expr] = {}
    for expr in exprs:
        for each in walk(expr):
            if isinstance(each, Window):
                parts = (*each.function.children(), *each.children()[1:])
                inner.update(
                    (id(found), found) for part in parts for found in outermost(part, _takes_numbers)
                )
    if not inner:
        return node, list(exprs)
    found = list(inner.values())
    # Windows in those come first.
    below, changed = windowed(compilers, node, found)
    return _below(compilers(below), below, exprs, found, changed)


def _takes_numbers(expr: Expr) -> bool:
    return isinstance(expr, Window) or _by_number(expr)


def _by_number(expr: Expr) -> bool:
    return isinstance(expr, Call) and len(expr.args) == _BY_NUMBER.get(expr.function, -1)


def _below(
    compiler: Compiler,
    node: Node,
    exprs: Sequence[Expr],
    found: Sequence[Expr],
    changed: Sequence[Expr] | None = None,
) -> tuple[Node, list[Expr]]:
    """Compute some parts of expressions, which may have changed since, in columns of their own."""
    if not found:
        return node, list(exprs)
    made = {}
    columns = []
    for each, now in zip(found, changed or found, strict=True):
        sql = compiler(now)
        made[id(each)] = Attribute(each.name(), sql.type, sql.nullable)
        columns.append((made[id(each)], sql.text))
    below = beside(node, columns, compiler.subplans())

    def change(expr: Expr) -> Expr | None:
        return Bound(made[id(expr)]) if id(expr) in made else None

    return below, [expr.transformed(change) for expr in exprs]
