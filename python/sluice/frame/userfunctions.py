# SPDX-License-Identifier: Apache-2.0
"""Functions of the program that make columns: `udf`, `pandas_udf` and `arrow_udf`, and what they return."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from sluice.frame import forms
from sluice.frame.arrowtypes import to_arrow
from sluice.frame.errors import condition
from sluice.frame.types import DataType, StructType, _parse_datatype_string
from sluice.pyspark.evaltypes import PythonEvalType as E
from sluice.pyspark.exceptions import (
    PySparkException,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
)

__all__ = ["ArrowUDFType", "PandasUDFType", "UserFunction", "arrow_udf", "pandas_udf", "udf"]


class PandasUDFType:
    """Forms of functions of pandas, for programs that name them instead of using type hints."""

    SCALAR = E.SQL_SCALAR_PANDAS_UDF
    SCALAR_ITER = E.SQL_SCALAR_PANDAS_ITER_UDF
    GROUPED_MAP = E.SQL_GROUPED_MAP_PANDAS_UDF
    GROUPED_AGG = E.SQL_GROUPED_AGG_PANDAS_UDF


class ArrowUDFType:
    """Forms of functions of Arrow, likewise."""

    SCALAR = E.SQL_SCALAR_ARROW_UDF
    SCALAR_ITER = E.SQL_SCALAR_ARROW_ITER_UDF
    GROUPED_AGG = E.SQL_GROUPED_AGG_ARROW_UDF


class UserFunction:
    """A function of the program with the type of what it makes. Called with columns, it returns a column.

    Args:
        func: anything that can be called.
        returnType: a type, or its name as in DDL.
        evalType: which form it has, by PySpark's numbers.
        name: what its column is called.
        deterministic: whether it gives the same for the same values.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        returnType: DataType | str = "string",
        evalType: int = E.SQL_BATCHED_UDF,
        name: str | None = None,
        deterministic: bool = True,
    ) -> None:
        for value, kinds, argument, expected in (
            (func, None, "func", "callable"),
            (returnType, (DataType, str), "returnType", "DataType or str"),
            (evalType, (int,), "evalType", "int"),
        ):
            if not (callable(value) if kinds is None else isinstance(value, kinds)):
                raise condition(
                    PySparkTypeError,
                    "NOT_EXPECTED_TYPE",
                    "Argument `{arg_name}` should be a {expected_type}, got {arg_type}.",
                    expected_type=expected,
                    arg_name=argument,
                    arg_type=type(value).__name__,
                )
        functools.update_wrapper(self, func, updated=())
        self.func = func
        self.evalType = evalType
        self.deterministic = deterministic
        self._name = name or getattr(func, "__name__", None) or type(func).__name__
        self.__name__ = self._name
        self._declared = returnType
        self._type: DataType | None = None

    @property
    def name(self) -> str:
        """What it is called in columns and errors."""
        return self._name

    @property
    def aggregates(self) -> bool:
        """Whether it makes one value of many rows."""
        return self.evalType in forms.AGGREGATES

    @property
    def returnType(self) -> DataType:
        """The type of what it makes.

        :raises PySparkException: there is no such type, or none that a function of this form can make
        """
        if self._type is None:
            kind = self._declared
            self._type = kind if isinstance(kind, DataType) else _parse_datatype_string(kind)
        _check_type(self._type, self.evalType)
        return self._type

    def asNondeterministic(self) -> UserFunction:
        """Say that it may give another value for the same; return itself."""
        self.deterministic = False
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the column that it makes of columns, or of names of columns."""
        from sluice.frame.column import Column, expr_of
        from sluice.frame.expr import PythonCall

        names = tuple((name, expr_of(value)) for name, value in kwargs.items())
        return Column(PythonCall(self, tuple(map(expr_of, args)), names))

    def __repr__(self) -> str:
        return f"<user-defined function {self._name}>"


_MAPS = {
    E.SQL_GROUPED_MAP_PANDAS_UDF: (
        "grouped map Pandas UDFs or at groupby.applyInPandas(WithState)",
        "PANDAS",
    ),
    E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: (
        "grouped map Pandas UDFs or at groupby.applyInPandas(WithState)",
        "PANDAS",
    ),
    E.SQL_MAP_PANDAS_ITER_UDF: ("mapInPandas", "PANDAS"),
    E.SQL_MAP_ARROW_ITER_UDF: ("mapInArrow", "PANDAS"),
    E.SQL_COGROUPED_MAP_PANDAS_UDF: ("cogroup.applyInPandas", "PANDAS"),
    E.SQL_GROUPED_MAP_ARROW_UDF: ("grouped map Arrow UDFs or at groupby.applyInArrow", "ARROW"),
    E.SQL_GROUPED_MAP_ARROW_ITER_UDF: ("grouped map Arrow UDFs or at groupby.applyInArrow", "ARROW"),
    E.SQL_COGROUPED_MAP_ARROW_UDF: ("cogroup.applyInArrow", "ARROW"),
}


def _check_type(kind: DataType, form: int) -> None:
    if form == E.SQL_BATCHED_UDF:
        return
    where, package = _MAPS.get(form, ("functions over Arrow", ""))
    if package and not isinstance(kind, StructType):
        names = [name for name, number in vars(E).items() if number == form]
        raise condition(
            PySparkTypeError,
            f"INVALID_RETURN_TYPE_FOR_{package}_UDF",
            f"{'Pandas' if package == 'PANDAS' else 'Grouped and Cogrouped map Arrow'} UDF should return StructType "
            "for {eval_type}, got {return_type}.",
            eval_type=names[0],
            return_type=kind,
        )
    if form == E.SQL_GROUPED_AGG_PANDAS_UDF and isinstance(kind, StructType):
        raise _no_type("grouped aggregate Pandas UDFs", kind)
    try:
        to_arrow(kind)
    except PySparkTypeError as error:
        raise _no_type(where, kind) from error


def _no_type(where: str, kind: DataType) -> PySparkException:
    return condition(
        PySparkNotImplementedError,
        "NOT_IMPLEMENTED",
        "{feature} is not implemented.",
        feature=f"Invalid return type with {where}: {kind}",
    )


def udf(
    f: Callable[..., Any] | DataType | str | None = None,
    returnType: DataType | str = "string",
    *,
    useArrow: bool | None = None,
) -> Any:
    """Make a function of the program one that makes a column, a row at a time; with or without parentheses.

    Args:
        f: the function; or the type of what it returns, where this is a decorator.
        returnType: the type of what it returns.
        useArrow: convert what it returns by the rules of Arrow, else by those of pickles; by default what
            `spark.sql.execution.pythonUDF.arrow.enabled` says, and a form that type hints tell.
    """
    if f is None or isinstance(f, DataType | str):
        return functools.partial(_row_function, returnType=f or returnType, useArrow=useArrow)
    return _row_function(f, returnType, useArrow)


def _row_function(f: Callable[..., Any], returnType: DataType | str, useArrow: bool | None) -> UserFunction:
    form = None
    if useArrow is None:
        try:
            found = forms.positional(f)
            if found.args and found.annotations:
                form = forms.of_hints(f, "all")
        except Exception:
            warnings.warn("Cannot infer the eval type from type hints. ", UserWarning, stacklevel=3)
    if form is None:
        form = E.SQL_ARROW_BATCHED_UDF if _by_arrow(useArrow) else E.SQL_BATCHED_UDF
    return UserFunction(f, returnType, form)


def _by_arrow(asked: bool | None) -> bool:
    if asked is not None:
        return asked
    from sluice.frame.evaluatingoptions import setting

    return setting("spark.sql.execution.pythonUDF.arrow.enabled", "true").lower() == "true"


_COLUMNS = {
    "pandas": frozenset(
        number for name, number in vars(E).items() if name.startswith("SQL_") and "PANDAS" in name
    )
    | {E.SQL_MAP_ARROW_ITER_UDF, E.SQL_GROUPED_MAP_ARROW_UDF, E.SQL_COGROUPED_MAP_ARROW_UDF}
    | {E.SQL_GROUPED_MAP_ARROW_ITER_UDF, E.SQL_ARROW_BATCHED_UDF},
    "arrow": forms.ARROW,
}


def pandas_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """Make a function of series and frames of pandas one that makes a column; type hints say which form it has.

    Args:
        f: the function; or the type of what it returns, where this is a decorator.
        returnType: the type of what it returns.
        functionType: the form, one of `PandasUDFType`, where there are no hints.
    """
    return _vectorised(f, returnType, functionType, "pandas")


def arrow_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """Make a function of arrays of Arrow one that makes a column; otherwise as `pandas_udf`."""
    return _vectorised(f, returnType, functionType, "arrow")


def _vectorised(f: Any, returnType: Any, functionType: int | None, kind: str) -> Any:
    decorator = f is None or isinstance(f, DataType | str)
    declared, form = (f or returnType, functionType) if decorator else (returnType, functionType)
    if decorator and form is None and isinstance(returnType, int):
        form = returnType
    if declared is None or isinstance(declared, int):
        raise condition(
            PySparkTypeError, "CANNOT_BE_NONE", "Argument `{arg_name}` cannot be None.", arg_name="returnType"
        )
    if form is not None and form not in _COLUMNS[kind]:
        raise condition(
            PySparkTypeError,
            "INVALID_PANDAS_UDF_TYPE",
            "`{arg_name}` should be one of the values from PandasUDFType, got {arg_type}",
            arg_name="functionType",
            arg_type=form,
        )
    make = functools.partial(_made, returnType=declared, form=form, kind=kind)
    return make if decorator else make(f)


def _made(f: Callable[..., Any], returnType: Any, form: int | None, kind: str) -> UserFunction:
    found = forms.positional(f)
    if form in forms.AGGREGATES | forms.ITERATORS | {E.SQL_SCALAR_PANDAS_UDF, E.SQL_SCALAR_ARROW_UDF}:
        warnings.warn(
            f"It is preferred to specify type hints for {kind} UDF instead of specifying {kind} UDF type. "
            "See SPARK-28264 for more details.",
            UserWarning,
            stacklevel=3,
        )
    elif form is None and found.annotations:
        form = forms.of_hints(f, kind)
    if form is None:
        form = E.SQL_SCALAR_PANDAS_UDF if kind == "pandas" else E.SQL_SCALAR_ARROW_UDF
    check_arguments(f, form, f"{kind}_udfs")
    return UserFunction(f, returnType, form)


_TAKES = {
    E.SQL_GROUPED_MAP_PANDAS_UDF: (
        (1, 2),
        "{kind} with function type GROUPED_MAP or the function in groupby.applyInPandas must take either one "
        "argument (data) or two arguments (key, data).",
    ),
    E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: (
        (1, 2),
        "the function in groupby.applyInPandas with iterator API must take either one argument "
        "(batches: Iterator[pandas.DataFrame]) or two arguments (key, batches: Iterator[pandas.DataFrame]).",
    ),
    E.SQL_GROUPED_MAP_ARROW_UDF: (
        (1, 2),
        "the function in groupby.applyInArrow must take either one argument (data) or two arguments (key, data).",
    ),
    E.SQL_GROUPED_MAP_ARROW_ITER_UDF: (
        (1, 2),
        "the function in groupby.applyInArrow must take either one argument (data) or two arguments (key, data).",
    ),
    E.SQL_COGROUPED_MAP_PANDAS_UDF: (
        (2, 3),
        "the function in cogroup.applyInPandas must take either two arguments (left, right) or three arguments "
        "(key, left, right).",
    ),
    E.SQL_COGROUPED_MAP_ARROW_UDF: (
        (2, 3),
        "the function in cogroup.applyInArrow must take either two arguments (left, right) or three arguments "
        "(key, left, right).",
    ),
}


def check_arguments(function: Callable[..., Any], form: int, kind: str = "pandas_udfs") -> int:
    """Return how many arguments a function takes by place.

    :raises PySparkValueError: a function of this form takes another number
    """
    found = forms.positional(function)
    bound = getattr(function, "__self__", None) is not None and not isinstance(function, type)
    count = len(found.args) - (1 if bound and found.args[:1] == ["self"] else 0)
    allowed, detail = _TAKES.get(form, (None, ""))
    if allowed is not None and count not in allowed:
        raise _invalid(detail.format(kind=kind))
    scalar = forms.ITERATORS | {E.SQL_SCALAR_PANDAS_UDF, E.SQL_SCALAR_ARROW_UDF}
    if form in scalar and not count and found.varargs is None:
        raise _invalid(
            f"0-arg {kind} are not supported. Instead, create a 1-arg {kind} and ignore the arg in your function."
        )
    return count


def _invalid(detail: str) -> PySparkValueError:
    return condition(PySparkValueError, "INVALID_PANDAS_UDF", "Invalid function: {detail}", detail=detail)
