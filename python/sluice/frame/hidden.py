# SPDX-License-Identifier: Apache-2.0
"""Columns that a join by names leaves out, and that are still there for who asks: `b.k`, `b.*`, `other.k`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sluice.frame.expr import VEIL, Alias, Attribute, Bound, Expr, Name
from sluice.frame.nodes import Cached, Distinct, Filter, Generate, Join, Limit, Node, Project, Python, Sort
from sluice.frame.partitioned import Partitioned
from sluice.pyspark.captured import AnalysisException

__all__ = ["hidden_of", "revealed", "unveiled"]

#: What passes on the columns of its child.
_THROUGH = (Cached, Distinct, Filter, Generate, Limit, Partitioned, Project, Python, Sort)


def hidden_of(node: Node) -> tuple[Attribute, ...]:
    """The columns of joins below that are not in a node's output."""
    have = {each.id for each in node.output}
    return tuple({each.id: each for each in _below(node) if each.id not in have}.values())


def _below(node: Node) -> tuple[Attribute, ...]:
    if isinstance(node, Join):
        right = () if node.kind in ("SEMI", "ANTI") else _below(node.right)
        return (*_below(node.left), *right)
    if not isinstance(node, _THROUGH) or (isinstance(node, Distinct) and not node.keys):
        return ()
    return (*(node.hidden if isinstance(node, Project) else ()), *_below(node.child))


def revealed(node: Node, scope: Any, exprs: Sequence[Expr]) -> tuple[Node, list[Expr]]:
    """A node with the hidden columns that expressions speak of in front, and the expressions over it."""
    hidden = hidden_of(node)
    if not hidden:
        return node, list(exprs)
    ids = {each.id: each for each in hidden}
    wanted: dict[int, Attribute] = {}

    def change(expr: Expr) -> Expr | None:
        if isinstance(expr, Bound) and expr.attribute.id in ids:
            wanted[expr.attribute.id] = ids[expr.attribute.id]
        if isinstance(expr, Name) and len(expr.parts) == 2:
            found = _named(expr.parts, hidden, scope)
            if found is not None:
                wanted[found.id] = found
                return Bound(found)
        return None

    changed = [_as_written(expr, expr.transformed(change)) for expr in exprs]
    if not wanted:
        return node, list(exprs)
    return _with(node, {id_: _veiled(each) for id_, each in wanted.items()}), changed


def _as_written(expr: Expr, found: Expr) -> Expr:
    """A column under the name in the letters of who names it."""
    if isinstance(expr, Name) and isinstance(found, Bound) and found.attribute.name != expr.parts[-1]:
        return Alias(found, expr.parts[-1:])
    return found


def _named(parts: tuple[str, ...], hidden: Sequence[Attribute], scope: Any) -> Attribute | None:
    try:
        if scope.named(parts) is not None:
            return None
    except AnalysisException:
        return None
    first, name = map(scope.folded, parts)
    found = [
        each
        for each in hidden
        if scope.folded(each.name) == name and first in map(scope.folded, each.qualifiers)
    ]
    return found[0] if len(found) == 1 else None


def unveiled(attribute: Attribute) -> Attribute:
    """A column under the name that the program knows."""
    if not attribute.name.startswith(VEIL):
        return attribute
    return dataclasses.replace(attribute, name=attribute.name.removeprefix(VEIL))


def _veiled(attribute: Attribute) -> Attribute:
    return dataclasses.replace(attribute, name=f"{VEIL}{attribute.name}", qualifiers=())


def _with(node: Node, wanted: dict[int, Attribute]) -> Node:
    """A node with hidden columns of its own in front."""
    have = {each.id for each in node.output}
    wanted = {id_: each for id_, each in wanted.items() if id_ not in have}
    if not wanted:
        return node
    if isinstance(node, Cached):
        # What is kept has them not.
        return _with(node.child, wanted)
    if isinstance(node, Join):
        output = (*wanted.values(), *node.output)
        mine = {each.id for each in (*node.left.output, *_below(node.left))}
        left = _with(node.left, {id_: each for id_, each in wanted.items() if id_ in mine})
        right = _with(node.right, {id_: each for id_, each in wanted.items() if id_ not in mine})
        return dataclasses.replace(node, output=output, left=left, right=right)
    assert isinstance(node, _THROUGH)
    return node.passing_on(tuple(wanted.values()), _with(node.child, wanted))
