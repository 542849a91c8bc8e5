# SPDX-License-Identifier: Apache-2.0
"""Values that are missing, or shall be others: `fillna`, `dropna`, `replace`, and the same under `na`."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from sluice.frame.base import FrameBase
from sluice.frame.coercion import is_numeric, is_string
from sluice.frame.expr import Alias, Attribute, Bound, Call, Case, Cast, Expr, Literal
from sluice.frame.types import BooleanType, DataType, DoubleType, FloatType
from sluice.pyspark.captured import IllegalArgumentException
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["DataFrameNaFunctions", "Nulls", "unexpected"]

_NO_VALUE: Any = type("_NoValue", (), {"__repr__": lambda self: "<no value>"})()


def unexpected(name: str, expected: str, value: Any) -> PySparkTypeError:
    """The error for an argument of another type than is taken."""
    got = type(value).__name__
    return PySparkTypeError(
        f"Argument `{name}` should be {expected}, got {got}.",
        "NOT_EXPECTED_TYPE",
        {"arg_name": name, "expected_type": expected, "arg_type": got},
    )


def _subset(subset: Any, expected: str) -> list[str] | None:
    if subset is None:
        return None
    if isinstance(subset, str):
        return [subset]
    if not isinstance(subset, list | tuple):
        raise unexpected("subset", expected, subset)
    return list(subset)


class Nulls(FrameBase):
    """Mixed into ``DataFrame``."""

    @property
    def na(self) -> DataFrameNaFunctions:
        """`fill`, `drop` and `replace`."""
        return DataFrameNaFunctions(self)

    def fillna(self, value: Any, subset: Any = None) -> DataFrame:
        """Put a value where there is none, in the columns of its kind; NaN counts as none. A dict has one a column.

        Raises:
            PySparkTypeError: the value is none that columns take.
        """
        if not isinstance(value, bool | int | float | str | dict):
            raise unexpected("value", "bool, dict, float, int or str", value)
        if isinstance(value, dict):
            values = {self._named(name).id: each for name, each in value.items()}
            for name, each in value.items():
                if not isinstance(each, bool | int | float | str):
                    raise IllegalArgumentException(
                        f"Unsupported value type {type(each).__name__} of column {name}: {each!r}.", ""
                    )
            return self._each(
                lambda column: _filled(column, values[column.id]) if column.id in values else None
            )
        names = _subset(subset, "list or tuple")
        chosen = {self._named(name).id for name in (self.columns if names is None else names)}
        if isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        return self._each(
            lambda column: (
                _filled(column, value) if column.id in chosen and _takes(column.type, value) else None
            )
        )

    def dropna(self, how: str = "any", thresh: int | None = None, subset: Any = None) -> DataFrame:
        """Leave out rows that have no value in any column, in all, or in all but fewer than `thresh`.

        Raises:
            PySparkValueError: `how` is neither "any" nor "all".
        """
        if how is not None and how not in ("any", "all"):
            raise PySparkValueError(
                "Value for `how` has to be amongst the following values: ['any', 'all'].",
                "VALUE_NOT_ALLOWED",
                {"arg_name": "how", "allowed_values": "['any', 'all']"},
            )
        names = _subset(subset, "list, str or tuple")
        columns = [self._named(name) for name in (self.columns if names is None else names)]
        least = thresh if thresh is not None else len(columns) if how == "any" else 1
        if not columns:
            return self._of(self._node)
        there: Expr = Literal(0)
        for column in columns:
            there = Call("+", (there, Case(((Call("not", (_missing(column),)), Literal(1)),), Literal(0))))
        return self._of(self._planner.filter(self._node, Call(">=", (there, Literal(least)))))

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: Any = None) -> DataFrame:
        """Put values in the place of others, in the columns of their kind.

        Raises:
            PySparkTypeError: a value is missing, or none that columns take.
            PySparkValueError: the values are of several kinds, or not as many as what they replace.
        """
        pairs = _pairs(to_replace, value)
        names = _subset(subset, "list, str or tuple")
        chosen = {self._named(name).id for name in (self.columns if names is None else names)}
        kind = next(iter(pairs), None)
        return self._each(
            lambda column: (
                _replaced(column, pairs) if column.id in chosen and _takes(column.type, kind) else None
            )
        )

    def _named(self, name: str) -> Attribute:
        found = self._column(name)._expr
        if not isinstance(found, Bound):
            raise IllegalArgumentException(f"Nested fields are not supported here: {name}", "")
        return found.attribute

    def _each(self, change: Any) -> DataFrame:
        """The columns with those changed for which there is a change."""
        exprs: list[Expr] = []
        for column in self._node.output:
            changed = change(column)
            exprs.append(Bound(column) if changed is None else Alias(changed, (column.name,)))
        return self._of(self._planner.project(self._node, exprs))


def _takes(type_: DataType, value: Any) -> bool:
    """Whether a value is of a column's kind."""
    if isinstance(value, bool):
        return isinstance(type_, BooleanType)
    return is_string(type_) if isinstance(value, str) else is_numeric(type_)


