# SPDX-License-Identifier: Apache-2.0
"""Arrow columns turned into exactly the Arrow types of a schema, nested ones too.

Views, dictionaries, large lists and wider units become the one form that the schema names; wall clock times
become moments where a column is a timestamp with a zone. What is in the right form already is not copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import is_list, pyarrow, to_arrow_schema
from sluice.frame.errors import condition
from sluice.frame.needs import needs
from sluice.frame.zones import moments, wall_clocks
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    import pyarrow as pa

    from sluice.frame.types import StructType

__all__ = ["conform", "conform_column"]


def conform(table: pa.Table, schema: StructType, zone: str = "UTC") -> pa.Table:
    """The table with the names and Arrow types of a schema, column by column by position.

    :raises PySparkValueError: a value does not fit its column's type, or None is in a column that has none; names both
    """
    wanted = to_arrow_schema(schema, zone)
    if len(wanted) != table.num_columns:
        raise condition(
            PySparkValueError,
            "LENGTH_SHOULD_BE_THE_SAME",
            "the table and the schema should be of the same length, got {arg1_length} and {arg2_length} columns",
            arg1="table",
            arg2="schema",
            arg1_length=table.num_columns,
            arg2_length=len(wanted),
        )
    if not len(wanted):
        return table
    columns = [
        conform_column(column, field, zone) for column, field in zip(table.columns, wanted, strict=True)
    ]
    return pyarrow().Table.from_arrays(columns, schema=wanted)


def conform_column(column: pa.ChunkedArray, field: pa.Field, zone: str = "UTC") -> pa.ChunkedArray:
    """One column in the Arrow type of a field.

    Raises:
        PySparkValueError: a column without nulls holds one, or values have no place in the type.
    """
    arrow = pyarrow()
    try:
        if not column.type.equals(field.type):
            pieces = [piece for chunk in column.chunks for piece in _pieces(chunk)]
            column = arrow.chunked_array([_fit(piece, field.type, zone) for piece in pieces], field.type)
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError, OverflowError) as error:
        raise condition(
            PySparkValueError,
            "CANNOT_CONVERT_COLUMN",
            "column {name} cannot be turned from {found} into {expected}: {why}",
            name=field.name,
            found=column.type,
            expected=field.type,
            why=error,
        ) from error
    if not field.nullable and column.null_count:
        raise condition(
            PySparkValueError,
            "FIELD_NOT_NULLABLE_WITH_NAME",
            "field {field_name}: This field is not nullable, but got None",
            field_name=field.name,
        )
    return column


def _pieces(array: pa.Array) -> list[pa.Array]:
    """Cut a large array until its bytes fit the 32-bit offsets of strings and lists."""
    if array.nbytes < 2**31 or len(array) < 2:
        return [array]
    half = len(array) // 2
    return [*_pieces(array[:half]), *_pieces(array[half:])]


def _fit(array: pa.Array, kind: pa.DataType, zone: str) -> pa.Array:
    have = array.type
    if have.equals(kind):
        return array
    types = pyarrow().types
    if types.is_dictionary(have):
        return _fit(array.dictionary_decode(), kind, zone)
    if types.is_run_end_encoded(have):
        return _fit(pyarrow().compute.run_end_decode(array), kind, zone)
    if types.is_timestamp(have):
        return _fit_moment(array, kind, zone)
    if types.is_duration(have) and have.unit == "ns" and types.is_duration(kind):
        return _whole_micros(array, kind)
    if have == pyarrow().month_day_nano_interval() and types.is_duration(kind):
        return _stretch(array, kind)
    if types.is_struct(have) and types.is_struct(kind):
        return _fit_struct(array, kind, zone)
    if types.is_map(have) and types.is_map(kind):
        return _fit_map(array, kind, zone)
    if is_list(have) and types.is_list(kind):
        return _fit_list(array, kind, zone)
    return array.cast(kind)


def _fit_moment(array: pa.Array, kind: pa.DataType, zone: str) -> pa.Array:
    arrow = pyarrow()
    have = array.type
    if not arrow.types.is_timestamp(kind):
        return array.cast(kind)
    if have.unit == "ns":
        # Rows keep microseconds: what is finer is cut off, towards the past.
        array = _whole_micros(array, arrow.timestamp("us", have.tz))
    array = array.cast(arrow.timestamp("us", have.tz))
    if have.tz is None and kind.tz is not None:
        return moments(array, zone).cast(kind)
    if have.tz is not None and kind.tz is None:
        return wall_clocks(array, zone)
    return array.cast(kind)


def _whole_micros(array: pa.Array, kind: pa.DataType) -> pa.Array:
    arrow = pyarrow()
    nanos = array.cast(arrow.int64())
    whole = arrow.compute.divide(nanos, 1000)
    # Division cuts towards zero: before 1970 one less, where something was cut off.
    below = arrow.compute.less(nanos, arrow.compute.multiply(whole, 1000))
    return arrow.compute.subtract(whole, below.cast(arrow.int64())).cast(kind)


def _stretch(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Intervals without months as durations."""
    arrow = pyarrow()
    numpy = needs("numpy", "1.26", "intervals")
    layout = numpy.dtype([("months", "<i4"), ("days", "<i4"), ("nanos", "<i8")])
    parts = numpy.frombuffer(array.buffers()[1], layout)[array.offset : array.offset + len(array)]
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    if parts["months"][valid].any():
        raise arrow.ArrowInvalid("an interval with months is no stretch of time: its days depend on the date")
    micros = parts["days"].astype("int64") * 86_400_000_000 + parts["nanos"] // 1000
    return arrow.array(micros, arrow.duration("us"), mask=~valid).cast(kind)


