# SPDX-License-Identifier: Apache-2.0
"""PIVOT and UNPIVOT."""

from __future__ import annotations

from typing import Any

from sluice.frame.expr import Alias, Bound, Call, Case, Expr, Literal, Name, walk
from sluice.frame.grouped import _filtered
from sluice.frame.nodes import Node
from sluice.frame.sql.grammar import exp, refusal

__all__ = ["pivoted"]


def pivoted(planner: Any, source: Node, clause: Any) -> Node:
    """The rows of a table under a PIVOT or UNPIVOT clause.

    Raises:
        ParseException: it is of a form that is not here.
    """
    if len(clause.args.get("fields") or ()) != 1:
        raise refusal("PIVOT of this form", planner.text)
    return (
        _unpivot(planner, source, clause) if clause.args.get("unpivot") else _pivot(planner, source, clause)
    )


def _pivot(planner: Any, source: Node, clause: Any) -> Node:
    (field,) = clause.args["fields"]
    with planner.above(source):
        aggregates = [planner.column(each) for each in clause.expressions]
        keys = planner.all(field.this.expressions if isinstance(field.this, exp.Tuple) else [field.this])
        values = [_value(planner, each) for each in field.expressions]
    compiler = planner.planner.compiler(source)
    used = {
        compiler(each).text
        for expr in (*aggregates, *keys)
        for each in walk(expr)
        if isinstance(each, Name | Bound)
    }
    groups: list[Expr] = [Bound(each) for each in source.output if each.sql not in used]
    chosen: list[Expr] = []
    for wanted, name in values:
        here: Expr | None = None
        for key, value in zip(keys, wanted, strict=True):
            same = Call("<=>", (key, value))
            here = same if here is None else Call("and", (here, same))
        assert here is not None
        for each in aggregates:
            inner = each.child if isinstance(each, Alias) else each
            shown = name if len(aggregates) == 1 else f"{name}_{each.name()}"
            some = Call(">", (Call("count", (Literal(1),), where=here), Literal(0)))
            chosen.append(Alias(Case(((some, _filtered(inner, here)),)), (shown,)))
    made: Node = planner.planner.aggregate(source, groups, [*groups, *chosen])
    return made


def _value(planner: Any, node: Any) -> tuple[tuple[Expr, ...], str]:
    alias = None
    if isinstance(node, exp.PivotAlias | exp.Alias):
        alias, node = node.args["alias"].name, node.this
    values = planner.all(node.expressions if isinstance(node, exp.Tuple) else [node])
    names = ["null" if isinstance(each, Literal) and each.value is None else each.name() for each in values]
    name = names[0] if len(names) == 1 else "{" + ", ".join(names) + "}"
    return values, alias if alias is not None else name


def _unpivot(planner: Any, source: Node, clause: Any) -> Node:
    (field,) = clause.args["fields"]
    if len(clause.expressions) != 1 or not isinstance(clause.expressions[0], exp.Identifier):
        raise refusal("UNPIVOT of several values at once", planner.text)
    value, variable = clause.expressions[0].name, field.this.name
    names: list[str] = []
    chosen: list[Expr] = []
    with planner.above(source):
        for each in field.expressions:
            inner = each.this if isinstance(each, exp.PivotAlias | exp.Alias) else each
            expr = planner(inner)
            chosen.append(expr)
            names.append(expr.name() if inner is each else each.args["alias"].name)
    compiler = planner.planner.compiler(source)
    used = {compiler(each).text for each in chosen}
    keys: list[Expr] = [Bound(each) for each in source.output if each.sql not in used]
    nodes = [
        planner.planner.project(source, [*keys, Alias(Literal(name), (variable,)), Alias(each, (value,))])
        for name, each in zip(names, chosen, strict=True)
    ]
    made: Node = planner.planner.set_operation("UNION ALL", nodes) if len(nodes) > 1 else nodes[0]
    if not clause.args.get("include_nulls"):
        made = planner.planner.filter(made, Call("isnotnull", (Bound(made.output[-1]),)))
    return made
