# SPDX-License-Identifier: Apache-2.0
"""Lists of Python values as Arrow arrays of a column's type, nested values column by column too."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow, to_arrow
from sluice.frame.errors import condition
from sluice.frame.transposing import transposed
from sluice.frame.types import (
    ArrayType,
    CalendarIntervalType,
    CharType,
    DataType,
    DecimalType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VarcharType,
    YearMonthIntervalType,
)
from sluice.frame.verifying import ACCEPTED
from sluice.frame.zones import moment, moments, zone_of
from sluice.pyspark.exceptions import (
    ArithmeticException,
    PySparkNotImplementedError,
    PySparkTypeError,
    PySparkValueError,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["columns_of", "to_array"]

_NONE = type(None)
#: Times of a whole column at once: Decimal's context must hold the 38 digits of the widest type.
_DIGITS = decimal.Context(prec=76, rounding=decimal.ROUND_HALF_UP)


def to_array(values: Sequence[Any], kind: DataType, zone: str, column: str = "") -> pa.Array:
    """Turn values into an array.

    Datetimes without a zone are wall clock times of `zone`; `column` is named in errors.

    :raises PySparkTypeError: a value is of a class that its type does not accept; PySpark reads it as None, unless
        it verifies
    :raises PySparkValueError: a value is out of its type's range
    """
    if isinstance(kind, (YearMonthIntervalType, CalendarIntervalType)):
        kind.toInternal(None)
    if isinstance(kind, (CharType, VarcharType)):
        raise _refused(kind, column)
    if isinstance(kind, NullType):
        return pyarrow().nulls(len(values))
    if isinstance(kind, UserDefinedType):
        stored = [None if value is None else kind.serialize(value) for value in values]
        return to_array(stored, kind.sqlType(), zone, column)
    if isinstance(kind, StructType):
        return _structs(values, kind, zone, column)
    found = set(map(type, values))
    if isinstance(kind, StringType):
        if not found <= {str, _NONE}:
            values = [_text(value) for value in values]
        return _texts(values)
    if not found <= {_NONE, *ACCEPTED[type(kind)]}:
        raise _unaccepted(values, kind, column)
    if isinstance(kind, ArrayType):
        return _lists(values, kind, zone, column)
    if isinstance(kind, MapType):
        return _maps(values, kind, zone, column)
    return _plain(values, kind, zone, column)


def _plain(values: Sequence[Any], kind: DataType, zone: str, column: str) -> pa.Array:
    arrow = pyarrow()
    try:
        if isinstance(kind, TimestampType):
            return _moments(values, zone)
        if isinstance(kind, TimestampNTZType):
            if any(value is not None and value.tzinfo is not None for value in values):
                values = [None if value is None else value.replace(tzinfo=None) for value in values]
            return arrow.array(values, arrow.timestamp("us"))
        if isinstance(kind, DecimalType):
            return _decimals(values, kind, column)
        return arrow.array(values, to_arrow(kind))
    except (arrow.ArrowInvalid, arrow.ArrowTypeError, OverflowError) as error:
        raise _unfit(kind, column, error) from error


def _refused(kind: DataType, column: str) -> PySparkNotImplementedError:
    return condition(
        PySparkNotImplementedError,
        "NOT_IMPLEMENTED",
        "{feature} is not implemented, column={column}: make it a string",
        feature=f"a column of type {kind.simpleString()}",
        column=column,
    )


def _unaccepted(values: Sequence[Any], kind: DataType, column: str) -> PySparkTypeError:
    wrong = next(value for value in values if value is not None and type(value) not in ACCEPTED[type(kind)])
    return condition(
        PySparkTypeError,
        "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME",
        "field {field_name}: {data_type} can not accept object {obj} in type {obj_type}",
        field_name=column,
        data_type=kind,
        obj=repr(wrong)[:200],
        obj_type=type(wrong),
    )


def _unfit(kind: DataType, column: str, why: object) -> PySparkValueError:
    return condition(
        PySparkValueError,
        "VALUE_OUT_OF_BOUNDS",
        "a value does not fit its column: column={column}, type={type}: {why}",
        column=column,
        type=kind.simpleString(),
        why=why,
    )


def _text(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(values: Sequence[str | None]) -> pa.Array:
    arrow = pyarrow()
    try:
        return arrow.array(values, arrow.string())
    except UnicodeEncodeError:
        # Halves of characters: Java writes the mark for what cannot be read.
        whole = [
            None if value is None else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            for value in values
        ]
        return arrow.array(whole, arrow.string())


def _moments(values: Sequence[datetime.datetime | None], zone: str) -> pa.Array:
    arrow = pyarrow()
    marked = {value.tzinfo is not None for value in values if value is not None}
    if marked <= {False}:
        return moments(arrow.array(values, arrow.timestamp("us")), zone).cast(arrow.timestamp("us", "UTC"))
    place = zone_of(zone)
    in_utc = [
        None
        if value is None
        else (
            moment(value, place)
            if value.tzinfo is None
            else value.astimezone(datetime.UTC).replace(tzinfo=None)
        )
        for value in values
    ]
    return arrow.array(in_utc, arrow.timestamp("us")).cast(arrow.timestamp("us", "UTC"))


def _decimals(values: Sequence[decimal.Decimal | None], kind: DecimalType, column: str) -> pa.Array:
    arrow = pyarrow()
    wanted = to_arrow(kind)
    try:
        return arrow.array(values, wanted)
    except arrow.ArrowInvalid:
        return arrow.array([_rounded(value, kind, column) for value in values], wanted)


def _rounded(value: decimal.Decimal | None, kind: DecimalType, column: str) -> decimal.Decimal | None:
    if value is None or value.is_nan():
        return None
    try:
        found = value.quantize(decimal.Decimal((0, (1,), -kind.scale)), context=_DIGITS)
    except decimal.InvalidOperation:
        found = value
    if found.is_infinite() or (found.adjusted() >= kind.precision - kind.scale and found):
        raise condition(
            ArithmeticException,
            "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
            "{value} cannot be represented as Decimal({precision}, {scale}), column={column}",
            value=value,
            precision=kind.precision,
            scale=kind.scale,
            column=column,
        )
    return found


def _lists(values: Sequence[Any], kind: ArrayType, zone: str, column: str) -> pa.Array:
    arrow = pyarrow()
    items = list(chain.from_iterable(value for value in values if value is not None))
    child = to_array(items, kind.elementType, zone, f"{column}.element")
    child = _bare(child, kind.containsNull, f"element in array {column}")
    offsets, mask = _offsets(values)
    item = arrow.field("element", child.type, kind.containsNull)
    return arrow.ListArray.from_arrays(offsets, child, type=arrow.list_(item), mask=mask)


def _maps(values: Sequence[Any], kind: MapType, zone: str, column: str) -> pa.Array:
    arrow = pyarrow()
    there = [value for value in values if value is not None]
    keys = to_array(list(chain.from_iterable(there)), kind.keyType, zone, f"{column}.key")
    items = to_array(
        list(chain.from_iterable(value.values() for value in there)),
        kind.valueType,
        zone,
        f"{column}.value",
    )
    _bare(keys, False, f"key of map {column}")
    _bare(items, kind.valueContainsNull, f"value of map {column}")
    offsets, mask = _offsets(values)
    fields = [
        arrow.field("key", keys.type, nullable=False),
        arrow.field("value", items.type, kind.valueContainsNull),
    ]
    entries = arrow.StructArray.from_arrays([keys, items], fields=fields)
    lists = arrow.ListArray.from_arrays(offsets, entries, mask=mask)
    # MapArray.from_arrays takes a mask only from pyarrow 17 on.
    wanted = arrow.map_(*fields)
    return arrow.Array.from_buffers(wanted, len(lists), lists.buffers()[:2], lists.null_count, 0, [entries])


def _offsets(values: Sequence[Any]) -> tuple[pa.Array, pa.Array | None]:
    arrow = pyarrow()
    lengths = (0 if value is None else len(value) for value in values)
    offsets = arrow.array(list(accumulate(lengths, initial=0)), arrow.int32())
    gone = [value is None for value in values]
    return offsets, arrow.array(gone, arrow.bool_()) if any(gone) else None


def _structs(values: Sequence[Any], kind: StructType, zone: str, column: str) -> pa.Array:
    arrow = pyarrow()
    gone = [value is None for value in values]
    blank = (None,) * len(kind)
    records = [blank if value is None else value for value in values]
    parts = columns_of(records, kind, zone, column, gone if any(gone) else None)
    if not parts:
        return arrow.array([None if value is None else {} for value in values], arrow.struct([]))
    fields = [
        arrow.field(field.name, part.type, field.nullable) for field, part in zip(kind, parts, strict=True)
    ]
    mask = arrow.array(gone, arrow.bool_()) if any(gone) else None
    return arrow.StructArray.from_arrays(parts, fields=fields, mask=mask)


def columns_of(
    records: Sequence[Any], schema: StructType, zone: str, column: str = "", gone: list[bool] | None = None
) -> list[pa.Array]:
    """One array a field of tuples, lists, dicts or objects; `gone` says where a record stands for None.

    :raises IllegalArgumentException: a tuple has another number of values than the schema has fields
    """
    columns = transposed(records, schema.names)
    arrays = []
    for field, values in zip(schema, columns, strict=True):
        path = f"{column}.{field.name}" if column else field.name
        found = to_array(values, field.dataType, zone, path)
        if not field.nullable and found.null_count and found.null_count > (sum(gone) if gone else 0):
            _bare(found, False, f"field {path}")
        arrays.append(found)
    return arrays


def _bare(found: pa.Array, nullable: bool, where: str) -> pa.Array:
    """The same array, if it has no null or may have them."""
    if found.null_count and not nullable:
        raise condition(
            PySparkValueError,
            "FIELD_NOT_NULLABLE_WITH_NAME",
            "{field_name}: This field is not nullable, but got None",
            field_name=where,
        )
    return found
