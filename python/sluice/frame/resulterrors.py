# SPDX-License-Identifier: Apache-2.0
"""What a function in Python returned and must not: errors that name function, column, expected and got."""

from __future__ import annotations

from typing import NamedTuple

from sluice.frame.errors import condition
from sluice.pyspark.exceptions import (
    PySparkException,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)

__all__ = [
    "Label",
    "not_consumed",
    "too_many_rows",
    "unconverted",
    "wrong_columns",
    "wrong_length",
    "wrong_type",
    "wrong_types",
]


class Label(NamedTuple):
    """Whose result it is: a function, and the column that it makes."""

    function: str
    column: str = ""

    def __str__(self) -> str:
        return f"function={self.function}" + (f", column={self.column}" if self.column else "")


def _made(
    kind: type[PySparkException], name: str, text: str, label: Label, **values: object
) -> PySparkException:
    # Values may hold braces, which the text must not.
    where = "({where}, expected={expected}, got={got})"
    return condition(kind, name, f"{text} {where}", where=label, **values)


def wrong_length(label: Label, expected: int, got: int) -> PySparkException:
    """Rows are missing, or there are too many."""
    return _made(
        PySparkRuntimeError,
        "RESULT_ROWS_MISMATCH",
        "The number of output rows ({got}) must match the number of input rows ({expected}).",
        label,
        expected=expected,
        got=got,
    )


def too_many_rows(label: Label, expected: int, got: int) -> PySparkException:
    """An iterator gave more rows than it had taken."""
    return _made(
        PySparkRuntimeError,
        "OUTPUT_EXCEEDS_INPUT_ROWS",
        "The number of output rows must not exceed the number of input rows.",
        label,
        expected=f"at most {expected} rows",
        got=f"{got} rows",
    )


def not_consumed(label: Label) -> PySparkException:
    """An iterator ended before its input."""
    return _made(
        PySparkRuntimeError,
        "INPUT_NOT_FULLY_CONSUMED",
        "The input iterator must be fully consumed.",
        label,
        expected="all batches read",
        got="batches left over",
    )


def wrong_type(label: Label, expected: str, got: str) -> PySparkException:
    """The result as a whole is no such object."""
    return _made(
        PySparkTypeError,
        "UDF_RETURN_TYPE",
        "Return type of the user-defined function should be {expected}, but is {got}.",
        label,
        expected=expected,
        got=got,
    )


def wrong_columns(label: Label, expected: list[str], got: list[str], by_name: bool) -> PySparkException:
    """A returned table has other columns."""
    if not by_name:
        return condition(
            PySparkRuntimeError,
            "RESULT_COLUMN_SCHEMA_MISMATCH",
            "Number of columns of the returned data doesn't match specified schema. Expected: {expected} "
            "Actual: {actual} ({where}, columns expected: {names}, got: {got})",
            expected=len(expected),
            actual=len(got),
            where=label,
            names=expected,
            got=got,
        )
    lacking = ", ".join(sorted(set(expected) - set(got)))
    extra = ", ".join(sorted(set(got) - set(expected)))
    return condition(
        PySparkRuntimeError,
        "RESULT_COLUMN_NAMES_MISMATCH",
        "Column names of the returned data do not match specified schema.{missing}{extra} "
        "({where}, expected={expected}, got={got})",
        missing=f" Missing: {lacking}." if lacking else "",
        extra=f" Unexpected: {extra}." if extra else "",
        where=label,
        expected=expected,
        got=got,
    )


def wrong_types(label: Label, columns: list[tuple[str, object, object]]) -> PySparkException:
    """Columns of a returned table have other types: name, expected, got of each."""
    return condition(
        PySparkRuntimeError,
        "RESULT_COLUMN_TYPES_MISMATCH",
        "Column types of the returned data do not match specified schema. Mismatch: {mismatch}. ({where})",
        mismatch=", ".join(f"column '{name}' (expected {want}, actual {got})" for name, want, got in columns),
        where=label,
    )


def unconverted(label: Label, expected: object, got: str, error: Exception) -> PySparkException:
    """Values that have no place in the type that was declared."""
    safe = (
        ". It can be caused by overflows or other unsafe conversions warned by Arrow. Arrow safe type check can be "
        "disabled by using SQL config `spark.sql.execution.pandas.convertToArrowArraySafely`"
    )
    kind: type[PySparkException] = PySparkTypeError if isinstance(error, TypeError) else PySparkValueError
    text = (
        f"Failed to convert the value of the column '{label.column or label.function}' with type '{got}' to Arrow "
        f"type '{expected}' ({label}, expected={expected}, got={got}): {type(error).__name__}: {error}"
    )
    return kind(text + ("" if isinstance(error, TypeError) else safe))
