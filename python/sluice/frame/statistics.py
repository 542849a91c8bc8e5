# SPDX-License-Identifier: Apache-2.0
"""Statistics of columns: `describe`, `summary`, quantiles, correlation, contingency; also as `frame.stat`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluice.frame.base import FrameBase, flat
from sluice.frame.coercion import is_numeric, is_string
from sluice.frame.column import Column, call
from sluice.frame.conditions import condition
from sluice.frame.expr import Attribute, Bound, Expr
from sluice.frame.functions.api import lit, when
from sluice.frame.types import (
    ArrayType,
    DecimalType,
    DoubleType,
    FloatType,
    LongType,
    StringType,
    StructField,
    StructType,
)
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import IllegalArgumentException, PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["DataFrameStatFunctions", "Statistics"]

_DESCRIBED = ("count", "mean", "stddev", "min", "max")
_SUMMARY = ("count", "mean", "stddev", "min", "25%", "50%", "75%", "max")
#: How many values `percentile_approx` keeps at least.
_ACCURACY = 10000


class Statistics(FrameBase):
    """Mixed into ``DataFrame``."""

    @property
    def stat(self) -> DataFrameStatFunctions:
        """Statistics of columns."""
        return DataFrameStatFunctions(self)  # type: ignore[arg-type]

    def describe(self, *cols: str | list[str]) -> DataFrame:
        """Count, mean, standard deviation, least and greatest of columns of numbers and texts."""
        return self._summed(_DESCRIBED, flat(cols))

    def summary(self, *statistics: str) -> DataFrame:
        """`describe` with statistics of choice: also `count_distinct`, and percentiles such as `95%`."""
        return self._summed(tuple(flat(statistics)) or _SUMMARY, [])

    def _summed(self, statistics: tuple[str, ...], names: list[str]) -> DataFrame:
        chosen = [_attribute(self, name) for name in names] or list(self._node.output)
        chosen = [each for each in chosen if is_numeric(each.type) or is_string(each.type)]
        columns = [_statistic(name)(each) for name in statistics for each in chosen]
        row = list(self._aggregated([column.cast("string") for column in columns])) if columns else []
        width = len(chosen)
        rows = [(name, *row[place * width : (place + 1) * width]) for place, name in enumerate(statistics)]
        fields = [StructField("summary", StringType())]
        fields += [StructField(each.name, StringType()) for each in chosen]
        return self._session.createDataFrame(rows, StructType(fields))

    def _aggregated(self, columns: list[Column]) -> Any:
        """The one row of some aggregates."""
        exprs: list[Any] = [column.alias(f"c{place}") for place, column in enumerate(columns)]
        return self._of(self._node).agg(*exprs).collect()[0]

    def approxQuantile(
        self, col: str | list[str] | tuple[str, ...], probabilities: Any, relativeError: float
    ) -> Any:
        """Values below which a part of a column's values lie, without regard to null and NaN; here exact."""
        several = isinstance(col, list | tuple)
        names = list(col) if isinstance(col, list | tuple) else [col]
        if not all(isinstance(name, str) for name in names):
            raise _wrong("col", "list, str or tuple", col)
        if not isinstance(probabilities, list | tuple):
            raise _wrong("probabilities", "list or tuple", probabilities)
        for each in probabilities:
            if not isinstance(each, float | int) or not 0 <= each <= 1:
                raise condition(
                    PySparkTypeError,
                    "NOT_LIST_OF_FLOAT_OR_INT",
                    "Argument `{arg_name}` should be a list of float or int, got {arg_type}.",
                    arg_name="probabilities",
                    arg_type=type(each).__name__,
                )
        if not isinstance(relativeError, float | int):
            raise _wrong("relativeError", "float or int", relativeError)
        if relativeError < 0:
            raise condition(
                PySparkValueError,
                "NEGATIVE_VALUE",
                "Value for `{arg_name}` must be greater than or equal to 0, got '{arg_value}'.",
                arg_name="relativeError",
                arg_value=relativeError,
            )
        found = [self._quantiles(name, [float(each) for each in probabilities]) for name in names]
        return found if several else found[0]

    def _quantiles(self, name: str, probabilities: list[float]) -> list[float]:
        column = _number(_attribute(self, name))
        there = self._of(self._node).select(column.alias("x")).filter(~_absent("x")).orderBy("x")
        ranked = [row[0] for row in there.collect()]
        if not ranked:
            return []
        # The value whose rank is the part of the count, rounded up: PySpark's with an error of 0.
        ranks = (max(1, _ceiling(each * len(ranked))) for each in probabilities)
        return [ranked[rank - 1] for rank in ranks]

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """Pearson's correlation of two columns."""
        if method not in (None, "pearson"):
            raise condition(
                PySparkValueError,
                "VALUE_NOT_PEARSON",
                "Value for `{arg_name}` only supports 'pearson', got '{arg_value}'.",
                arg_name="method",
                arg_value=method,
            )
        return self._of_two("corr", col1, col2)

    def cov(self, col1: str, col2: str) -> float:
        """The covariance of a sample of two columns."""
        return self._of_two("covar_samp", col1, col2)

    def _of_two(self, function: str, col1: str, col2: str) -> float:
        pair = []
        for name, value in (("col1", col1), ("col2", col2)):
            if not isinstance(value, str):
                raise _wrong(name, "str", value)
            attribute = _attribute(self, value)
            if not is_numeric(attribute.type):
                raise IllegalArgumentException(
                    f"requirement failed: {function} of columns with dataType {attribute.type.simpleString()} "
                    "not supported."
                )
            pair.append(_number(attribute))
        found = self._aggregated([call(function, *pair)])[0]
        return float("nan") if found is None else float(found)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """How often each value of one column meets each of another: a row for each of the first."""
        for name, value in (("col1", col1), ("col2", col2)):
            if not isinstance(value, str):
                raise _wrong(name, "str", value)
        pair = [Column(Bound(_attribute(self, name))).cast("string") for name in (col1, col2)]
        counted = (
            self._of(self._node).select(pair[0].alias("a"), pair[1].alias("b")).groupBy("a", "b").count()
        )
        cells: dict[str, dict[str, int]] = {}
        for left, right, count in counted.collect():
            key, other = ("null" if each is None else each for each in (left, right))
            cells.setdefault(key, {})[other] = count
        others = sorted({other for row in cells.values() for other in row})
        rows = [(key, *(row.get(other, 0) for other in others)) for key, row in sorted(cells.items())]
        fields = [StructField(f"{col1}_{col2}", StringType())]
        fields += [StructField(other, LongType(), False) for other in others]
        return self._session.createDataFrame(rows, StructType(fields))

    def freqItems(self, cols: list[str] | tuple[str, ...], support: float | None = None) -> DataFrame:
        """The values of each column that at least a part `support` of the rows have; here exact."""
        if not isinstance(cols, list | tuple):
            raise _wrong("cols", "list or tuple", cols)
        least = (0.01 if support is None else support) * self._of(self._node).count()
        found, fields = [], []
        for name in cols:
            attribute = _attribute(self, name)
            counted = self._of(self._node).select(Column(Bound(attribute)).alias("x")).groupBy("x").count()
            found.append([row[0] for row in counted.collect() if row[1] >= least])
            fields.append(StructField(f"{name}_freqItems", ArrayType(attribute.type)))
        return self._session.createDataFrame([tuple(found)], StructType(fields))

    def sampleBy(self, col: Any, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """A part of the rows of each value of a column; none of values that are not named."""
        if not isinstance(col, str | Column):
            raise _wrong("col", "Column or str", col)
        if not isinstance(fractions, dict):
            raise _wrong("fractions", "dict", fractions)
        column = self._column(col) if isinstance(col, str) else col
        draw = call("rand") if seed is None else call("rand", lit(seed))
        kept: Any = None
        for value, fraction in fractions.items():
            if not isinstance(value, float | int | str | bool):
                raise _wrong("fractions", "dict of float, int or str", value)
            same, drawn = column == lit(value), draw < lit(float(fraction))
            kept = when(same, drawn) if kept is None else kept.when(same, drawn)
        return self._of(self._node).filter(lit(False) if kept is None else kept.otherwise(lit(False)))


class DataFrameStatFunctions:
    """Statistics of a frame."""

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def approxQuantile(
        self, col: str | list[str] | tuple[str, ...], probabilities: Any, relativeError: float
    ) -> Any:
        """`DataFrame.approxQuantile`."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """`DataFrame.corr`."""
        return self.df.corr(col1, col2, method)

    def cov(self, col1: str, col2: str) -> float:
        """`DataFrame.cov`."""
        return self.df.cov(col1, col2)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """`DataFrame.crosstab`."""
        return self.df.crosstab(col1, col2)

    def freqItems(self, cols: list[str], support: float | None = None) -> DataFrame:
        """`DataFrame.freqItems`."""
        return self.df.freqItems(cols, support)

    def sampleBy(self, col: str, fractions: dict[Any, float], seed: int | None = None) -> DataFrame:
        """`DataFrame.sampleBy`."""
        return self.df.sampleBy(col, fractions, seed)


def _absent(name: str) -> Column:
    """Whether a column of doubles has null or NaN."""
    from sluice.frame.column import column

    found = column(name)
    absent: Column = found.isNull() | (found == lit(float("nan")))
    return absent


def _ceiling(value: float) -> int:
    whole = int(value)
    return whole if whole == value else whole + 1


def _wrong(name: str, wanted: str, got: Any) -> Exception:
    return condition(
        PySparkTypeError,
        "NOT_EXPECTED_TYPE",
        "Argument `{arg_name}` should be {expected_type}, got {arg_type}.",
        arg_name=name,
        expected_type=wanted,
        arg_type=type(got).__name__,
    )


def _attribute(frame: FrameBase, name: str) -> Attribute:
    expr: Expr = frame._column(name)._expr
    if not isinstance(expr, Bound):
        raise _wrong("col", "the name of a column", name)
    return expr.attribute


def _number(attribute: Attribute) -> Column:
    return Column(Bound(attribute)).cast("double")


def _statistic(name: str) -> Callable[[Attribute], Column]:
    """What one row of `summary` has for a column."""
    if name.endswith("%"):
        try:
            part = float(name[:-1]) / 100
        except ValueError:
            raise IllegalArgumentException(f"Unable to parse {name} as a percentile") from None
        return lambda each: _percentile(each, part)
    if name in ("count", "min", "max"):
        return lambda each: call(name, Column(Bound(each)))
    if name in ("mean", "stddev"):
        return lambda each: call("avg" if name == "mean" else name, _measured(each))
    if name == "count_distinct":
        from sluice.frame.functions.api import count_distinct

        return lambda each: count_distinct(Column(Bound(each)))
    if name == "approx_count_distinct":
        return lambda each: call("approx_count_distinct", Column(Bound(each)))
    raise IllegalArgumentException(f"{name} is not a recognised statistic")


def _measured(attribute: Attribute) -> Column:
    """A column of numbers; of texts, the numbers that they are."""
    column = Column(Bound(attribute))
    return column.try_cast("double") if is_string(attribute.type) else column


def _percentile(attribute: Attribute, part: float) -> Column:
    column = _measured(attribute)
    if isinstance(attribute.type, DecimalType | FloatType | DoubleType):
        column = column.cast("double")
    return call("percentile_approx", column, lit(part), lit(_ACCURACY))


name_as_theirs(globals(), "pyspark.sql.dataframe")
