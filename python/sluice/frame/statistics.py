# SPDX-License-Identifier: Apache-2.0
"""What columns are like: `describe`, `summary`, and what is under `stat`. Estimates of Spark's are exact here."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from sluice.frame import errors
from sluice.frame.base import FrameBase, flat
from sluice.frame.coercion import is_numeric, is_string
from sluice.frame.column import Column, expr_of
from sluice.frame.errors import condition, unexpected
from sluice.frame.expr import Alias, Attribute, Bound, Call, Case, Cast, Expr, Literal
from sluice.frame.nodes import Local, Project
from sluice.frame.types import ArrayType, DecimalType, DoubleType, IntegerType, StringType
from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["DataFrameStatFunctions", "Statistics"]

_DESCRIBED = ("count", "mean", "stddev", "min", "max")
_SUMMARY = ("count", "mean", "stddev", "min", "25%", "50%", "75%", "max")


class Statistics(FrameBase):
    """Mixed into ``DataFrame``."""

    def _plain(self, name: str) -> Attribute:
        """A column that is no field of another."""
        found = self._column(name)._expr
        if not isinstance(found, Bound):
            raise errors.unresolved(f"`{name}`", self.columns)
        return found.attribute

    @property
    def stat(self) -> DataFrameStatFunctions:
        """Correlations, tables of counts, quantiles, samples by value."""
        return DataFrameStatFunctions(self)

    def describe(self, *cols: str | list[str]) -> DataFrame:
        """Count, mean, deviation, least and greatest value of columns, as texts."""
        names = flat(cols)
        chosen = [self._plain(name) for name in names] if names else list(self._node.output)
        return self._summarised(chosen, _DESCRIBED)

    def summary(self, *statistics: str) -> DataFrame:
        """Statistics of all columns of numbers and texts, as texts: those of `describe`, and percentiles."""
        wanted = tuple(flat(statistics)) or _SUMMARY
        return self._summarised(list(self._node.output), wanted)

    def _summarised(self, columns: list[Attribute], statistics: tuple[str, ...]) -> DataFrame:
        import pyarrow as pa

        kept = [each for each in columns if is_numeric(each.type) or is_string(each.type)]
        exprs: list[Expr] = []
        for name in statistics:
            exprs += [Alias(Cast(_statistic(name, each), StringType()), ("s",)) for each in kept]
        found: list[Any] = []
        if exprs:
            (row,) = self._of(self._planner.aggregate(self._node, (), exprs)).collect()
            found = list(row)
        width = len(kept)
        output = [Attribute("summary", StringType())]
        output += [Attribute(each.name, StringType()) for each in kept]
        data = [pa.array(statistics, pa.string())]
        data += [pa.array(found[place::width] if width else [], pa.string()) for place in range(width)]
        table = pa.table(data, names=[str(place) for place in range(len(data))])
        return self._of(Local(tuple(output), table))

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """Pearson's correlation of two columns of numbers."""
        if method not in (None, "", "pearson"):
            raise condition(
                PySparkValueError,
                "VALUE_NOT_ALLOWED",
                "Value for `{arg_name}` has to be amongst the following values: {allowed_values}.",
                arg_name="method",
                allowed_values="['pearson']",
            )
        return self._pair("corr", col1, col2)

    def cov(self, col1: str, col2: str) -> float:
        """The covariance of two columns of numbers, as a sample's."""
        return self._pair("covar_samp", col1, col2)

    def _pair(self, function: str, col1: str, col2: str) -> float:
        numbers = []
        for place, name in enumerate((col1, col2), 1):
            if not isinstance(name, str):
                raise unexpected(f"col{place}", "str", name)
            column = self._plain(name)
            if not is_numeric(column.type):
                raise IllegalArgumentException(
                    f"requirement failed: Currently {'correlation' if function == 'corr' else 'covariance'} "
                    f"calculation for columns with dataType {column.type.simpleString()} not supported.",
                    "",
                )
            # A null counts as zero, as in PySpark.
            absent = Call("isnull", (Bound(column),))
            numbers.append(Case(((absent, Literal(0.0)),), Cast(Bound(column), DoubleType())))
        (row,) = self._of(self._planner.aggregate(self._node, (), [Call(function, tuple(numbers))])).collect()
        return math.nan if row[0] is None else float(row[0])

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """How often each pair of values is there: a row for each of one column's, a column for each of the other's."""
        for place, name in enumerate((col1, col2), 1):
            if not isinstance(name, str):
                raise unexpected(f"col{place}", "str", name)
        one, other = (self._text(name) for name in (col1, col2))
        key = Alias(one, (f"{col1}_{col2}",))
        both = self._of(self._planner.project(self._node, [key, Alias(other, ("value",))]))
        values = sorted(row[0] for row in both.select("value").distinct().collect())
        counts = [
            Alias(
                Call("count", (Literal(1),), where=Call("=", (both._column("value")._expr, Literal(value)))),
                (value,),
            )
            for value in values
        ]
        return both.groupBy(both._column(f"`{col1}_{col2}`")).agg(*map(Column, counts))

    def _text(self, name: str) -> Expr:
        """A column as texts; `null` where there is none."""
        text = Cast(self._column(name)._expr, StringType())
        return Case(((Call("isnull", (text,)), Literal("null")),), text)

    def freqItems(self, cols: list[str] | tuple[str], support: float | None = None) -> DataFrame:
        """The values of each column that more than a share of the rows have: exactly those."""
        if not isinstance(cols, list | tuple):
            raise unexpected("cols", "list or tuple", cols)
        share = support or 0.01
        if not 1e-4 <= share <= 1.0:
            raise IllegalArgumentException(
                f"requirement failed: Support must be in [1e-4, 1], but got {share}.", ""
            )
        import pyarrow as pa

        from sluice.frame.arrowtypes import to_arrow

        least = share * self._of(self._node).count()
        output, data = [], []
        for name in cols:
            column = self._plain(name)
            groups = self._of(self._node).groupBy(Column(Bound(column))).count()
            often = groups.filter(groups._column("count") >= math.ceil(least))
            type_ = ArrayType(column.type, True)
            output.append(Attribute(f"{name}_freqItems", type_, False))
            values = often._table().column(0).combine_chunks()
            data.append(pa.ListArray.from_arrays([0, len(values)], values).cast(to_arrow(type_)))
        table = pa.table(data, names=[str(place) for place in range(len(data))])
        return self._of(Local(tuple(output), table))

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """The values at shares of the order of a column, or of several; exact whatever the error that is allowed."""
        if not isinstance(col, str | list | tuple):
            raise unexpected("col", "list, str or tuple", col)
        names = [col] if isinstance(col, str) else list(col)
        for name in names:
            if not isinstance(name, str):
                raise _contains("col", col, "str", name)
        if not isinstance(probabilities, list | tuple):
            raise unexpected("probabilities", "list or tuple", probabilities)
        for each in probabilities:
            if not isinstance(each, float | int) or not 0 <= each <= 1:
                raise unexpected("probabilities", "list[float, int]", each)
        if not isinstance(relativeError, float | int):
            raise unexpected("relativeError", "float or int", relativeError)
        if relativeError < 0:
            raise condition(
                PySparkValueError,
                "NEGATIVE_VALUE",
                "Value for `{arg_name}` must be greater than or equal to 0, got '{arg_value}'.",
                arg_name="relativeError",
                arg_value=relativeError,
            )
        exprs = []
        for name in names:
            column = self._plain(name)
            if not is_numeric(column.type):
                raise IllegalArgumentException(
                    f"requirement failed: Quantile calculation for column {name} with data type "
                    f"{column.type.simpleString()} is not supported.",
                    "",
                )
            value = Cast(Bound(column), DoubleType())
            there = Call("not", (Call("<=>", (value, Literal(math.nan))),))
            shares = Literal([float(each) for each in probabilities])
            exprs.append(Call("percentile_approx", (value, shares), where=there))
        if not probabilities or not exprs:
            found: list[list[float]] = [[] for _ in exprs]
        else:
            (row,) = self._of(self._planner.aggregate(self._node, (), exprs)).collect()
            found = [list(each or []) for each in row]
        return found[0] if isinstance(col, str) else found

    def sampleBy(self, col: Any, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """Rows by chances that depend on a column's value; a value without a chance has none.

        Raises:
            PySparkTypeError: `fractions` is no dict of values to chances.
        """
        from sluice.frame.sampling import Strata

        if not isinstance(col, str | Column):
            raise unexpected("col", "Column or str", col)
        if not isinstance(fractions, dict):
            raise unexpected("fractions", "dict", fractions)
        for key in fractions:
            if not isinstance(key, float | int | str):
                raise _contains("fractions", fractions, "float, int, str", key)
        chances = tuple(float(each) for each in fractions.values())
        if not all(0.0 <= each <= 1.0 for each in chances):
            raise IllegalArgumentException(
                f"requirement failed: Fractions must be in [0, 1], but got {fractions}.", ""
            )
        value = expr_of(col)
        branches = tuple(
            (Call("=", (value, Literal(key))), Literal(place)) for place, key in enumerate(fractions)
        )
        which: Expr = Case(branches) if branches else Cast(Literal(None), IntegerType())
        compiler = self._planner.compiler(self._node)
        place = Attribute("place", IntegerType())
        output = (*self._node.output, place)
        texts = (*(each.sql for each in self._node.output), compiler(which).text)
        below = Project(output, self._node, texts)
        drawn = random.randrange(1 << 32) if seed is None else int(seed)
        return self._of(Strata(self._node.output, below, chances, drawn))


def _contains(name: str, value: Any, allowed: str, item: Any) -> PySparkTypeError:
    return condition(
        PySparkTypeError,
        "DISALLOWED_TYPE_FOR_CONTAINER",
        "Argument `{arg_name}`(type: {arg_type}) should only contain a type in [{allowed_types}], got {item_type}",
        arg_name=name,
        arg_type=type(value).__name__,
        allowed_types=allowed,
        item_type=type(item).__name__,
    )


def _statistic(name: str, column: Attribute) -> Expr:
    value: Expr = Bound(column)
    number = Cast(value, DoubleType(), safe=True) if is_string(column.type) else value
    if name.endswith("%") and isinstance(column.type, DecimalType):
        number = Cast(value, DoubleType())
    lowered = name.lower()
    if lowered.endswith("%"):
        try:
            share = float(lowered[:-1]) / 100.0
        except ValueError:
            share = -1.0
        if not 0.0 <= share <= 1.0:
            raise IllegalArgumentException(f"Unable to parse {name} as a percentile", "")
        return Call("percentile_approx", (number, Literal(share)))
    if lowered == "count_distinct":
        return Call("count", (value,), distinct=True)
    if lowered == "approx_count_distinct":
        return Call("approx_count_distinct", (value,))
    if lowered in ("mean", "avg", "stddev"):
        return Call(lowered, (number,))
    if lowered in ("count", "min", "max"):
        return Call(lowered, (value,))
    raise errors.raised(
        "UNRECOGNIZED_STATISTIC",
        f"The statistic `{name}` is not recognized. SQLSTATE: 42704",
        IllegalArgumentException,
    )


class DataFrameStatFunctions:
    """What `DataFrame.stat` gives."""

    def __init__(self, df: Any) -> None:
        self.df = df

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """`DataFrame.approxQuantile`."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """`DataFrame.corr`."""
        return self.df.corr(col1, col2, method)  # type: ignore[no-any-return]

    def cov(self, col1: str, col2: str) -> float:
        """`DataFrame.cov`."""
        return self.df.cov(col1, col2)  # type: ignore[no-any-return]

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """`DataFrame.crosstab`."""
        return self.df.crosstab(col1, col2)  # type: ignore[no-any-return]

    def freqItems(self, cols: list[str] | tuple[str], support: float | None = None) -> DataFrame:
        """`DataFrame.freqItems`."""
        return self.df.freqItems(cols, support)  # type: ignore[no-any-return]

    def sampleBy(self, col: Any, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """`DataFrame.sampleBy`."""
        return self.df.sampleBy(col, fractions, seed)  # type: ignore[no-any-return]
