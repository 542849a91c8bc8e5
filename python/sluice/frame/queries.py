# SPDX-License-Identifier: Apache-2.0
"""What makes a frame of frames: columns, joins, groups."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.base import FrameBase, flat
from sluice.frame.column import Column, expr_of
from sluice.frame.errors import unexpected
from sluice.frame.expr import Alias, Bound, Call, Cast, Expr, Literal
from sluice.frame.nodes import Node, Requalified
from sluice.frame.partitioned import Partitioned, spread_by_hash, spread_by_range
from sluice.frame.types import StructType
from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.compile import Compiler
    from sluice.frame.frame import DataFrame
    from sluice.frame.grouped import GroupedData

__all__ = ["Queries"]

_JOINS = {
    "inner": "INNER",
    "cross": "CROSS",
    "outer": "FULL",
    "full": "FULL",
    "fullouter": "FULL",
    "left": "LEFT",
    "leftouter": "LEFT",
    "right": "RIGHT",
    "rightouter": "RIGHT",
    "semi": "SEMI",
    "leftsemi": "SEMI",
    "anti": "ANTI",
    "leftanti": "ANTI",
}


class Queries(FrameBase):
    """Mixed into ``DataFrame``."""

    def _fold(self, name: str) -> str:
        """A name as it is compared with others."""
        return name if self._planner.settings.case_sensitive else name.lower()

    def select(self, *cols: Any) -> DataFrame:
        """The frame with these columns alone."""
        return self._of(self._planner.project(self._node, map(expr_of, flat(cols))))

    def selectExpr(self, *expr: Any) -> DataFrame:
        """`select` of expressions in SQL."""
        from sluice.frame.sql import expression

        return self._of(self._planner.project(self._node, [expression(each) for each in flat(expr)]))

    def filter(self, condition: Column | str) -> DataFrame:
        """The rows for which a condition holds.

        Raises:
            PySparkTypeError: the condition is neither a column nor a text.
        """
        if isinstance(condition, str):
            from sluice.frame.sql import expression

            return self._of(self._planner.filter(self._node, expression(condition)))
        if not isinstance(condition, Column):
            raise unexpected("condition", "Column or str", condition)
        return self._of(self._planner.filter(self._node, condition._expr))

    where = filter

    def withColumn(self, colName: str, col: Column) -> DataFrame:
        """The frame with a column added, or replaced where there is one of this name.

        Raises:
            PySparkTypeError: it is no column.
        """
        if not isinstance(col, Column):
            raise unexpected("col", "Column", col)
        return self.withColumns({colName: col})

    def withColumns(self, *colsMap: dict[str, Column]) -> DataFrame:
        """The frame with several columns added or replaced.

        Raises:
            PySparkTypeError: it is no dict.
        """
        (wanted,) = colsMap
        if not isinstance(wanted, dict):
            raise unexpected("colsMap", "dict", wanted)
        fold = self._fold
        names = {fold(name): name for name in wanted}
        if len(names) != len(wanted):
            twice = next(name for name in wanted if names[fold(name)] != name)
            raise errors.analysis(
                "COLUMN_ALREADY_EXISTS",
                f"The column `{twice.lower()}` already exists. Choose another name or rename the existing column. "
                "SQLSTATE: 42711",
            )
        have = {fold(each.name) for each in self._node.output}
        exprs: list[Expr] = []
        for each in self._node.output:
            name = names.get(fold(each.name))
            exprs.append(Bound(each) if name is None else Alias(wanted[name]._expr, (name,)))
        exprs += [Alias(wanted[name]._expr, (name,)) for name in wanted if fold(name) not in have]
        return self._of(self._planner.project(self._node, exprs))

    def withColumnRenamed(self, existing: str, new: str) -> DataFrame:
        """The frame with a column under another name; the same frame if there is none of this name."""
        for name, value in (("existing", existing), ("new", new)):
            if not isinstance(value, str):
                raise unexpected(name, "str", value)
        return self.withColumnsRenamed({existing: new})

    def withColumnsRenamed(self, colsMap: dict[str, str]) -> DataFrame:
        """The frame with several columns under other names.

        Raises:
            PySparkTypeError: it is no dict.
        """
        if not isinstance(colsMap, dict):
            raise unexpected("colsMap", "dict", colsMap)
        node: Node = self._node
        fold = self._fold
        for old, new in colsMap.items():
            if any(fold(each.name) == fold(old) for each in node.output):
                exprs = [
                    Alias(Bound(each), (new,)) if fold(each.name) == fold(old) else Bound(each)
                    for each in node.output
                ]
                node = self._planner.project(node, exprs)
        return self._of(node)

    def withMetadata(self, columnName: str, metadata: dict[str, Any]) -> DataFrame:
        """The frame with a column's metadata replaced."""
        column = self._column(columnName)
        return self.withColumn(columnName, column.alias(columnName, metadata=metadata))

    def toDF(self, *cols: str) -> DataFrame:
        """The frame with all columns under other names.

        Raises:
            IllegalArgumentException: there are more names than columns, or fewer.
        """
        for each in cols:
            if not isinstance(each, str):
                raise unexpected("cols", "list[str]", each)
        if len(cols) != len(self._node.output):
            raise errors.analysis(
                "ASSIGNMENT_ARITY_MISMATCH",
                f"The number of columns or variables assigned or aliased: {len(cols)} does not match the number of "
                f"source expressions: {len(self._node.output)}. SQLSTATE: 42802",
            )
        exprs = [Alias(Bound(each), (name,)) for each, name in zip(self._node.output, cols, strict=True)]
        return self._of(self._planner.project(self._node, exprs))

    def to(self, schema: StructType) -> DataFrame:
        """The frame with the columns of a schema, found by name, in its order and types.

        Raises:
            AnalysisException: a column is missing, or cannot be cast.
        """
        exprs: list[Expr] = []
        for field in schema.fields:
            found = self._planner.compiler(self._node).scope.named((field.name,))
            if found is None:
                if not field.nullable:
                    raise errors.unresolved(f"`{field.name}`", self.columns)
                exprs.append(Alias(Literal(None, field.dataType), (field.name,)))
            else:
                exprs.append(Alias(Cast(Bound(found[0]), field.dataType), (field.name,)))
        return self._of(self._planner.project(self._node, exprs))

    def drop(self, *cols: Any) -> DataFrame:
        """The frame without some columns; names that are not there are none of its.

        Raises:
            PySparkTypeError: one is neither a name nor a column.
        """
        gone: set[int] = set()
        names: set[str] = set()
        for each in cols:
            if isinstance(each, str):
                names.add(self._fold(each))
            elif isinstance(each, Column):
                expr = each._expr
                if isinstance(expr, Bound):
                    gone.add(expr.attribute.id)
                else:
                    found = self._planner.compiler(self._node).scope.named(getattr(expr, "parts", ("",)))
                    if found is not None:
                        gone.add(found[0].id)
            else:
                raise unexpected("col", "Column or str", each)
        kept = [
            each for each in self._node.output if each.id not in gone and self._fold(each.name) not in names
        ]
        return self._of(self._planner.picked(self._node, kept))

    def colRegex(self, colName: str) -> Column:
        """The columns whose names match a regular expression in backticks."""
        from sluice.frame.expr import Star

        pattern = colName.strip("`")
        flags = 0 if self._planner.settings.case_sensitive else re.IGNORECASE
        found = [each for each in self._node.output if re.fullmatch(pattern, each.name, flags)]
        if not found:
            return Column(Star(("",)))
        return Column(Bound(found[0]) if len(found) == 1 else Star((), tuple(found)))

    def alias(self, alias: str) -> DataFrame:
        """The frame under a name by which its columns can be told from another's: `t.x`.

        Raises:
            PySparkTypeError: it is no text.
        """
        if not isinstance(alias, str):
            raise unexpected("alias", "str", alias)
        output = tuple(dataclasses.replace(each, qualifiers=(alias,)) for each in self._node.output)
        return self._of(Requalified(output, self._node))

    def join(self, other: DataFrame, on: Any = None, how: str | None = None) -> DataFrame:
        """Two frames side by side: `on` names columns that both have, or is a condition, or a list of either.

        Raises:
            PySparkTypeError: the other is no frame, or the kind is no text.
        """
        if not hasattr(other, "_node"):
            raise unexpected("other", "DataFrame", other)
        kind = _JOINS.get((how or "inner").lower().replace("_", ""))
        if kind is None:
            raise errors.raised(
                "UNSUPPORTED_JOIN_TYPE",
                f"Unsupported join type '{how}'. Supported join types include: 'inner', 'outer', 'full', 'fullouter', "
                "'full_outer', 'leftouter', 'left', 'left_outer', 'rightouter', 'right', 'right_outer', 'leftsemi', "
                "'left_semi', 'semi', 'leftanti', 'left_anti', 'anti', 'cross'. SQLSTATE: 0A000",
            )
        wanted: list[Any] = [on] if isinstance(on, str | Column) else list(on or ())
        planner = self._planner
        if not wanted:
            return self._of(planner.join(self._node, other._node, "CROSS" if kind == "INNER" else kind, None))
        if all(isinstance(each, str) for each in wanted):
            using = "INNER" if kind == "CROSS" else kind
            return self._of(planner.join_using(self._node, other._node, using, wanted))
        if not all(isinstance(each, Column) for each in wanted):
            raise PySparkTypeError("on should be Column or list of Column", "NOT_COLUMN", {})
        condition = wanted[0]._expr
        for each in wanted[1:]:
            condition = Call("and", (condition, each._expr))
        return self._of(
            planner.join(self._node, other._node, "INNER" if kind == "CROSS" else kind, condition)
        )

    def crossJoin(self, other: DataFrame) -> DataFrame:
        """Every row beside every row of another frame."""
        return self._of(self._planner.join(self._node, other._node, "CROSS", None))

    def groupBy(self, *cols: Any) -> GroupedData:
        """Rows with the same values as one group."""
        from sluice.frame.grouped import GroupedData

        return GroupedData(self, self._exprs(flat(cols)))  # type: ignore[arg-type]

    groupby = groupBy

    def rollup(self, *cols: Any) -> GroupedData:
        """Groups by all of some columns, by all but the last, and so on to all rows."""
        from sluice.frame.grouped import GroupedData

        return GroupedData(self, self._exprs(flat(cols)), _sets("ROLLUP"), kind="Rollup")  # type: ignore[arg-type]

    def cube(self, *cols: Any) -> GroupedData:
        """Groups by every choice of some columns."""
        from sluice.frame.grouped import GroupedData

        return GroupedData(self, self._exprs(flat(cols)), _sets("CUBE"), kind="Cube")  # type: ignore[arg-type]

    def groupingSets(self, groupingSets: Any, *cols: Any) -> GroupedData:
        """Groups by these choices of columns."""
        from sluice.frame.grouped import GroupedData

        exprs = self._exprs(flat(cols))
        compiler = self._planner.compiler(self._node)
        keys = [compiler(each).text for each in exprs]
        chosen = [[compiler(expr_of(each)).text for each in one] for one in groupingSets]

        def sets(by: list[str]) -> str:
            known = dict(zip(keys, by, strict=True))
            inner = ", ".join("(" + ", ".join(known.get(text, text) for text in one) + ")" for one in chosen)
            return f"GROUPING SETS ({inner})"

        return GroupedData(self, exprs, sets, kind="GroupingSets")  # type: ignore[arg-type]

    def agg(self, *exprs: Any) -> DataFrame:
        """One row of aggregates over all rows."""
        return self.groupBy().agg(*exprs)

    def unpivot(self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str) -> DataFrame:
        """A row for each of some columns: its name, its value, and the `ids` beside them.

        Raises:
            AnalysisException: there is no column of values.
        """
        keys = self._exprs(ids if isinstance(ids, list | tuple) else [ids])
        planner = self._planner
        if values is None:
            compiler = planner.compiler(self._node)
            used = {compiler(key).text for key in keys}
            chosen: list[Expr] = [Bound(each) for each in self._node.output if each.sql not in used]
        else:
            chosen = self._exprs(values if isinstance(values, list | tuple) else [values])
        if not chosen:
            raise errors.analysis(
                "UNPIVOT_REQUIRES_VALUE_COLUMNS",
                "At least one value column needs to be specified for UNPIVOT, all columns specified as ids. "
                "SQLSTATE: 42K0A",
            )
        nodes = [
            planner.project(
                self._node,
                [
                    *keys,
                    Alias(Literal(each.name()), (variableColumnName,)),
                    Alias(each, (valueColumnName,)),
                ],
            )
            for each in chosen
        ]
        return self._of(planner.set_operation("UNION ALL", nodes) if len(nodes) > 1 else nodes[0])

    melt = unpivot

    def transform(self, func: Callable[..., DataFrame], *args: Any, **kwargs: Any) -> DataFrame:
        """What a function makes of this frame.

        Raises:
            AssertionError: the function returned no frame.
        """
        result = func(self, *args, **kwargs)
        if not hasattr(result, "_node"):
            raise AssertionError(
                f"Func returned an instance of type [{type(result)}], should have been DataFrame."
            )
        return result

    def repartition(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The same rows in so many partitions; rows with the same values of columns are in one."""
        return self._repartitioned(numPartitions, cols, spread_by_hash)

    def repartitionByRange(self, numPartitions: Any, *cols: Any) -> DataFrame:
        """The same rows in so many partitions, each with the values of columns between two borders.

        Raises:
            PySparkValueError: there is no column.
        """
        if isinstance(numPartitions, int) and not cols:
            raise PySparkValueError(
                "At least one partition-by expression must be specified.", "CANNOT_BE_EMPTY", {"item": "cols"}
            )
        return self._repartitioned(numPartitions, cols, spread_by_range)

    def _repartitioned(
        self, count: Any, cols: tuple[Any, ...], spread: Callable[[Compiler, list[Expr], int], str]
    ) -> DataFrame:
        if isinstance(count, bool) or not isinstance(count, int):
            # PySpark begins with 200 and puts the small ones together.
            count, cols = self._session.sparkContext.defaultParallelism, (count, *cols)
        if count < 1:
            raise IllegalArgumentException(
                f"requirement failed: Number of partitions ({count}) must be positive.", ""
            )
        node, exprs = self._planner.prepared(self._node, [expr_of(each) for each in cols])
        compiler = self._planner.compiler(node)
        place = spread(compiler, exprs, count) if exprs else ""
        return self._of(
            Partitioned(self._node.output, node, count, place=place, subplans=compiler.subplans())
        )

    def coalesce(self, numPartitions: int) -> DataFrame:
        """The same rows, in so many partitions at most where they become an RDD."""
        if numPartitions < 1:
            raise IllegalArgumentException(
                f"requirement failed: Number of partitions ({numPartitions}) must be positive.", ""
            )
        return self._of(Partitioned(self._node.output, self._node, numPartitions, most=True))

    def hint(self, name: str, *parameters: Any) -> DataFrame:
        """The same rows: hints change no answer.

        Raises:
            PySparkTypeError: the name is no text.
        """
        if not isinstance(name, str):
            raise unexpected("name", "str", name)
        return self._of(self._node)


def _sets(word: str) -> Callable[[list[str]], str]:
    return lambda by: f"{word} ({', '.join(by)})"