def _fit_struct(array: pa.Array, kind: pa.DataType, zone: str) -> pa.Array:
    arrow = pyarrow()
    if array.type.num_fields != kind.num_fields:
        raise arrow.ArrowInvalid(f"{array.type.num_fields} fields found, {kind.num_fields} expected")
    fields = [kind.field(at) for at in range(kind.num_fields)]
    parts = [_fit(array.field(at), field.type, zone) for at, field in enumerate(fields)]
    mask = array.is_null() if array.null_count else None
    if not parts:
        return arrow.array([None if gone else {} for gone in array.is_null().to_pylist()], kind)
    return arrow.StructArray.from_arrays(parts, fields=fields, mask=mask)


def _rebuilt(array: pa.Array, kind: pa.DataType, child: pa.Array) -> pa.Array:
    """The same lists, or maps, over another child: the bits of nulls and the offsets are shared."""
    return pyarrow().Array.from_buffers(
        kind, len(array), array.buffers()[:2], array.null_count, array.offset, [child]
    )


def _fit_map(array: pa.Array, kind: pa.DataType, zone: str) -> pa.Array:
    arrow = pyarrow()
    keys = _fit(array.keys, kind.key_type, zone)
    items = _fit(array.items, kind.item_type, zone)
    entries = arrow.StructArray.from_arrays([keys, items], fields=[kind.key_field, kind.item_field])
    return _rebuilt(array, kind, entries)


def _fit_list(array: pa.Array, kind: pa.DataType, zone: str) -> pa.Array:
    arrow = pyarrow()
    if not arrow.types.is_list(array.type):
        array = _plain_list(array)
    return _rebuilt(array, kind, _fit(array.values, kind.value_type, zone))


def _plain_list(array: Any) -> pa.Array:
    """A large list, list of fixed size or view as a list."""
    arrow = pyarrow()
    item = array.type.value_field
    if arrow.types.is_large_list(array.type) or arrow.types.is_fixed_size_list(array.type):
        return array.cast(arrow.list_(item))
    # Views: casts of pyarrow 26 give empty lists.
    lengths = arrow.compute.list_value_length(array).fill_null(0).cast(arrow.int32())
    offsets = arrow.concat_arrays([arrow.array([0], arrow.int32()), arrow.compute.cumulative_sum(lengths)])
    mask = array.is_null() if array.null_count else None
    return arrow.ListArray.from_arrays(offsets, array.flatten(), type=arrow.list_(item), mask=mask)
