# SPDX-License-Identifier: Apache-2.0
"""`GroupedData`: aggregates over groups, pivots, and functions in Python over whole groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.coercion import is_numeric
from sluice.frame.column import Column, column
from sluice.frame.expr import Alias, Attribute, Bound, Call, Case, Expr, Literal, Star
from sluice.frame.nodes import Distinct, Grouped, Node, Sort, beside
from sluice.frame.types import BooleanType, StructType
from sluice.pyspark import refusedsql
from sluice.pyspark.exceptions import PySparkTypeError
from sluice.pyspark.refused import missing

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame
    from sluice.pyspark.session import SparkSession

__all__ = ["CoGroups", "GroupedData"]

_MOST_PIVOTS = 10_000


class GroupedData:
    """Groups of a frame's rows."""

    def __init__(
        self,
        frame: DataFrame,
        groups: list[Expr],
        sets: Callable[[list[str]], str] | None = None,
        pivot: tuple[Expr, list[Any]] | None = None,
        kind: str = "GroupBy",
    ) -> None:
        self._frame = frame
        self._groups = groups
        self._sets = sets
        self._pivot = pivot
        self._kind = kind

    def __repr__(self) -> str:
        keys = ", ".join(f"{group.name()}" for group in self._groups)
        fields = self._frame.dtypes
        shown = ", ".join(f"{name}: {type_}" for name, type_ in fields[:2])
        if len(fields) > 2:
            more = len(fields) - 2
            shown += f" ... {more} more field{'s' if more > 1 else ''}"
        return f"GroupedData[grouping expressions: [{keys}], value: [{shown}], type: {self._kind}]"

    def agg(self, *exprs: Any) -> DataFrame:
        """One row a group: aggregates as columns, or `{column: function}`.

        Raises:
            AssertionError: there is nothing to compute, or something that is no column.
        """
        if not exprs:
            raise AssertionError("exprs should not be empty")
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            named = exprs[0]
            wanted = [_named(named[name], name) for name in sorted(named, key=_java_bucket)]
        elif all(isinstance(each, Column) for each in exprs):
            wanted = [each._expr for each in exprs]
        else:
            raise AssertionError("all exprs should be Column")
        if self._pivot is not None:
            wanted = self._pivoted(wanted)
        planner = self._frame._planner
        columns = [*self._groups, *wanted]
        return self._frame._of(planner.aggregate(self._frame._node, self._groups, columns, self._sets))

    def _pivoted(self, exprs: list[Expr]) -> list[Expr]:
        """Every aggregate for every value of the pivot column: over the rows that have the value."""
        assert self._pivot is not None
        key, values = self._pivot
        found: list[Expr] = []
        compiler = self._frame._planner.compiler(self._frame._node)
        # Only where all are numbers or booleans has Spark nothing for a group without such a row; else what an
        # aggregate has of no rows, such as an empty list.
        plain = all(
            is_numeric(type_) or isinstance(type_, BooleanType) for type_ in (compiler(e).type for e in exprs)
        )
        for value in values:
            literal = value._expr if isinstance(value, Column) else Literal(value)
            here = Call("<=>", (key, literal))
            for expr in exprs:
                name = _shown_value(literal)
                if len(exprs) > 1:
                    name += "_" + expr.name()
                inner = expr.child if isinstance(expr, Alias) else expr
                made = _filtered(inner, here)
                if plain:
                    some = Call(">", (Call("count", (Literal(1),), where=here), Literal(0)))
                    made = Case(((some, made),))
                found.append(Alias(made, (name,)))
        return found

    def pivot(self, pivot_col: Any, values: list[Any] | None = None) -> GroupedData:
        """Make columns of the values of a column; without `values` of all that it has, in order.

        Raises:
            AnalysisException: the column has more values than `spark.sql.pivotMaxValues`.
        """
        key = (pivot_col if isinstance(pivot_col, Column) else column(pivot_col))._expr
        if values is None:
            planner = self._frame._planner
            one = planner.project(self._frame._node, [Alias(key, ("key",))])
            distinct = Distinct(one.output, one)
            ordered = Sort(one.output, distinct, (f"{one.output[0].sql} ASC NULLS FIRST",))
            values = [row[0] for row in self._frame._of(ordered).take(_MOST_PIVOTS + 1)]
            if len(values) > _MOST_PIVOTS:
                raise errors.analysis(
                    "TOO_MANY_PIVOT_VALUES",
                    f"The pivot column {key.name()} has more than {_MOST_PIVOTS} distinct values, this could indicate "
                    "an error. If this was intended, name the values.",
                )
        return GroupedData(self._frame, self._groups, self._sets, (key, list(values)), "Pivot")

    def count(self) -> DataFrame:
        """The number of rows of each group."""
        return self.agg(Column(Alias(Call("count", (Literal(1),)), ("count",))))

    def _each(self, function: str, cols: tuple[Any, ...]) -> DataFrame:
        output = self._frame._node.output
        if cols:
            exprs = [self._frame._column(name)._expr for name in cols]
            for expr in exprs:
                if isinstance(expr, Bound) and not is_numeric(expr.attribute.type):
                    raise errors.analysis(
                        "_LEGACY_ERROR_TEMP_1323",
                        f'"{expr.name()}" is not a numeric column. '
                        "Aggregation function can only be applied on a numeric column.",
                    )
        else:
            compiler = self._frame._planner.compiler(self._frame._node)
            grouped = {compiler(group).text for group in self._groups}
            exprs = [Bound(each) for each in output if is_numeric(each.type) and each.sql not in grouped]
        wanted = [Column(Call(function, (expr,))) for expr in exprs]
        if not wanted:
            planner = self._frame._planner
            return self._frame._of(
                planner.aggregate(self._frame._node, self._groups, self._groups, self._sets)
            )
        return self.agg(*wanted)

    def sum(self, *cols: str) -> DataFrame:
        """The sums of numeric columns; of all if none are named."""
        return self._each("sum", cols)

    def avg(self, *cols: str) -> DataFrame:
        """The means of numeric columns."""
        return self._each("avg", cols)

    mean = avg

    def max(self, *cols: str) -> DataFrame:
        """The greatest values of numeric columns."""
        return self._each("max", cols)

    def min(self, *cols: str) -> DataFrame:
        """The least values of numeric columns."""
        return self._each("min", cols)

    def _keyed(self) -> tuple[Node, tuple[int, ...], tuple[Attribute, ...]]:
        """The frame with the keys behind its own columns where they are computed; the ids of the keys."""
        planner = self._frame._planner
        node = self._frame._node
        compiler = planner.compiler(node)
        columns = [planner._column(compiler, group) for group in self._groups]
        own = {each.sql: each.id for each in node.output}
        ids = []
        extra: list[tuple[Attribute, str]] = []
        for attribute, text in columns:
            if text in own:
                ids.append(own[text])
            else:
                extra.append((attribute, text))
                ids.append(attribute.id)
        if extra:
            node = beside(node, extra)
        return node, tuple(ids), tuple(attribute for attribute, _ in columns)

    def applyInPandas(self, func: Any, schema: StructType | str) -> DataFrame:
        """What a function makes of each group: a frame of pandas in, one out."""
        return self._apply(func, schema, "pandas")

    def applyInArrow(self, func: Any, schema: StructType | str) -> DataFrame:
        """What a function makes of each group: an Arrow table in, one out."""
        return self._apply(func, schema, "arrow")

    def apply(self, udf: Any) -> DataFrame:
        """`applyInPandas` of a pandas function of the grouped map kind.

        Raises:
            PySparkTypeError: it is no pandas_udf of groups.
        """
        function = getattr(udf, "func", None)
        if function is None:
            raise PySparkTypeError(
                "The argument must be a pandas_udf of the GROUPED_MAP type.", "INVALID_UDF_EVAL_TYPE", {}
            )
        return self._apply(function, udf.returnType, "pandas")

    def _apply(self, func: Any, schema: StructType | str, kind: str) -> DataFrame:
        from sluice.frame.functionsin import output_of

        node, ids, _ = self._keyed()
        return self._frame._of(
            Grouped(output_of(schema), (node,), (ids,), func, kind, (len(self._frame._node.output),))
        )

    def cogroup(self, other: GroupedData) -> CoGroups:
        """The groups of two frames with the same keys, side by side."""
        return CoGroups(self, other)

    @property
    def session(self) -> SparkSession:
        """The session of the frame."""
        return self._frame.sparkSession

    def __getattr__(self, name: str) -> Any:
        raise missing(self, refusedsql.GROUPED, name)


