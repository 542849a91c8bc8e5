# SPDX-License-Identifier: Apache-2.0
"""Frames of pandas as Arrow tables, without a copy of numbers where pandas can promise not to write into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import from_arrow, pyarrow
from sluice.frame.cells import array_of_cells, inferred_array
from sluice.frame.conforming import conform
from sluice.frame.errors import condition
from sluice.frame.fromrows import rows_only
from sluice.frame.needs import needs
from sluice.frame.pinning import pin
from sluice.frame.types import DataType, DoubleType, LongType, StringType, StructField, StructType
from sluice.pyspark.exceptions import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    import numpy
    import pandas
    import pyarrow as pa

__all__ = ["same_length", "table_of_pandas"]


def same_length(expected: int, names: list[str]) -> None:
    """Refuse names for another number of columns.

    :raises PySparkValueError: says both numbers
    """
    if len(names) != expected:
        raise condition(
            PySparkValueError,
            "AXIS_LENGTH_MISMATCH",
            "Length mismatch: Expected axis has {expected_length} elements, new values have {actual_length} elements: "
            "names={names}",
            expected_length=expected,
            actual_length=len(names),
            names=names,
        )


def table_of_pandas(
    frame: pandas.DataFrame, schema: StructType | None, names: list[str] | None, zone: str, ntz: bool
) -> tuple[pa.Table, StructType]:
    """Turn a frame's columns, without its index, into a table; NaN and NaT are null.

    Timestamps without a zone are wall clock times of `zone`, or stay such with `ntz`.

    :raises PySparkTypeError: a column, which it names, has values of no one type
    :raises PySparkValueError: a column's values do not fit its type, or the schema has another number of columns
    """
    labels = [label if isinstance(label, str) else str(label) for label in frame.columns]
    given = schema.names if schema is not None else names
    if given is not None:
        same_length(len(labels), given)
        labels = given
    held = pin(frame)
    wanted: list[StructField | None] = [None] * len(labels) if schema is None else list(schema.fields)
    arrays = []
    fields = []
    for at, (label, field) in enumerate(zip(labels, wanted, strict=True)):
        series = frame.iloc[:, at]
        array = _array(series, label, field, zone, held)
        arrays.append(array)
        fields.append(field or StructField(label, _kind(series.dtype, array.type, label, ntz)))
    found = schema if schema is not None else StructType(fields)
    if not arrays:
        return rows_only(len(frame)), found
    return conform(pyarrow().Table.from_arrays(arrays, names=labels), found, zone), found


def _kind(dtype: Any, found: pa.DataType, label: str, ntz: bool) -> DataType:
    """The type of a column without a schema: as PySpark, which has no unsigned integers and no half floats."""
    if str(dtype).startswith("uint"):
        return LongType()
    return DoubleType() if dtype == "float16" else from_arrow(found, label, ntz)


def _array(series: Any, label: str, field: StructField | None, zone: str, held: bool) -> Any:
    arrow = pyarrow()
    pandas = needs("pandas", "2.1", "frames of pandas")
    kind = None if field is None else field.dataType
    if isinstance(series.dtype, pandas.SparseDtype):
        series = series.sparse.to_dense()
    if isinstance(series.dtype, pandas.CategoricalDtype):
        series = series.astype(series.dtype.categories.dtype if series.notna().all() else object)
    dtype = series.dtype
    try:
        if isinstance(dtype, (pandas.PeriodDtype, pandas.IntervalDtype)):
            raise arrow.ArrowTypeError("frames have no periods and intervals of pandas, make them strings")
        if dtype.kind == "O" and str(dtype) == "object":
            return (
                inferred_array(series, label) if kind is None else array_of_cells(series, kind, zone, label)
            )
        if isinstance(kind, StringType) and dtype.kind == "f":
            return array_of_cells(series.astype(object), kind, zone, label)
        if isinstance(dtype, needs("numpy", "1.26", "frames of pandas").dtype) and dtype.kind in "iuf":
            return _numbers(series.to_numpy(), held, field is None or field.nullable)
        return arrow.Array.from_pandas(series)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError, arrow.ArrowNotImplementedError) as error:
        raise condition(
            PySparkTypeError,
            "CANNOT_INFER_TYPE_FOR_FIELD",
            "Unable to infer the type of the field `{field_name}`, dtype={dtype}: {why}",
            field_name=label,
            dtype=dtype,
            why=error,
        ) from error


def _numbers(values: numpy.ndarray[Any, Any], held: bool, nan_is_null: bool) -> pa.Array:
    """Numbers as an array over the same memory, with bits beside it where NaN is null."""
    numpy = needs("numpy", "1.26", "frames of pandas")
    arrow = pyarrow()
    if values.dtype == "float16":
        values = values.astype("float64")
    elif not held:
        values = values.copy()
    found = arrow.array(values)
    if values.dtype.kind != "f" or not nan_is_null:
        return found
    with numpy.errstate(invalid="ignore"):
        # One pass without a copy: a sum is NaN if one of the numbers is.
        if not numpy.isnan(values.sum(dtype="float64")):
            return found
    bits = numpy.packbits(~numpy.isnan(values), bitorder="little")
    return arrow.Array.from_buffers(found.type, len(found), [arrow.py_buffer(bits), found.buffers()[1]])
