# SPDX-License-Identifier: Apache-2.0
"""`assertDataFrameEqual` and `assertSchemaEqual` of `pyspark.testing`, for the tests of programs."""

from __future__ import annotations

import difflib
import math
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sluice.frame.types import ArrayType, DataType, MapType, StructField, StructType
from sluice.pyspark.exceptions import PySparkAssertionError, PySparkTypeError

__all__ = ["assertDataFrameEqual", "assertSchemaEqual"]

_KINDS = "Union[DataFrame, ps.DataFrame, List[Row]]"


def assertSchemaEqual(
    actual: StructType,
    expected: StructType,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
) -> None:
    """Assert that two schemas are the same.

    Raises:
        PySparkAssertionError: they differ; its text shows where.
    """
    for name, given in (("actual", actual), ("expected", expected)):
        if not isinstance(given, StructType):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "arg_name": name,
                    "expected_type": "struct type",
                    "arg_type": type(given).__name__,
                },
            )
    pair = [_normal(each, ignoreNullable, ignoreColumnOrder, ignoreColumnName) for each in (actual, expected)]
    if pair[0] == pair[1]:
        return
    lines = "\n".join(difflib.ndiff([str(actual)], [str(expected)]))
    raise _failed("DIFFERENT_SCHEMA", f"Schemas do not match.\n--- actual\n+++ expected\n{lines}")


def assertDataFrameEqual(
    actual: Any,
    expected: Any,
    checkRowOrder: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
    ignoreColumnType: bool = False,
    maxErrors: int | None = None,
    showOnlyDiff: bool = False,
    includeDiffRows: bool = False,
) -> None:
    """Assert that two frames, or lists of rows, hold the same; floats may differ by a tolerance.

    Raises:
        PySparkAssertionError: they differ; its text shows the rows that do.
    """
    if actual is None and expected is None:
        return
    frames = [_checked(name, each) for name, each in (("actual", actual), ("expected", expected))]
    if all(hasattr(each, "iloc") for each in frames):
        _same_pandas(*frames, rtol=rtol, atol=atol, ordered=checkRowOrder)
        return
    schemas = [each.schema for each in frames if hasattr(each, "collect")]
    if len(schemas) == 2 and not ignoreColumnType:
        assertSchemaEqual(schemas[0], schemas[1], ignoreNullable, ignoreColumnOrder, ignoreColumnName)
    left, right = (_rows(each, ignoreColumnOrder) for each in frames)
    if not checkRowOrder:
        left, right = sorted(left, key=str), sorted(right, key=str)
    same = [
        a is not None and b is not None and _same(tuple(a), tuple(b), rtol, atol)
        for a, b in zip_longest(left, right)
    ]
    if all(same):
        return
    error = _failed("DIFFERENT_ROWS", _report(left, right, same, maxErrors, showOnlyDiff))
    if includeDiffRows:
        pairs = zip_longest(left, right)
        error.data = [pair for pair, is_same in zip(pairs, same, strict=True) if not is_same]
    raise error


def _failed(condition: str, text: str) -> PySparkAssertionError:
    return PySparkAssertionError(f"[{condition}] {text}", condition, {"error_msg": text})


def _checked(name: str, given: Any) -> Any:
    if (
        (isinstance(given, list))
        or (hasattr(given, "collect") and hasattr(given, "schema"))
        or hasattr(given, "iloc")
    ):
        return given
    got = None if given is None else type(given)
    text = f"Expected type {_KINDS} for `{name}` but got type {got}."
    raise _failed("INVALID_TYPE_DF_EQUALITY_ARG", text)


def _rows(given: Any, sort_columns: bool) -> list[Any]:
    if hasattr(given, "iloc"):
        return [tuple(row) for row in given.itertuples(index=False)]
    found = list(given.collect()) if hasattr(given, "collect") else list(given)
    if not sort_columns:
        return found
    from sluice.pyspark.row import Row

    return [Row(**dict(sorted(row.asDict().items()))) for row in found]


def _normal(type_: DataType, nullable: bool, order: bool, names: bool) -> Any:
    """A type without what is to be ignored."""
    if isinstance(type_, StructType):
        fields = sorted(type_.fields, key=lambda field: field.name) if order else type_.fields
        return [
            "struct",
            *(_field(each, "" if names else each.name, nullable, order, names) for each in fields),
        ]
    if isinstance(type_, ArrayType):
        null = nullable or type_.containsNull
        return ["array", null, _normal(type_.elementType, nullable, order, names)]
    if isinstance(type_, MapType):
        inner = [_normal(each, nullable, order, names) for each in (type_.keyType, type_.valueType)]
        return ["map", nullable or type_.valueContainsNull, *inner]
    return type_


def _field(field: StructField, name: str, nullable: bool, order: bool, names: bool) -> Any:
    return [name, nullable or field.nullable, _normal(field.dataType, nullable, order, names)]


def _same(left: Any, right: Any, rtol: float, atol: float) -> bool:
    """Whether two values are the same, floats and decimals within a tolerance."""
    if left is None or right is None:
        return left is right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(
            _same(a, b, rtol, atol) for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key], rtol, atol) for key in left)
    if isinstance(left, float) and isinstance(right, float):
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right or abs(left - right) <= atol + rtol * abs(right)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left == right or abs(left - right) <= Decimal(atol)
    return bool(left == right)


def _report(
    left: list[Any], right: list[Any], same: list[bool], most: int | None, only_different: bool
) -> str:
    """Both sides, a mark before each row that differs."""
    wrong = 100 * same.count(False) / len(same)
    sides: list[list[str]] = [[], []]
    errors = 0
    for index, is_same in enumerate(same):
        if is_same and only_different:
            continue
        errors += not is_same
        for side, rows, mark in ((0, left, "-"), (1, right, "+")):
            if index >= len(rows):
                continue
            both = index < len(left) and index < len(right)
            sign = " " if is_same else "!" if both else mark
            sides[side].append(f"{sign} {rows[index]}")
        if most is not None and errors >= most:
            break
    shown = ["\n".join(side) for side in sides]
    return (
        f"Results do not match: ( {wrong:.5f} % )\n*** actual ***\n{shown[0]}\n\n*** expected ***\n{shown[1]}"
    )


def _same_pandas(left: Any, right: Any, *, rtol: float, atol: float, ordered: bool) -> None:
    from pandas.testing import assert_frame_equal

    if not ordered:
        left, right = (each.sort_values(list(each.columns)).reset_index(drop=True) for each in (left, right))
    try:
        assert_frame_equal(left, right, rtol=rtol, atol=atol)
    except AssertionError as error:
        raise _failed("DIFFERENT_PANDAS_DATAFRAME", str(error)) from None
