# SPDX-License-Identifier: Apache-2.0
"""The functions of `pyspark.sql.functions`, made from their signatures; those that do more are written out.

A signature is PySpark's, each parameter with what it takes:

    c    a column, or the name of one            v    a column or a value, which becomes a literal
    n    a value, never a column                 f    a Python function of columns, which becomes a lambda
    x    a column, the name of one, or a value that is no text
    i    a column, the name of one, or a value that is no text

`upper(col:c)` makes the function `upper` of one column. `*cols:c` takes any number, or one list. A default follows `=`;
an argument that is left at None is left out of the call. A name after `->` is the function's name in the registry.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import inspect
import re
from collections.abc import Callable
from typing import Any

from sluice.frame import userfunctions
from sluice.frame.column import Column, column, expr_of, value_of
from sluice.frame.errors import unexpected
from sluice.frame.expr import Call, Case, Expr, Lambda, Literal, Variable
from sluice.frame.intervals import Months
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

__all__ = ["FUNCTIONS", "declare", "lambda_of"]

#: Every function by its name in PySpark.
FUNCTIONS: dict[str, Callable[..., Any]] = {}

_SIGNATURE = re.compile(r"(\w+)\((.*)\)(?:\s*->\s*(\S+))?\Z")


def declare(text: str) -> None:
    """Make functions of signatures, one a line."""
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _SIGNATURE.match(line)
        if found is None:
            raise ValueError(f"no signature: {line}")
        FUNCTIONS[found[1]] = _function(found[1], found[2], found[3] or found[1])


def _function(name: str, parameters: str, entry: str) -> Callable[..., Column]:
    kinds: dict[str, str] = {}
    made = []
    for part in filter(None, re.split(r",\s*", parameters)):
        head, equals, default = part.partition("=")
        star = head.startswith("*")
        parameter, _, kind = head.lstrip("*").partition(":")
        kinds[parameter] = kind
        made.append(
            inspect.Parameter(
                parameter,
                inspect.Parameter.VAR_POSITIONAL if star else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=_default(default) if equals else inspect.Parameter.empty,
            )
        )
    signature = inspect.Signature(made)

    def function(*args: Any, **kwargs: Any) -> Column:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        exprs: list[Expr] = []
        for parameter, value in bound.arguments.items():
            if signature.parameters[parameter].kind is inspect.Parameter.VAR_POSITIONAL:
                many = value[0] if len(value) == 1 and isinstance(value[0], list | tuple | set) else value
                exprs += [_argument(parameter, kinds[parameter], each) for each in many]
            elif value is not None or signature.parameters[parameter].default is inspect.Parameter.empty:
                exprs.append(_argument(parameter, kinds[parameter], value))
        return Column(Call(entry, tuple(exprs)))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The SQL function `{entry}`."
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _default(text: str) -> Any:
    return {"None": None, "True": True, "False": False}.get(
        text, text if not text.lstrip("-").isdigit() else int(text)
    )


def _argument(parameter: str, kind: str, value: Any) -> Expr:
    if kind == "c":
        if isinstance(value, Column | str):
            return expr_of(value)
        raise PySparkTypeError(
            f"Argument `{parameter}` should be Column or str, got {type(value).__name__}.",
            "NOT_EXPECTED_TYPE",
            {"arg_name": parameter, "expected_type": "Column or str", "arg_type": type(value).__name__},
        )
    if kind == "i" and isinstance(value, str):
        return expr_of(value)
    if kind == "x":
        return expr_of(value) if isinstance(value, Column | str) else Literal(value)
    if kind == "f":
        return lambda_of(value)
    if kind == "n" and isinstance(value, Column):
        raise PySparkTypeError(
            f"Argument `{parameter}` should be a value, got a Column.",
            "NOT_STR",
            {"arg_name": parameter, "arg_type": "Column"},
        )
    return value_of(value)


def lambda_of(function: Callable[..., Column]) -> Lambda:
    """A Python function of columns as a lambda: it is called once, with variables.

    Raises:
        PySparkValueError: it takes no columns, or more than three, or returns none.
    """
    parameters = inspect.signature(function).parameters.values()
    positional = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    if not all(each.kind in positional for each in parameters):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": getattr(function, "__name__", "lambda")},
        )
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            errorClass="WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "num_args": str(len(parameters)),
            },
        )
    from sluice.frame.expr import new_id

    variables = tuple(Variable(f"{name}_{new_id()}") for name in ("x", "y", "z")[: len(parameters)])
    result = function(*(Column(variable) for variable in variables))
    if not isinstance(result, Column):
        raise PySparkValueError(
            errorClass="HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "return_type": type(result).__name__,
            },
        )
    return Lambda(variables, result._expr)


def _own(function: Callable[..., Any]) -> Callable[..., Any]:
    FUNCTIONS[function.__name__] = function
    return function


@_own
def col(col: str) -> Column:
    """The column of a name."""
    return column(col)


FUNCTIONS["column"] = col


@_own
def lit(col: Any) -> Column:
    """A literal; a column is returned as it is."""
    if isinstance(col, Column):
        return col
    if not _is_literal(col):
        raise AttributeError(f"a column's value is of a type that has no literal: type={type(col).__name__}")
    return Column(Literal(col))


def _is_literal(value: Any) -> bool:
    """Whether a column can be made of a value; of what lists and dicts hold is asked when types are known."""
    plain = (bool, int, float, str, bytes, bytearray, decimal.Decimal, list, tuple, dict, enum.Enum)
    times = (datetime.date, datetime.time, datetime.timedelta, Months)
    return value is None or isinstance(value, plain + times) or hasattr(value, "dtype")


@_own
def expr(str: str) -> Column:
    """An expression in SQL."""
    from sluice.frame.sql import expression

    return Column(expression(str), str)


@_own
def when(condition: Column, value: Any) -> Column:
    """The value where a condition holds; see `Column.when` and `Column.otherwise`."""
    if not isinstance(condition, Column):
        raise unexpected("condition", "Column", condition)
    return Column(Case(((condition._expr, value_of(value)),)))


@_own
def asc(col: Any) -> Column:
    """In ascending order, nulls first."""
    return Column(expr_of(col)).asc()


@_own
def desc(col: Any) -> Column:
    """In descending order, nulls last."""
    return Column(expr_of(col)).desc()


@_own
def asc_nulls_first(col: Any) -> Column:
    """In ascending order, nulls first."""
    return Column(expr_of(col)).asc_nulls_first()


@_own
def asc_nulls_last(col: Any) -> Column:
    """In ascending order, nulls last."""
    return Column(expr_of(col)).asc_nulls_last()


@_own
def desc_nulls_first(col: Any) -> Column:
    """In descending order, nulls first."""
    return Column(expr_of(col)).desc_nulls_first()


@_own
def desc_nulls_last(col: Any) -> Column:
    """In descending order, nulls last."""
    return Column(expr_of(col)).desc_nulls_last()


@_own
def count(col: Any) -> Column:
    """How many values are not null; how many rows for `*`."""
    if isinstance(col, str) and col == "*":
        return Column(Call("count", (Literal(1),)))
    return Column(Call("count", (expr_of(col),)))


@_own
def count_distinct(col: Any, *cols: Any) -> Column:
    """How many different values, or combinations without nulls, there are."""
    return Column(Call("count", tuple(expr_of(each) for each in (col, *cols)), distinct=True))


FUNCTIONS["countDistinct"] = count_distinct


@_own
def sum_distinct(col: Any) -> Column:
    """The sum of the different values."""
    return Column(Call("sum", (expr_of(col),), distinct=True))


FUNCTIONS["sumDistinct"] = sum_distinct


@_own
def broadcast(df: Any) -> Any:
    """The frame: hints change no answer."""
    return df


for _name in ("udf", "pandas_udf", "arrow_udf"):
    FUNCTIONS[_name] = getattr(userfunctions, _name)
FUNCTIONS["PandasUDFType"] = userfunctions.PandasUDFType
FUNCTIONS["ArrowUDFType"] = userfunctions.ArrowUDFType


def __getattr__(name: str) -> Any:
    from sluice.frame.functions.registry import names

    names()
    try:
        return FUNCTIONS[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
