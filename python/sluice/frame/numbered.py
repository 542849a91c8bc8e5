# SPDX-License-Identifier: Apache-2.0
"""Functions that depend on a row's number: columns of their own where SQL takes no window functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sluice.frame.expr import Attribute, Bound, Call, Expr, walk
from sluice.frame.nodes import Node, Project

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler

__all__ = ["numbered"]

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
    found = {
        id(each): each
        for expr in exprs
        for each in walk(expr)
        if isinstance(each, Call) and len(each.args) == _BY_NUMBER.get(each.function, -1)
    }
    if not found:
        return node, list(exprs)
    made = {}
    texts = []
    for key, call in found.items():
        sql = compiler(call)
        made[key] = Attribute(call.name(), sql.type, sql.nullable)
        texts.append(sql.text)
    below = Project((*node.output, *made.values()), node, (*(each.sql for each in node.output), *texts))

    def change(expr: Expr) -> Expr | None:
        return Bound(made[id(expr)]) if id(expr) in made else None

    return below, [expr.transformed(change) for expr in exprs]
