# SPDX-License-Identifier: Apache-2.0
"""Which file a row is of: a column that is led from the files up to the step that asks for it.

As in PySpark a row knows its file until rows of several files meet: behind an order, a group or a join the name is ''.
"""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Sequence

from sluice.frame.expr import Attribute, Bound, Call, Expr
from sluice.frame.names import sql_text
from sluice.frame.nodes import (
    Filter,
    Generate,
    Limit,
    Node,
    Project,
    Requalified,
    Sample,
    Scan,
    SetOperation,
    beside,
)
from sluice.frame.sources.csvlines import Strict
from sluice.frame.sources.lines import Lines
from sluice.frame.types import StringType

__all__ = ["files_of_plan", "located"]

_FUNCTION = "input_file_name"


def files_of_plan(node: Node) -> list[str]:
    """The files that a plan reads, as addresses."""
    found: dict[str, None] = {}
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Scan | Lines):
            found.update(dict.fromkeys(map(_address, each.files)))
        waiting.extend(each.inputs())
    return list(found)


def located(node: Node, exprs: Sequence[Expr]) -> tuple[Node, list[Expr]]:
    """Have `input_file_name()` in expressions become a column of the node, if its rows know their file."""
    made = Attribute("input_file_name()", StringType(), False)
    below = _with_file(node, made)
    if below is None:
        return node, list(exprs)
    return below, [expr.transformed(lambda each: Bound(made) if _asks(each) else None) for expr in exprs]


def _asks(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function == _FUNCTION and not expr.args


def _with_file(node: Node, made: Attribute) -> Node | None:
    """The node with a column more; None where rows know no file."""
    output = (*node.output, made)
    if isinstance(node, Scan):
        if not node.file:
            return None
        return dataclasses.replace(
            node, output=output, columns=(*node.columns, _address_of(node.file, node.files))
        )
    if isinstance(node, Lines):
        addresses = ", ".join(sql_text(_address(each)) for each in node.files)
        text = f"CAST([{addresses}] AS VARCHAR[])[{node.output[1].sql} + 1]"
        return beside(node, [(made, text)])
    if isinstance(node, SetOperation):
        return _united(node, made) if node.kind == "UNION ALL" else None
    if isinstance(node, Strict):
        inner = _with_file(node.made, made)
        if not isinstance(inner, Project):
            return None
        return dataclasses.replace(node, output=inner.output, made=inner)
    if not isinstance(node, Project | Filter | Requalified | Limit | Sample | Generate):
        return None
    child = _with_file(node.child, made)
    return None if child is None else node.passing_on((made,), child)


def _united(node: SetOperation, made: Attribute) -> Node | None:
    children = []
    for child in node.children:
        own = Attribute(made.name, made.type, made.nullable)
        below = _with_file(child, own)
        texts = tuple(each.sql for each in child.output)
        children.append(Project((*child.output, own), below or child, (*texts, own.sql if below else "''")))
    if all(child.texts[-1] == "''" for child in children):
        return None
    return dataclasses.replace(node, output=(*node.output, made), children=tuple(children))


def _address(path: str) -> str:
    return "file://" + urllib.parse.quote(path, safe="/:=@!$&'()*+,;~")


def _address_of(path: str, paths: Sequence[str]) -> str:
    """SQL for the address of one of some paths."""
    if all(_address(each) == f"file://{each}" for each in paths):
        return f"'file://' || {path}"
    known = ", ".join(map(sql_text, paths))
    return f"[{', '.join(sql_text(_address(each)) for each in paths)}][list_position([{known}], {path})]"
