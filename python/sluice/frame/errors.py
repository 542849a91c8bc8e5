# SPDX-License-Identifier: Apache-2.0
"""Errors of frames: PySpark's classes, with its conditions in brackets, and DuckDB's errors made into them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from sluice.pyspark import captured
from sluice.pyspark.captured import AnalysisException, CapturedException
from sluice.pyspark.exceptions import PySparkException, PySparkNotImplementedError, PySparkTypeError

__all__ = ["analysis", "condition", "mismatch", "not_here", "of_duckdb", "raised", "unexpected", "unresolved"]

_E = TypeVar("_E", bound=PySparkException)

#: Conditions whose errors are not AnalysisException.
_CLASSES: dict[str, type[CapturedException]] = {
    "ARITHMETIC_OVERFLOW": captured.ArithmeticException,
    "BINARY_ARITHMETIC_OVERFLOW": captured.ArithmeticException,
    "CAST_INVALID_INPUT": captured.NumberFormatException,
    "CAST_OVERFLOW": captured.ArithmeticException,
    "CANNOT_PARSE_TIMESTAMP": captured.DateTimeException,
    "DATETIME_FIELD_OUT_OF_BOUNDS": captured.DateTimeException,
    "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION": captured.DateTimeException,
    "DIVIDE_BY_ZERO": captured.ArithmeticException,
    "INVALID_ARRAY_INDEX": captured.ArrayIndexOutOfBoundsException,
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": captured.ArrayIndexOutOfBoundsException,
    "COMPARATOR_RETURNS_NULL": captured.SparkRuntimeException,
    "DUPLICATED_MAP_KEY": captured.SparkRuntimeException,
    "ILLEGAL_SEQUENCE_BOUNDARIES": captured.IllegalArgumentException,
    "INVALID_INDEX_OF_ZERO": captured.SparkRuntimeException,
    "INVALID_PARAMETER_VALUE.LENGTH": captured.SparkRuntimeException,
    "INVALID_PARAMETER_VALUE.START": captured.SparkRuntimeException,
    "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION": captured.SparkRuntimeException,
    "NULL_MAP_KEY": captured.SparkRuntimeException,
    "NUMERIC_VALUE_OUT_OF_RANGE": captured.ArithmeticException,
    "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION": captured.ArithmeticException,
    "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION": captured.ArithmeticException,
    "PARSE_SYNTAX_ERROR": captured.ParseException,
    "REMAINDER_BY_ZERO": captured.ArithmeticException,
    "SCALAR_SUBQUERY_TOO_MANY_ROWS": captured.SparkRuntimeException,
    "USER_RAISED_EXCEPTION": captured.SparkRuntimeException,
}
#: How an error that a query of ours raises looks inside DuckDB's message.
_CONDITION = re.compile(r"\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\] (.*?SQLSTATE: \w{5})", re.DOTALL)


def condition(kind: type[_E], name: str, text: str, /, **values: object) -> _E:
    """Return an error that answers `getCondition()` with `name` and `getMessageParameters()` with `values`.

    The values stand in `text` as `{name}`, as `str.format` has it; those that do not stand there are kept too. A text
    without values stands as it is.
    """
    shown = {key: str(value) for key, value in values.items()}
    text = text.format(**shown) if shown else text
    if not issubclass(kind, CapturedException):
        return kind(text, name, shown)
    # What PySpark has from Java has the condition in its text, and no message.
    error = kind(f"[{name}] {text}", "")
    error._errorClass, error._messageParameters = name, shown or None
    return error


def raised(name: str, text: str, kind: type[CapturedException] | None = None) -> CapturedException:
    """Return the error of a condition by its class, which is AnalysisException for most."""
    return condition(kind or _CLASSES.get(name, AnalysisException), name, text)


def analysis(name: str, text: str) -> AnalysisException:
    """Return the error for a query that cannot be analysed."""
    return condition(AnalysisException, name, text)


def not_here(feature: str, text: str) -> PySparkNotImplementedError:
    """Return the error for what PySpark has and Sluice has not; the text says what a program can do."""
    return PySparkNotImplementedError(text, "NOT_IMPLEMENTED", {"feature": feature})


def unresolved(name: str, among: Iterable[str]) -> CapturedException:
    """Return the error for a column that is not there."""
    names = ", ".join(f"`{each}`" for each in list(among)[:5])
    if not names:
        return analysis(
            "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
            f"A column, variable, or function parameter with name {name} cannot be resolved.  SQLSTATE: 42703",
        )
    return analysis(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        f"A column, variable, or function parameter with name {name} cannot be resolved. "
        f"Did you mean one of the following? [{names}]. SQLSTATE: 42703",
    )


def mismatch(shown: str, place: int, wanted: str, argument: str, got: str) -> CapturedException:
    """Return the error for an argument of a type that a function does not take."""
    return analysis(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        f'Cannot resolve "{shown}" due to data type mismatch: The {_ordinal(place)} parameter requires the '
        f'"{wanted}" type, however "{argument}" has the type "{got}". SQLSTATE: 42K09',
    )


def _ordinal(place: int) -> str:
    return ("first", "second", "third", "fourth", "fifth")[place] if place < 5 else f"{place + 1}th"


#: Conditions of values that a function does not take.
_ARGUMENTS = frozenset(
    (
        "CANNOT_DECODE_URL",
        "CONVERSION_INVALID_INPUT",
        "ILLEGAL_DAY_OF_WEEK",
        "ILLEGAL_FORMAT",
        "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
        "INVALID_PARAMETER_VALUE.CHARSET",
        "INVALID_URL",
    )
)


def _kind(name: str, text: str) -> type[CapturedException] | None:
    """The class of an error whose condition has several."""
    if name == "CAST_INVALID_INPUT":
        if re.search(r'cannot be cast to "(?:DATE|TIMESTAMP)', text):
            return captured.DateTimeException
        if 'cannot be cast to "BOOLEAN"' in text:
            return captured.SparkRuntimeException
        return None
    if name in _ARGUMENTS:
        return captured.IllegalArgumentException
    return None if name in _CLASSES else captured.SparkRuntimeException


_DUCKDB = (
    (re.compile(r"Out of Range Error: Overflow in \w+ of INT(?:8|16) "), "BINARY_ARITHMETIC_OVERFLOW"),
    (
        re.compile(
            r"Conversion Error: (?:Could not (?:cast value|convert string)|Casting value) .* to (?:type )?DECIMAL"
        ),
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
    ),
    # The sum of whole numbers, which DuckDB has with more digits.
    (re.compile(r"Type INT128 with value .* destination type INT64"), "ARITHMETIC_OVERFLOW"),
    (re.compile(r"Map keys must be unique"), "DUPLICATED_MAP_KEY"),
    (re.compile(r"Map keys can not be NULL"), "NULL_MAP_KEY"),
    (re.compile(r"Out of Range Error: Overflow in \w+ of INT(?:8|16)\b"), "BINARY_ARITHMETIC_OVERFLOW"),
    (
        re.compile(r"Out of Range Error: Overflow in \w+ of DECIMAL"),
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
    ),
    (re.compile(r"Out of Range Error: Overflow in (\w+) of"), "ARITHMETIC_OVERFLOW"),
    (re.compile(r"Out of Range Error: .*(?:[Oo]verflow|out of range)"), "ARITHMETIC_OVERFLOW"),
    (re.compile(r"Conversion Error: Could not convert string"), "CAST_INVALID_INPUT"),
    (re.compile(r"Conversion Error: .*(?:out of range|doesn't fit|can't be cast)"), "CAST_OVERFLOW"),
    (re.compile(r"Conversion Error: Could not cast value .* to DECIMAL"), "NUMERIC_VALUE_OUT_OF_RANGE"),
    (re.compile(r"Conversion Error: .*(?:date|timestamp|time)"), "CAST_INVALID_INPUT"),
    (
        re.compile(r"Invalid Input Error: More than one row returned by a subquery"),
        "SCALAR_SUBQUERY_TOO_MANY_ROWS",
    ),
)


def of_duckdb(error: Exception) -> Exception:
    """Return the error that PySpark has for one of DuckDB's; one that has none keeps its text."""
    text = str(error)
    own = _CONDITION.search(text)
    if own is not None:
        return raised(own[1], own[2], _kind(own[1], own[2]))
    for pattern, name in _DUCKDB:
        if pattern.search(text):
            kind = captured.DateTimeException if re.search("date|timestamp|time", text) else None
            return raised(name, text, kind if name == "CAST_INVALID_INPUT" else None)
    if isinstance(error, PySparkException):
        return error
    return captured.SparkRuntimeException(text, "")


def unexpected(name: str, expected: str, value: object) -> PySparkTypeError:
    """Return the error for an argument of another type than is taken."""
    return condition(
        PySparkTypeError,
        "NOT_EXPECTED_TYPE",
        "Argument `{arg_name}` should be {expected_type}, got {arg_type}.",
        arg_name=name,
        expected_type=expected,
        arg_type=type(value).__name__,
    )