def _missing(column: Attribute) -> Expr:
    absent: Expr = Call("isnull", (Bound(column),))
    if isinstance(column.type, FloatType | DoubleType):
        absent = Call("or", (absent, _is_nan(column)))
    return absent


def _is_nan(column: Attribute) -> Expr:
    return Call("<=>", (Bound(column), Literal(math.nan)))


def _filled(column: Attribute, value: Any) -> Expr:
    return Case(((_missing(column), Cast(Literal(value), column.type)),), Bound(column))


def _pairs(to_replace: Any, value: Any) -> dict[Any, Any]:
    plain = (bool, int, float, str)
    if value is _NO_VALUE:
        if not isinstance(to_replace, dict):
            raise PySparkTypeError(
                "Argument `value` is required when `to_replace` is no dict.",
                "ARGUMENT_REQUIRED",
                {"arg_name": "value", "condition": "`to_replace` is dict"},
            )
        value = None
    if not isinstance(to_replace, (*plain, list, tuple, dict)):
        raise unexpected("to_replace", "bool, dict, float, int, str or tuple", to_replace)
    if not isinstance(value, (*plain, list, tuple, type(None))) and not isinstance(to_replace, dict):
        raise unexpected("value", "bool, float, int, list, None, str or tuple", value)
    if isinstance(to_replace, dict):
        if value is not None:
            warnings.warn("`to_replace` is a dict: `value` is left aside", stacklevel=3)
        pairs = dict(to_replace)
    else:
        olds = list(to_replace) if isinstance(to_replace, list | tuple) else [to_replace]
        news = list(value) if isinstance(value, list | tuple) else [value] * len(olds)
        if len(olds) != len(news):
            raise PySparkValueError(
                f"to_replace and value should be of the same length, got {len(olds)} and {len(news)}.",
                "LENGTH_SHOULD_BE_THE_SAME",
                {
                    "arg1": "to_replace",
                    "arg2": "value",
                    "arg1_length": str(len(olds)),
                    "arg2_length": str(len(news)),
                },
            )
        pairs = dict(zip(olds, news, strict=True))
    every = [*pairs, *(each for each in pairs.values() if each is not None)]
    if not any(all(isinstance(each, kind) for each in every) for kind in (bool, str, (int, float))):
        raise PySparkValueError("Mixed type replacements are not supported.", "MIXED_TYPE_REPLACEMENT", {})
    return pairs


def _replaced(column: Attribute, pairs: dict[Any, Any]) -> Expr | None:
    branches = []
    numeric = is_numeric(column.type)
    here: Expr = Cast(Bound(column), DoubleType()) if numeric else Bound(column)
    for old, new in pairs.items():
        if numeric and not math.isfinite(old) and not isinstance(column.type, FloatType | DoubleType):
            continue
        is_it = Call("<=>", (here, Literal(float(old) if numeric else old)))
        branches.append((is_it, Cast(Literal(new), column.type)))
    return Case(tuple(branches), Bound(column)) if branches else None


class DataFrameNaFunctions:
    """What `DataFrame.na` gives."""

    def __init__(self, df: Any) -> None:
        self.df = df

    def drop(self, how: str = "any", thresh: int | None = None, subset: Any = None) -> DataFrame:
        """`DataFrame.dropna`."""
        return self.df.dropna(how=how, thresh=thresh, subset=subset)  # type: ignore[no-any-return]

    def fill(self, value: Any, subset: Any = None) -> DataFrame:
        """`DataFrame.fillna`."""
        return self.df.fillna(value=value, subset=subset)  # type: ignore[no-any-return]

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: Any = None) -> DataFrame:
        """`DataFrame.replace`."""
        return self.df.replace(to_replace, value, subset)  # type: ignore[no-any-return]
