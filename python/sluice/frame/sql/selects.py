# SPDX-License-Identifier: Apache-2.0
"""Queries of SQL as plans: SELECT with its clauses, set operations, common table expressions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sluice.frame import errors
from sluice.frame.analysing import has_aggregate
from sluice.frame.compile import Scope
from sluice.frame.expr import Alias, Bound, Cast, Expr, Literal, Name, SortOrder, Star, Subquery, new_id
from sluice.frame.nodes import Distinct, Limit, Node, Recursive, Requalified, Scan, fresh
from sluice.frame.sql.expressions import ExceptStar
from sluice.frame.sql.grammar import exp, refusal
from sluice.frame.sql.grouping import Grouping, grouping_of, replaced
from sluice.frame.sql.tables import Tables

__all__ = ["Selects"]

_SELECT = frozenset(
    (
        "expressions",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "windows",
        "order",
        "sort",
        "cluster",
    )
) | {"distribute", "limit", "offset", "distinct", "hint", "with_", "sample", "qualify"}
_SETS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


class Selects(Tables):
    """Plans queries; one object for each query and each query inside it."""

    def inner(self, outer: Scope | None) -> Selects:
        """A planner for a query inside this one."""
        made = Selects(self.text, self.session, self._parameters, self.tables, outer, self.used)
        made._functions = self._functions
        made._places = self._places
        return made

    def plan(self, query: Any) -> Node:
        here = self.over
        outer = Scope(here.output, self.outer) if here is not None else self.outer
        inner = self.inner(outer)
        node = inner.query(query)
        self._places = inner._places
        return node

    @contextmanager
    def above(self, node: Node) -> Iterator[None]:
        """What is translated inside is about the columns of a node."""
        before, self.over = self.over, node
        try:
            yield
        finally:
            self.over = before

    def query(self, node: Any) -> Node:
        """Plan a query."""
        if node.args.get("with_") is not None:
            self._common(node.args["with_"])
        if isinstance(node, exp.Subquery):
            if node.args.get("alias") is not None or node.args.get("pivots"):
                made = self.table(node)
            else:
                made = self.inner(self.outer).query(node.this)
            return self._ordered_and_cut(node, made)
        if isinstance(node, exp.Values):
            return self._ordered_and_cut(node, self.values(node))
        if isinstance(node, exp.Table):
            return self.table(node)
        for kind, word in _SETS.items():
            if isinstance(node, kind):
                return self._ordered_and_cut(node, self._set_operation(node, word))
        if not isinstance(node, exp.Select):
            raise refusal(f"the statement {type(node).__name__.upper()}", self.text)
        return self._select_node(node)

    def _common(self, node: Any) -> None:
        self.tables = dict(self.tables)
        for each in node.expressions:
            alias = each.args["alias"]
            names = [column.name for column in alias.args.get("columns") or ()]
            if node.args.get("recursive") and isinstance(each.this, exp.Union):
                made = self._recursive(each.this, alias.name, names)
            else:
                made = self.inner(self.outer).query(each.this)
            self.tables[alias.name.lower()] = self.renamed(made, names, alias.name)

    def _recursive(self, node: Any, name: str, names: list[str]) -> Node:
        """A query that reads what it has made: the rows of its first part, then what the second makes of those."""
        first = self.inner(self.outer).query(node.this)
        output = tuple(
            dataclasses.replace(each, nullable=True, qualifiers=()) for each in fresh(first.output)
        )
        table = f"r{new_id()}"
        so_far = Scan(output, table, tuple(f"n{place}" for place in range(len(output))))
        inner = self.inner(self.outer)
        inner.tables = {**self.tables, name.lower(): self.renamed(so_far, names, name)}
        step = inner.query(node.expression)
        step = self.planner.project(
            step,
            [
                Alias(Cast(Bound(each), own.type), (own.name,))
                for each, own in zip(step.output, output, strict=True)
            ],
        )
        made = tuple(dataclasses.replace(each, nullable=True) for each in fresh(first.output))
        return Recursive(made, (first, step), table, node.args.get("distinct") is not False)

    def _set_operation(self, node: Any, word: str) -> Node:
        if node.args.get("by_name"):
            raise refusal(f"{word} BY NAME", self.text)
        left = self.inner(self.outer).query(node.this)
        right = self.inner(self.outer).query(node.expression)
        distinct = node.args.get("distinct") is not False
        kind = "UNION ALL" if word == "UNION" else word + ("" if distinct else " ALL")
        made = self.planner.set_operation(kind, [left, right])
        return Distinct(made.output, made) if word == "UNION" and distinct else made

    def _ordered_and_cut(self, node: Any, made: Node) -> Node:
        orders = self._order_keys(node, made, len(made.output))
        if orders:
            made = self.planner.sort(made, [self._by_place(key, made) for key in orders])
        return self._cut(node, made)

    def _order_keys(self, node: Any, over: Node, count: int) -> list[SortOrder]:
        """The keys of ORDER BY over a node, for a select list of so many columns."""
        clause = node.args.get("order") or node.args.get("sort") or node.args.get("cluster")
        if clause is None:
            return []
        with self.above(over):
            found = []
            for each in clause.expressions:
                if (
                    isinstance(each, exp.Ordered)
                    and isinstance(each.this, exp.Var)
                    and each.this.name == "ALL"
                ):
                    return [
                        SortOrder(
                            Literal(place), not each.args.get("desc"), bool(each.args.get("nulls_first"))
                        )
                        for place in range(1, count + 1)
                    ]
                key = self(each)
                found.append(key if isinstance(key, SortOrder) else SortOrder(key))
            return found

    def _by_place(self, key: SortOrder, node: Node) -> SortOrder:
        place = _place(key.child)
        if place is None:
            return key
        if not 1 <= place <= len(node.output):
            raise errors.analysis(
                "ORDER_BY_POS_OUT_OF_RANGE",
                f"ORDER BY position {place} is not in select list (valid range is [1, {len(node.output)}]). "
                "SQLSTATE: 42805",
            )
        return SortOrder(Bound(node.output[place - 1]), key.ascending, key.nulls_first)

    def _cut(self, node: Any, made: Node) -> Node:
        limit, offset = node.args.get("limit"), node.args.get("offset")
        if limit is None and offset is None:
            return made
        value = None if limit is None else getattr(limit, "expression", None)
        if limit is not None and value is None:
            raise refusal("FETCH", self.text)
        if isinstance(value, exp.Var) and value.name.upper() == "ALL":
            value = None
        count = None if value is None else self._constant(value, "limit")
        first = 0 if offset is None else self._constant(offset.expression, "offset")
        return Limit(made.output, made, count, first) if count is not None or first else made

    def _constant(self, node: Any, what: str) -> int:
        expr = self(node)
        value = expr.value if isinstance(expr, Literal) else self.evaluated(expr)
        if not isinstance(value, int) or isinstance(value, bool):
            raise errors.analysis(
                "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
                f'The limit like expression "{expr.name()}" is invalid. The {what} expression must be integer type, '
                f'but got "{type(value).__name__}". SQLSTATE: 42K0E',
            )
        if value < 0:
            raise errors.analysis(
                "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
                f'The limit like expression "{expr.name()}" is invalid. The {what} expression must be equal to or '
                f"greater than 0, but got {value}. SQLSTATE: 42K0E",
            )
        return value

    def _select_node(self, node: Any) -> Node:
        for key, value in node.args.items():
            if value and key not in _SELECT:
                raise refusal(f"{key.strip('_').upper()} in a query", self.text)
        source = self.source(node)
        if node.args.get("where") is not None:
            with self.above(source):
                source = self.planner.filter(source, self(node.args["where"].this))
        self.windows = self._windows(node)
        with self.above(source):
            chosen = self._lateral_aliases(source, self._chosen(source, node.expressions))
            group, having = node.args.get("group"), node.args.get("having")
            keyed = group is not None or any(has_aggregate(each) for each in chosen)
            if keyed or having is not None:
                made = self._aggregated(node, source, chosen, group, having)
            elif node.args.get("qualify") is not None:
                scope = self.planner.compiler(source).scope
                condition = replaced(self(node.args["qualify"].this), _aliases(chosen), scope)
                made = self._qualified(
                    self.planner.project(source, [*chosen, Alias(condition, ("_qualify",))])
                )
            else:
                made = self.planner.project(source, chosen)
        if keyed or having is not None:
            return self._cut(node, made)
        if node.args.get("distinct") is not None:
            made = self._distinct(node, made)
        return self._ordered_and_cut(node, made)

    def _qualified(self, made: Node) -> Node:
        """The rows for which the last column holds, without it."""
        *output, condition = made.output
        # Below a name of its own, so that nothing looks for columns of what is below the projection.
        made = Requalified(made.output, made)
        return self.planner.picked(self.planner.filter(made, Bound(condition)), output)

    def _windows(self, node: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in node.args.get("windows") or ():
            base = each.args.get("alias")
            found[each.this.name.lower()] = each if base is None else found.get(base.name.lower(), each)
        return found

    def _distinct(self, node: Any, made: Node) -> Node:
        if node.args["distinct"].args.get("on") is not None:
            raise refusal("DISTINCT ON", self.text)
        return Distinct(made.output, made)

    def _chosen(self, source: Node, nodes: Sequence[Any]) -> list[Expr]:
        """The columns of the select list; stars become the columns that they stand for."""
        found: list[Expr] = []
        for each in nodes:
            expr = self.column(each)
            if isinstance(expr, Star):
                found += self.starred(source, expr)
            else:
                found.append(expr)
        return found

    def starred(self, source: Node, star: Star) -> list[Expr]:
        """The columns of a star."""
        if not source.output:
            raise errors.analysis(
                "INVALID_USAGE_OF_STAR_OR_REGEX",
                "Invalid usage of '*' in expression `alias`. SQLSTATE: 42000",
            )
        columns = self.planner._star(source, Star(star.qualifier))
        if not isinstance(star, ExceptStar):
            return columns
        scope = self.planner.compiler(source).scope
        gone = set()
        for parts in star.without:
            found = scope.named(parts)
            if found is None:
                raise errors.unresolved(
                    ".".join(f"`{part}`" for part in parts), [each.name for each in source.output]
                )
            gone.add(found[0].id)
        return [each for each in columns if not (isinstance(each, Bound) and each.attribute.id in gone)]

    def _lateral_aliases(self, source: Node, chosen: list[Expr]) -> list[Expr]:
        """Names that only an earlier column of the same list has stand for that column."""
        scope = self.planner.compiler(source).scope
        known: dict[str, Expr] = {}
        found = []
        for each in chosen:
            if known:
                each = replaced(each, known, scope)
            if isinstance(each, Alias) and len(each.names) == 1:
                known[each.names[0].lower()] = each.child
            found.append(each)
        return found

    def _aggregated(self, node: Any, source: Node, chosen: list[Expr], group: Any, having: Any) -> Node:
        if group is None and having is not None and not any(has_aggregate(each) for each in chosen):
            plain = [each.child if isinstance(each, Alias) else each for each in chosen]
            if not all(isinstance(each, Literal) for each in plain):
                raise errors.analysis(
                    "MISSING_GROUP_BY",
                    "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions "
                    "using OVER clauses. SQLSTATE: 42803",
                )
        grouping: Grouping = grouping_of(self, source, chosen, group)
        aliases = _aliases(chosen)
        scope = self.planner.compiler(source).scope
        condition_ = None
        if having is not None:
            condition_ = grouping.outside(self(having.this), aliases, scope)
        hidden: list[Expr] = []
        orders: list[tuple[int, SortOrder]] = []
        for key in self._order_keys(node, source, len(chosen)):
            place = self._place_of(key.child, chosen)
            if place is None:
                place = len(chosen) + len(hidden)
                hidden.append(Alias(grouping.outside(key.child, aliases, scope), (f"_order{len(hidden)}",)))
            orders.append((place, key))
        qualify = node.args.get("qualify")
        asked: list[Expr] = []
        if qualify is not None:
            asked = [Alias(grouping.outside(self(qualify.this), aliases, scope), ("_qualify",))]
        columns = [*chosen, *hidden, *asked]
        made = self.planner.aggregate(source, grouping.keys, columns, grouping.sets, condition_)
        if asked:
            made = self.planner.filter(made, Bound(made.output[-1]))
            made = self.planner.picked(made, made.output[:-1])
        if node.args.get("distinct") is not None:
            if hidden:
                raise refusal("ORDER BY of what SELECT DISTINCT leaves out", self.text)
            made = self._distinct(node, made)
        if orders:
            keys = [
                SortOrder(Bound(made.output[place]), key.ascending, key.nulls_first) for place, key in orders
            ]
            output = made.output[: len(chosen)]
            made = self.planner.sort(made, keys)
            if hidden:
                made = self.planner.picked(made, output)
        return made

    def _place_of(self, key: Expr, chosen: list[Expr]) -> int | None:
        """Which column of the select list a key of ORDER BY is, by place, by name, or by being the same."""
        place = _place(key)
        if place is not None:
            if not 1 <= place <= len(chosen):
                raise errors.analysis(
                    "ORDER_BY_POS_OUT_OF_RANGE",
                    f"ORDER BY position {place} is not in select list (valid range is [1, {len(chosen)}]). "
                    "SQLSTATE: 42805",
                )
            return place - 1
        if isinstance(key, Name) and len(key.parts) == 1:
            for at, each in enumerate(chosen):
                if isinstance(each, Alias | Name | Bound) and each.name().lower() == key.parts[0].lower():
                    return at
        if not isinstance(key, Subquery):
            for at, each in enumerate(chosen):
                if (each.child if isinstance(each, Alias) else each) == key:
                    return at
        return None


def _aliases(chosen: list[Expr]) -> dict[str, Expr]:
    """What the select list calls by a name of its own."""
    return {
        each.names[0].lower(): each.child
        for each in chosen
        if isinstance(each, Alias) and len(each.names) == 1
    }


def _place(expr: Expr) -> int | None:
    """The place in the select list that a bare number means."""
    return expr.value if isinstance(expr, Literal) and type(expr.value) is int and expr.type is None else None
