# SPDX-License-Identifier: Apache-2.0
"""GROUP BY: keys by name, place or alias, ROLLUP, CUBE and GROUPING SETS."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sluice.frame import errors
from sluice.frame.analysing import has_aggregate
from sluice.frame.compile import Scope
from sluice.frame.expr import Alias, Call, Expr, Literal, Name, PythonCall
from sluice.frame.functions.registry import AGGREGATE, lookup
from sluice.frame.nodes import Node
from sluice.frame.sql.grammar import exp

__all__ = ["Grouping", "grouping_of", "replaced"]


def replaced(expr: Expr, known: Mapping[str, Expr], scope: Scope) -> Expr:
    """Put expressions for names that no column has."""

    def change(each: Expr) -> Expr | None:
        if isinstance(each, Name) and each.parts[0].lower() in known and scope.named(each.parts) is None:
            found = known[each.parts[0].lower()]
            for part in each.parts[1:]:
                found = Call("getitem", (found, Literal(part)))
            return found
        return None

    return expr.transformed(change)


@dataclass(frozen=True)
class Grouping:
    """The keys, and what ROLLUP and its like make of their SQL."""

    keys: list[Expr]
    sets: Callable[[list[str]], str] | None = None

    def outside(self, expr: Expr, aliases: Mapping[str, Expr], scope: Scope) -> Expr:
        """Put what the select list calls by these names, but not inside of aggregates.

        A name of a key is the key; any other alias comes before a column, as HAVING and ORDER BY have it.
        """
        keys = {key.parts[-1].lower() for key in self.keys if isinstance(key, Name)}

        def change(each: Expr) -> Expr | None:
            if isinstance(each, Call):
                function = lookup(each.function)
                if function is not None and function.kind == AGGREGATE:
                    return replaced(each, aliases, scope)
            if isinstance(each, PythonCall) and each.function.aggregates:
                return each
            if isinstance(each, Name) and len(each.parts) == 1:
                name = each.parts[0].lower()
                if name in aliases and name not in keys:
                    return aliases[name]
            return None

        return expr.transformed(change)


def grouping_of(planner: Any, source: Node, chosen: list[Expr], clause: Any) -> Grouping:
    """The keys of a GROUP BY clause; none if there is no clause."""
    if clause is None:
        return Grouping([])
    plain = [each.child if isinstance(each, Alias) else each for each in chosen]
    if clause.args.get("all"):
        return Grouping([each for each in plain if not has_aggregate(each)])
    made = _Keys(planner, source, chosen, plain)
    parts: list[Callable[[list[str]], str]] = []
    for each in clause.expressions:
        parts.append(made.part(each))
    for word in ("rollup", "cube", "grouping_sets"):
        for each in clause.args.get(word) or ():
            if each is not True and each.expressions:
                # `GROUP BY a, b GROUPING SETS (...)`: the sets alone say what is grouped by.
                parts = [made.part(each)]
            else:
                count = len(parts)
                parts = [lambda by, word=word, count=count: f"{word.upper()} ({', '.join(by[:count])})"]  # type: ignore[misc]
                made.special = True
    if not made.special:
        return Grouping(made.keys)
    return Grouping(made.keys, lambda by: ", ".join(part(by) for part in parts))


class _Keys:
    """Collects keys, each once."""

    def __init__(self, planner: Any, source: Node, chosen: list[Expr], plain: list[Expr]) -> None:
        self._planner = planner
        self._scope = planner.planner.compiler(source).scope
        self._aliases = {
            each.names[0].lower(): each.child
            for each in chosen
            if isinstance(each, Alias) and len(each.names) == 1
        }
        self._plain = plain
        self.keys: list[Expr] = []
        self.special = False

    def part(self, node: Any) -> Callable[[list[str]], str]:
        """What makes SQL of one item of the clause, given the keys' SQL."""
        if isinstance(node, exp.Rollup | exp.Cube):
            self.special = True
            word = "ROLLUP" if isinstance(node, exp.Rollup) else "CUBE"
            inner = [self._several(each) for each in node.expressions]
            return lambda by: f"{word} ({', '.join(_bracketed(by, places) for places in inner)})"
        if isinstance(node, exp.GroupingSets):
            self.special = True
            sets = list(itertools.chain.from_iterable(self._sets(each) for each in node.expressions))
            return lambda by: "GROUPING SETS (" + ", ".join(each(by) for each in sets) + ")"
        (place,) = self._several(node) if not isinstance(node, exp.Tuple) else (self._key(node),)
        return lambda by: by[place]

    def _sets(self, node: Any) -> list[Callable[[list[str]], str]]:
        if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
            return [self.part(node)]
        places = self._several(node)
        return [lambda by: "(" + ", ".join(by[place] for place in places) + ")"]

    def _several(self, node: Any) -> list[int]:
        node = node.this if isinstance(node, exp.Paren) else node
        if isinstance(node, exp.Tuple):
            return [self._key(each) for each in node.expressions]
        return [self._key(node)]

    def _key(self, node: Any) -> int:
        expr = self._planner(node)
        if isinstance(expr, Literal) and type(expr.value) is int and expr.type is None:
            expr = self._by_place(expr.value)
        else:
            expr = replaced(expr, self._aliases, self._scope)
        if has_aggregate(expr):
            raise errors.analysis(
                "GROUP_BY_AGGREGATE",
                f"Aggregate functions are not allowed in GROUP BY, but found {expr.name()}. SQLSTATE: 42903",
            )
        if expr not in self.keys:
            self.keys.append(expr)
        return self.keys.index(expr)

    def _by_place(self, place: int) -> Expr:
        if not 1 <= place <= len(self._plain):
            raise errors.analysis(
                "GROUP_BY_POS_OUT_OF_RANGE",
                f"GROUP BY position {place} is not in select list (valid range is [1, {len(self._plain)}]). "
                "SQLSTATE: 42805",
            )
        found = self._plain[place - 1]
        if has_aggregate(found):
            raise errors.analysis(
                "GROUP_BY_POS_AGGREGATE",
                f"GROUP BY {place} refers to an expression {found.name()} that contains an aggregate function. "
                "Aggregate functions are not allowed in GROUP BY. SQLSTATE: 42903",
            )
        return found


def _bracketed(by: list[str], places: list[int]) -> str:
    texts = ", ".join(by[place] for place in places)
    return texts if len(places) == 1 else f"({texts})"