class CoGroups:
    """Pairs of groups."""

    def __init__(self, left: GroupedData, right: GroupedData) -> None:
        self._left = left
        self._right = right

    def applyInPandas(self, func: Any, schema: StructType | str) -> DataFrame:
        """What a function makes of each pair: two frames of pandas in, one out."""
        return self._apply(func, schema, "pandas")

    def applyInArrow(self, func: Any, schema: StructType | str) -> DataFrame:
        """What a function makes of each pair: two Arrow tables in, one out."""
        return self._apply(func, schema, "arrow")

    def _apply(self, func: Any, schema: StructType | str, kind: str) -> DataFrame:
        from sluice.frame.functionsin import output_of

        (left, left_ids, _), (right, right_ids, _) = self._left._keyed(), self._right._keyed()
        seen = (len(self._left._frame._node.output), len(self._right._frame._node.output))
        node = Grouped(output_of(schema), (left, right), (left_ids, right_ids), func, kind, seen)
        return self._left._frame._of(node)


def _java_bucket(name: str) -> int:
    """Where Java's map has a key: PySpark's columns come in the order of one."""
    code = 0
    for unit in memoryview(name.encode("utf-16-le", "surrogatepass")).cast("H"):
        code = (31 * code + unit) & 0xFFFFFFFF
    return (code ^ code >> 16) & 15


def _named(function: str, name: str) -> Expr:
    if name == "*":
        if function != "count":
            raise errors.analysis("INVALID_USAGE_OF_STAR_OR_REGEX", f"Invalid usage of '*' in {function}")
        return Call("count", (Literal(1),))
    expr = column(name)._expr
    if isinstance(expr, Star):
        raise errors.analysis("INVALID_USAGE_OF_STAR_OR_REGEX", f"Invalid usage of '*' in {function}")
    return Call(function, (expr,))


def _filtered(expr: Expr, where: Expr) -> Expr:
    """An expression whose aggregates see only rows for which something holds."""
    from sluice.frame.functions.registry import AGGREGATE, lookup

    def change(each: Expr) -> Expr | None:
        if isinstance(each, Call):
            function = lookup(each.function)
            if function is not None and function.kind == AGGREGATE:
                both = where if each.where is None else Call("and", (each.where, where))
                return Call(each.function, each.args, each.distinct, both, each.shown)
        return None

    return expr.transformed(change)


def _shown_value(literal: Expr) -> str:
    if isinstance(literal, Literal) and literal.value is None:
        return "null"
    if isinstance(literal, Literal) and hasattr(literal.value, "isoformat"):
        return str(literal.value)
    return literal.name()
