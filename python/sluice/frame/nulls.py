# SPDX-License-Identifier: Apache-2.0
"""Missing values: `fillna`, `dropna`, `replace`, also as `frame.na`."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sluice.frame.base import FrameBase
from sluice.frame.coercion import is_numeric, is_string
from sluice.frame.column import Column, call
from sluice.frame.errors import condition
from sluice.frame.expr import Alias, Attribute, Bound, Expr
from sluice.frame.functions.api import lit, when
from sluice.frame.types import BooleanType, DataType, DoubleType, FloatType
from sluice.pyspark.aliases import name_as_theirs
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame

__all__ = ["DataFrameNaFunctions", "Nulls"]

_NO_VALUE: Any = type("_NoValue", (), {"__repr__": lambda self: "<no value>"})()


class Nulls(FrameBase):
    """Mixed into ``DataFrame``."""

    @property
    def na(self) -> DataFrameNaFunctions:
        """What fills, drops and replaces missing values."""
        return DataFrameNaFunctions(self)  # type: ignore[arg-type]

    def fillna(self, value: Any, subset: str | tuple[str, ...] | list[str] | None = None) -> DataFrame:
        """Put a value where there is none; into columns of its kind, or into those that a dict names."""
        if not isinstance(value, float | int | str | bool | dict):
            raise _wrong_type("value", "bool, dict, float, int or str", value)
        if isinstance(value, dict):
            for name, each in value.items():
                if not isinstance(each, float | int | str | bool):
                    raise _wrong_type(f"value of {name!r}", "bool, float, int or str", each)
            by_id = {self._attribute(name).id: each for name, each in value.items()}
            return self._changed(
                {each: _filled(each, by_id[each.id]) for each in self._node.output if each.id in by_id}
            )
        among = self._chosen(subset)
        return self._changed({each: _filled(each, value) for each in among if _takes(each.type, value)})

    def dropna(
        self,
        how: str = "any",
        thresh: int | None = None,
        subset: str | tuple[str, ...] | list[str] | None = None,
    ) -> DataFrame:
        """Leave out rows with missing values; with `thresh`, those with fewer others than that."""
        if how not in ("any", "all"):
            raise condition(
                PySparkValueError,
                "VALUE_NOT_ALLOWED",
                "Value for `{arg_name}` has to be amongst the following values: {allowed_values}.",
                arg_name="how",
                allowed_values="['any', 'all']",
            )
        among = self._chosen(subset)
        least = thresh if thresh is not None else len(among) if how == "any" else 1
        there = [when(~_missing(Column(Bound(each)), each.type), 1).otherwise(0) for each in among]
        if not there:
            return self._of(self._node)
        return self._of(
            self._planner.filter(self._node, (functools.reduce(operator.add, there) >= least)._expr)
        )

    def replace(
        self, to_replace: Any, value: Any = _NO_VALUE, subset: str | tuple[str, ...] | list[str] | None = None
    ) -> DataFrame:
        """Put values in place of others, in columns of their kind."""
        pairs = _pairs(to_replace, value, subset)
        keys = [key for key, _ in pairs]
        kind = _kind(keys)
        changed = {}
        for each in self._chosen(subset):
            if kind(each.type):
                before = Column(Bound(each))
                chain: Any = None
                for old, new in pairs:
                    same, put = before == lit(old), lit(new).cast(each.type)
                    chain = when(same, put) if chain is None else chain.when(same, put)
                if chain is not None:
                    changed[each] = chain.otherwise(before)
        return self._changed(changed)

    def _attribute(self, name: str) -> Attribute:
        expr = self._column(name)._expr
        if not isinstance(expr, Bound):
            raise _wrong_type("subset", "the name of a column", name)
        return expr.attribute

    def _chosen(self, subset: str | tuple[str, ...] | list[str] | None) -> list[Attribute]:
        if subset is None:
            return list(self._node.output)
        if isinstance(subset, str):
            subset = [subset]
        if not isinstance(subset, list | tuple):
            raise _wrong_type("subset", "list, str or tuple", subset)
        return [self._attribute(name) for name in subset]

    def _changed(self, changed: dict[Attribute, Column]) -> DataFrame:
        """The frame with other values in some columns."""
        by_id = {attribute.id: column for attribute, column in changed.items()}
        exprs: list[Expr] = [
            Alias(by_id[each.id]._expr, (each.name,)) if each.id in by_id else Bound(each)
            for each in self._node.output
        ]
        return self._of(self._planner.project(self._node, exprs))


class DataFrameNaFunctions:
    """Missing values of a frame."""

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def drop(
        self,
        how: str = "any",
        thresh: int | None = None,
        subset: str | tuple[str, ...] | list[str] | None = None,
    ) -> DataFrame:
        """`DataFrame.dropna`."""
        return self.df.dropna(how=how, thresh=thresh, subset=subset)

    def fill(self, value: Any, subset: list[str] | None = None) -> DataFrame:
        """`DataFrame.fillna`."""
        return self.df.fillna(value=value, subset=subset)

    def replace(self, to_replace: Any, value: Any = _NO_VALUE, subset: list[str] | None = None) -> DataFrame:
        """`DataFrame.replace`."""
        return self.df.replace(to_replace, value, subset)


def _wrong_type(name: str, wanted: str, got: Any) -> Exception:
    return condition(
        PySparkTypeError,
        "NOT_EXPECTED_TYPE",
        "Argument `{arg_name}` should be {expected_type}, got {arg_type}.",
        arg_name=name,
        expected_type=wanted,
        arg_type=type(got).__name__,
    )


def _takes(type_: DataType, value: Any) -> bool:
    """Whether `fillna` puts a value into columns of a type."""
    if isinstance(value, bool):
        return isinstance(type_, BooleanType)
    return is_string(type_) if isinstance(value, str) else is_numeric(type_)


def _missing(column: Column, type_: DataType) -> Column:
    if isinstance(type_, FloatType | DoubleType):
        absent: Column = column.isNull() | (column == lit(float("nan")))
        return absent
    return column.isNull()


def _filled(attribute: Attribute, value: Any) -> Column:
    column = Column(Bound(attribute))
    put = lit(value).cast(attribute.type)
    if isinstance(attribute.type, FloatType | DoubleType):
        column = when(~_missing(column, attribute.type), column)
    return call("coalesce", column, put)


def _pairs(to_replace: Any, value: Any, subset: Any) -> list[tuple[Any, Any]]:
    """What is replaced, each with what by."""
    if value is _NO_VALUE:
        if not isinstance(to_replace, dict):
            raise condition(
                PySparkTypeError,
                "ARGUMENT_REQUIRED",
                "Argument `{arg_name}` is required when {condition}.",
                arg_name="value",
                condition="`to_replace` is dict",
            )
        value = None
    plain = (bool, float, int, str, list, tuple)
    if not isinstance(to_replace, (*plain, dict)):
        raise _wrong_type("to_replace", "bool, dict, float, int, str or tuple", to_replace)
    if value is not None and not isinstance(value, plain):
        raise _wrong_type("value", "bool, float, int, str, tuple or None", value)
    if subset is not None and not isinstance(subset, list | tuple | str):
        raise _wrong_type("subset", "list, str or tuple", subset)
    if isinstance(to_replace, dict):
        pairs = list(to_replace.items())
    else:
        olds = list(to_replace) if isinstance(to_replace, list | tuple) else [to_replace]
        news = list(value) if isinstance(value, list | tuple) else [value] * len(olds)
        if len(olds) != len(news):
            raise condition(
                PySparkValueError,
                "LENGTH_SHOULD_BE_THE_SAME",
                "{arg1} and {arg2} should be of the same length, got {arg1_length} and {arg2_length}.",
                arg1="to_replace",
                arg2="value",
                arg1_length=str(len(olds)),
                arg2_length=str(len(news)),
            )
        pairs = list(zip(olds, news, strict=True))
    new = [each for _, each in pairs if each is not None]
    if not any(all(isinstance(each, kind) for each in [*(old for old, _ in pairs), *new]) for kind in _KINDS):
        raise condition(
            PySparkValueError, "MIXED_TYPE_REPLACEMENT", "Mixed type replacements are not supported."
        )
    return pairs


_KINDS: tuple[Any, ...] = (bool, str, (float, int))


def _kind(keys: Iterable[Any]) -> Callable[[DataType], bool]:
    """Which columns the values can stand in."""
    first = next(iter(keys), None)
    if isinstance(first, bool):
        return lambda type_: isinstance(type_, BooleanType)
    return is_string if isinstance(first, str) else is_numeric


name_as_theirs(globals(), "pyspark.sql.dataframe")
