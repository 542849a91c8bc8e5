# SPDX-License-Identifier: Apache-2.0
"""Functions in Python in the condition of a join: computed on their side, or over the rows that were joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from sluice.frame import errors
from sluice.frame.compile import Scope
from sluice.frame.expr import Bound, Call, Expr, Name, PythonCall, outermost, walk
from sluice.frame.nodes import Node
from sluice.frame.pycalls import has_python
from sluice.frame.staging import unnamed

__all__ = ["computed_beside"]

#: Has functions computed beside a node's columns.
_Compute: TypeAlias = Callable[[Node, list[Expr]], tuple[Node, list[Expr]]]


def computed_beside(
    compute: _Compute, scope: Scope, left: Node, right: Node, kind: str, condition: Expr
) -> tuple[Node, Node, Expr | None, Expr | None]:
    """The sides with columns of their functions, the condition over them, and what to ask of the joined rows.

    Raises:
        AnalysisException: a function takes columns of both sides, and the join keeps rows without a match.
    """
    if not has_python(condition):
        return left, right, condition, None
    mine = {each.id for each in left.output}
    here: list[Expr] = []
    after: list[Expr] = []
    calls: dict[bool, list[Expr]] = {True: [], False: []}
    for part in _conjuncts(condition):
        found = list(outermost(part, _is_python))
        sides = [{id_ in mine for id_ in _columns(scope, call)} for call in found]
        if any(len(side) > 1 for side in sides):
            if kind != "INNER":
                raise errors.analysis(
                    "UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE",
                    f"The feature is not supported: Python UDF in the ON clause of a {kind} JOIN, over columns of "
                    "both sides. In case of an INNER JOIN consider rewriting to a CROSS JOIN with a WHERE clause. "
                    "SQLSTATE: 0A000",
                )
            after.append(part)
            continue
        here.append(part)
        for call, touched in zip(found, sides, strict=True):
            calls[True in touched or not touched].append(call)
    places: dict[int, Expr] = {}
    nodes = {True: left, False: right}
    for side, some in calls.items():
        if some:
            nodes[side], made = compute(nodes[side], some)
            places |= {id(call): unnamed(column) for call, column in zip(some, made, strict=True)}
    changed = [part.transformed(lambda each: places.get(id(each))) for part in here]
    return nodes[True], nodes[False], _all(changed), _all(after)


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Call) and expr.function == "and":
        for arg in expr.args:
            yield from _conjuncts(arg)
    else:
        yield expr


def _all(parts: list[Expr]) -> Expr | None:
    made = None
    for part in parts:
        made = part if made is None else Call("and", (made, part))
    return made


def _is_python(expr: Expr) -> bool:
    return isinstance(expr, PythonCall)


def _columns(scope: Scope, call: Expr) -> Iterator[int]:
    for each in walk(call):
        if isinstance(each, Bound):
            yield each.attribute.id
        elif isinstance(each, Name):
            found = scope.named(each.parts)
            if found is not None:
                yield found[0].id
