# SPDX-License-Identifier: Apache-2.0
"""The forms of functions, by PySpark's numbers, and how type hints tell them apart."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

from sluice.frame.errors import condition
from sluice.pyspark.evaltypes import PythonEvalType as E
from sluice.pyspark.exceptions import PySparkNotImplementedError, PySparkValueError

__all__ = [
    "AGGREGATES",
    "ARROW",
    "ARROW_ROWS",
    "ITERATORS",
    "PICKLED_ROWS",
    "ROWS",
    "of_group_hints",
    "of_hints",
    "positional",
]

ARROW_ROWS = E.SQL_ARROW_BATCHED_UDF
PICKLED_ROWS = E.SQL_BATCHED_UDF
#: Called for each row.
ROWS = frozenset((ARROW_ROWS, PICKLED_ROWS))
#: Called once with an iterator, to make a column.
ITERATORS = frozenset((E.SQL_SCALAR_PANDAS_ITER_UDF, E.SQL_SCALAR_ARROW_ITER_UDF))
#: Called for each group, to make one value.
AGGREGATES = frozenset(
    (
        E.SQL_GROUPED_AGG_PANDAS_UDF,
        E.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
        E.SQL_GROUPED_AGG_ARROW_UDF,
        E.SQL_GROUPED_AGG_ARROW_ITER_UDF,
    )
)
#: Take arrays of Arrow; all others that are not of rows take objects of pandas.
ARROW = frozenset(
    (
        E.SQL_SCALAR_ARROW_UDF,
        E.SQL_SCALAR_ARROW_ITER_UDF,
        E.SQL_GROUPED_AGG_ARROW_UDF,
        E.SQL_GROUPED_AGG_ARROW_ITER_UDF,
    )
)

#: For columns of a package: whole to whole, iterator to iterator, whole to a value, iterator to a value.
_PANDAS = (
    E.SQL_SCALAR_PANDAS_UDF,
    E.SQL_SCALAR_PANDAS_ITER_UDF,
    E.SQL_GROUPED_AGG_PANDAS_UDF,
    E.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
)
_ARROW = (
    E.SQL_SCALAR_ARROW_UDF,
    E.SQL_SCALAR_ARROW_ITER_UDF,
    E.SQL_GROUPED_AGG_ARROW_UDF,
    E.SQL_GROUPED_AGG_ARROW_ITER_UDF,
)


def positional(function: Callable[..., Any]) -> inspect.FullArgSpec:
    """The arguments of a function; those of a partial or of an object that is called, too."""
    return inspect.getfullargspec(function)


def _hints(function: Callable[..., Any]) -> tuple[list[Any], Any]:
    """The types of the parameters and of the result.

    :raises PySparkValueError: one of them has none
    """
    signature = inspect.signature(function)
    try:
        found = typing.get_type_hints(function)
    except NameError:
        found = {}
    parameters = []
    for name, parameter in signature.parameters.items():
        if parameter.annotation is inspect.Parameter.empty:
            raise _unhinted("all parameters", signature)
        parameters.append(found.get(name, parameter.annotation))
    result = found.get("return", signature.return_annotation)
    if result is inspect.Signature.empty:
        raise _unhinted("the return type", signature)
    return parameters, result


def _unhinted(target: str, signature: inspect.Signature) -> PySparkValueError:
    return condition(
        PySparkValueError,
        "TYPE_HINT_SHOULD_BE_SPECIFIED",
        "Type hints for {target} should be specified; however, got {sig}.",
        target=target,
        sig=signature,
    )


def _is_iterator(hint: Any, of: Callable[[Any], bool] | None = None) -> bool:
    name = getattr(hint, "_name", None) or getattr(hint, "__name__", None)
    return name == "Iterator" and (of is None or all(map(of, typing.get_args(hint))))


def _is_tuple(hint: Any, of: Callable[[Any], bool] | None = None) -> bool:
    name = getattr(hint, "_name", None) or getattr(hint, "__name__", None)
    return name in ("Tuple", "tuple") and (of is None or all(map(of, typing.get_args(hint))))


def _form(
    parameters: list[Any], result: Any, columns: tuple[Any, ...], numbers: tuple[int, ...]
) -> int | None:
    def column(hint: Any) -> bool:
        return hint in columns or (typing.get_origin(hint) is not None and _is_union(hint, columns))

    def several(hint: Any) -> bool:
        return _is_iterator(hint, column) or _is_iterator(
            hint, lambda inner: _is_tuple(inner, lambda each: each is Ellipsis or column(each))
        )

    whole, iterated, value, value_of_iterator = numbers
    gives_value = not (column(result) or _is_iterator(result) or _is_tuple(result))
    if all(map(column, parameters)):
        if column(result):
            return whole
        return value if gives_value else None
    if len(parameters) == 1 and several(parameters[0]):
        if _is_iterator(result, column):
            return iterated
        return value_of_iterator if gives_value else None
    return None


def _is_union(hint: Any, of: tuple[Any, ...]) -> bool:
    import types

    return typing.get_origin(hint) in (typing.Union, types.UnionType) and all(
        each in of for each in typing.get_args(hint)
    )


def of_hints(function: Callable[..., Any], kind: str) -> int:
    """The form of a function that makes a column, by its type hints.

    Args:
        kind: `pandas`, `arrow`, or `all` for either.

    :raises PySparkValueError: a parameter or the result has no hint
    :raises PySparkNotImplementedError: the hints are of no form
    """
    parameters, result = _hints(function)
    found = None
    if kind in ("pandas", "all"):
        import pandas as pd

        found = _form(parameters, result, (pd.Series, pd.DataFrame), _PANDAS)
    if found is None and kind in ("arrow", "all"):
        import pyarrow as pa

        found = _form(parameters, result, (pa.Array,), _ARROW)
    if found is None:
        raise condition(
            PySparkNotImplementedError,
            "UNSUPPORTED_SIGNATURE",
            "Unsupported signature: {signature}.",
            signature=inspect.signature(function),
        )
    return found


def of_group_hints(function: Callable[..., Any], kind: str) -> bool:
    """Whether a function of groups takes each as an iterator of parts, by its hints; without any it does not."""
    try:
        parameters, result = _hints(function)
    except (PySparkValueError, TypeError, ValueError):
        return False
    return 1 <= len(parameters) <= 2 and _is_iterator(parameters[-1]) and _is_iterator(result)
