# SPDX-License-Identifier: Apache-2.0
"""What tables behind FROM are joined with: other tables, LATERAL queries and views; and TABLESAMPLE."""

from __future__ import annotations

import dataclasses
from typing import Any

from sluice.frame.compile import Scope
from sluice.frame.expr import Call, Expr, Literal
from sluice.frame.functions.registry import GENERATOR, lookup
from sluice.frame.nodes import Join, Limit, Node, Requalified, Sample
from sluice.frame.planning import Planner
from sluice.frame.sql.expressions import Expressions
from sluice.frame.sql.grammar import exp, refusal

__all__ = ["JoinedTables"]


class JoinedTables(Expressions):
    """Mixed into ``Tables``."""

    planner: Planner
    outer: Scope | None
    over: Node | None

    def table(self, node: Any) -> Node:
        """The rows of what stands in FROM."""
        raise NotImplementedError

    def inner(self, outer: Scope | None) -> Any:
        """A planner for a query inside this one."""
        raise NotImplementedError

    def evaluated(self, expr: Expr) -> Any:
        """The value of an expression without columns."""
        raise NotImplementedError

    def _joined(self, left: Node, join: Any) -> Node:
        kind = _kind(join)
        if kind is None or join.args.get("match_condition"):
            raise refusal(f"the join {join.sql(dialect='spark')}", self.text)
        right_side = join.this
        if isinstance(right_side, exp.Lateral):
            return self._lateral(left, right_side, kind, join.args.get("on"))
        right = self.table(right_side)
        using = [each.name for each in join.args.get("using") or ()]
        if join.args.get("method") == "NATURAL":
            mine = {each.name.lower() for each in left.output}
            using = [each.name for each in right.output if each.name.lower() in mine]
            order = [each.name.lower() for each in left.output]
            using.sort(key=lambda name: order.index(name.lower()))
        if using:
            return self.planner.join_using(left, right, "INNER" if kind == "CROSS" else kind, using)
        condition = join.args.get("on")
        if condition is None or (isinstance(condition, exp.Boolean) and condition.this):
            if kind in ("INNER", "CROSS"):
                return self.planner.join(left, right, "CROSS", None)
            return self.planner.join(left, right, kind, Literal(True))
        both = Join((*left.output, *right.output), left, right, "CROSS", None)
        before, self.over = self.over, both
        try:
            expr = self(condition)
        finally:
            self.over = before
        return self.planner.join(left, right, "INNER" if kind == "CROSS" else kind, expr)

    def _lateral(self, left: Node, lateral: Any, kind: str, condition: Any) -> Node:
        """A query whose expressions may use the columns of what stands before it."""
        if kind not in ("INNER", "CROSS", "LEFT"):
            raise refusal(f"a LATERAL query in a {kind} join", self.text)
        alias = lateral.args.get("alias")
        inner = lateral.this
        if isinstance(inner, exp.Anonymous):
            call = self(inner)
            assert isinstance(call, Call)
            names = [each.name for each in alias.args.get("columns") or ()] if alias is not None else []
            node, _ = self.planner.generate(left, call, names, (alias.name,) if alias is not None else ())
            return node
        planner = self.inner(Scope(left.output, self.outer))
        right = planner.query(inner.this if isinstance(inner, exp.Subquery) else inner)
        if alias is not None:
            names = [each.name for each in alias.args.get("columns") or ()]
            right = planner.renamed(right, names, alias.name)
        made = self.planner.join(left, right, "LEFT" if kind == "LEFT" else "INNER", Literal(True))
        assert isinstance(made, Join)
        ids = " ".join(each.sql for each in left.output)
        # The columns are named, so that they are there for the query on the right.
        made = dataclasses.replace(made, condition=f"TRUE /* {ids} */")
        if condition is None or (isinstance(condition, exp.Boolean) and condition.this):
            return made
        if kind == "LEFT":
            raise refusal("a condition of a LEFT JOIN LATERAL", self.text)
        return self.planner.filter(Requalified(made.output, made), self(condition))

    def _lateral_view(self, node: Node, lateral: Any) -> Node:
        alias = lateral.args.get("alias")
        names = [each.name for each in alias.args.get("columns") or ()] if alias is not None else []
        before, self.over = self.over, node
        try:
            call = self(lateral.this)
        finally:
            self.over = before
        if not isinstance(call, Call):
            raise refusal("LATERAL VIEW of a function in Python", self.text)
        if lateral.args.get("outer"):
            call = dataclasses.replace(call, function=f"{call.function.removesuffix('_outer')}_outer")
        function = lookup(call.function)
        if function is None or function.kind != GENERATOR:
            raise refusal(f"LATERAL VIEW of {call.function}", self.text)
        qualifier = (alias.name,) if alias is not None and alias.this is not None else ()
        made, _ = self.planner.generate(node, call, names, qualifier)
        return made

    def _sampled(self, node: Node, sample: Any) -> Node:
        percent, size = sample.args.get("percent"), sample.args.get("size")
        seed = sample.args.get("seed")
        if size is not None and not sample.args.get("bucket_numerator"):
            return Limit(node.output, node, int(self.evaluated(self(size))))
        if percent is None:
            raise refusal("TABLESAMPLE of buckets", self.text)
        import random

        number = random.randrange(1 << 32) if seed is None else int(self.evaluated(self(seed)))
        fraction = float(self.evaluated(self(percent))) / 100
        return Sample(node.output, node, fraction, number)


def _kind(join: Any) -> str | None:
    side, kind = (join.args.get("side") or "").upper(), (join.args.get("kind") or "").upper()
    if kind in ("SEMI", "ANTI") and side in ("", "LEFT"):
        return str(kind)
    if kind in ("", "INNER", "CROSS") and not side:
        return "CROSS" if kind == "CROSS" else "INNER"
    if side in ("LEFT", "RIGHT", "FULL") and kind in ("", "OUTER"):
        return str(side)
    return None
