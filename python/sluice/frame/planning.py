# SPDX-License-Identifier: Apache-2.0
"""Makes plan nodes of expressions: filters, sorts, aggregates; a query's columns come from `projecting`."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence

from sluice.frame import errors
from sluice.frame.analysing import (
    check_grouped,
    grouped_by,
    grouping_ids,
    has_aggregate,
    no_inner_generator,
)
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import (
    VEIL,
    Alias,
    Attribute,
    Bound,
    Expr,
    Literal,
    PythonCall,
    SortOrder,
    Window,
    walk,
)
from sluice.frame.hidden import revealed
from sluice.frame.nodes import (
    Aggregate,
    Distinct,
    Filter,
    Grouped,
    Node,
    Project,
    Requalified,
    SetOperation,
    Sort,
    beside,
    fresh,
)
from sluice.frame.numbered import numbered
from sluice.frame.projecting import Projections
from sluice.frame.pycalls import Extraction
from sluice.frame.settings import FrameSettings
from sluice.frame.staging import Stages, grouping_masks, in_stages, over_aggregate, unnamed, with_name
from sluice.pyspark.captured import AnalysisException

__all__ = ["Planner"]


class Planner(Projections):
    """Plans under the settings of a session."""

    def __init__(self, settings: FrameSettings) -> None:
        self.settings = settings

    def compiler(self, *nodes: Node) -> Compiler:
        """A compiler over the columns of some nodes."""
        return Compiler(
            Scope(
                tuple(itertools.chain.from_iterable(node.output for node in nodes)),
                exact=self.settings.case_sensitive,
            ),
            self.settings,
        )

    def prepared(self, node: Node, exprs: list[Expr]) -> tuple[Node, list[Expr]]:
        """Have what SQL takes in columns of their own alone computed below expressions."""
        below, changed = self._python(node, exprs)
        return numbered(self.compiler(below), below, changed)

    def filter(self, node: Node, condition: Expr) -> Node:
        """Rows for which a condition holds; it may use columns that a projection below has left out.

        Raises:
            AnalysisException: it aggregates, has a window, or is no boolean.
        """
        if isinstance(node, Aggregate):
            over, (changed,) = self._over(node, [condition])
            if over is not node or changed is not condition:
                return self.picked(self.filter(Requalified(over.output, over), changed), node.output)
        if has_aggregate(condition):
            raise errors.analysis(
                "INVALID_WHERE_CONDITION",
                f'The WHERE condition "{condition.name()}" contains invalid expressions: aggregates. Rewrite the query '
                "to avoid window functions, aggregate functions, and generator functions in the WHERE clause. "
                "SQLSTATE: 42903",
            )

        def build(over: Node) -> Node:
            over, wanted = revealed(over, self.compiler(over).scope, [condition])
            below, (changed,) = self._python(*self._located(over, wanted))
            if any(isinstance(each, Window) for each in walk(changed)):
                raise errors.analysis(
                    "WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE",
                    "Window function is not allowed in the WHERE clause: compute it in a column of its own, and filter "
                    f'by that: "{condition.name()}". SQLSTATE: 42601',
                )
            below, (changed,) = numbered(self.compiler(below), below, [changed])
            compiler = self.compiler(below)
            return Filter(
                below.output, below, compiler.boolean(changed, "Filter").text, subplans=compiler.subplans()
            )

        return self._with_missing(node, build)

    def sort(self, node: Node, orders: Iterable[SortOrder]) -> Node:
        """Rows in an order, which may use columns that a projection below has left out.

        Raises:
            AnalysisException: a key is a window function.
        """
        keys = list(orders)
        if any(isinstance(each, Window) for key in keys for each in walk(key)):
            raise errors.analysis(
                "UNSUPPORTED_EXPR_FOR_OPERATOR",
                "A query operator contains one or more unsupported expressions: a window function is no key of a sort; "
                "compute it in a column of its own, and sort by that. SQLSTATE: 42K0E",
            )

        if isinstance(node, Aggregate):
            over, changed = self._over(node, keys)
            if over is not node or any(a is not b for a, b in zip(keys, changed, strict=True)):
                orders = (key for key in changed if isinstance(key, SortOrder))
                return self.picked(self.sort(Requalified(over.output, over), orders), node.output)
        if any(map(has_aggregate, keys)):
            raise errors.analysis(
                "UNSUPPORTED_EXPR_FOR_OPERATOR",
                "A query operator contains one or more unsupported expressions: an aggregate is no key of a sort "
                "but over groups. SQLSTATE: 42K0E",
            )

        def build(over: Node) -> Node:
            over, wanted = revealed(over, self.compiler(over).scope, keys)
            below, changed = self._python(*self._located(over, wanted))
            compiler = self.compiler(below)
            texts = tuple(compiler.ordered(key) for key in changed if isinstance(key, SortOrder))
            return Sort(below.output, below, texts, subplans=compiler.subplans())

        return self._with_missing(node, build)

    def _over(self, node: Aggregate, exprs: Sequence[Expr]) -> tuple[Aggregate, list[Expr]]:
        return over_aggregate(node, self.compiler(node), self.compiler(node.child), exprs)

    def _with_missing(self, node: Node, build: Callable[[Node], Node]) -> Node:
        """Build over a node; if a name is missing there, over what its projection was made of, and project again."""
        try:
            made = build(node)
        except AnalysisException as error:
            distinct = isinstance(node, Distinct) and not node.keys
            project = node.child if isinstance(node, Distinct) and distinct else node
            if not isinstance(project, Project):
                raise
            have = {each.id for each in node.output}
            names = {each.name.lower() for each in node.output}
            # Under a name of nobody's where there is another of its name: only `df.x` of the frame before means it.
            hidden = tuple(
                dataclasses.replace(each, name=f"{VEIL}{each.name}") if each.name.lower() in names else each
                for each in project.child.output
                if each.id not in have
            )
            wide: Node = Project(
                (*project.output, *hidden),
                project.child,
                (*project.texts, *(each.sql for each in hidden)),
                subplans=project.subplans,
            )
            if distinct:
                wide = Distinct(wide.output, wide, tuple(each.sql for each in node.output))
            try:
                made = build(wide)
            except AnalysisException:
                raise error from None
        return made if len(made.output) == len(node.output) else self.picked(made, node.output)

    def aggregate(
        self,
        node: Node,
        groups: Sequence[Expr],
        exprs: Iterable[Expr],
        sets: Callable[[list[str]], str] | None = None,
        having: Expr | None = None,
    ) -> Node:
        """What is computed of groups.

        Args:
            exprs: all columns of the result; groups among them stand for their values.
            sets: makes ROLLUP, CUBE or GROUPING SETS of the groups' SQL.
            having: keeps groups for which it holds.
        """
        count = len(groups)
        _, wanted = self._expanded(node, exprs)
        node, both = revealed(node, self.compiler(node).scope, [*groups, *wanted, *_given(having)])
        groups, exprs = both[:count], both[count : count + len(wanted)]
        having = both[-1] if having is not None else None
        node, both = self._timed(*self._located(node, [*groups, *exprs]))
        groups, exprs = both[:count], both[count:]
        wanted = [grouping_ids(expr, groups, sets is not None) for expr in exprs]
        if in_stages([*wanted, *_given(having)], groups):
            return self._staged(node, groups, wanted, sets, having)
        if any(_python_aggregate(expr) for expr in wanted):
            if having is not None or wanted[: len(groups)] != list(groups):
                return self._staged(node, groups, wanted, sets, having)
            return self._python_aggregate(node, groups, wanted[len(groups) :], sets)
        for expr in wanted:
            no_inner_generator(expr)
        count = len(wanted)
        node, changed = self._python(node, [*groups, *wanted, *_given(having)])
        node, changed = numbered(self.compiler(node), node, changed)
        groups, wanted = changed[: len(groups)], changed[len(groups) : len(groups) + count]
        having = changed[-1] if having is not None else None
        compiler = self.compiler(node)
        keys = [compiler(group) for group in groups]
        by = [grouped_by(key) for key in keys]
        columns = []
        for expr in wanted:
            check_grouped(compiler, expr, set(by))
            attribute, text = self._column(compiler, expr)
            if sets is not None and text in by:
                attribute = dataclasses.replace(attribute, nullable=True)
            columns.append((attribute, text))
        having_text = compiler.boolean(having, "HAVING").text if having is not None else ""
        text = ", ".join(dict.fromkeys(by)) if sets is None else sets(by)
        return Aggregate(
            tuple(attribute for attribute, _ in columns),
            node,
            text,
            tuple(text for _, text in columns),
            having_text,
            subplans=compiler.subplans(),
        )

    def _staged(
        self,
        node: Node,
        groups: Sequence[Expr],
        exprs: Sequence[Expr],
        sets: Callable[[list[str]], str] | None,
        having: Expr | None,
    ) -> Node:
        """Aggregates first, functions in Python over them then."""
        stages = Stages(self.compiler(node), groups)
        for expr in (*exprs, *_given(having)):
            stages.collect(unnamed(expr))
        if any(map(_python_aggregate, stages.inner)):
            below = self._python_aggregate(node, groups, stages.inner, sets)
        else:
            below = self.aggregate(node, groups, [*groups, *stages.inner], sets)
        columns = below.output
        if having is not None:
            below = self.filter(below, stages.over(having, columns))
        return self.project(below, [with_name(stages.over(unnamed(each), columns), each) for each in exprs])

    def _python_aggregate(
        self,
        node: Node,
        groups: Sequence[Expr],
        exprs: Sequence[Expr],
        sets: Callable[[list[str]], str] | None,
    ) -> Node:
        """The groups, and aggregates in Python alone."""
        calls = [(expr, unnamed(expr)) for expr in exprs]
        for expr, call in calls:
            if not isinstance(call, PythonCall):
                raise errors.analysis(
                    "INVALID_PANDAS_UDF_PLACEMENT",
                    "The group aggregate pandas UDF cannot be invoked together with as other, non-pandas aggregate "
                    f'functions: "{expr.name()}". SQLSTATE: 0A000',
                )
            if any(map(has_aggregate, call.children())):
                raise errors.analysis(
                    "NESTED_AGGREGATE_FUNCTION",
                    "It is not allowed to use an aggregate function in the argument of another aggregate function: "
                    f'"{expr.name()}". Please use the inner aggregate function in a sub-query. SQLSTATE: 42607',
                )
        node, groups = self._python(node, list(groups))
        compiler = self.compiler(node)
        keys = [self._column(compiler, group) for group in groups]
        extraction = Extraction(compiler)
        made = [
            (Attribute(expr.name(), call.function.returnType, True), extraction._call(call))
            for expr, call in calls
            if isinstance(call, PythonCall)
        ]
        keyed = tuple(
            dataclasses.replace(attribute, id=Attribute("", attribute.type).id) for attribute, _ in keys
        )
        texts = (text for _, text in keys)
        below = beside(node, [*zip(keyed, texts, strict=True), *extraction.before])
        results = tuple(attribute for attribute, _ in made)
        functions = tuple(call for _, call in made)
        output = (*(attribute for attribute, _ in keys), *results)
        if sets is None:
            return Grouped(output, (below,), (tuple(each.id for each in keyed),), functions, "aggregate")
        output = tuple(dataclasses.replace(each, nullable=True) for each in fresh(output))
        parts = []
        for mask in grouping_masks(sets, len(keys)):
            own = fresh(attribute for (attribute, _), here in zip(keys, mask, strict=True) if here)
            values = fresh(results)
            ids = tuple(each.id for each, here in zip(keyed, mask, strict=True) if here)
            part = Grouped((*own, *values), (below,), (ids,), functions, "aggregate")
            here = iter(own)
            exprs = [
                Bound(next(here)) if there else Literal(None, attribute.type)
                for (attribute, _), there in zip(keys, mask, strict=True)
            ]
            named = [
                Alias(each, (to.name,))
                for each, to in zip([*exprs, *map(Bound, values)], output, strict=True)
            ]
            parts.append(self.project(part, named))
        return SetOperation(output, tuple(parts), "UNION ALL")


def _python_aggregate(expr: Expr) -> bool:
    return any(isinstance(each, PythonCall) and each.function.aggregates for each in walk(expr))


def _given(having: Expr | None) -> list[Expr]:
    return [] if having is None else [having]
